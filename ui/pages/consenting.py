"""Asks for consent: whose card it is, and which data are used, for what and how long."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from terminal.session import events as ev
from terminal.session.states import Consenting

from ..look.metrics import Role
from ..voice.sentences import Speech
from ..voice.utterance import Sentence, Utterance
from ..widgets.button import Button
from ..widgets.surface import IconTile, Panel
from .base import Page
from .parts import shown_name

ROWS = (("what", "id-card"), ("why", "document"), ("long", "clock"))
"""Which data are used, for what, how long; each with its icon."""


class ConsentingPage(Page[Consenting]):
    """The question for consent (PIPL 28-29)."""

    def build(self, state: Consenting) -> None:
        kit = self.kit
        name = shown_name(state.visit.identity)
        title = kit.say("consent.title", name=name) if name else kit.say("consent.title_nameless")
        agree = Button(
            kit, "consent.agree", kit.say("consent.agree"), self.poster(ev.Consented),
            tone=kit.theme.primary, icon_name="check", height_mm=30.0,
        )  # fmt: skip
        leave = self.button("consent.leave", "consent.leave", ev.LeavePressed, height_mm=25.0)
        head: list[QWidget] = [self.title(title), self.lede(kit.say("consent.lede"))]
        self.arrange(head, [self._rows(state)], [agree, leave])

    @classmethod
    def spoken(cls, speech: Speech, state: Consenting) -> Utterance:
        say, name = speech.say, speech.name(state)
        hello: str | Sentence = say("consent.title_nameless")
        if name is not None:
            hello = speech.personal("consent.title", "consent.title_nameless", name=name)
        return speech.join(
            hello, say("consent.lede"), say("consent.what.text", card=speech.card(state)),
            say("consent.why.text"), say("consent.long.text"),
        )  # fmt: skip

    def _rows(self, state: Consenting) -> Panel:
        kit, space = self.kit, self.kit.sizes.space
        panel = Panel(kit, kit.theme.plain, pad_mm=12.0 if kit.portrait else 6.0)
        grid = QGridLayout()
        grid.setHorizontalSpacing(space(8))
        grid.setVerticalSpacing(space(15 if kit.portrait else 6))
        card = kit.say(f"card.{state.visit.identity.kind.value}")
        side = space(21 if kit.portrait else 17)
        for i, (row, icon_name) in enumerate(ROWS):
            grid.addWidget(IconTile(kit, icon_name, side, kit.theme.icon), i, 0)
            words = QVBoxLayout()
            words.setSpacing(space(1))
            words.addWidget(
                kit.text(kit.say(f"consent.{row}"), Role.LEDE, bold=True, ground=panel.ground)
            )
            words.addWidget(
                kit.text(kit.say(f"consent.{row}.text", card=card), Role.LEDE, ground=panel.ground)
            )
            grid.addLayout(words, i, 1)
        grid.setColumnStretch(1, 1)
        panel.box.addLayout(grid)
        return panel
