"""The electronic copy: a QR code for the phone instead of paper, how to use it, and its time left.

The code gives access to a document with personal data. The page therefore says that only its owner
should scan it, and the code is deleted with the visit.
"""

from __future__ import annotations

import math
import time
from collections.abc import Hashable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from devices.health import Fault, code_of
from terminal.session import events as ev
from terminal.session.model import CopyLink, Presence
from terminal.session.states import Copying

from ..look.metrics import Role
from ..voice.sentences import Speech
from ..voice.utterance import Utterance
from ..widgets.button import Button
from ..widgets.pictures import Emblem
from ..widgets.qr import QrCode
from ..widgets.surface import Panel, fact_row, headline, notice, step_row
from .base import Page
from .parts import code_line, formal_title

COUNT_MS = 1000
"""Interval between two updates of the time that the code has left."""


class CopyingPage(Page[Copying]):
    """The code is being fetched, is shown, or could not be fetched."""

    @classmethod
    def key(cls, state: Copying) -> Hashable:
        expires = state.link.expires_at if state.link else None
        code = code_of(state.fault)
        paper = state.station.unprintable(state.item) is None
        return expires, code, state.expired, state.visit.presence, paper

    def build(self, state: Copying) -> None:
        kit = self.kit
        self.back = ("copy.back", self.poster(ev.BackPressed))
        self._code: QrCode | None = None
        if state.fault is not None:
            fault = state.fault
            self._build_again(kit.say("copy.failed"), kit.say(fault.code), fault)
        elif state.expired:
            self._build_again(kit.say("copy.expired"), kit.say("copy.expired.lede"), None)
        else:
            self._build_code(state)

    @classmethod
    def spoken(cls, speech: Speech, state: Copying) -> Utterance:
        say = speech.say
        if state.fault is not None:
            return speech.join(say("copy.failed"), say(state.fault.code))
        if state.expired:
            return speech.join(say("copy.expired"), say("copy.expired.lede"))
        if state.link is None:
            return speech.join(say("copy.fetching"))
        out = state.visit.cancelled_job(state.document)
        paper = say("cancelling.paper") if out is not None and out.pages_done else ""
        return speech.join(say("copy.title"), say("copy.scan"), say("copy.private"), paper)

    # -- the code ------------------------------------------------------------------------------

    def _build_code(self, state: Copying) -> None:
        kit, link = self.kit, state.link
        head: list[QWidget] = [self.title(kit.say("copy.title"))]
        if not kit.sparse:
            head.append(self.lede(formal_title(state.item, kit.look.language)))
        panel = Panel(kit, kit.theme.plain, pad_mm=6.0)
        middle = Qt.AlignmentFlag.AlignHCenter
        self._left = kit.text(
            "", Role.BODY, bold=True, ground=panel.ground, align=middle, name="copy.left"
        )
        panel.box.addStretch(1)
        panel.box.addLayout(self._centred(self._middle(link)))
        panel.box.addWidget(self._left)
        panel.box.addStretch(1)
        main: list[QWidget] = [step_row(kit, "1", kit.say("copy.scan"))]
        if not kit.sparse:
            main.append(step_row(kit, "2", kit.say("copy.save")))
        main.append(notice(kit, kit.theme.remember, "lock", "", kit.say("copy.private")))
        out = state.visit.cancelled_job(state.document)
        if out is not None and out.pages_done:
            main.append(notice(kit, kit.theme.plain, "paper", "", kit.say("cancelling.paper")))
        self.arrange_beside(head, panel, main, self._ways(link))
        if link is None:
            self._left.say(kit.say("copy.fetching"))
            return
        self._timer = QTimer(self)
        self._timer.setInterval(COUNT_MS)
        self._timer.timeout.connect(self._count)
        self._timer.start()
        self._count()

    def _middle(self, link: CopyLink | None) -> QWidget:
        if link is None:
            return Emblem(self.kit, "phone", size_mm=54)
        self._code = QrCode(self.kit, link.url, self.kit.say("copy.code"))
        return self._code

    def _centred(self, part: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(part)
        row.addStretch(1)
        return row

    def _ways(self, link: CopyLink | None) -> list[QWidget]:
        kit = self.kit
        ways: list[QWidget] = []
        if link is not None:
            ways.append(
                Button(
                    kit, "copy.done", kit.say("copy.done"), self.poster(ev.DonePressed),
                    tone=kit.theme.primary, icon_name="check", height_mm=26.0,
                )
            )  # fmt: skip
            if self.state.visit.presence is not Presence.ABSENT:
                ways.append(self.button("copy.more", "collect.more", ev.MorePressed, icon="plus"))
        if not kit.large:
            ways.append(self._way_back())
        return ways

    def _may_print(self) -> bool:
        return self.state.station.unprintable(self.state.item) is None

    def _way_back(self) -> Button:
        """Return the button back to the preview; it mentions paper only if printing is possible."""
        if self._may_print():
            return self.button("copy.back", "copy.back", ev.BackPressed, icon="printer")
        return self.button("copy.back", "action.back", ev.BackPressed, icon="back")

    def _count(self) -> None:
        link, kit = self.state.link, self.kit
        left = self.state.shown_until - time.monotonic() if link else 0.0
        if left > 60:
            # Rounded down: the code can be scanned at least so long.
            self._left.say(kit.say("copy.left", minutes=math.floor(left / 60)))
        elif left > 0:
            self._left.say(kit.say("copy.last"))

    # -- the code could not be fetched, or has expired -------------------------------------------

    def _build_again(self, title: str, lede: str, fault: Fault | None) -> None:
        kit = self.kit
        head = headline(kit, kit.theme.failure if fault else kit.theme.plain, "phone", title, lede)
        self.setAccessibleName(title)
        explained = kit.words.form(fault.code, "explain") if fault else ""
        paper = kit.say("copy.print_instead" if self._may_print() else "copy.kept")
        said = {"info": explained, "document": paper, "lock": kit.say("failure.safe")}
        facts: list[QWidget] = [fact_row(kit, name, text) for name, text in said.items() if text]
        ways: list[QWidget] = [
            Button(
                kit, "copy.retry", kit.say("copy.again"), self.poster(ev.RetryPressed),
                tone=kit.theme.primary, icon_name="retry", height_mm=26.0,
            ),
        ]  # fmt: skip
        if not kit.large:
            ways.append(self._way_back())
        after = [code_line(kit, fault)] if fault else []
        self.arrange([], [head, *facts], ways, after=after, spacing=5.5)

    def forget(self) -> None:
        if self._code is not None:
            self._code.forget()
        super().forget()
