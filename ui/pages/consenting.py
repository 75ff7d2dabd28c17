"""Asks for consent: whose card it is, which data are used, for what, how long and by whom."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from terminal.session import events as ev
from terminal.session.states import Consenting

from ..look.metrics import PROSE_EM, Role
from ..voice.sentences import Speech
from ..voice.utterance import Sentence, Utterance
from ..widgets.button import Button
from ..widgets.surface import IconTile, Panel
from ..wording.consent import ROWS, fact
from .base import Page
from .parts import shown_name

ICONS = {"what": "id-card", "why": "document", "long": "clock", "who": "staff", "right": "shield"}


class ConsentingPage(Page[Consenting]):
    """The question for consent (PIPL 17, 29)."""

    def build(self, state: Consenting) -> None:
        kit = self.kit
        name = shown_name(state.visit.identity)
        title = kit.say("consent.title", name=name) if name else kit.say("consent.title_nameless")
        height = 30.0 if kit.portrait else 25.0
        agree = Button(
            kit, "consent.agree", kit.say("consent.agree"), self.poster(ev.Consented),
            tone=kit.theme.primary, icon_name="check", height_mm=height,
        )  # fmt: skip
        leave = self.button("consent.leave", "consent.leave", ev.LeavePressed, height_mm=25.0)
        self._agree = agree
        self._more = Button(kit, "consent.more", kit.say("consent.more"), self._turn,
                            tone=kit.theme.primary, icon_name="forward",
                            height_mm=height)  # fmt: skip
        self._more.hide()
        if not kit.sparse:
            head: list[QWidget] = [self.title(title), self.lede(kit.say("consent.lede"))]
            self._more.setParent(self)
            self._panels = [self._rows(state, ROWS)]
            self.arrange(head, [*self._panels], [agree, leave])
            return
        # The question remains, and the facts are on several sub-pages. Only who has seen all of
        # them can agree.
        self._panels = [self._rows(state, ROWS[at : at + 2]) for at in range(0, len(ROWS), 2)]
        self._at = 0
        self.arrange(
            [self.title(kit.say("consent.lede"))], [*self._panels], [self._more, agree, leave]
        )
        self._show()

    @classmethod
    def spoken(cls, speech: Speech, state: Consenting) -> Utterance:
        say, name = speech.say, speech.name(state)
        hello: str | Sentence = say("consent.title_nameless")
        if name is not None:
            hello = speech.personal("consent.title", "consent.title_nameless", name=name)
        facts = (
            part
            for row in ROWS
            for part in (say(f"consent.{row}"), fact(speech.words, state, row, forms=speech.forms))
        )
        return speech.join(hello, say("consent.lede"), *facts)

    def fits(self, width: int, height: int) -> bool:
        if len(self._panels) == 1:
            return super().fits(width, height)
        fit = True
        for at in range(len(self._panels)):
            self._at = at
            self._show()
            fit = fit and super().fits(width, height)
        self._at = 0
        self._show()
        return fit

    def _turn(self) -> None:
        self._at += 1
        self._show()

    def _show(self) -> None:
        last = self._at == len(self._panels) - 1
        for at, panel in enumerate(self._panels):
            panel.setVisible(at == self._at)
        self._more.setVisible(not last)
        self._agree.setVisible(last)

    def _rows(self, state: Consenting, rows: Sequence[str]) -> Panel:
        kit, space = self.kit, self.kit.sizes.space
        panel = Panel(kit, kit.theme.plain, pad_mm=9.0 if kit.portrait else 4.0)
        grid = QGridLayout()
        grid.setHorizontalSpacing(space(5))
        grid.setVerticalSpacing(space(9 if kit.portrait else 3))
        role = Role.BODY if kit.portrait else Role.SMALL
        side = round(kit.sizes.type_px(role) * 1.6)
        top = Qt.AlignmentFlag.AlignTop
        for i, row in enumerate(rows):
            tile = IconTile(kit, ICONS[row], side)
            grid.addWidget(tile, i, 0, top)
            heading = kit.text(kit.say(f"consent.{row}"), role, bold=True, ground=panel.ground)
            heading.setFixedWidth(heading.sizeHint().width())
            grid.addWidget(heading, i, 1, top)
            told = fact(kit.words, state, row, forms=kit.forms)
            text = kit.text(told, role, ground=panel.ground)
            text.setMaximumWidth(text.block.px * PROSE_EM)
            grid.addWidget(text, i, 2, top)
        grid.setColumnStretch(2, 1)
        panel.box.addLayout(grid)
        return panel
