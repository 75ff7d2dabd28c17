"""Personalising writes blank cards of several makes, and never a card of another kind."""

from __future__ import annotations

from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devices.cards.apdu import ChannelError
from devices.cards.operator.card import OperatorTrust, read
from devices.cards.operator.chip import ChipKind
from devices.cards.operator.personalise import Issued, Problem, Refused, issue
from devices.faults import OPERATOR_CARD_REFUSED
from devices.operator import OperatorCard, Role
from tests.devices.channels import DirectChannel
from tests.rig.national_cards import (
    BELGIAN_FILES,
    MYKAD_FILE_1,
    THAI_MEMORY,
    BelgianCard,
    MyKadCard,
    ThaiCard,
)
from tests.rig.operator_cards import (
    CONTACTLESS_ATR,
    CPLC,
    ISSUER_KEY,
    ISSUER_SEED,
    OTHER_UID,
    STRANGER_SEED,
    UID,
    BlankCard,
    card_with,
    content,
    operator_card,
    signed,
)
from tests.rig.people import PEOPLE, PHOTO, resident_text, social_security_card
from tests.rig.vcard import Card, SamEquippedCard, StorageCard

KEY = Ed25519PrivateKey.from_private_bytes(ISSUER_SEED)
TRUST = OperatorTrust((ISSUER_KEY,))
CARD = OperatorCard(Role.STAFF, "S-0042", "00112233445566ff", date(2026, 1, 1), date(2027, 12, 31))
LONGEST = OperatorCard(Role.STAFF, "x" * 32, "00112233445566ff", date(2026, 1, 1), date(2026, 1, 1))
WRITES = (0xD6, 0xE0, 0x44)


def done(
    card: Card, order: OperatorCard = CARD, *, replace: bool = False
) -> Issued | Refused[Problem]:
    return issue(DirectChannel(card), order, KEY, replace=replace)


def test_a_blank_card_becomes_an_operator_card() -> None:
    blank = BlankCard()
    assert done(blank) == Issued(CARD, ChipKind.NONE, created=True, locked=True)
    assert read(DirectChannel(blank), TRUST) == CARD
    assert read(DirectChannel(blank)) == OPERATOR_CARD_REFUSED
    application = blank.master.children[0]
    assert (application.identifier, application.name) == (
        bytes.fromhex("F001"),
        bytes.fromhex("F053544154494F4E4F50"),
    )
    assert application.children[0].data is not None
    assert bytes(application.children[0].data).startswith(bytes.fromhex("E1334F0AF053"))


@pytest.mark.parametrize(
    ("card", "bound"),
    [
        (BlankCard(CONTACTLESS_ATR, uid=UID), ChipKind.CONTACTLESS),
        (BlankCard(CONTACTLESS_ATR, uid=UID[:4]), ChipKind.NONE),
        (BlankCard(cplc=CPLC), ChipKind.CPLC),
    ],
)
def test_a_card_is_bound_to_its_chip_if_the_number_is_fixed(
    card: BlankCard, bound: ChipKind
) -> None:
    issued = done(card)
    assert isinstance(issued, Issued)
    assert issued.bound is bound
    copy = bytes(card.master.children[0].children[0].data or b"")
    elsewhere = read(
        DirectChannel(card_with(copy, BlankCard(CONTACTLESS_ATR, uid=OTHER_UID))), TRUST
    )
    assert elsewhere == (CARD if bound is ChipKind.NONE else OPERATOR_CARD_REFUSED)


@pytest.mark.parametrize(
    ("card", "locked"),
    [
        (BlankCard(largest=64), True),
        (BlankCard(chained=True, always_informs=True), True),
        (BlankCard(knows_lock=False), False),
        (BlankCard(knows_activate=False), False),
        (BlankCard(enforces=False), False),
    ],
    ids=["small buffer", "61xx", "no lock", "no activate", "does not enforce"],
)
def test_the_result_says_whether_the_card_locked(card: BlankCard, locked: bool) -> None:
    assert done(card, LONGEST) == Issued(LONGEST, ChipKind.NONE, created=True, locked=locked)


def test_a_locked_card_refuses_another_record() -> None:
    card = BlankCard()
    assert isinstance(done(card), Issued)
    before, updates = bytes(card.master.children[0].children[0].data or b""), card.updates
    again = done(card, LONGEST, replace=True)
    assert isinstance(again, Refused)
    assert (again.problem, again.detail) == (
        Problem.WRITE_REFUSED,
        "UPDATE BINARY at 0: 6982 SECURITY_NOT_SATISFIED",
    )
    assert bytes(card.master.children[0].children[0].data or b"") == before
    assert card.updates == updates


def test_a_card_can_be_issued_without_a_lock() -> None:
    card = BlankCard()
    issued = issue(DirectChannel(card), CARD, KEY, lock=False)
    assert issued == Issued(CARD, ChipKind.NONE, created=True, locked=False)
    assert isinstance(done(card, LONGEST, replace=True), Issued)
    assert read(DirectChannel(card), TRUST) == LONGEST


def test_a_record_is_overwritten_only_with_replace() -> None:
    for card in (operator_card("staff"), operator_card("maintainer", "stranger")):
        file = bytes(card.master.children[0].children[0].data or b"")
        kept = done(card)
        assert isinstance(kept, Refused)
        assert kept.problem is Problem.NOT_BLANK
        assert card.updates == 0
        assert bytes(card.master.children[0].children[0].data or b"") == file
        assert done(card, replace=True) == Issued(CARD, ChipKind.NONE, created=False, locked=False)
        assert read(DirectChannel(card), TRUST) == CARD


def test_an_existing_blank_file_is_used() -> None:
    for erased in (b"\x00" * 160, b"\xff" * 160):
        card = card_with(erased, BlankCard(knows_create=False))
        assert done(card) == Issued(CARD, ChipKind.NONE, created=False, locked=False)


def test_a_missing_file_is_created() -> None:
    card = card_with(b"")
    card.master.children[0].children.clear()
    issued = done(card)
    assert isinstance(issued, Issued)
    assert issued.created


def test_a_card_that_cannot_create_files_is_refused() -> None:
    refused = done(BlankCard(knows_create=False))
    assert refused == Refused(Problem.CANNOT_CREATE, "CREATE FILE: 6D00 INSTRUCTION_NOT_SUPPORTED")


def test_a_file_too_small_for_the_record_is_refused() -> None:
    card = card_with(b"")
    card.master.children[0].children[0].data = bytearray(64)
    refused = done(card)
    assert isinstance(refused, Refused)
    assert refused.problem is Problem.WRITE_REFUSED
    # The interrupted write leaves a blank card.
    assert bytes(card.master.children[0].children[0].data[:2]) == b"\x00\x00"


class _Payment(BlankCard):
    def answer(self, apdu: bytes) -> bytes:
        if apdu[:4] == b"\x00\xa4\x04\x00" and apdu[5:] == b"1PAY.SYS.DDF01":
            return b"\x90\x00"
        return super().answer(apdu)


@pytest.mark.parametrize(
    "card",
    [
        *(social_security_card(key) for key in PEOPLE),
        SamEquippedCard(resident_text("wang"), PHOTO),
        ThaiCard(THAI_MEMORY),
        BelgianCard(BELGIAN_FILES),
        MyKadCard(MYKAD_FILE_1),
        StorageCard(),
        StorageCard(serial=bytes(8)),
        _Payment(),
    ],
)
@pytest.mark.parametrize("replace", [False, True])
def test_a_card_of_another_kind_is_never_written_to(card: Card, replace: bool) -> None:
    channel = DirectChannel(card)
    refused = issue(channel, CARD, KEY, replace=replace)
    assert isinstance(refused, Refused)
    assert refused.problem is Problem.KNOWN_CARD
    # The commands C8 32 and CC 00 for a MyKad are of another class and do not write.
    assert not [sent for sent in channel.commands if sent[0] == 0 and sent[1] in WRITES]
    for person in PEOPLE.values():
        assert person.name not in refused.detail
        assert person.number not in refused.detail


def test_a_contact_card_is_never_sent_a_command_of_class_ff() -> None:
    """Class FF is invalid for a card. The emulator of vsmartcard, for example, ends at it."""
    for card in (BlankCard(), BlankCard(cplc=CPLC)):
        channel = DirectChannel(card)
        assert isinstance(issue(channel, CARD, KEY), Issued)
        assert not [sent for sent in channel.commands if sent[0] == 0xFF]


def test_a_card_removed_at_any_command_can_be_issued_again() -> None:
    whole = DirectChannel(BlankCard())
    assert isinstance(issue(whole, CARD, KEY), Issued)
    for number in range(len(whole.commands)):
        card = BlankCard()
        with pytest.raises(ChannelError):
            issue(DirectChannel(card, pull_before=number), CARD, KEY)
        again = done(card)
        if isinstance(again, Refused):
            # The record was already complete, so only ``replace`` may overwrite it.
            assert again.problem is Problem.NOT_BLANK
            assert read(DirectChannel(card), TRUST) == CARD
        else:
            assert again.card == CARD


class _Forgetful(BlankCard):
    """A card that reports a successful write, but keeps the old byte at one place."""

    def _update(self, offset: int, data: bytes) -> bytes:
        kept = data[:5] + b"\x00" + data[6:] if offset == 34 else data
        return super()._update(offset, kept)


def test_a_record_that_reads_back_wrong_is_refused() -> None:
    refused = done(_Forgetful())
    assert isinstance(refused, Refused)
    assert refused.problem is Problem.NOT_VERIFIED
    assert "CRD-210" in refused.detail


def test_a_card_of_another_issuer_is_not_accepted() -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(STRANGER_SEED)
    card = BlankCard()
    assert isinstance(issue(DirectChannel(card), CARD, stranger), Issued)
    assert read(DirectChannel(card), TRUST) == OPERATOR_CARD_REFUSED
    assert signed(content()) != signed(content(), STRANGER_SEED)


class Blocked(BlankCard):
    """A card that accepts all writes and has one application that its issuer has blocked."""

    name = b""

    def answer(self, apdu: bytes) -> bytes:
        if apdu[:3] == b"\x00\xa4\x04" and self.name and self.name in apdu:
            return b"\x62\x83"  # selected file deactivated (ISO/IEC 7816-4, table 6)
        return super().answer(apdu)


@pytest.mark.parametrize("name", [b"1PAY.SYS.DDF01", b"2PAY.SYS.DDF01", b"sx1.sh."])
def test_a_card_with_a_blocked_application_is_never_written_to(name: bytes) -> None:
    card = Blocked()
    card.name = name
    channel = DirectChannel(card)
    refused = issue(channel, CARD, KEY, replace=True)
    assert isinstance(refused, Refused)
    assert refused.problem is Problem.KNOWN_CARD
    assert not [sent for sent in channel.commands if sent[1] in WRITES]
