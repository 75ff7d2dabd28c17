"""A terminal with two printers, one of them two-sided, is killed at some instant of a job.

The rules are those of ``cups/test_kill.py``, for each printer. ``python -m tests.printing.soak``
does this at 240 instants.
"""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4

from printing.cups.device import JobNames
from printing.job import PrinterTiming
from printing.outcome import Outcome
from printing.printer_group import PrinterGroup
from tests.rig.print_fixtures import PrintStack
from tests.rig.print_journal import FileJournal

from .cups.test_kill import LIFE_S, PAGES, POINTS, killed, restarted
from .test_printer_group_rig import SLIP

pytestmark = [pytest.mark.rig, pytest.mark.xdist_group("cups"), pytest.mark.timeout(3600)]

A4_MEDIA, SLIP_MEDIA = "iso_a4_210x297mm", "custom_80x200mm_80x200mm"


def test_two_printers_lose_and_double_nothing_when_killed(
    print_stack: PrintStack, tmp_path: Path
) -> None:
    pages, slips = print_stack.rig(duplex=True), print_stack.rig(paper_mm=(80, 200))
    # Each rig with its paper's name and size, and the number of sheets that a job takes there.
    rigs = ((pages, A4_MEDIA, A4, 2), (slips, SLIP_MEDIA, SLIP, 3))

    def group(journal: FileJournal, timing: PrinterTiming) -> PrinterGroup:
        names = JobNames()
        return PrinterGroup(
            [
                (
                    rig.queue,
                    rig.printer(journal, timing, media=media, duplex=True, names=names),
                )
                for rig, media, *_ in rigs
            ]
        )

    results: dict[str, int] = {}
    try:
        for rig, *_ in rigs:
            rig.device.page_seconds(0.15)
        printers: list[dict[str, object]] = [
            {"queue": rig.queue, "device_uri": rig.device_uri, "media": media, "duplex": True}
            for rig, media, *_ in rigs
        ]
        for point in range(POINTS):
            rig, media, size, sheets = rigs[point % 2]
            other = rigs[1 - point % 2][0]
            before = len(other.received())
            folder = tmp_path / str(point)
            folder.mkdir()
            job = secrets.token_hex(16)
            after_s = LIFE_S * point / POINTS
            killed(rig, folder, job, size=size, printers=printers, kill_after_s=after_s)
            result = restarted(rig, folder, job, group)
            results[f"{media}: {result}"] = results.get(f"{media}: {result}", 0) + 1
            assert len(other.received()) == before, "sent to the wrong printer"
            record = FileJournal(folder / "journal").all()[job]
            assert record.queue == rig.queue
            if record.outcome == Outcome.PRINTED:
                assert (record.pages_done, record.sheets) == (PAGES, sheets)
                assert [each.sides for each in rig.received() if each.job == job] == [
                    "two-sided-long-edge" if rig is pages else "one-sided"
                ]
    finally:
        pages.close()
        slips.close()
    print(f"\n{POINTS} instants: {json.dumps(results, indent=1)}")
    assert len(results) >= 3
