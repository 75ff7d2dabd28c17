"""Translates the printer's IPP keywords to XFS4IoT states. `printing.faults` has the faults.

Used by the CUPS printer and `station diagnose`. If the device does not report a state, it is
*unknown* or *not supported*, never *fine*. Nothing here sends a request to a device.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from devices.health import DeviceStatus, Fault

from .. import faults as f
from ..printer import PaperState, PrinterStatus, TonerState
from .client import IppFailure
from .codec import Group

TONER_LOW_PERCENT = 10
"""Toner is low below this level if the device reports no limit of its own (marker-low-levels)."""
PAPER_LOW_PERCENT = 10
"""Paper is low below this share of a tray's capacity: about two dozen sheets of a common
cassette."""

_SUFFIXES = ("-error", "-warning", "-report")
_IDLE, _PROCESSING, _STOPPED = 3, 4, 5

_PAPER = {"media-low": PaperState.LOW, **f.FAULTS.paper_by_keyword}
"""The paper state by keyword. The keywords of a fault have theirs from its declaration."""
_TONER = {
    **dict.fromkeys(("toner-low", "marker-supply-low", "developer-low"), TonerState.LOW),
    **f.FAULTS.toner_by_keyword,
}
"""The toner state by keyword."""
_OFFLINE = frozenset(
    {
        "moving-to-paused", "paused", "stopping", "shutdown", "not-accepting-jobs",
        # Reported by cupsd or a print server about the device behind it.
        "connecting-to-device", "timed-out",
    }
)  # fmt: skip
"""The device reports that it does not accept jobs."""
_NO_FAULT = frozenset(
    {
        "none", "output-area-almost-full", "marker-waste-almost-full", "opc-near-eol",
        "stopped-partly",
        # The fuser is below its working temperature: the device warms up and then prints.
        "fuser-under-temp",
    }
)  # fmt: skip
KEYWORDS = frozenset({*f.FAULTS.by_keyword, *_PAPER, *_TONER, *_NO_FAULT})
"""The known keywords. Any other keyword is a fault only if its severity is ``error``."""


def bare(reason: str) -> tuple[str, str]:
    """Return a printer-state-reason as keyword and severity; "" if it has no severity."""
    for suffix in _SUFFIXES:
        if reason.endswith(suffix):
            return reason.removesuffix(suffix), suffix[1:]
    return reason, ""


def by_priority(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Return each kind of fault once, the most urgent first."""
    kinds: dict[str, Fault] = {}
    for fault in faults:
        kinds.setdefault(fault.code, fault)
    return tuple(sorted(kinds.values(), key=f.FAULTS.precedence))


def printer_status(
    answer: Group | IppFailure, jobs_waiting: int | None = None, *, source: str = "device"
) -> PrinterStatus:
    """Return the printer's status from its answer to Get-Printer-Attributes.

    Without an answer the status is ``UNKNOWN`` with ``PRINTER_UNREACHABLE``. ``source`` names who
    was asked, for the fault's detail.
    """
    if isinstance(answer, IppFailure):
        fault = f.PRINTER_UNREACHABLE.with_detail(f"{source}: {answer.reason}")
        return PrinterStatus(DeviceStatus.UNKNOWN, faults=(fault,))
    reasons = answer.texts("printer-state-reasons")
    state = answer.integer("printer-state")
    if state == _IDLE and answer.boolean("printer-is-accepting-jobs") is False:
        # While it prints, a small device may accept no second job. An idle device that accepts no
        # job was taken out of service.
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
    """Return the printer's status from its printer-state and printer-state-reasons.

    ``paper`` and ``toner`` are the states by level, if known.
    """
    faults: list[Fault] = []
    offline = False
    for reason in reasons:
        keyword, severity = bare(reason)
        fault = f.FAULTS.by_keyword.get(keyword)
        if keyword not in KEYWORDS and severity == "error":
            fault = f.PRINTER_ERROR
        if fault is not None:
            faults.append(fault.with_detail(reason))
        offline = offline or keyword in _OFFLINE
        paper = _more_urgent(paper, _PAPER.get(keyword), _PAPER_PRIORITY)
        toner = _more_urgent(toner, _TONER.get(keyword), _TONER_PRIORITY)
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
    if any(fault.code in f.FAULTS.hardware_errors for fault in faults):
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
    """Return the fields of one value of printer-supply or printer-input-tray.

    The form is "type=…;level=…;" (PWG 5100.13).
    """
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
    """Return the paper state by the level of the fullest tray.

    Levels of -1 to -3 are not numbers of sheets. If no tray reports a number (-3 means "some"),
    there is paper unless the device's reasons report otherwise.
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
    """Return the toner state by level.

    A level never means *out*, because many devices still print at 0 %; only a keyword does.
    """
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
