"""`station diagnose`: runs independent checks; each reports what it found and how to fix it.

Used by maintainers at a console, or by a script. A check that hangs or fails is *unknown*, which is
never *fine*. Checks run in parallel; none of them prints pages or changes anything.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from queue import Empty, SimpleQueue
from typing import Any

from devices.health import Fault

from .. import faults
from ..process.exit_codes import DiagnoseExit
from ..words import Words


class Section(StrEnum):
    """The areas that are checked, in the order of the report; the JSON uses these names."""

    SERVICE = "service"
    READERS = "readers"
    PRINTER = "printer"
    PLATFORM = "platform"
    SEAL = "seal"
    CLOCK = "clock"
    FONTS = "fonts"
    VOICE = "voice"
    DISK = "disk"
    JOURNAL = "journal"


class State(StrEnum):
    """The result of a check. ``NOT_YET``: unknown because the terminal has not run yet."""

    FINE = "fine"
    FAILED = "failed"
    UNKNOWN = "unknown"
    NOT_YET = "not_yet"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of a check.

    ``ok`` is ``None`` for unknown; ``not_yet`` means unknown because the terminal has not run on
    this state directory. The text is that of ``fault``, or else the entry ``key`` of the word
    table, filled with ``values``. ``subject`` names the device if there are several (a reader, the
    queue). ``named`` are values that are themselves keys of the word table.
    """

    section: Section
    ok: bool | None
    subject: str = ""
    fault: Fault | None = None
    key: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)
    took_ms: float = 0.0
    not_yet: bool = False

    @property
    def state(self) -> State:
        """The state that ``ok`` and ``not_yet`` express."""
        if self.ok is None:
            return State.NOT_YET if self.not_yet else State.UNKNOWN
        return State.FINE if self.ok else State.FAILED

    @property
    def detail(self) -> str:
        """The detail of the fault; empty if there is none."""
        return self.fault.detail if self.fault else ""

    def sentence(self, words: Words) -> str:
        """Return the sentence that describes the finding."""
        if self.fault is not None:
            return words.form(self.fault.code, "cause")
        named: dict[str, Any] = {name: words.text(key) for name, key in self.named.items()}
        return words.text(self.key, **self.values, **named)

    def fix(self, words: Words) -> str:
        """Return what to do; empty if everything is fine."""
        return words.form(self.fault.code if self.fault else self.key, "fix")


def fine(section: Section, key: str, subject: str = "", **values: Any) -> Finding:
    """Return the finding that everything is fine, with the text of ``key``."""
    return Finding(section, True, subject, key=key, values=values)


def unknown(section: Section, key: str, subject: str = "") -> Finding:
    """Return the finding that the state is unknown. The text of ``key`` says what to do."""
    return Finding(section, None, subject, key=key)


def not_yet(section: Section, key: str, subject: str = "") -> Finding:
    """Return the finding that the state is unknown until the terminal has run once."""
    return Finding(section, None, subject, key=key, not_yet=True)


def broken(section: Section, fault: Fault, subject: str = "") -> Finding:
    """Return the finding that there is a fault."""
    return Finding(section, False, subject, fault=fault)


@dataclass(frozen=True, slots=True)
class Probe:
    """One check. ``run`` may block for ``limit_s`` seconds; after that it is abandoned."""

    section: Section
    subject: str
    run: Callable[[], Finding]
    limit_s: float


def run(
    probes: Sequence[Probe], on_finding: Callable[[Finding], None] | None = None
) -> tuple[Finding, ...]:
    """Run all probes in parallel, each on its own thread; return findings in the order of
    ``probes``.

    ``on_finding`` is called with each finding as it arrives. A probe that exceeds its limit is
    abandoned on its (daemon) thread and reported as unknown; so is one that raises.
    """
    answers: SimpleQueue[tuple[int, Finding]] = SimpleQueue()
    began = time.monotonic()
    for index, probe in enumerate(probes):
        threading.Thread(
            target=lambda i=index, p=probe: answers.put((i, _guarded(p))),
            name=f"probe-{probe.section.value}",
            daemon=True,
        ).start()
    found: dict[int, Finding] = {}
    while len(found) < len(probes):
        waiting = {i: p for i, p in enumerate(probes) if i not in found}
        next_end = began + min(probe.limit_s for probe in waiting.values())
        try:
            index, finding = answers.get(timeout=max(0.0, next_end - time.monotonic()))
            arrived = {index: finding} if index in waiting else {}
        except Empty:
            late = time.monotonic() - began
            arrived = {i: _late(p) for i, p in waiting.items() if p.limit_s <= late}
        for index, finding in arrived.items():
            found[index] = finding
            if on_finding is not None:
                on_finding(finding)
    return tuple(found[index] for index in range(len(probes)))


def _guarded(probe: Probe) -> Finding:
    began = time.monotonic()
    try:
        finding = probe.run()
    except Exception as error:  # last resort: an unexpected error is a finding, too
        fault = faults.PROBE_FAILED.with_detail(type(error).__name__)
        finding = Finding(probe.section, None, probe.subject, fault)
    took = (time.monotonic() - began) * 1000
    return replace(finding, took_ms=round(took, 1))


def _late(probe: Probe) -> Finding:
    fault = faults.PROBE_TIMED_OUT.with_detail(f"no answer in {probe.limit_s:g} s")
    return Finding(probe.section, None, probe.subject, fault, took_ms=probe.limit_s * 1000)


def exit_code(findings: Sequence[Finding]) -> DiagnoseExit:
    """Return ``FINE`` if every finding is fine, else ``NOT_FINE``: unknown is not fine."""
    every = all(finding.ok is True for finding in findings)
    return DiagnoseExit.FINE if every else DiagnoseExit.NOT_FINE


def sections_in(findings: Sequence[Finding], *states: State) -> list[str]:
    """Return the sections with a finding in one of these states, each once, in report order."""
    found = {finding.section for finding in findings if finding.state in states}
    return [section.value for section in Section if section in found]


def report_json(findings: Sequence[Finding], languages: Sequence[Words]) -> dict[str, Any]:
    """Return the findings as data, with sentence and fix in each of the languages.

    ``failed`` and ``unknown`` list sections; a section whose findings differ can be in both. Those
    in ``not_yet`` are in ``unknown`` as well.
    """
    return {
        "exit_code": exit_code(findings),
        "failed": sections_in(findings, State.FAILED),
        "unknown": sections_in(findings, State.UNKNOWN, State.NOT_YET),
        "not_yet": sections_in(findings, State.NOT_YET),
        "findings": [
            {
                "section": finding.section.value,
                "subject": finding.subject,
                "ok": finding.ok,
                "state": finding.state.value,
                "fault": finding.fault.code if finding.fault else None,
                "sentence": {words.language: finding.sentence(words) for words in languages},
                "mend": {words.language: finding.fix(words) for words in languages},
                "detail": finding.detail,
                "took_ms": finding.took_ms,
            }
            for finding in findings
        ],
    }


def report_text(findings: Sequence[Finding], words: Words) -> str:
    """Return the findings as text for the console, one or two lines each."""
    return "\n".join(finding_text(finding, words) for finding in findings)


_MARKS = {
    State.FINE: "diagnose.ok",
    State.FAILED: "diagnose.fault",
    State.UNKNOWN: "diagnose.unknown",
    State.NOT_YET: "diagnose.notyet",
}


def finding_text(finding: Finding, words: Words) -> str:
    """Return one finding: verdict, section and sentence, and below it what to do, if anything."""
    section = words.text(f"diagnose.section.{finding.section.value}")
    subject = f" [{finding.subject}]" if finding.subject else ""
    code = f" ({finding.fault.code})" if finding.fault else ""
    detail = f" {finding.detail}" if finding.detail else ""
    mark = words.text(_MARKS[finding.state])
    lines = [f"{mark} {section}{subject}: {finding.sentence(words)}{code}{detail}"]
    fix = finding.fix(words)
    if finding.ok is not True and fix:
        lines.append(f"    → {fix}")
    return "\n".join(lines)
