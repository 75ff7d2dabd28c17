"""Draw one page as on the screen and as on paper, with three renderers, and compare the results.

For the screen, QtPdf draws the copy for the preview. For the paper, the sealed bytes are drawn as
by CUPS: qpdf flattens the annotations that print and poppler rasterises the page, or Ghostscript
does both.
"""

from __future__ import annotations

import subprocess
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QImage
from PySide6.QtPdf import QPdfDocument

from printing.seal.preview import preview_copy

DPI = 100
"""The resolution at which pages are compared."""
_OVERSAMPLING = 3
"""Pages are drawn at 300 dpi and reduced: at 100 dpi, renderers widen hairlines differently."""
_DRAWN_DPI = DPI * _OVERSAMPLING
MOST_MM2 = 2.0
"""Greatest accepted area of a difference."""
TOLERANCE = 96
"""Greatest accepted difference of one pixel, of 255: poppler draws hairlines twice as wide."""
TONE_TOLERANCE = 20
"""Greatest accepted difference in the mean of 5 × 5 pixels, of 255: detects pale areas and text."""
_PIXEL_MM2 = (25.4 / DPI) ** 2


def on_screen(pdf: bytes, page: int) -> Image.Image:
    """Draw the page (from 0) in grey, as the preview shows it."""
    buffer = QBuffer()
    buffer.setData(QByteArray(preview_copy(pdf)))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    document.load(buffer)
    points = document.pagePointSize(page)
    size = QSize(round(points.width() * _DRAWN_DPI / 72), round(points.height() * _DRAWN_DPI / 72))
    image = document.render(page, size).convertToFormat(QImage.Format.Format_RGBA8888)
    document.close()
    drawn = Image.frombytes("RGBA", (image.width(), image.height()), bytes(image.constBits()))
    paper = Image.new("RGBA", drawn.size, "white")
    paper.alpha_composite(drawn)
    return paper.convert("RGB").convert("L").reduce(_OVERSAMPLING)


def by_poppler(pdf: Path, page: int) -> Image.Image:
    """Draw the page in grey, as pdftopdf and poppler print it."""
    flat = pdf.with_suffix(".flat")
    subprocess.run(
        ["qpdf", "--warning-exit-0", "--flatten-annotations=print", str(pdf), str(flat)],
        check=True,
        capture_output=True,
    )
    number = str(page + 1)
    return _picture(["pdftoppm", "-r", str(_DRAWN_DPI), "-f", number, "-l", number, str(flat)])


def by_ghostscript(pdf: Path, page: int) -> Image.Image:
    """Draw the page in grey, as Ghostscript prints it."""
    return _picture(
        [
            "gs", "-q", "-dSAFER", "-dNOPAUSE", "-dBATCH", "-dPrinted", "-dShowAcroForm",
            "-sstdout=%stderr", "-sDEVICE=ppmraw", "-dTextAlphaBits=4", "-dGraphicsAlphaBits=4",
            f"-r{_DRAWN_DPI}", f"-dFirstPage={page + 1}", f"-dLastPage={page + 1}",
            "-sOutputFile=-", str(pdf),
        ]
    )  # fmt: skip


def _picture(command: list[str]) -> Image.Image:
    done = subprocess.run(command, check=True, capture_output=True)
    return Image.open(BytesIO(done.stdout)).convert("RGB").convert("L").reduce(_OVERSAMPLING)


def largest_difference_mm2(first: Image.Image, second: Image.Image) -> float:
    """Return the area of the largest blob of pixels that differ from the other image.

    A pixel differs if it matches no pixel of the other image within one pixel of its place. The
    images may differ by one pixel in size, because renderers round the size differently.
    """
    assert all(abs(a - b) <= 1 for a, b in zip(first.size, second.size, strict=True)), (
        first.size,
        second.size,
    )
    size = min(first.width, second.width), min(first.height, second.height)
    # Ignore the outermost pixels: they are only partly covered by the page, and renderers differ.
    inside = (1, 1, size[0] - 1, size[1] - 1)
    one, other = (image.crop(inside) for image in (first, second))
    sharp = _differing(one, other, TOLERANCE)
    blur = ImageFilter.BoxBlur(2)
    pale = _differing(one.filter(blur), other.filter(blur), TONE_TOLERANCE)
    return max(_largest_blob(sharp), _largest_blob(pale)) * _PIXEL_MM2


def _differing(one: Image.Image, other: Image.Image, tolerance: int) -> Image.Image:
    differs = ImageChops.lighter(_outside(one, other), _outside(other, one))
    return differs.point(lambda level: 255 if level > tolerance else 0)


def _outside(image: Image.Image, other: Image.Image) -> Image.Image:
    """Return how much each pixel is darker or lighter than all pixels of ``other`` next to it."""
    darker = ImageChops.subtract(other.filter(ImageFilter.MinFilter(3)), image)
    lighter = ImageChops.subtract(image, other.filter(ImageFilter.MaxFilter(3)))
    return ImageChops.lighter(darker, lighter)


def _largest_blob(mask: Image.Image) -> int:
    """Return the number of pixels in the largest connected area that is not black."""
    data, width = mask.tobytes(), mask.width
    left = {place for place, level in enumerate(data) if level} if any(data) else set()
    largest = 0
    while left:
        waiting, count = [left.pop()], 0
        while waiting:
            place = waiting.pop()
            count += 1
            for step in (-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1):
                if place + step in left:
                    left.remove(place + step)
                    waiting.append(place + step)
        largest = max(largest, count)
    return largest
