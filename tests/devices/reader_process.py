"""A reader in a separate process, which can have fewer privileges than the test.

For rig tests. ``python -m tests.devices.reader_process pcsc`` or ``samv PORT`` prints a line
"status code" for each change of state, until the standard input ends.
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
"""Command prefix that drops all capabilities. The rig runs as root, for whom file modes have no
effect; with this prefix they have."""


class States:
    """The changes of state that the process prints."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def next(self) -> str:
        """Return the next change, for example "offline CRD-103"."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@contextmanager
def reader_process(*which: str) -> Iterator[States]:
    """Run the reader ("pcsc", or "samv" and its port) in a process without capabilities."""
    command = [*POWERLESS, sys.executable, "-m", "tests.devices.reader_process", *which]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield States(process)
    finally:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        assert process.wait(10) == 0
        process.stdout.close()


def main(which: str, port: str = "") -> None:
    """Print the reader's changes of state until the standard input ends."""

    def show(event: ReaderEvent) -> None:
        if isinstance(event, ReaderChanged):
            fault = event.status.fault
            print(event.status.status.value, fault.code if fault else "-", flush=True)

    reader = PcscReader() if which == "pcsc" else SamvSerialReader("idcard", port)
    reader.start(show)
    sys.stdin.read()
    reader.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
