"""The page after staff were called: whether the call reached them, and how to go on alone."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtWidgets import QWidget

from terminal.session import events as ev
from terminal.session.states import Assisted

from ..look.theme import DONE, FAILURE, PLAIN, PRIMARY
from ..voice.sentences import Speech
from ..widgets.button import Button
from ..widgets.surface import notice, step_row
from .base import Page


class AssistedPage(Page[Assisted]):
    """Shown over the page from which staff were called, which is kept until the resident goes
    back."""

    @classmethod
    def key(cls, state: Assisted) -> Hashable:
        return state.reached, state.reference

    def build(self, state: Assisted) -> None:
        kit = self.kit
        self.back = ("foot.back", self.poster(ev.HelpDismissed))
        if state.reached is None:
            head = notice(kit, PLAIN, "headset", "", kit.say("help.calling"))
        elif state.reached:
            head = notice(kit, DONE, "check", kit.say("help.reached"), self._reference(state))
        else:
            head = notice(
                kit, FAILURE, "alert", kit.say("help.not_reached"), kit.say("help.not_reached.text")
            )
        steps: list[QWidget] = [
            step_row(kit, "1", kit.say("help.wait")),
            step_row(kit, "2", kit.say("help.never")),
        ]
        go_on = Button(
            kit, "help.dismiss", kit.say("help.dismiss"), self.poster(ev.HelpDismissed),
            tone=PRIMARY, icon_name="back", height_mm=28.0,
        )  # fmt: skip
        title = self.title(kit.say("help.title"))
        self.arrange([title], [head, *steps], [go_on], spacing=5.5)

    @classmethod
    def spoken(cls, speech: Speech, state: Assisted) -> str:
        say = speech.say
        match state.reached:
            case None:
                message = say("help.calling")
            case True:
                message = say("help.reached")
            case False:
                message = speech.join(say("help.not_reached"), say("help.not_reached.text"))
        return speech.join(message, say("help.wait"))

    def _reference(self, state: Assisted) -> str:
        return self.kit.say("help.reference", reference=state.reference) if state.reference else ""
