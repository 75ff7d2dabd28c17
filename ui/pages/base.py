"""What every page is: built once for a situation, refreshed while that situation goes on.

For the pages. A page shows a state and posts events; it never decides what comes next, never
waits, and holds nothing of a resident after ``forget``.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from terminal.session.events import Event
from terminal.session.states import State

from ..look.metrics import Role
from ..look.theme import SECONDARY, Colour, Tone
from ..voice.sentences import InSight
from ..widgets.button import Button
from ..widgets.frame import Back
from ..widgets.kit import Kit
from ..widgets.text import Text

S = TypeVar("S", bound=State)

PROSE_EM = 34
"""Longest line of prose, in characters (WCAG 1.4.8 allows 40)."""


class Page(QWidget, Generic[S]):
    """A page. Subclasses give ``build`` and, where the page lives on, ``refresh``."""

    turned = Signal()
    """Others of its services are ``in_sight`` than before."""

    def __init__(self, kit: Kit, state: S, carried: Any = None) -> None:
        super().__init__()
        self.kit = kit
        self.state = state
        self.carried = carried
        self.back: Back | None = None
        """The way back that the elder page's foot shows."""
        self.build(state)

    def build(self, state: S) -> None:
        """Make the page's parts for ``state``."""
        raise NotImplementedError

    @classmethod
    def key(cls, _state: S) -> Hashable:
        """What the page's parts depend on. While it is equal, ``refresh`` is enough."""
        return None

    def refresh(self, state: S) -> None:
        """Show a later state of the same key."""
        self.state = state

    def in_sight(self) -> InSight | None:
        """Which services are shown where there are more: the voice says these, and no others."""
        return None

    @classmethod
    def keeps(cls, before: S, state: S) -> bool:
        """Whether what the person has done on the page of ``before`` still holds for ``state``."""
        return cls.key(before) == cls.key(state)

    def carry(self) -> Any:
        """What the person has done on this page, for its next building (another language)."""
        return None

    def fits(self, width: int, height: int) -> bool:
        """Whether everything on the page has its room in so many pixels."""
        layout = self.layout()
        assert layout is not None
        if layout.totalMinimumSize().width() > width:
            return False
        return int(layout.totalMinimumHeightForWidth(width)) <= height

    def forget(self) -> None:
        """Let go of everything that was shown."""
        for text in self.findChildren(Text):
            text.say("")
        for button in self.findChildren(Button):
            button.label("")

    # -- makers --------------------------------------------------------------------------

    def post(self, event: Event) -> None:
        """Tell what the person did."""
        self.kit.post(event)

    def poster(self, make: Callable[[], Event]) -> Callable[[], None]:
        """An act that posts what ``make`` makes."""
        return lambda: self.kit.post(make())

    def title(self, markup: str, *, colour: str = Colour.INK) -> Text:
        """The page's question or state."""
        text = self.kit.text(markup, Role.TITLE, colour=colour, name="page.title")
        self.setAccessibleName(text.text())
        return text

    def lede(self, markup: str) -> Text:
        """The line of explanation below it."""
        text = self.kit.text(markup, Role.LEDE, name="page.lede")
        text.setMaximumWidth(text.block.px * PROSE_EM)
        return text

    def button(
        self,
        name: str,
        key: str,
        make: Callable[[], Event],
        *,
        tone: Tone = SECONDARY,
        icon: str = "",
        enabled: bool = True,
        height_mm: float = 25.0,
        role: Role | None = None,
    ) -> Button:
        """A button that posts an event."""
        return Button(
            self.kit, name, self.kit.say(key), self.poster(make), tone=tone, icon_name=icon,
            enabled=enabled, height_mm=height_mm, role=role,
        )  # fmt: skip

    # -- layout --------------------------------------------------------------------------

    def frame(self) -> QVBoxLayout:
        """The page's outermost layout, with its margins."""
        sizes = self.kit.sizes
        outer = QVBoxLayout(self)
        side = sizes.space(14)
        top = sizes.space(13 if not self.kit.compact else 8)
        outer.setContentsMargins(side, top, side, sizes.space(11 if not self.kit.compact else 7))
        outer.setSpacing(0)
        return outer

    def heading(self, *parts: QWidget) -> QVBoxLayout:
        """Title and lede, close to each other."""
        box = QVBoxLayout()
        box.setSpacing(self.kit.sizes.space(3.0))
        for part in parts:
            box.addWidget(part)
        return box

    def ways_on(self, buttons: Sequence[QWidget], stretch: Sequence[int] = ()) -> QLayout:
        """The ways on: below each other on a portrait screen, side by side on a wide one."""
        box = QVBoxLayout() if self.kit.portrait else QHBoxLayout()
        box.setSpacing(self.kit.sizes.gap(6))
        for i, button in enumerate(buttons):
            box.addWidget(button, stretch[i] if stretch and not self.kit.portrait else 0)
        return box

    def arrange_beside(
        self,
        head: Sequence[QWidget],
        picture: QWidget,
        main: Sequence[QWidget | QLayout],
        buttons: Sequence[QWidget],
        *,
        after: Sequence[QWidget] = (),
    ) -> None:
        """As ``arrange``, with a picture: above main in portrait, beside all words elsewhere."""
        if self.kit.portrait:
            self.arrange(head, [picture, *main], buttons, grow=0, after=after, spacing=7)
            return
        space = self.kit.sizes.space
        outer = self.frame()
        columns = QHBoxLayout()
        columns.setSpacing(space(12))
        words = QVBoxLayout()
        words.setSpacing(0)
        if head:
            words.addLayout(self.heading(*head))
        for i, part in enumerate(main):
            words.addSpacing(space(7 if head or i else 0))
            if isinstance(part, QLayout):
                words.addLayout(part)
            else:
                words.addWidget(part)
        words.addStretch(1)
        for i, button in enumerate(buttons):
            words.addSpacing(self.kit.sizes.gap(5) if i else space(6))
            words.addWidget(button)
        for part in after:
            words.addSpacing(space(4))
            words.addWidget(part)
        columns.addLayout(words, 10)
        columns.addWidget(picture, 9)
        outer.addLayout(columns, 1)

    def arrange(
        self,
        head: Sequence[QWidget],
        main: Sequence[QWidget | QLayout],
        buttons: Sequence[QWidget],
        *,
        grow: int | None = None,
        spacing: float = 6.0,
        after: Sequence[QWidget] = (),
    ) -> None:
        """Head above, main below it, the ways on at the bottom where a hand reaches them.

        ``grow`` is the part of main that takes the free height; without one it stays free
        below main. ``after`` stands below the ways on (a code for staff).
        """
        outer = self.frame()
        space = self.kit.sizes.space
        if head:
            outer.addLayout(self.heading(*head))
            outer.addSpacing(space(9 if self.kit.portrait else 6))
        for i, part in enumerate(main):
            if i:
                outer.addSpacing(space(spacing))
            stretch = 100 if grow == i else 0
            if isinstance(part, QLayout):
                outer.addLayout(part, stretch)
            else:
                outer.addWidget(part, stretch)
        outer.addStretch(1)
        if buttons:
            outer.addSpacing(space(8 if self.kit.portrait else 5))
            outer.addLayout(self.ways_on(buttons))
        for part in after:
            outer.addSpacing(space(4))
            outer.addWidget(part)
