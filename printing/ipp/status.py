"""The printer's keywords into XFS4IoT's words: one table, for every page and every report.

Serves the printer's watcher and `station diagnose`. What a device does not say is *unknown* or
*not supported*, never *fine*; nothing here asks a device.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from devices.health import DeviceStatus, Fault

from .. import faults as f
from ..printer import PaperState, PrinterStatus, TonerState
from .client import IppFailure
from .codec import Group

TONER_LOW_PERCENT = 10
"""Where the device names no threshold of its own (marker-low-levels)."""
PAPER_LOW_PERCENT = 10
"""Of a tray's capacity: about two dozen sheets of a common cassette."""

_SUFFIXES = ("-error", "-warning", "-report")
_IDLE, _PROCESSING, _STOPPED = 3, 4, 5


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one keyword says. ``offline``: the device itself says that it does not take part."""

    fault: Fault | None = None
    paper: PaperState | None = None
    toner: TonerState | None = None
    offline: bool = False


_FINE = Meaning()
_COVER = Meaning(f.COVER_OPEN)
_TONER_LOW = Meaning(toner=TonerState.LOW)
_TONER_OUT = Meaning(f.TONER_OUT, toner=TonerState.OUT)
_PAPER_OUT = Meaning(f.PAPER_OUT, paper=PaperState.OUT)
_ERROR = Meaning(f.PRINTER_ERROR)
_OFFLINE = Meaning(f.PRINTER_ERROR, offline=True)

KEYWORDS: Mapping[str, Meaning] = MappingProxyType(
    {
        "none": _FINE,
        "media-needed": _PAPER_OUT,
        "media-empty": _PAPER_OUT,
        "media-jam": Meaning(f.PAPER_JAM, paper=PaperState.JAMMED),
        "media-low": Meaning(paper=PaperState.LOW),
        "cover-open": _COVER,
        "door-open": _COVER,
        "interlock-open": _COVER,
        "input-tray-missing": Meaning(f.TRAY_MISSING),
        "output-tray-missing": Meaning(f.TRAY_MISSING),
        "output-area-almost-full": _FINE,
        "output-area-full": Meaning(f.OUTPUT_FULL),
        "toner-low": _TONER_LOW,
        "toner-empty": _TONER_OUT,
        "marker-supply-low": _TONER_LOW,
        "marker-supply-empty": _TONER_OUT,
        "developer-low": _TONER_LOW,
        "developer-empty": _TONER_OUT,
        "marker-waste-almost-full": _FINE,
        "marker-waste-full": _ERROR,
        "fuser-over-temp": _ERROR,
        # Below its working temperature: it warms up, and then prints.
        "fuser-under-temp": _FINE,
        "opc-near-eol": _FINE,
        "opc-life-over": _ERROR,
        "spool-area-full": Meaning(f.SPOOL_FULL),
        # Said by cupsd or a print server of a device behind it.
        "connecting-to-device": Meaning(f.PRINTER_UNREACHABLE, offline=True),
        "timed-out": Meaning(f.PRINTER_UNREACHABLE, offline=True),
        "moving-to-paused": _OFFLINE,
        "paused": _OFFLINE,
        "stopping": _OFFLINE,
        "shutdown": _OFFLINE,
        "stopped-partly": _FINE,
        # Not a keyword of the standard: stands for printer-is-accepting-jobs=false.
        "not-accepting-jobs": _OFFLINE,
    }
)
"""RFC 8011 §5.4.12. A keyword that is not here counts only with ``-error``."""

PRIORITY = (
    f.PRINTER_UNREACHABLE,
    f.QUEUE_DOWN,
    f.QUEUE_MISSING,
    f.LEFTOVER_JOB,
    f.PRINTER_ERROR,
    f.PAPER_JAM,
    f.COVER_OPEN,
    f.TRAY_MISSING,
    f.PAPER_OUT,
    f.TONER_OUT,
    f.OUTPUT_FULL,
    f.SPOOL_FULL,
)
"""The heaviest first: who stands before several is shown this one."""
_PRIORITY_OF = {fault.code: place for place, fault in enumerate(PRIORITY)}
_HARDWARE = frozenset(
    fault.code
    for fault in (f.PRINTER_ERROR, f.PAPER_JAM, f.COVER_OPEN, f.TRAY_MISSING, f.OUTPUT_FULL)
)


def bare(reason: str) -> tuple[str, str]:
    """A printer-state-reason as keyword and severity ("" where none is given)."""
    for suffix in _SUFFIXES:
        if reason.endswith(suffix):
            return reason.removesuffix(suffix), suffix[1:]
    return reason, ""


def by_priority(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Each kind of fault once, the heaviest first."""
    kinds: dict[str, Fault] = {}
    for fault in faults:
        kinds.setdefault(fault.code, fault)
    return tuple(
        sorted(kinds.values(), key=lambda each: _PRIORITY_OF.get(each.code, len(PRIORITY)))
    )


def printer_status(
    answer: Group | IppFailure, jobs_waiting: int | None = None, *, source: str = "device"
) -> PrinterStatus:
    """The printer in XFS4IoT's words, from its answer to Get-Printer-Attributes.

    No answer is ``UNKNOWN`` with ``PRINTER_UNREACHABLE``. ``source`` says who was asked, for the
    fault's detail.
    """
    if isinstance(answer, IppFailure):
        fault = f.PRINTER_UNREACHABLE.with_detail(f"{source}: {answer.reason}")
        return PrinterStatus(DeviceStatus.UNKNOWN, faults=(fault,))
    reasons = answer.texts("printer-state-reasons")
    state = answer.integer("printer-state")
    if state == _IDLE and answer.boolean("printer-is-accepting-jobs") is False:
        # While it prints a small device may take no second job; idle, it has been closed.
        reasons = (*reasons, "not-accepting-jobs")
    return from_reasons(
        state,
        reasons,
        paper=_tray_level(answer),
        toner=_marker_level(answer),
        jobs_waiting=jobs_waiting,
    )


def from_reasons(
    state: int | None,
    reasons: tuple[str, ...],
    *,
    paper: PaperState = PaperState.UNKNOWN,
    toner: TonerState = TonerState.UNKNOWN,
    jobs_waiting: int | None = None,
) -> PrinterStatus:
    """The same from a printer-state and its reasons; ``paper`` and ``toner`` by level, if known."""
    faults: list[Fault] = []
    offline = False
    for reason in reasons:
        keyword, severity = bare(reason)
        meaning = KEYWORDS.get(keyword)
        if meaning is None:
            meaning = _ERROR if severity == "error" else _FINE
        if meaning.fault is not None:
            faults.append(meaning.fault.with_detail(reason))
        offline = offline or meaning.offline
        paper = _more_urgent(paper, meaning.paper, _PAPER_PRIORITY)
        toner = _more_urgent(toner, meaning.toner, _TONER_PRIORITY)
    if state == _STOPPED and not faults:
        faults.append(f.PRINTER_ERROR.with_detail("stopped: " + " ".join(reasons)))
    return PrinterStatus(
        _device_status(state, faults, offline),
        paper,
        toner,
        by_priority(faults),
        tuple(reason for reason in reasons if reason != "none"),
        jobs_waiting,
    )


def _device_status(state: int | None, faults: list[Fault], offline: bool) -> DeviceStatus:
    if offline:
        return DeviceStatus.OFFLINE
    if any(fault.code in _HARDWARE for fault in faults):
        return DeviceStatus.HARDWARE_ERROR
    if state in (_IDLE, _STOPPED):
        return DeviceStatus.ONLINE
    return DeviceStatus.BUSY if state == _PROCESSING else DeviceStatus.UNKNOWN


_State = TypeVar("_State", PaperState, TonerState)
_PAPER_PRIORITY = (PaperState.JAMMED, PaperState.OUT, PaperState.LOW)
_TONER_PRIORITY = (TonerState.OUT, TonerState.LOW)


def _more_urgent(now: _State, new: _State | None, priority: tuple[_State, ...]) -> _State:
    if new is None or (now in priority and priority.index(now) <= priority.index(new)):
        return now
    return new


def _fields(record: str) -> dict[str, str]:
    """One value of printer-supply or printer-input-tray ("type=…;level=…;", PWG 5100.13)."""
    pairs = (part.partition("=") for part in record.split(";"))
    return {key.strip(): value.strip() for key, found, value in pairs if found}


def _number(text: str | None) -> int | None:
    try:
        return int(text) if text is not None else None
    except ValueError:
        return None


def _octet_records(answer: Group, name: str) -> list[dict[str, str]]:
    found = answer.get(name)
    data = [value.datum for value in found.values] if found else []
    return [_fields(each.decode("ascii", "replace")) for each in data if isinstance(each, bytes)]


def _tray_level(answer: Group) -> PaperState:
    """Paper by the trays' own levels: the fullest counts. Levels -1…-3 are not numbers.

    A device without trays that tell levels says by silence of its reasons that there is paper;
    so does a level of -3 ("some").
    """
    trays = _octet_records(answer, "printer-input-tray")
    shares = []
    for tray in trays:
        level, capacity = _number(tray.get("level")), _number(tray.get("maxcapacity"))
        if level is not None and capacity is not None and level >= 0 and capacity > 0:
            shares.append(100 * level // capacity)
    if shares and max(shares) < PAPER_LOW_PERCENT:
        return PaperState.LOW
    return PaperState.FULL if answer.get("printer-state-reasons") else PaperState.UNKNOWN


def _marker_level(answer: Group) -> TonerState:
    """Toner by level. Empty is believed only by keyword: many devices print on at 0 %."""
    types = answer.texts("marker-types")
    found = answer.get("marker-levels")
    low = answer.get("marker-low-levels")
    if found is not None:
        levels = [value.datum for value in found.values]
        bounds = [value.datum for value in low.values] if low is not None else []
        rows = [
            (
                types[at] if at < len(types) else "",
                level,
                bounds[at] if at < len(bounds) else TONER_LOW_PERCENT,
            )
            for at, level in enumerate(levels)
        ]
        known = [
            (level, bound)
            for kind, level, bound in rows
            if isinstance(level, int) and isinstance(bound, int) and not kind.startswith("waste")
        ]
    else:
        known = []
        for supply in _octet_records(answer, "printer-supply"):
            level, capacity = _number(supply.get("level")), _number(supply.get("maxcapacity"))
            if level is None or supply.get("class") == "receptacleThatIsFilled":
                continue
            percent = 100 * level // capacity if level >= 0 and capacity and capacity > 0 else level
            known.append((percent, TONER_LOW_PERCENT))
    if not known:
        return TonerState.NOT_SUPPORTED
    if any(0 <= level <= max(bound, 0) for level, bound in known):
        return TonerState.LOW
    if any(level >= 0 or level == -3 for level, bound in known):
        return TonerState.FULL
    return TonerState.UNKNOWN
