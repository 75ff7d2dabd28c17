"""The page while a job is printed: the pages as the device counts them, or why the printer waits.

It shows no estimated time. While the printer waits, the page says what is printed, what will
happen, that nothing costs more, how to get the copy on the phone instead, and how to leave.
"""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtWidgets import QWidget

from devices.health import Fault, Who, code_of
from printing.outcome import Outcome, PrintProgress
from terminal.session import events as ev
from terminal.session.model import Presence
from terminal.session.states import Printing

from ..look.line_breaking import plain
from ..look.metrics import Role
from ..voice.sentences import Speech
from ..voice.utterance import Utterance
from ..widgets.pictures import SheetPicture
from ..widgets.progress import Bar
from ..widgets.surface import fact_row, headline, notice
from ..wording.printed_pages import action_while_waiting
from .base import Page
from .parts import code_line, formal_title

STOPPING = {
    True: ("to_phone.title", "to_phone.lede"),
    False: ("cancelling.title", "cancelling.lede"),
}
"""Texts while the job is being stopped: for a copy on the phone (true), or to end the visit."""


def _to_phone(state: Printing) -> bool:
    """Return whether the job is being cancelled because the phone fetches the document."""
    return state.copying and state.cancelling is None


class PrintingPage(Page[Printing]):
    """A job that is being printed."""

    still_key = "printing.still"

    @classmethod
    def key(cls, state: Printing) -> Hashable:
        waiting = state.progress.waiting
        if waiting is None and not state.stopping:
            return state.progress.job
        code = code_of(waiting)
        ways = (state.cancelling, state.copying, state.stopped)
        return state.progress.job, code, state.progress.pages_done, ways

    def build(self, state: Printing) -> None:
        waiting = state.progress.waiting
        if state.stopping:
            self._build_stopping(state)
        elif waiting is not None:
            self._build_waiting(state, waiting)
        else:
            self._build_running(state)

    @classmethod
    def spoken(cls, speech: Speech, state: Printing) -> Utterance:
        say, join, progress = speech.say, speech.join, state.progress
        done, pages = progress.pages_done, progress.pages
        if state.stopping:
            title, lede = STOPPING[_to_phone(state)]
            return join(say(title), say(lede), say("cancelling.paper") if done else "")
        if progress.waiting is None:
            if progress.outcome is Outcome.PRINTING and done:
                counted = say("printing.count", done=done, pages=pages)
                return join(say("printing.title"), counted)
            taken = state.visit.presence is Presence.ABSENT
            remember = "" if taken else say("printing.remember", card=speech.card(state))
            return join(say("printing.title"), remember)
        if done == 0:
            made = say("waiting.none", pages=pages)
        else:
            made = say("waiting.done", done=done, left=pages - done)
        return join(
            speech.words.text(progress.waiting.code),
            plain(action_while_waiting(speech.words, progress.waiting)), made,
            say("waiting.goes_on"), say("waiting.no_cost"),
            say("waiting.voice_copy") if state.may_copy else "",
        )  # fmt: skip

    def refresh(self, state: Printing) -> None:
        before, self.state = self.state, state
        if not state.stopping and state.progress.waiting is None:
            self._remember.setVisible(state.visit.presence is not Presence.ABSENT)
        if state.progress != before.progress and state.progress.waiting is None:
            self._show_progress(state.progress)

    # -- printing --------------------------------------------------------------------------

    def _build_running(self, state: Printing) -> None:
        kit = self.kit
        self.own_progress = True
        self.stop = ("printing.stop", "printing.stop", self.poster(ev.StopPressed))
        self._picture = SheetPicture(kit)
        self._count = kit.text("", Role.BODY, bold=True, name="printing.count")
        self._bar = Bar(kit)
        card = kit.say(f"card.{state.visit.identity.kind.value}")
        self._remember = notice(
            kit, kit.theme.remember, "id-card", "", kit.say("printing.remember", card=card)
        )
        if state.visit.presence is Presence.ABSENT:
            self._remember.hide()
        head = [self.title(kit.say("printing.title"))]
        if not kit.sparse:
            head.append(self.lede(formal_title(state.item, kit.look.language)))
        self.arrange_beside(head, self._picture, [self._count, self._bar, self._remember], [])
        self._show_progress(state.progress, at_once=True)

    def _show_progress(self, progress: PrintProgress, *, at_once: bool = False) -> None:
        done, pages = progress.pages_done, progress.pages
        key = (
            "printing.sending"
            if done == 0 and progress.outcome is not Outcome.PRINTING
            else ("printing.first" if done == 0 else "printing.count")
        )
        self._count.say(self.kit.say(key, done=done, pages=pages))
        self._bar.show_share(done / max(1, pages))
        self._picture.count(done, pages, at_once=at_once)

    # -- waiting ---------------------------------------------------------------------------

    def _build_waiting(self, state: Printing, waiting: Fault) -> None:
        kit, progress = self.kit, state.progress
        help_comes = action_while_waiting(kit.words, waiting)
        head = headline(kit, kit.theme.failure, "paper", kit.say(waiting.code), help_comes)
        self.setAccessibleName(kit.say(waiting.code))
        done, pages = progress.pages_done, progress.pages
        if done == 0:
            made = kit.say("waiting.none", pages=pages)
        else:
            made = kit.say("waiting.done", done=done, left=pages - done)
        steps = [
            fact_row(kit, "paper", made, done=done > 0),
            fact_row(kit, "retry", kit.say("waiting.goes_on")),
            fact_row(kit, "coins", kit.say("waiting.no_cost")),
        ]
        stop = self.button(
            "printing.stop", "waiting.stop_printing", ev.StopPressed, icon="cross", height_mm=26
        )
        ways: list[QWidget] = [stop]
        if state.may_copy:
            # If the resident can fix the fault, the phone is only the second choice.
            copy = self.button(
                "printing.copy", "waiting.copy", ev.CopyPressed, icon="phone", height_mm=26,
                tone=kit.theme.secondary if waiting.who is Who.RESIDENT else kit.theme.primary,
            )  # fmt: skip
            ways.insert(0, copy)
        self.arrange([], [head, *steps], ways, after=[code_line(kit, waiting)], spacing=5.5)

    # -- stopping ----------------------------------------------------------------------------

    def _build_stopping(self, state: Printing) -> None:
        kit = self.kit
        done = state.progress.pages_done
        title, lede = STOPPING[_to_phone(state)]
        head = [self.title(kit.say(title)), self.lede(kit.say(lede))]
        main = (
            [notice(kit, kit.theme.plain, "paper", "", kit.say("cancelling.paper"))] if done else []
        )
        self.arrange(head, main, [])
