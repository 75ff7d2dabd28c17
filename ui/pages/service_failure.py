"""The page after a failure: what happened, what was printed, what can be done now, and a code.

If a paper was printed in part, only a member of staff can have it printed again, by presenting
their card.
"""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtWidgets import QWidget

from devices.health import Cause, Fault
from terminal.platform import faults as net
from terminal.session import events as ev
from terminal.session.model import Retry
from terminal.session.states import ServiceFailure, Waits

from ..look.line_breaking import plain
from ..voice.sentences import Speech
from ..voice.utterance import Utterance
from ..widgets.button import Button
from ..widgets.surface import fact_row, headline, notice
from ..wording.printed_pages import pages_printed, printed_nothing, what_happened
from .base import Page
from .parts import code_line

RETRY = {
    Retry.IDENTIFY: "failure.retry", Retry.SEND_CODE: "failure.retry_code",
    Retry.ISSUE: "failure.retry", Retry.PREVIEW: "failure.retry_print",
}  # fmt: skip
"""Text of "try again". If only staff can retry, there is no such button for the resident."""


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
"""Icons for faults whose device would give the wrong icon: if a department has no record of a
person, the network is not at fault."""


def picture_of(fault: Fault) -> str:
    """Return the icon for this fault."""
    if fault.code in PICTURES:
        return PICTURES[fault.code]
    if fault.cause is Cause.PERSON:
        return "person"
    ways = {"PRN-": "printer", "NET-1": "network", "DOC-": "document"}
    return next((name for code, name in ways.items() if fault.code.startswith(code)), "alert")


class ServiceFailurePage(Page[ServiceFailure]):
    """Something failed during the visit."""

    @classmethod
    def key(cls, state: ServiceFailure) -> Hashable:
        return state.fault.code, state.retry, state.pages_done, state.others

    def build(self, state: ServiceFailure) -> None:
        kit, code = self.kit, state.fault.code
        title = what_happened(kit.words, state, forms=kit.forms)
        head = headline(kit, kit.theme.failure, picture_of(state.fault), title)
        self.setAccessibleName(title)
        by_staff = state.waits_for is Waits.STAFF
        # The explanation of the fault ("print it again") would name an action that only staff have
        # here.
        explained = "" if by_staff or printed_nothing(state) else kit.words.form(code, "explain")
        called = kit.say("failure.staff") if state.staff_called else ""
        pages = pages_printed(kit.words, state, forms=kit.forms)
        said = {
            "paper": pages, "info": explained, "headset": called, "lock": kit.say("failure.safe"),
        }  # fmt: skip
        steps: list[QWidget] = [fact_row(kit, name, text) for name, text in said.items() if text]
        if by_staff and state.station.operators:
            card = kit.say("failure.staff_card", side=kit.say(f"side.{kit.place.card_side}"))
            steps.append(notice(kit, kit.theme.remember, "staff", "", card))
        ways: list[QWidget] = []
        if state.retry in RETRY:
            ways.append(
                Button(
                    kit, "failure.retry", kit.say(RETRY[state.retry]), self.poster(ev.RetryPressed),
                    tone=kit.theme.primary, icon_name="retry", height_mm=26.0,
                )
            )  # fmt: skip
        if state.others:
            ways.append(
                Button(
                    kit, "failure.more", kit.say("collect.more"), self.poster(ev.MorePressed),
                    tone=kit.theme.primary, icon_name="plus", height_mm=26.0,
                )
            )  # fmt: skip
        if not ways and not by_staff:
            # Nothing else can be done here, so the exit is also where the eye looks for it.
            ways.append(
                self.button(
                    "failure.leave", "failure.leave", ev.EndPressed, icon="exit", height_mm=26
                )
            )
        # Staff who present their card see the code on their own page.
        codeless = kit.sparse and by_staff and state.station.operators
        after = [] if codeless else [code_line(kit, state.fault)]
        self.arrange([], [head, *steps], ways, after=after, spacing=5.5)

    @classmethod
    def spoken(cls, speech: Speech, state: ServiceFailure) -> Utterance:
        say, words, forms = speech.say, speech.words, speech.forms
        pages = plain(pages_printed(words, state, forms=forms))
        happened = what_happened(words, state, forms=forms)
        if state.waits_for is Waits.STAFF:
            return speech.join(happened, pages, say("failure.staff"))
        if not printed_nothing(state):
            happened = say(state.fault.code)
        return speech.join(happened, pages, say("failure.safe"))
