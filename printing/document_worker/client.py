"""The terminal's side of the worker process: start it, send it requests, end it, start it again.

One thread owns the process; callers on any thread queue their requests. Every request ends within
its limits, even if the process hangs. A document may take control of the process, so its answers
are trusted only after their type and size were checked. The caller of `DocumentWorker.check`
decides by the report whether to print, and prints its own bytes, which never come from the process.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import signal
import socket
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from devices.health import Device, Fault

from ..faults import CANNOT_BE_SHOWN, CHECKER_DOWN, DOCUMENT_TOO_HEAVY, FAULTS
from ..media import PageSize
from ..seal.verify import Expectation, SealReport, Trust
from . import limits
from . import messages as ms
from .pictures import BYTES_PER_PIXEL, Picture

log = logging.getLogger(__name__)

MAX_RETRY_S = 60.0
"""Longest pause between two attempts to start a process that fails to start or ends again. The
first retry comes at once, the second after one second, and each further one after twice the
time."""
STOP_S = 2.0
"""How long `DocumentWorker.close` waits for the owning thread. It kills the process at once."""
EXIT_WAIT_S = 1.0
"""How long to wait for the exit code of a process that has closed its connection. It is logged."""
READ_BYTES = 1 << 20
"""Largest number of bytes per read."""

_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "HOME", "PYTHONPATH")
"""The environment variables that the process gets: none of systemd's credentials or the display."""
_FAULTS = {fault.code: fault for fault in FAULTS if fault.device is Device.DOCUMENT}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Verified:
    """A document whose seal is valid and whose pages can be drawn; ``pages`` draws them."""

    report: SealReport
    pages: WorkerPages


class DocumentWorker:
    """The worker process, started with ``command``.

    ``on_fault`` is called on the owning thread: with the fault if the process cannot be started,
    and with ``None`` when the process works again.
    """

    def __init__(
        self, command: Sequence[str], *, on_fault: Callable[[Fault | None], None] = lambda _: None
    ) -> None:
        self._command = tuple(command)
        self._on_fault = on_fault
        self._lock = threading.Lock()
        self._tasks: deque[_Task] = deque()
        self._closed = False
        self._process: _Process | None = None
        self._ready = threading.Event()
        self._failures = 0
        """Number of processes in a row that did not start or that ended between requests."""
        self._retry_at = 0.0
        self._fault: Fault | None = None
        self._number = 0
        self._document = 0
        self._thread: threading.Thread | None = None
        self._wake_in: socket.socket
        self._wake_out: socket.socket

    # -- for callers, on any thread --------------------------------------------------------

    def start(self) -> None:
        """Start the process and return at once; safe to call again."""
        with self._lock:
            if not self._closed:
                self._ensure_thread()

    def wait_until_ready(self, timeout_s: float = limits.START_S) -> bool:
        """Wait until the process has loaded everything. Return whether it has."""
        self.start()
        return self._ready.wait(timeout_s)

    def check(
        self,
        pdf: bytes,
        *,
        anchors: Sequence[bytes],
        at: datetime,
        expect: Expectation | None = None,
        first_page_follows: bool = False,
    ) -> Verified | Fault:
        """Verify the seal of ``pdf`` (`printing.seal.verify`) and draw each page once.

        With ``first_page_follows`` the first page is not drawn. The caller then requests its
        picture next and must not offer printing before it has come. Drawing it twice takes 6 ms.

        Faults in addition to those of ``verify``: ``CANNOT_BE_SHOWN``, ``DOCUMENT_TOO_HEAVY``,
        ``CHECKER_DOWN``. Blocks until earlier requests and this one are done, each within
        `limits.REQUEST_S`, plus `limits.START_S` if the process must be started. Close the
        ``pages`` of the result when the visit ends.
        """
        with self._lock:
            self._document += 1
            pages = WorkerPages(self, self._document, pdf)
        expected = None
        if expect is not None:
            expected = ms.Expected(
                expect.document_type, expect.name, expect.id_number, expect.verification_code
            )
        found: Future[SealReport | Fault] = Future()
        draw_from = 1 if first_page_follows else 0
        self._enqueue(_Check(found.set_result, pages, tuple(anchors), at, expected, draw_from))
        report = found.result()
        if isinstance(report, Fault):
            pages.close()
            return report
        return Verified(report, pages)

    def pss_bytes(self) -> int | None:
        """Return the proportional set size of the process; ``None`` if it cannot be measured."""
        found: Future[int | Fault] = Future()
        self._enqueue(_Measure(found.set_result))
        measured = found.result()
        return None if isinstance(measured, Fault) else measured

    @property
    def pid(self) -> int | None:
        """The process's id; ``None`` while there is no process."""
        process = self._process
        return None if process is None else process.pid

    def close(self) -> None:
        """End the process and the thread at once. Waiting requests end with ``CHECKER_DOWN``."""
        with self._lock:
            self._closed = True
            process, thread = self._process, self._thread
        if process is not None:
            process.kill()
        if thread is None:
            return
        self._wake()
        thread.join(STOP_S)
        if not thread.is_alive():
            self._wake_in.close()
            self._wake_out.close()

    def render(
        self, pages: WorkerPages, page: int, width_px: int, height_px: int,
        then: Callable[[Picture | Fault], None],
    ) -> None:  # fmt: skip
        """Request a picture of a page. Only for `WorkerPages`."""
        self._enqueue(_Render(then, pages, page, width_px, height_px))

    def forget(self, document: int) -> None:
        """Forget a document; its waiting requests end with a fault. Only for `WorkerPages`."""
        with self._lock:
            gone = [t for t in self._tasks if isinstance(t, _Render) and t.pages.id == document]
            for task in gone:
                self._tasks.remove(task)
        for task in gone:
            task.done(CANNOT_BE_SHOWN.with_detail("closed"))
        self._enqueue(_Close(lambda _: None, document), starts=False)

    def _enqueue(self, task: _Task, *, starts: bool = True) -> None:
        """Queue a task. If ``starts`` is false and the thread does not run, refuse the task."""
        with self._lock:
            accepted = not self._closed and (starts or self._thread is not None)
            if accepted:
                # Under the same lock, because the thread answers all queued tasks when it ends.
                self._ensure_thread()
                self._tasks.append(task)
        if accepted:
            self._wake()
        else:
            task.done(CHECKER_DOWN.with_detail("closed"))

    def _ensure_thread(self) -> None:
        """Start the owning thread if it does not run yet. The caller must hold the lock."""
        if self._thread is None:
            self._wake_in, self._wake_out = socket.socketpair()
            self._wake_in.setblocking(False)
            self._wake_out.setblocking(False)
            self._thread = threading.Thread(target=self._run, name="documents", daemon=True)
            self._thread.start()

    def _wake(self) -> None:
        with contextlib.suppress(OSError):  # full: the thread wakes anyway; closed: it has ended
            self._wake_in.send(b"\0")

    # -- the owning thread -------------------------------------------------------------------

    def _run(self) -> None:
        try:
            while True:
                self._ensure_process()
                task = self._next()
                if task is None:
                    break
                self._carry_out(task)
                del task  # frees the document before the next task comes
        finally:
            with self._lock:
                self._closed = True
                tasks, self._tasks = list(self._tasks), deque()
            for task in tasks:
                self._answer(task, CHECKER_DOWN.with_detail("closed"))
            if self._process is not None:
                self._process.end()

    def _next(self) -> _Task | None:
        """Wait for a task; ``None`` once closed. In the meantime, watch the process."""
        while True:
            with self._lock:
                if self._closed:
                    return None
                if self._tasks:
                    return self._tasks.popleft()
                process = self._process
            watched: list[socket.socket] = [self._wake_out]
            timeout: float | None = None
            if process is None:
                timeout = max(0.0, self._retry_at - time.monotonic())
            else:
                watched.append(process.stream)
            readable, _, _ = select.select(watched, (), (), timeout)
            if self._wake_out in readable:
                with contextlib.suppress(BlockingIOError):
                    self._wake_out.recv(4096)
            if process is not None and process.has_unexpected_input():
                self._lost(process, "while idle")
            if self._process is None:
                self._ensure_process()

    def _ensure_process(self) -> Fault | None:
        """Start a process if there is none. Return the fault if none can be started now."""
        while self._process is None:
            if self._closed or time.monotonic() < self._retry_at:
                return self._fault or CHECKER_DOWN
            process = self._start_process()
            if process is not None:
                self._ready.set()
        return None

    def _start_process(self) -> _Process | None:
        """Start a process and wait until it is ready.

        If that fails, set the time of the next attempt and return ``None``.
        """
        try:
            process = _Process(self._command)
        except OSError as error:
            self._failed(f"{type(error).__name__} {error.errno}")
            return None
        with self._lock:
            self._process = process
            if self._closed:
                process.kill()
        try:
            answer, _ = process.receive(0, time.monotonic() + limits.START_S)
            if not isinstance(answer, ms.Ready):
                raise _LostError("it did not report that it is ready")
        except _LostError as error:
            self._lost(process, f"{error} while starting")
            return None
        return process

    def _lost(self, process: _Process, why: str) -> None:
        """End a process that failed between requests, and note the failure."""
        how = process.end()
        self._drop(process)
        if not self._closed:
            self._failed(f"{why}: {how}")

    def _drop(self, process: _Process) -> None:
        with self._lock:
            if self._process is process:
                self._process = None
        self._ready.clear()

    def _failed(self, why: str) -> None:
        wait_s = min(2.0 ** (self._failures - 1), MAX_RETRY_S) if self._failures else 0.0
        self._failures += 1
        self._retry_at = time.monotonic() + wait_s
        fault = CHECKER_DOWN.with_detail(why)
        log.error("%s: the document process is lost, %s", fault.code, why)
        if wait_s and self._fault is None:
            self._fault = fault
            self._report_fault(fault)

    def _served(self) -> None:
        """Note that a request was answered, so the process works."""
        self._failures = 0
        if self._fault is not None:
            self._fault = None
            self._report_fault(None)

    def _report_fault(self, fault: Fault | None) -> None:
        try:
            self._on_fault(fault)
        except Exception as error:  # a bug of the caller; the thread continues
            log.error("documents: %s in on_fault", type(error).__name__)

    def _carry_out(self, task: _Task) -> None:
        try:
            answer = self._answer_to(task)
        except Exception as error:  # a bug here; the thread continues
            log.error("documents: %s in a request", type(error).__name__)
            answer = DOCUMENT_TOO_HEAVY.with_detail(type(error).__name__)
            if self._process is not None:
                self._lost(self._process, "after a bug")
        self._answer(task, answer)

    def _answer(self, task: _Task, answer: object) -> None:
        try:
            task.done(answer)
        except Exception as error:  # a bug of the caller
            log.error("documents: %s in the handler of an answer", type(error).__name__)

    def _answer_to(self, task: _Task) -> object:
        if isinstance(task, _Close):
            if self._process is None or task.document not in self._process.documents:
                return None  # the process that held it has ended
        elif isinstance(task, _Render) and task.pages.pdf is None:
            return CANNOT_BE_SHOWN.with_detail("closed")
        if self._process is not None:
            if self._process.has_unexpected_input():
                self._lost(self._process, "while idle")
            elif self._process.near_its_limits():
                self._process.end()
                self._drop(self._process)
        if isinstance(task, _Close) and self._process is None:
            return None
        fault = self._ensure_process()
        if fault is not None:
            return fault
        process = self._process
        assert process is not None
        try:
            answer = self._request(process, task)
        except _LostError as error:
            how = process.end()
            self._drop(process)
            if self._closed:
                return CHECKER_DOWN.with_detail("closed")
            log.error("%s: %s, %s", DOCUMENT_TOO_HEAVY.code, error, how)
            return DOCUMENT_TOO_HEAVY.with_detail(f"{error}, {how}")
        self._served()
        return answer

    def _request(self, process: _Process, task: _Task) -> object:
        """Send the task's request and return the checked answer, or the fault in it."""
        match task:
            case _Check():
                pdf = task.pages.pdf
                assert pdf is not None
                request = ms.Check(
                    self._next_number(), task.pages.id, task.anchors, task.at, task.expect,
                    task.draw_from,
                )  # fmt: skip
                answer, _ = process.ask(request, pdf)
                if isinstance(answer, ms.Checked):
                    process.note_document(task.pages.id)
                    return _report(answer, task.pages)
                return _refusal(answer)
            case _Render():
                if task.pages.id not in process.documents:
                    fault = self._load_again(process, task.pages)
                    if fault is not None:
                        return fault
                size = (task.width, task.height)
                drawing = ms.Render(self._next_number(), task.pages.id, task.page, *size)
                expected = task.width * task.height * BYTES_PER_PIXEL
                answer, body = process.ask(drawing, most_body=expected)
                if isinstance(answer, ms.Drawn):
                    if (answer.width, answer.height) != size or len(body) != expected:
                        raise _LostError("it sent another picture than requested")
                    return Picture(*size, body)
                return _refusal(answer)
            case _Close():
                process.documents.remove(task.document)
                answer, _ = process.ask(ms.Close(self._next_number(), task.document))
                return None if isinstance(answer, ms.Done) else _refusal(answer)
            case _Measure():
                answer, _ = process.ask(ms.Measure(self._next_number()))
                return answer.pss if isinstance(answer, ms.Measured) else _refusal(answer)
        raise AssertionError(type(task).__name__)

    def _load_again(self, process: _Process, pages: WorkerPages) -> Fault | None:
        """Send a new process a document that an earlier process has verified."""
        pdf = pages.pdf
        if pdf is None:
            return CANNOT_BE_SHOWN.with_detail("closed")
        answer, _ = process.ask(ms.Load(self._next_number(), pages.id), pdf)
        if isinstance(answer, ms.Done):
            process.note_document(pages.id)
            return None
        return _refusal(answer)

    def _next_number(self) -> int:
        self._number += 1
        return self._number


class WorkerPages:
    """The pages of one document (`printing.document_worker.pictures.Pages`), drawn by the worker
    process.

    Keeps the PDF in memory until it is closed, to send it to a new process.
    """

    def __init__(self, worker: DocumentWorker, number: int, pdf: bytes) -> None:
        self.id = number
        self.pdf: bytes | None = pdf
        self._worker = worker
        self.sizes: tuple[tuple[float, float], ...] = ()

    def __repr__(self) -> str:
        return f"<WorkerPages {self.id}>"

    def ask(
        self, page: int, width_px: int, height_px: int, then: Callable[[Picture | Fault], None]
    ) -> None:
        """Request a picture of a page. ``then`` is called with it on the owning thread.

        This takes at most `limits.REQUEST_S` once earlier requests are done. If a new process must
        be started, it takes up to `limits.START_S` more, and another `limits.REQUEST_S` to send it
        the document.

        Faults: ``CANNOT_BE_SHOWN``, ``DOCUMENT_TOO_HEAVY``, ``CHECKER_DOWN``.
        """
        if self.pdf is None or not 0 <= page < len(self.sizes):
            then(CANNOT_BE_SHOWN.with_detail("closed" if self.pdf is None else "no such page"))
            return
        sides = (width_px, height_px)
        if not all(1 <= side <= ms.MAX_SIDE_PX for side in sides) or (
            width_px * height_px > ms.MAX_PIXELS
        ):
            then(CANNOT_BE_SHOWN.with_detail(f"a picture of {width_px} x {height_px} pixels"))
            return
        self._worker.render(self, page, width_px, height_px, then)

    def close(self) -> None:
        """Forget the document, here and in the process. Returns at once."""
        if self.pdf is not None:
            self.pdf = None
            self._worker.forget(self.id)


# -- the queued tasks ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """A request. ``done`` is called once with its answer or a fault."""

    done: Callable[..., None]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Check(_Task):
    pages: WorkerPages
    anchors: tuple[bytes, ...]
    at: datetime
    expect: ms.Expected | None
    draw_from: int


@dataclass(frozen=True, slots=True, eq=False)
class _Render(_Task):
    pages: WorkerPages
    page: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, eq=False)
class _Close(_Task):
    document: int


@dataclass(frozen=True, slots=True, eq=False)
class _Measure(_Task):
    pass


# -- the process -----------------------------------------------------------------------------


class _LostError(Exception):
    """The process ended, took too long, or broke the protocol. Send it no further request."""


@dataclass(eq=False)
class _Process:
    """One process and the connection to it. Only ``kill`` may be called from another thread."""

    command: tuple[str, ...]
    stream: socket.socket = field(init=False)
    documents: list[int] = field(init=False, default_factory=list)
    """The documents that the process keeps, oldest first."""
    _hung_up: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self.stream, theirs = socket.socketpair()
        home = str(Path(__file__).resolve().parents[2])
        kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        path = os.pathsep.join(filter(None, (home, kept.get("PYTHONPATH"))))
        try:
            self._child = subprocess.Popen(
                [*self.command, "--parent", str(os.getpid()), "--socket", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                env={**kept, "PYTHONPATH": path},
                start_new_session=True,
                cwd="/",
            )
        except OSError:
            self.stream.close()
            raise
        finally:
            theirs.close()
        self.stream.setblocking(False)

    @property
    def pid(self) -> int:
        return self._child.pid

    def has_unexpected_input(self) -> bool:
        """Whether the process has ended, or has sent data without a request."""
        if not select.select((self.stream,), (), (), 0)[0]:
            return False
        with contextlib.suppress(OSError):
            self._hung_up = self.stream.recv(1, socket.MSG_PEEK) == b""
        return True

    def near_its_limits(self) -> bool:
        """Whether too little of its CPU time or memory is left for another request."""
        with contextlib.suppress(OSError):
            return (
                limits.cpu_seconds(self.pid) + limits.REQUEST_CPU_S >= limits.LIFE_CPU_S
                or limits.private_bytes(self.pid) > limits.IDLE_BYTES
            )
        return False

    def note_document(self, document: int) -> None:
        """Note that the process keeps this document; it has dropped the oldest above the limit."""
        self.documents.append(document)
        del self.documents[: -ms.MAX_DOCUMENTS]

    def ask(
        self, request: ms.Request, body: bytes = b"", *, most_body: int = 0
    ) -> tuple[ms.Answer, bytes]:
        """Send a request and receive its answer, with at most ``most_body`` bytes of body.

        :raises _LostError: no valid answer came within the limits.
        """
        until = time.monotonic() + limits.REQUEST_S
        try:
            limits.allow_request(self.pid)
        except (OSError, ValueError) as error:
            raise _LostError("its CPU time limit could not be set") from error
        self._send(ms.head_of(request, len(body)), until)
        self._send(body, until)
        return self.receive(request.number, until, most_body)

    def receive(self, number: int, until: float, most_body: int = 0) -> tuple[ms.Answer, bytes]:
        """Receive the answer to request ``number``.

        :raises _LostError: another answer came, or none within the limits.
        """
        message_bytes, body_bytes = ms.HEAD.unpack(self._read(ms.HEAD.size, until))
        if message_bytes > ms.MAX_MESSAGE_BYTES or body_bytes > most_body:
            raise _LostError("its answer is too large")
        text = self._read(message_bytes, until)
        try:
            answer = ms.answer_from(text)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise _LostError("its answer is not valid") from None
        body = self._read(body_bytes, until)
        if answer.number != number:
            raise _LostError("it answered another request")
        return answer, body

    def kill(self) -> None:
        """Kill the process. It has nothing to save."""
        self._child.kill()

    def end(self) -> str:
        """End the process if it still runs, and reap it. Return how it ended."""
        self.stream.close()
        if self._hung_up:
            # The process is about to end by itself: wait for its exit code.
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(EXIT_WAIT_S)
        own = self._child.poll()
        if own is None:
            self._child.kill()
            self._child.wait()
            return "killed by the terminal"
        if own < 0:
            return f"ended by {signal.Signals(-own).name}"
        return f"ended with exit code {own}"

    def _send(self, data: bytes, until: float) -> None:
        view = memoryview(data)
        while view:
            self._wait((), (self.stream,), until)
            try:
                view = view[self.stream.send(view) :]
            except BlockingIOError:
                continue
            except OSError:
                self._hung_up = True
                raise _LostError("it ended") from None

    def _read(self, count: int, until: float) -> bytes:
        whole = bytearray(count)
        view = memoryview(whole)
        while view:
            self._wait((self.stream,), (), until)
            try:
                got = self.stream.recv_into(view, min(len(view), READ_BYTES))
            except BlockingIOError:
                continue
            except OSError:
                self._hung_up = True
                raise _LostError("it ended") from None
            if got == 0:
                self._hung_up = True
                raise _LostError("it ended")
            view = view[got:]
        return bytes(whole)

    def _wait(
        self, read: tuple[socket.socket, ...], write: tuple[socket.socket, ...], until: float
    ) -> None:
        left = until - time.monotonic()
        if left <= 0 or not any(select.select(read, write, (), left)):
            raise _LostError("it took too long")


def _report(answer: ms.Checked, pages: WorkerPages) -> SealReport:
    """Return the report in a valid answer.

    :raises _LostError: its values are impossible.
    """
    if answer.trust not in tuple(Trust) or len(answer.pages) != len(answer.shown):
        raise _LostError("its answer is not valid")
    pages.sizes = tuple((size.width, size.height) for size in answer.shown)
    return SealReport(
        Trust(answer.trust),
        answer.signer,
        answer.signed_at,
        tuple(PageSize(size.width, size.height) for size in answer.pages),
        answer.document_type,
        answer.verification_code,
    )


def _refusal(answer: ms.Answer) -> Fault:
    """Return the fault in a valid answer.

    :raises _LostError: the answer is not a fault.
    """
    match answer:
        case ms.Refused(code=code, detail=detail) if code in _FAULTS:
            return _FAULTS[code].with_detail(detail if detail.isprintable() else "")
        case ms.Failed(error=error):
            kind = error if error.isidentifier() else "a bug"
            return DOCUMENT_TOO_HEAVY.with_detail(f"{kind} in the document process")
    raise _LostError("its answer does not fit the request")
