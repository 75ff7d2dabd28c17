"""What a page is built with: sizes, words, the look, and functions that make its parts.

Used by pages, and by the window, which makes a new kit when mode or language change. A page asks
for a role ("title", "button"), never for a size or a colour of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from terminal.session.model import CardSide, Look
from terminal.words import Words, words

from ..look.metrics import Role, Screen, Sizes
from ..look.theme import LINE_SPACING, TITLE_SPACING, Colour
from .text import Block, Text

if TYPE_CHECKING:
    from terminal.config.load import Config
    from terminal.session.events import Event

Post = Callable[["Event"], None]

_BOLD = (Role.TITLE, Role.HEADLINE, Role.HEADING, Role.BUTTON)
_TIGHT = (*_BOLD, Role.CLOCK, Role.DIGIT, Role.FOOT)


@dataclass(frozen=True, slots=True)
class Place:
    """The station as the pages show it: its name, its location, the side where cards are presented.

    If ``trial`` is set, every page says that this is a trial.
    """

    station_name: str
    location: str
    card_side: CardSide
    trial: bool = False

    @classmethod
    def configured(cls, config: Config) -> Place:
        """Return the station of this configuration."""
        return cls(
            station_name=config.station.name,
            location=config.station.place,
            card_side=config.card.side,
            trial=config.trial,
        )


@dataclass(frozen=True)
class Kit:
    """The kit for one mode, one language and one screen."""

    screen: Screen
    look: Look
    post: Post
    place: Place
    squeeze: float = 1.0

    def squeezed(self, squeeze: float) -> Kit:
        """Return a kit with tighter spacing, for a page that does not fit."""
        return replace(self, squeeze=squeeze)

    @property
    def sizes(self) -> Sizes:
        """The sizes of this mode."""
        return Sizes(self.screen, self.look.mode, self.squeeze)

    @property
    def words(self) -> Words:
        """The words of this language."""
        return words(self.look.language)

    @property
    def elder(self) -> bool:
        """Whether these are the elder pages."""
        return self.sizes.elder

    @property
    def portrait(self) -> bool:
        """Whether the screen is taller than wide."""
        return self.screen.portrait

    @property
    def compact(self) -> bool:
        """Whether the screen has space for the necessary parts only."""
        return self.screen.compact

    def say(self, key: str, /, **values: object) -> str:
        """Return the text of ``key``; on elder pages their own wording, if there is one."""
        return self.words.text(key, elder=self.elder, **values)

    def block(
        self,
        markup: str,
        role: Role = Role.BODY,
        *,
        colour: str = Colour.INK,
        bold: bool | None = None,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        px: int | None = None,
    ) -> Block:
        """Return text in the type of ``role``."""
        return Block(
            markup,
            px or self.sizes.type_px(role),
            str(colour),
            role in _BOLD if bold is None else bold,
            TITLE_SPACING if role in _TIGHT else LINE_SPACING,
            align,
            self.look.language,
        )

    def text(
        self,
        markup: str,
        role: Role = Role.BODY,
        *,
        colour: str = Colour.INK,
        ground: str = Colour.PAPER,
        bold: bool | None = None,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        name: str = "",
    ) -> Text:
        """Return a text widget in the type of ``role``."""
        made = Text(self.block(markup, role, colour=colour, bold=bold, align=align), str(ground))
        made.setObjectName(name)
        return made
