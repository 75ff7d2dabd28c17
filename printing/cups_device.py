"""The device behind the queue, looked at again and again: its state, its jobs, what it keeps.

Serves the CUPS printer, on its thread. It never takes silence for a good state, and never takes a
job off its mind that the device may still print.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from devices.health import DeviceStatus

from .cups_follow import Follower
from .cups_leftover import Leftovers
from .ipp.client import DeviceJob, IppClient, IppFailure, Reason
from .ipp.status import printer_status
from .printer import PrinterStatus


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
_NOT_ASKED = IppFailure(Reason.UNREACHABLE, "not asked yet")


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
    ) -> None:
        self._client = client
        self._knows = knows
        self._user = user
        self._looked = False
        self._failures = 0
        self._others = names
        self._under_way: frozenset[str] = frozenset()
        self._told: dict[str, dict[int, int]] = {}
        """Of each job of ours, the device's numbers for it, and the count that was told."""
        self.sides: frozenset[str] = frozenset()
        """What the device says that it can do (sides-supported)."""
        self.status = PrinterStatus(DeviceStatus.UNKNOWN)
        self.jobs: tuple[DeviceJob, ...] | IppFailure = () if client is None else _NOT_ASKED
        """Every job the device has not ended, ours or not."""
        self.leftovers = Leftovers()

    @property
    def mute(self) -> bool:
        """Whether the device cannot be asked at all."""
        return self._client is None

    @property
    def doubtful(self) -> bool:
        """Whether it has refused once: soon asked again, it is busy or gone."""
        return self._failures == 1

    def expect(self, name: str) -> None:
        """A job of this name is ours; jobs at the device are known by it from now on."""
        self._told[name] = self._told.pop(name, {})
        while len(self._told) > NAMES_KEPT:
            del self._told[next(iter(self._told))]

    def account(self, follower: Follower) -> None:
        """The followed job is over for us, with so many pages; nothing more is to come of it."""
        if follower.device_id is not None:
            told = self._told.setdefault(follower.record.job, {})
            told[follower.device_id] = follower.counted
        job = follower.device if isinstance(follower.device, DeviceJob) else None
        self.leftovers.abandon(job, follower.counted)

    def answers(self) -> bool:
        """Ask now whether the device is there (a mute one is taken to be). Asking wakes it."""
        if self._client is None:
            return True
        return not isinstance(self._client.printer_attributes(), IppFailure)

    def look(self) -> None:
        """Ask for state and jobs."""
        if self._client is None:
            return
        # Before the list is fetched: a job that is over meanwhile stands in the list all the same.
        self._under_way = self._others.now
        answer = self._client.printer_attributes()
        self.jobs = answer if isinstance(answer, IppFailure) else self._client.jobs()
        if isinstance(answer, IppFailure):
            self._failures += 1
            # One refused connection can be a busy device; two, or silence, are not.
            if self._failures >= 2 or answer.reason is not Reason.UNREACHABLE:
                self.status = printer_status(answer)
            return
        self._failures = 0
        self.sides = frozenset(answer.texts("sides-supported"))
        waiting = None if isinstance(self.jobs, IppFailure) else len(self.jobs)
        self.status = printer_status(answer, waiting)

    def follow(self, follower: Follower, now: float) -> None:
        """Tell the follower what the device says of its job; cancel there what is to be."""
        if self._client is None:
            return
        follower.device_said(self._jobs_of(self._client, follower), now)
        for surplus in follower.surplus:
            self._note_copy(surplus)
            if not surplus.state.ended:
                self._client.cancel(surplus.id)
        job = follower.device
        if follower.cancel_asked and isinstance(job, DeviceJob) and not job.state.ended:
            self._client.cancel(job.id)

    def _jobs_of(self, client: IppClient, follower: Follower) -> tuple[DeviceJob, ...] | IppFailure:
        """The device's jobs of this name, also when the one that is followed is over by now."""
        if isinstance(self.jobs, IppFailure):
            return self.jobs
        name, known = follower.record.job, follower.device_id
        ours = {each.id: each for each in self.jobs if each.name == name}
        if known in ours:
            return tuple(ours.values())
        # Not met yet, or over: also a copy that came and went between two looks is to be known.
        ended = client.jobs(completed=True)
        job = client.job(known) if known is not None else None
        if isinstance(ended, IppFailure):
            return ended
        if isinstance(job, IppFailure):
            return job
        # Numbers begin anew when a device is restarted: the name must fit as well.
        over = (*ended, job) if job is not None else ended
        return (*ours.values(), *{each.id: each for each in over if each.name == name}.values())

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
            self.leftovers.shown_empty()
        if not current:
            self._look_for_copies(self._client)

    def _ours(self, job: DeviceJob) -> bool:
        return job.name in self._told or self._knows(job.name)

    @property
    def foreign(self) -> bool:
        """Whether the device holds a job of another program's; never ours to cancel."""
        jobs = () if isinstance(self.jobs, IppFailure) else self.jobs
        return any(not self._ours(job) for job in jobs)

    def _look_for_copies(self, client: IppClient) -> None:
        """A job of a name of ours that ended without being followed: it was printed once more, or
        too late, between two looks."""
        ended = client.jobs(completed=True)
        for job in () if isinstance(ended, IppFailure) else ended:
            if job.name in self._told:
                self._note_copy(job)

    def _note_copy(self, job: DeviceJob) -> None:
        told = self._told.get(job.name, {})
        before = told.get(job.id)
        # A device that does not count says nothing of a known job, and nothing good of another.
        more = before is None if job.impressions is None else job.impressions > (before or 0)
        if job.state.ended or more:
            told[job.id] = max(before or 0, job.impressions or 0)
        if more and job.id not in self.leftovers.kept:
            self.leftovers.pages_may_lie()

    def close(self) -> None:
        """Let go of the connection."""
        if self._client is not None:
            self._client.close()
