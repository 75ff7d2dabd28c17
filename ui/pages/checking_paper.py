"""Asks the person whether all pages came out, if the device gives no proof of it."""

from __future__ import annotations

from terminal.session import events as ev
from terminal.session.states import CheckingPaper

from ..voice.sentences import Speech
from ..voice.utterance import Utterance
from ..widgets.button import Button
from ..widgets.pictures import SheetPicture
from .base import Page


class CheckingPaperPage(Page[CheckingPaper]):
    """Asks "Did all the pages come out?"."""

    def build(self, state: CheckingPaper) -> None:
        kit = self.kit
        pages = state.ended.pages
        picture = SheetPicture(kit)
        picture.count(1, 1, at_once=True)
        yes = Button(
            kit, "paper.yes", kit.say("paper.yes", pages=pages),
            self.poster(lambda: ev.PagesConfirmed(came_out=True)), tone=kit.theme.primary,
            icon_name="check", height_mm=28.0,
        )  # fmt: skip
        no = self.button(
            "paper.no", "paper.no", lambda: ev.PagesConfirmed(came_out=False), icon="cross",
            height_mm=28.0,
        )  # fmt: skip
        head = [self.title(kit.say("paper.title")), self.lede(kit.say("paper.lede", pages=pages))]
        self.arrange_beside(head, picture, [], [yes, no])

    @classmethod
    def spoken(cls, speech: Speech, state: CheckingPaper) -> Utterance:
        return speech.join(
            speech.say("paper.title"), speech.say("paper.lede", pages=state.ended.pages)
        )
