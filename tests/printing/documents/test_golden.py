"""Every document in every edition looks as it looked when somebody looked at it."""

from __future__ import annotations

import pytest
from PIL import Image

from printing.documents import Edition

from . import golden
from .golden import PICTURED


@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("kind", PICTURED)
def test_the_pages_look_as_they_did(kind: str, edition: Edition) -> None:
    pages = golden.pictures(PICTURED[kind], edition)
    kept = sorted(golden.FOLDER.glob(f"{kind}-{edition}-*.png"))
    assert [path.name for path in kept] == [
        golden.name_of(kind, edition, page) for page in range(1, len(pages) + 1)
    ]
    for path, page in zip(kept, pages, strict=True):
        found = golden.difference(Image.open(path).convert("L"), page)
        assert found <= golden.TOLERANCE, f"{path.name} differs by {found}"


def test_no_picture_is_left_over() -> None:
    kinds = {path.name.rsplit("-", 2)[0] for path in golden.FOLDER.glob("*.png")}
    assert kinds == set(PICTURED)


def test_the_comparison_sees_one_character_missing_and_a_line_moved() -> None:
    page = golden.pictures(PICTURED["deposit_certificate"], Edition.STANDARD)[0]
    # "王" of the name: 1 mm right of the name's column, in the first row of the grid.
    dpmm = golden.DPI / 25.4
    x, y = int(49.5 * dpmm), int(37.0 * dpmm)
    without = page.copy()
    box = (x, y, x + 9, y + 9)
    assert page.crop(box).getextrema()[0] < 180, "no character there"
    without.paste(255, box)
    assert golden.difference(page, without) > golden.TOLERANCE
    moved = Image.new("L", page.size, 255)
    moved.paste(page, (0, 2))
    assert golden.difference(page, moved) > golden.TOLERANCE
    assert golden.difference(page, page.copy()) == 0
