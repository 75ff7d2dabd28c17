"""A powered card in a PC/SC reader, and a stopwatch for the time that the card itself takes.

For the card profiles. If a command fails, ``ChannelError`` carries the fault that the reader
reports. Commands and answers are not stored.
"""

from __future__ import annotations

import time

from ...cards.apdu import ChannelError
from ...faults import CARD_PULLED
from .library import Code, Library, card_fault


class Stopwatch:
    """Adds up the seconds that the card's commands take."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._since = 0.0

    def __enter__(self) -> None:
        self._since = time.monotonic()

    def __exit__(self, *_: object) -> None:
        self.seconds += time.monotonic() - self._since


class PcscChannel:
    """The ``CardChannel`` of a connected card."""

    def __init__(
        self, library: Library, handle: int, protocol: int, atr: bytes, card_time: Stopwatch
    ) -> None:
        self._library = library
        self._handle = handle
        self._protocol = protocol
        self._atr = atr
        self._card_time = card_time

    @property
    def atr(self) -> bytes:
        """The card's answer to reset (ISO/IEC 7816-3)."""
        return self._atr

    def transceive(self, apdu: bytes) -> tuple[bytes, int]:
        """Send a command APDU; return the data and the status word.

        If the card is removed during the command, the library may return ``OK`` and no bytes.
        """
        with self._card_time:
            code, answer = self._library.transmit(self._handle, self._protocol, apdu)
        if code != Code.OK:
            raise ChannelError(card_fault(code))
        if len(answer) < 2:
            raise ChannelError(CARD_PULLED.with_detail(f"answer of {len(answer)} bytes"))
        return answer[:-2], int.from_bytes(answer[-2:], "big")
