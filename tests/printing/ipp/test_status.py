"""From a printer's keywords to XFS4IoT states: reported and missing states, and their priority."""

from __future__ import annotations

import pytest

from devices.health import Cause, DeviceStatus, Fault, Who
from printing import faults as f
from printing.ipp.client import IppFailure, Reason
from printing.ipp.codec import Attribute, Group, Tag, Value
from printing.ipp.status import KEYWORDS, bare, by_priority, printer_status
from printing.printer import PaperState, PrinterStatus, TonerState

REFERENCE_KEYWORDS = (
    "media-needed",
    "media-jam",
    "media-empty",
    "media-low",
    "cover-open",
    "door-open",
    "interlock-open",
    "input-tray-missing",
    "output-tray-missing",
    "output-area-almost-full",
    "output-area-full",
    "toner-low",
    "toner-empty",
    "marker-supply-low",
    "marker-supply-empty",
    "marker-waste-almost-full",
    "marker-waste-full",
    "fuser-over-temp",
    "fuser-under-temp",
    "developer-low",
    "developer-empty",
    "opc-near-eol",
    "opc-life-over",
    "spool-area-full",
    "connecting-to-device",
    "timed-out",
    "moving-to-paused",
    "paused",
    "shutdown",
    "stopping",
    "stopped-partly",
)


def answer(*reasons: str, state: int = 3, **more: tuple[Value, ...]) -> Group:
    words = tuple(Value(Tag.KEYWORD, each) for each in reasons)
    rest = tuple(Attribute(name.replace("_", "-"), values) for name, values in more.items())
    return Group(
        Tag.PRINTER,
        (
            Attribute("printer-state", (Value(Tag.ENUM, state),)),
            Attribute("printer-state-reasons", words),
            *rest,
        ),
    )


def codes(status: PrinterStatus) -> list[str]:
    return [fault.code for fault in status.faults]


def test_reason_none_is_a_good_state() -> None:
    status = printer_status(answer("none"), 0)
    assert status == PrinterStatus(
        DeviceStatus.ONLINE, PaperState.FULL, TonerState.NOT_SUPPORTED, (), (), 0
    )
    assert status.can_print


def test_missing_answer_is_unknown() -> None:
    for reason in Reason:
        status = printer_status(IppFailure(reason))
        assert status.status is DeviceStatus.UNKNOWN
        assert (status.paper, status.toner) == (PaperState.UNKNOWN, TonerState.UNKNOWN)
        assert codes(status) == [f.PRINTER_UNREACHABLE.code]
        assert reason.value in status.faults[0].detail
        assert not status.can_print


@pytest.mark.parametrize("suffix", ["", "-error", "-warning", "-report"])
@pytest.mark.parametrize(
    ("keyword", "fault", "paper", "toner"),
    [
        ("media-empty", f.PAPER_OUT, PaperState.OUT, None),
        ("media-needed", f.PAPER_OUT, PaperState.OUT, None),
        ("media-jam", f.PAPER_JAM, PaperState.JAMMED, None),
        ("media-low", None, PaperState.LOW, None),
        ("cover-open", f.COVER_OPEN, None, None),
        ("door-open", f.COVER_OPEN, None, None),
        ("input-tray-missing", f.TRAY_MISSING, None, None),
        ("output-area-full", f.OUTPUT_FULL, None, None),
        ("toner-low", None, None, TonerState.LOW),
        ("marker-supply-low", None, None, TonerState.LOW),
        ("developer-low", None, None, TonerState.LOW),
        ("toner-empty", f.TONER_OUT, None, TonerState.OUT),
        ("marker-supply-empty", f.TONER_OUT, None, TonerState.OUT),
        ("developer-empty", f.TONER_OUT, None, TonerState.OUT),
        ("fuser-over-temp", f.PRINTER_ERROR, None, None),
        ("spool-area-full", f.SPOOL_FULL, None, None),
    ],
)
def test_keyword_means_the_same_with_any_suffix(
    suffix: str, keyword: str, fault: Fault | None, paper: PaperState | None, toner: TonerState
) -> None:
    status = printer_status(answer(keyword + suffix))
    assert codes(status) == ([fault.code] if fault else [])
    assert status.paper is (paper or PaperState.FULL)
    assert status.toner is (toner or TonerState.NOT_SUPPORTED)
    assert status.can_print is (fault is None)
    assert status.reasons == (keyword + suffix,)


def test_every_keyword_of_the_reference_is_in_the_table() -> None:
    assert set(REFERENCE_KEYWORDS) <= set(KEYWORDS)
    assert all(bare(keyword) == (keyword, "") for keyword in KEYWORDS)
    assert not KEYWORDS & f.FAULTS.codes()


def test_the_most_urgent_fault_is_shown_first() -> None:
    urgent = (
        f.PRINTER_UNREACHABLE, f.QUEUE_DOWN, f.QUEUE_MISSING, f.LEFTOVER_JOB, f.PRINTER_ERROR,
        f.PAPER_JAM, f.COVER_OPEN, f.TRAY_MISSING, f.PAPER_OUT, f.TONER_OUT, f.OUTPUT_FULL,
        f.SPOOL_FULL,
    )  # fmt: skip
    assert by_priority(reversed(urgent)) == urgent


def test_a_keyword_reports_one_fault() -> None:
    register = f.PrintingFaults()
    register.declare("PRN-901", Cause.HARDWARE, Who.STAFF, keywords=("media-jam",))
    with pytest.raises(ValueError, match="media-jam"):
        register.declare("PRN-902", Cause.HARDWARE, Who.STAFF, keywords=("media-jam",))


@pytest.mark.parametrize(
    ("reason", "faulty"),
    [
        ("alien-thing-error", True),
        ("alien-thing-warning", False),
        ("alien-thing-report", False),
        ("alien-thing", False),
        ("cups-waiting-for-job-completed", False),
    ],
)
def test_unknown_keyword_is_a_fault_only_with_severity_error(reason: str, faulty: bool) -> None:
    status = printer_status(answer(reason))
    assert codes(status) == ([f.PRINTER_ERROR.code] if faulty else [])


def test_stopped_printer_without_a_reason_is_an_error() -> None:
    assert codes(printer_status(answer("none", state=5))) == [f.PRINTER_ERROR.code]
    assert codes(printer_status(answer("media-empty", state=5))) == [f.PAPER_OUT.code]


def test_most_urgent_fault_comes_first() -> None:
    status = printer_status(answer("toner-empty", "media-empty-warning", "cover-open", "media-jam"))
    assert codes(status) == [
        f.PAPER_JAM.code,
        f.COVER_OPEN.code,
        f.PAPER_OUT.code,
        f.TONER_OUT.code,
    ]
    assert status.paper is PaperState.JAMMED
    assert status.status is DeviceStatus.HARDWARE_ERROR


@pytest.mark.parametrize(
    ("state", "reason", "expected"),
    [
        (3, "none", DeviceStatus.ONLINE),
        (4, "none", DeviceStatus.BUSY),
        (4, "media-empty", DeviceStatus.BUSY),
        (3, "paused", DeviceStatus.OFFLINE),
        (3, "shutdown", DeviceStatus.OFFLINE),
        (4, "cover-open-error", DeviceStatus.HARDWARE_ERROR),
        (99, "none", DeviceStatus.UNKNOWN),
    ],
)
def test_device_status_follows_state_and_reason(
    state: int, reason: str, expected: DeviceStatus
) -> None:
    assert printer_status(answer(reason, state=state)).status is expected


def test_printer_that_accepts_no_jobs_is_offline_only_if_idle() -> None:
    closed = (Value(Tag.BOOLEAN, False),)
    status = printer_status(answer("none", printer_is_accepting_jobs=closed))
    assert status.status is DeviceStatus.OFFLINE
    assert not status.can_print
    busy = printer_status(answer("none", state=4, printer_is_accepting_jobs=closed))
    assert busy.status is DeviceStatus.BUSY
    assert busy.can_print
    open_ = (Value(Tag.BOOLEAN, True),)
    assert printer_status(answer("none", printer_is_accepting_jobs=open_)).can_print


def supply(text: str) -> Value:
    return Value(Tag.OCTETS, text.encode())


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([80], TonerState.FULL),
        ([80, 9], TonerState.LOW),
        ([0], TonerState.LOW),
        ([-3], TonerState.FULL),
        ([-2], TonerState.UNKNOWN),
        ([-1, -2], TonerState.UNKNOWN),
        ([-2, 50], TonerState.FULL),
    ],
)
def test_toner_state_follows_the_levels(levels: list[int], expected: TonerState) -> None:
    values = tuple(Value(Tag.INTEGER, level) for level in levels)
    assert printer_status(answer("none", marker_levels=values)).toner is expected


def test_waste_toner_is_ignored_and_the_devices_own_limit_is_used() -> None:
    kinds = tuple(Value(Tag.KEYWORD, each) for each in ("toner", "waste-toner"))
    levels = tuple(Value(Tag.INTEGER, each) for each in (30, 2))
    status = printer_status(answer("none", marker_types=kinds, marker_levels=levels))
    assert status.toner is TonerState.FULL
    low = tuple(Value(Tag.INTEGER, each) for each in (40, 0))
    with_limits = answer("none", marker_types=kinds, marker_levels=levels, marker_low_levels=low)
    assert printer_status(with_limits).toner is TonerState.LOW


def test_toner_and_paper_are_read_from_pwg_records() -> None:
    records = answer(
        "none",
        printer_supply=(
            supply("index=1;class=receptacleThatIsFilled;type=wasteToner;maxcapacity=100;level=0;"),
            supply("index=2;class=supplyThatIsConsumed;type=toner;maxcapacity=500;level=25;"),
        ),
        printer_input_tray=(
            supply("type=sheetFeedAutoRemovableTray;maxcapacity=250;level=10;status=0;"),
            supply("type=sheetFeedManual;maxcapacity=1;level=-2;status=0;"),
        ),
    )
    status = printer_status(records)
    assert (status.paper, status.toner) == (PaperState.LOW, TonerState.LOW)
    assert status.can_print


def test_invalid_supply_record_is_ignored() -> None:
    invalid = answer("none", printer_supply=(supply("level=;maxcapacity=x"),))
    assert printer_status(invalid).toner is TonerState.NOT_SUPPORTED
