"""Which PIN hashes a configuration may contain: every accepted hash can verify its PIN."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest

from terminal.config.load import Config, ConfigProblem
from terminal.config.published_keys import SAMPLE_PIN_HASH
from terminal.journal.pin_tries import PinTries
from terminal.staff.pin import HASH_PATTERN, PinKeeper, PinResult
from tests.terminal.clocks import Clock
from tests.terminal.config_world import Edit, line_with

pytestmark = pytest.mark.slow(reason="scrypt at its full cost")


RIGHT, WRONG = "407318", "407319"


class Memory:
    """A store in memory."""

    def __init__(self) -> None:
        self.kept = PinTries()

    def pin_tries(self) -> PinTries:
        return self.kept

    def keep_pin_tries(self, tries: PinTries) -> None:
        self.kept = tries


@pytest.fixture
def clock() -> Clock:
    return Clock()


SALT = bytes(range(16))


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def written(log2_n: int, r: int, p: int, salt: bytes = SALT, length: int = 32) -> str:
    """Return a hash as another program may create it, without a memory limit."""
    made = hashlib.scrypt(
        RIGHT.encode(), salt=salt, n=1 << log2_n, r=r, p=p, maxmem=1 << 30, dklen=length
    )
    return f"scrypt${log2_n}${r}${p}${encoded(salt)}${encoded(made)}"


def shaped(log2_n: object, r: object, p: object, salt: int = 22, made: int = 43) -> str:
    """Return text of this form whose hash matches no PIN."""
    return f"scrypt${log2_n}${r}${p}${'A' * salt}${'A' * made}"


ACCEPTED = [
    (log2_n, r, p)
    for log2_n in range(1, 25)
    for r in (1, 2, 4, 7, 8, 9, 16, 32)
    for p in range(101)
    if re.fullmatch(HASH_PATTERN, shaped(log2_n, r, p))
]


def test_accepted_hash_parameters() -> None:
    assert {log2_n for log2_n, _, _ in ACCEPTED} == set(range(10, 16))
    assert {r for _, r, _ in ACCEPTED} == {8}
    assert {p for _, _, p in ACCEPTED} == set(range(1, 6))
    assert len(ACCEPTED) == 30


@pytest.mark.parametrize(("log2_n", "r", "p"), ACCEPTED)
def test_each_accepted_hash_verifies_its_pin(
    edit: Edit, clock: Clock, log2_n: int, r: int, p: int
) -> None:
    """From the configuration file to the check: a hash that `load` accepts verifies."""
    config = edit(SAMPLE_PIN_HASH, written(log2_n, r, p))
    assert isinstance(config, Config)
    keeper = PinKeeper(config.maintenance.pin_hash, Memory(), clock.plausible())
    assert keeper.check(RIGHT) == PinResult(True, 0)


def test_accepted_hash_refuses_another_pin(edit: Edit, clock: Clock) -> None:
    config = edit(SAMPLE_PIN_HASH, written(15, 8, 1))
    assert isinstance(config, Config)
    keeper = PinKeeper(config.maintenance.pin_hash, Memory(), clock.plausible())
    assert keeper.check(WRONG) == PinResult(False, 0)


@pytest.mark.parametrize(
    "pin_hash",
    [
        pytest.param(shaped(log2_n, r, p, salt, made), id=f"{log2_n} {r} {p} {salt} {made}")
        for log2_n, r, p, salt, made in [
            (9, 8, 1, 22, 43),
            (16, 8, 1, 22, 43),
            (17, 8, 1, 22, 43),
            (20, 8, 1, 22, 43),
            ("014", 8, 5, 22, 43),
            (14, 1, 5, 22, 43),
            (14, 7, 5, 22, 43),
            (14, 16, 5, 22, 43),
            (14, 8, 0, 22, 43),
            (14, 8, 6, 22, 43),
            (14, 8, 10, 22, 43),
            (14, 8, 99, 22, 43),
            (14, 8, "05", 22, 43),
            (14, 8, 5, 21, 43),
            (14, 8, 5, 23, 43),
            (14, 8, 5, 0, 43),
            (14, 8, 5, 22, 42),
            (14, 8, 5, 22, 44),
            (14, 8, 5, 22, 0),
            ("", 8, 5, 22, 43),
            (-14, 8, 5, 22, 43),
            ("14.0", 8, 5, 22, 43),
        ]
    ]
    + ["", "407318", "$scrypt$14$8$5", shaped(14, 8, 5) + "=", shaped(14, 8, 5) + "\\n"],
)
def test_unusable_hash_is_reported_with_its_line(edit: Edit, folder: Path, pin_hash: str) -> None:
    problem = edit(SAMPLE_PIN_HASH, pin_hash)
    assert isinstance(problem, ConfigProblem)
    assert (problem.code, problem.key) == ("SYS-106", "maintenance.pin_hash")
    assert problem.line == line_with("pin_hash =", folder / "station.toml")
