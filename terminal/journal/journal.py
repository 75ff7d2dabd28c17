"""The journal: records that must survive a power cut, each written before the act it describes.

Used by the printer (print jobs), the workers (messages for the platform) and maintainers (recent
faults). It holds no personal data: a keyed token stands for the person, and the schema accepts
only opaque ids and short words.
"""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import assert_never

from devices.health import DeviceStatus, Fault
from devices.identity import Identity
from devices.operator import Role
from printing.media import Edition
from printing.outcome import Evidence, Outcome
from printing.printer import JobRecord, JobStage

from .. import faults
from ..platform.wire import HelpReason
from ..session.model import EndReason, PastFault, Reprint, Total, Totals
from .file import fault_of, mark_damaged, newest_row, open_database, set_aside
from .pin_tries import PinTries
from .plausible_time import PlausibleClock, since_boot
from .reprints import Reprints, Reusable
from .schema import DETAIL_CHARACTERS, NEWEST
from .store import Store

KEEP_S = 180 * 86_400.0
"""How long visits, closed jobs and settled messages are kept: half a year. Disputes over a printed
sheet come sooner. At about 100 bytes a row this is a few megabytes in all."""
PRUNE_EVERY_S = 86_400.0
"""A terminal may run for months. It deletes old rows once a day, at the start of a visit."""

_UNUSABLE = (faults.JOURNAL_CORRUPT, faults.JOURNAL_NEWER)
"""A journal with one of these faults is set aside. Any other fault may be temporary."""


class JournalError(OSError):
    """A print job could not be recorded, so it must not be printed. ``fault`` gives the reason."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"journal: {fault.code}")
        self.fault = fault


@dataclass(frozen=True, slots=True)
class IssuedDocument:
    """A document that was requested from the platform. ``key`` is its idempotency key; the same key
    fetches it again. ``number`` is ``None`` if the platform did not answer."""

    key: str
    visit: str
    item: str
    number: str | None


class OutgoingKind(StrEnum):
    """What a message in the outbox is."""

    OUTCOME = "outcome"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class OutgoingOutcome:
    """The print outcome of a document, to be reported to the platform."""

    key: str
    document_number: str
    outcome: Outcome
    pages: int


@dataclass(frozen=True, slots=True)
class OutgoingHelp:
    """A call for staff, to be sent to the platform. ``fault`` is a fault code or ``None``."""

    key: str
    reason: HelpReason
    page: str
    fault: str | None


Outgoing = OutgoingOutcome | OutgoingHelp


class Journal:
    """One SQLite database in its own folder. Every method is thread-safe.

    A writing method returns ``None`` once the row would survive a power cut, or else the fault that
    prevented it. It raises ``ValueError`` if an argument is not an opaque id or a word; that is a
    bug of the caller.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        directory: Path,
        token_key: bytes,
        clock: PlausibleClock,
    ) -> None:
        """Do not call this directly: use ``Journal.open``."""
        self.store = Store(connection, directory)
        self.clock = clock
        """The clock used to write, keep and delete rows."""
        self._reprints = Reprints(self.store, clock.now)
        self._token_key = token_key
        self._pruned_at: float | None = None
        """When old rows were last deleted, in seconds of ``clock.running()``."""
        self.set_aside: Fault | None = None

    @classmethod
    def open(
        cls,
        directory: Path,
        token_key: bytes,
        clock: Callable[[], float] = time.time,
        running: Callable[[], float] = since_boot,
    ) -> Journal | Fault:
        """Open the journal in ``directory``; create the folder (mode 0700) if it is missing.

        A journal that cannot be used (damaged, incomplete, written by a newer version) is renamed
        as a whole to ``….set-aside-N``, and a new one is created. The fault is kept in
        ``set_aside`` and is the first row of the new journal. Return a fault if no journal can be
        opened at all (no space, no permission, held by another program). ``clock`` gives Unix
        seconds; ``running`` gives seconds that do not change when the clock is set.
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

    def close(self) -> None:
        """Close the database. The journal stays complete even if this is never called."""
        self.store.close()

    def health(self) -> Fault | None:
        """Return the fault of the last failed read or write; ``None`` after a successful write."""
        return self.store.health()

    def mark_if_damaged(self) -> bool:
        """Mark the journal as damaged if the last write or read found damage; return whether it
        did.

        The next start then sets the journal aside and creates a new one. A running terminal cannot
        do that.
        """
        fault = self.health()
        if fault is None or not fault.same_as(faults.JOURNAL_CORRUPT):
            return False
        try:
            mark_damaged(self.store.directory)
        except OSError:
            return False  # retried later: without the mark, the next start may miss the damage
        return True

    def platform_time(self, server_time: float) -> None:
        """Use the platform's time (Unix seconds). Record a fault if our clock contradicts it."""
        before = self.clock.reading()
        self.clock.confirm(server_time)
        if before.plausible and not self.clock.reading().plausible:
            self.fault(faults.CLOCK_WRONG.with_detail(self.clock.wrong_by()))

    def token(self, identity: Identity) -> str:
        """Return the keyed token of the person: HMAC-SHA256 in hex.

        It is computed from the ID number, or from the card's own number if the card gives no ID
        number. Raise ``ValueError`` if the card has neither.
        """
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
        """Record that a visit began; ``token`` is ``token(identity)``. The first write is kept."""
        last = self._pruned_at
        if last is None or self.clock.running() - last > PRUNE_EVERY_S:
            self._prune()
        return self.store.write(
            "INSERT INTO visits (visit, token, began) VALUES (?, ?, ?)"
            " ON CONFLICT (visit) DO NOTHING",
            (visit, token, self.clock.now()),
        )

    def visit_ended(self, visit: str, reason: EndReason) -> Fault | None:
        """Record that a visit ended. An unknown or already ended visit is not changed."""
        return self.store.write(
            "UPDATE visits SET ended = ?, reason = ? WHERE visit = ? AND ended IS NULL",
            (self.clock.now(), reason.value, visit),
        )

    # -- print jobs (printing.printer.JobJournal) --------------------------------------------------

    def record(self, job: JobRecord) -> None:
        """Write or replace the job. Raise ``JournalError`` if that fails."""
        fault = self.store.write(
            "INSERT INTO jobs (job, stage, pages, queue, service, cups_job, pages_done, outcome,"
            " evidence, sheets, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (job) DO UPDATE SET stage = excluded.stage, pages = excluded.pages,"
            " queue = excluded.queue, service = excluded.service, cups_job = excluded.cups_job,"
            " pages_done = excluded.pages_done, outcome = excluded.outcome,"
            " evidence = excluded.evidence, sheets = excluded.sheets, at = excluded.at",
            (
                job.job, job.stage.value, job.pages, job.queue, job.service, job.cups_job,
                job.pages_done, job.outcome or "", job.evidence or "", job.sheets, self.clock.now(),
            ),
        )  # fmt: skip
        if fault is not None:
            raise JournalError(fault)

    def open_jobs(self) -> tuple[JobRecord, ...]:
        """Return every job that is not closed, oldest first. May raise ``JournalError``."""
        rows = self.store.read(
            "SELECT job, stage, pages, queue, service, cups_job, pages_done, outcome, evidence,"
            " sheets FROM jobs WHERE stage <> 'closed' ORDER BY id"
        )
        if isinstance(rows, Fault):
            raise JournalError(rows)
        return tuple(_job(*row) for row in rows)

    def knows(self, job: str) -> bool:
        """Whether a job of this name was recorded and is still kept. May raise ``JournalError``."""
        rows = self.store.read("SELECT 1 FROM jobs WHERE job = ?", (job,))
        if isinstance(rows, Fault):
            raise JournalError(rows)
        return bool(rows)

    # -- documents -----------------------------------------------------------------------------

    def issue_asked(
        self, key: str, visit: str, item: str, edition: Edition = Edition.STANDARD
    ) -> Fault | None:
        """Record a request for a document before it is sent. A repeated key changes nothing."""
        return self.store.write(
            "INSERT INTO documents (key, visit, item, edition, at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (key) DO NOTHING",
            (key, visit, item, edition.value, self.clock.now()),
        )

    def issued(self, key: str, document_number: str) -> Fault | None:
        """Record the number under which the platform issued the document."""
        return self.store.write(
            "UPDATE documents SET number = ? WHERE key = ?", (document_number, key)
        )

    def document_of(self, job: str) -> IssuedDocument | None:
        """Return the document that ``job`` prints, also after a restart; or ``None``."""
        rows = self.store.read(
            "SELECT key, visit, item, number FROM documents JOIN prints USING (key)"
            " WHERE prints.job = ?",
            (job,),
        )
        return None if isinstance(rows, Fault) or not rows else IssuedDocument(*rows[0])

    # -- what was given out (.reprints) --------------------------------------------------------

    def reusable(self, visit: str, item: str, edition: Edition) -> Reusable | None:
        """Return the person's last document of this item and edition if it may be printed again.

        ``Reprints.reusable`` has the rule.
        """
        return self._reprints.reusable(visit, item, edition)

    def print_planned(self, job: str, key: str, reprint: Reprint | None = None) -> Fault | None:
        """Record that ``job`` prints the document of ``key``, before the printer gets it."""
        return self._reprints.print_planned(job, key, reprint)

    def copied(self, visit: str, item: str) -> Fault | None:
        """Record that the item was offered to a phone as a copy instead of on paper."""
        return self._reprints.copied(visit, item)

    def totals(self, since: float) -> tuple[Total, ...]:
        """Return what was given out per item since this Unix time, the busiest item first."""
        return self._reprints.totals(since)

    def totals_by_item(self) -> Totals:
        """Return the totals since midnight (the station's own zone) and of the last 30 days."""
        return self._reprints.totals_by_item()

    def opened(self, role: Role, card: str = "") -> Fault | None:
        """Record who opened the maintenance page: the card of this serial, or (empty) the PIN."""
        return self._reprints.opened(role, card)

    # -- the outbox ------------------------------------------------------------------------------

    def outcome_known(
        self, key: str, document_number: str, outcome: Outcome, pages: int, evidence: Evidence
    ) -> Fault | None:
        """Record an outcome before it is reported; ``key`` is the job. The first write is kept."""
        return self.store.write(
            "INSERT INTO outbox (key, kind, number, outcome, pages, evidence, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
            (
                key,
                OutgoingKind.OUTCOME,
                document_number,
                outcome.value,
                pages,
                evidence,
                self.clock.now(),
            ),
        )

    def recover_outcomes(self) -> Fault | None:
        """At start: queue the outcomes of jobs that ended, but were not yet in the outbox when the
        power failed. Calling it again changes nothing."""
        return self.store.write(
            "INSERT INTO outbox (key, kind, number, outcome, pages, evidence, at)"
            " SELECT jobs.job, ?, number, outcome, pages_done, evidence, ?"
            " FROM jobs JOIN prints USING (job) JOIN documents USING (key)"
            " WHERE stage = 'closed' AND outcome <> '' AND number IS NOT NULL"
            " ORDER BY jobs.id ON CONFLICT (key) DO NOTHING",
            (OutgoingKind.OUTCOME, self.clock.now()),
        )

    def help_called(
        self, key: str, reason: HelpReason, page: str, fault_code: str = ""
    ) -> Fault | None:
        """Record a call for staff before it is sent to the platform."""
        return self.store.write(
            "INSERT INTO outbox (key, kind, reason, page, fault, at)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
            (key, OutgoingKind.HELP, reason.value, page, fault_code, self.clock.now()),
        )

    def unsettled(self) -> tuple[Outgoing, ...]:
        """Return the messages to be sent: those not yet answered, oldest first."""
        rows = self.store.read(
            "SELECT key, kind, number, outcome, pages, reason, page, fault FROM outbox"
            " WHERE settled IS NULL ORDER BY id"
        )
        if isinstance(rows, Fault):
            return ()
        return tuple(_outgoing(*row) for row in rows)

    def acknowledged(self, key: str, reference: str = "") -> Fault | None:
        """Record that the platform accepted it; ``reference`` is the number of a call for staff."""
        return self._settle(key, reference)

    def refused(self, key: str, fault: Fault) -> Fault | None:
        """Record that the platform refused it finally. It is kept with the fault's code."""
        return self._settle(key, fault.code)

    def _settle(self, key: str, answer: str) -> Fault | None:
        return self.store.write(
            "UPDATE outbox SET settled = ?, answer = ? WHERE key = ? AND settled IS NULL",
            (self.clock.now(), answer, key),
        )

    # -- faults ----------------------------------------------------------------------------------

    def fault(self, fault: Fault, page: str = "") -> Fault | None:
        """Record a fault that occurred on this page. Its detail is cut at 200 characters."""
        detail = fault.detail.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
        return self.store.write(
            "INSERT INTO faults (code, detail, page, at) VALUES (?, ?, ?, ?)",
            (fault.code, detail[:DETAIL_CHARACTERS], page, self.clock.now()),
        )

    def last_faults(self, count: int = 20) -> tuple[PastFault, ...]:
        """Return the last faults, newest first, with times in the station's own zone."""
        rows = self.store.read(
            "SELECT at, code, detail FROM faults ORDER BY id DESC LIMIT ?", (count,)
        )
        if isinstance(rows, Fault):
            return ()
        return tuple(PastFault(_local(at), code, detail) for at, code, detail in rows)

    def device_changed(self, name: str, status: DeviceStatus, fault_code: str = "") -> Fault | None:
        """Record a device's new state for `station diagnose`, which must not open it."""
        return self.store.write(
            "INSERT INTO devices (name, status, fault, at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET status = excluded.status, fault = excluded.fault,"
            " at = excluded.at",
            (name, status.value, fault_code, self.clock.now()),
        )

    # -- the maintenance PIN (terminal.staff.pin.PinStore) ------------------------------------

    def pin_tries(self) -> PinTries:
        """Return the number of wrong PIN tries so far."""
        rows = self.store.read("SELECT wrong, at FROM pin")
        return PinTries() if isinstance(rows, Fault) or not rows else PinTries(*rows[0])

    def keep_pin_tries(self, tries: PinTries) -> Fault | None:
        """Keep the wrong tries across restarts."""
        return self.store.write(
            "INSERT INTO pin (id, wrong, at) VALUES (1, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET wrong = excluded.wrong, at = excluded.at",
            (tries.wrong, tries.at),
        )

    # -- internal --------------------------------------------------------------------------------

    def _prune(self) -> None:
        """Delete rows older than ``KEEP_S``; always keep open jobs and their documents.

        Nothing is deleted while the clock is implausible. No row within ``KEEP_S`` of the newest
        row is deleted either: these rows are the only record of whether a document was printed.
        """
        reading = self.clock.reading()
        if not reading.plausible:
            return
        newest = self.store.read(NEWEST)
        if isinstance(newest, Fault) or newest[0][0] is None:
            return
        self._pruned_at = self.clock.running()
        before = (min(reading.at, newest[0][0]) - KEEP_S,)
        self.store.write("DELETE FROM visits WHERE began < ?", before)
        self.store.write("DELETE FROM jobs WHERE at < ? AND stage = 'closed'", before)
        self.store.write(
            "DELETE FROM prints WHERE at < ? AND job NOT IN"
            " (SELECT job FROM jobs WHERE stage <> 'closed')",
            before,
        )
        self.store.write(
            "DELETE FROM documents WHERE at < ? AND key NOT IN (SELECT key FROM prints)", before
        )
        self.store.write("DELETE FROM outbox WHERE settled < ?", before)
        self.store.write("DELETE FROM copies WHERE at < ?", before)
        self.store.write("DELETE FROM reprints WHERE at < ?", before)
        self.store.write("DELETE FROM openings WHERE at < ?", before)


def _outgoing(
    key: str, kind: str, number: str, outcome: str, pages: int, reason: str, page: str, fault: str
) -> Outgoing:
    message = OutgoingKind(kind)
    match message:
        case OutgoingKind.OUTCOME:
            return OutgoingOutcome(key, number, Outcome(outcome), pages)
        case OutgoingKind.HELP:
            return OutgoingHelp(key, HelpReason(reason), page, fault or None)
        case _:
            assert_never(message)


def _job(
    job: str, stage: str, pages: int, queue: str, service: str, cups_job: int | None,
    pages_done: int, outcome: str, evidence: str, sheets: int,
) -> JobRecord:  # fmt: skip
    return JobRecord(
        job, JobStage(stage), pages, queue, service, cups_job, pages_done,
        Outcome(outcome) if outcome else None, Evidence(evidence) if evidence else None, sheets,
    )  # fmt: skip


def _local(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().isoformat(timespec="seconds")
