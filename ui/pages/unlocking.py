"""Asks for the maintenance PIN, shown as dots; after too many wrong ones, says how long to wait."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from terminal.session import events as ev
from terminal.session.states import Unlocking

from ..voice.sentences import Speech
from ..voice.utterance import Utterance
from ..widgets.button import Button
from ..widgets.keypad import Boxes, Keypad
from ..widgets.surface import notice
from .base import Page

LENGTHS = (4, 12)
SHOWN = 8
"""Number of digit boxes on the page. A longer PIN fills them all."""


class UnlockingPage(Page[Unlocking]):
    """Asks for the maintenance PIN."""

    @classmethod
    def key(cls, state: Unlocking) -> Hashable:
        return state.checking, state.refused, state.locked_s

    def build(self, state: Unlocking) -> None:
        kit, space = self.kit, self.kit.sizes.space
        self._typed = ""
        ready = not state.checking and not state.locked_s
        self.back = ("pin.leave", self.poster(ev.LeavePressed))
        self._boxes = Boxes(kit, SHOWN, secret=True, name="pin.boxes")
        keypad = Keypad(kit, "pin", self._type, self._delete, enabled=ready)
        self._confirm = Button(
            kit, "pin.confirm", kit.say("pin.confirm"), self._enter, tone=kit.theme.primary,
            icon_name="check", enabled=False,
        )  # fmt: skip
        ways: list[QWidget] = [self._confirm]
        if not kit.large:
            ways.append(self.button("pin.leave", "action.back", ev.LeavePressed, icon="back"))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addLayout(
            self.heading(self.title(kit.say("pin.title")), self.lede(kit.say("pin.lede")))
        )
        words.addSpacing(space(8))
        row = QHBoxLayout()
        row.addWidget(self._boxes)
        row.addStretch(1)
        words.addLayout(row)
        if state.locked_s or state.refused:
            key = "pin.locked" if state.locked_s else "pin.refused"
            words.addSpacing(space(7))
            words.addWidget(
                notice(kit, kit.theme.failure, "lock", "", kit.say(key, seconds=state.locked_s))
            )
        ways_row = QHBoxLayout() if kit.portrait else QVBoxLayout()
        ways_row.setSpacing(kit.sizes.gap(5))
        for way in ways:
            ways_row.addWidget(way)
        outer = self.frame()
        if kit.portrait:
            outer.addLayout(words)
            outer.addStretch(1)
            middle = QHBoxLayout()
            middle.addStretch(1)
            middle.addWidget(keypad, 12)
            middle.addStretch(1)
            outer.addLayout(middle, 12)
            outer.addSpacing(kit.sizes.gap(9))
            outer.addLayout(ways_row)
        else:
            columns = QHBoxLayout()
            columns.setSpacing(space(14))
            words.addStretch(1)
            words.addLayout(ways_row)
            columns.addLayout(words, 11)
            columns.addWidget(keypad, 9)
            outer.addLayout(columns, 1)
        self._boxes.show_value("", quiet=not ready)

    @classmethod
    def spoken(cls, speech: Speech, _state: Unlocking) -> Utterance:
        return speech.join(speech.say("pin.title"), speech.say("pin.lede"))

    def _type(self, digit: str) -> None:
        if len(self._typed) < LENGTHS[1]:
            self._typed += digit
        self._show()

    def _delete(self) -> None:
        self._typed = self._typed[:-1]
        self._show()

    def _show(self) -> None:
        self._boxes.show_value(self._typed[:SHOWN])
        self._confirm.setEnabled(len(self._typed) >= LENGTHS[0])

    def _enter(self) -> None:
        pin, self._typed = self._typed, ""
        self.post(ev.PinEntered(pin))

    def forget(self) -> None:
        self._typed = ""
        self._boxes.show_value("")
        super().forget()
