"""What was given out: prints, reprints with their approval, copies, sheets, and who opened
maintenance.

Part of the journal. It decides whether a document may be printed again: only if certainly no page
of it came out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from devices.health import Fault
from devices.operator import Role
from printing.media import Edition
from printing.outcome import Evidence, Outcome
from printing.printer import JobStage

from ..session.model import Reprint, Total, Totals
from .file import MONTH_S
from .plausible_time import SLACK_S
from .schema import TOTALS
from .store import Store

REUSE_S = 86_400.0
"""How long a document that certainly did not come out is fetched again instead of issued as a new
one. Its figures are then at most a day old."""


@dataclass(frozen=True, slots=True)
class Reusable:
    """A document that can be fetched again with ``key``. ``job`` is the last print job that it was
    given to the printer as; empty if it was never given to the printer."""

    key: str
    job: str


class Reprints:
    """The part of the journal on what was given out. ``now`` returns Unix seconds."""

    def __init__(self, store: Store, now: Callable[[], float]) -> None:
        self._store = store
        self._now = now

    def reusable(self, visit: str, item: str, edition: Edition) -> Reusable | None:
        """Return the last document of this item and edition that may be fetched again.

        It was issued to (or requested by) the person of ``visit`` within ``REUSE_S``, and certainly
        no page of it came out. The same key gives the same bytes and costs no quota. Return
        ``None`` if there is no such document, if a page may have come out, or if the journal cannot
        be read.
        """
        now = self._now()
        # A row from the future was written with a wrong clock, so its age is unknown.
        rows = self._store.read(
            "SELECT key FROM documents JOIN visits USING (visit)"
            " WHERE token = (SELECT token FROM visits WHERE visit = ?)"
            " AND item = ? AND edition = ? AND at > ? AND at <= ?"
            " ORDER BY documents.id DESC LIMIT 1",
            (visit, item, edition.value, now - REUSE_S, now + SLACK_S),
        )
        if isinstance(rows, Fault) or not rows:
            return None
        (key,) = rows[0]
        # A print without a job never reached the printer: the job is recorded before CUPS gets it.
        jobs = self._store.read(
            "SELECT prints.job, stage, outcome, evidence FROM prints LEFT JOIN jobs USING (job)"
            " WHERE key = ? ORDER BY prints.at, prints.rowid",
            (key,),
        )
        if isinstance(jobs, Fault):
            return None
        for _, stage, outcome, evidence in jobs:
            nothing = outcome == Outcome.QUEUED or evidence == Evidence.DEVICE_NONE
            if stage is not None and not (stage == JobStage.CLOSED and nothing):
                return None
        return Reusable(key, jobs[-1][0] if jobs else "")

    def print_planned(self, job: str, key: str, reprint: Reprint | None = None) -> Fault | None:
        """Record that ``job`` prints the document of ``key``, before the printer gets it.

        For a reprint, its approval is written first.
        """
        if reprint is not None:
            unwritten = self._store.write(
                "INSERT INTO reprints (job, of_job, reason, card, at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (job) DO NOTHING",
                (job, reprint.of, reprint.reason.value, reprint.card, self._now()),
            )
            if unwritten is not None:
                return unwritten
        return self._store.write(
            "INSERT INTO prints (job, key, at) VALUES (?, ?, ?) ON CONFLICT (job) DO NOTHING",
            (job, key, self._now()),
        )

    def copied(self, visit: str, item: str) -> Fault | None:
        """Record that the item was offered to a phone as a copy instead of on paper."""
        return self._store.write(
            "INSERT INTO copies (item, visit, at) VALUES (?, ?, ?)", (item, visit, self._now())
        )

    def totals(self, since: float) -> tuple[Total, ...]:
        """Return what was given out per item since this Unix time, the busiest item first."""
        rows = self._store.read(TOTALS, (since, since, since))
        return () if isinstance(rows, Fault) else tuple(Total(*row) for row in rows)

    def totals_by_item(self) -> Totals:
        """Return the totals since midnight (the station's own zone) and of the last 30 days."""
        now = self._now()
        local = datetime.fromtimestamp(now).astimezone()
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        return Totals(self.totals(midnight.timestamp()), self.totals(now - MONTH_S))

    def opened(self, role: Role, card: str = "") -> Fault | None:
        """Record who opened the maintenance page: the card of this serial, or (empty) the PIN."""
        return self._store.write(
            "INSERT INTO openings (role, card, at) VALUES (?, ?, ?)",
            (role.value, card, self._now()),
        )
