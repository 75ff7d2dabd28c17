"""The channel to a powered card: what a card profile needs of a reader, and no more."""

from __future__ import annotations

from typing import Protocol


class CardChannel(Protocol):
    """A powered card: the smallest thing a card profile needs."""

    @property
    def atr(self) -> bytes:
        """The answer to reset."""
        ...

    def transceive(self, apdu: bytes) -> tuple[bytes, int]:
        """Send a command APDU (ISO 7816-4); give data and status word (61xx/6Cxx as they come)."""
        ...
