"""Several printers as one: which printer gets which document, and whose events arrive."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from reportlab.pdfgen.canvas import Canvas

from devices.health import DeviceStatus, Fault
from printing import faults as f
from printing.media import PageSize, fits, media_of, media_size, same_size
from printing.outcome import Outcome, PrintEnded, PrintProgress, nothing_came_out
from printing.pdf.pages import page_sizes
from printing.printer import ONLY_PRINTER, Printer, PrinterChanged, PrinterStatus, Sink
from printing.printer_group import PrinterGroup

MM = 72 / 25.4
JOB = "0123456789abcdef"


def paper(*sizes_mm: tuple[float, float], rotate: int = 0) -> bytes:
    """Return a document with one page of each size."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    for width, height in sizes_mm:
        canvas.setPageSize((width * MM, height * MM))
        canvas.setPageRotation(rotate)
        canvas.drawString(10, 10, "words")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


class Fake:
    """A printer that notes the calls."""

    def __init__(self, media: str) -> None:
        self.media = media
        self.calls: list[object] = []
        self.sink: Sink | None = None
        self.cleared: Callable[[bool], None] | None = None
        self.needs_restart = False

    def start(self, sink: Sink) -> None:
        self.sink = sink

    def status(self) -> PrinterStatus:
        return PrinterStatus(DeviceStatus.ONLINE, media=self.media)

    def statuses(self) -> tuple[tuple[str, PrinterStatus], ...]:
        return ((ONLY_PRINTER, self.status()),)

    def submit(self, job: str, document: bytes, pages: int, service: str = "") -> None:
        self.calls.append(("submit", job, document, pages, service))

    def cancel(self, job: str) -> None:
        self.calls.append(("cancel", job))

    def clear(self, done: Callable[[bool], None]) -> None:
        self.cleared = done

    def tray_checked(self) -> None:
        self.calls.append("tray")

    def close(self, timeout_s: float = 2.0) -> None:
        self.calls.append("close")


@pytest.fixture
def sheet() -> Fake:
    return Fake("iso_a4_210x297mm")


@pytest.fixture
def slip() -> Fake:
    return Fake("om_slip_80x200mm")


@pytest.fixture
def group(sheet: Fake, slip: Fake) -> PrinterGroup:
    return PrinterGroup([("paper", sheet), ("slips", slip)])


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("iso_a4_210x297mm", PageSize(210, 297)),
        ("na_letter_8.5x11in", PageSize(215.9, 279.4)),
        ("om_card_54x86mm", PageSize(54, 86)),
        ("om_nothing_0x297mm", None),
        ("iso-a4", None),
    ],
)
def test_size_is_read_from_the_name_of_the_paper(name: str, size: PageSize | None) -> None:
    found = media_size(name)
    assert (found is None) == (size is None)
    if found is not None and size is not None:
        assert same_size(found, size)


def test_custom_paper_is_named_by_the_size_of_the_page() -> None:
    for page in (PageSize(80, 200), PageSize(200, 80), PageSize(215.9, 279.4)):
        assert fits([page], media_of(page))
    assert media_of(PageSize(297, 210)) == "iso_a4_210x297mm"


def test_page_sizes_include_the_rotation() -> None:
    sizes = page_sizes(paper((210, 297), (80, 200)))
    assert isinstance(sizes, tuple)
    assert [(round(each.width_mm), round(each.height_mm)) for each in sizes] == [
        (210, 297),
        (80, 200),
    ]
    # ReportLab writes this page as a portrait page with a rotation.
    sizes = page_sizes(paper((297, 210), rotate=90))
    assert isinstance(sizes, tuple)
    (turned,) = sizes
    assert (round(turned.width_mm), round(turned.height_mm), turned.landscape) == (297, 210, True)


@pytest.mark.parametrize("loop", [b"/Kids [2 0 R]", b"/Kids [3 0 R]"])
def test_circular_page_tree_is_refused(loop: bytes) -> None:
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 " + loop + b" >>",
        b"<< /Type /Pages /Count 1 /Kids [2 0 R] >>",
    ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 4\n0000000000 65535 f \n"
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    refused = page_sizes(bytes(out))
    assert isinstance(refused, Fault)
    assert refused.same_as(f.NOT_A_PDF)


def test_fit_allows_rounding_and_landscape_pages() -> None:
    assert fits([PageSize(210.2, 297.0), PageSize(297.0, 209.9)], "iso_a4_210x297mm")
    assert not fits([PageSize(210, 297), PageSize(80, 200)], "iso_a4_210x297mm")
    assert not fits([PageSize(215.9, 279.4)], "iso_a4_210x297mm")


def test_document_goes_to_the_printer_with_its_paper_size(
    group: PrinterGroup, sheet: Fake, slip: Fake
) -> None:
    list_, receipt, turned = paper((210, 297), (210, 297)), paper((80, 200)), paper((297, 210))
    group.submit(JOB, list_, 2, "list")
    group.submit(JOB + "2", receipt, 1, "receipt")
    group.submit(JOB + "3", turned, 1)
    assert sheet.calls == [("submit", JOB, list_, 2, "list"), ("submit", JOB + "3", turned, 1, "")]
    assert slip.calls == [("submit", JOB + "2", receipt, 1, "receipt")]


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        (paper((148, 210)), f.NO_QUEUE_FOR_SIZE),
        (paper((210, 297), (80, 200)), f.NO_QUEUE_FOR_SIZE),
        (b"no document", f.NOT_A_PDF),
    ],
)
def test_document_of_an_unavailable_size_is_refused(
    group: PrinterGroup, sheet: Fake, slip: Fake, document: bytes, fault: Fault
) -> None:
    heard: list[object] = []
    group.start(heard.append)
    group.submit(JOB, document, 1)
    (ended,) = heard
    assert isinstance(ended, PrintEnded)
    assert (ended.job, ended.outcome, ended.pages_done) == (JOB, Outcome.QUEUED, 0)
    assert ended.fault is not None
    assert ended.fault.same_as(fault)
    assert nothing_came_out(ended)
    assert sheet.calls == slip.calls == []


def test_events_have_their_printers_name(group: PrinterGroup, sheet: Fake, slip: Fake) -> None:
    heard: list[object] = []
    group.start(heard.append)
    assert sheet.sink is not None
    assert slip.sink is not None
    slip.sink(PrinterChanged(slip.status()))
    sheet.sink(PrinterChanged(sheet.status()))
    progress = PrintProgress(JOB, Outcome.PRINTING, 1, 2)
    sheet.sink(progress)
    assert heard == [
        PrinterChanged(slip.status(), "slips"),
        PrinterChanged(sheet.status(), "paper"),
        progress,
    ]
    assert group.status() == sheet.status()
    assert group.statuses() == (("paper", sheet.status()), ("slips", slip.status()))


@pytest.mark.parametrize(
    ("answers", "empty"), [((True, True), True), ((True, False), False), ((False, True), False)]
)
def test_group_is_clear_only_if_all_printers_are(
    group: PrinterGroup, sheet: Fake, slip: Fake, answers: tuple[bool, bool], empty: bool
) -> None:
    answered: list[bool] = []
    group.clear(answered.append)
    assert sheet.cleared is not None
    assert slip.cleared is not None
    slip.cleared(answers[1])
    assert answered == []
    sheet.cleared(answers[0])
    assert answered == [empty]


def test_cancel_tray_check_and_close_go_to_all_printers(
    group: PrinterGroup, sheet: Fake, slip: Fake
) -> None:
    group.cancel(JOB)
    group.tray_checked()
    group.close()
    assert sheet.calls == slip.calls == [("cancel", JOB), "tray", "close"]
    assert not group.needs_restart
    slip.needs_restart = True
    assert group.needs_restart


def test_group_needs_a_printer_and_unique_names(sheet: Fake) -> None:
    twice: list[tuple[str, Printer]] = [("paper", sheet), ("paper", sheet)]
    for wrong in ([], twice):
        with pytest.raises(ValueError, match="at least one"):
            PrinterGroup(wrong)
