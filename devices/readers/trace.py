"""A record of the exchanges between a card and its reader, without personal data.

For maintainers at a workbench. Commands are shown; their data only if it names a file or a range.
Answers are reduced to their length and status. So a trace can be stored and given to other people.
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
"""Commands whose data is numbers, not content: READ BINARY with a length in its data, and MyKad's
commands that set a length and a range."""
_SERIAL_BYTES = 6
"""Length of the serial number at the end of a contact card's ATR (historical bytes)."""
_CONTACTLESS = b"\x3b\x80"
"""The start of an ATR that PC/SC generated for a contactless card; it has no serial number."""


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One exchange, without personal data. ``ms`` is how long it took, in milliseconds."""

    ms: float
    sent: str
    answer: str

    def __str__(self) -> str:
        return f"{self.ms:8.1f} ms  > {self.sent:44}  < {self.answer}"


Trace = Callable[[TraceLine], None]
"""A function that receives each exchange, on the reader's thread. It must be fast and not raise."""


class TracedChannel:
    """A card's channel that reports each exchange to ``trace``."""

    def __init__(self, channel: CardChannel, trace: Trace) -> None:
        self._channel = channel
        self._trace = trace
        trace(TraceLine(0.0, "reset", f"ATR {masked_atr(channel.atr)}"))

    @property
    def atr(self) -> bytes:
        """The card's answer to reset (ISO/IEC 7816-3)."""
        return self._channel.atr

    def transceive(self, apdu: bytes) -> tuple[bytes, int]:
        """Send a command to the card, and report it and its answer to the trace."""
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
    """Return a command in hex. Data is replaced by its length unless it names a file or a range."""
    head = apdu[:_HEADER].hex().upper()
    if len(apdu) <= _HEADER + 1:
        return apdu.hex().upper()
    if apdu[1] == _SELECT or apdu[1] in _RANGES:
        return f"{head} {apdu[_HEADER:].hex().upper()}"
    return f"{head} ({apdu[_HEADER]} bytes)"


def masked_atr(atr: bytes) -> str:
    """Return an ATR in hex. Dots replace a contact card's serial number, the last six bytes."""
    if atr.startswith(_CONTACTLESS) or len(atr) <= _SERIAL_BYTES + 2:
        return atr.hex().upper()
    return atr[:-_SERIAL_BYTES].hex().upper() + "··" * _SERIAL_BYTES
