"""What a person does in the demo: present a card, refill the paper, read the code on the phone.

For the demo's panel and for the headless journey.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .demo import Demo

SLOW_S = 6.0
"""Slow enough to see what the terminal says meanwhile, within its time-out."""


class UnknownCardError(Exception):
    """A sample card was asked for that is not in the tray; the message names those that are."""


class Controls:
    """The hands of the one who tries the demo (`ui.demo.panel.DemoControls`)."""

    def __init__(self, demo: Demo) -> None:
        self._demo = demo

    @property
    def folder(self) -> Path:
        """Where the printer leaves its PDFs."""
        return self._demo.out

    def cards(self) -> list[tuple[str, str]]:
        """The sample cards: name, and title for the screen."""
        return [(card.name, card.title) for card in self._demo.reader.tray]

    def present_card(self, name: str) -> None:
        """Lay this card on the reader."""
        self._demo.reader.lay(name)

    def remove_card(self) -> None:
        """Take the card away."""
        self._demo.reader.lift()

    def paper_out(self) -> None:
        """The printer runs out of paper."""
        if self._demo.printer is not None:
            self._demo.printer.empty()

    def refill(self) -> None:
        """Paper is put in."""
        if self._demo.printer is not None:
            self._demo.printer.refill()

    def jam(self) -> None:
        """The sheet under way is lost, and the job with it."""
        if self._demo.printer is not None:
            self._demo.printer.jam()

    def last_code(self) -> str:
        """The last code that was sent to the phone; empty where none was."""
        return self._demo.last_code()

    def platform(self, mode: str) -> None:
        """Let the platform be slow, down, or normal."""
        modes: dict[str, dict[str, Any]] = {
            "slow": {"slow_s": SLOW_S},
            "down": {"fault": "absent"},
        }
        self._demo.sandbox.control(**modes.get(mode, {}))


class Rehearsal:
    """The hands of nobody: for the headless journey (`ui.headless.journey.Rehearsal`)."""

    def __init__(self, demo: Demo, card: str) -> None:
        self._demo = demo
        self._card = card

    def present_card(self) -> None:
        """Lay the card on the reader; ``UnknownCardError`` where the tray has none of this name,
        or one that begins no resident's journey."""
        if any(card.name == self._card for card in self._demo.reader.tray if card.for_operators):
            why = "is an operator's card, which prints nothing: lay it on in the window (make demo)"
            raise UnknownCardError(f"{self._card} {why}")
        try:
            self._demo.reader.lay(self._card)
        except KeyError:
            names = ", ".join(card.name for card in self._demo.reader.tray)
            raise UnknownCardError(f"{self._card} is not in the tray: {names}") from None

    def remove_card(self) -> None:
        """Take it away."""
        self._demo.reader.lift()

    def code(self) -> str:
        """The code that was sent to the phone; empty where none came."""
        return self._demo.last_code()
