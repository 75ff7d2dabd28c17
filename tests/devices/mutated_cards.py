"""Fuzz test: change the answers of each profile's card at random, and check the result.

An accepted identity must equal what an independent decoder (``tests/rig/card_meaning``) finds in
the changed bytes, and its card must be valid today. Any other result must be a declared fault. The
cards are read in memory, or through the real pcscd and a pty. ``make fuzz`` runs thousands of cards
of each profile, ``make test`` ten.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from devices import faults
from devices.cards.apdu import ChannelError
from devices.cards.fields.record import in_force
from devices.cards.operator.card import OperatorTrust
from devices.cards.profiles import NATIONAL_PROFILES
from devices.cards.profiles.resident_id import parse_text
from devices.cards.registry import profiles_for, read_card
from devices.faults import CARD_PULLED, READER_STUCK
from devices.health import DeviceStatus, Fault
from devices.identity import Identity, PersonalRecord
from devices.operator import OperatorCard
from devices.readers.pcsc import PcscReader
from devices.readers.protocol import (
    CardFailed,
    CardPresented,
    CardRead,
    CardRemoved,
    OperatorCardRead,
)
from devices.readers.samv import SamvSerialReader
from devices.readers.samv.frame import Frame, FrameParser
from devices.readers.samv.payload import parse_payload, status_fault
from devices.readers.samv.timing import Timing as LineTiming
from tests.devices.events import Events
from tests.rig.card_meaning import (
    Exchange,
    Meaning,
    NoMeaning,
    meaning_of,
    operator_record,
    samv_frames,
)
from tests.rig.card_mutations import MutatedCard, change_stream
from tests.rig.national_cards import (
    BELGIAN_FILES,
    MYKAD_FILE_1,
    THAI_MEMORY,
    BelgianCard,
    MyKadCard,
    ThaiCard,
)
from tests.rig.operator_cards import (
    ISSUER_KEY,
    NUMBERS,
    SERIALS,
    UID,
    content,
    operator_card,
    signed,
)
from tests.rig.pcscd import READERS, VPCD_PORTS
from tests.rig.people import PEOPLE, PHOTO, resident_text, social_security_card, text_256
from tests.rig.processes import wait_until
from tests.rig.samv_emulator import Orders, ResidentCard, SamvEmulator, read_frame
from tests.rig.vcard import Card, SamEquippedCard, VirtualSlot

TODAY = date(2026, 6, 1)
PROFILES = (*profiles_for(OperatorTrust((ISSUER_KEY,))), *NATIONAL_PROFILES)
CODES = faults.FAULTS.codes()
READ_BAR_S = 15.0
"""The fuzz test fails if a reading takes longer. The reader's own limit is 12 s."""

Result = Identity | OperatorCard | Fault
MakeCard = Callable[[], Card]


# --- the cards

_IDENTITY = bytes.fromhex("3F00DF014031")
_LONG = "阿卜杜热合曼·买买提明·阿卜拉·热合曼".encode("gb18030")
_SISTERS = (
    text_256(
        (0, "陈样例"), (30, "1"), (36, "19900101"), (52, "样例市样例路7号"),
        (122, "810000199001010019"), (158, "样例市公安局"), (188, "20200101"), (204, "20300101"),
        (220, "H12345678"), (238, "02"), (248, "J"),
    ),
    text_256(
        (0, "SAMPLE, MARY ANN"), (120, "2"), (122, "CAN110181080300"), (152, "CAN"),
        (158, "样例玛丽"), (188, "20180101"), (204, "20280101"), (220, "19810803"), (236, "01"),
        (240, "1500"), (248, "I"),
    ),
    text_256(
        (0, "样例玛丽"), (30, "2"), (32, "01"), (36, "19810803"), (52, "SAMPLE, MARIA ANNE"),
        (122, "911124198108030024"), (188, "20231201"), (204, "20331201"), (242, "CAN"),
        (248, "Y"), (250, "123"),
    ),
)  # fmt: skip


def _social_security(rng: random.Random) -> Card:
    card = social_security_card(rng.choice(list(PEOPLE)))
    ef05, ef06 = dict(card.ef05), dict(card.ef06)
    if rng.random() < 0.4:
        ef05[0x06] = bytes.fromhex("20250101")
    if rng.random() < 0.4:
        ef06 = {0x08: ef06[0x08], 0x09: _LONG[:30], 0x4E: _LONG[30:].ljust(20, b"\0"), **{
            tag: value for tag, value in ef06.items() if tag > 0x09
        }}  # fmt: skip
    return replace(
        card, ef05=ef05, ef06=ef06, form=rng.choice(("tag", "tag", "number", "short")),
        exact_le=rng.random() < 0.3, chained=rng.random() < 0.5, select_p1=rng.choice((0, 0, 2)),
        knows_application=rng.random() < 0.8,
    )  # fmt: skip


def _resident_text(rng: random.Random) -> bytes:
    text = bytearray(rng.choice((resident_text(rng.choice(list(PEOPLE))), *_SISTERS)))
    if rng.random() < 0.4:
        text[204:220] = "20250101".encode("utf-16-le")
    return bytes(text)


def _sam_equipped(rng: random.Random) -> Card:
    return SamEquippedCard(_resident_text(rng), PHOTO)


def _thai(rng: random.Random) -> Card:
    memory = dict(THAI_MEMORY)
    memory[0x00D9] = rng.choice((b"25310229", b"25310200", b"25310000"))
    memory[0x016F] = rng.choice((b"26421231", b"25680101", b"25680101", b"99999999"))
    return ThaiCard(memory, bytes.fromhex(rng.choice(("3B7994000054484944", "3B67000054484944"))))


def _belgian(rng: random.Random) -> Card:
    data = BELGIAN_FILES[_IDENTITY]
    if rng.random() < 0.4:
        data = data.replace(b"01.02.2040", b"01.02.2025")
    if rng.random() < 0.3:
        data = data.replace(b"\x0c\x0c30 JUIL 1985", b"\x0c\x041985")
    return BelgianCard({**BELGIAN_FILES, _IDENTITY: data + bytes(rng.choice((0, 0, 5)))})


def _mykad(_rng: random.Random) -> Card:
    return MyKadCard(MYKAD_FILE_1)


def _operator(rng: random.Random) -> Card:
    fault = rng.choice(("", "bound", "expired", "stranger", "copied", "altered"))
    return operator_card(rng.choice(("staff", "maintainer")), fault)


MAKERS: dict[str, Callable[[random.Random], Card]] = {
    "social-security": _social_security,
    "samv-pcsc": _sam_equipped,
    "thai-id": _thai,
    "belgian-eid": _belgian,
    "mykad": _mykad,
    "operator": _operator,
}
"""Every profile that reads a card through PC/SC."""
SERIAL = "samv-serial"
"""The name of the profile for resident ID cards on a serial line."""


# --- judging a result


@dataclass
class Tally:
    """The results for the cards of one profile."""

    profile: str
    cards: int = 0
    original: int = 0
    """Accepted with the same data as the unchanged card."""
    other: int = 0
    """Accepted with other data, which the changed bytes contain."""
    refused: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0

    def __str__(self) -> str:
        refused = ", ".join(f"{code} {n}" for code, n in sorted(self.refused.items()))
        return (
            f"{self.profile}: {self.cards} cards, {self.original} accepted unchanged, {self.other} "
            f"with changed data, slowest {self.slowest_s:.3f} s; {refused}"
        )

    def note(self, result: Result | Meaning, own: object) -> None:
        """Count a result. ``own`` is the result of the unchanged card."""
        self.cards += 1
        if isinstance(result, Fault):
            self.refused[result.code] += 1
        elif result == own:
            self.original += 1
        else:
            self.other += 1


def as_meaning(record: PersonalRecord) -> Meaning:
    """Convert a record of the terminal to the type of the independent decoder."""
    return Meaning(
        record.kind.value, record.name, record.name_latin, record.id_number, record.card_number,
        None if record.birth is None else record.birth.isoformat(),
        record.valid_from, record.valid_to,
    )  # fmt: skip


def judge(result: Result, exchanges: Sequence[Exchange]) -> Meaning | OperatorCard | Fault:
    """Fail if the card's answers do not contain this result; return the result to be counted."""
    if isinstance(result, Fault):
        assert result.code in CODES, result
        return result
    if isinstance(result, OperatorCard):
        _must_be_issued(result, exchanges)
        return result
    taken = as_meaning(result.record)
    try:
        meant = meaning_of(taken.kind, exchanges)
    except NoMeaning as why:
        raise AssertionError(f"accepted a {taken.kind}, but its bytes have none: {why}") from None
    _must_be(taken, meant)
    return taken


def _must_be_issued(card: OperatorCard, exchanges: Sequence[Exchange]) -> None:
    """Fail unless the card holds exactly a record that was issued, on the chip it is bound to."""
    record, uid = operator_record(exchanges)
    issued = [
        (key, chip)
        for key in ("staff", "maintainer")
        for chip in (b"\x00", b"\x01" + UID)
        if signed(content(key, chip=chip)) == record
    ]
    assert issued, "an operator card that was never issued"
    key, chip = issued[0]
    assert chip == b"\x00" or chip[1:] == uid, "an operator card on another chip"
    assert card.number.encode() == NUMBERS[key], "another operator's number"
    assert card.serial == SERIALS[key], "another card's serial"
    assert card.fault_on(TODAY) is None, "an operator card that is not valid today"


def _must_be(taken: Meaning, meant: Meaning) -> None:
    for name in Meaning.__dataclass_fields__:
        assert getattr(taken, name) == getattr(meant, name), f"{taken.kind}: wrong {name}"
    first, last = meant.valid_from, meant.valid_to
    assert first is None or first <= TODAY, f"{taken.kind}: not yet valid"
    assert last is None or last >= TODAY, f"{taken.kind}: expired"


class _Channel:
    """A channel to a card in memory, which behaves like the PC/SC channel."""

    def __init__(self, card: Card) -> None:
        self._card = card
        self.exchanges: list[Exchange] = []
        self.atr = card.atr

    def transceive(self, apdu: bytes) -> tuple[bytes, int]:
        answer = self._card.answer(apdu)
        self.exchanges.append((apdu, answer))
        if len(answer) < 2:
            raise ChannelError(CARD_PULLED)
        return answer[:-2], int.from_bytes(answer[-2:], "big")


def read_unchanged(make: MakeCard) -> tuple[Meaning | OperatorCard | Fault, list[bytes]]:
    """Read an unchanged card; return the result, which must be correct, and the card's answers."""
    channel = _Channel(make())
    result = read_card(channel, TODAY, PROFILES)
    return judge(result, channel.exchanges), [answer for _, answer in channel.exchanges]


@dataclass(frozen=True)
class Case:
    """One changed card. The same ``seed`` makes the same card again."""

    profile: str
    seed: str
    real: bool = False

    def make(self) -> tuple[MutatedCard, Meaning | OperatorCard | Fault]:
        """Return the changed card and the result of the unchanged one."""
        rng = random.Random(self.seed)
        maker = MAKERS[self.profile]
        card_seed = rng.random()
        own, answers = read_unchanged(lambda: maker(random.Random(card_seed)))
        _, others = read_unchanged(lambda: maker(random.Random(card_seed + 1)))
        card = maker(random.Random(card_seed))
        delays = _delays(rng) if self.real else (lambda number: 0.0)
        return MutatedCard(card, rng, len(answers), answers + others, delays), own


def _delays(rng: random.Random) -> Callable[[int], float]:
    """Return the delay of each answer in seconds. One card in 150 takes 1.2 s for each answer, and
    one in 150 takes 13 s for one of them."""
    at = rng.randrange(10)
    match rng.randrange(150):
        case 0:
            return lambda number: 1.2
        case 1:
            return lambda number: 13.0 if number == at else 0.0
        case _:
            return lambda number: 0.0


# --- in memory


def run_in_memory(profile: str, count: int, seed: int) -> Tally:
    """Read ``count`` changed cards of a profile; fail at the first wrong result."""
    tally = Tally(profile)
    for number in range(count):
        case_seed = f"{seed}/{profile}/{number}"
        started = time.monotonic()
        try:
            result: Meaning | OperatorCard | Fault
            own: object
            if profile == SERIAL:
                result, own = _read_stream(case_seed)
            else:
                card, own = Case(profile, case_seed).make()
                got = read_card(_Channel(card), TODAY, PROFILES)
                result = judge(got, card.readings[-1])
                if not card.changed:
                    assert _same(result, own), "an unchanged card gave another result"
        except Exception as error:
            raise AssertionError(f"card {number} of {profile}, seed {seed}: {error}") from error
        tally.slowest_s = max(tally.slowest_s, time.monotonic() - started)
        tally.note(result, own)
    return tally


def _same(result: object, own: object) -> bool:
    if isinstance(result, Fault) and isinstance(own, Fault):
        return result.same_as(own)
    return result == own


def _read_stream(case_seed: str) -> tuple[Meaning | Fault, Meaning | Fault]:
    """Parse a SAM_V module's answer with changed bytes, in pieces of random size.

    Return its result and that of the unchanged answer.
    """
    rng = random.Random(case_seed)
    frame = read_frame(_resident_text(rng), PHOTO)
    stream = frame
    for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
        stream = change_stream(rng, stream)
    if rng.random() < 0.7:
        stream = _with_right_check(stream)
    result = _parse_stream(stream, rng)
    if not isinstance(result, Fault):
        assert result in samv_frames(stream), "an identity that these bytes do not contain"
        _must_be(result, result)
    own = _parse_stream(frame, rng)
    assert isinstance(own, Fault) or [own] == samv_frames(frame)
    if stream == frame:
        assert _same(result, own)
    return result, own


def _with_right_check(stream: bytes) -> bytes:
    """Correct the frame's check byte, so that the parser accepts it and its fields are checked."""
    length = int.from_bytes(stream[5:7], "big")
    if len(stream) < 7 + length or length < 4:
        return stream
    check = 0
    for byte in stream[5 : 6 + length]:
        check ^= byte
    return stream[: 6 + length] + bytes((check,)) + stream[7 + length :]


def _parse_stream(stream: bytes, rng: random.Random) -> Meaning | Fault:
    parser = FrameParser()
    at = 0
    while at < len(stream):
        size = rng.randint(1, len(stream))
        for found in parser.feed(stream[at : at + size]):
            if not isinstance(found, Frame):
                continue
            fault = status_fault(found)
            if fault is not None:
                return fault
            payload = parse_payload(found.data)
            if isinstance(payload, Fault):
                return payload
            got = in_force(parse_text(payload.text, payload.photo), TODAY)
            return got if isinstance(got, Fault) else as_meaning(got.record)
        at += size
    return CARD_PULLED


# --- through the real service and a real line


def run_real(profile: str, count: int, seed: int, slot: int = 0) -> Tally:
    """Read changed cards through the running pcscd, in one slot of its virtual reader."""
    tally = Tally(profile)
    events = Events()
    reader = PcscReader(profile, READERS[slot], today=lambda: TODAY, profiles=PROFILES)
    virtual = VirtualSlot(VPCD_PORTS[slot], READERS[slot])
    reader.start(events)
    try:
        events.expect_state(DeviceStatus.ONLINE)
        for number in range(count):
            case = Case(profile, f"{seed}/{profile}/{number}", real=True)
            try:
                _one_real(case, virtual, events, tally)
            except Exception as error:
                raise AssertionError(f"real card {case.seed}: {error!r}") from error
    finally:
        virtual.remove()
        reader.stop()
    return tally


def _one_real(case: Case, slot: VirtualSlot, events: Events, tally: Tally) -> None:
    card, own = case.make()
    slot.present(card)
    presented = events.expect(CardPresented, within_s=20)
    outcome = events.expect_any((CardRead, OperatorCardRead, CardFailed), within_s=30)
    assert isinstance(outcome, CardRead | OperatorCardRead | CardFailed)
    tally.slowest_s = max(tally.slowest_s, events.at - presented.at)
    readings = [list(reading) for reading in card.readings]
    result = _judge_event(outcome, readings[0])
    if not card.changed and not isinstance(result, Fault):
        assert result == own
    tally.note(result, own)
    slot.remove()
    # A card whose reading broke off may be read again before it is removed. Each result must be
    # correct.
    present = 1
    while present:
        event = events.next(within_s=30)
        if isinstance(event, CardPresented):
            present += 1
        elif isinstance(event, CardRemoved):
            present -= 1
        elif isinstance(event, (CardRead, OperatorCardRead)):
            matching = [reading for reading in card.readings if _fits(event, reading)]
            assert matching, "a second reading gave data that no answers contain"


def _judge_event(
    event: CardRead | OperatorCardRead | CardFailed, exchanges: Sequence[Exchange]
) -> Meaning | OperatorCard | Fault:
    match event:
        case CardRead(identity=identity):
            judged = judge(identity, exchanges)
            identity.wipe()
            return judged
        case OperatorCardRead(card=card):
            return judge(card, exchanges)
        case CardFailed(fault=fault):
            return judge(fault, exchanges)


def _fits(event: CardRead | OperatorCardRead, exchanges: Sequence[Exchange]) -> bool:
    try:
        _judge_event(event, exchanges)
    except AssertionError:
        return False
    return True


def run_real_serial(count: int, seed: int, folder: Path) -> Tally:
    """Read changed resident ID cards through the serial library, on a pseudo-terminal."""
    tally = Tally(SERIAL)
    events = Events()
    samv = SamvEmulator(folder)
    timing = LineTiming(find=0.02)
    reader = SamvSerialReader("line", str(samv.port), today=lambda: TODAY, timing=timing)
    reader.start(events)
    try:
        events.expect_state(DeviceStatus.ONLINE)
        for number in range(count):
            case_seed = f"{seed}/{SERIAL}/{number}"
            try:
                _one_serial(case_seed, samv, events, tally)
            except Exception as error:
                raise AssertionError(f"real card {case_seed}: {error!r}") from error
    finally:
        samv.orders = Orders()
        reader.stop()
        samv.unplug()
    return tally


def _one_serial(case_seed: str, samv: SamvEmulator, events: Events, tally: Tally) -> None:
    rng = random.Random(case_seed)
    text = _resident_text(rng)
    own = _parse_stream(read_frame(text, PHOTO), rng)
    sent = bytearray()
    changes = rng.choice((0, 1, 1, 1, 2))
    right_check = rng.random() < 0.7
    always = rng.random() < 0.5
    done = False

    def change(request: str, answer: bytes) -> bytes:
        nonlocal done
        if request not in ("select", "read"):
            return answer
        if (always or not done) and (request == "read" or rng.random() < 0.1):
            for _ in range(changes):
                answer = change_stream(rng, answer)
            if right_check and len(answer) > 7:
                answer = _with_right_check(answer)
            done = True
        sent.extend(answer)
        return answer

    trickle = 0.02 if rng.randrange(150) == 0 else 0.0
    samv.orders = Orders(change=change, trickle_s=trickle)
    samv.present(ResidentCard(text, PHOTO))
    presented = events.expect(CardPresented, within_s=20)
    outcome = events.expect_any((CardRead, CardFailed), within_s=30)
    assert isinstance(outcome, CardRead | CardFailed)
    tally.slowest_s = max(tally.slowest_s, events.at - presented.at)
    samv.remove()
    samv.orders = Orders()
    if isinstance(outcome, CardRead):
        taken = as_meaning(outcome.identity.record)
        outcome.identity.wipe()
        assert taken in samv_frames(bytes(sent)), "an identity that these bytes do not contain"
        _must_be(taken, taken)
        tally.note(taken, own)
    else:
        assert outcome.fault.code in CODES
        assert not outcome.fault.same_as(READER_STUCK)
        tally.note(outcome.fault, own)
    enough = samv.requests.count("find") + 2
    wait_until(lambda: samv.requests.count("find") >= enough, 20, "the module to be asked again")
    while not events.empty:  # if the card was read again, that result must be correct, too
        again = events.next()
        if isinstance(again, CardRead):
            taken = as_meaning(again.identity.record)
            assert taken == own or taken in samv_frames(bytes(sent)), "a second reading is wrong"


def run_all_real(count: int, seed: int, folder: Path) -> list[Tally]:
    """Read changed cards of every profile through the real pcscd and a pty.

    Both slots and the line run at the same time, because most of the time the test waits for the
    service to notice a card.
    """

    def on_slot(slot: int, profiles: Sequence[str]) -> list[Tally]:
        return [run_real(profile, count, seed, slot) for profile in profiles]

    profiles = list(MAKERS)
    with ThreadPoolExecutor(3) as pool:
        running = [pool.submit(on_slot, slot, profiles[slot::2]) for slot in (0, 1)]
        running.append(pool.submit(lambda: [run_real_serial(count, seed, folder)]))
        return [tally for each in running for tally in each.result()]
