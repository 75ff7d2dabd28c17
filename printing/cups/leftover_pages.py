"""Pages of an earlier person: jobs that the device keeps although they are over for us.

Serves the CUPS printer. A cancelled job may still print when paper is refilled; then a page of one
person lies before the next. It says so until the device has let go, and until staff have looked
if anything came out meanwhile. It must never forget a job because the device fell silent.
"""

from __future__ import annotations

from devices.health import Fault

from ..faults import LEFTOVER_JOB
from ..ipp.client import DeviceJob, IppFailure, JobState


class Leftovers:
    """Device jobs of ours that nobody waits for any more, each with its count when last ours."""

    def __init__(self) -> None:
        self._kept: dict[int, int] = {}
        self.tray_suspect = False
        """Whether staff must look into the output tray first; outlives a restart (``supply``)."""
        self._not_cleared = ""

    @property
    def kept(self) -> tuple[int, ...]:
        """The device's numbers of the jobs it has not let go."""
        return tuple(self._kept)

    def fault(self) -> Fault | None:
        """``LEFTOVER_JOB`` while there is any danger, with its kind for staff."""
        if self._kept:
            return LEFTOVER_JOB.with_detail("the device keeps a job")
        if self.tray_suspect:
            return LEFTOVER_JOB.with_detail("pages may lie in the tray")
        return LEFTOVER_JOB.with_detail(self._not_cleared) if self._not_cleared else None

    def abandon(self, job: DeviceJob | None, counted: int) -> None:
        """A job ended for us with ``counted`` pages; the device may not have let it go."""
        if job is not None and not job.state.ended:
            self._kept[job.id] = counted

    def seen(self, job: DeviceJob) -> None:
        """A job of ours stands in the device's list, and nobody waits for it."""
        self._kept.setdefault(job.id, job.impressions or 0)

    def gone(self, job_id: int, last: DeviceJob | IppFailure | None) -> None:
        """The device's list does not hold it any more; ``last`` is what it says of the job.

        No answer leaves the job kept. A job it has forgotten, or that printed on, wants a look.
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
        """Pages that nobody waits for came out, or may have."""
        self.tray_suspect = True

    def not_cleared(self, *, foreign: bool = False) -> None:
        """The device's list could not be shown to be empty at a session's end; ``foreign``:
        because another program prints there, whose job nobody here cancels."""
        self._not_cleared = "another program's job" if foreign else "list not shown empty"

    def list_is_empty(self) -> None:
        """The device's own list is empty."""
        self._not_cleared = ""

    def tray_checked(self) -> None:
        """Staff have looked."""
        self.tray_suspect = False
