"""Every document in every edition matches its golden picture."""

from __future__ import annotations

import pytest
from PIL import Image

from printing.documents import Edition

from . import golden
from .golden import PICTURED


@pytest.mark.process
@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("kind", PICTURED)
def test_pages_match_the_golden_pictures(kind: str, edition: Edition) -> None:
    pages = golden.pictures(PICTURED[kind], edition)
    kept = sorted(golden.FOLDER.glob(f"{kind}-{edition}-*.png"))
    assert [path.name for path in kept] == [
        golden.name_of(kind, edition, page) for page in range(1, len(pages) + 1)
    ]
    for path, page in zip(kept, pages, strict=True):
        found = golden.difference(Image.open(path).convert("L"), page)
        assert found <= golden.TOLERANCE, f"{path.name} differs by {found}"


def test_no_golden_picture_is_unused() -> None:
    kinds = {path.name.rsplit("-", 2)[0] for path in golden.FOLDER.glob("*.png")}
    assert kinds == set(PICTURED)


@pytest.mark.process
def test_comparison_detects_a_missing_character_and_a_moved_line() -> None:
    page = golden.pictures(PICTURED["deposit_certificate"], Edition.STANDARD)[0]
    # The character 王 of the name, in the first row of the grid, 1 mm right of the label.
    dpmm = golden.DPI / 25.4
    x, y = int(49.5 * dpmm), int(37.0 * dpmm)
    without = page.copy()
    box = (x, y, x + 9, y + 9)
    assert golden.grey_range(page.crop(box))[0] < 180, "no character there"
    without.paste(255, box)
    assert golden.difference(page, without) > golden.TOLERANCE
    moved = Image.new("L", page.size, 255)
    moved.paste(page, (0, 2))
    assert golden.difference(page, moved) > golden.TOLERANCE
    assert golden.difference(page, page.copy()) == 0
