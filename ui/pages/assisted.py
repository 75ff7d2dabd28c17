"""The page after staff were called: whether they come, who and when, and how to go on alone."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtWidgets import QWidget

from terminal.platform.kinds import HelpProgress
from terminal.session import events as ev
from terminal.session.model import HelpAnswer
from terminal.session.model.look import in_language
from terminal.session.states import Assisted

from ..look.theme import DONE, FAILURE, PLAIN, PRIMARY, Tone
from ..voice.sentences import Speech
from ..widgets.button import Button
from ..widgets.surface import notice, step_row
from .base import Page


class AssistedPage(Page[Assisted]):
    """Shown over the page from which staff were called, which is kept until the resident goes
    back."""

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
        tone, icon, heading, text = _message(state)
        body = kit.say(text) if text else self._who(state) or self._reference(state)
        head = notice(kit, tone, icon, kit.say(heading, **_minutes(state)) if heading else "", body)
        steps: list[QWidget] = [
            step_row(kit, str(number), kit.say(key))
            for number, key in enumerate((_what_to_do(state), "help.never"), 1)
        ]
        go_on = Button(
            kit, "help.dismiss", kit.say("help.dismiss"), self.poster(ev.HelpDismissed),
            tone=PRIMARY, icon_name="back", height_mm=28.0,
        )  # fmt: skip
        title = self.title(kit.say("help.title"))
        self.arrange([title], [head, *steps], [go_on], spacing=5.5)

    @classmethod
    def spoken(cls, speech: Speech, state: Assisted) -> str:
        _, _, heading, text = _message(state)
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


def _message(state: Assisted) -> tuple[Tone, str, str, str]:
    """Return the notice's tone and icon, and the keys of its heading and text (may be empty)."""
    match state.answer:
        case HelpAnswer(progress=HelpProgress.COMING, minutes=None):
            return DONE, "check", "help.coming", ""
        case HelpAnswer(progress=HelpProgress.COMING, minutes=0):
            return DONE, "check", "help.coming.now", ""
        case HelpAnswer(progress=HelpProgress.COMING):
            return DONE, "check", "help.coming.minutes", ""
        case HelpAnswer(progress=HelpProgress.NOT_COMING):
            return FAILURE, "alert", "help.not_coming", "help.not_coming.text"
        case HelpAnswer(progress=HelpProgress.ARRIVED):
            return DONE, "check", "help.arrived", ""
    match state.reached:
        case None:
            return PLAIN, "headset", "", "help.calling"
        case True:
            return DONE, "check", "help.reached", ""
        case False:
            return FAILURE, "alert", "help.not_reached", "help.not_reached.text"


def _minutes(state: Assisted) -> dict[str, object]:
    return {"minutes": state.answer.minutes} if state.answer and state.answer.minutes else {}


def _what_to_do(state: Assisted) -> str:
    """Return the words of the first step: to wait, unless waiting is over or in vain."""
    over = (HelpProgress.NOT_COMING, HelpProgress.ARRIVED)
    return "help.go_on" if state.answer and state.answer.progress in over else "help.wait"
