"""The page after staff were called: whether they come, who and when, and how to go on alone."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtWidgets import QWidget

from terminal.platform.kinds import HelpProgress
from terminal.session import events as ev
from terminal.session.model import HelpAnswer
from terminal.session.model.look import in_language
from terminal.session.states import Assisted

from ..look.theme import Palette, Tone
from ..voice.sentences import Speech
from ..voice.utterance import Utterance
from ..widgets.button import Button
from ..widgets.surface import fact_row, notice
from .base import Page


class AssistedPage(Page[Assisted]):
    """Shown over the page from which staff were called, which is kept until the resident goes
    back."""

    still_key = "help.still"
    offers_stop = False

    @classmethod
    def key(cls, state: Assisted) -> Hashable:
        answer = state.answer
        if answer is None:
            return state.reached, state.reference
        who = answer.staff_number, *sorted(answer.role.items())
        return state.reached, state.reference, answer.progress, answer.minutes, who

    def build(self, state: Assisted) -> None:
        kit = self.kit
        self.back = ("foot.back", self.poster(ev.HelpDismissed))
        tone, icon = _mark(kit.theme, state)
        heading, text = _words(state)
        body = kit.say(text) if text else self._who(state) or self._reference(state)
        head = notice(kit, tone, icon, kit.say(heading, **_minutes(state)) if heading else "", body)
        steps: list[QWidget] = [
            fact_row(kit, "clock", kit.say(_what_to_do(state))),
            fact_row(kit, "shield", kit.say("help.never")),
        ]
        go_on = Button(
            kit, "help.dismiss", kit.say("help.dismiss"), self.poster(ev.HelpDismissed),
            tone=kit.theme.primary, icon_name="back", height_mm=28.0,
        )  # fmt: skip
        title = self.title(kit.say("help.title"))
        self.arrange([title], [head, *steps], [go_on], spacing=5.5)

    @classmethod
    def spoken(cls, speech: Speech, state: Assisted) -> Utterance:
        heading, text = _words(state)
        said = speech.say(heading, **_minutes(state)) if heading else ""
        return speech.join(said, *(speech.say(key) for key in (text, _what_to_do(state)) if key))

    def _who(self, state: Assisted) -> str:
        """Return who comes, as the platform names them: a role, a staff number, or both."""
        answer = state.answer
        if answer is None:
            return ""
        role = in_language(answer.role, self.kit.look.language)
        if not answer.staff_number:
            return role
        if not role:
            return self.kit.say("help.who.number", number=answer.staff_number)
        return self.kit.say("help.who", role=role, number=answer.staff_number)

    def _reference(self, state: Assisted) -> str:
        if not state.reached or not state.reference:
            return ""
        return self.kit.say("help.reference", reference=state.reference)


def _words(state: Assisted) -> tuple[str, str]:
    """Return the keys of the notice's heading and text (may be empty)."""
    match state.answer:
        case HelpAnswer(progress=HelpProgress.COMING, minutes=None):
            return "help.coming", ""
        case HelpAnswer(progress=HelpProgress.COMING, minutes=0):
            return "help.coming.now", ""
        case HelpAnswer(progress=HelpProgress.COMING):
            return "help.coming.minutes", ""
        case HelpAnswer(progress=HelpProgress.NOT_COMING):
            return "help.not_coming", "help.not_coming.text"
        case HelpAnswer(progress=HelpProgress.ARRIVED):
            return "help.arrived", ""
    match state.reached:
        case None:
            return "", "help.calling"
        case True:
            return "help.reached", ""
        case False:
            return "help.not_reached", "help.not_reached.text"


def _mark(theme: Palette, state: Assisted) -> tuple[Tone, str]:
    """Return the notice's tone and icon."""
    progress = None if state.answer is None else state.answer.progress
    if progress in (HelpProgress.COMING, HelpProgress.ARRIVED):
        return theme.done, "check"
    if progress is HelpProgress.NOT_COMING or state.reached is False:
        return theme.failure, "alert"
    return (theme.done, "check") if state.reached else (theme.plain, "headset")


def _minutes(state: Assisted) -> dict[str, object]:
    return {"minutes": state.answer.minutes} if state.answer and state.answer.minutes else {}


def _what_to_do(state: Assisted) -> str:
    """Return the words of the first step: to wait, unless waiting is over or in vain."""
    over = (HelpProgress.NOT_COMING, HelpProgress.ARRIVED)
    return "help.go_on" if state.answer and state.answer.progress in over else "help.wait"
