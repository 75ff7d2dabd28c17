"""Polling the device behind the queue by IPP: its state, its jobs, and leftover pages.

Used by the CUPS printer, on its thread. A device that does not answer is never reported as fine,
and a job that the device may still print is never forgotten. One poll of the device, called a look,
takes ``LOOK_LIMIT_S`` at most.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from devices.health import DeviceStatus

from ..ipp.client import EXCHANGE_LIMIT_S, DeviceJob, IppClient, IppFailure, Reason
from ..ipp.codec import Group
from ..ipp.status import printer_status
from ..printer import PrinterStatus
from .follower import Follower
from .leftover_pages import Leftovers


class JobNames:
    """The names of the running jobs of all printers that share a device or a cupsd. Thread-safe.

    Without it, the printer of one queue would treat another queue's job as a leftover.
    """

    def __init__(self) -> None:
        self._names: frozenset[str] = frozenset()
        self._lock = threading.Lock()

    @property
    def now(self) -> frozenset[str]:
        """The jobs that run at this moment."""
        return self._names

    def add(self, name: str) -> None:
        """Note that the job has started."""
        with self._lock:
            self._names |= {name}

    def discard(self, name: str) -> None:
        """Note that the job is over."""
        with self._lock:
            self._names -= {name}


NAMES_KEPT = 1000
"""Limit of remembered job names. A busy station prints as many in some days; a device forgets its
ended jobs much sooner."""
_NOT_ASKED = IppFailure(Reason.NOT_ASKED)
_UNFIT = frozenset({Reason.GARBLED, Reason.REFUSED})
"""Reasons for which a job cannot be followed: the device gives no usable answer about its jobs."""
ASK_S = 8.0
"""Seconds from the start of a look after which it sends no further request. Following a job needs
three requests, and a slow device takes 2.5 s for each while it rasterises."""
LOOK_LIMIT_S = ASK_S + EXCHANGE_LIMIT_S
"""The longest time that one look can block the printer's thread, in seconds. It does not depend on
the number of jobs that the device reports."""

_Answer = TypeVar("_Answer")


class _Requests:
    """The IPP requests of one look at the device.

    After a request that the device did not answer in time, and after ``ask_s`` seconds, no further
    request is sent; its result is ``Reason.NOT_ASKED``.
    """

    def __init__(self, client: IppClient, ask_s: float) -> None:
        self._client = client
        self._ask_s = ask_s
        self._until = float("inf")
        self.timed_out: IppFailure | None = None
        """The failure of the request that was not answered in time."""

    def begin(self) -> None:
        """Start a new look."""
        self._until = time.monotonic() + self._ask_s
        self.timed_out = None

    def printer_attributes(self) -> Group | IppFailure:
        """Call ``IppClient.printer_attributes``."""
        return self._ask(self._client.printer_attributes)

    def jobs(self, *, completed: bool = False) -> tuple[DeviceJob, ...] | IppFailure:
        """Call ``IppClient.jobs``."""
        return self._ask(partial(self._client.jobs, completed=completed))

    def job(self, job_id: int) -> DeviceJob | IppFailure | None:
        """Call ``IppClient.job``."""
        return self._ask(partial(self._client.job, job_id))

    def cancel(self, job_id: int) -> None:
        """Call ``IppClient.cancel``. The next list of jobs shows whether the job was cancelled."""
        self._ask(partial(self._client.cancel, job_id))

    def close(self) -> None:
        """Call ``IppClient.close``."""
        self._client.close()

    def _ask(self, request: Callable[[], _Answer]) -> _Answer | IppFailure:
        if self.timed_out is not None or time.monotonic() >= self._until:
            return _NOT_ASKED
        answer = request()
        if isinstance(answer, IppFailure) and answer.reason is Reason.TIMED_OUT:
            self.timed_out = answer
        return answer


class DeviceWatch:
    """One device, polled by IPP. A ``client`` of ``None`` means a one-way device.

    A one-way device (plain USB) takes data and cannot be asked. ``knows(name)`` returns whether a
    job of this name is the terminal's own, of this run or an earlier one. ``names`` are the running
    jobs of all the terminal's printers, because several queues can lead to one device. ``user`` is
    the user name under which cupsd sends our jobs to the device.
    """

    def __init__(
        self,
        client: IppClient | None,
        names: JobNames,
        knows: Callable[[str], bool],
        user: str = "",
        ask_s: float = ASK_S,
    ) -> None:
        self._client = _Requests(client, ask_s) if client is not None else None
        self._knows = knows
        self._user = user
        self._looked = False
        self._failures = 0
        self._others = names
        self._under_way: frozenset[str] = frozenset()
        self._counts: dict[str, dict[int, int]] = {}
        """The last count of impressions, by the name of our job and the device's job id."""
        self.sides: frozenset[str] = frozenset()
        """The values of the device's sides-supported attribute."""
        self.status = PrinterStatus(DeviceStatus.UNKNOWN)
        self.jobs: tuple[DeviceJob, ...] | IppFailure = () if client is None else _NOT_ASKED
        """Every job that the device has not ended, ours or not."""
        self.leftovers = Leftovers()

    @property
    def one_way(self) -> bool:
        """Whether the device takes data only and cannot be asked (plain USB)."""
        return self._client is None

    @property
    def failed_once(self) -> bool:
        """Whether the last look failed and the one before it did not.

        The device is then asked again soon: it is either busy or gone.
        """
        return self._failures == 1

    def expect(self, name: str) -> None:
        """Note that a job of this name is ours, so that jobs at the device are recognised by it."""
        self._counts[name] = self._counts.pop(name, {})
        while len(self._counts) > NAMES_KEPT:
            del self._counts[next(iter(self._counts))]

    def finish(self, follower: Follower) -> None:
        """Note that the followed job is over for us, with its count of pages.

        If the device still keeps the job, or counts more pages later, those are leftovers.
        """
        if follower.device_id is not None:
            counts = self._counts.setdefault(follower.record.job, {})
            counts[follower.device_id] = follower.counted
        job = follower.device if isinstance(follower.device, DeviceJob) else None
        self.leftovers.abandon(job, follower.counted)

    def answers(self) -> bool:
        """Ask the device now and return whether it answers. The request also wakes it from sleep.

        A one-way device cannot be asked and counts as answering.
        """
        if self._client is None:
            return True
        self._client.begin()
        answer = self._client.printer_attributes()
        self._note_silence(self._client)
        return not isinstance(answer, IppFailure)

    def look(self) -> None:
        """Start a look: ask for the device's state and its jobs.

        A device that does not list its jobs is not reported as able to print, even if the state
        that it reports is good.
        """
        if self._client is None:
            return
        self._client.begin()
        # Copied before the request: a job that ends in between may still be in the device's list.
        self._under_way = self._others.now
        answer = self._client.printer_attributes()
        self.jobs = answer if isinstance(answer, IppFailure) else self._client.jobs()
        failure = self.jobs if isinstance(self.jobs, IppFailure) else None
        self._failures = 0 if failure is None else self._failures + 1
        # One refused connection can mean a busy device. Two in a row, or another failure, cannot.
        if failure and (self._failures >= 2 or failure.reason is not Reason.UNREACHABLE):
            self.status = printer_status(failure)
            return
        if isinstance(answer, IppFailure):
            return
        self.sides = frozenset(answer.texts("sides-supported"))
        waiting = None if isinstance(self.jobs, IppFailure) else len(self.jobs)
        self.status = printer_status(answer, waiting)

    def follow(self, follower: Follower, now: float) -> None:
        """Pass the device's report of the followed job to ``follower``.

        Cancels at the device every copy of the job, and the job itself if the follower asks for it.
        """
        if self._client is None:
            return
        jobs = self._jobs_of(self._client, follower)
        if isinstance(jobs, IppFailure) and jobs.reason in _UNFIT:
            self.status = printer_status(jobs)
        follower.note_device_jobs(jobs, now)
        for copy in follower.copies:
            self._note_copy(copy)
            if not copy.state.ended:
                self._client.cancel(copy.id)
        job = follower.device
        if follower.cancel_asked and isinstance(job, DeviceJob) and not job.state.ended:
            self._client.cancel(job.id)
        self._note_silence(self._client)

    def _note_silence(self, client: _Requests) -> None:
        """Set the status to *unknown* if the device left any request of this look unanswered.

        This applies even if it has just reported a good state.
        """
        if client.timed_out is not None:
            self.status = printer_status(client.timed_out)

    def _jobs_of(self, client: _Requests, follower: Follower) -> tuple[DeviceJob, ...] | IppFailure:
        """Return the device's jobs of the followed name, ended ones included."""
        if isinstance(self.jobs, IppFailure):
            return self.jobs
        name, known = follower.record.job, follower.device_id
        ours = {each.id: each for each in self.jobs if each.name == name}
        if known in ours:
            return tuple(ours.values())
        # The job is not listed yet, or has ended. Ended jobs are listed as well, to find a copy
        # that started and ended between two looks. A restarted device may reuse job ids, so the
        # name must match too.
        ended = client.jobs(completed=True)
        if isinstance(ended, IppFailure):
            return ended
        over = {each.id: each for each in ended if each.name == name}
        if known is not None and known not in over:
            job = client.job(known)
            if isinstance(job, IppFailure):
                return job
            if job is not None and job.name == name:
                over[job.id] = job
        return (*ours.values(), *over.values())

    def look_for_leftovers(self, current: set[str]) -> None:
        """Note and cancel every job of ours at the device, except those named in ``current``."""
        if self._client is None or isinstance(self.jobs, IppFailure):
            return
        others = self._under_way | self._others.now
        for job in self.jobs:
            if job.name in current | others:
                continue
            if self._ours(job):
                self.leftovers.seen(job)
                self._client.cancel(job.id)
            elif not self._looked and self._user and job.user == self._user:
                # The job was there before this process, under our user name, and is not in the
                # journal. If the journal was lost, the job may be an earlier resident's. It is not
                # cancelled, but the leftover fault keeps the next resident from its pages.
                self.leftovers.seen(job)
        self._looked = True
        listed = {each.id for each in self.jobs}
        for job_id in self.leftovers.kept:
            if job_id not in listed:
                self.leftovers.gone(job_id, self._client.job(job_id))
        if not self.jobs:
            self.leftovers.list_is_empty()
        if not current:
            self._look_for_copies(self._client)
        self._note_silence(self._client)

    def _ours(self, job: DeviceJob) -> bool:
        return job.name in self._counts or self._knows(job.name)

    @property
    def foreign(self) -> bool:
        """Whether the device holds another program's job. Such a job is never cancelled."""
        jobs = () if isinstance(self.jobs, IppFailure) else self.jobs
        return any(not self._ours(job) for job in jobs)

    def _look_for_copies(self, client: _Requests) -> None:
        """Check the ended jobs of our names for pages that no follower has counted.

        A second copy may have come and gone between two looks, or the device may have printed more
        pages of a job after its verdict.
        """
        ended = client.jobs(completed=True)
        for job in () if isinstance(ended, IppFailure) else ended:
            if job.name in self._counts:
                self._note_copy(job)

    def _note_copy(self, job: DeviceJob) -> None:
        counts = self._counts.get(job.name, {})
        before = counts.get(job.id)
        # If the device does not count impressions: a job that is already known adds no pages,
        # and an unknown one may have printed some.
        more = before is None if job.impressions is None else job.impressions > (before or 0)
        if job.state.ended or more:
            counts[job.id] = max(before or 0, job.impressions or 0)
        if more and job.id not in self.leftovers.kept:
            self.leftovers.suspect_tray()

    def close(self) -> None:
        """Close the connection."""
        if self._client is not None:
            self._client.close()
