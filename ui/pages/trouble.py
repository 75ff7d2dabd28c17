"""Trouble with dignity: what happened, what is done, what comes next, the ways on, a code.

A paper that came out in part is printed again by a member of staff only, who lays their card on.
"""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtWidgets import QWidget

from devices.health import Cause, Fault
from terminal.platform import faults as net
from terminal.session import events as ev
from terminal.session.model import Retry
from terminal.session.states import Trouble

from ..look.theme import PRIMARY, REMEMBER, TROUBLE
from ..widgets.button import Button
from ..widgets.surface import headline, notice, step_row
from ..wording.printed_pages import came_out, nothing, only_staff, what_happened
from .base import Page
from .parts import code_line

RETRY = {
    Retry.IDENTIFY: "trouble.retry", Retry.SEND_CODE: "trouble.retry_code",
    Retry.ISSUE: "trouble.retry", Retry.PREVIEW: "trouble.retry_print",
}  # fmt: skip
"""What "try again" is called. Where only staff can, there is nothing for the resident to touch."""


PICTURES = {
    fault.code: name
    for name, faults in {
        "search": (net.PERSON_UNKNOWN, net.NO_RECORD),
        "clock": (net.ITEM_CLOSED, net.QUOTA_SPENT),
        "id-card": (net.PERSON_LAPSED,),
        "phone": (net.NO_PHONE, net.CODE_WRONG, net.CODE_EXPIRED, net.CODE_LOCKED),
        "staff": (net.STAFF_REFUSED, net.STAFF_LOCKED),
        "document": (net.ITEM_UNKNOWN,),
    }.items()
    for fault in faults
}
"""What a fault is about, where its device's picture would lie: nothing is wrong with the network
when a department has nothing on record."""


def picture_of(fault: Fault) -> str:
    """The icon of what went wrong."""
    if fault.code in PICTURES:
        return PICTURES[fault.code]
    if fault.cause is Cause.PERSON:
        return "person"
    ways = {"PRN-": "printer", "NET-1": "network", "DOC-": "document"}
    return next((name for code, name in ways.items() if fault.code.startswith(code)), "alert")


class TroublePage(Page[Trouble]):
    """Something failed within the visit."""

    @classmethod
    def key(cls, state: Trouble) -> Hashable:
        return state.fault.code, state.retry, state.pages_done, state.others

    def build(self, state: Trouble) -> None:
        kit, code = self.kit, state.fault.code
        title = what_happened(kit.words, state, elder=kit.elder)
        head = headline(kit, TROUBLE, picture_of(state.fault), title)
        self.setAccessibleName(title)
        by_staff = only_staff(state)
        # What a fault's entry promises ("print it again") only staff can do here.
        explained = "" if by_staff or nothing(state) else kit.words.form(code, "explain")
        called = kit.say("trouble.staff") if by_staff else ""
        pages = came_out(kit.words, state, elder=kit.elder)
        said = (pages, explained, called, kit.say("trouble.safe"))
        steps: list[QWidget] = [
            step_row(kit, str(i), words) for i, words in enumerate((s for s in said if s), 1)
        ]
        if by_staff and state.station.operators:
            card = kit.say("trouble.staff_card", side=kit.say(f"side.{kit.card_side}"))
            steps.append(notice(kit, REMEMBER, "staff", "", card))
        ways: list[QWidget] = []
        if state.retry in RETRY:
            ways.append(
                Button(
                    kit, "trouble.retry", kit.say(RETRY[state.retry]), self.poster(ev.RetryPressed),
                    tone=PRIMARY, icon_name="retry", height_mm=26.0,
                )
            )  # fmt: skip
        if state.others:
            ways.append(
                Button(
                    kit, "trouble.more", kit.say("collect.more"), self.poster(ev.MorePressed),
                    tone=PRIMARY, icon_name="plus", height_mm=26.0,
                )
            )  # fmt: skip
        ways.append(
            self.button(
                "trouble.leave", "trouble.leave", ev.LeavePressed, icon="exit", height_mm=26
            )
        )
        self.arrange([], [head, *steps], ways, after=[code_line(kit, state.fault)], spacing=5.5)
