"""The second factor: the code from the phone, or a check by a member of staff instead.

What is typed stays on this page until it is complete, and is deleted when it has been posted.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from devices.health import code_of
from terminal.session import events as ev
from terminal.session.states import Proof, Proving

from ..look.metrics import Role
from ..voice.sentences import Speech
from ..voice.utterance import Utterance
from ..widgets.button import Button
from ..widgets.keypad import Boxes, Keypad
from ..widgets.surface import Panel, notice
from .base import Page
from .parts import item_title

CODE_LENGTH = 6
PIN_LENGTHS = (4, 12)
"""Fewest and most digits of a staff PIN."""
STAFF_NUMBER_LENGTH = 6
"""Most digits of a staff number."""
TRIES = 3


class ProvingPage(Page[Proving]):
    """Code entry and staff check."""

    @classmethod
    def key(cls, state: Proving) -> Hashable:
        code = code_of(state.fault)
        return state.proof, code, state.tries_left, state.masked_phone, state.staff_number

    def carry(self) -> Any:
        return self._typed, self._staff_number

    def build(self, state: Proving) -> None:
        self._typed: str
        self._staff_number: str | None
        self._typed, self._staff_number = self.carried or ("", None)
        self.back = ("code.back", self.poster(ev.BackPressed))
        if state.proof in (Proof.STAFF, Proof.STAFF_CHECKING):
            self.back = ("staff.back", self.poster(ev.BackPressed))
            self._build_staff(state)
        else:
            self._build_code(state)

    @classmethod
    def spoken(cls, speech: Speech, state: Proving) -> Utterance:
        say, join = speech.say, speech.join
        why = say(state.fault.code) if state.fault else ""
        phone = speech.phone(state.masked_phone)
        match state.proof:
            case Proof.SENDING:
                return join(speech.personal("code.sending_to", "code.sending_aloud", digits=phone))
            case Proof.CHECKING | Proof.STAFF_CHECKING:
                return join(say("code.checking"))
            case Proof.ENTERING:
                sent = speech.personal("code.sent_to", "code.sent_aloud", digits=phone)
                return join(why, say("code.title"), sent)
            case Proof.STAFF if state.staff_number:
                return join(why, say("staff.pin"))
            case Proof.STAFF:
                item = speech.item(state.item)
                return join(why, say("staff.title"), say("staff.lede", item=item))

    def forget(self) -> None:
        self._typed, self._staff_number = "", None
        self._boxes.show_value("")
        super().forget()

    # -- the code from the phone -----------------------------------------------------------

    def _build_code(self, state: Proving) -> None:
        kit = self.kit
        phone = state.masked_phone
        ready = state.proof is Proof.ENTERING
        lede = {
            Proof.SENDING: "code.sending", Proof.CHECKING: "code.checking",
        }.get(state.proof, "code.lede")  # fmt: skip
        self._boxes = Boxes(kit, CODE_LENGTH, name="code.boxes")
        quiet = not ready
        self._boxes.show_value(self._typed, quiet=quiet)
        parts: list[QWidget | QLayout] = [self._row(self._boxes)]
        if state.fault is not None:
            tries = kit.say("code.tries", n=state.tries_left) if state.tries_left < TRIES else ""
            parts.append(
                notice(kit, kit.theme.failure, "alert", "", f"{kit.say(state.fault.code)}{tries}")
            )
        keypad = Keypad(kit, "code", self._typed_code, self._deleted_code, enabled=ready)
        again = self.button(
            "code.again",
            "code.again",
            ev.CodeAgainPressed,
            icon="retry",
            enabled=ready,
            role=Role.LEDE,
        )
        staff = self.button(
            "code.staff",
            "code.staff",
            ev.StaffPressed,
            icon="staff",
            enabled=ready,
            role=Role.LEDE,
        )
        ways: list[Button] = [again, staff]
        if not kit.large:
            ways.append(
                self.button("code.back", "action.back", ev.BackPressed, icon="back", role=Role.LEDE)
            )
        head: list[QWidget] = [
            self.title(kit.say("code.title")), self.lede(kit.say(lede, phone=phone))
        ]  # fmt: skip
        self._columns(head, parts, keypad, ways)

    def _typed_code(self, digit: str) -> None:
        if len(self._typed) >= CODE_LENGTH:
            return
        self._typed += digit
        self._boxes.show_value(self._typed)
        if len(self._typed) == CODE_LENGTH:
            code, self._typed = self._typed, ""
            self.post(ev.CodeEntered(code))

    def _deleted_code(self) -> None:
        self._typed = self._typed[:-1]
        self._boxes.show_value(self._typed)

    # -- a member of staff -------------------------------------------------------------------

    def _build_staff(self, state: Proving) -> None:
        kit = self.kit
        ready = state.proof is Proof.STAFF
        self._staff_number = self._staff_number or state.staff_number or None
        asks_pin = self._staff_number is not None
        parts: list[QWidget | QLayout] = []
        if state.fault is not None:
            parts.append(notice(kit, kit.theme.failure, "alert", "", kit.say(state.fault.code)))
        panel = Panel(kit, kit.theme.plain, pad_mm=6)
        step = "staff.checking" if not ready else "staff.pin" if asks_pin else "staff.helper"
        self._ask = kit.text(
            kit.say(step), Role.BODY, bold=True, ground=panel.ground, name="staff.ask"
        )
        self._boxes = Boxes(kit, STAFF_NUMBER_LENGTH, secret=asks_pin, name="staff.boxes")
        panel.box.addWidget(self._ask)
        panel.box.addLayout(self._row(self._boxes))
        if ready and (state.staff_number or state.station.operators):
            hint = kit.say("staff.card_read", number=state.staff_number)
            if not state.staff_number:
                # If there is only one reader, the resident's card is on it and must be removed
                # first.
                alone = len(state.station.readers) == 1
                hint = kit.say("staff.card_instead" if alone else "staff.card")
            panel.box.addWidget(kit.text(hint, Role.BODY, ground=panel.ground, name="staff.card"))
        parts.append(panel)
        keypad = Keypad(kit, "staff", self._typed_staff, self._deleted_staff, enabled=ready)
        self._next = Button(
            kit, "staff.next", kit.say("staff.next"), self._confirm_staff, tone=kit.theme.primary,
            icon_name="check", enabled=False,
        )  # fmt: skip
        ways: list[Button] = [self._next]
        if not kit.large:
            ways.append(self.button("staff.back", "action.back", ev.BackPressed, icon="back"))
        key = "staff.lede" if state.staff_called else "staff.here"
        lede = kit.say(key, item=item_title(kit, state.item))
        head: list[QWidget] = [self.title(kit.say("staff.title"))]
        if not kit.sparse:
            head.append(self.lede(lede))
        self._columns(head, parts, keypad, ways)
        self._show_staff()

    def _show_staff(self) -> None:
        ready = self.state.proof is Proof.STAFF
        asks_pin = self._staff_number is not None
        shown = self._typed[-STAFF_NUMBER_LENGTH:]
        self._boxes.show_value(shown, quiet=not ready)
        least = PIN_LENGTHS[0] if asks_pin else 1
        self._next.setEnabled(ready and len(self._typed) >= least)

    def _typed_staff(self, digit: str) -> None:
        most = STAFF_NUMBER_LENGTH if self._staff_number is None else PIN_LENGTHS[1]
        if len(self._typed) < most:
            self._typed += digit
        self._show_staff()

    def _deleted_staff(self) -> None:
        self._typed = self._typed[:-1]
        self._show_staff()

    def _confirm_staff(self) -> None:
        if self._staff_number is None:
            self._staff_number, self._typed = self._typed, ""
            self._boxes.make_secret()
            self._ask.say(self.kit.say("staff.pin"))
            self._show_staff()
            return
        staff_number, pin = self._staff_number, self._typed
        self._staff_number, self._typed = self.state.staff_number or None, ""
        self.post(ev.StaffEntered(staff_number, pin))

    # -- layout ------------------------------------------------------------------------------

    def _row(self, widget: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(widget)
        row.addStretch(1)
        return row

    def _columns(
        self,
        head: list[QWidget],
        parts: list[QWidget | QLayout],
        keypad: Keypad,
        ways: list[Button],
    ) -> None:
        """Portrait: all below each other. Otherwise: text and buttons at the left, keypad at the
        right."""
        kit, space = self.kit, self.kit.sizes.space
        outer = self.frame()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addLayout(self.heading(*head))
        for part in parts:
            words.addSpacing(space(7))
            if isinstance(part, QLayout):
                words.addLayout(part)
            else:
                words.addWidget(part)
        row = QHBoxLayout() if kit.portrait else QVBoxLayout()
        row.setSpacing(kit.sizes.gap(5))
        for way in ways:
            # In a row each button is as wide as its text needs.
            row.addWidget(way, way.natural_width() if kit.portrait else 0)
        if kit.portrait:
            outer.addLayout(words)
            outer.addStretch(1)
            outer.addSpacing(space(7))
            middle = QHBoxLayout()
            middle.addStretch(1)
            middle.addWidget(keypad, 12)
            middle.addStretch(1)
            outer.addLayout(middle, 12)
            outer.addSpacing(kit.sizes.gap(9))
            outer.addLayout(row)
            return
        columns = QHBoxLayout()
        columns.setSpacing(space(14))
        words.addStretch(1)
        words.addLayout(row)
        columns.addLayout(words, 11)
        columns.addWidget(keypad, 9, Qt.AlignmentFlag(0))
        outer.addLayout(columns, 1)
