"""The maintenance PIN: hashed for the configuration, checked with a lock that survives a power cut.

Used by the maintenance page and by the command that makes the hash. A PIN is never stored, logged
or compared in variable time. A try is counted before it is checked, so that switching the power off
after a wrong try does not help.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import math
import secrets
import threading
from dataclasses import dataclass
from typing import Protocol

from ..journal.pin_tries import PinTries
from ..journal.plausible_time import PlausibleClock

SCRYPT_LOG2_N, SCRYPT_R, SCRYPT_P = 14, 8, 5
"""16 MB and about 0.2 s on the station: the strength that OWASP recommends, with the least memory
for a kiosk. A short PIN cannot resist an offline search at any cost, so the hash is in a file of
mode 0640."""
_MAX_MEMORY_BYTES = 64 * 1024 * 1024
"""Limit for scrypt, which takes 128 · N · r bytes and a little more (RFC 7914): enough for
log2(N) = 15 and r = 8 (32 MB), too little for 16 (64 MB and a little more). The terminal cannot
spare more."""
_SALT_BYTES, _HASH_BYTES = 16, 32

HASH_PATTERN = r"^scrypt\$(1[0-5])\$(8)\$([1-5])\$([A-Za-z0-9_-]{22})\$([A-Za-z0-9_-]{43})\Z"
"""``scrypt$log2(N)$r$p$salt$hash``; salt (16 B) and hash (32 B) in base64url without padding.
It allows only what fits into ``_MAX_MEMORY_BYTES`` and at most twice the work of the hash that
`station pin` makes, so that a maintainer does not wait too long."""

MIN_DIGITS, MAX_DIGITS = 6, 12
"""With six digits and the lock below, trying half of all PINs takes half a century."""

FREE_TRIES = 5
"""Wrong tries before the first lock: enough for typing errors on a touch screen."""
FIRST_LOCK_S = 60
"""Lock after the fifth wrong try. Short, as it may be the maintainer; it doubles with each more."""
LONGEST_LOCK_S = 3600
"""Upper limit of the lock: after vandalism a maintainer waits an hour at most."""


@dataclass(frozen=True, slots=True)
class PinResult:
    """Whether the PIN was right; if not, the seconds until the next try counts (0: at once)."""

    ok: bool
    locked_s: int


class PinStore(Protocol):
    """Keeps the wrong tries across restarts (the journal)."""

    def pin_tries(self) -> PinTries:
        """Return the stored tries; none if they cannot be read."""
        ...

    def keep_pin_tries(self, tries: PinTries) -> object:
        """Store the tries, durably if possible."""
        ...


def weakness(pin: str) -> str | None:
    """Return why ``pin`` cannot be a maintenance PIN (English); ``None`` if it can."""
    if not (pin.isascii() and pin.isdigit() and MIN_DIGITS <= len(pin) <= MAX_DIGITS):
        return f"a PIN has {MIN_DIGITS} to {MAX_DIGITS} digits"
    steps = {(int(b) - int(a)) % 10 for a, b in itertools.pairwise(pin)}
    if len(steps) == 1 and steps <= {0, 1, 9}:
        return "a PIN is not one digit repeated, nor digits in a row"
    return None


def hash_pin(pin: str) -> str:
    """Return the salted hash for ``maintenance.pin_hash``; ``ValueError`` for a weak PIN."""
    weak = weakness(pin)
    if weak is not None:
        raise ValueError(weak)
    salt = secrets.token_bytes(_SALT_BYTES)
    made = _scrypt(pin, salt, SCRYPT_LOG2_N, SCRYPT_R, SCRYPT_P)
    cost = f"{SCRYPT_LOG2_N}${SCRYPT_R}${SCRYPT_P}"
    return f"scrypt${cost}${_encoded(salt)}${_encoded(made)}"


def _scrypt(pin: str, salt: bytes, log2_n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(
        pin.encode(), salt=salt, n=1 << log2_n, r=r, p=p, maxmem=_MAX_MEMORY_BYTES,
        dklen=_HASH_BYTES,
    )  # fmt: skip


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _matches(pin: str, pin_hash: str) -> bool:
    _, log2_n, r, p, salt, wanted = pin_hash.split("$")
    made = _scrypt(pin, _decoded(salt), int(log2_n), int(r), int(p))
    return hmac.compare_digest(made, _decoded(wanted))


def lock_after(wrong: int) -> int:
    """Return the seconds of lock after this many wrong tries in a row."""
    if wrong < FREE_TRIES:
        return 0
    # Limit the shift, so that the number cannot grow without bound.
    return min(FIRST_LOCK_S << min(wrong - FREE_TRIES, 16), LONGEST_LOCK_S)


class PinKeeper:
    """Checks the PIN; thread-safe. Call ``check`` on a worker: it takes about 0.2 s of CPU time."""

    def __init__(self, pin_hash: str, store: PinStore, clock: PlausibleClock | None = None) -> None:
        """``clock`` is the journal's: only its wall time advances while the power is off."""
        self._hash = pin_hash
        self._store = store
        self._clock = clock or PlausibleClock()
        self._lock = threading.Lock()
        self._memory = PinTries()
        self._locked_until = 0.0
        """In seconds of ``clock.running()``, so that setting the clock does not end a lock."""

    def check(self, pin: str) -> PinResult:
        """Check the PIN once. While locked, it is not compared and the try is not counted."""
        with self._lock:
            wrong = self._wrong()
            left = self._left()
            if left > 0:
                return PinResult(False, left)
            self._count(wrong + 1)
            if _matches(pin, self._hash):
                self._count(0)
                return PinResult(True, 0)
            return PinResult(False, lock_after(wrong + 1))

    def locked_s(self) -> int:
        """Return the seconds until a try counts again; 0 if it counts now."""
        with self._lock:
            self._wrong()
            return self._left()

    def _wrong(self) -> int:
        """Return the wrong tries so far: those in memory, or the stored ones if there are more."""
        stored = self._store.pin_tries()
        if stored.wrong > self._memory.wrong:
            # After a restart. Continue the lock if the clock can tell how much of it has passed.
            # If not, start it again: a maintainer waits for an hour at most.
            reading = self._clock.reading()
            known = reading.plausible and stored.at <= reading.at
            passed = reading.at - stored.at if known else 0.0
            self._memory = stored
            self._locked_until = self._clock.running() + lock_after(stored.wrong) - passed
        return self._memory.wrong

    def _count(self, wrong: int) -> None:
        """Store this number of wrong tries (durably if possible) and start the lock for it."""
        self._memory = PinTries(wrong, self._clock.now()) if wrong else PinTries()
        self._locked_until = self._clock.running() + lock_after(wrong)
        self._store.keep_pin_tries(self._memory)

    def _left(self) -> int:
        return max(0, math.ceil(self._locked_until - self._clock.running()))
