"""The base of all pages: built once for a situation, refreshed while the situation lasts.

A page shows a state and posts events. It never decides what comes next and never waits. After
``forget`` it holds no data of a resident.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from terminal.session.states import State

from ..look.metrics import PROSE_EM, Role
from ..look.theme import Tone
from ..widgets.button import Button
from ..widgets.frame import Back
from ..widgets.kit import Kit
from ..widgets.text import Text

if TYPE_CHECKING:
    from terminal.session.events import Event

    from ..voice.sentences import InSight, Speech
    from ..voice.utterance import Utterance
    from ..widgets.waiting import Stop

S = TypeVar("S", bound=State)


class Page(QWidget, Generic[S]):
    """A page. Subclasses implement ``build`` and ``spoken``, and ``refresh`` if the page can change
    without being rebuilt."""

    still_key = "working.still"
    """The words that say that the terminal still works."""
    offers_stop = True
    """Whether the window offers to end the visit if the work takes long. A page that has its own
    way on needs no second one."""
    own_progress = False
    """Whether the page itself shows progress, so that no moving bar is needed."""

    turned = Signal()
    """``in_sight`` now returns other services than before."""

    def __init__(self, kit: Kit, state: S, carried: Any = None) -> None:
        super().__init__()
        self.kit = kit
        self.state = state
        self.carried = carried
        self.back: Back | None = None
        """The action of "back" in the foot of pages with large type."""
        self.stop: Stop | None = None
        """The button that stops the work which the page waits for. Without one, the button of the
        window ends the visit."""
        self.build(state)

    def build(self, state: S) -> None:
        """Make the page's parts for ``state``."""
        raise NotImplementedError

    @classmethod
    def spoken(cls, speech: Speech, state: S) -> Utterance:
        """Return what the voice says: nothing that the page does not show."""
        raise NotImplementedError

    @classmethod
    def key(cls, _state: S) -> Hashable:
        """Return the values on which the page's parts depend. If they are unchanged, call
        ``refresh`` instead of building a new page."""
        return None

    def warn_beside(self, shown: bool) -> None:
        """Take notice that the window shows (or hides) the seconds left above the page."""

    def refresh(self, state: S) -> None:
        """Show a later state of the same key."""
        self.state = state

    def in_sight(self) -> InSight | None:
        """Return the services that are visible, if there are more than the page can show at
        once. The voice names only these."""
        return None

    @classmethod
    def keeps(cls, before: S, state: S) -> bool:
        """Return whether what the person did on the page of ``before`` is still valid for
        ``state``."""
        return cls.key(before) == cls.key(state)

    @property
    def ready(self) -> bool:
        """Whether everything on the page has been drawn. Most pages are drawn at once."""
        return True

    def carry(self) -> Any:
        """Return what the person did on this page, for the page that replaces it (another
        language)."""
        return None

    def fits(self, width: int, height: int) -> bool:
        """Return whether all parts of the page fit into this size in pixels."""
        layout = self.layout()
        assert layout is not None
        if layout.totalMinimumSize().width() > width:
            return False
        return int(layout.totalMinimumHeightForWidth(width)) <= height

    def forget(self) -> None:
        """Delete every text that was shown."""
        for text in self.findChildren(Text):
            text.say("")
        for button in self.findChildren(Button):
            button.label("")

    # -- functions that make parts -------------------------------------------------------

    def post(self, event: Event) -> None:
        """Report an action of the person."""
        self.kit.post(event)

    def poster(self, make: Callable[[], Event]) -> Callable[[], None]:
        """Return a function that posts the event that ``make`` returns."""
        return lambda: self.kit.post(make())

    def title(self, markup: str, *, colour: str = "") -> Text:
        """Return the page's title: its question, or the situation."""
        text = self.kit.text(markup, Role.TITLE, colour=colour, name="page.title")
        self.setAccessibleName(text.text())
        return text

    def lede(self, markup: str) -> Text:
        """Return the explanation below the title."""
        text = self.kit.text(markup, Role.LEDE, name="page.lede")
        text.setMaximumWidth(text.block.px * PROSE_EM)
        return text

    def button(
        self,
        name: str,
        key: str,
        make: Callable[[], Event],
        *,
        tone: Tone | None = None,
        icon: str = "",
        enabled: bool = True,
        height_mm: float = 25.0,
        role: Role | None = None,
    ) -> Button:
        """Return a button that posts an event."""
        return Button(
            self.kit, name, self.kit.say(key), self.poster(make), tone=tone, icon_name=icon,
            enabled=enabled, height_mm=height_mm, role=role,
        )  # fmt: skip

    # -- layout --------------------------------------------------------------------------

    def frame(self) -> QVBoxLayout:
        """Return the page's outermost layout, with its margins."""
        sizes = self.kit.sizes
        outer = QVBoxLayout(self)
        side = sizes.space(14)
        top = sizes.space(13 if not self.kit.compact else 8)
        outer.setContentsMargins(side, top, side, sizes.space(11 if not self.kit.compact else 7))
        outer.setSpacing(0)
        return outer

    def heading(self, *parts: QWidget) -> QVBoxLayout:
        """Return title and lede, close to each other."""
        box = QVBoxLayout()
        box.setSpacing(self.kit.sizes.space(3.0))
        for part in parts:
            box.addWidget(part)
        return box

    def ways_on(self, buttons: Sequence[QWidget], stretch: Sequence[int] = ()) -> QLayout:
        """Return the layout of the main buttons: below each other in portrait, otherwise side by
        side."""
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
        """Lay the page out as ``arrange`` does, with a picture: above ``main`` in portrait,
        otherwise beside all text."""
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
            words.addSpacing(self.kit.sizes.gap(5 if i else 6))
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
        """Put the head at the top, ``main`` below it, and the buttons at the bottom, within reach.

        ``grow`` is the index of the part of ``main`` that takes the free height; without it the
        free height stays empty below ``main``. ``after`` is shown below the buttons (a code for
        staff).
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
            # The part above may be a button too.
            outer.addSpacing(self.kit.sizes.gap(8 if self.kit.portrait else 5))
            outer.addLayout(self.ways_on(buttons))
        for part in after:
            outer.addSpacing(space(4))
            outer.addWidget(part)
