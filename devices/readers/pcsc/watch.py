"""The loop that waits for readers and cards, reads a card that is presented, and reports events.

For ``PcscReader``, which runs it on a thread and supervises it. After any code but success and
time-out, the loop ignores the answer, releases its context and establishes a new one. Every card
that appears is read from the start; a connection is never used again for a card that replaced it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from ...cards.profiles import Profile
from ...cards.reading import Reading
from ...cards.registry import read_card
from ...faults import (
    CARD_PULLED,
    NO_READER,
    READER_FAILED,
    READER_NO_DRIVER,
    READER_STUCK,
    READER_UNPLUGGED,
    TWO_CARDS,
)
from ...health import DeviceStatus, Fault
from ...identity import Identity
from ...operator import OperatorCard
from ..protocol import (
    CardFailed,
    CardPresented,
    CardRead,
    CardRemoved,
    OperatorCardRead,
    ReaderChanged,
    ReaderEvent,
    ReaderStatus,
)
from ..trace import Trace, TracedChannel
from ..usb import smart_card_devices
from .channel import PcscChannel, Stopwatch
from .library import PNP_NOTIFICATION, Code, Library, State, card_fault, service_fault
from .timing import Timing

MAX_REAPPEARANCES = 3
"""Number of times that a card is read again in a row, if contact is lost during each read but no
removal is reported. After that the card or the antenna is considered faulty, and the card must be
removed before the next read."""


class AbandonedError(Exception):
    """The supervisor abandoned this thread during a call: it must end and report nothing."""


@dataclass(slots=True)
class Slot:
    """The last known state of one PC/SC reader."""

    state: int = 0
    atr: bytes = b""

    @property
    def present(self) -> bool:
        """Whether a card is present."""
        return bool(self.state & State.PRESENT)

    @property
    def insertions(self) -> int:
        """The service's count of insertions and removals. It also changes if a card was removed
        and inserted between two waits."""
        return self.state >> 16


@dataclass(slots=True)
class Memory:
    """State that is kept when a context is released or a thread is abandoned."""

    status: ReaderStatus = field(default_factory=lambda: ReaderStatus(DeviceStatus.UNKNOWN))
    reader_seen: bool = False
    removal_due: bool = False
    """A card was reported, and its removal has not been reported yet."""
    operator: OperatorCard | None = None
    """The operator card that was reported and has not been seen to be removed."""


class Watch:
    """The loop of one thread. ``held`` names the readers in which a card made a call hang: they
    are not used until that card is removed."""

    def __init__(
        self,
        name: str,
        match: str | None,
        *,
        library: Library,
        emit: Callable[[ReaderEvent], None],
        memory: Memory,
        held: set[str],
        stopping: threading.Event,
        today: Callable[[], date],
        timing: Timing,
        profiles: Sequence[Profile],
        trace: Trace | None,
    ) -> None:
        self._name = name
        self._match = match
        self._library = library
        self._emit = emit
        self._memory = memory
        self._held = held
        self._stopping = stopping
        self._today = today
        self._timing = timing
        self._profiles = profiles
        self._trace = trace
        self._slots: dict[str, Slot] = {}
        self._active: dict[str, int] = {}
        self._pulled_at: float | None = None
        self._reappearances = 0
        self._refusals = 0
        self.reading: Reading | None = None
        """The reading that is in progress, for the supervisor."""

    def run(self) -> None:
        """Until ``stopping`` is set, establish a context, watch with it and release it."""
        while not self._stopping.is_set():
            try:
                self._run_context()
            except AbandonedError:
                return
            except Exception as error:
                # Catch everything, so that a defect here or in pyscard becomes a fault and the
                # thread lives on. Only the type's name: a message might quote card data.
                self.reading = None
                fault = READER_FAILED.with_detail(type(error).__name__)
                self._set_status(DeviceStatus.HARDWARE_ERROR, fault)
            self._stopping.wait(self._timing.retry)

    def _run_context(self) -> None:
        code, context = self._library.establish()
        if code != Code.OK:
            # A daemon that ends at this moment looks like one that refuses the connection. Report
            # a refusal only if the next attempt is refused too.
            self._refusals = self._refusals + 1 if code == Code.SECURITY_VIOLATION else 0
            if self._refusals != 1:
                self._set_status(DeviceStatus.OFFLINE, service_fault(code, connected=False))
            return
        self._refusals = 0
        self._slots, self._active = {}, {}
        try:
            code = self._watch(context)
        finally:
            self._library.release(context)
        if code != Code.OK:
            self._set_status(DeviceStatus.OFFLINE, service_fault(code, connected=True))

    def _watch(self, context: int) -> int:
        """Watch until ``stopping`` is set (returns ``OK``) or a call returns another code."""
        since = time.monotonic()
        while not self._stopping.is_set():
            code, names = self._library.readers(context)
            if code not in (Code.OK, Code.NO_READERS):
                return code
            self._see_readers(names, time.monotonic() - since)
            known = [(name, slot.state) for name, slot in self._slots.items()]
            pnp = (PNP_NOTIFICATION, len(names) << 16)
            code, states = self._library.wait(context, self._timing.slice_ms, [*known, pnp])
            noticed = time.monotonic()
            if code not in (Code.OK, Code.TIMEOUT):
                return code
            if code == Code.OK:
                self._update_slots(states)
            reappeared = self._reappeared(noticed)
            if code == Code.OK or reappeared:
                self._see_cards(context, noticed, reappeared)
        return Code.OK

    def _see_readers(self, names: list[str], age: float) -> None:
        """Update the list of readers. ``age`` is the age of this context in seconds."""
        ours = [name for name in names if self._match is None or self._match in name]
        self._slots = {name: self._slots.get(name, Slot()) for name in ours}
        self._active = {name: n for name, n in self._active.items() if name in self._slots}
        if ours:
            self._memory.reader_seen = True
            if not self._held:
                self._set_status(DeviceStatus.ONLINE, None)
            elif not READER_STUCK.same_as(self._memory.status.fault):
                # The reader or the service was restarted while a card still hangs.
                self._set_status(DeviceStatus.HARDWARE_ERROR, READER_STUCK)
        elif age >= self._timing.grace:
            self._set_status(DeviceStatus.NO_DEVICE, self._absence())

    def _update_slots(self, states: list[tuple[str, int, bytes]]) -> None:
        for name, state, atr in states:
            if state & (State.UNKNOWN | State.UNAVAILABLE):
                # The reader itself is gone: that does not prove that its card was removed.
                self._slots.pop(name, None)
                self._active.pop(name, None)
            elif name in self._slots:
                # ``.value``: inverting the IntFlag itself would clear the upper sixteen bits.
                self._slots[name] = Slot(state & ~State.CHANGED.value, atr)

    def _absence(self) -> Fault:
        """Return why there is no reader."""
        if self._memory.reader_seen:
            return READER_UNPLUGGED
        devices = smart_card_devices()
        if devices:
            return READER_NO_DRIVER.with_detail(", ".join(devices))
        return NO_READER

    def _reappeared(self, now: float) -> bool:
        """Whether a card whose reading broke off is still present, without a reported removal."""
        if self._pulled_at is None or now - self._pulled_at < self._timing.reappear:
            return False
        self._pulled_at = None
        self._reappearances += 1
        return bool(self._active) and self._reappearances <= MAX_REAPPEARANCES

    def _see_cards(self, context: int, noticed: float, reappeared: bool = False) -> None:
        """Report a removed card, then read the card that is present now."""
        released = [name for name in list(self._held) if not self._present(name)]
        self._held.difference_update(released)
        if released and self._slots and not self._held:
            self._set_status(DeviceStatus.ONLINE, None)
        present = [name for name in self._slots if self._present(name)]
        left = bool(self._slots and not present) or any(
            not self._present(name) or self._slots[name].insertions != insertions
            for name, insertions in self._active.items()
        )
        if left:
            self._reappearances = 0
            self._memory.operator = None
        if left or reappeared:
            self._active, self._pulled_at = {}, None
            self._report_removal()
        ready = [name for name in present if name not in self._held]
        if self._active or not ready:
            return
        self._active = {name: self._slots[name].insertions for name in ready}
        self._memory.removal_due = True
        self._emit(CardPresented(self._name, noticed))
        if len(ready) > 1:
            self._emit(CardFailed(self._name, TWO_CARDS))
            return
        self.reading = Reading(self._timing.reading, ready[0])
        self._read(context, self.reading, noticed)
        self.reading = None

    def _read(self, context: int, reading: Reading, noticed: float) -> None:
        """Connect, let the profiles read the card, report the outcome and disconnect.

        If the reading took too long, the supervisor has already reported that; the result is then
        wiped and not reported.
        """
        name = reading.slot
        card_time = Stopwatch()
        code, handle, protocol = self._connect(context, reading, card_time)
        if code != Code.OK:
            fault = reading.fault if reading.overdue else card_fault(code)
            reading.settle(lambda: self._emit(CardFailed(self._name, fault)))
            return
        channel = PcscChannel(self._library, handle, protocol, self._slots[name].atr, card_time)
        traced = channel if self._trace is None else TracedChannel(channel, self._trace)
        result = read_card(traced, self._today(), self._profiles, reading)
        own = time.monotonic() - noticed - card_time.seconds
        if reading.settle(lambda: self._report(result, card_time.seconds, own)):
            pulled = isinstance(result, Fault) and result.same_as(CARD_PULLED)
            self._pulled_at = time.monotonic() if pulled else None
        elif isinstance(result, Identity):
            result.wipe()
        # The code is ignored: the next wait shows whether the card was removed.
        self._library.disconnect(handle)

    def _report(self, result: Identity | OperatorCard | Fault, card_s: float, own_s: float) -> None:
        """Report the outcome of a reading; ``card_s`` and ``own_s`` are in seconds."""
        if isinstance(result, Identity):
            self._emit(CardRead(self._name, result, True, card_s * 1000, own_s * 1000))
        elif isinstance(result, OperatorCard):
            again, self._memory.operator = result == self._memory.operator, result
            self._emit(OperatorCardRead(self._name, result, True, again))
        else:
            self._emit(CardFailed(self._name, result))

    def _connect(
        self, context: int, reading: Reading, card_time: Stopwatch
    ) -> tuple[int, int, int]:
        """Connect to the card. Retry for a while if another program uses the card or it does not
        respond yet."""
        patience = {
            int(Code.SHARING_VIOLATION): self._timing.busy,
            int(Code.UNRESPONSIVE_CARD): self._timing.settle,
            int(Code.UNPOWERED_CARD): self._timing.settle,
        }
        started = time.monotonic()
        with card_time:
            while True:
                answer = self._library.connect(context, reading.slot)
                waited = time.monotonic() - started
                if waited >= patience.get(answer[0], 0.0) or reading.overdue:
                    return answer
                if self._stopping.wait(self._timing.connect_retry):
                    return answer

    def _present(self, name: str) -> bool:
        slot = self._slots.get(name)
        return slot is not None and slot.present

    def _report_removal(self) -> None:
        if self._memory.removal_due:
            self._memory.removal_due = False
            self._emit(CardRemoved(self._name))

    def _set_status(self, status: DeviceStatus, fault: Fault | None) -> None:
        before = self._memory.status
        after = ReaderStatus(status, fault, fault.detail if fault else "")
        self._memory.status = after
        if (before.status, before.fault) != (after.status, after.fault):
            self._emit(ReaderChanged(self._name, after))
