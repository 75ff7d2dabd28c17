"""The journal: what must survive a power cut, written before the act that it announces.

For the printer (its jobs), the workers (what the platform must still be told) and maintainers
(the last faults). It holds no personal data: a keyed token stands for the person, and the
schema refuses anything but opaque ids and short words.
"""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from devices.health import DeviceStatus, Fault
from devices.identity import Identity
from printing.outcome import Outcome
from printing.printer import JobRecord, JobStage

from .. import faults
from ..platform.wire import HelpReason
from ..session.model import EndReason, PastFault
from ..staff.pin import PinTries
from .file import condemn, fault_of, newest_row, open_database, set_aside
from .plausible_time import PlausibleClock, since_boot
from .reprints import Given
from .schema import DETAIL_CHARACTERS, NEWEST

KEEP_S = 180 * 86_400.0
"""Half a year of visits, ended jobs and settled messages: a dispute over a printed sheet comes
sooner. About 100 bytes a row, a few megabytes in all."""
PRUNE_EVERY_S = 86_400.0
"""A terminal may run for months; it clears up as a visit begins, once a day."""

_UNUSABLE = (faults.JOURNAL_CORRUPT, faults.JOURNAL_NEWER)
"""A journal with such a fault is set aside. Any other fault may pass."""


class JournalError(OSError):
    """A print job could not be recorded, so it must not be printed; ``fault`` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"journal: {fault.code}")
        self.fault = fault


@dataclass(frozen=True, slots=True)
class IssuedDocument:
    """A document that the platform was asked for. ``key`` is its idempotency key, with which it
    can be fetched again; ``number`` is ``None`` where no answer came."""

    key: str
    visit: str
    item: str
    number: str | None


@dataclass(frozen=True, slots=True)
class OutgoingOutcome:
    """What became of a document on paper, to be told to the platform."""

    key: str
    document_number: str
    outcome: Outcome
    pages: int


@dataclass(frozen=True, slots=True)
class OutgoingHelp:
    """A call for staff, to be told to the platform. ``fault`` is a code or ``None``."""

    key: str
    reason: HelpReason
    page: str
    fault: str | None


Outgoing = OutgoingOutcome | OutgoingHelp


class Journal(Given):
    """One SQLite database in a folder of its own; every method is thread-safe.

    A writing method returns ``None`` once the row survives a power cut, or the fault that
    prevented it. ``ValueError``: an argument is no opaque id or word, a bug of the caller.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        directory: Path,
        token_key: bytes,
        clock: PlausibleClock,
    ) -> None:
        """Use ``Journal.open``."""
        super().__init__(connection, directory, clock.now)
        self.clock = clock
        """The time by which rows are written, kept and deleted."""
        self._token_key = token_key
        self._pruned_at: float | None = None
        """When rows were last deleted, on ``clock.running()``."""
        self.set_aside: Fault | None = None

    @classmethod
    def open(
        cls,
        directory: Path,
        token_key: bytes,
        clock: Callable[[], float] = time.time,
        running: Callable[[], float] = since_boot,
    ) -> Journal | Fault:
        """Open the journal in ``directory``, made if absent (mode 0700).

        A journal that cannot be used (damaged, incomplete, of a newer version) is renamed to
        ``….set-aside-N`` as a whole, a new one is begun, and the fault is kept in ``set_aside``
        and as the new journal's first row. A fault is returned if no journal can be had at all
        (no space, no permission, held by another program). ``clock`` gives Unix seconds,
        ``running`` seconds that do not change when the clock is set.
        """
        at = PlausibleClock(wall=clock, running=running).now()
        opened = open_database(directory, at)
        if isinstance(opened, Fault) and any(opened.same_as(each) for each in _UNUSABLE):
            unusable = opened
            try:
                set_aside(directory)
            except OSError as error:
                return faults.JOURNAL_FAILED.with_detail(f"set aside: {error.strerror}")
            opened = open_database(directory, at, unusable)
        if isinstance(opened, Fault):
            return opened
        try:
            newest = newest_row(opened.connection)
        except sqlite3.Error as error:
            opened.connection.close()
            return fault_of(error, directory)
        known = PlausibleClock(newest, wall=clock, running=running)
        journal = cls(opened.connection, directory, token_key, known)
        journal.set_aside = opened.lost
        if not known.reading().plausible:
            journal.fault(faults.CLOCK_WRONG.with_detail(known.wrong_by()))
        journal._prune()
        return journal

    def condemned(self) -> bool:
        """Whether the last write or read found damage. The next start then sets the journal aside
        and begins a new one; a running terminal cannot do that."""
        fault = self.health()
        if fault is None or not fault.same_as(faults.JOURNAL_CORRUPT):
            return False
        try:
            condemn(self._directory)
        except OSError:
            return False  # tried again: without the mark the next start may find nothing
        return True

    def platform_time(self, server_time: float) -> None:
        """Take over the platform's time (Unix seconds); a clock that contradicts it is a fault."""
        before = self.clock.reading()
        self.clock.confirm(server_time)
        if before.plausible and not self.clock.reading().plausible:
            self.fault(faults.CLOCK_WRONG.with_detail(self.clock.wrong_by()))

    def token(self, identity: Identity) -> str:
        """The keyed token of the person: HMAC-SHA256 in hex, of the ID number, or of the card's
        own number where the card does not tell the former. ``ValueError`` for a card with none."""
        record = identity.record
        number, kind = record.id_number, "id"
        if not number:
            number, kind = record.card_number, "card"
        if not number:
            raise ValueError("the card has no number")
        named = f"{kind}:{number}".encode()
        return hmac.new(self._token_key, named, hashlib.sha256).hexdigest()

    # -- visits --------------------------------------------------------------------------------

    def visit_began(self, visit: str, token: str) -> Fault | None:
        """A visit began; ``token`` is ``token(identity)``. What was written first stands."""
        last = self._pruned_at
        if last is None or self.clock.running() - last > PRUNE_EVERY_S:
            self._prune()
        return self._write(
            "INSERT INTO visits (visit, token, began) VALUES (?, ?, ?)"
            " ON CONFLICT (visit) DO NOTHING",
            (visit, token, self._clock()),
        )

    def visit_ended(self, visit: str, reason: EndReason) -> Fault | None:
        """A visit ended; an unknown or ended one stays as it is."""
        return self._write(
            "UPDATE visits SET ended = ?, reason = ? WHERE visit = ? AND ended IS NULL",
            (self._clock(), reason.value, visit),
        )

    # -- print jobs (printing.printer.JobJournal) --------------------------------------------------

    def record(self, job: JobRecord) -> None:
        """Write or replace the job. ``JournalError`` where that is not possible."""
        fault = self._write(
            "INSERT INTO jobs (job, stage, pages, queue, service, cups_job, pages_done, outcome,"
            " evidence, sheets, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (job) DO UPDATE SET stage = excluded.stage, pages = excluded.pages,"
            " queue = excluded.queue, service = excluded.service, cups_job = excluded.cups_job,"
            " pages_done = excluded.pages_done, outcome = excluded.outcome,"
            " evidence = excluded.evidence, sheets = excluded.sheets, at = excluded.at",
            (
                job.job, job.stage.value, job.pages, job.queue, job.service, job.cups_job,
                job.pages_done, job.outcome, job.evidence, job.sheets, self._clock(),
            ),
        )  # fmt: skip
        if fault is not None:
            raise JournalError(fault)

    def open_jobs(self) -> tuple[JobRecord, ...]:
        """Every job that is not closed, oldest first. ``JournalError`` where it cannot be read."""
        rows = self._read(
            "SELECT job, stage, pages, queue, service, cups_job, pages_done, outcome, evidence,"
            " sheets FROM jobs WHERE stage <> 'closed' ORDER BY id"
        )
        if isinstance(rows, Fault):
            raise JournalError(rows)
        return tuple(JobRecord(row[0], JobStage(row[1]), *row[2:]) for row in rows)

    def knows(self, job: str) -> bool:
        """Whether a job of this name was written here and is still kept. ``JournalError`` where
        it cannot be read."""
        rows = self._read("SELECT 1 FROM jobs WHERE job = ?", (job,))
        if isinstance(rows, Fault):
            raise JournalError(rows)
        return bool(rows)

    # -- documents -----------------------------------------------------------------------------

    def issue_asked(
        self, key: str, visit: str, item: str, edition: str = "standard"
    ) -> Fault | None:
        """Before the platform is asked to issue; asking again with the same key changes nothing."""
        return self._write(
            "INSERT INTO documents (key, visit, item, edition, at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (key) DO NOTHING",
            (key, visit, item, edition, self._clock()),
        )

    def issued(self, key: str, document_number: str) -> Fault | None:
        """The platform has issued it under this number."""
        return self._write("UPDATE documents SET number = ? WHERE key = ?", (document_number, key))

    def document_of(self, job: str) -> IssuedDocument | None:
        """What ``job`` prints: for the number after a restart. ``None``: not a document's job."""
        rows = self._read(
            "SELECT key, visit, item, number FROM documents JOIN prints USING (key)"
            " WHERE prints.job = ?",
            (job,),
        )
        return None if isinstance(rows, Fault) or not rows else IssuedDocument(*rows[0])

    # -- the outbox ------------------------------------------------------------------------------

    def outcome_known(
        self, key: str, document_number: str, outcome: Outcome, pages: int, evidence: str
    ) -> Fault | None:
        """Before the platform is told; ``key`` is the job. What was written first stands."""
        return self._write(
            "INSERT INTO outbox (key, kind, number, outcome, pages, evidence, at)"
            " VALUES (?, 'outcome', ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
            (key, document_number, outcome.value, pages, evidence, self._clock()),
        )

    def recover_outcomes(self) -> Fault | None:
        """On start: jobs that ended, and of whose end the platform was not yet to be told when
        the power went. Asking again changes nothing."""
        return self._write(
            "INSERT INTO outbox (key, kind, number, outcome, pages, evidence, at)"
            " SELECT jobs.job, 'outcome', number, outcome, pages_done, evidence, ?"
            " FROM jobs JOIN prints USING (job) JOIN documents USING (key)"
            " WHERE stage = 'closed' AND outcome <> '' AND number IS NOT NULL"
            " ORDER BY jobs.id ON CONFLICT (key) DO NOTHING",
            (self._clock(),),
        )

    def help_called(
        self, key: str, reason: HelpReason, page: str, fault_code: str = ""
    ) -> Fault | None:
        """Before the platform is told that staff are wanted."""
        return self._write(
            "INSERT INTO outbox (key, kind, reason, page, fault, at)"
            " VALUES (?, 'help', ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
            (key, reason.value, page, fault_code, self._clock()),
        )

    def unsettled(self) -> tuple[Outgoing, ...]:
        """What the platform has not answered yet, oldest first; to be sent (again) by its key."""
        rows = self._read(
            "SELECT key, kind, number, outcome, pages, reason, page, fault FROM outbox"
            " WHERE settled IS NULL ORDER BY id"
        )
        if isinstance(rows, Fault):
            return ()
        return tuple(_outgoing(*row) for row in rows)

    def acknowledged(self, key: str, reference: str = "") -> Fault | None:
        """The platform has it (a help call's ``reference``)."""
        return self._settle(key, reference)

    def refused(self, key: str, fault: Fault) -> Fault | None:
        """The platform will never take it: not sent again, kept with the fault's code."""
        return self._settle(key, fault.code)

    def _settle(self, key: str, answer: str) -> Fault | None:
        return self._write(
            "UPDATE outbox SET settled = ?, answer = ? WHERE key = ? AND settled IS NULL",
            (self._clock(), answer, key),
        )

    # -- faults ----------------------------------------------------------------------------------

    def fault(self, fault: Fault, page: str = "") -> Fault | None:
        """A fault happened, on this page; its detail is cut at 200 characters."""
        detail = fault.detail.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
        return self._write(
            "INSERT INTO faults (code, detail, page, at) VALUES (?, ?, ?, ?)",
            (fault.code, detail[:DETAIL_CHARACTERS], page, self._clock()),
        )

    def last_faults(self, count: int = 20) -> tuple[PastFault, ...]:
        """The last faults, newest first; times in the station's own zone."""
        rows = self._read("SELECT at, code, detail FROM faults ORDER BY id DESC LIMIT ?", (count,))
        if isinstance(rows, Fault):
            return ()
        return tuple(PastFault(_local(at), code, detail) for at, code, detail in rows)

    def device_changed(self, name: str, status: DeviceStatus, fault_code: str = "") -> Fault | None:
        """A device's state changed: for `station diagnose`, which may not touch what runs."""
        return self._write(
            "INSERT INTO devices (name, status, fault, at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET status = excluded.status, fault = excluded.fault,"
            " at = excluded.at",
            (name, status.value, fault_code, self._clock()),
        )

    # -- the maintenance PIN (terminal.staff.pin.PinStore) ------------------------------------

    def pin_tries(self) -> PinTries:
        """The wrong tries so far."""
        rows = self._read("SELECT wrong, at FROM pin")
        return PinTries() if isinstance(rows, Fault) or not rows else PinTries(*rows[0])

    def keep_pin_tries(self, tries: PinTries) -> Fault | None:
        """Keep them over a restart."""
        return self._write(
            "INSERT INTO pin (id, wrong, at) VALUES (1, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET wrong = excluded.wrong, at = excluded.at",
            (tries.wrong, tries.at),
        )

    # -- below -----------------------------------------------------------------------------------

    def _prune(self) -> None:
        """Delete what is old and over; an open job keeps its document, whatever the clock says.

        Nothing is deleted by a clock that is not plausible, and nothing that is younger than
        ``KEEP_S`` beside the newest row: whether a document was printed is known by these rows.
        """
        reading = self.clock.reading()
        if not reading.plausible:
            return
        newest = self._read(NEWEST)
        if isinstance(newest, Fault) or newest[0][0] is None:
            return
        self._pruned_at = self.clock.running()
        before = (min(reading.at, newest[0][0]) - KEEP_S,)
        self._write("DELETE FROM visits WHERE began < ?", before)
        self._write("DELETE FROM jobs WHERE at < ? AND stage = 'closed'", before)
        self._write(
            "DELETE FROM prints WHERE at < ? AND job NOT IN"
            " (SELECT job FROM jobs WHERE stage <> 'closed')",
            before,
        )
        self._write(
            "DELETE FROM documents WHERE at < ? AND key NOT IN (SELECT key FROM prints)", before
        )
        self._write("DELETE FROM outbox WHERE settled < ?", before)
        self._write("DELETE FROM copies WHERE at < ?", before)
        self._write("DELETE FROM reprints WHERE at < ?", before)
        self._write("DELETE FROM openings WHERE at < ?", before)


def _outgoing(
    key: str, kind: str, number: str, outcome: str, pages: int, reason: str, page: str, fault: str
) -> Outgoing:
    if kind == "outcome":
        return OutgoingOutcome(key, number, Outcome(outcome), pages)
    return OutgoingHelp(key, HelpReason(reason), page, fault or None)


def _local(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().isoformat(timespec="seconds")
