"""The maintenance page: every row can be reached on every screen, and staff see only their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from devices.health import DeviceStatus
from devices.operator import Role
from printing.faults import LEFTOVER_JOB
from printing.outcome import Outcome, PrintProgress
from printing.printer import PaperState, PrinterStatus, TonerState
from terminal.session import states as st
from terminal.session.model import Look, Mode, Total, Totals
from tests.ui.pages_rig import scene
from ui.gallery.inspect import inspect, minima
from ui.gallery.sample_items import EIGHT
from ui.headless.driver import settle, snapshot

from ..pages_rig import LOOKS, Shown

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def subpages(shown: Shown) -> Iterator[str]:
    """Yield the text of each sub-page, from the first to the last."""
    while True:
        settle()
        yield shown.words()
        if not shown.has("maintenance.next") or not shown.control("maintenance.next").isEnabled():
            return
        shown.touch("maintenance.next")


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.mode}-{look.language}")
@pytest.mark.parametrize("scene", ["maintenance", "maintenance-well", "maintenance-staff"])
def test_no_subpage_has_findings(shown: Shown, scene: str, look: Look) -> None:
    shown.scene(scene, look)
    least = minima(look, shown.window._screen)
    for _ in subpages(shown):
        seen = inspect(shown.window, snapshot(shown.window), shown.window._screen, least)
        assert seen.findings == []


@pytest.mark.parametrize("mode", list(Mode))
def test_a_maintainer_sees_every_row(shown: Shown, mode: Mode) -> None:
    shown.scene("maintenance", Look(mode))
    shown_text = "".join(subpages(shown))
    for what in (
        "PRN-104", "在纸盒里加A4纸", "PRN-112", "CRD-105", "NET-101", "PRN-205", "打印机page",
        "打印机card", "54×86毫米纸", "加纸后用了250张", "11-2114:02", "今天", "近30天",
    ):  # fmt: skip
        assert what in shown_text, what
    month = scene("maintenance", st.Maintenance).totals.month
    for item, total in zip(EIGHT, month, strict=True):
        title = next(iter(item.title.values()))
        row = f"{title}{total.jobs}{total.sheets}{total.copies}{total.reprints}"
        assert row in shown_text
    sums = [sum(getattr(t, n) for t in month) for n in ("jobs", "sheets", "copies", "reprints")]
    assert "合计" + "".join(map(str, sums)) in shown_text


@pytest.mark.parametrize("mode", list(Mode))
def test_staff_see_only_devices_and_paper(shown: Shown, mode: Mode) -> None:
    shown.scene("maintenance-staff", Look(mode))
    shown_text = "".join(subpages(shown))
    assert "在纸盒里加A4纸" in shown_text
    assert "CRD-105" in shown_text
    for hidden in ("PRN-112", "今天", "近30天", "11-2114:02"):
        assert hidden not in shown_text
    assert shown.has("maintenance.test")
    assert shown.has("maintenance.unblock")
    assert not shown.has("maintenance.report")


@pytest.mark.parametrize("known_to", ["the session", "the printer alone", "neither"])
def test_the_unblock_button_appears_if_session_or_printer_reports_leftover_pages(
    shown: Shown, known_to: str
) -> None:
    """After a start only the printer knows of leftover pages."""
    state = scene("maintenance-well", st.Maintenance)
    match known_to:
        case "the session":
            state = replace(state, station=replace(state.station, blocked=LEFTOVER_JOB))
        case "the printer alone":
            state = replace(state, station=replace(state.station, leftover=LEFTOVER_JOB))
    shown.window.show_state(state)
    assert shown.has("maintenance.unblock") == (known_to != "neither")


def test_a_printer_that_cannot_be_asked_is_shown_as_unknown(shown: Shown) -> None:
    state = scene("maintenance-well", st.Maintenance)
    silent = PrinterStatus(DeviceStatus.UNKNOWN, PaperState.UNKNOWN, TonerState.UNKNOWN)
    station = replace(state.station, printers=(("printer", silent),))
    shown.window.show_state(replace(state, station=station))
    shown_text = "".join(subpages(shown))
    assert "不清楚，纸不清楚，墨粉不清楚" in shown_text
    assert "加纸后" not in shown_text
    assert "大约还剩" not in shown_text


def test_only_one_paper_is_printed_at_a_time(shown: Shown) -> None:
    state = scene("maintenance", st.Maintenance)
    under_way = PrintProgress("sample-1", Outcome.PRINTING, 0, 1)
    shown.window.show_state(replace(state, test=under_way))
    assert not shown.control("maintenance.test").isEnabled()
    assert not shown.control("maintenance.report").isEnabled()
    assert "正在打印。" in shown.words()


def test_the_open_subpage_stays_open_when_the_type_grows(shown: Shown) -> None:
    state = scene("maintenance", st.Maintenance)
    shown.window.show_state(state)
    shown.touch("maintenance.next")
    before = shown.words_of("maintenance.place")
    assert before.startswith("2/")
    shown.window.show_state(replace(state, look=Look(Mode.ELDER), role=Role.MAINTAINER))
    assert shown.words_of("maintenance.place").startswith("2/")


def test_the_stations_own_papers_are_named_in_the_totals(shown: Shown) -> None:
    state = scene("maintenance-well", st.Maintenance)
    own = (Total("test-page", 3, 3, 0, 0), Total("report", 1, 2, 0, 0))
    shown.window.show_state(replace(state, totals=Totals(today=own, month=own)))
    shown_text = "".join(subpages(shown))
    assert "测试页3300" in shown_text
    assert "诊断报告1200" in shown_text
    assert "test-page" not in shown_text
