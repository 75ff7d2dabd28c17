"""Two-sided printing: which option the device gets, and how many sheets a job takes."""

from __future__ import annotations

import pytest
from reportlab.lib.pagesizes import A4, landscape

from printing import faults as f
from printing.job import Sides, sheets, sides_for
from printing.outcome import Outcome, PrintProgress
from printing.printer import JobStage, PrinterChanged
from tests.rig.print_fixtures import Heard, PrintRig, PrintStack
from tests.rig.print_jobs import name, pdf

BOTH = ("one-sided", "two-sided-long-edge", "two-sided-short-edge")


@pytest.mark.parametrize(
    ("pages", "turned", "supported", "wanted"),
    [
        (1, False, BOTH, Sides.ONE),
        (2, False, BOTH, Sides.LONG_EDGE),
        (2, True, BOTH, Sides.SHORT_EDGE),
        (24, False, ("one-sided",), Sides.ONE),
        (24, True, BOTH[:2], Sides.ONE),
        (24, False, (), Sides.ONE),
    ],
)
def test_both_sides_are_used_if_there_are_two_pages_and_the_device_supports_it(
    pages: int, turned: bool, supported: tuple[str, ...], wanted: Sides
) -> None:
    assert sides_for(pages, landscape=turned, supported=supported) is wanted


def test_number_of_sheets_for_printed_sides() -> None:
    assert [sheets(count, Sides.ONE) for count in range(4)] == [0, 1, 2, 3]
    for sides in (Sides.LONG_EDGE, Sides.SHORT_EDGE):
        assert [sheets(count, sides) for count in range(6)] == [0, 1, 1, 2, 2, 3]


@pytest.mark.rig
@pytest.mark.xdist_group("cups")
@pytest.mark.timeout(120)
def test_two_sided_jobs_reach_the_device_and_their_sheets_are_counted(
    print_stack: PrintStack,
) -> None:
    rig = print_stack.rig(duplex=True)
    try:
        heard, journal = Heard(), rig.journal()
        printer = rig.printer(journal, duplex=True, supply_file=rig.folder / "paper.json")
        printer.start(heard)
        heard.wait(PrinterChanged, lambda e: e.status.can_print)
        assert printer.status().two_sided
        rig.paper_out()
        jobs = {name(): (pages, size) for pages, size in
                ((1, A4), (2, A4), (5, A4), (3, landscape(A4)))}  # fmt: skip
        for job, (pages, size) in jobs.items():
            printer.submit(job, pdf(pages, size), pages)
            if pages == 1:
                # Sheets are counted only after a refill.
                heard.wait(PrintProgress, lambda e: f.PAPER_OUT.same_as(e.waiting))
                rig.refill()
            assert heard.ended(job).outcome is Outcome.PRINTED
        assert [each.job for each in rig.received()] == list(jobs)
        assert [each.sides for each in rig.received()] == [
            "one-sided",
            "two-sided-long-edge",
            "two-sided-long-edge",
            "two-sided-short-edge",
        ]
        records = [journal.all()[job] for job in jobs]
        assert [(each.pages_done, each.sheets) for each in records] == [
            (1, 1), (2, 1), (5, 3), (3, 2),
        ]  # fmt: skip
        assert {each.stage for each in records} == {JobStage.CLOSED}
        heard.wait(PrinterChanged, lambda e: e.status.sheets_since_refill == 7)
    finally:
        rig.close()


@pytest.mark.rig
@pytest.mark.xdist_group("cups")
@pytest.mark.timeout(120)
def test_device_without_duplex_prints_one_sided(print_rig: PrintRig) -> None:
    heard, journal, job = Heard(), print_rig.journal(), name()
    printer = print_rig.printer(journal, duplex=True)
    printer.start(heard)
    heard.wait(PrinterChanged, lambda e: e.status.can_print)
    assert not printer.status().two_sided
    printer.submit(job, pdf(3), 3)
    assert heard.ended(job).outcome is Outcome.PRINTED
    assert [each.sides for each in print_rig.received()] == ["one-sided"]
    assert journal.all()[job].sheets == 3
