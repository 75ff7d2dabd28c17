"""A print job: its name, how its pages are printed on the sheets, and the printers' time limits.

Used by the printers of this package.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

JOB_NAME = re.compile(r"[A-Za-z0-9-]{8,64}\Z")
"""An opaque journal id, short enough for devices to keep it as a job-name in full length."""
DETAIL_CHARACTERS = 100
"""Limit for a device's own text in a fault's detail. The journal stores 200 characters in all."""
QUEUE_NAME = r"^[A-Za-z0-9_.-]{1,127}\Z"
"""Accepts fewer characters than CUPS, which takes nearly all: the name is stored in the journal."""


class Sides(StrEnum):
    """How pages are printed on the sheets (RFC 8011 §5.2.8). A sheet bound at the short edge is
    turned like a calendar."""

    ONE = "one-sided"
    LONG_EDGE = "two-sided-long-edge"
    SHORT_EDGE = "two-sided-short-edge"


@dataclass(frozen=True, slots=True)
class PrinterTiming:
    """The time limits of the printer's threads, in seconds."""

    busy_poll_s: float = 0.25
    """Interval of the requests to the device during a job. A page takes two seconds or more."""
    idle_poll_s: float = 1.5
    """Interval of the requests to the device while no job runs. Together with the connect time-out,
    a missing device is noticed in under three seconds."""
    queue_poll_s: float = 1.0
    """Interval of the requests to cupsd about the followed job (sent on a worker thread)."""
    queue_idle_poll_s: float = 5.0
    """Interval of the requests to cupsd while no job runs."""
    queue_retry_s: float = 20.0
    """How long cupsd may refuse before that is a fault. It restarts at midnight and then refuses
    for a few seconds."""
    queue_retry_pause_s: float = 0.25
    """Interval of the attempts while cupsd refuses."""
    queue_call_s: float = 15.0
    """Time limit for one call into libcups. After it the thread is abandoned; the number of such
    threads is limited (``MAX_STUCK_CALLS``)."""
    wake_s: float = 12.0
    """How long a sleeping device may take to answer. A request wakes it."""
    settle_s: float = 2.0
    """How long to wait for the last reports of a job that seems over: a device may end a job
    shortly before its count is complete, or before it lists the job as ended."""
    gone_s: float = 60.0
    """How long to wait for a device that stopped answering during a job, to get its count."""
    stall_s: float = 300.0
    """A job without progress for this time is cancelled. Typically the paper was not refilled."""
    job_s: float = 1800.0
    """Limit for one job as a whole, in case it hangs and no report shows it."""
    orphan_s: float = 120.0
    """A job that another program has held in cupsd for this time is cancelled, so that its document
    does not stay in the spool. It will not be released any more: submission takes a minute at
    most."""
    cancel_s: float = 8.0
    """How long the device may take to end a cancelled job."""
    clear_s: float = 12.0
    """How long the device's list may take to become empty at a session's end."""


def sides_for(pages: int, *, landscape: bool, supported: Collection[str]) -> Sides:
    """Return two-sided from two pages on, if the device supports it.

    The sheets are bound at the page's left side.
    """
    wanted = Sides.SHORT_EDGE if landscape else Sides.LONG_EDGE
    return wanted if pages > 1 and wanted in supported else Sides.ONE


def sheets(impressions: int, sides: Sides) -> int:
    """Return the number of sheets that this many printed sides take."""
    return impressions if sides is Sides.ONE else -(-impressions // 2)


def sheets_possible(pages: int, sides: Sides | None) -> frozenset[int]:
    """Return the possible numbers of sheets for this many pages (``None``: sides not known)."""
    known = (sides,) if sides is not None else (Sides.ONE, Sides.LONG_EDGE)
    return frozenset(sheets(pages, each) for each in known)


def impressions_possible(pages: int, sides: Sides | None) -> frozenset[int]:
    """Return the counts that prove that a document of this many pages came out once, completely.

    An impression is a printed side (RFC 8011 §5.3.18.2). If an odd number of pages is printed on
    both sides, some devices count the empty back of the last sheet as well.
    """
    two_sided = sides is not None and sides is not Sides.ONE
    return frozenset({pages, pages + pages % 2} if two_sided else {pages})
