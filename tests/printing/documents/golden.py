"""Golden pictures of every document in every edition.

``python -m tests.printing.documents.golden`` draws them again into ``golden_pictures/``. Look at
each changed picture before you commit it.
"""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageChops

from printing.documents import Document, Edition, ReceiptPaper, render

from .. import samples_reports
from ..samples_more import EVERY
from ..samples_more import receipt as sample_receipt

PICTURED: dict[str, Document] = {
    **EVERY,
    "diagnostic_report": samples_reports.diagnostic(),
    "station_report": samples_reports.numbers(),
    "receipt_roll": replace(sample_receipt(), paper=ReceiptPaper.ROLL),
    "receipt_card": replace(sample_receipt(), paper=ReceiptPaper.CARD),
}
"""The documents by the name of their pictures."""
FOLDER = Path(__file__).parent / "golden_pictures"
DPI = 60
"""Resolution: high enough to detect a line that moved by half a millimetre, with small files."""
BLOCK = 8
"""Side of the compared squares in pixels: about one character of body text."""
TOLERANCE = 18
"""Greatest accepted difference in the mean grey of a square, of 255. Rasterisers differ in
smoothing. A missing character with few strokes makes a difference of 24, others up to 50."""


KEPT = 8
"""Greatest difference caused by storing only sixteen greys: up to this, the old picture is kept."""


def name_of(kind: str, edition: Edition, page: int) -> str:
    """Return the file name of one page."""
    return f"{kind}-{edition}-{page}.png"


def pictures(document: Document, edition: Edition) -> list[Image.Image]:
    """Draw the pages with poppler, in grey."""
    pdf = render(document, sample=True, edition=edition)
    assert isinstance(pdf, bytes), pdf
    command = ["pdftoppm", "-r", str(DPI), "-gray", "-"]
    shown = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
    pages = []
    stream = io.BytesIO(shown)
    while stream.tell() < len(shown):
        pages.append(_next_pgm(stream))
    return pages


def _next_pgm(stream: io.BytesIO) -> Image.Image:
    """Read one picture from a sequence of binary PGM files."""
    assert stream.readline() == b"P5\n"
    width, height = map(int, stream.readline().split())
    assert stream.readline() == b"255\n"
    return Image.frombytes("L", (width, height), stream.read(width * height))


def difference(one: Image.Image, other: Image.Image) -> int:
    """Return the largest difference in the mean grey of a square; 255 for different sizes."""
    if one.size != other.size:
        return 255
    size = (one.width // BLOCK + 1, one.height // BLOCK + 1)

    def means(picture: Image.Image) -> Image.Image:
        whole = Image.new("L", (size[0] * BLOCK, size[1] * BLOCK), 255)
        whole.paste(picture)
        return whole.resize(size, Image.Resampling.BOX)

    return grey_range(ImageChops.difference(means(one), means(other)))[1]


def grey_range(picture: Image.Image) -> tuple[int, int]:
    """Return the darkest and the lightest grey of the picture, from 0 to 255."""
    darkest, lightest = picture.getextrema()
    assert isinstance(darkest, int | float)
    assert isinstance(lightest, int | float)
    return int(darkest), int(lightest)


def _sixteen_grays(value: int) -> int:
    return (value + 8) // 17 * 17


def main() -> int:
    """Draw all pictures; print the names of those that changed."""
    FOLDER.mkdir(exist_ok=True)
    old = {path.name for path in FOLDER.glob("*.png")}
    for kind, document in PICTURED.items():
        for edition in Edition:
            for page, picture in enumerate(pictures(document, edition), 1):
                name = name_of(kind, edition, page)
                path = FOLDER / name
                if name not in old or difference(Image.open(path).convert("L"), picture) > KEPT:
                    print(f"changed: {name}")
                    picture.point(_sixteen_grays).save(path, optimize=True)
                old.discard(name)
    for name in sorted(old):
        print(f"gone: {name}")
        (FOLDER / name).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
