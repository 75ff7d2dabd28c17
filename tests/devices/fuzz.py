"""Fuzz tests: random and mutated bytes for every parser, and changed cards of each profile.

Run as ``tests/rig/enter python -m tests.devices.fuzz [--count N] [--mutations N] [--real N]
[--seed N]``. The first part parses ``count`` random inputs: each must give a declared result, none
may take long, and memory must not grow. The second part (``mutated_cards.py``) reads changed cards:
``mutations`` of each profile in memory, and ``real`` of each through the real pcscd and a pty. An
accepted card must have the data that its changed bytes contain. ``test_fuzz.py``,
``test_mutated_cards.py`` and ``test_mutated_cards_rig.py`` run short forms.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from devices import faults
from devices.cards.operator.card import OperatorTrust, parse_content, verify
from devices.cards.operator.personalise import encode
from devices.cards.profiles import NATIONAL_PROFILES
from devices.cards.profiles.resident_id import parse_text
from devices.cards.registry import profiles_for, read_card
from devices.health import Fault
from devices.identity import Identity
from devices.operator import OperatorCard
from devices.readers.samv.frame import MAX_LENGTH, Frame, FrameError, FrameParser
from devices.readers.samv.payload import Payload, parse_payload, status_fault
from tests.devices.channels import DirectChannel
from tests.devices.mutated_cards import (
    MAKERS,
    READ_BAR_S,
    SERIAL,
    run_all_real,
    run_in_memory,
)
from tests.rig.national_cards import (
    BELGIAN_FILES,
    MYKAD_FILE_1,
    THAI_MEMORY,
    BelgianCard,
    MyKadCard,
    ThaiCard,
)
from tests.rig.operator_cards import ISSUER_KEY, content, operator_card, signed
from tests.rig.pcscd import Pcscd
from tests.rig.people import PEOPLE, PHOTO, resident_text, social_security_card
from tests.rig.samv_emulator import CARD_FOUND, NO_CARD, READ_FAILED, SELECTED, read_frame
from tests.rig.vcard import Card, SamEquippedCard, StorageCard, UnknownCard

SLOWEST_S = 5.0
"""An input that takes longer counts as a hang. Parsing takes 0.1 ms, but the machine may be busy.
"""
GROWTH_BYTES = 20_000_000
"""Limit for the growth of peak memory after the first tenth of a run."""

_TODAY = date(2026, 6, 1)
_TRUST = OperatorTrust((ISSUER_KEY,))
_ALL = (*profiles_for(_TRUST), *NATIONAL_PROFILES)
_CODES = faults.FAULTS.codes()


def mutate(rng: random.Random, data: bytes) -> bytes:
    """Return a copy with one to four changes: bytes changed, deleted, inserted or repeated, or the
    end cut off."""
    changed = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(changed) + 1)
        match rng.randrange(6):
            case 0 | 1:
                changed[at : at + 1] = rng.randbytes(1)
            case 2:
                del changed[at : at + rng.randint(1, 8)]
            case 3:
                changed[at:at] = rng.randbytes(rng.randint(1, 8))
            case 4:
                changed[at:at] = changed[at : at + rng.randint(1, 300)]
            case _:
                del changed[at:]
    return bytes(changed)


class _MutatingCard:
    """A card that mutates some of its answers."""

    def __init__(self, rng: random.Random, card: Card) -> None:
        self._rng = rng
        self._card = card
        self._share = rng.choice((0.05, 0.2, 1.0))
        self.atr = mutate(rng, card.atr) if rng.random() < self._share else card.atr

    def answer(self, apdu: bytes) -> bytes:
        answer = self._card.answer(apdu)
        if self._rng.random() < self._share:
            data = mutate(self._rng, answer[:-2])
            sw = answer[-2:] if self._rng.random() < 0.6 else self._rng.choice(_STATUS_WORDS)
            return data + sw
        return answer


_STATUS_WORDS = [
    bytes.fromhex(sw)
    for sw in (
        "9000",
        "6110",
        "6100",
        "6C00",
        "6C09",
        "6700",
        "6982",
        "6A82",
        "6A83",
        "6B00",
        "9108",
    )
]
_FRAMES = [CARD_FOUND, NO_CARD, READ_FAILED, SELECTED]
_FRAMES += [read_frame(resident_text(key), PHOTO) for key in PEOPLE]
_TEXTS = [resident_text(key) for key in PEOPLE]
_TEXTS += [text[:248] + mark.encode("utf-16-le") + text[250:] for text in _TEXTS for mark in "JIY"]


def _frames(rng: random.Random) -> None:
    parser = FrameParser()
    stream = b"".join(
        mutate(rng, rng.choice(_FRAMES))
        if rng.random() < 0.7
        else rng.randbytes(rng.randint(1, 40))
        for _ in range(rng.randint(1, 3))
    )
    at = 0
    while at < len(stream):
        size = rng.randint(1, len(stream))
        for found in parser.feed(stream[at : at + size]):
            if isinstance(found, Frame):
                _check(status_fault(found))
                _check(parse_payload(found.data))
            else:
                assert isinstance(found, FrameError), found
        assert parser.pending <= MAX_LENGTH + 7
        at += size


def _texts(rng: random.Random) -> None:
    text = mutate(rng, rng.choice(_TEXTS)) if rng.random() < 0.9 else rng.randbytes(256)
    _check(parse_text(text[:256].ljust(256, b"\0")))


def _cards(rng: random.Random) -> None:
    card: Card = rng.choice(_CARDS)()
    _check(read_card(DirectChannel(_MutatingCard(rng, card)), _TODAY, _ALL))


def _operators(rng: random.Random) -> None:
    """Only a record that was signed may be accepted, and each content has one encoding."""
    record = mutate(rng, rng.choice(_RECORDS)) if rng.random() < 0.9 else rng.randbytes(160)
    proved = verify(record, _TRUST)
    _check(proved[0] if isinstance(proved, tuple) else proved)
    assert isinstance(proved, Fault) or record in _RECORDS
    template = mutate(rng, rng.choice(_CONTENTS))
    parsed = parse_content(template)
    if isinstance(parsed, tuple):
        assert encode(*parsed) == template
    else:
        _check(parsed)


_CONTENTS = [content(key, chip=chip) for key in ("staff", "maintainer") for chip in (
    b"\x00", b"\x01" + bytes(7), b"\x02" + bytes(10),
)]  # fmt: skip
_RECORDS = [signed(each) for each in _CONTENTS]

_CARDS: list[Callable[[], Card]] = [
    *(partial(social_security_card, key) for key in PEOPLE),
    lambda: ThaiCard(THAI_MEMORY),
    lambda: BelgianCard(BELGIAN_FILES),
    lambda: MyKadCard(MYKAD_FILE_1),
    lambda: SamEquippedCard(resident_text("rare"), PHOTO),
    StorageCard,
    UnknownCard,
    *(partial(operator_card, key, fault) for key in ("staff", "maintainer")
      for fault in ("", "bound", "expired", "stranger")),
]  # fmt: skip


def _check(result: object) -> None:
    """Fail unless this is a declared result."""
    if isinstance(result, Fault):
        assert result.code in _CODES, result
    else:
        assert result is None or isinstance(result, (Identity, OperatorCard, Payload)), result


@dataclass(frozen=True)
class Summary:
    """The results of a run; times in seconds, ``growth`` in bytes."""

    inputs: int
    seconds: float
    slowest: float
    growth: int


def run(count: int, seed: int, progress: Callable[[int], None] = lambda done: None) -> Summary:
    """Parse ``count`` inputs. If one fails, the error names its number and the seed."""
    started = time.monotonic()
    slowest, early = 0.0, 0
    for number in range(count):
        rng = random.Random(f"{seed}/{number}")
        before = time.monotonic()
        try:
            match number % 5:
                case 0 | 1:
                    _frames(rng)
                case 2:
                    _texts(rng)
                case 3:
                    _operators(rng)
                case _:
                    _cards(rng)
        except Exception as error:
            raise AssertionError(f"input {number} of seed {seed}") from error
        took = time.monotonic() - before
        slowest = max(slowest, took)
        assert took < SLOWEST_S, f"input {number} of seed {seed} took {took:.2f} s"
        if number == count // 10:
            early = _peak()
        if number % 10_000 == 0:
            progress(number)
    growth = _peak() - early
    assert growth < GROWTH_BYTES, f"memory grew by {growth} bytes"
    return Summary(count, time.monotonic() - started, slowest, growth)


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> int:
    """Run from the command line; return exit code 0 if nothing failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.devices.fuzz", description=__doc__)
    parser.add_argument(
        "--count", type=int, default=100_000, help="inputs for the parsers (default: %(default)s)"
    )
    parser.add_argument(
        "--mutations",
        type=int,
        default=10_000,
        help="changed cards of each profile, in memory (default: %(default)s)",
    )
    parser.add_argument(
        "--real",
        type=int,
        default=300,
        help="changed cards of each profile, through pcscd or a pty (default: %(default)s)",
    )
    parser.add_argument(
        "--seed",
        type=int,
        default=None,
        help="seed of the random numbers (default: a new one, which is printed)",
    )
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(2**32)
    if options.real and os.environ.get("STATION_RIG") != "1":
        print("real cards need the rig: run inside tests/rig/enter, or with --real 0")
        return 2
    print(f"seed {seed}", file=sys.stderr)
    summary = run(options.count, seed, lambda done: print(f"\r{done}", end="", file=sys.stderr))
    print(
        f"\r{summary.inputs} inputs in {summary.seconds:.0f} s, slowest "
        f"{summary.slowest * 1000:.1f} ms, memory grew by {summary.growth} bytes"
    )
    for profile in (*MAKERS, SERIAL) if options.mutations else ():
        print(f"in memory: {run_in_memory(profile, options.mutations, seed)}", flush=True)
    if options.real:
        with tempfile.TemporaryDirectory() as folder:
            _real_cards(options.real, seed, Path(folder))
    return 0


def _real_cards(count: int, seed: int, folder: Path) -> None:
    """Read changed cards through a separate pcscd and a pty; fail if one takes too long."""
    daemon = Pcscd(folder / "pcscd.log")
    daemon.start()
    started = time.monotonic()
    try:
        for tally in run_all_real(count, seed, folder):
            print(f"real: {tally}", flush=True)
            assert tally.slowest_s <= READ_BAR_S, f"a reading took {tally.slowest_s:.1f} s"
    finally:
        daemon.stop()
    print(f"real cards in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
