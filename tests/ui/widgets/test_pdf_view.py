"""The preview's pages: requested without blocking the UI thread, shown when they arrive, and
refused if they cannot be drawn."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, QTimer
from PySide6.QtGui import QColor, QImage
from PySide6.QtPdf import QPdfDocument
from PySide6.QtWidgets import QApplication

from devices.health import Fault
from printing.document_worker import limits
from printing.document_worker.client import DocumentWorker, Verified
from printing.document_worker.messages import MAX_PIXELS, MAX_SIDE_PX
from printing.document_worker.pictures import Picture
from printing.faults import CANNOT_BE_SHOWN, DOCUMENT_TOO_HEAVY
from printing.seal.preview import preview_copy
from terminal.session import events as ev
from terminal.session.model import Look
from terminal.session.states import Previewing
from tests.printing.document_worker import worker_stand_in as stand_in
from tests.printing.seal_fixtures import NOW, Authority
from tests.ui.pages_rig import child
from ui.documents.direct_pages import DirectPages
from ui.documents.rasteriser import Rasteriser
from ui.gallery.samples import sample_pdf
from ui.gallery.scenes import SCENES
from ui.headless.driver import Driver, settle, snapshot
from ui.widgets.pdf_view import MARK, MARK_AFTER_MS, PdfView

from ..pages_rig import Shown

WITHIN_S = 20.0
Then = Callable[[Picture | Fault], None]


@dataclass
class SlowPages:
    """Pages that answer on another thread, as the worker's do, and only when the test says so."""

    sizes: tuple[tuple[float, float], ...] = ((595.0, 842.0),) * 3
    asked: list[tuple[int, int, int]] = field(default_factory=list)
    waiting: list[Then] = field(default_factory=list)
    closed: bool = False

    def ask(self, page: int, width_px: int, height_px: int, then: Then) -> None:
        self.asked.append((page, width_px, height_px))
        self.waiting.append(then)

    def answer(self, answer: Picture | Fault | None = None) -> None:
        """Answer the oldest request, by default with a picture of one colour for its page."""
        page, width, height = self.asked[len(self.asked) - len(self.waiting)]
        then = self.waiting.pop(0)
        made = answer or Picture(width, height, bytes((page * 40, 0, 200, 255)) * width * height)
        sender = threading.Thread(target=then, args=(made,))
        sender.start()
        sender.join()

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def pages() -> SlowPages:
    return SlowPages()


def previewing(shown: Shown, pages: Any) -> Previewing:
    """Show the preview of a document with these pages."""
    state = SCENES["previewing"](Look())
    assert isinstance(state, Previewing)
    state.document.preview = pages
    state.document.pages = len(pages.sizes)
    shown.window.show_state(state)
    settle()
    shown.posted.clear()
    return state


def view(shown: Shown) -> PdfView:
    return child(shown.window.current_page, PdfView)


def middle(shown: Shown) -> QColor:
    """Return the colour in the middle of the page."""
    part = view(shown)
    at = part.mapTo(shown.window, part.rect().center())
    return snapshot(shown.window).pixelColor(at)


def wait(shown: Shown, met: Callable[[], object]) -> None:
    assert Driver(shown.window).wait_until(lambda: bool(met()), WITHIN_S)


def not_shown(shown: Shown) -> list[ev.PageNotShown]:
    return [event for event in shown.posted if isinstance(event, ev.PageNotShown)]


def test_the_page_is_white_and_the_screen_responsive_until_the_picture_arrives(
    shown: Shown, pages: SlowPages
) -> None:
    previewing(shown, pages)
    assert not shown.window.current_page.ready
    assert middle(shown) == QColor("#FFFFFF")
    ticks: list[float] = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(time.monotonic()))
    timer.start(5)
    wait(shown, lambda: len(ticks) > 20)
    timer.stop()
    assert len(pages.asked) == 1
    pages.answer()
    wait(shown, lambda: shown.window.current_page.ready)
    assert middle(shown) == QColor(200, 0, 0)


def test_a_slow_page_shows_a_mark_and_cannot_be_printed(shown: Shown, pages: SlowPages) -> None:
    previewing(shown, pages)
    assert shown.control("preview.print").isEnabled()
    assert child(view(shown), QTimer).interval() == MARK_AFTER_MS
    wait(shown, lambda: view(shown).waiting)
    settle()
    assert middle(shown) == QColor(MARK)
    assert not shown.control("preview.print").isEnabled()
    pages.answer()
    wait(shown, lambda: shown.window.current_page.ready)
    assert middle(shown) == QColor(200, 0, 0)
    assert shown.control("preview.print").isEnabled()


def test_one_picture_is_requested_at_a_time_and_the_newest_page_wins(
    shown: Shown, pages: SlowPages
) -> None:
    previewing(shown, pages)
    shown.touch("preview.next")
    shown.touch("preview.next")
    assert [page for page, _, _ in pages.asked] == [0]
    pages.answer()  # an answer for the first page, which is no longer shown
    wait(shown, lambda: len(pages.asked) == 2)
    assert middle(shown) != QColor(200, 0, 0)
    assert [page for page, _, _ in pages.asked] == [0, 2]
    pages.answer()
    wait(shown, lambda: shown.window.current_page.ready)
    assert middle(shown) == QColor(200, 0, 80)


def test_the_reading_view_enlarges_the_old_picture_until_its_own_arrives(
    shown: Shown, pages: SlowPages
) -> None:
    previewing(shown, pages)
    pages.answer()
    wait(shown, lambda: shown.window.current_page.ready)
    shown.touch("preview.zoom")
    assert not shown.window.current_page.ready
    assert middle(shown) == QColor(200, 0, 0)
    assert pages.asked[1][1] > pages.asked[0][1]
    pages.answer()
    wait(shown, lambda: shown.window.current_page.ready)


def test_a_page_that_cannot_be_drawn_is_reported_once_and_nothing_is_shown(
    shown: Shown, pages: SlowPages
) -> None:
    state = previewing(shown, pages)
    pages.answer(DOCUMENT_TOO_HEAVY)
    wait(shown, lambda: not_shown(shown))
    settle()
    snapshot(shown.window)
    wanted = ev.PageNotShown(state.request, DOCUMENT_TOO_HEAVY)
    assert not_shown(shown) == [wanted]
    assert len(pages.asked) == 1
    assert not shown.window.current_page.ready


def test_a_fault_of_another_page_is_reported(shown: Shown, pages: SlowPages) -> None:
    state = previewing(shown, pages)
    shown.touch("preview.next")
    pages.answer(CANNOT_BE_SHOWN)
    wait(shown, lambda: not_shown(shown))
    wanted = ev.PageNotShown(state.request, CANNOT_BE_SHOWN)
    assert not_shown(shown) == [wanted]


def prints(shown: Shown) -> int:
    return sum(isinstance(event, ev.PrintPressed) for event in shown.posted)


def test_an_early_print_press_prints_when_the_page_is_drawn(shown: Shown, pages: SlowPages) -> None:
    previewing(shown, pages)
    shown.touch("preview.print")
    assert prints(shown) == 0
    pages.answer()
    wait(shown, lambda: prints(shown))
    wait(shown, lambda: shown.window.current_page.ready)
    assert prints(shown) == 1


def test_an_early_print_press_is_dropped_if_the_page_takes_long(
    shown: Shown, pages: SlowPages
) -> None:
    previewing(shown, pages)
    shown.touch("preview.print")
    wait(shown, lambda: view(shown).waiting)
    pages.answer()
    wait(shown, lambda: shown.window.current_page.ready)
    assert prints(shown) == 0


def test_an_early_print_press_prints_no_page_that_cannot_be_drawn(
    shown: Shown, pages: SlowPages
) -> None:
    previewing(shown, pages)
    shown.touch("preview.print")
    pages.answer(DOCUMENT_TOO_HEAVY)
    wait(shown, lambda: not_shown(shown))
    assert prints(shown) == 0


def test_a_picture_that_arrives_after_the_page_is_left_is_dropped(
    shown: Shown, pages: SlowPages
) -> None:
    previewing(shown, pages)
    shown.scene("choosing")
    pages.answer()
    settle()
    assert not_shown(shown) == []
    assert not pages.closed  # the session closes the document when it wipes it


def test_a_rebuilt_page_shows_the_same_picture_at_once(shown: Shown, pages: SlowPages) -> None:
    """A page is rebuilt when the printer reports something or the language changes."""
    state = previewing(shown, pages)
    pages.answer()
    wait(shown, lambda: shown.window.current_page.ready)
    before = shown.window.current_page
    station = replace(state.station, printers=())
    shown.window.show_state(replace(state, station=station))
    assert shown.window.current_page is not before
    part = view(shown)
    picture = QImage(part.size(), QImage.Format.Format_RGB32)
    part.render(picture)
    assert picture.pixelColor(picture.rect().center()) == QColor(200, 0, 0)


def own(pdf: bytes, page: int, size: QSize) -> QImage:
    """Return the page as QtPdf draws it in this process."""
    buffer = QBuffer()
    buffer.setData(QByteArray(pdf))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    document.load(buffer)
    image = document.render(page, size)
    document.close()
    return image


def test_direct_pages_are_drawn_as_qtpdf_draws_them(qapp: QApplication) -> None:
    pages = DirectPages(sample_pdf())
    got: list[Any] = []
    pages.ask(1, 300, 424, got.append)
    image = own(sample_pdf(), 1, QSize(300, 424))
    assert [picture.pixels for picture in got] == [bytes(image.constBits())]
    pages.close()
    pages.ask(1, 300, 424, got.append)
    assert got[1] == CANNOT_BE_SHOWN


def test_other_data_than_pdf_is_not_opened(qapp: QApplication) -> None:
    assert Rasteriser.opened(b"%PDF-1.7 nothing") is None
    assert DirectPages(b"").sizes == ()


@pytest.fixture(scope="module")
def checked(authority: Authority, sealed: bytes, documents: DocumentWorker) -> Iterator[Verified]:
    found = documents.check(sealed, anchors=authority.anchors, at=NOW)
    assert isinstance(found, Verified)
    yield found
    found.pages.close()


def test_the_workers_picture_is_qtpdfs_own(shown: Shown, checked: Verified, sealed: bytes) -> None:
    previewing(shown, checked.pages)
    wait(shown, lambda: shown.window.current_page.ready)
    part = view(shown)
    request, picture = part.picture or (None, None)
    assert request is not None
    assert picture is not None
    image = own(preview_copy(sealed), 0, request[1])
    assert bytes(picture.constBits()) == bytes(image.constBits())


def test_a_hostile_page_is_refused_and_the_screen_stays_responsive(
    shown: Shown, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process hangs at the second page; its limit is a second in this test."""
    worker = DocumentWorker((*stand_in.COMMAND, "hang"))
    try:
        pdf = stand_in.sealed_pages(authority.demo)
        found = worker.check(pdf, anchors=authority.anchors, at=NOW)
        assert isinstance(found, Verified)
        monkeypatch.setattr(limits, "REQUEST_S", 1.0)
        previewing(shown, found.pages)
        wait(shown, lambda: shown.window.current_page.ready)
        gaps: list[float] = []
        last = [time.monotonic()]

        def tick() -> None:
            now = time.monotonic()
            gaps.append(now - last[0])
            last[0] = now

        timer = QTimer()
        timer.timeout.connect(tick)
        timer.start(5)
        shown.touch("preview.next")
        wait(shown, lambda: not_shown(shown))
        timer.stop()
        assert [event.fault for event in not_shown(shown)] == [DOCUMENT_TOO_HEAVY]
        assert len(gaps) > 20
        assert max(gaps) < 0.9  # the UI thread never waited for it
    finally:
        worker.close()


@pytest.mark.parametrize("size", [(595.0, 842.0), (1276.0, 113.4), (113.4, 1276.0)])
def test_no_screen_requests_a_larger_picture_than_the_worker_draws(
    shown: Shown, size: tuple[float, float]
) -> None:
    """Otherwise a document would be refused when the resident enlarges it."""
    pages = SlowPages(sizes=(size,))
    previewing(shown, SlowPages())
    large = PdfView(shown.window.current_page.kit, pages)
    large.resize(3840, 6000)
    large.enlarge(True)
    large.grab()
    _, width, height = pages.asked[0]
    assert width * height <= MAX_PIXELS
    assert max(width, height) <= MAX_SIDE_PX
    assert width * height > MAX_PIXELS / 4
