"""The channel to a powered card: the part of a reader that card profiles use."""

from __future__ import annotations

from typing import Protocol


class CardChannel(Protocol):
    """A powered card, as card profiles use it."""

    @property
    def atr(self) -> bytes:
        """The card's answer to reset (ISO/IEC 7816-3)."""
        ...

    def transceive(self, apdu: bytes) -> tuple[bytes, int]:
        """Send a command APDU (ISO 7816-4); return the data and the status word.

        61xx and 6Cxx are returned like any other status word; ``apdu.exchange`` handles them.

        :raises ChannelError: the command failed.
        """
        ...
