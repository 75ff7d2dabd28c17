"""A serial line to a SAM_V module: send a command, receive its answer, find the line rate.

For the serial reader. Every failure of the port raises ``PortGoneError``. A missing or broken
answer is a return value.
"""

from __future__ import annotations

import termios
import threading
import time
from collections.abc import Callable
from enum import Enum
from math import inf

import serial

from ..trace import Trace, TraceLine
from .frame import Command, Frame, FrameError, FrameParser, Sw3, request
from .timing import Timing

RATES: dict[int, Command] = {
    115200: Command.BAUD_115200,
    57600: Command.BAUD_57600,
    38400: Command.BAUD_38400,
    19200: Command.BAUD_19200,
    9600: Command.BAUD_9600,
}
"""Line rates (bit/s, 8N1) that modules support, and the command that sets each."""

_LONGEST_ANSWER_BITS = 10 * 2400
"""Upper bound of the longest answer (text, photo, fingerprints), with start and stop bits. It is
used for the transmission time on a slow line."""
_READ_COMMANDS = frozenset({Command.READ_TEXT_PHOTO, Command.READ_TEXT_PHOTO_FINGERPRINT})


class NoAnswer(Enum):
    """Why a command has no answer."""

    SILENCE = "silence"
    """The module sent no byte of a frame."""
    CUT = "cut"
    """A frame began, but did not end."""
    BROKEN = "broken"
    """The module sent a frame with a wrong check byte or length."""


class PortGoneError(Exception):
    """The port cannot be opened or no longer exists. ``errno`` is the system's, if there is one."""

    def __init__(self, number: int | None) -> None:
        super().__init__(f"errno {number}")
        self.errno = number


class SamvLink:
    """An open port, for one thread. ``beat`` is called each time a read of the port returns."""

    def __init__(
        self,
        port: str,
        rate: int,
        timing: Timing,
        stopping: threading.Event,
        trace: Trace | None = None,
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        self._timing = timing
        self._stopping = stopping
        self._trace = trace
        self._beat = beat
        self._parser = FrameParser()
        self.busy_s = 0.0
        """Total seconds spent in ``ask``."""
        try:
            self._serial = serial.Serial(
                port, rate, timeout=timing.slice, write_timeout=timing.answer, exclusive=True
            )
        except (OSError, termios.error, ValueError) as error:
            raise PortGoneError(getattr(error, "errno", None)) from None

    def close(self) -> None:
        """Close the port. It is not an error if the port no longer exists."""
        try:
            self._serial.close()
        except (OSError, termios.error):
            return

    @property
    def rate(self) -> int:
        """The line rate in bit/s."""
        return int(self._serial.baudrate)

    def ask(
        self, command: Command, first_byte_s: float | None = None, until: float = inf
    ) -> Frame | NoAnswer:
        """Send a command and return its answer.

        Garbage before the frame is skipped. ``first_byte_s`` overrides how long to wait for the
        first byte. ``until`` (``time.monotonic()`` seconds) is the end of the wait, even if bytes
        still arrive.

        :raises PortGoneError: the port no longer exists.
        """
        started = time.monotonic()
        summary = "port gone"
        try:
            answer = self._ask(command, first_byte_s, until)
            summary = _summary(answer)
        except (OSError, termios.error) as error:
            raise PortGoneError(getattr(error, "errno", None)) from None
        finally:
            took = time.monotonic() - started
            self.busy_s += took
            if self._trace is not None:
                self._trace(TraceLine(took * 1000, f"{command.name} at {self.rate}", summary))
        return answer

    def find_rate(self, preferred: int) -> bool:
        """Find the rate at which the module answers; return whether one was found.

        Try ``preferred`` first, then the others from fast to slow. Then switch the module to
        ``preferred`` if it supports that.
        """
        for rate in [preferred, *(rate for rate in RATES if rate != preferred)]:
            if self._stopping.is_set():
                return False
            if self._answers_at(rate):
                if rate != preferred:
                    self._switch_rate(rate, preferred)
                return True
        return False

    def _switch_rate(self, rate: int, preferred: int) -> None:
        """Switch the module to ``preferred``; if that fails, return to ``rate``."""
        answer = self.ask(RATES[preferred], self._timing.probe)
        if isinstance(answer, Frame) and answer.sw3 == Sw3.OK and self._answers_at(preferred):
            return
        self._answers_at(rate)

    def _answers_at(self, rate: int) -> bool:
        try:
            self._serial.baudrate = rate
        except (OSError, termios.error, ValueError) as error:
            raise PortGoneError(getattr(error, "errno", None)) from None
        return isinstance(self.ask(Command.STATUS, self._timing.probe), Frame)

    def _ask(self, command: Command, first_byte_s: float | None, until: float) -> Frame | NoAnswer:
        self._parser.reset()
        self._serial.reset_input_buffer()
        self._serial.write(request(command))
        if first_byte_s is None:
            is_read = command in _READ_COMMANDS
            first_byte_s = self._timing.read if is_read else self._timing.answer
        first_byte_until = time.monotonic() + first_byte_s
        longest = self._timing.answer + _LONGEST_ANSWER_BITS / self.rate
        ends = min(first_byte_until + longest, until)
        last_byte = None
        outcome = NoAnswer.SILENCE
        while not self._stopping.is_set():
            data = self._serial.read(max(1, self._serial.in_waiting))
            self._beat()
            now = time.monotonic()
            for found in self._parser.feed(data):
                if isinstance(found, Frame):
                    return found
                if found is not FrameError.GARBAGE:
                    outcome = NoAnswer.BROKEN
            if data:
                last_byte = now
            silent = (
                now >= first_byte_until if last_byte is None else now >= self._gap_end(last_byte)
            )
            if silent or now >= ends:
                break
        return NoAnswer.CUT if self._parser.pending else outcome

    def _gap_end(self, last_byte: float) -> float:
        return last_byte + self._timing.gap


def _summary(answer: Frame | NoAnswer) -> str:
    """Return the answer's size and status for the trace, never its data."""
    if isinstance(answer, NoAnswer):
        return answer.value
    return f"{len(answer.data)} bytes, {answer.status}"
