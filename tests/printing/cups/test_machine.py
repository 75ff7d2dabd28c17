"""Random behaviour of a device: the verdict never claims more than what came out.

A model of a device prints, stops, forgets jobs, does not answer, restarts, and is sent the same
document again. The part of the printer that polls it runs against the model. The test sets the
time.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import cast

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from printing.cups.device import DeviceWatch, JobNames
from printing.cups.follower import Follower
from printing.cups.verdict import Verdict
from printing.ipp.client import DeviceJob, IppClient, IppFailure, JobState, Reason
from printing.ipp.codec import Attribute, Group, Tag, Value
from printing.job import PrinterTiming
from printing.outcome import Evidence, Outcome
from printing.printer import JobRecord, JobStage

pytestmark = pytest.mark.slow(reason="a random walk through thousands of events")


PAGES = 2
TIMING = PrinterTiming(settle_s=2.0, gone_s=6.0, cancel_s=4.0, stall_s=20.0)


@dataclass
class Device:
    """The device: its jobs, and every page that is really in its output tray."""

    jobs: dict[int, DeviceJob] = field(default_factory=dict)
    asked_to_cancel: set[int] = field(default_factory=set)
    next_id: int = 1
    there: bool = True
    paper: dict[str, int] = field(default_factory=dict)

    def answer(self, report: object) -> object:
        return report if self.there else IppFailure(Reason.TIMED_OUT)

    def printer_attributes(self) -> object:
        state = Attribute("printer-state", (Value(Tag.ENUM, 3),))
        reasons = Attribute("printer-state-reasons", (Value(Tag.KEYWORD, "none"),))
        return self.answer(Group(Tag.PRINTER, (state, reasons)))

    def jobs_of(self, *, ended: bool) -> tuple[DeviceJob, ...]:
        return tuple(each for each in self.jobs.values() if each.state.ended is ended)

    def cancel(self, job_id: int) -> None:
        if self.there:
            self.asked_to_cancel.add(job_id)


class Asked:
    """The IPP client of the device."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self.printer_attributes = device.printer_attributes
        self.cancel = device.cancel

    def jobs(self, *, completed: bool = False) -> object:
        return self._device.answer(self._device.jobs_of(ended=completed))

    def job(self, job_id: int) -> object:
        return self._device.answer(self._device.jobs.get(job_id))


class Machine(RuleBasedStateMachine):
    """Jobs one after the other, and a device that may do anything."""

    @initialize()
    def begin(self) -> None:
        self.device = Device()
        client = cast(IppClient, Asked(self.device))
        self.watch = DeviceWatch(client, JobNames(), lambda _name: False)
        self.now = 0.0
        self.number = 0
        self.follower: Follower | None = None
        self.reported: dict[str, int] = {}
        self.unseen = False
        """Whether the device has forgotten a job, so that its pages cannot be known any more."""

    @property
    def name(self) -> str:
        return f"job-number-{self.number:06d}"

    def active(self) -> list[DeviceJob]:
        return list(self.device.jobs_of(ended=False))

    # ------------------------------------------------------------ the terminal

    @precondition(lambda self: self.follower is None and not self.active())
    @rule()
    def release(self) -> None:
        if not self.device.there or self.watch.leftovers.fault():
            return
        self.number += 1
        self.watch.expect(self.name)
        record = JobRecord(self.name, JobStage.RELEASED, PAGES, "q")
        self.follower = Follower(record, TIMING, self.now, one_way=False)
        self.sent()

    @rule(seconds=st.sampled_from([0.3, 0.3, 1.0, 2.5, 7.0]))
    def look(self, seconds: float) -> None:
        self.now += seconds
        self.watch.look()
        current = set()
        if self.follower is not None:
            current = {self.name}
            self.watch.follow(self.follower, self.now)
            if self.follower.overdue(self.now):
                self.follower.cancel(self.now, timed_out=True)
            judged = self.follower.judge(self.now)
            if isinstance(judged, Verdict):
                self.check(judged)
                self.watch.finish(self.follower)
                self.reported[self.name] = self.device.paper.get(self.name, 0)
                self.follower, current = None, set()
        self.watch.look_for_leftovers(current)
        if self.follower is None and self.device.there and not self.unseen:
            self.no_pages_are_missed()

    @precondition(lambda self: self.follower is not None)
    @rule()
    def cancel(self) -> None:
        assert self.follower is not None
        self.follower.cancel(self.now)

    @rule()
    def staff_check_the_tray(self) -> None:
        self.watch.leftovers.tray_checked()
        self.reported.update(self.device.paper)

    # ------------------------------------------------------------ the device

    @precondition(lambda self: self.number > 0)
    @rule()
    def sent(self) -> None:
        """cupsd sends the document: the first time, or again after its restart."""
        if len(self.device.jobs) < 6:
            job = DeviceJob(self.device.next_id, self.name, "root", JobState.PENDING, (), 0)
            self.device.jobs[job.id] = job
            self.device.next_id += 1

    @precondition(lambda self: self.active())
    @rule()
    def page(self) -> None:
        job = self.active()[0]
        count = (job.impressions or 0) + 1
        if count <= PAGES:
            self.device.paper[job.name] = self.device.paper.get(job.name, 0) + 1
            self.device.jobs[job.id] = replace(job, state=JobState.PROCESSING, impressions=count)

    @precondition(lambda self: self.active())
    @rule(state=st.sampled_from([JobState.COMPLETED, JobState.ABORTED, JobState.STOPPED]))
    def change(self, state: JobState) -> None:
        job = self.active()[0]
        self.device.jobs[job.id] = replace(job, state=state)

    @precondition(lambda self: self.active())
    @rule()
    def cancel_as_requested(self) -> None:
        for job in self.active():
            if job.id in self.device.asked_to_cancel:
                self.device.jobs[job.id] = replace(job, state=JobState.CANCELED)

    @rule()
    def stop_or_start_answering(self) -> None:
        self.device.there = not self.device.there

    @rule()
    def restart(self) -> None:
        self.device.jobs.clear()
        self.device.asked_to_cancel.clear()
        self.device.next_id = 1
        self.unseen = True

    # ------------------------------------------------------------ the checks

    def check(self, verdict: Verdict) -> None:
        out = self.device.paper.get(self.name, 0)
        if verdict.outcome is Outcome.PRINTED:
            assert out >= PAGES
            assert any(
                job.name == self.name
                and job.state is JobState.COMPLETED
                and (job.impressions or 0) >= PAGES
                for job in self.device.jobs.values()
            )
        else:
            assert verdict.outcome is Outcome.UNKNOWN
            assert verdict.fault is not None
        if verdict.evidence is Evidence.DEVICE_NONE and not self.unseen:
            assert out == 0

    def no_pages_are_missed(self) -> None:
        """If there are unreported pages or kept jobs, there must be a leftover fault."""
        more = any(
            count > self.reported.get(name, 0)
            for name, count in self.device.paper.items()
            if name != self.name or self.follower is None
        )
        if more or self.active():
            assert self.watch.leftovers.fault() is not None

    @invariant()
    def kept_job_is_a_fault(self) -> None:
        if self.number and self.watch.leftovers.kept:
            assert self.watch.leftovers.fault() is not None


Machine.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
TestDevice = Machine.TestCase
