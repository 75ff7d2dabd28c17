"""Card channels to emulated cards without a reader, for tests of profiles outside the rig."""

from __future__ import annotations

from devices.cards.apdu import ChannelError
from devices.faults import CARD_PULLED
from tests.rig.vcard import Card


class DirectChannel:
    """Passes each command to the card. ``pull_before`` removes the card before command n."""

    def __init__(self, card: Card, pull_before: int | None = None) -> None:
        self._card = card
        self._pull_before = pull_before
        self.commands: list[bytes] = []

    @property
    def atr(self) -> bytes:
        return self._card.atr

    def transceive(self, apdu: bytes) -> tuple[bytes, int]:
        if len(self.commands) == self._pull_before:
            raise ChannelError(CARD_PULLED)
        self.commands.append(apdu)
        answer = self._card.answer(apdu)
        return answer[:-2], int.from_bytes(answer[-2:], "big")


class ScriptedChannel:
    """Returns the answers of a list for any commands; the last answer is repeated."""

    atr = bytes.fromhex("3B00")

    def __init__(self, *answers: bytes) -> None:
        self._answers = list(answers)
        self.commands: list[bytes] = []

    def transceive(self, apdu: bytes) -> tuple[bytes, int]:
        self.commands.append(apdu)
        answer = self._answers[min(len(self.commands), len(self._answers)) - 1]
        return answer[:-2], int.from_bytes(answer[-2:], "big")
