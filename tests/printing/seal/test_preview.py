"""The preview shows the seals that will be printed, and is otherwise the same as the file."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageChops
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtPdf import QPdfDocument

from printing.documents import render
from printing.seal.preview import SealNotDrawnError, preview_copy
from terminal.sandbox.signing import DemoAuthority
from tests.printing.documents.golden import grey_range

from .. import samples
from ..documents.test_documents import picture, text_of
from ..raw_pdf import Draft, form_object, stream


@pytest.fixture(scope="module")
def unsigned() -> bytes:
    pdf = render(samples.insurance(30), sample=True)
    assert isinstance(pdf, bytes)
    return pdf


@pytest.fixture(scope="module")
def sealed(unsigned: bytes, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    demo = DemoAuthority.create(tmp_path_factory.mktemp("authority"))
    return demo.sign(unsigned, verification_code=samples.CODE)


def on_screen(pdf: bytes, page: int) -> Image.Image:
    """Draw the page with the rasteriser of the preview."""
    buffer = QBuffer()
    buffer.setData(QByteArray(pdf))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    document.load(buffer)
    image = document.render(page, QSize(496, 702))
    document.close()
    rgba = image.convertToFormat(image.Format.Format_RGBA8888)
    drawn = Image.frombytes("RGBA", (rgba.width(), rgba.height()), bytes(rgba.constBits()))
    paper = Image.new("RGBA", drawn.size, "white")
    paper.alpha_composite(drawn)
    return paper.convert("RGB")


def red(page: Image.Image) -> int:
    bands = (band.tobytes() for band in page.split())
    return sum(1 for r, g, b in zip(*bands, strict=True) if r > 150 and g < 120 and b < 120)


def test_seal_is_shown_on_the_screen(qapp: object, sealed: bytes) -> None:
    """It is on the last of two pages. The screen does not show it from the verified bytes."""
    assert red(on_screen(sealed, 1)) == 0
    shown = preview_copy(sealed)
    assert red(on_screen(shown, 1)) > 300
    assert red(on_screen(shown, 0)) == 0


@pytest.mark.process
def test_seal_is_shown_where_it_is_printed(sealed: bytes) -> None:
    for page in (1, 2):
        printed, shown = picture(sealed, page, 60), picture(preview_copy(sealed), page, 60)
        # poppler draws the seal twice, as field and as page content: only edges may be darker.
        assert grey_range(ImageChops.difference(printed, shown))[1] < 120
        assert printed.getbbox() == shown.getbbox()
    assert text_of(preview_copy(sealed)) == text_of(sealed)


def test_file_without_a_seal_is_not_changed(unsigned: bytes) -> None:
    assert preview_copy(unsigned) is unsigned


def _stamps(pdf: pikepdf.Pdf, matrix: list[float], flags: int = 4) -> None:
    """Add a red square to every page, 100 points wide, with ``matrix`` on its appearance."""
    for page in pdf.pages:
        form = pdf.make_stream(
            b"0.9 0 0 rg 0 0 10 10 re f",
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Form,
            BBox=pikepdf.Array([0, 0, 10, 10]),
            Matrix=pikepdf.Array(matrix),
        )
        stamp = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Stamp,
            Rect=pikepdf.Array([300, 400, 400, 500]),
            F=flags,
            AP=pikepdf.Dictionary(N=form),
        )
        page.Annots = pikepdf.Array([pdf.make_indirect(stamp)])


@pytest.mark.parametrize("matrix", [[1, 0, 0, 1, 0, 0], [0, 1, -1, 0, 7, 3], [2, 0, 0, 3, 0, 0]])
def test_stamps_with_any_matrix_are_placed_correctly(
    qapp: object, unsigned: bytes, matrix: list[float], tmp_path: Path
) -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(unsigned)) as opened:
        _stamps(opened, matrix)
        opened.save(out)
    shown = preview_copy(out.getvalue())
    scale = 496 / 595.28
    for page in (0, 1):
        screen = on_screen(shown, page)
        assert red(screen) == pytest.approx((100 * scale) ** 2, rel=0.05)
        inside = (
            int(310 * scale),
            int(702 - 490 * scale),
            int(390 * scale),
            int(702 - 410 * scale),
        )
        crop = screen.crop(inside)
        assert red(crop) == crop.width * crop.height


@pytest.mark.parametrize("flags", [0, 1, 2, 4 | 1, 4 | 2, 4 | 32, 32, 128])
def test_annotation_that_does_not_print_is_not_shown(unsigned: bytes, flags: int) -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(unsigned)) as opened:
        _stamps(opened, [1, 0, 0, 1, 0, 0], flags=flags)
        opened.save(out)
    assert preview_copy(out.getvalue()) == out.getvalue()


def test_a_seal_on_a_page_without_operators_is_shown(qapp: object, unsigned: bytes) -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(unsigned)) as opened:
        _stamps(opened, [1, 0, 0, 1, 0, 0])
        del opened.pages[0].Contents
        opened.save(out)
    assert red(on_screen(preview_copy(out.getvalue()), 0)) > 300


def test_seal_that_cannot_be_drawn_is_an_error(unsigned: bytes) -> None:
    """The paper would show the seal, so a preview without it must not be shown."""
    out = BytesIO()
    with pikepdf.open(BytesIO(unsigned)) as opened:
        _stamps(opened, [1, 0, 0, 1, 0, 0])
        opened.pages[0].Annots[0].Rect = pikepdf.Array([pikepdf.Name.Nowhere] * 4)
        opened.save(out)
    with pytest.raises(SealNotDrawnError):
        preview_copy(out.getvalue())


BLACK = stream(b"0 g 60 600 60 60 re f")


def _far_smaller(pdf: pikepdf.Pdf) -> None:
    """Add a stamp of 100 points with an appearance in units of a ten-thousandth of a point."""
    side = 813_000
    form = pdf.make_stream(
        b"0.9 0 0 rg 0 0 %d %d re f" % (side, side),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Form,
        BBox=pikepdf.Array([0, 0, side, side]),
    )
    stamp = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Stamp,
        Rect=pikepdf.Array([300, 400, 400, 500]),
        F=4,
        AP=pikepdf.Dictionary(N=form),
    )
    pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(stamp)])


def test_seal_drawn_in_tiny_units_has_the_right_size(qapp: object, unsigned: bytes) -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(unsigned)) as opened:
        _far_smaller(opened)
        opened.save(out)
    drawn = red(on_screen(preview_copy(out.getvalue()), 0))
    assert drawn == pytest.approx((100 * 496 / 595.28) ** 2, rel=0.05)


@pytest.mark.parametrize("contents", [b"/Contents null", b"/Contents 99 0 R", b"/Contents[null]"])
def test_a_seal_on_a_page_whose_operators_are_missing_is_shown(
    qapp: object, contents: bytes
) -> None:
    assert red(on_screen(preview_copy(Draft(contents=contents).build()), 0)) > 300


@pytest.mark.parametrize("value", [b"null", b"99 0 R"])
@pytest.mark.parametrize("key", [b"/Matrix", b"/Resources"])
def test_a_seal_with_entries_that_are_missing_is_shown(
    qapp: object, key: bytes, value: bytes
) -> None:
    form = form_object(entries=key + b" " + value)
    pdf = Draft(content=BLACK, appearance_form=form).build()
    assert red(on_screen(pdf, 0)) == 0
    assert red(on_screen(preview_copy(pdf), 0)) > 300


@pytest.mark.parametrize("resources", [b"/Resources null", b"/Resources 99 0 R"])
def test_a_seal_on_a_page_whose_resources_are_missing_is_shown_or_refused(
    qapp: object, resources: bytes
) -> None:
    try:
        shown = preview_copy(Draft(content=BLACK, resources=resources).build())
    except SealNotDrawnError:
        return
    assert red(on_screen(shown, 0)) > 300
