"""A print job: its name, how its pages lie on the sheets, and the limits of the printers' threads.

For the printers of this package.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

JOB_NAME = re.compile(r"[A-Za-z0-9-]{8,64}\Z")
"""An opaque journal id, short enough that devices keep it whole as a job-name."""
DETAIL_CHARACTERS = 100
"""Limit for a device's own words in a fault's detail; the journal stores 200 in all."""
QUEUE_NAME = r"^[A-Za-z0-9_.-]{1,127}\Z"
"""Narrower than CUPS, which takes nearly every character: it stands in the journal."""


class Sides(StrEnum):
    """How pages lie on the sheets (RFC 8011 §5.2.8); what is bound at the short edge is turned
    like a calendar."""

    ONE = "one-sided"
    LONG_EDGE = "two-sided-long-edge"
    SHORT_EDGE = "two-sided-short-edge"


@dataclass(frozen=True, slots=True)
class PrinterTiming:
    """Every limit of the printer's threads, in seconds, with its reason."""

    busy_poll_s: float = 0.25
    """Between two looks at the device while a job runs: a page takes two seconds and more."""
    idle_poll_s: float = 1.5
    """Between two looks while nothing runs: with the connect time-out, under three seconds."""
    queue_poll_s: float = 1.0
    """Between two looks at our job in cupsd while it runs (asked on a worker)."""
    queue_idle_poll_s: float = 5.0
    """Between two looks at cupsd while nothing runs."""
    queue_retry_s: float = 20.0
    """cupsd restarts at midnight and refuses for a few seconds: that is no fault."""
    queue_retry_pause_s: float = 0.25
    queue_call_s: float = 15.0
    """One call into libcups; after that its thread is given up and counted."""
    wake_s: float = 12.0
    """A device asleep is woken by being asked, and may need so long to answer."""
    settle_s: float = 2.0
    """A device may end a job shortly before its count is whole, or before it is listed."""
    gone_s: float = 60.0
    """How long a device that vanished in mid-job is waited for, to ask it what came out."""
    stall_s: float = 300.0
    """Nothing moved for so long (nobody refilled the paper): the job is cancelled."""
    job_s: float = 1800.0
    """The failsafe on one job as a whole, in case it hangs and nobody ever says so."""
    orphan_s: float = 120.0
    """A job that another program holds in cupsd for so long will never be released (handing over
    takes a minute at most): its document must not stay in the spool."""
    cancel_s: float = 8.0
    """How long the device has to end a job it was told to cancel."""
    clear_s: float = 12.0
    """How long the device's list has to become empty at a session's end."""


def sides_for(pages: int, *, landscape: bool, supported: Collection[str]) -> Sides:
    """Both sides from two pages on, where the device can: bound where the page's left side is."""
    wanted = Sides.SHORT_EDGE if landscape else Sides.LONG_EDGE
    return wanted if pages > 1 and wanted in supported else Sides.ONE


def sheets(impressions: int, sides: Sides) -> int:
    """The sheets of paper that so many printed sides take."""
    return impressions if sides is Sides.ONE else -(-impressions // 2)


def sheets_possible(pages: int, sides: Sides | None) -> frozenset[int]:
    """Return the numbers of sheets that so many pages can take (``None``: sides not known)."""
    known = (sides,) if sides is not None else (Sides.ONE, Sides.LONG_EDGE)
    return frozenset(sheets(pages, each) for each in known)


def impressions_possible(pages: int, sides: Sides | None) -> frozenset[int]:
    """Return the counts that prove that a document of so many pages came out once and whole.

    An impression is a printed side (RFC 8011 §5.3.18.2). Of an odd number of pages on both sides
    some devices count the empty back of the last sheet as well, and some do not.
    """
    two_sided = sides is not None and sides is not Sides.ONE
    return frozenset({pages, pages + pages % 2} if two_sided else {pages})
