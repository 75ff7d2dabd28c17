"""Trouble with dignity: what happened, what is done, what comes next, two ways on, a code."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtWidgets import QWidget

from terminal.session import events as ev
from terminal.session.model import Retry
from terminal.session.states import Trouble

from ..theme import PRIMARY, TROUBLE
from ..widgets.button import Button
from ..widgets.surface import headline, step_row
from .base import Page
from .parts import code_line

RETRY = {
    Retry.IDENTIFY: "trouble.retry", Retry.SEND_CODE: "trouble.retry_code",
    Retry.ISSUE: "trouble.retry", Retry.PREVIEW: "trouble.retry_print",
}  # fmt: skip
"""What "try again" is called."""


class TroublePage(Page[Trouble]):
    """Something failed within the visit."""

    @classmethod
    def key(cls, state: Trouble) -> Hashable:
        return state.fault.code, state.retry, state.pages_done

    def build(self, state: Trouble) -> None:
        kit, code = self.kit, state.fault.code
        icon_name = {"PRN": "printer", "NET": "network", "DOC": "document"}.get(code[:3], "alert")
        head = headline(kit, TROUBLE, icon_name, kit.say(code))
        self.setAccessibleName(kit.say(code))
        said = [kit.words.form(code, "explain")]
        if state.pages_done:
            said.insert(0, kit.say("trouble.pages_done", done=state.pages_done))
        said.append(kit.say("trouble.safe"))
        steps: list[QWidget] = [
            step_row(kit, str(i), words) for i, words in enumerate((s for s in said if s), 1)
        ]
        ways: list[QWidget] = []
        if state.retry is not Retry.NONE:
            ways.append(
                Button(
                    kit, "trouble.retry", kit.say(RETRY[state.retry]), self.poster(ev.RetryPressed),
                    tone=PRIMARY, icon_name="retry", height_mm=26.0,
                )
            )  # fmt: skip
        ways.append(
            self.button(
                "trouble.leave", "trouble.leave", ev.LeavePressed, icon="exit", height_mm=26
            )
        )
        self.arrange([], [head, *steps], ways, after=[code_line(kit, state.fault)], spacing=5.5)
