"""The maintenance PIN: hashed well, checked slowly, and locked across restarts."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devices.health import Fault
from terminal import faults
from terminal.journal.journal import Journal
from terminal.journal.pin_tries import PinTries
from terminal.staff import pin as pin_module
from terminal.staff.pin import (
    HASH_PATTERN,
    PinKeeper,
    PinResult,
    hash_pin,
    lock_after,
    weakness,
)
from tests.terminal.clocks import DAY_S, START, Clock

RIGHT, WRONG = "407318", "407319"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Real scrypt at its lowest cost, so that sixty tries are fast."""
    monkeypatch.setattr(pin_module, "SCRYPT_LOG2_N", 10)
    monkeypatch.setattr(pin_module, "SCRYPT_P", 1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def journal(tmp_path: Path, clock: Clock) -> Iterator[Journal]:
    journal = opened(tmp_path, clock)
    yield journal
    journal.close()


def opened(folder: Path, clock: Clock) -> Journal:
    """Open the journal like a terminal that has just started."""
    journal = Journal.open(folder / "journal", b"k" * 32, clock, clock.running)
    assert isinstance(journal, Journal)
    return journal


def pins(journal: Journal, pin_hash: str = "") -> PinKeeper:
    """Create the keeper as a station does."""
    return PinKeeper(pin_hash or hash_pin(RIGHT), journal, journal.clock)


def test_hashes_of_one_pin_differ_and_do_not_contain_it() -> None:
    first, second = hash_pin(RIGHT), hash_pin(RIGHT)
    assert first != second
    assert re.fullmatch(HASH_PATTERN, first)
    assert RIGHT not in first


@pytest.mark.parametrize(
    "pin", ["", "12345", "1" * 13, "111111", "123456", "987654", "890123", "40731a", "４０７３１８"]
)
def test_weak_pins_are_not_hashed(pin: str) -> None:
    assert weakness(pin)
    with pytest.raises(ValueError, match="a PIN"):
        hash_pin(pin)


def test_only_the_right_pin_is_accepted(journal: Journal, clock: Clock) -> None:
    keeper = pins(journal)
    assert keeper.check(WRONG) == PinResult(False, 0)
    assert keeper.check("") == PinResult(False, 0)
    assert keeper.check(RIGHT) == PinResult(True, 0)


def test_lock_starts_after_five_wrong_tries_and_doubles(journal: Journal, clock: Clock) -> None:
    keeper = pins(journal)
    assert [keeper.check(WRONG).locked_s for _ in range(5)] == [0, 0, 0, 0, 60]
    locks = []
    for _ in range(8):
        clock.elapse(keeper.locked_s())
        locks.append(keeper.check(WRONG).locked_s)
    assert locks == [120, 240, 480, 960, 1920, 3600, 3600, 3600]


def test_locked_pin_refuses_every_try_without_counting(journal: Journal, clock: Clock) -> None:
    keeper = pins(journal)
    for _ in range(5):
        keeper.check(WRONG)
    clock.elapse(59.5)
    assert keeper.check(RIGHT) == PinResult(False, 1)
    assert keeper.check(WRONG) == PinResult(False, 1)
    clock.elapse(0.5)
    assert keeper.check(RIGHT).ok


def test_right_pin_resets_the_wrong_tries(journal: Journal, clock: Clock) -> None:
    keeper = pins(journal)
    for _ in range(4):
        keeper.check(WRONG)
    assert keeper.check(RIGHT).ok
    assert [keeper.check(WRONG).locked_s for _ in range(5)] == [0, 0, 0, 0, 60]


def test_lock_survives_a_power_cut(tmp_path: Path, clock: Clock) -> None:
    made = hash_pin(RIGHT)
    for _ in range(5):  # the power is cut after each try
        journal = opened(tmp_path, clock)
        result = pins(journal, made).check(WRONG)
        journal.close()
        clock.reboot()
    assert result.locked_s == 60
    clock.set_to(clock.now + 30)  # while the power was off
    journal = opened(tmp_path, clock)
    keeper = pins(journal, made)
    assert keeper.check(RIGHT) == PinResult(False, 30)
    clock.elapse(30)
    assert keeper.check(RIGHT) == PinResult(True, 0)
    journal.close()


class Plug:
    """A store that loses power as soon as its first write is durable."""

    class PulledError(Exception):
        """The power was cut."""

    def __init__(self) -> None:
        self.kept = PinTries()

    def pin_tries(self) -> PinTries:
        return self.kept

    def keep_pin_tries(self, tries: PinTries) -> None:
        self.kept = tries
        raise self.PulledError


@pytest.mark.parametrize("pin", [RIGHT, WRONG])
def test_try_is_counted_before_it_is_checked(clock: Clock, pin: str) -> None:
    """The right PIN is also counted first, so that nothing is revealed before the count."""
    plug = Plug()
    with pytest.raises(Plug.PulledError):
        PinKeeper(hash_pin(RIGHT), plug, clock.plausible()).check(pin)
    assert plug.kept == PinTries(1, clock.now)


@pytest.mark.parametrize("pin", [RIGHT, WRONG])
def test_count_is_on_disk_before_hashing_starts(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pin: str
) -> None:
    """The hashing time reveals whether a PIN is right, so the count must be stored before it."""
    keeper = pins(journal)
    counted: list[tuple[int]] = []
    scrypt = hashlib.scrypt

    def watched(*given: Any, **named: Any) -> bytes:
        other = sqlite3.connect(tmp_path / "journal" / "journal.db")
        counted.extend(other.execute("SELECT wrong FROM pin").fetchall())
        other.close()
        return scrypt(*given, **named)

    monkeypatch.setattr(hashlib, "scrypt", watched)
    keeper.check(pin)
    assert counted == [(1,)]


def test_try_stays_counted_if_the_check_raises(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = pins(journal)
    with monkeypatch.context() as patched:
        patched.setattr(hashlib, "scrypt", lambda *_a, **_n: 1 / 0)
        for _ in range(5):
            with pytest.raises(ZeroDivisionError):
                keeper.check(RIGHT)
        assert keeper.check(RIGHT) == PinResult(False, 60)
    assert journal.pin_tries().wrong == 5


# -- a wrong clock ------------------------------------------------------------------------------

JUMPS = [
    pytest.param(200 * DAY_S, id="200 days ahead"),
    pytest.param(2 * DAY_S, id="two days ahead"),
    pytest.param(-365 * DAY_S, id="a year back"),
    pytest.param(-START, id="1970"),
]


def locked(journal: Journal) -> PinKeeper:
    keeper = pins(journal)
    for _ in range(5):
        keeper.check(WRONG)
    assert keeper.locked_s() == 60
    return keeper


@pytest.mark.parametrize("jump_s", JUMPS)
def test_setting_the_clock_does_not_change_a_lock(
    journal: Journal, clock: Clock, jump_s: float
) -> None:
    keeper = locked(journal)
    clock.set_to(clock.now + jump_s)
    assert keeper.check(RIGHT) == PinResult(False, 60)
    clock.elapse(59)
    assert keeper.check(RIGHT) == PinResult(False, 1)
    clock.elapse(1)
    assert keeper.check(RIGHT).ok


@pytest.mark.parametrize("wrong_s", [200 * DAY_S, -START, -365 * DAY_S])
def test_lock_starts_again_after_a_restart_with_a_wrong_clock(
    tmp_path: Path, clock: Clock, wrong_s: float
) -> None:
    journal = opened(tmp_path, clock)
    locked(journal)
    journal.close()
    clock.reboot()
    clock.set_to(clock.now + wrong_s)
    journal = opened(tmp_path, clock)
    keeper = pins(journal)
    assert keeper.check(RIGHT) == PinResult(False, 60)
    clock.set_to(START)  # chrony corrects it, but no time has passed
    assert keeper.check(RIGHT) == PinResult(False, 60)
    clock.elapse(60)
    assert keeper.check(RIGHT).ok
    journal.close()


@pytest.mark.parametrize(("back_s", "left_s"), [(3600, 60), (60, 60), (-30, 30), (-60, 0)])
def test_slightly_wrong_clock_after_a_restart_does_not_extend_a_lock(
    tmp_path: Path, clock: Clock, back_s: int, left_s: int
) -> None:
    """An hour back is plausible (a hardware clock in local time) and must not extend a lock."""
    journal = opened(tmp_path, clock)
    locked(journal)
    journal.close()
    clock.reboot()
    clock.set_to(clock.now - back_s)
    journal = opened(tmp_path, clock)
    assert journal.clock.reading().plausible
    assert pins(journal).locked_s() == left_s
    journal.close()


def test_tries_made_with_a_wrong_clock_still_lock_later(tmp_path: Path, clock: Clock) -> None:
    """A machine without a battery always starts in 1970, so its tries have no usable date."""
    journal = opened(tmp_path, clock)
    journal.visit_began("aa", "ee")
    journal.close()
    clock.reboot()
    clock.set_to(0.0)
    journal = opened(tmp_path, clock)
    locked(journal)
    journal.close()
    clock.reboot()
    clock.set_to(START + 10)
    journal = opened(tmp_path, clock)
    assert 50 <= pins(journal).check(RIGHT).locked_s <= 60
    journal.close()


def test_lock_works_in_memory_if_the_store_fails(clock: Clock) -> None:
    class Broken:
        def pin_tries(self) -> PinTries:
            return PinTries()

        def keep_pin_tries(self, tries: PinTries) -> Fault:
            return faults.JOURNAL_FULL

    keeper = PinKeeper(hash_pin(RIGHT), Broken(), clock.plausible())
    assert [keeper.check(WRONG).locked_s for _ in range(5)][-1] == 60
    assert not keeper.check(RIGHT).ok


def test_lock_has_an_upper_limit() -> None:
    assert lock_after(10**9) == 3600
