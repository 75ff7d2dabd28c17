"""PNG files are embedded as they are, or refused."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from printing.typesetting.png import UnusablePngError, png_image, png_size


def png(mode: str = "RGB", size: tuple[int, int] = (30, 20)) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, "PNG")
    return out.getvalue()


def test_size_is_read_from_the_header() -> None:
    assert png_size(png(size=(30, 20))) == (30, 20)


@pytest.mark.parametrize("mode", ["RGBA", "L", "P", "1"])
def test_other_kinds_of_pixels_are_refused(mode: str) -> None:
    with pytest.raises(UnusablePngError):
        png_image(png(mode))


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", png()[:20], png()[:8] + bytes(40)])
def test_files_that_are_no_png_are_refused(content: bytes) -> None:
    with pytest.raises(UnusablePngError):
        png_image(content)
