"""The base of the pages while the terminal works and a person can only wait.

The window shows below it that the work goes on, and a way to stop (`widgets.waiting`).
"""

from __future__ import annotations

from typing import Generic

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from ..look.metrics import Role
from ..voice.sentences import Speech
from ..voice.utterance import Utterance
from ..widgets.pictures import Emblem
from .base import Page, S


class WorkingPage(Page[S], Generic[S]):
    """A page with one emblem. Subclasses say what is being done."""

    icon = ""
    title_key = ""
    lede_key = ""

    def words(self, _state: S) -> tuple[str, str]:
        """Return title and lede."""
        return self.kit.say(self.title_key), self.kit.say(self.lede_key)

    @classmethod
    def spoken(cls, speech: Speech, _state: S) -> Utterance:
        return speech.join(speech.say(cls.title_key), speech.say(cls.lede_key))

    def build(self, state: S) -> None:
        kit, space = self.kit, self.kit.sizes.space
        title, lede = self.words(state)
        middle = Qt.AlignmentFlag.AlignHCenter
        outer = self.frame()
        heading = kit.text(title, Role.TITLE, align=middle, name="page.title")
        self.setAccessibleName(title)
        outer.addStretch(3)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(Emblem(kit, self.icon, size_mm=70 if kit.portrait else 52))
        row.addStretch(1)
        outer.addLayout(row)
        outer.addSpacing(space(14 if kit.portrait else 8))
        outer.addWidget(heading)
        outer.addSpacing(space(4))
        outer.addWidget(kit.text(lede, Role.LEDE, align=middle, name="page.lede"))
        outer.addStretch(3)
