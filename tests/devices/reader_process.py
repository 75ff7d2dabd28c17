"""A reader in a process of its own, which may be allowed less than the test: tells its states.

``python -m tests.devices.reader_process pcsc`` or ``samv PORT``: a line "status code" for each
change, until the standard input ends. For rig tests.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from devices.readers.pcsc import PcscReader
from devices.readers.protocol import ReaderChanged, ReaderEvent
from devices.readers.samv import SamvSerialReader

POWERLESS = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")
"""As any user: what a file's mode forbids is forbidden, also to the superuser who runs the rig."""


class Told:
    """What the process tells, line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def next(self) -> str:
        """The next change: "offline CRD-103"."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@contextmanager
def reader_process(*which: str) -> Iterator[Told]:
    """The reader ("pcsc", or "samv" and its port) in a process without any privilege."""
    command = [*POWERLESS, sys.executable, "-m", "tests.devices.reader_process", *which]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Told(process)
    finally:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        assert process.wait(10) == 0
        process.stdout.close()


def main(which: str, port: str = "") -> None:
    """Watch until the standard input ends."""

    def tell(event: ReaderEvent) -> None:
        if isinstance(event, ReaderChanged):
            fault = event.status.fault
            print(event.status.status.value, fault.code if fault else "-", flush=True)

    reader = PcscReader() if which == "pcsc" else SamvSerialReader("idcard", port)
    reader.start(tell)
    sys.stdin.read()
    reader.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
