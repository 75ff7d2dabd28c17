"""The speech daemon of this terminal: a speech-dispatcher that runs only for it.

For the speech process and `station diagnose`. The daemon is a child process, because version 0.11
never recovers from a synthesiser that died: it accepts messages and stays silent. A child can be
replaced. It reads the machine's configuration (/etc/speech-dispatcher), except for the log level.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

from ..system.prctl import Option, prctl
from .ssip import Connection, SpeechLostError

PROGRAM = "speech-dispatcher"
ADDRESS = "SPEECHD_ADDRESS"
"""Environment variable of libspeechd. If it names a socket, that daemon is used as it is."""
LOG_LEVEL = 1
"""Errors only. From level 4 on the log has the text of every message."""
START_S = 10.0
"""Time until a new daemon listens; 0.4 s on an idle machine."""
POLL_S = 0.02
STOP_S = 1.0
"""Time for a killed daemon to disappear."""


def given_address() -> Path | None:
    """Return the socket of the daemon that the environment names; ``None`` if it names none."""
    method, _, path = os.environ.get(ADDRESS, "").partition(":")
    return Path(path) if method == "unix_socket" and path else None


class Daemon:
    """Starts the daemon, connects to it and replaces it. ``folder`` must be private and short."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._given = given_address()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the child; ``None`` if the daemon is not a child of this process."""
        return None if self._process is None else self._process.pid

    def connected(self, client: str) -> Connection:
        """Return a new connection, to a new daemon if none runs.

        :raises SpeechLostError: there is no daemon, or it does not answer.
        """
        if self._given is not None:
            return Connection(self._given, client)
        if self._process is None or self._process.poll() is not None:
            self._start()
        until = time.monotonic() + START_S
        while True:
            try:
                return Connection(self._folder / "socket", client)
            except SpeechLostError:
                assert self._process is not None
                if self._process.poll() is not None or time.monotonic() > until:
                    self.stop()
                    raise
            time.sleep(POLL_S)

    def modules(self) -> tuple[int, ...]:
        """Return the process ids of the synthesisers, if the daemon is a child."""
        if self._process is None:
            return ()
        pid = self._process.pid
        try:
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        except OSError:
            return ()
        return tuple(each for each in map(int, children.split()) if not _zombie(each))

    def empty_log(self) -> None:
        """Empty the daemon's log: a list of voices writes 2.4 MB into it at every level."""
        with contextlib.suppress(OSError):
            os.truncate(self._folder / "speech-dispatcher.log", 0)

    def stop(self) -> None:
        """End the child, and with it the sound. A daemon that the environment names is left."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_S)

    def _start(self) -> None:
        folder = self._folder
        (folder / "socket").unlink(missing_ok=True)
        command = (
            PROGRAM, "--run-single", "--communication-method", "unix_socket",
            "--socket-path", str(folder / "socket"), "--pid-file", str(folder / "pid"),
            "--log-dir", str(folder), "--log-level", str(LOG_LEVEL), "--timeout", "0",
        )  # fmt: skip
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, preexec_fn=_end_with_parent,
            )  # fmt: skip
        except OSError as error:
            raise SpeechLostError(f"{PROGRAM}: {error.strerror}") from error


def _end_with_parent() -> None:
    """Let the kernel end the daemon with its parent. Runs in the child before the program."""
    prctl(Option.PDEATHSIG, signal.SIGKILL)


def _zombie(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return True
    return stat.rpartition(")")[2].split()[0] == "Z"
