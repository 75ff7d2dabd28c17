"""Requests to one cupsd queue: create, send, release, cancel and list jobs.

Used by the CUPS printer, which calls it from its own thread through futures: libcups blocks, and a
blocked call cannot be cancelled. cupsd's page counts and printer states are not used, because they
were measured to be wrong. Documents go from memory to cupsd, never to a named file.
"""

from __future__ import annotations

import os
import pwd
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from queue import SimpleQueue
from typing import Any, TypeVar

from ..ipp.client import IPP_PORT, JobState, speaks_ipp
from ..job import Sides
from .verdict import QueueJob

LOCAL_SERVER = "/run/cups/cups.sock"
"""The socket of this machine's cupsd on Debian. The configuration key ``printers.server`` names
another one."""
MAX_STUCK_CALLS = 3
"""Threads that may hang in libcups. After that many, the queue refuses every call, and the terminal
must be restarted between two visits."""

_JOB_ATTRIBUTES = ["job-id", "job-name", "job-state", "time-at-processing", "job-printer-uri"]
_PRINTER_ATTRIBUTES = [
    "printer-state",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "printer-error-policy",
    "device-uri",
]
KEEPS_DOCUMENTS = "queue-keeps-documents"
"""The queue keeps a document until the device has finished, so cupsd prints it again after a
crash."""
RETRIES = "queue-retries-jobs"
"""The queue's error policy keeps a resident's document and prints it later."""
_NOT_POSSIBLE, _NOT_FOUND, _GONE = 0x0404, 0x0406, 0x0407
_TOO_LARGE = frozenset({0x0408, 0x0409})
"""libcups reports HTTP 413 by these. cupsd sends it when it cannot store a request."""
_UNAVAILABLE = frozenset({0x0500, 0x0502, 0x0504, 0x0505, 0x0507})
"""Server errors (RFC 8011 appendix B). libcups also reports a refused connection by them."""


class Problem(StrEnum):
    """Why a request to the queue failed."""

    DOWN = "down"
    """cupsd does not answer (it may be restarting)."""
    MISSING = "missing"
    """cupsd does not know the queue or the job."""
    TOO_LATE = "too_late"
    """The job's state does not allow the request, or no longer."""
    FULL = "full"
    """cupsd's spool is full."""
    REFUSED = "refused"
    """cupsd answered with another error."""
    STUCK = "stuck"
    """The call into libcups did not return in time."""


@dataclass(frozen=True, slots=True)
class QueueFailure:
    """A failed request. ``detail`` is for maintainers: an IPP status, never a text of the job."""

    problem: Problem
    detail: str = ""


@dataclass(frozen=True, slots=True)
class QueueState:
    """The queue's state as cupsd reports it. For a one-way device there is no other state."""

    state: int
    reasons: tuple[str, ...]
    accepting: bool
    cautions: tuple[str, ...] = ()
    """Settings that can print a document again (docs/printing.md), for maintainers."""


def user_name() -> str:
    """Return the name of this process's user, which submits the jobs; empty if it has none."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return ""


Answer = TypeVar("Answer")
_Work = tuple[Callable[[Any], Any], "Future[Any]"]


class CupsWorker:
    """One thread with one connection to cupsd. A call that hangs is abandoned with its thread.

    ``call`` returns a future. Its result is the function's result or a ``QueueFailure``, never an
    exception of libcups.
    """

    def __init__(self, server: str | None = None) -> None:
        self._server = server
        self._lock = threading.Lock()
        self._work: SimpleQueue[_Work | None] | None = None
        self._pending: list[Future[Any]] = []
        self._stuck = 0

    @property
    def exhausted(self) -> bool:
        """Whether every call is refused until the terminal is restarted."""
        return self._stuck >= MAX_STUCK_CALLS

    def call(self, function: Callable[[Any], Answer]) -> Future[Answer | QueueFailure]:
        """Run ``function(connection)`` on the thread after the earlier calls."""
        future: Future[Answer | QueueFailure] = Future()
        with self._lock:
            if self._stuck >= MAX_STUCK_CALLS:
                future.set_result(QueueFailure(Problem.STUCK, "too many calls never returned"))
                return future
            if self._work is None:
                self._work = SimpleQueue()
                threading.Thread(
                    target=self._run, args=(self._work,), name="cups", daemon=True
                ).start()
            self._pending.append(future)
            self._work.put((function, future))
        return future

    def abandon(self, future: Future[Any]) -> None:
        """Fail this call, which did not return in time, and all queued ones with ``STUCK``.

        Its thread is abandoned; the next call starts another one.
        """
        with self._lock:
            if future not in self._pending or self._work is None:
                return
            left, self._pending = self._pending, []
            self._work.put(None)
            self._work = None
            self._stuck += 1
        for each in left:
            each.set_result(QueueFailure(Problem.STUCK, "no answer in time"))

    def close(self) -> None:
        """End the thread after its current call."""
        with self._lock:
            if self._work is not None:
                self._work.put(None)
                self._work = None

    def _run(self, work: SimpleQueue[_Work | None]) -> None:
        import cups  # loaded on this thread only

        connection: Any = None
        while (item := work.get()) is not None:
            function, future = item
            if future.done():
                continue  # abandoned while it was queued
            try:
                if connection is None:
                    connection = self._connect(cups)
                answer = function(connection)
            except cups.IPPError as error:
                connection = None
                answer = QueueFailure(_problem(error.args[0]), f"IPP {error.args[0]:#06x}")
            except cups.HTTPError as error:
                connection = None
                answer = QueueFailure(Problem.DOWN, f"HTTP {error.args[0]}")
            except (RuntimeError, OSError) as error:
                connection = None
                answer = QueueFailure(Problem.DOWN, type(error).__name__)
            except Exception as error:  # the thread's outermost handler
                connection = None
                answer = QueueFailure(Problem.REFUSED, type(error).__name__)
            with self._lock:
                wanted = future in self._pending
                if wanted:
                    self._pending.remove(future)
            if wanted:
                future.set_result(answer)

    def _connect(self, cups: Any) -> Any:
        """Connect to the configured cupsd, or to this machine's own.

        Sets server, encryption and user explicitly. Otherwise libcups takes them, in each thread,
        from the environment (CUPS_SERVER, CUPS_USER, CUPS_ENCRYPTION) or a client.conf.
        """
        server = self._server or LOCAL_SERVER
        if server.startswith("/"):
            host, port, encryption = server, IPP_PORT, cups.HTTP_ENCRYPT_NEVER
        else:
            # libcups does not accept the brackets around an IPv6 address.
            if server.startswith("["):
                host, _, number = server[1:].partition("]")
            else:
                host, _, number = server.partition(":")
            port = int(number.removeprefix(":") or IPP_PORT)
            encryption = cups.HTTP_ENCRYPT_IF_REQUESTED
        cups.setServer(host)
        cups.setPort(port)
        cups.setEncryption(encryption)
        user = user_name()
        if user:
            cups.setUser(user)
        return cups.Connection(host=host, port=port, encryption=encryption)


def _problem(status: int) -> Problem:
    if status in (_NOT_FOUND, _GONE):
        return Problem.MISSING
    if status == _NOT_POSSIBLE:
        return Problem.TOO_LATE
    if status in _TOO_LARGE:
        return Problem.FULL
    return Problem.DOWN if status in _UNAVAILABLE else Problem.REFUSED


class CupsQueue:
    """The requests to one queue. Each returns at once, with a future of its answer."""

    def __init__(
        self,
        queue: str,
        *,
        server: str | None = None,
        media: str = "iso_a4_210x297mm",
    ) -> None:
        self.name = queue
        self.worker = CupsWorker(server)
        self._options = {
            "job-hold-until": "indefinite",
            "media": media,
            # Without media and print-scaling, a plain "everywhere" queue scaled A4 to US Letter.
            "print-scaling": "none",
            # Without this, cupsd's filters count the pages instead of the device.
            "page-logging": "off",
            "job-sheets": "none",
            "copies": "1",
        }

    def create(
        self, job: str, sides: Sides = Sides.ONE, media: str | None = None
    ) -> Future[int | QueueFailure]:
        """Create a held job named ``job``, without a document; the result is its id in cupsd.

        ``media`` is given if the paper is not the queue's. libcups reports a missing queue like a
        broken service; ``state`` distinguishes the two.
        """
        options = {**self._options, "sides": sides.value}
        if media is not None:
            options["media"] = media
        return self.worker.call(lambda cups: int(cups.createJob(self.name, job, options)))

    def send(self, cups_job: int, job: str, document: bytes) -> Future[QueueFailure | None]:
        """Send the whole PDF from memory into the held job (Send-Document)."""

        def send(cups: Any) -> None:
            cups.startDocument(self.name, cups_job, job, "application/pdf", 1)
            cups.writeRequestData(document, len(document))
            cups.finishDocument(self.name)

        return self.worker.call(send)

    def release(self, cups_job: int) -> Future[QueueFailure | None]:
        """Release the held job. From now on pages may come out."""
        return self.worker.call(lambda cups: cups.setJobHoldUntil(cups_job, "no-hold"))

    def cancel(self, cups_job: int) -> Future[QueueFailure | None]:
        """Cancel the job. ``TOO_LATE`` and ``MISSING`` mean that there is nothing to cancel."""
        return self.worker.call(lambda cups: cups.cancelJob(cups_job))

    def find(self, job: str) -> Future[tuple[QueueJob, ...] | QueueFailure]:
        """List every job of this name, ended ones included, oldest first.

        Searches all queues of this cupsd, because an earlier run may have used another queue.
        """
        return self._list("all", job)

    def open_jobs(self) -> Future[tuple[QueueJob, ...] | QueueFailure]:
        """List every job of this queue and user that is not over, oldest first."""
        return self._list("not-completed", None)

    def state(self) -> Future[QueueState | QueueFailure]:
        """Ask for the queue's own state; ``MISSING`` if cupsd does not know the queue."""

        def state(cups: Any) -> QueueState:
            attributes = cups.getPrinterAttributes(
                self.name, requested_attributes=_PRINTER_ATTRIBUTES
            )
            reasons = attributes.get("printer-state-reasons", [])
            words = tuple([reasons] if isinstance(reasons, str) else reasons)
            accepting = bool(attributes.get("printer-is-accepting-jobs", False))
            state = int(attributes["printer-state"])
            return QueueState(state, words, accepting, _cautions(attributes))

        return self.worker.call(state)

    def _list(self, which: str, name: str | None) -> Future[tuple[QueueJob, ...] | QueueFailure]:
        def jobs(cups: Any) -> tuple[QueueJob, ...]:
            # cupsd hides the names of jobs, except from a request that asks for its own user's
            # jobs.
            found: Mapping[int, Mapping[str, Any]] = cups.getJobs(
                which_jobs=which, my_jobs=True, requested_attributes=_JOB_ATTRIBUTES
            )
            ours = [
                _queue_job(job_id, attributes)
                for job_id, attributes in found.items()
                if name is not None
                or str(attributes.get("job-printer-uri", "")).rpartition("/")[2] == self.name
            ]
            return tuple(
                sorted(
                    (each for each in ours if name in (None, each.name)), key=lambda each: each.id
                )
            )

        return self.worker.call(jobs)


def _cautions(attributes: Mapping[str, Any]) -> tuple[str, ...]:
    uri = str(attributes.get("device-uri", ""))
    keeps = speaks_ipp(uri) and "waitjob=false" not in uri.partition("?")[2].split("&")
    retries = attributes.get("printer-error-policy", "abort-job") != "abort-job"
    return (*((KEEPS_DOCUMENTS,) if keeps else ()), *((RETRIES,) if retries else ()))


def _queue_job(job_id: int, attributes: Mapping[str, Any]) -> QueueJob:
    return QueueJob(
        id=job_id,
        name=str(attributes.get("job-name", "")),
        state=JobState(attributes["job-state"]),
        started=isinstance(attributes.get("time-at-processing"), int),
    )
