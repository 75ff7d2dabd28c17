"""The real pcscd with the virtual reader, in the rig's namespaces.

Tests can stop, kill and restart the service while a reader uses it.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

VPCD_PORTS = (35963, 35964)
"""Ports of the two virtual slots (reader.conf.d/vpcd)."""
READERS = ("Virtual PCD 00 00", "Virtual PCD 00 01")
_RUN = Path("/run/pcscd")
_DEADLINE_S = 10.0


class Pcscd:
    """One pcscd as a child process. Its output goes to ``log``, for the report of a failed test."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        """Whether the daemon is running."""
        return self._process is not None and self._process.poll() is None

    @property
    def descriptors(self) -> int:
        """Number of the daemon's open descriptors. Each client context has one."""
        assert self._process is not None
        return len(os.listdir(f"/proc/{self._process.pid}/fd"))

    def start(self) -> None:
        """Start it and wait until it lists its readers."""
        self.launch()
        until = time.monotonic() + _DEADLINE_S
        while not _lists_readers():
            if not self.running or time.monotonic() > until:
                raise RuntimeError(f"pcscd did not start: {self._log.read_text()}")
            time.sleep(0.01)

    def launch(self, config: Path | None = None) -> None:
        """Start it without waiting. ``config`` replaces the folder /etc/reader.conf.d."""
        executable = shutil.which("pcscd") or "/usr/sbin/pcscd"
        # Remove the files of a crashed daemon, as systemd's RuntimeDirectory does.
        for name in ("pcscd.comm", "pcscd.pid"):
            (_RUN / name).unlink(missing_ok=True)
        arguments = [executable, "--foreground"]
        if config is not None:
            arguments += ["--config", str(config)]
        if _knows_polkit_option(executable):
            arguments.append("--disable-polkit")
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(arguments, stdout=log, stderr=subprocess.STDOUT)

    def stop(self) -> None:
        """Stop it with SIGTERM."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Kill it, as a crash would."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """Make it hang: it keeps its socket but answers no client."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it continue."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def _end(self, number: int) -> None:
        if self._process is None:
            return
        self._process.send_signal(number)
        try:
            self._process.wait(_DEADLINE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


def _knows_polkit_option(executable: str) -> bool:
    """Whether pcscd has --disable-polkit. 2.x needs it in containers; 1.9.9 does not have it."""
    shown = subprocess.run([executable, "--help"], capture_output=True, check=False)
    return b"disable-polkit" in shown.stdout + shown.stderr


def _lists_readers() -> bool:
    from smartcard import scard

    code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    if code != scard.SCARD_S_SUCCESS:
        return False
    _, names = scard.SCardListReaders(context, [])
    scard.SCardReleaseContext(context)
    return set(READERS) <= set(names)
