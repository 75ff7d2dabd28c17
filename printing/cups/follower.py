"""Following one released job until its verdict: collects reports and keeps the time limits.

Used by the CUPS printer, on its thread. A follower does no I/O. It keeps what the device and the
queue reported and knows when a limit has passed, so that ``job.judge`` can be a pure function.
"""

from __future__ import annotations

from dataclasses import replace

from ..ipp.client import DeviceJob, IppFailure, JobState
from ..job import PrinterTiming, Sides
from ..printer import JobRecord
from .queue import QueueFailure
from .verdict import InProgress, NoJob, Observation, QueueJob, Verdict, judge


class Follower:
    """Follows one released job. All times are ``time.monotonic()`` seconds."""

    def __init__(
        self,
        record: JobRecord,
        timing: PrinterTiming,
        now: float,
        *,
        one_way: bool,
        recovering: bool = False,
        sides: Sides | None = None,
    ) -> None:
        self.record = record
        self.device: DeviceJob | NoJob = NoJob.ONE_WAY if one_way else NoJob.UNREACHABLE
        self.queue: QueueJob | NoJob = NoJob.UNREACHABLE
        self.device_id: int | None = None
        """The job's id at the device; ``None`` until the job was seen there."""
        self.cancel_asked = recovering
        """Whether to cancel the job in cupsd and at the device. Recovery always cancels: a job of
        an earlier run must not continue."""
        self.copies: tuple[DeviceJob, ...] = ()
        """Device jobs of the same name other than the followed one: cupsd has sent the document
        again."""
        self.counted = record.pages_done
        """The highest count of impressions that the device has reported. It can exceed the number
        of pages (the empty back of the last sheet); ``record.pages_done`` cannot."""
        self._timing = timing
        self._recovering = recovering
        self._sides = sides
        self._inconsistent = ""
        """The first report of the device that cannot be true of one job; empty if none."""
        self._copy_impressions = 0
        self._seen_at_device = record.pages_done > 0
        self._cancel_requested = False
        self._timed_out = False
        self._last: DeviceJob | None = None
        self._began = self._moved = now
        self._cancel_since = now if recovering else None
        self._settling_since: float | None = None
        self._silent_since: float | None = now
        self._answers_since: float | None = now if one_way else None
        """Since when the device has been answering; ``None`` while it does not answer. A one-way
        device counts as answering."""
        self._waited_s = 0.0
        """Seconds in which the device answered after the cancel request, before it last stopped
        answering."""

    @property
    def will_run_again(self) -> bool:
        """Whether cupsd was restarted and would print the job a second time.

        The job was started once and is pending again.
        """
        queue = self.queue
        return isinstance(queue, QueueJob) and queue.started and queue.state is JobState.PENDING

    def note_device_jobs(self, jobs: tuple[DeviceJob, ...] | IppFailure, now: float) -> None:
        """Note the device's jobs of this name, or that the device did not answer.

        A job that ends while the device's two lists are read is in both: its later entry counts.
        """
        if isinstance(jobs, IppFailure):
            self._silent_since = now if self._silent_since is None else self._silent_since
            self._waited_s, self._answers_since = self._cancel_time_used_s(now), None
            if not isinstance(self.device, DeviceJob) or not self.device.state.ended:
                self.device = NoJob.UNREACHABLE
            return
        self._silent_since = None
        self._answers_since = now if self._answers_since is None else self._answers_since
        ours = sorted({each.id: each for each in jobs}.values(), key=lambda each: each.id)
        if ours and self.device_id is None:
            self.device_id = ours[0].id
        job = next((each for each in ours if each.id == self.device_id), None)
        self.copies = tuple(each for each in ours if each is not job)
        self._copy_impressions = max(
            self._copy_impressions, sum(each.impressions or 0 for each in self.copies)
        )
        if job is None:
            if not isinstance(self.device, DeviceJob) or not self.device.state.ended:
                self.device = NoJob.ABSENT
                if self._seen_at_device:
                    # The device was restarted and has lost the job. Cancel it in cupsd, so that
                    # cupsd does not send the document again.
                    self.cancel_asked = True
                    self._cancel_since = now if self._cancel_since is None else self._cancel_since
            return
        before = self.device
        self._inconsistent = self._inconsistent or self._contradiction(job)
        if not isinstance(before, DeviceJob) or before.state is not job.state:
            self._moved = now
        if (job.impressions or 0) > self.counted:
            self.counted = job.impressions or 0
            self.record = replace(self.record, pages_done=min(self.counted, self.record.pages))
            self._moved = now
        self.device = job
        self._seen_at_device = True

    def _contradiction(self, job: DeviceJob) -> str:
        """Return how this report contradicts earlier reports of the job; empty if it does not."""
        if job.impressions is not None and job.impressions < self.counted:
            return f"count went back from {self.counted} to {job.impressions}"
        before = self._last
        self._last = job
        if before is None:
            return ""
        if before.state.ended and job.state is not before.state:
            return "job went on after its end"
        pairs = ((before.uuid, job.uuid), (before.user, job.user))
        if any(was and now and was != now for was, now in pairs):
            return "job changed its identity"
        if before.sheets is not None and job.sheets is not None and job.sheets < before.sheets:
            return f"sheets went back from {before.sheets} to {job.sheets}"
        return ""

    def note_queue_jobs(self, answer: tuple[QueueJob, ...] | QueueFailure) -> None:
        """Note cupsd's jobs of this name, or that cupsd did not answer.

        The last one is the job that was submitted.
        """
        if isinstance(answer, QueueFailure):
            self.queue = NoJob.UNREACHABLE
        else:
            self.queue = answer[-1] if answer else NoJob.ABSENT

    def cancel(self, now: float, *, timed_out: bool = False) -> None:
        """Cancel the job. From now on the device has ``cancel_s`` to end it."""
        self.cancel_asked = True
        if self._cancel_since is None:
            self._cancel_since = now
            self._cancel_requested = not timed_out
            self._timed_out = timed_out

    def overdue(self, now: float) -> bool:
        """Whether the job has made no progress for ``stall_s``, or has taken ``job_s`` in all."""
        timing = self._timing
        late = now - self._moved > timing.stall_s or now - self._began > timing.job_s
        return late and not self.cancel_asked

    def judge(self, now: float) -> InProgress | Verdict:
        """Return the verdict, or that the job is still in progress."""
        seen = Observation(
            pages=self.record.pages,
            device=self.device,
            queue=self.queue,
            counted=self.counted,
            copy_impressions=self._copy_impressions,
            copies_ended=self._silent_since is None
            and all(each.state.ended for each in self.copies),
            seen_at_device=self._seen_at_device,
            cancel_requested=self._cancel_requested,
            timed_out=self._timed_out,
            sides=self._sides,
            inconsistent=self._inconsistent,
            must_decide=self._limit_passed(now),
        )
        verdict = judge(seen)
        if not (isinstance(verdict, InProgress) and verdict.settling):
            self._settling_since = None
        elif self._settling_since is None:
            self._settling_since = now
        return verdict

    def _limit_passed(self, now: float) -> bool:
        timing = self._timing
        since, limit = self._settling_since, timing.settle_s
        if since is not None and now - since >= limit:
            return True
        if self.device is NoJob.UNREACHABLE:
            # A job of an earlier run waits for its device without a limit.
            gone, silent = timing.gone_s, self._silent_since
            return not self._recovering and silent is not None and now - silent >= gone
        if isinstance(self.device, DeviceJob) and self.device.state.ended:
            # It ended just before the limit; its count still gets the whole settling time.
            return False
        return self._cancel_since is not None and self._cancel_time_used_s(now) >= timing.cancel_s

    def _cancel_time_used_s(self, now: float) -> float:
        """Return how many seconds the device has had to end the cancelled job.

        Only the time in which the device answers counts: while it does not answer, it does not
        receive the cancel request either.
        """
        if self._cancel_since is None or self._answers_since is None:
            return self._waited_s
        return self._waited_s + now - max(self._answers_since, self._cancel_since)
