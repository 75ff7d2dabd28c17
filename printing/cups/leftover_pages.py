"""Leftover pages: jobs that have ended for the terminal and that the device still keeps.

Used by the CUPS printer. A device may print a cancelled job when paper is refilled; the next
resident would then find an earlier resident's page. The leftover fault stays until the device has
dropped the job and, if a page may have come out, until staff have checked the output tray. A job is
never forgotten because the device does not answer.
"""

from __future__ import annotations

from devices.health import Fault

from ..faults import LEFTOVER_JOB
from ..ipp.client import DeviceJob, IppFailure, JobState


class Leftovers:
    """Jobs that the device still lists after we have reported their end, with their last counts."""

    def __init__(self) -> None:
        self._kept: dict[int, int] = {}
        self.tray_suspect = False
        """Whether staff must check the output tray. ``supply`` keeps it over a restart."""
        self._not_cleared = ""

    @property
    def kept(self) -> tuple[int, ...]:
        """The device's ids of the jobs that it still keeps."""
        return tuple(self._kept)

    def fault(self) -> Fault | None:
        """Return ``LEFTOVER_JOB`` with the reason for staff; ``None`` if there is no leftover."""
        if self._kept:
            return LEFTOVER_JOB.with_detail("the device keeps a job")
        if self.tray_suspect:
            return LEFTOVER_JOB.with_detail("pages may lie in the tray")
        return LEFTOVER_JOB.with_detail(self._not_cleared) if self._not_cleared else None

    def abandon(self, job: DeviceJob | None, counted: int) -> None:
        """Note a job that ended for us with ``counted`` pages, if the device still keeps it."""
        if job is not None and not job.state.ended:
            self._kept[job.id] = counted

    def seen(self, job: DeviceJob) -> None:
        """Note a job of ours that is in the device's list and is not running for us."""
        self._kept.setdefault(job.id, job.impressions or 0)

    def gone(self, job_id: int, last: DeviceJob | IppFailure | None) -> None:
        """Note that a job is no longer in the device's list; ``last`` is its report of the job.

        Without an answer the job counts as kept. If the device has forgotten the job, or it printed
        more pages, staff must check the tray.
        """
        if isinstance(last, IppFailure):
            return
        counted = self._kept.pop(job_id, None)
        if counted is None:
            return
        quiet = (
            last is not None
            and last.state is not JobState.COMPLETED
            and last.impressions is not None
            and last.impressions <= counted
        )
        self.tray_suspect = self.tray_suspect or not quiet

    def suspect_tray(self) -> None:
        """Note that pages may have come out after we had reported the end of their job."""
        self.tray_suspect = True

    def not_cleared(self, *, foreign: bool = False) -> None:
        """Note that the device's list was not shown to be empty at a session's end.

        ``foreign``: the list holds another program's job, which is never cancelled.
        """
        self._not_cleared = "another program's job" if foreign else "list not shown empty"

    def list_is_empty(self) -> None:
        """Note that the device's own list is empty."""
        self._not_cleared = ""

    def tray_checked(self) -> None:
        """Note that staff have checked the output tray."""
        self.tray_suspect = False
