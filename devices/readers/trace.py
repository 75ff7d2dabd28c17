"""What a card and a reader said to each other, with personal data removed.

For maintainers on a bench. Commands are shown, for they say what was asked; of an answer only its
length and its status. Data that a command carries is shown only where it names a file. A trace may
be written down and sent to a stranger.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from ..cards.apdu import ChannelError, describe
from ..cards.channel import CardChannel

_HEADER = 4
_SELECT = 0xA4
_RANGES = frozenset({0xB0, 0xC8, 0xCC})
"""READ BINARY with a length in its data; MyKad's length and range: numbers, not content."""
_SERIAL_BYTES = 6
"""The last historical bytes of a contact card's ATR are its serial number."""
_CONTACTLESS = b"\x3b\x80"
"""Begin of an ATR that PC/SC made up for a contactless card: it has no serial number."""


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One exchange. ``ms`` is how long it took; ``sent`` and ``answer`` hold no personal data."""

    ms: float
    sent: str
    answer: str

    def __str__(self) -> str:
        return f"{self.ms:8.1f} ms  > {self.sent:44}  < {self.answer}"


Trace = Callable[[TraceLine], None]
"""Takes each line as it happens, on the reader's thread; it must be quick and must not raise."""


class TracedChannel:
    """A card's channel that tells what passes through it."""

    def __init__(self, channel: CardChannel, trace: Trace) -> None:
        self._channel = channel
        self._trace = trace
        trace(TraceLine(0.0, "reset", f"ATR {masked_atr(channel.atr)}"))

    @property
    def atr(self) -> bytes:
        """The answer to reset."""
        return self._channel.atr

    def transceive(self, apdu: bytes) -> tuple[bytes, int]:
        """Pass a command on; tell it, and how it was answered."""
        started = time.monotonic()
        answer = "nothing"
        try:
            data, sw = self._channel.transceive(apdu)
            answer = f"{len(data)} bytes, {describe(sw)}"
        except ChannelError as error:
            answer = error.fault.code
            raise
        finally:
            ms = (time.monotonic() - started) * 1000
            self._trace(TraceLine(ms, masked_command(apdu), answer))
        return data, sw


def masked_command(apdu: bytes) -> str:
    """A command in hex; data other than a file's name or a range is only counted."""
    head = apdu[:_HEADER].hex().upper()
    if len(apdu) <= _HEADER + 1:
        return apdu.hex().upper()
    if apdu[1] == _SELECT or apdu[1] in _RANGES:
        return f"{head} {apdu[_HEADER:].hex().upper()}"
    return f"{head} ({apdu[_HEADER]} bytes)"


def masked_atr(atr: bytes) -> str:
    """An ATR in hex; a contact card's serial number (its last six bytes) is replaced by dots."""
    if atr.startswith(_CONTACTLESS) or len(atr) <= _SERIAL_BYTES + 2:
        return atr.hex().upper()
    return atr[:-_SERIAL_BYTES].hex().upper() + "··" * _SERIAL_BYTES
