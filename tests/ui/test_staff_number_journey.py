"""A member of staff without a card: number and PIN typed on the real page lead to the preview.

The whole demo except its panel: the sandbox in its own process, the simulated reader, the window.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import terminal.demo.demo
from terminal.demo.demo import ACCEPTS, Demo
from terminal.runtime.assembly import Terminal
from terminal.runtime.loop import Runtime
from terminal.sandbox.items import DEPOSIT
from terminal.session import states as st
from terminal.session.model import Look, Mode, Station
from ui.bridge import Bridge
from ui.documents.process import COMMAND
from ui.headless.driver import Driver, settle
from ui.window import TerminalWindow

from .pages_rig import NOON, PLACE, PORTRAIT

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),
    pytest.mark.timeout(180),
]

WITHIN_S = 60.0


class Tried:
    """A demo, and a driver for its window."""

    def __init__(self, folder: Path) -> None:
        self.demo = Demo(folder / "out", quick=True)
        self.demo.start()
        look = Look(Mode.ELDER)
        station = Station(readers=(), printers=(), platform=None, accepts=ACCEPTS, home=look)
        self.runtime = Runtime(station)
        self.window = TerminalWindow(
            PORTRAIT, self.runtime.post, PLACE, production=False, clock=lambda: NOON
        )
        self.finger = Driver(self.window)
        self.bridge = Bridge(self.runtime, self.window.show_state)
        self.window.show()
        self.terminal = Terminal(self.runtime, self.demo.plan(), COMMAND)
        self.terminal.start()

    def until(self, kind: type[st.State]) -> st.State:
        """Wait for this state on the screen and return it."""
        self.finger.wait_until(lambda: isinstance(self.window.state, kind), WITHIN_S)
        state = self.window.state
        assert isinstance(state, kind), f"{type(state).__name__} instead of {kind.__name__}"
        return state

    def stop(self) -> None:
        """Stop the demo and close its window."""
        self.bridge.close()
        self.terminal.stop()
        self.demo.stop()
        self.window.close()
        self.window.deleteLater()
        settle()


@pytest.fixture
def tried(qapp: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tried]:
    """A demo whose certificate authority is deleted with the test."""
    monkeypatch.setattr(terminal.demo.demo, "sandbox_directory", lambda: tmp_path / "sandbox")
    made = Tried(tmp_path)
    yield made
    made.stop()


def test_number_and_pin_typed_on_the_page_lead_to_the_preview(tried: Tried) -> None:
    finger = tried.finger
    assert finger.wait_until(
        lambda: (
            isinstance(tried.window.state, st.Welcome)
            and any(item.id == DEPOSIT for item in tried.window.state.station.items)
        ),
        WITHIN_S,
    )
    tried.demo.reader.present("nophone-id")
    tried.until(st.Consenting)
    finger.click("consent.agree")
    tried.until(st.Choosing)
    finger.click("choose.group.1")
    finger.click(f"choose.item.{DEPOSIT}")
    asked = tried.until(st.Proving)
    assert isinstance(asked, st.Proving)
    assert asked.proof is st.Proof.STAFF
    finger.type_digits("staff.key", "1001")
    finger.click("staff.next")
    finger.type_digits("staff.key", "2468")
    finger.click("staff.next")
    shown = tried.until(st.Previewing)
    assert isinstance(shown, st.Previewing)
    assert shown.item.id == DEPOSIT
    assert shown.document.pdf.startswith(b"%PDF-")
