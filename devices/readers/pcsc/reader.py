"""``PcscReader``: the reader that the terminal uses, and the supervision of its threads.

A process cannot cancel a blocked PC/SC call. So a second thread, the supervisor, checks the time.
It reports a card that is not read within the time limit. If a call does not return, the
supervisor abandons its thread, reports that the reader is stuck, and starts a new thread.
``MAX_ABANDONED`` limits how often it does this.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from ...cards.fields.dates import local_today
from ...cards.profiles import Profile
from ...cards.reading import LOOKS_PER_LIMIT, Reading
from ...cards.registry import PROFILES
from ...faults import READER_STUCK
from ...health import DeviceStatus, Fault
from ..protocol import CardFailed, ReaderChanged, ReaderEvent, ReaderStatus, Sink
from ..trace import Trace
from .library import Library, Winscard
from .timing import Timing
from .watch import AbandonedError, Memory, Watch

MAX_ABANDONED = 3
"""Abandoned threads that have not ended, per reader. Each holds a stack and a context, of which the
service has about two hundred. After the third, the terminal must be restarted between visits."""


@dataclass(frozen=True, slots=True)
class _Call:
    """A library call that has not returned yet."""

    name: str
    since: float
    allowance: float
    """Seconds that the call may take beyond the limit because waiting is its purpose."""


class _Guarded:
    """The library of one thread. It records when a call began.

    After ``abandon`` each call raises ``AbandonedError`` when it returns. The first call loads
    the library, because loading can hang too (a disk that does not answer).
    """

    def __init__(self, load: Callable[[], Library]) -> None:
        self._load = load
        self._loaded: Library | None = None
        self._lock = threading.Lock()
        self._call: _Call | None = None
        self._abandoned = False

    def overdue(self, limit: float) -> _Call | None:
        """Return the running call if it has taken longer than ``limit`` seconds."""
        call = self._call
        if call is None or time.monotonic() - call.since < limit + call.allowance:
            return None
        return call

    def abandon(self, call: _Call | None = None) -> bool:
        """Abandon the thread, unless ``call`` returned in the meantime; return whether it was
        abandoned."""
        with self._lock:
            if call is not None and self._call is not call:
                return False
            self._abandoned = True
            return True

    @property
    def abandoned(self) -> bool:
        """Whether the thread was abandoned."""
        return self._abandoned

    @property
    def _library(self) -> Library:
        if self._loaded is None:
            with self._guard("load"):
                self._loaded = self._load()
        return self._loaded

    def establish(self) -> tuple[int, int]:
        library = self._library
        code, context = 0, 0
        try:
            with self._guard("establish"):
                code, context = library.establish()
        except AbandonedError:
            library.release(context)
            raise
        return code, context

    def release(self, context: int) -> int:
        with self._guard("release"):
            return self._library.release(context)

    def readers(self, context: int) -> tuple[int, list[str]]:
        with self._guard("list"):
            return self._library.readers(context)

    def wait(
        self, context: int, timeout_ms: int, known: Sequence[tuple[str, int]]
    ) -> tuple[int, list[tuple[str, int, bytes]]]:
        with self._guard("wait", timeout_ms / 1000):
            return self._library.wait(context, timeout_ms, known)

    def connect(self, context: int, reader: str) -> tuple[int, int, int]:
        with self._guard("connect"):
            return self._library.connect(context, reader)

    def transmit(self, handle: int, protocol: int, apdu: bytes) -> tuple[int, bytes]:
        with self._guard("transmit"):
            return self._library.transmit(handle, protocol, apdu)

    def disconnect(self, handle: int) -> int:
        with self._guard("disconnect"):
            return self._library.disconnect(handle)

    @contextmanager
    def _guard(self, name: str, allowance: float = 0.0) -> Iterator[None]:
        self._call = _Call(name, time.monotonic(), allowance)
        try:
            yield
        finally:
            with self._lock:
                self._call = None
            if self._abandoned:
                raise AbandonedError


@dataclass(frozen=True, slots=True)
class _Worker:
    """A thread, the watch that it runs, and its guarded library."""

    thread: threading.Thread
    watch: Watch
    guarded: _Guarded


class PcscReader:
    """All PC/SC readers whose name contains ``match`` (``None``: every one), as one reader.

    A card in any of them is read. While it is present, cards in the others are ignored. Two cards
    that appear at the same time are the fault ``TWO_CARDS``.

    ``today`` returns the station's civil date. ``profiles`` are tried in order. ``trace`` receives
    every exchange, without personal data. ``library`` loads the PC/SC library; each thread of the
    reader calls it once.
    """

    def __init__(
        self,
        name: str = "pcsc",
        match: str | None = None,
        *,
        today: Callable[[], date] = local_today,
        timing: Timing | None = None,
        profiles: Sequence[Profile] = PROFILES,
        trace: Trace | None = None,
        library: Callable[[], Library] = Winscard,
    ) -> None:
        self._name = name
        self._match = match
        self._today = today
        self._timing = timing or Timing()
        self._profiles = profiles
        self._trace = trace
        self._make_library = library
        self._memory = Memory()
        self._held: set[str] = set()
        self._abandoned: list[_Worker] = []
        self._stopping = threading.Event()
        self._supervisor: threading.Thread | None = None

    @property
    def name(self) -> str:
        """The reader's name in configuration and in events."""
        return self._name

    @property
    def needs_restart(self) -> bool:
        """Whether so many calls hang that the reader works again only after a restart."""
        return len(self._abandoned) >= MAX_ABANDONED

    def status(self) -> ReaderStatus:
        """Return the last known state; never blocks."""
        return self._memory.status

    def start(self, sink: Sink) -> None:
        """Begin to watch. ``sink`` gets one event at a time, on threads of the reader."""
        if self._supervisor is not None:
            raise RuntimeError("the reader is already running")
        self._stopping = threading.Event()
        self._memory = Memory()
        self._supervisor = threading.Thread(
            target=self._supervise,
            args=(sink, self._stopping),
            name=f"{self._name}-supervisor",
            daemon=True,
        )
        self._supervisor.start()

    def stop(self, timeout_s: float = 2.0) -> None:
        """Stop watching and release the service, within ``timeout_s``. A thread whose call hangs
        is abandoned."""
        supervisor, self._supervisor = self._supervisor, None
        if supervisor is None:
            return
        self._stopping.set()
        supervisor.join(timeout_s)

    def _supervise(self, sink: Sink, stopping: threading.Event) -> None:
        limit = self._timing.stuck
        look_s = min(limit, self._timing.reading) / LOOKS_PER_LIMIT
        worker: _Worker | None = self._new_worker(sink, stopping)
        while not stopping.wait(look_s):
            self._forget_returned()
            if worker is not None:
                self._end_overdue(worker.watch.reading, sink)
                call = worker.guarded.overdue(limit)
                if call is not None and worker.guarded.abandon(call):
                    self._abandon(worker, call, sink)
                    worker = None
            if worker is None and not self.needs_restart:
                worker = self._new_worker(sink, stopping)
        if worker is not None:
            worker.thread.join(self._timing.join)
            worker.guarded.abandon()

    def _end_overdue(self, reading: Reading | None, sink: Sink) -> None:
        """Report a card that was not read in time, even if a call to it is still running."""
        if reading is not None and reading.overdue:
            reading.settle(lambda: sink(CardFailed(self._name, reading.fault)))

    def _new_worker(self, sink: Sink, stopping: threading.Event) -> _Worker:
        guarded = _Guarded(self._make_library)

        def emit(event: ReaderEvent) -> None:
            if not guarded.abandoned:
                sink(event)

        watch = Watch(
            self._name,
            self._match,
            library=guarded,
            emit=emit,
            memory=self._memory,
            held=self._held,
            stopping=stopping,
            today=self._today,
            timing=self._timing,
            profiles=self._profiles,
            trace=self._trace,
        )
        thread = threading.Thread(target=watch.run, name=self._name, daemon=True)
        thread.start()
        return _Worker(thread, watch, guarded)

    def _abandon(self, worker: _Worker, call: _Call, sink: Sink) -> None:
        """Report that the reader is stuck; the next thread must not touch the card's slot."""
        self._abandoned.append(worker)
        detail = f"{call.name} has not returned"
        if self.needs_restart:
            detail += f"; {MAX_ABANDONED} threads abandoned, restart the terminal"
        fault: Fault = READER_STUCK.with_detail(detail)
        self._memory.status = ReaderStatus(DeviceStatus.HARDWARE_ERROR, fault, detail)
        reading = worker.watch.reading
        if reading is not None:
            # Report the failed card first, so that its page appears instead of the welcome page.
            self._held.add(reading.slot)
            reading.settle(lambda: sink(CardFailed(self._name, fault)))
        sink(ReaderChanged(self._name, self._memory.status))

    def _forget_returned(self) -> None:
        """Forget abandoned threads that have ended. Cards in their slots may be read again."""
        for worker in [w for w in self._abandoned if not w.thread.is_alive()]:
            self._abandoned.remove(worker)
            if worker.watch.reading is not None:
                self._held.discard(worker.watch.reading.slot)
