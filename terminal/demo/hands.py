"""What a person does in the demo: present a card, refill the paper, read the code on the phone.

For the demo's panel and for the headless journey.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .demo import Demo

SLOW_S = 6.0
"""Long enough to see the terminal's waiting page, but shorter than its time-out."""


class UnknownCardError(Exception):
    """A requested sample card is not in the tray; the message lists the cards that are."""


class Controls:
    """The controls of the demo's window (`ui.demo.panel.DemoControls`)."""

    def __init__(self, demo: Demo) -> None:
        self._demo = demo

    @property
    def folder(self) -> Path:
        """The folder with the printer's PDF files."""
        return self._demo.out

    def cards(self) -> list[tuple[str, str]]:
        """Return the sample cards: name, and title for the screen."""
        return [(card.name, card.title) for card in self._demo.reader.tray]

    def present_card(self, name: str) -> None:
        """Put this card on the reader."""
        self._demo.reader.present(name)

    def remove_card(self) -> None:
        """Remove the card."""
        self._demo.reader.remove()

    def paper_out(self) -> None:
        """Let the printer run out of paper."""
        if self._demo.printer is not None:
            self._demo.printer.empty()

    def refill(self) -> None:
        """Put paper into the printer."""
        if self._demo.printer is not None:
            self._demo.printer.refill()

    def jam(self) -> None:
        """Jam the printer: the current sheet and its job are lost."""
        if self._demo.printer is not None:
            self._demo.printer.jam()

    def last_code(self) -> str:
        """Return the last code that was sent to the phone; empty if there is none."""
        return self._demo.last_code()

    def platform(self, mode: str) -> None:
        """Make the platform slow, down or normal."""
        modes: dict[str, dict[str, Any]] = {
            "slow": {"slow_s": SLOW_S},
            "down": {"fault": "absent"},
        }
        self._demo.sandbox.control(**modes.get(mode, {}))


class Rehearsal:
    """The automatic controls of the headless journey (`ui.headless.journey.Rehearsal`)."""

    def __init__(self, demo: Demo, card: str) -> None:
        self._demo = demo
        self._card = card

    def present_card(self) -> None:
        """Put the card on the reader.

        Raise ``UnknownCardError`` if the tray has no card of this name, or if the card belongs to
        an operator and so cannot start a resident's journey.
        """
        if any(card.name == self._card for card in self._demo.reader.tray if card.for_operators):
            why = "is an operator's card, which prints nothing: use it in the window (make demo)"
            raise UnknownCardError(f"{self._card} {why}")
        try:
            self._demo.reader.present(self._card)
        except KeyError:
            names = ", ".join(card.name for card in self._demo.reader.tray)
            raise UnknownCardError(f"{self._card} is not in the tray: {names}") from None

    def remove_card(self) -> None:
        """Remove the card."""
        self._demo.reader.remove()

    def code(self) -> str:
        """Return the code that was sent to the phone; empty if there is none."""
        return self._demo.last_code()
