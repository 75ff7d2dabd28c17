"""One reading of one card: it has a time limit, and exactly one outcome is reported.

For every reader. A card, a reader or a library can make a reading last without end. The reader must
report this before the session's own limit (``card_read_s``, 15 s) is reached.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from ..faults import CARD_DAMAGED
from ..health import Fault
from .apdu import ChannelError
from .channel import CardChannel

READ_LIMIT_S = 12.0
"""Seconds from the moment a card is noticed to its outcome. The slowest complete reading takes 3 s
(a resident ID card at 9600 bit/s). The supervisor notices the end of the limit up to a tenth later,
so the outcome is reported within 13.2 s, before the session's own limit of 15 s."""

LOOKS_PER_LIMIT = 10
"""How often a supervisor checks within a time limit. It notices the end at most a tenth too late.
"""


def not_in_time(limit_s: float) -> Fault:
    """Return the fault of a card that was not read within the limit."""
    return CARD_DAMAGED.with_detail(f"not read within {limit_s:g} s")


class Reading:
    """The reading of one card, shared by the thread that reads and the supervisor."""

    def __init__(self, limit_s: float = READ_LIMIT_S, slot: str = "") -> None:
        self.limit_s = limit_s
        self.slot = slot
        """The name of the PC/SC reader that the card is in."""
        self.until = time.monotonic() + limit_s
        """When the reading must have ended (``time.monotonic()`` seconds)."""
        self._lock = threading.Lock()
        self._settled = False

    @property
    def overdue(self) -> bool:
        """Whether the limit has passed."""
        return time.monotonic() >= self.until

    @property
    def fault(self) -> Fault:
        """The fault of a card that was not read in time."""
        return not_in_time(self.limit_s)

    def settle(self, report: Callable[[], None]) -> bool:
        """Report the outcome unless one was reported before; return whether this call did."""
        with self._lock:
            if self._settled:
                return False
            self._settled = True
            report()
            return True


class LimitedChannel:
    """A card's channel that fails when the time limit of the reading has passed.

    It checks the time before and after each command, so that a card that answers every command
    cannot make a reading last for ever. It cannot interrupt a command; if one hangs, the supervisor
    reports it.
    """

    def __init__(self, channel: CardChannel, until: float, limit_s: float) -> None:
        self._channel = channel
        self._until = until
        self._limit_s = limit_s

    @property
    def atr(self) -> bytes:
        """The card's answer to reset (ISO/IEC 7816-3)."""
        return self._channel.atr

    def transceive(self, apdu: bytes) -> tuple[bytes, int]:
        """Send a command to the card.

        :raises ChannelError: the time limit has passed, or the command failed.
        """
        self._check_time()
        answer = self._channel.transceive(apdu)
        self._check_time()
        return answer

    def _check_time(self) -> None:
        if time.monotonic() >= self._until:
            raise ChannelError(not_in_time(self._limit_s))
