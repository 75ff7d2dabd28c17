"""Which paper a job requests: the queue's own, or a piece of a roll as long as the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from printing.cups.printer import CupsPrinter
from tests.rig.print_fixtures import Heard
from tests.rig.print_jobs import name, pdf
from tests.rig.print_journal import FileJournal

from .test_clearing import TIMING, Cupsd, cupsd

__all__ = ["cupsd"]
MM = 72 / 25.4


@pytest.mark.parametrize(
    ("media", "size_mm", "asked"),
    [
        ("iso_a4_210x297mm", (210, 297), "iso_a4_210x297mm"),
        ("roll_max_80x297mm", (80, 120), "custom_strip_80.0x120.0mm"),
        # Shorter than it is wide: still the roll's width first.
        ("roll_max_80x297mm", (80, 40), "custom_strip_80.0x40.0mm"),
    ],
)
def test_paper_of_a_roll_is_as_long_as_the_page(
    cupsd: Cupsd, tmp_path: Path, media: str, size_mm: tuple[float, float], asked: str
) -> None:
    heard, job = Heard(), name()
    printer = CupsPrinter("q", None, FileJournal(tmp_path / "j"), timing=TIMING, media=media)
    printer.start(heard)
    try:
        width, height = size_mm
        printer.submit(job, pdf(1, (width * MM, height * MM)), 1)
        heard.ended(job, 10)
    finally:
        printer.close()
    assert cupsd.media == [asked]
