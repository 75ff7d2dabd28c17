"""Start the rig's daemons, wait for conditions, and end every daemon."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

START_S = 60.0
"""A daemon that takes longer to start is considered hung. 20 s were too short on a busy machine."""
STOP_S = 5.0


def give_children_default_signals() -> None:
    """Make every child of this process start with default signal handling.

    A child inherits ignored and blocked signals. Under `nohup` SIGHUP is ignored, and a shell
    without job control ignores SIGINT in its background jobs, so a program under test would not
    react to these signals. This process installs a handler that does nothing for each signal that
    it ignores: it survives the signal as before, and the kernel resets handlers in a new program
    (execve(2)). SIGPIPE is left alone, because Python ignores it and resets it in its children.
    """
    for number in signal.valid_signals() - {signal.SIGPIPE, signal.SIGXFSZ}:
        if signal.getsignal(number) == signal.SIG_IGN:
            # A handler for SIGCHLD is not needed: the default action does nothing, too.
            quiet = signal.SIG_DFL if number == signal.SIGCHLD else lambda *_: None
            signal.signal(number, quiet)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def wait_until(condition: Callable[[], bool], timeout_s: float, what: str) -> float:
    """Wait for a condition; return how long that took, in seconds.

    :raises TimeoutError: the condition was not met in time; the message names ``what``.
    """
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > timeout_s:
            raise TimeoutError(f"{what}: not within {timeout_s} s")
        time.sleep(0.01)
    return time.monotonic() - began


class Daemon:
    """One child process; its output goes to a file."""

    def __init__(
        self, command: Sequence[str], log: Path, env: Mapping[str, str] | None = None
    ) -> None:
        self._command = list(command)
        self._log = log
        self._env = dict(env) if env is not None else None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process. Its output is appended to the log."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self._env
            )

    @property
    def pid(self) -> int:
        """The process id."""
        assert self._process is not None
        return self._process.pid

    def runs(self) -> bool:
        """Whether the process is running."""
        return self._process is not None and self._process.poll() is None

    def log(self) -> str:
        """Return all output so far."""
        return self._log.read_text("utf-8", "replace") if self._log.exists() else ""

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Send the signal ``how`` and wait until the process ends; kill it after ``STOP_S``."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(how)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_S)
