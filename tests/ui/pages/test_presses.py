"""Each page offers exactly the presses that its state accepts: no dead control, no hidden way."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any, get_args

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from terminal.session import events as ev
from terminal.session import states as st
from terminal.session.deadline import deadline
from terminal.session.model import Look, Mode
from terminal.session.row import WrappingRow
from terminal.session.table import STATES, TABLE
from ui.gallery.scenes import SCENES
from ui.look.metrics import Screen
from ui.pages.parts import TouchLine
from ui.widgets.button import Button

from ..pages_rig import PORTRAIT, Shown

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

CORNER = ev.MaintenancePressed
"""The long press in the corner of the header: a gesture that every page has and none shows."""
DIGITS = 6
"""The length of a code; staff numbers and PINs may be shorter."""


@pytest.fixture
def screen() -> Screen:
    """One is enough here."""
    return PORTRAIT


def accepted(kind: type[st.State]) -> set[type[Any]]:
    """The presses that the state lists, for itself or for the state that it wraps."""
    row = TABLE[kind]
    inside = set(row.inside) if isinstance(row, WrappingRow) else set()
    return (set(row.presses) | inside) & set(get_args(ev.Press))


def offered(shown: Shown, state: st.State) -> set[type[Any]]:
    """The presses of every control on the page, after digits were entered if it asks for them."""
    shown.window.show_state(state)
    QApplication.processEvents()
    posted: set[type[Any]] = set()

    def touch(name: str) -> None:
        if shown.has(name) and shown.control(name).isEnabled():
            shown.touch(name)
            posted.update(type(event) for event in shown.posted)

    for line in shown.window.findChildren(TouchLine):
        if line.isVisible():
            shown.posted.clear()
            QTest.mouseClick(line, Qt.MouseButton.LeftButton, pos=line.rect().center())
            posted.update(type(event) for event in shown.posted)
    names = {b.objectName() for b in shown.window.findChildren(Button) if b.isVisible()}
    digits = [name for name in names if name.endswith(".key.1")]
    for _ in range(2):  # a staff number first, then the PIN
        for name in digits * DIGITS:
            touch(name)
        for name in sorted(name for name in names if ".key." not in name):
            touch(name)
    return posted


def begun_earlier(state: st.State, seconds: float) -> st.State:
    """The state with everything in it begun so much earlier, and touched just now."""
    changed: dict[str, Any] = {"entered": state.entered - seconds, "quiet_since": time.monotonic()}
    if isinstance(state, st.InVisit):
        changed["visit"] = replace(state.visit, began=state.visit.began - seconds)
    if isinstance(state, st.Wrapping):
        changed["before"] = begun_earlier(state.before, seconds)
    return replace(state, **changed)


def later(state: st.State) -> list[st.State]:
    """The state after a while, and if it warns, in each of its warnings."""
    slow, limit = begun_earlier(state, 10), deadline(state)
    if limit is None:
        return [slow]
    now = time.monotonic()
    quiet = replace(state, quiet_since=state.quiet_since - (limit.warn_at - now) - 3)
    longest = begun_earlier(state, state.last_at - now - 10)
    return [slow, quiet, longest]


@pytest.mark.parametrize("kind", STATES, ids=lambda kind: kind.__name__)
def test_a_page_offers_exactly_the_presses_that_its_state_accepts(
    shown: Shown, kind: type[st.State]
) -> None:
    found: set[type[Any]] = set()
    for look in (Look(), Look(Mode.ELDER)):
        states = [
            state for state in (make(look) for make in SCENES.values()) if type(state) is kind
        ]
        for state in states:
            found |= offered(shown, state)
        for state in later(next((s for s in states if deadline(s) is not None), states[0])):
            found |= offered(shown, state)
        if any(state.loss is not None and state.may_end for state in states):
            # The question that follows the exit offers it (see `Leaving`).
            found.add(ev.LeavePressed)
    assert found - {CORNER} == accepted(kind) - {CORNER}


def test_the_corner_opens_maintenance_only_when_no_resident_is_served() -> None:
    opens = {kind for kind in STATES if CORNER in accepted(kind)}
    assert opens == {st.Welcome, st.OutOfService, st.CardFailure}
