"""``SamvSerialReader``: reads resident ID cards through a SAM_V module on a serial port.

For stations with a desk reader or a built-in module. One thread owns the port. It keeps working if
the module is silent, slow, at another rate, or removed and attached again. A second thread checks
the time: a call that hangs in the driver cannot be ended, but it can be reported.
"""

from __future__ import annotations

import errno
import hashlib
import os
import threading
import time
from collections.abc import Callable
from datetime import date

from ...cards.fields.dates import local_today
from ...cards.fields.record import in_force
from ...cards.profiles.resident_id import parse_text
from ...cards.reading import LOOKS_PER_LIMIT, Reading
from ...faults import (
    ACCESS_DENIED,
    CARD_PULLED,
    NO_READER,
    READER_BUSY,
    READER_FAILED,
    READER_STUCK,
    READER_UNPLUGGED,
)
from ...health import DeviceStatus, Fault
from ...identity import Identity
from ..protocol import (
    CardFailed,
    CardPresented,
    CardRead,
    CardRemoved,
    ReaderChanged,
    ReaderStatus,
    Sink,
)
from ..trace import Trace
from .frame import Command, Frame, Sw3, sam_id
from .link import NoAnswer, PortGoneError, SamvLink
from .payload import parse_payload, status_fault
from .timing import Timing

_READ_TRIES = 3
"""How often one card is read. The line may damage an answer, and a badly placed card may need
another try."""
_MISSES = 3
"""Unanswered commands in a row after which the module is considered gone."""


class _HungCallReturnedError(Exception):
    """A call on the port returned after it was reported as hung: open the port again."""


class SamvSerialReader:
    """A SAM_V module at ``port`` ("/dev/ttyUSB0"), found at ``baud`` or another rate.

    After a read the module answers "no card" even if the card is still present. So the reader
    cannot see a removal and reports no ``CardRemoved``; when the module finds a card again, that
    counts as a new presentation. With ``probe`` the reader asks for the appended address
    (``30 03``), which some modules answer while the card is present; it then reports the removal.
    """

    def __init__(
        self,
        name: str,
        port: str,
        baud: int = 115200,
        *,
        today: Callable[[], date] = local_today,
        probe: bool = False,
        timing: Timing | None = None,
        trace: Trace | None = None,
    ) -> None:
        self._name = name
        self._port = port
        self._baud = baud
        self._today = today
        self._probe = probe
        self._timing = timing or Timing()
        self._trace = trace
        self._status = ReaderStatus(DeviceStatus.UNKNOWN)
        self._stopping = threading.Event()
        self._threads: tuple[threading.Thread, ...] = ()
        self._sink: Sink = _nowhere
        self._answered = False
        self._clock = threading.Lock()
        """Guards ``_beat_at`` and ``_stuck``. The supervisor reports a hung port while it holds the
        lock, so that the report comes before any event of the port's thread."""
        self._beat_at = 0.0
        self._stuck = False
        self._reading: Reading | None = None
        """The reading of a card that was reported as presented and has no outcome yet."""
        self._token_key = os.urandom(32)
        self._last: bytes | None = None

    @property
    def name(self) -> str:
        """The reader's name in configuration and in events."""
        return self._name

    def status(self) -> ReaderStatus:
        """Return the last known state. While online, ``detail`` is the module's number."""
        return self._status

    def start(self, sink: Sink) -> None:
        """Begin to watch. ``sink`` gets the events on threads of the reader."""
        if self._threads:
            raise RuntimeError("the reader is already running")
        self._stopping = threading.Event()
        self._sink = sink
        self._beat_at, self._stuck, self._reading = time.monotonic(), False, None
        self._threads = (
            threading.Thread(target=self._supervise, name=f"{self._name}-supervisor", daemon=True),
            threading.Thread(target=self._run, name=self._name, daemon=True),
        )
        for thread in self._threads:
            thread.start()

    def stop(self, timeout_s: float = 2.0) -> None:
        """Stop watching and close the port; wait ``timeout_s`` at most."""
        threads, self._threads = self._threads, ()
        self._stopping.set()
        until = time.monotonic() + timeout_s
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _supervise(self) -> None:
        """Report a card that is not read in time, and a call on the port that does not return."""
        limit, stopping = self._timing.stuck, self._stopping
        look_s = min(limit, self._timing.reading) / LOOKS_PER_LIMIT
        while not stopping.wait(look_s):
            reading = self._reading
            if reading is not None and reading.overdue:
                self._card_failed(reading, reading.fault)
            with self._clock:
                if not self._stuck and time.monotonic() - self._beat_at >= limit:
                    self._stuck = True
                    fault = READER_STUCK.with_detail(f"{self._port}: a call has not returned")
                    self._fail(DeviceStatus.HARDWARE_ERROR, fault)

    def _beat(self) -> None:
        """Record that the port's thread is running.

        :raises _HungCallReturnedError: the supervisor has reported the thread as hung.
        """
        with self._clock:
            self._beat_at = time.monotonic()
            was_stuck, self._stuck = self._stuck, False
        if was_stuck:
            raise _HungCallReturnedError

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._serve_port()
            except PortGoneError as gone:
                self._port_gone(gone)
            except _HungCallReturnedError:
                continue
            except Exception as error:
                # Catch everything, so that the thread lives on. Only the type's name: a message
                # might quote card data.
                fault = READER_FAILED.with_detail(type(error).__name__)
                self._fail(DeviceStatus.HARDWARE_ERROR, fault)
            self._stopping.wait(self._timing.retry)

    def _serve_port(self) -> None:
        self._reading = None
        self._beat()
        link = SamvLink(
            self._port, self._baud, self._timing, self._stopping, self._trace, self._beat
        )
        try:
            self._beat()
            self._serve(link)
        finally:
            link.close()

    def _port_gone(self, gone: PortGoneError) -> None:
        if gone.errno == errno.EACCES:
            self._fail(DeviceStatus.OFFLINE, ACCESS_DENIED.with_detail(self._port))
        elif gone.errno in (errno.EBUSY, errno.EAGAIN):
            self._fail(DeviceStatus.BUSY, READER_BUSY.with_detail(self._port))
        else:
            self._absent(f"{self._port}: errno {gone.errno}")

    def _absent(self, detail: str) -> None:
        fault = READER_UNPLUGGED if self._answered else NO_READER
        self._fail(DeviceStatus.NO_DEVICE, fault.with_detail(detail))

    def _serve(self, link: SamvLink) -> None:
        """On an open port, find the module and look for cards; repeat when it stops answering."""
        while not self._stopping.is_set():
            if not link.find_rate(self._baud):
                self._absent(f"{self._port}: no answer at any rate")
            elif self._is_well(link):
                self._watch(link)
            self._stopping.wait(self._timing.retry)

    def _is_well(self, link: SamvLink) -> bool:
        """Whether the module passes its self-test; reset it once if it does not."""
        answer = link.ask(Command.STATUS)
        if isinstance(answer, Frame) and answer.sw3 != Sw3.OK:
            link.ask(Command.RESET)
            answer = link.ask(Command.STATUS)
        if not isinstance(answer, Frame):
            self._absent(f"{self._port}: answered at {link.rate}, then stopped")
            return False
        self._answered = True
        if answer.sw3 != Sw3.OK:
            fault = READER_FAILED.with_detail(answer.status)
            self._set_status(DeviceStatus.HARDWARE_ERROR, fault)
            return False
        number = link.ask(Command.SAM_ID)
        detail = (sam_id(number.data) or "") if isinstance(number, Frame) else ""
        self._set_status(DeviceStatus.ONLINE, None, detail)
        return True

    def _watch(self, link: SamvLink) -> None:
        """Search for a card repeatedly, until the module stops answering or reports an error."""
        misses = 0
        self._last = None
        while not self._stopping.is_set() and misses < _MISSES:
            answer = link.ask(Command.FIND)
            noticed = time.monotonic()
            if isinstance(answer, NoAnswer):
                misses += 1
                continue
            misses = 0
            if answer.sw3 == Sw3.CARD_FOUND:
                self._card_found(link, noticed)
            elif answer.sw3 == Sw3.NO_CARD:
                self._last = None
            elif answer.sw3 in (Sw3.SELF_TEST_FAILED, Sw3.NOT_AUTHORISED):
                return
            self._stopping.wait(self._timing.find)

    def _card_found(self, link: SamvLink, noticed: float) -> None:
        """Read the card and report it. A card that the module keeps finding is reported once."""
        busy_before = link.busy_s
        repeated = self._last is not None
        if not repeated:
            self._sink(CardPresented(self._name, noticed))
        reading = Reading(self._timing.reading)
        self._reading = None if repeated else reading
        result = self._read(link, reading)
        self._reading = None
        token = self._token(result)
        if token == self._last or self._stopping.is_set():
            if isinstance(result, Identity):
                result.wipe()
            return
        self._last = token
        if repeated:
            self._sink(CardPresented(self._name, noticed))
        if isinstance(result, Fault):
            self._card_failed(reading, result)
            return
        card = link.busy_s - busy_before
        own = time.monotonic() - noticed - card
        read = CardRead(self._name, result, self._probe, card * 1000, own * 1000)
        if not reading.settle(lambda: self._sink(read)):
            result.wipe()
        elif self._probe:
            self._wait_for_removal(link)

    def _read(self, link: SamvLink, reading: Reading) -> Identity | Fault:
        """Select the card and read it, within the time limit of ``reading``."""
        result = self._select_and_read(link, reading.until)
        if isinstance(result, Fault) and reading.overdue:
            return reading.fault
        return result

    def _select_and_read(self, link: SamvLink, until: float) -> Identity | Fault:
        selected = link.ask(Command.SELECT, until=until)
        if isinstance(selected, NoAnswer):
            return _no_answer_fault(selected)
        fault = status_fault(selected)
        tries = 0
        while fault is None:
            answer = link.ask(Command.READ_TEXT_PHOTO, until=until)
            tries += 1
            if isinstance(answer, Frame):
                fault = status_fault(answer)
                if fault is None:
                    return self._parse(answer.data)
                late = tries >= _READ_TRIES or time.monotonic() >= until
                if answer.sw3 != Sw3.CHECKSUM_ERROR or late:
                    return fault
                fault = None
            elif tries >= _READ_TRIES or self._stopping.is_set() or time.monotonic() >= until:
                return _no_answer_fault(answer)
        return fault

    def _parse(self, data: bytes) -> Identity | Fault:
        payload = parse_payload(data)
        if isinstance(payload, Fault):
            return payload
        return in_force(parse_text(payload.text, payload.photo), self._today())

    def _wait_for_removal(self, link: SamvLink) -> None:
        """Ask for the appended address until the module's answer shows that the card is gone.

        While the card is present, the module returns the address or answers that there is none.
        If it stops answering, no removal is reported, because none was seen.
        """
        misses = 0
        while not self._stopping.wait(self._timing.find) and misses < _MISSES:
            answer = link.ask(Command.READ_APPENDED_ADDRESS)
            if isinstance(answer, NoAnswer):
                misses += 1
            elif answer.sw3 in (Sw3.OK, Sw3.ITEM_ABSENT):
                misses = 0
            else:
                self._last = None
                self._sink(CardRemoved(self._name))
                return

    def _token(self, result: Identity | Fault) -> bytes:
        """Return a keyed hash of the ID number or the fault code, to compare two readings.

        It cannot be traced back to the person: the key exists in this object only.
        """
        text = result.code if isinstance(result, Fault) else result.record.id_number or ""
        return hashlib.blake2b(text.encode(), key=self._token_key).digest()

    def _fail(self, status: DeviceStatus, fault: Fault) -> None:
        """Report that the reader is not ready. Before that, report the card that was being read as
        failed, so that the page for a failed card appears instead of the welcome page."""
        reading, self._reading = self._reading, None
        if reading is not None:
            self._card_failed(reading, fault)
        self._set_status(status, fault)

    def _card_failed(self, reading: Reading, fault: Fault) -> None:
        reading.settle(lambda: self._sink(CardFailed(self._name, fault, presence_known=False)))

    def _set_status(self, status: DeviceStatus, fault: Fault | None, detail: str = "") -> None:
        after = ReaderStatus(status, fault, fault.detail if fault else detail)
        before, self._status = self._status, after
        if (before.status, before.fault) != (after.status, after.fault):
            self._sink(ReaderChanged(self._name, after))


def _no_answer_fault(why: NoAnswer) -> Fault:
    """Return the fault for a module that stops answering while it reads a card.

    Either the card or the module is gone; the next command shows which. Until then, only
    presenting the card again can help, so the fault is ``CARD_PULLED``.
    """
    return CARD_PULLED.with_detail(f"module: {why.value}")


def _nowhere(_event: object) -> None:
    """Discard an event: the sink before ``start``."""
