"""Change the answers of emulated cards at random; the same seed makes the same changes.

For the fuzz tests. A ``MutatedCard`` wraps an emulated card, changes some of its answers and
records what it sent. It imports nothing of the code under test.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence

from .card_meaning import Exchange
from .vcard import Card

STATUS_WORDS = [
    bytes.fromhex(word)
    for word in (
        "9000", "6100", "6110", "6C00", "6C09", "6C20", "6282", "6283", "6300", "6400", "6581",
        "6700", "6881", "6981", "6982", "6983", "6985", "6986", "6A80", "6A81", "6A82", "6A83",
        "6A86", "6A88", "6B00", "6D00", "6E00", "6F00", "9108", "9400", "9404", "0000", "FFFF",
    )
]  # fmt: skip

Change = Callable[[random.Random, bytes, Sequence[bytes]], bytes]
"""A function that changes an answer. It also gets answers of this and of other cards to use."""


def _bits(rng: random.Random, answer: bytes, _others: Sequence[bytes]) -> bytes:
    changed = bytearray(answer)
    for _ in range(rng.randint(1, 3)):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _byte(rng: random.Random, answer: bytes, _others: Sequence[bytes]) -> bytes:
    at = rng.randrange(max(1, len(answer) - 2))
    return answer[:at] + rng.randbytes(1) + answer[at + 1 :]


def _digit(rng: random.Random, answer: bytes, _others: Sequence[bytes]) -> bytes:
    """Replace one digit by another, which often gives another well-formed date or number."""
    places = [at for at, byte in enumerate(answer[:-2]) if 0x30 <= byte <= 0x39]
    if not places:
        return _bits(rng, answer, _others)
    at = rng.choice(places)
    return answer[:at] + bytes((0x30 + rng.randrange(10),)) + answer[at + 1 :]


def _cut(rng: random.Random, answer: bytes, _others: Sequence[bytes]) -> bytes:
    data = answer[:-2]
    return data[: rng.randrange(len(data) + 1)] + answer[-2:]


def _longer(rng: random.Random, answer: bytes, _others: Sequence[bytes]) -> bytes:
    more = rng.choice((rng.randbytes(rng.randint(1, 12)), bytes(rng.randint(1, 6)), b" " * 3))
    return (answer[:-2] + more)[:256] + answer[-2:]


def _status(rng: random.Random, answer: bytes, _others: Sequence[bytes]) -> bytes:
    data = answer[:-2] if rng.random() < 0.5 else b""
    return data + rng.choice(STATUS_WORDS)


def _other(rng: random.Random, answer: bytes, others: Sequence[bytes]) -> bytes:
    """Return the answer to another command, of this card or of another one."""
    return rng.choice(others)


def _twice(rng: random.Random, answer: bytes, others: Sequence[bytes]) -> bytes:
    """Append a second item: the same one, or another."""
    more = answer[:-2] if rng.random() < 0.5 else rng.choice(others)[:-2]
    return (answer[:-2] + more)[:256] + answer[-2:]


def _length(rng: random.Random, answer: bytes, _others: Sequence[bytes]) -> bytes:
    """Change the length byte of a record or of one of its items."""
    if len(answer) < 4:
        return answer
    at = 1 if rng.random() < 0.6 else rng.randrange(len(answer) - 2)
    value = rng.choice((0, 1, answer[at] - 1 & 0xFF, answer[at] + 1 & 0xFF, 0x7F, 0xFF))
    return answer[:at] + bytes((value,)) + answer[at + 1 :]


def _blank(rng: random.Random, answer: bytes, _others: Sequence[bytes]) -> bytes:
    """Erase the value, or all data."""
    keep = rng.choice((0, 2)) if len(answer) > 4 else 0
    size = len(answer) - 2 - keep
    return answer[:keep] + rng.choice((b"\0", b"\xff", b" ")) * size + answer[-2:]


def _noise(rng: random.Random, answer: bytes, _others: Sequence[bytes]) -> bytes:
    return rng.randbytes(rng.choice((0, 1, 2, len(answer), 256))) + answer[-2:]


def _hidden(rng: random.Random, answer: bytes, _others: Sequence[bytes]) -> bytes:
    """Insert an invisible character in one of the encodings of cards."""
    character = rng.choice("\u202e\u202a\u2066\u200b\u200d\u2028\ufeff\U000e0041\u061c\n\0")
    encoding = rng.choice(("utf-16-le", "gb18030", "utf-8"))
    put = character.encode(encoding)
    at = rng.randrange(max(1, len(answer) - 2)) & ~1
    return (answer[:at] + put + answer[at + len(put) :])[: len(answer) - 2] + answer[-2:]


CHANGES: tuple[Change, ...] = (
    _bits, _bits, _byte, _digit, _digit, _cut, _longer, _status, _status, _other, _twice, _length,
    _blank, _noise, _hidden,
)  # fmt: skip


def change_stream(rng: random.Random, stream: bytes) -> bytes:
    """Change bytes of a serial line, which do not end with a status word."""
    change = rng.choice(CHANGES)
    return change(rng, stream + b"\x90\x00", [stream + b"\x90\x00"])[:-2]


class MutatedCard:
    """A card that changes some of its answers.

    ``others`` are answers that may replace the card's own. ``delays`` returns the seconds to wait
    before an answer, by the number of the command.
    """

    def __init__(
        self,
        card: Card,
        rng: random.Random,
        commands: int,
        others: Sequence[bytes],
        delays: Callable[[int], float] = lambda number: 0.0,
    ) -> None:
        self._card = card
        self._rng = rng
        self._others = others
        self._delays = delays
        count = rng.choice((1, 1, 1, 2, 3))
        self._at = {rng.randrange(commands) for _ in range(count)}
        self._share = 0.15 if rng.random() < 0.05 else 0.0
        self._order = rng.random() < 0.05
        self._kept: bytes | None = None
        self._commands = 0
        self.readings: list[list[Exchange]] = [[]]
        """The exchanges of each reading; a reader may read a card again."""
        self.changed = False
        """Whether any answer differs from the card's own."""

    @property
    def atr(self) -> bytes:
        return self._card.atr

    def answer(self, apdu: bytes) -> bytes:
        number, self._commands = self._commands, self._commands + 1
        own = self._card.answer(apdu)
        sent = own
        if number in self._at or self._rng.random() < self._share:
            sent = self._change(own)
        self.changed = self.changed or sent != own
        reading = self.readings[-1]
        if reading and apdu == reading[0][0]:
            reading = []
            self.readings.append(reading)
        delay = self._delays(number)
        if delay:
            time.sleep(delay)
        reading.append((apdu, sent))
        return sent

    def _change(self, own: bytes) -> bytes:
        if self._order:  # answers are sent one command late
            kept, self._kept = self._kept, own
            return kept if kept is not None else b"\x90\x00"
        return self._rng.choice(CHANGES)(self._rng, own, self._others)
