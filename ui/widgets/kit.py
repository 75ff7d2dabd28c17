"""What a page is built with: sizes, words, the look, and functions that make its parts.

Used by pages, and by the window, which makes a new kit when mode or language change. A page asks
for a role ("title", "button"), never for a size or a colour of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from terminal.session.model import CardSide, Look, TraySide
from terminal.words import Words, words

from ..look.metrics import Role, Screen, Sizes
from ..look.theme import PALETTES, Palette
from .text import Block, Text

if TYPE_CHECKING:
    from terminal.config.load import Config
    from terminal.session.events import Event

Post = Callable[["Event"], None]

_BOLD = (Role.TITLE, Role.HEADLINE, Role.HEADING, Role.BUTTON)
_TIGHT = (*_BOLD, Role.CLOCK, Role.DIGIT, Role.FOOT)


@dataclass(frozen=True, slots=True)
class Place:
    """The station as the pages show it: its name, its location, the sides where cards are presented
    and where the paper comes out.

    If ``trial`` is set, every page says that this is a trial.
    """

    station_name: str
    location: str
    card_side: CardSide
    trial: bool = False
    tray_side: TraySide = TraySide.BELOW
    motion: bool = True
    """Whether pictures move (WCAG 2.3.3)."""

    @classmethod
    def configured(cls, config: Config) -> Place:
        """Return the station of this configuration."""
        return cls(
            station_name=config.station.name,
            location=config.station.place,
            card_side=config.card.side,
            trial=config.trial,
            tray_side=config.tray.side,
            motion=config.screen.motion,
        )


class RepeatGuard:
    """Refuses an identical second press that comes too soon: hands tremble, and touch screens
    bounce (EN 301 549, 5.8).

    The window has one for all its buttons, because a page may have been built again in between.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._name, self._at = "", 0.0

    def accepts(self, name: str, least_s: float) -> bool:
        """Return whether this press counts: another control was pressed last, or this one at least
        ``least_s`` ago."""
        now = self._clock()
        if name == self._name and now - self._at < least_s:
            return False
        self._name, self._at = name, now
        return True


@dataclass(frozen=True)
class Kit:
    """The kit for one mode, one language and one screen."""

    screen: Screen
    look: Look
    post: Post
    place: Place
    squeeze: float = 1.0
    sparse: bool = False
    """Whether the page must leave out what is not necessary, because it does not fit even with the
    tightest spacing."""
    guard: RepeatGuard | None = None
    """``None`` if a program presses the buttons, faster than hands do."""

    def squeezed(self, squeeze: float, *, sparse: bool = False) -> Kit:
        """Return a kit with tighter spacing, for a page that does not fit."""
        return replace(self, squeeze=squeeze, sparse=sparse)

    @property
    def sizes(self) -> Sizes:
        """The sizes of this mode."""
        return Sizes(self.screen, self.look.mode, self.squeeze)

    @property
    def words(self) -> Words:
        """The words of this language."""
        return words(self.look.language)

    @property
    def theme(self) -> Palette:
        """The colours of this theme, by their role."""
        return PALETTES[self.look.theme]

    @property
    def large(self) -> bool:
        """Whether a page asks for one decision, in large type, with "back" in its foot."""
        return self.look.mode.large

    @property
    def plain_words(self) -> bool:
        """Whether services have their everyday names."""
        return self.look.mode.plain_words

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms of a message that this mode prefers (`terminal.words`)."""
        return self.look.mode.forms

    @property
    def portrait(self) -> bool:
        """Whether the screen is taller than wide."""
        return self.screen.portrait

    @property
    def compact(self) -> bool:
        """Whether the screen has space for the necessary parts only."""
        return self.screen.compact

    @property
    def terse(self) -> bool:
        """Whether the type leaves space for the most necessary words only."""
        return self.sizes.terse

    def say(self, key: str, /, **values: object) -> str:
        """Return the text of ``key``, in the mode's own wording if there is one."""
        return self.words.text(key, forms=self.forms, **values)

    def block(
        self,
        markup: str,
        role: Role = Role.BODY,
        *,
        colour: str = "",
        bold: bool | None = None,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        px: int | None = None,
    ) -> Block:
        """Return text in the type of ``role``, and in the page's colour if none is given."""
        table = self.sizes.table
        return Block(
            markup,
            px or self.sizes.type_px(role),
            colour or self.theme.text,
            role in _BOLD if bold is None else bold,
            table.title_spacing if role in _TIGHT else table.line_spacing,
            align,
            self.look.language,
        )

    def text(
        self,
        markup: str,
        role: Role = Role.BODY,
        *,
        colour: str = "",
        ground: str = "",
        bold: bool | None = None,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        name: str = "",
    ) -> Text:
        """Return a text widget in the type of ``role``; by default it is on the page itself."""
        block = self.block(markup, role, colour=colour, bold=bold, align=align)
        made = Text(block, ground or self.theme.page)
        made.setObjectName(name)
        return made
