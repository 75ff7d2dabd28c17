"""The self-test of the document process: it passes with the installed page, and it can fail."""

from __future__ import annotations

import pytest

from printing.document_worker import self_test
from printing.document_worker.serving import LoadedPages
from ui.documents.rasteriser import Rasteriser


def test_installed_page_is_verified_and_drawn() -> None:
    assert self_test.passes(Rasteriser.opened)


def test_changed_page_fails() -> None:
    page = bytearray(self_test.PAGE.read_bytes())
    page[len(page) // 2] ^= 1
    assert not self_test.passes(Rasteriser.opened, bytes(page))


def test_page_without_a_valid_seal_fails_although_it_can_be_drawn() -> None:
    assert not self_test.passes(Rasteriser.opened, self_test.PAGE.read_bytes() + b"\n")


class Undrawable:
    sizes = ((595.0, 842.0),)

    def __init__(self) -> None:
        self.closed = False

    def draw(self, page: int, width_px: int, height_px: int) -> memoryview | None:
        return None

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("pages", [None, Undrawable()], ids=["does not open", "does not draw"])
def test_broken_renderer_fails(pages: Undrawable | None) -> None:
    def renderer(_pdf: bytes) -> LoadedPages | None:
        return pages

    assert not self_test.passes(renderer)
    assert pages is None or pages.closed
