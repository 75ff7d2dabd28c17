"""A real cupsd of the rig's own, configured as a station's is (reference: printing)."""

from __future__ import annotations

import contextlib
import signal
import subprocess
from pathlib import Path

from .processes import START_S, Daemon, wait_until

CONFIG = """\
Listen {socket}
LogLevel debug
MaxLogSize 0
DirtyCleanInterval 0
WebInterface No
Browsing No
DefaultAuthType None
PreserveJobFiles No
PreserveJobHistory 300
ErrorPolicy abort-job
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  <Limit All>
    Order allow,deny
    Allow all
  </Limit>
</Policy>
"""
FILES = """\
ServerRoot {root}/etc
RequestRoot {root}/spool
CacheDir {root}/cache
StateDir {root}/state
TempDir {root}/spool/tmp
AccessLog {root}/log/access
ErrorLog {root}/log/error
PageLog {root}/log/page
FileDevice No
SystemGroup root
"""


class Cupsd:
    """cupsd with everything under one folder, which must be on tmpfs and readable by all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.socket = folder / "state" / "cups.sock"
        self.spool = folder / "spool"
        self.logs = folder / "log"
        for name in ("etc/ppd", "etc/ssl", "spool", "cache", "state", "log"):
            (folder / name).mkdir(parents=True)
        for path in (folder, *folder.iterdir()):
            path.chmod(0o755)
        (folder / "etc" / "cupsd.conf").write_text(CONFIG.format(socket=self.socket))
        (folder / "etc" / "cups-files.conf").write_text(FILES.format(root=folder))
        # A spool of its own size, so that a test can fill it.
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=8m,mode=755", "tmpfs", str(self.spool)], check=True
        )
        (self.spool / "tmp").mkdir()
        etc = folder / "etc"
        self._daemon = Daemon(
            ["cupsd", "-f", "-c", str(etc / "cupsd.conf"), "-s", str(etc / "cups-files.conf")],
            folder / "log" / "out",
        )

    @property
    def server(self) -> str:
        """What ``CupsPrinter(cups_server=…)`` and CUPS_SERVER take."""
        return str(self.socket)

    @property
    def pid(self) -> int:
        """Of cupsd."""
        return self._daemon.pid

    def start(self) -> None:
        """Up, and answering."""
        self._daemon.start()
        wait_until(self.answers, START_S, "cupsd")

    def answers(self) -> bool:
        """Whether it answers now."""
        if not self.socket.is_socket():
            return False
        asked = self._run("lpstat", "-r")
        return asked.returncode == 0 and b"is running" in asked.stdout

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Down, however asked."""
        self._daemon.stop(how)
        self.socket.unlink(missing_ok=True)

    def add_queue(self, queue: str, device_uri: str, *, waits: bool = False) -> None:
        """What a maintainer types for an IPP Everywhere printer (docs/printing.md).

        ``waits`` leaves out the second command: cupsd then keeps the job until the device is done.
        """
        made = self._run(
            "lpadmin", "-p", queue, "-E", "-v", device_uri, "-m", "everywhere",
            "-o", "printer-error-policy=abort-job",
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        if not waits:
            changed = self._run("lpadmin", "-p", queue, "-v", device_uri + "?waitjob=false")
            assert changed.returncode == 0, changed.stderr

    def set_error_policy(self, queue: str, policy: str) -> None:
        """As Debian ships it (retry-job), or otherwise."""
        made = self._run("lpadmin", "-p", queue, "-o", f"printer-error-policy={policy}")
        assert made.returncode == 0, made.stderr

    def remove_queue(self, queue: str) -> None:
        """And its jobs."""
        self._run("cancel", "-a", "-x", queue)
        self._run("lpadmin", "-x", queue)

    def fill_spool(self) -> None:
        """Leave no byte free in the spool."""
        ballast = (self.spool / "ballast").open("wb", buffering=0)
        with ballast, contextlib.suppress(OSError):
            while True:
                ballast.write(bytes(4096))

    def empty_spool(self) -> None:
        """Take the ballast out."""
        (self.spool / "ballast").unlink(missing_ok=True)

    def forget_jobs(self) -> None:
        """What a cut of the power does to a spool on tmpfs; cupsd must be down."""
        for path in (*self.spool.glob("[cd]0*"), *(self._folder / "cache").glob("job.cache*")):
            path.unlink()

    def close(self) -> None:
        """Give the spool's memory back; cupsd must be down."""
        subprocess.run(["umount", "-l", str(self.spool)], check=True)

    def documents(self) -> list[Path]:
        """Every file that stands in the spool (control files, documents, temporaries)."""
        files = (path for path in self.spool.rglob("*") if path.is_file())
        return [path for path in files if path.name != "ballast"]

    def _run(self, *command: str) -> subprocess.CompletedProcess[bytes]:
        env = {"CUPS_SERVER": self.server, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C"}
        return subprocess.run(command, env=env, capture_output=True, timeout=60, check=False)
