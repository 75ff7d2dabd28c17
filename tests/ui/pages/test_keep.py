"""The group or page that a person opened stays open when the devices change."""

from __future__ import annotations

from dataclasses import replace

import pytest

from printing.faults import LEFTOVER_JOB
from terminal.session import states as st
from terminal.session.model import Item, Look, Mode, Station
from tests.ui.pages_rig import scene
from ui.gallery.sample_items import EIGHT
from ui.gallery.samples import FINE, NO_PAPER
from ui.gallery.scenes import SCENES
from ui.widgets.button import Button

from ..pages_rig import Shown

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def without_paper(station: Station) -> Station:
    """Return the same station a moment later: its printer has run out of paper."""
    return replace(station, printers=(("printer", NO_PAPER),))


@pytest.mark.parametrize("mode", list(Mode))
def test_the_open_group_stays_open_when_the_paper_runs_out(shown: Shown, mode: Mode) -> None:
    state = SCENES["choosing-eight"](Look(mode))
    shown.window.show_state(state)
    shown.touch("choose.group.1")
    shown.window.show_state(replace(state, station=without_paper(state.station)))
    assert "打印机没纸了" in shown.words()
    assert shown.has("choose.item.deposit_certificate")
    assert not shown.has("choose.item.pension_certificate")


def test_the_next_visit_starts_with_the_first_group(shown: Shown) -> None:
    state = scene("choosing-eight", st.Choosing)
    shown.window.show_state(state)
    shown.touch("choose.group.1")
    next_one = replace(state, entered=state.entered + 9, visit=replace(state.visit, id="next"))
    shown.window.show_state(next_one)
    assert shown.has("choose.item.pension_certificate")


def test_the_preview_keeps_its_page_when_the_paper_runs_out(shown: Shown) -> None:
    state = SCENES["previewing"](Look())
    shown.window.show_state(state)
    shown.touch("preview.next")
    assert "第2页，共2页" in shown.words()
    shown.window.show_state(replace(state, station=without_paper(state.station)))
    assert "现在不能打印" in shown.words()
    assert "第2页，共2页" in shown.words()


def test_another_document_starts_with_its_first_page(shown: Shown) -> None:
    state = scene("previewing", st.Previewing)
    shown.window.show_state(state)
    shown.touch("preview.next")
    shown.window.show_state(replace(state, document=replace(state.document, number="ANOTHER")))
    assert "第1页，共2页" in shown.words()


def test_print_is_disabled_when_the_station_is_blocked(shown: Shown) -> None:
    """A leftover job blocks the station, even if the printer itself reports no fault."""
    state = SCENES["previewing"](Look())
    shown.window.show_state(state)
    assert shown.control("preview.print").isEnabled()
    shown.window.show_state(replace(state, station=replace(state.station, blocked=LEFTOVER_JOB)))
    assert not shown.control("preview.print").isEnabled()
    assert "现在不能打印" in shown.words()


def test_the_open_maintenance_subpage_stays_open_when_devices_change(shown: Shown) -> None:
    state = SCENES["maintenance"](Look())
    shown.window.show_state(state)
    shown.touch("maintenance.next")
    assert shown.words_of("maintenance.place").startswith("2/")
    changed = replace(state.station, printers=(("page", FINE), ("card", FINE)))
    shown.window.show_state(replace(state, station=changed))
    assert shown.words_of("maintenance.place").startswith("2/")


def alone_in_its_group() -> tuple[Item, ...]:
    return EIGHT[:5]


def test_a_single_service_in_a_group_has_the_whole_width(shown: Shown) -> None:
    state = SCENES["choosing-eight"](Look(Mode.ELDER))
    station = replace(state.station, items=alone_in_its_group())
    shown.window.show_state(replace(state, station=station))
    tabs = shown.control("choose.group.0"), shown.control("choose.group.1")
    width = shown.place(tabs[1]).right() - shown.place(tabs[0]).left()
    shown.touch("choose.group.1")
    (alone,) = (
        button for button in shown.window.findChildren(Button)
        if button.isVisible() and button.objectName().startswith("choose.item.")
    )  # fmt: skip
    assert shown.place(alone).width() >= width
