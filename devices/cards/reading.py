"""One reading of one card: its time limit, and that it ends with one outcome.

For every reader. A card, a reader or a library can make a reading last without end. The failure
must be reported before the session's own limit (``card_read_s``, 15 s) ends.
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
"""Seconds from the moment a card is noticed to its outcome. The slowest whole read takes 3 s (a
resident ID card at 9600 bit/s). The supervisor notices up to a tenth later, so that a reading ends
within 13.2 s and the session, which gives up after 15 s, hears the reader's own reason."""

LOOKS_PER_LIMIT = 10
"""How often a supervisor looks while something may last: it notices at most a tenth too late."""


def not_in_time(limit_s: float) -> Fault:
    """The fault of a card that was not read within the limit."""
    return CARD_DAMAGED.with_detail(f"not read within {limit_s:g} s")


class Reading:
    """A card that is being read. The thread that reads and the supervisor share it."""

    def __init__(self, limit_s: float = READ_LIMIT_S, slot: str = "") -> None:
        self.limit_s = limit_s
        self.slot = slot
        """The PC/SC reader that holds the card."""
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
    """A card's channel that ends with a fault once the time of the reading is over.

    It looks before and after each command, so a card that answers each one in time cannot make a
    reading last for ever. It cannot interrupt a command: a supervisor reports that one.
    """

    def __init__(self, channel: CardChannel, until: float, limit_s: float) -> None:
        self._channel = channel
        self._until = until
        self._limit_s = limit_s

    @property
    def atr(self) -> bytes:
        """The answer to reset."""
        return self._channel.atr

    def transceive(self, apdu: bytes) -> tuple[bytes, int]:
        """Pass a command on; ``ChannelError`` once the time is over."""
        self._look()
        answer = self._channel.transceive(apdu)
        self._look()
        return answer

    def _look(self) -> None:
        if time.monotonic() >= self._until:
            raise ChannelError(not_in_time(self._limit_s))
