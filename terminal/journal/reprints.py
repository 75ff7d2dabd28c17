"""What was given out: prints and by what right a second time, copies, sheets; who opened what.

For the journal. It decides which document may be had again: one of which surely nothing came out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from devices.health import Fault
from devices.operator import Role
from printing.outcome import Evidence, Outcome
from printing.printer import JobStage

from ..session.model import Reprint, Total, Totals
from .file import MONTH_S
from .plausible_time import SLACK_S
from .schema import TOTALS
from .store import Store

REUSE_S = 86_400.0
"""How long a document that surely did not come out is fetched again instead of issued anew: its
figures are a day old at most."""


@dataclass(frozen=True, slots=True)
class Reusable:
    """A document that can be had again by its ``key``; ``job``: as what it was last given to the
    printer, empty where it never was."""

    key: str
    job: str


class Given(Store):
    """The journal's part on what was given out."""

    def reusable(self, visit: str, item: str, edition: str) -> Reusable | None:
        """The last document of this item and edition that the person of ``visit`` was issued (or
        that was asked for) within ``REUSE_S``, where surely no page of it came out: the same key
        gives the same bytes, and takes nothing from anybody's quota. ``None``: there is none, or
        it may have come out, or the journal cannot be read."""
        now = self._clock()
        # A row from the future was written by a wrong clock: its age is not known.
        rows = self._read(
            "SELECT key FROM documents JOIN visits USING (visit)"
            " WHERE token = (SELECT token FROM visits WHERE visit = ?)"
            " AND item = ? AND edition = ? AND at > ? AND at <= ?"
            " ORDER BY documents.id DESC LIMIT 1",
            (visit, item, edition, now - REUSE_S, now + SLACK_S),
        )
        if isinstance(rows, Fault) or not rows:
            return None
        (key,) = rows[0]
        # A print without a job was never the printer's: the job is recorded before CUPS has it.
        jobs = self._read(
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
        """Before the document of ``key`` is given to the printer as ``job``; where that was done
        before, the right to do it again is written first."""
        if reprint is not None:
            unwritten = self._write(
                "INSERT INTO reprints (job, of_job, reason, card, at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (job) DO NOTHING",
                (job, reprint.of, reprint.reason.value, reprint.card, self._clock()),
            )
            if unwritten is not None:
                return unwritten
        return self._write(
            "INSERT INTO prints (job, key, at) VALUES (?, ?, ?) ON CONFLICT (job) DO NOTHING",
            (job, key, self._clock()),
        )

    def copied(self, visit: str, item: str) -> Fault | None:
        """A copy of the item was offered to a phone instead of paper."""
        return self._write(
            "INSERT INTO copies (item, visit, at) VALUES (?, ?, ?)", (item, visit, self._clock())
        )

    def totals(self, since: float) -> tuple[Total, ...]:
        """What was given out by item since this Unix time, the busiest item first."""
        rows = self._read(TOTALS, (since, since, since))
        return () if isinstance(rows, Fault) else tuple(Total(*row) for row in rows)

    def totals_by_item(self) -> Totals:
        """Since midnight (of the station's own zone), and of the last 30 days."""
        now = self._clock()
        local = datetime.fromtimestamp(now).astimezone()
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        return Totals(self.totals(midnight.timestamp()), self.totals(now - MONTH_S))

    def opened(self, role: Role, card: str = "") -> Fault | None:
        """The maintenance page was opened: by the card of this serial, or (empty) by the PIN."""
        return self._write(
            "INSERT INTO openings (role, card, at) VALUES (?, ?, ?)",
            (role.value, card, self._clock()),
        )
