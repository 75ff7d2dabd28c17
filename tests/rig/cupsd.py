"""A separate, real cupsd, configured like that of a station."""

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
    """cupsd with all its files in one folder, which must be on tmpfs and readable by all users."""

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
        # A small file system for the spool, so that a test can fill it.
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
        """The value for ``CupsPrinter(cups_server=…)`` and for CUPS_SERVER."""
        return str(self.socket)

    @property
    def pid(self) -> int:
        """The process id of cupsd."""
        return self._daemon.pid

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._daemon.start()
        wait_until(self.answers, START_S, "cupsd")

    def answers(self) -> bool:
        """Whether it answers now."""
        if not self.socket.is_socket():
            return False
        asked = self._run("lpstat", "-r")
        return asked.returncode == 0 and b"is running" in asked.stdout

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop it with the signal ``how``."""
        self._daemon.stop(how)
        self.socket.unlink(missing_ok=True)

    def add_queue(self, queue: str, device_uri: str, *, waits: bool = False) -> None:
        """Add a queue with the commands that docs/printing.md gives for an IPP Everywhere printer.

        ``waits`` leaves out the second command: cupsd then keeps the job until the device has
        finished it.
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
        """Set the queue's error policy, for example ``retry-job``, the default of Debian."""
        made = self._run("lpadmin", "-p", queue, "-o", f"printer-error-policy={policy}")
        assert made.returncode == 0, made.stderr

    def remove_queue(self, queue: str) -> None:
        """Remove a queue and its jobs."""
        self._run("cancel", "-a", "-x", queue)
        self._run("lpadmin", "-x", queue)

    def fill_spool(self) -> None:
        """Fill the spool's file system completely."""
        ballast = (self.spool / "ballast").open("wb", buffering=0)
        with ballast, contextlib.suppress(OSError):
            while True:
                ballast.write(bytes(4096))

    def empty_spool(self) -> None:
        """Remove the file that filled the spool."""
        (self.spool / "ballast").unlink(missing_ok=True)

    def forget_jobs(self) -> None:
        """Delete all jobs, as a power cut does to a spool on tmpfs. cupsd must be stopped."""
        for path in (*self.spool.glob("[cd]0*"), *(self._folder / "cache").glob("job.cache*")):
            path.unlink()

    def close(self) -> None:
        """Unmount the spool, which frees its memory. cupsd must be stopped."""
        subprocess.run(["umount", "-l", str(self.spool)], check=True)

    def documents(self) -> list[Path]:
        """Return every file in the spool (control files, documents, temporary files)."""
        files = (path for path in self.spool.rglob("*") if path.is_file())
        return [path for path in files if path.name != "ballast"]

    def _run(self, *command: str) -> subprocess.CompletedProcess[bytes]:
        env = {"CUPS_SERVER": self.server, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C"}
        return subprocess.run(command, env=env, capture_output=True, timeout=60, check=False)
