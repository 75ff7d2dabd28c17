"""The device behind the queue, looked at again and again: its state, its jobs, what it keeps.

Serves the CUPS printer, on its thread. It never takes silence for a good state, and never forgets a
job that the device may still print. One look takes ``LOOK_LIMIT_S`` at most.
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
    """The names of the jobs under way of all printers that share a device or a cupsd; any thread.

    Without it the printer of one queue would take the other queue's job for a leftover.
    """

    def __init__(self) -> None:
        self._names: frozenset[str] = frozenset()
        self._lock = threading.Lock()

    @property
    def now(self) -> frozenset[str]:
        """Those under way at this instant."""
        return self._names

    def add(self, name: str) -> None:
        """The job begins."""
        with self._lock:
            self._names |= {name}

    def discard(self, name: str) -> None:
        """The job is over."""
        with self._lock:
            self._names -= {name}


NAMES_KEPT = 1000
"""Jobs whose names are remembered: some days of a busy station, far longer than a device does."""
_NOT_ASKED = IppFailure(Reason.NOT_ASKED)
_UNFIT = frozenset({Reason.GARBLED, Reason.REFUSED})
"""A device that answers so when it is asked for our job cannot be followed."""
ASK_S = 8.0
"""No question of one look begins later than this. Three of them are needed to follow a job, and a
slow device takes 2.5 s for each while it rasterises."""
LOOK_LIMIT_S = ASK_S + EXCHANGE_LIMIT_S
"""The longest that one look can hold the printer's thread, however many jobs the device reports."""

_Answer = TypeVar("_Answer")


class _Questions:
    """The questions of one look at the device.

    After one that the device did not answer in time, and after ``ask_s``, no other is asked: its
    answer is ``Reason.NOT_ASKED``.
    """

    def __init__(self, client: IppClient, ask_s: float) -> None:
        self._client = client
        self._ask_s = ask_s
        self._until = float("inf")
        self.timed_out: IppFailure | None = None
        """The failure of the question that was not answered in time."""

    def begin(self) -> None:
        """A new look begins."""
        self._until = time.monotonic() + self._ask_s
        self.timed_out = None

    def printer_attributes(self) -> Group | IppFailure:
        """``IppClient.printer_attributes``."""
        return self._ask(self._client.printer_attributes)

    def jobs(self, *, completed: bool = False) -> tuple[DeviceJob, ...] | IppFailure:
        """``IppClient.jobs``."""
        return self._ask(partial(self._client.jobs, completed=completed))

    def job(self, job_id: int) -> DeviceJob | IppFailure | None:
        """``IppClient.job``."""
        return self._ask(partial(self._client.job, job_id))

    def cancel(self, job_id: int) -> None:
        """``IppClient.cancel``; whether it was done shows in the next list of jobs."""
        self._ask(partial(self._client.cancel, job_id))

    def close(self) -> None:
        """``IppClient.close``."""
        self._client.close()

    def _ask(self, question: Callable[[], _Answer]) -> _Answer | IppFailure:
        if self.timed_out is not None or time.monotonic() >= self._until:
            return _NOT_ASKED
        answer = question()
        if isinstance(answer, IppFailure) and answer.reason is Reason.TIMED_OUT:
            self.timed_out = answer
        return answer


class DeviceWatch:
    """One device, asked by IPP; ``None`` as the client is a device that cannot be asked.

    ``knows`` tells whether a job of this name is the terminal's own, of whatever run; ``names``
    are those under way of every printer of it: several queues can lead to one device. ``user`` is
    the name under which cupsd hands our jobs on.
    """

    def __init__(
        self,
        client: IppClient | None,
        names: JobNames,
        knows: Callable[[str], bool],
        user: str = "",
        ask_s: float = ASK_S,
    ) -> None:
        self._client = _Questions(client, ask_s) if client is not None else None
        self._knows = knows
        self._user = user
        self._looked = False
        self._failures = 0
        self._others = names
        self._under_way: frozenset[str] = frozenset()
        self._counts: dict[str, dict[int, int]] = {}
        """Of each job of ours, the device's numbers for it, and the last count."""
        self.sides: frozenset[str] = frozenset()
        """What the device says that it can do (sides-supported)."""
        self.status = PrinterStatus(DeviceStatus.UNKNOWN)
        self.jobs: tuple[DeviceJob, ...] | IppFailure = () if client is None else _NOT_ASKED
        """Every job the device has not ended, ours or not."""
        self.leftovers = Leftovers()

    @property
    def one_way(self) -> bool:
        """Whether the device cannot be asked at all."""
        return self._client is None

    @property
    def refused_once(self) -> bool:
        """Whether it has refused once: soon asked again, it is busy or gone."""
        return self._failures == 1

    def expect(self, name: str) -> None:
        """A job of this name is ours; jobs at the device are known by it from now on."""
        self._counts[name] = self._counts.pop(name, {})
        while len(self._counts) > NAMES_KEPT:
            del self._counts[next(iter(self._counts))]

    def finish(self, follower: Follower) -> None:
        """The followed job is over for us, with so many pages; nothing more is to come of it."""
        if follower.device_id is not None:
            counts = self._counts.setdefault(follower.record.job, {})
            counts[follower.device_id] = follower.counted
        job = follower.device if isinstance(follower.device, DeviceJob) else None
        self.leftovers.abandon(job, follower.counted)

    def answers(self) -> bool:
        """Ask now whether the device is there (a mute one is taken to be). Asking wakes it."""
        if self._client is None:
            return True
        self._client.begin()
        answer = self._client.printer_attributes()
        self._note_silence(self._client)
        return not isinstance(answer, IppFailure)

    def look(self) -> None:
        """Begin a look: ask for state and jobs. A device that does not list its jobs is not known
        to be fit for a new one, whatever it says of its state."""
        if self._client is None:
            return
        self._client.begin()
        # Copied before the request: a job of ours that ends in between may still be in the list.
        self._under_way = self._others.now
        answer = self._client.printer_attributes()
        self.jobs = answer if isinstance(answer, IppFailure) else self._client.jobs()
        failure = self.jobs if isinstance(self.jobs, IppFailure) else None
        self._failures = 0 if failure is None else self._failures + 1
        # One refused connection can be a busy device. Two are not, nor is any other failure.
        if failure and (self._failures >= 2 or failure.reason is not Reason.UNREACHABLE):
            self.status = printer_status(failure)
            return
        if isinstance(answer, IppFailure):
            return
        self.sides = frozenset(answer.texts("sides-supported"))
        waiting = None if isinstance(self.jobs, IppFailure) else len(self.jobs)
        self.status = printer_status(answer, waiting)

    def follow(self, follower: Follower, now: float) -> None:
        """Tell the follower what the device says of its job; cancel there what is to be."""
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

    def _note_silence(self, client: _Questions) -> None:
        """A device that left any question unanswered is *unknown* at once, also if it had just
        reported a good state."""
        if client.timed_out is not None:
            self.status = printer_status(client.timed_out)

    def _jobs_of(
        self, client: _Questions, follower: Follower
    ) -> tuple[DeviceJob, ...] | IppFailure:
        """The device's jobs of this name, also when the one that is followed is over by now."""
        if isinstance(self.jobs, IppFailure):
            return self.jobs
        name, known = follower.record.job, follower.device_id
        ours = {each.id: each for each in self.jobs if each.name == name}
        if known in ours:
            return tuple(ours.values())
        # Not met yet, or over. A copy that came and went between two looks counts as well. Numbers
        # begin anew when a device is restarted: the name must fit too.
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
        """Notice, and cancel, every job of ours but the ``current`` ones (by their names)."""
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
                # There before us, under our name, and not in the journal: if that was lost, it is
                # an earlier person's. Not cancelled, but nobody is let in to find its pages.
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
        """Whether the device holds a job of another program's; never ours to cancel."""
        jobs = () if isinstance(self.jobs, IppFailure) else self.jobs
        return any(not self._ours(job) for job in jobs)

    def _look_for_copies(self, client: _Questions) -> None:
        """A job of a name of ours that ended without being followed: it was printed once more, or
        too late, between two looks."""
        ended = client.jobs(completed=True)
        for job in () if isinstance(ended, IppFailure) else ended:
            if job.name in self._counts:
                self._note_copy(job)

    def _note_copy(self, job: DeviceJob) -> None:
        counts = self._counts.get(job.name, {})
        before = counts.get(job.id)
        # A device that does not count says nothing of a known job, and nothing good of another.
        more = before is None if job.impressions is None else job.impressions > (before or 0)
        if job.state.ended or more:
            counts[job.id] = max(before or 0, job.impressions or 0)
        if more and job.id not in self.leftovers.kept:
            self.leftovers.suspect_tray()

    def close(self) -> None:
        """Let go of the connection."""
        if self._client is not None:
            self._client.close()
