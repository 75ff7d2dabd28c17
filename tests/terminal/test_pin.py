"""The maintenance PIN: hashed well, checked slowly, and locked over a restart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.health import Fault
from terminal import faults
from terminal.journal import Journal
from terminal.operations import pin as pin_module
from terminal.operations.pin import (
    HASH_PATTERN,
    PinKeeper,
    PinResult,
    PinTries,
    hash_pin,
    lock_after,
    weakness,
)

RIGHT, WRONG = "407318", "407319"


class Clock:
    """Unix seconds that the test moves."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Real scrypt at its least cost, so that sixty tries take no time."""
    monkeypatch.setattr(pin_module, "SCRYPT_LOG2_N", 10)
    monkeypatch.setattr(pin_module, "SCRYPT_P", 1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = opened(tmp_path)
    yield journal
    journal.close()


def opened(folder: Path) -> Journal:
    journal = Journal.open(folder / "journal", b"k" * 32)
    assert isinstance(journal, Journal)
    return journal


def test_two_hashes_of_one_pin_differ_and_neither_shows_it() -> None:
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


def test_the_right_pin_and_no_other(journal: Journal, clock: Clock) -> None:
    keeper = PinKeeper(hash_pin(RIGHT), journal, clock)
    assert keeper.check(WRONG) == PinResult(False, 0)
    assert keeper.check("") == PinResult(False, 0)
    assert keeper.check(RIGHT) == PinResult(True, 0)


def test_five_wrong_tries_lock_for_a_minute_then_ever_longer(
    journal: Journal, clock: Clock
) -> None:
    keeper = PinKeeper(hash_pin(RIGHT), journal, clock)
    assert [keeper.check(WRONG).locked_s for _ in range(5)] == [0, 0, 0, 0, 60]
    locks = []
    for _ in range(8):
        clock.now += keeper.locked_s()
        locks.append(keeper.check(WRONG).locked_s)
    assert locks == [120, 240, 480, 960, 1920, 3600, 3600, 3600]


def test_while_locked_even_the_right_pin_is_refused_and_nothing_is_counted(
    journal: Journal, clock: Clock
) -> None:
    keeper = PinKeeper(hash_pin(RIGHT), journal, clock)
    for _ in range(5):
        keeper.check(WRONG)
    clock.now += 59.5
    assert keeper.check(RIGHT) == PinResult(False, 1)
    assert keeper.check(WRONG) == PinResult(False, 1)
    clock.now += 0.5
    assert keeper.check(RIGHT).ok


def test_the_right_pin_forgets_the_wrong_ones(journal: Journal, clock: Clock) -> None:
    keeper = PinKeeper(hash_pin(RIGHT), journal, clock)
    for _ in range(4):
        keeper.check(WRONG)
    assert keeper.check(RIGHT).ok
    assert [keeper.check(WRONG).locked_s for _ in range(5)] == [0, 0, 0, 0, 60]


def test_the_lock_outlives_the_power(tmp_path: Path, clock: Clock) -> None:
    made = hash_pin(RIGHT)
    for _ in range(5):  # the plug is pulled after each try
        journal = opened(tmp_path)
        result = PinKeeper(made, journal, clock).check(WRONG)
        journal.close()
    assert result.locked_s == 60
    journal = opened(tmp_path)
    clock.now += 30
    assert PinKeeper(made, journal, clock).check(RIGHT) == PinResult(False, 30)
    journal.close()


def test_a_try_is_counted_before_it_is_checked(clock: Clock) -> None:
    class PulledError(Exception):
        pass

    class Plug:
        kept = PinTries()

        def pin_tries(self) -> PinTries:
            return self.kept

        def keep_pin_tries(self, tries: PinTries) -> None:
            self.kept = tries
            raise PulledError  # the power goes the moment that the write is durable

    plug = Plug()
    with pytest.raises(PulledError):
        PinKeeper(hash_pin(RIGHT), plug, clock).check(WRONG)
    assert plug.kept.wrong == 1


def test_a_clock_set_back_neither_frees_nor_locks_for_years(journal: Journal, clock: Clock) -> None:
    keeper = PinKeeper(hash_pin(RIGHT), journal, clock)
    for _ in range(5):
        keeper.check(WRONG)
    clock.now -= 86_400 * 365
    assert keeper.check(RIGHT) == PinResult(False, 60)
    clock.now += 60
    assert keeper.check(RIGHT).ok


def test_without_a_store_memory_still_locks(clock: Clock) -> None:
    class Broken:
        def pin_tries(self) -> PinTries:
            return PinTries()

        def keep_pin_tries(self, tries: PinTries) -> Fault:
            return faults.JOURNAL_FULL

    keeper = PinKeeper(hash_pin(RIGHT), Broken(), clock)
    assert [keeper.check(WRONG).locked_s for _ in range(5)][-1] == 60
    assert not keeper.check(RIGHT).ok


def test_the_lock_never_overflows() -> None:
    assert lock_after(10**9) == 3600
