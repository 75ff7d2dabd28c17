"""The base of the pages while the terminal works and a person can only wait.

After two seconds a line says that the terminal is still working, and a button to leave appears.
"""

from __future__ import annotations

import time
from typing import Generic

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from terminal.session import events as ev

from ..look.metrics import Role
from ..voice.sentences import Speech
from ..voice.utterance import Utterance
from ..widgets.pictures import Emblem
from .base import Page, S

STILL_AFTER_S = 2.0
"""Seconds without a change after which people would think that the terminal has stopped."""


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
        # The line and the button keep their space while hidden, so that nothing moves when they
        # appear.
        foot = QVBoxLayout()
        foot.setSpacing(space(7))
        self._still = kit.text(
            kit.say("working.still"), Role.BODY, colour=kit.theme.quiet, align=middle,
            name="working.still",
        )  # fmt: skip
        self._leave = self.button("working.leave", "action.leave", ev.LeavePressed, icon="exit")
        for part in (self._still, self._leave):
            keep = part.sizePolicy()
            keep.setRetainSizeWhenHidden(True)
            part.setSizePolicy(keep)
            part.hide()
            foot.addWidget(part)
        outer.addLayout(foot)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._say_still)
        left = state.entered + STILL_AFTER_S - time.monotonic()
        if left <= 0:
            self._say_still()
        else:
            self._timer.start(round(left * 1000))

    def _say_still(self) -> None:
        self._still.show()
        self._leave.show()
