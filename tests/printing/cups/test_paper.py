"""The printed page: complete and at full size."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from printing.outcome import Outcome
from tests.rig.print_fixtures import Heard, PrintRig, PrintStack
from tests.rig.print_jobs import name, pdf
from tests.rig.pwg_raster import pages as raster_pages

pytestmark = [pytest.mark.rig, pytest.mark.xdist_group("cups"), pytest.mark.timeout(120)]


def grey(path: Path, page: int, dpi: int = 300) -> tuple[int, int, bytes]:
    """Return a page as poppler draws it: width, height and grey values."""
    drawn = subprocess.run(
        ["pdftoppm", "-gray", "-r", str(dpi), "-f", str(page), "-l", str(page), str(path)],
        capture_output=True,
        check=True,
    ).stdout
    magic, width, height, _most = drawn.split(maxsplit=4)[:4]
    assert magic == b"P5"
    return int(width), int(height), drawn[-int(width) * int(height) :]


def test_page_arrives_at_full_a4_size(print_rig: PrintRig, tmp_path: Path) -> None:
    heard, job = Heard(), name()
    printer = print_rig.printer()
    printer.start(heard)
    sent = tmp_path / "sent.pdf"
    sent.write_bytes(pdf(2))
    printer.submit(job, sent.read_bytes(), 2)
    assert heard.ended(job).outcome is Outcome.PRINTED
    (got,) = print_rig.received()
    for page in (1, 2):
        width, height, original = grey(sent, page)
        got_width, got_height, arrived = grey(got.path, page)
        # A4 at 300 dpi, within the one pixel that rounding of half a point can cause.
        assert abs(width - 2480) <= 1
        assert abs(height - 3508) <= 1
        assert abs(got_width - width) <= 1
        assert abs(got_height - height) <= 1
        same_picture(
            Image.frombytes("L", (width, height), original),
            Image.frombytes("L", (got_width, got_height), arrived),
        )


def same_picture(sent: Image.Image, arrived: Image.Image) -> None:
    """Check that both pictures, reduced to one small size, have the same dark areas."""
    size = (420, 594)
    small = [each.resize(size, Image.Resampling.BOX) for each in (sent, arrived)]
    ink = sum(small[0].point(lambda value: 255 - value).histogram()[128:])
    difference = ImageChops.difference(*small)
    wrong = sum(difference.histogram()[96:])
    assert ink > 1000
    assert wrong < ink * 0.01, (wrong, ink)


def test_raster_for_the_device_is_the_page_at_full_a4_size(
    print_stack: PrintStack, tmp_path: Path
) -> None:
    """The printer does not accept PDF, so the raster of cupsd's filters is the printed page."""
    rig = print_stack.rig(formats="image/pwg-raster")
    try:
        heard, job = Heard(), name()
        printer = rig.printer()
        printer.start(heard)
        sent = tmp_path / "sent.pdf"
        sent.write_bytes(pdf(2))
        printer.submit(job, sent.read_bytes(), 2)
        ended = heard.ended(job, 60)
        assert (ended.outcome, ended.pages_done) == (Outcome.PRINTED, 2)
        (got,) = rig.received()
        assert (got.format, got.pages) == ("pwg", 2)
        for number, page in enumerate(raster_pages(got.path), 1):
            dpi = page.dpi[0]
            assert page.dpi == (dpi, dpi)
            # 210 mm by 297 mm, within the dots that rounding can cause.
            assert abs(page.width - 210 / 25.4 * dpi) <= 2
            assert abs(page.height - 297 / 25.4 * dpi) <= 2
            arrived = Image.frombytes("L", (page.width, page.height), b"".join(page.rows))
            width, height, original = grey(sent, number, dpi)
            same_picture(Image.frombytes("L", (width, height), original), arrived)
    finally:
        rig.close()
