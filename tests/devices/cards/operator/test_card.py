"""Operator cards: the layout (vectors made by hand), refused cards, and random bytes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from devices.cards.operator.card import OperatorTrust, parse_content, read, split, verify
from devices.cards.operator.chip import NO_CHIP, Chip, ChipKind, identify
from devices.cards.operator.personalise import encode
from devices.cards.registry import profiles_for, read_card
from devices.faults import (
    CARD_DAMAGED,
    CARD_EXPIRED,
    CARD_NOT_YET_VALID,
    CARD_PULLED,
    OPERATOR_CARD_REFUSED,
)
from devices.health import Fault
from devices.operator import OperatorCard, Role
from devices.readers.trace import TracedChannel
from tests.devices.channels import DirectChannel
from tests.rig.operator_cards import (
    APPLICATION,
    CONTACT_ATR,
    CONTACTLESS_ATR,
    CPLC,
    ISSUER_KEY,
    NUMBERS,
    OTHER_UID,
    SERIALS,
    UID,
    BlankCard,
    card_with,
    content,
    operator_card,
    signed,
)
from tests.rig.people import social_security_card
from tests.rig.vcard import UnknownCard

TODAY = date(2026, 6, 1)
TRUST = OperatorTrust((ISSUER_KEY,))

# Made by hand from the table in docs/operator-cards.md, and signed by openssl (pkeyutl -rawin) with
# the key of RFC 8032, 7.1, test 1.
CONTENT = bytes.fromhex(
    "E1 3A"
    "4F 0A F0 53 54 41 54 49 4F 4E 4F 50"
    "80 01 01"
    "81 01 02"
    "82 06 4D 2D 30 30 30 37"
    "83 08 01 23 45 67 89 AB CD EF"
    "84 04 20 26 03 01"
    "85 04 20 28 02 29"
    "86 08 01 04 A1 B2 C3 D4 E5 80"
)
SIGNATURE = bytes.fromhex(
    "0b689a1a3e90036bc45e75ef398588ec6b4482515153e8f02d42415984eff47a"
    "683c1d40dfd446e740ff9636be4d581274f600749cb31a73e9e1d89a20687101"
)
RECORD = CONTENT + bytes.fromhex("9E 40") + SIGNATURE
CARD = OperatorCard(
    Role.MAINTAINER, "M-0007", "0123456789abcdef", date(2026, 3, 1), date(2028, 2, 29)
)


def read_on(card: BlankCard, trust: OperatorTrust = TRUST) -> OperatorCard | Fault | None:
    return read(DirectChannel(card), trust)


def refused(result: object, why: str) -> None:
    assert result == OPERATOR_CARD_REFUSED
    assert isinstance(result, Fault)
    assert why in result.detail


def damaged(result: object, why: str) -> None:
    assert result == CARD_DAMAGED
    assert isinstance(result, Fault)
    assert result.detail.startswith(why)


def test_the_example_in_the_docs_is_this_record() -> None:
    text = (Path(__file__).parents[4] / "docs" / "operator-cards.md").read_text(encoding="utf-8")
    blocks = [block.split("```")[0] for block in text.split("```\n") if block.startswith("E1 ")]
    assert [bytes.fromhex(block) for block in blocks] == [RECORD]


def test_a_record_has_the_documented_layout() -> None:
    assert verify(RECORD, TRUST) == (CARD, Chip(ChipKind.CONTACTLESS, UID))
    assert encode(CARD, Chip(ChipKind.CONTACTLESS, UID)) == CONTENT


@pytest.mark.parametrize(("key", "role"), [("staff", Role.STAFF), ("maintainer", Role.MAINTAINER)])
def test_a_valid_card_gives_its_holder_and_role(key: str, role: Role) -> None:
    expected = OperatorCard(
        role, NUMBERS[key].decode(), SERIALS[key], date(2026, 1, 1), date(2099, 12, 31)
    )
    for card in (operator_card(key), operator_card(key, "bound")):
        assert read_card(DirectChannel(card), TODAY, profiles_for(TRUST)) == expected


@pytest.mark.parametrize(
    "card",
    [
        BlankCard(chained=True, always_informs=True),
        BlankCard(largest=128, wants_le=True),
        BlankCard(atr=CONTACTLESS_ATR),
    ],
    ids=["chained", "wants-le", "contactless"],
)
def test_all_variants_of_answers_are_read(card: BlankCard) -> None:
    found = read_on(card_with(signed(content()), card))
    assert isinstance(found, OperatorCard)
    assert found.serial == SERIALS["staff"]


def test_other_cards_are_not_operator_cards() -> None:
    assert read(DirectChannel(social_security_card("wang")), TRUST) is None
    assert read(DirectChannel(UnknownCard()), TRUST) is None
    assert read_on(BlankCard()) is None


def test_without_an_issuer_no_card_is_accepted() -> None:
    refused(read_card(DirectChannel(operator_card("staff")), TODAY), "no issuer is configured")


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ("stranger", "no configured issuer signed it"),
        ("altered", "no configured issuer signed it"),
        ("copied", "another chip"),
        ("copied-blind", "another chip"),
    ],
)
@pytest.mark.parametrize("key", ["staff", "maintainer"])
def test_a_wrong_signature_or_chip_is_refused(key: str, fault: str, why: str) -> None:
    refused(read_on(operator_card(key, fault)), why)


def test_a_revoked_card_is_refused_by_its_serial() -> None:
    trust = OperatorTrust((ISSUER_KEY,), frozenset({SERIALS["staff"]}))
    refused(read_on(operator_card("staff"), trust), SERIALS["staff"])
    assert isinstance(read_on(operator_card("maintainer"), trust), OperatorCard)


def test_a_station_can_require_cards_bound_to_their_chip() -> None:
    trust = OperatorTrust((ISSUER_KEY,), bound_only=True)
    refused(read_on(operator_card("staff"), trust), "not bound to a chip")
    assert isinstance(read_on(operator_card("staff", "bound"), trust), OperatorCard)


def test_a_record_of_any_configured_issuer_is_accepted() -> None:
    assert isinstance(
        read_on(operator_card("staff"), OperatorTrust((bytes(32), ISSUER_KEY))), OperatorCard
    )


@pytest.mark.parametrize(
    ("fault", "expected"), [("expired", CARD_EXPIRED), ("early", CARD_NOT_YET_VALID)]
)
def test_a_card_outside_its_days_of_validity_is_refused(fault: str, expected: Fault) -> None:
    card = operator_card("staff", fault)
    assert read_card(DirectChannel(card), TODAY, profiles_for(TRUST)) == expected


def test_the_first_and_last_day_are_valid() -> None:
    assert [CARD.fault_on(date(2026, 2, 28)), CARD.fault_on(date(2026, 3, 1))] == [
        CARD_NOT_YET_VALID,
        None,
    ]
    assert [CARD.fault_on(date(2028, 2, 29)), CARD.fault_on(date(2028, 3, 1))] == [
        None,
        CARD_EXPIRED,
    ]


def test_a_malformed_record_is_damaged() -> None:
    damaged(read_on(operator_card("staff", "cut")), "record: signature")
    damaged(read_on(operator_card("staff", "blank")), "record: blank")
    damaged(read_on(card_with(b"\xff" * 160)), "record: blank")
    damaged(read_on(card_with(b"\xe2\x10")), "record: header")
    damaged(read_on(card_with(b"\xe1\x80")), "record: header")
    damaged(read_on(card_with(b"\xe1\x7f")), "file: ")
    damaged(split(RECORD[:-1]), "record: 125 bytes of 126")
    damaged(split(RECORD + b"\x00"), "record: 127 bytes of 126")
    damaged(split(b""), "record: header")


def test_a_signed_record_of_a_later_version_is_refused() -> None:
    refused(read_on(card_with(signed(content(version=2)))), "version")


@pytest.mark.parametrize(
    ("at", "put", "why"),
    [
        (2, b"\x50", "content: application"),
        (19, b"\x00", "content: role"),
        (19, b"\x03", "content: role"),
        (22, b"/", "content: number"),
        (22, b"\xe9", "content: number"),
        (40, bytes.fromhex("20261301"), "content: dates"),
        (40, bytes.fromhex("00000000"), "content: dates"),
        (40, bytes.fromhex("2026030A"), "content: dates"),
        (40, bytes.fromhex("20290301"), "content: dates"),
        (52, b"\x03", "content: chip"),
        (52, b"\x00", "content: chip"),
        (38, b"\x85", "content: items"),
        (1, b"\x3b", "content: header"),
    ],
)
def test_a_signed_but_invalid_content_is_damaged(at: int, put: bytes, why: str) -> None:
    changed = CONTENT[:at] + put + CONTENT[at + len(put) :]
    damaged(verify(signed(changed), TRUST) if at != 1 else parse_content(changed), why)


@pytest.mark.parametrize(
    "items",
    [
        "4F0A" + APPLICATION.hex() + "800101",
        "4F0A" + APPLICATION.hex() + "800101" + CONTENT.hex()[34:] + "8700",
        "4F0A"
        + APPLICATION.hex()
        + "800101"
        + CONTENT.hex()[40:56]
        + CONTENT.hex()[34:40]
        + CONTENT.hex()[56:],
    ],
    ids=["too few", "one too many", "out of order"],
)
def test_missing_added_or_moved_items_are_damage(items: str) -> None:
    data = bytes.fromhex(items)
    damaged(parse_content(b"\xe1" + bytes((len(data),)) + data), "content: items")


def test_a_chip_is_identified_by_its_fixed_number() -> None:
    def of(card: BlankCard) -> Chip:
        return identify(DirectChannel(card))

    assert of(BlankCard(CONTACTLESS_ATR, uid=UID)) == Chip(ChipKind.CONTACTLESS, UID)
    java = Chip(ChipKind.CPLC, bytes.fromhex("47905167090A12345678"))
    assert of(BlankCard(CONTACTLESS_ATR, uid=bytes.fromhex("08112233"), cplc=CPLC)) == java
    assert of(BlankCard(CONTACT_ATR, uid=UID, cplc=CPLC)) == java
    assert of(BlankCard(CONTACT_ATR, cplc=CPLC[3:])) == java
    unserialised = CPLC[:15] + bytes(4) + CPLC[19:]
    for cplc in (None, b"", CPLC[:-1], unserialised):
        assert of(BlankCard(CONTACT_ATR, cplc=cplc)) == NO_CHIP


def test_a_contact_card_is_never_sent_a_command_of_class_ff() -> None:
    channel = DirectChannel(operator_card("staff", "copied-blind"))
    refused(read(channel, TRUST), "another chip")
    assert not [sent for sent in channel.commands if sent[0] == 0xFF]


def test_a_card_can_be_bound_by_its_production_data() -> None:
    bound = signed(content(chip=bytes.fromhex("02 47905167 090A 12345678")))
    assert isinstance(read_on(card_with(bound, BlankCard(cplc=CPLC))), OperatorCard)
    other = CPLC[:15] + b"\x99" + CPLC[16:]
    refused(read_on(card_with(bound, BlankCard(cplc=other))), "another chip")
    contactless = BlankCard(CONTACTLESS_ATR, uid=OTHER_UID, cplc=CPLC)
    assert isinstance(read_on(card_with(bound, contactless)), OperatorCard)


def test_a_card_removed_at_any_command_is_reported() -> None:
    whole = DirectChannel(operator_card("staff", "bound"))
    assert isinstance(read_card(whole, TODAY, profiles_for(TRUST)), OperatorCard)
    assert len(whole.commands) > 5
    for number in range(len(whole.commands)):
        channel = DirectChannel(operator_card("staff", "bound"), pull_before=number)
        assert read_card(channel, TODAY, profiles_for(TRUST)) == CARD_PULLED


@given(some.binary(max_size=200))
@settings(max_examples=300, deadline=None)
def test_random_bytes_are_no_valid_record(data: bytes) -> None:
    assert isinstance(verify(data, TRUST), Fault)


@given(some.binary(max_size=130).map(lambda data: b"\xe1" + bytes((len(data),)) + data))
@settings(max_examples=300, deadline=None)
def test_random_bytes_are_no_valid_content(data: bytes) -> None:
    assert isinstance(parse_content(data), Fault)


@given(
    some.builds(
        OperatorCard,
        some.sampled_from(Role),
        some.from_regex(r"\A[A-Za-z0-9._-]{1,32}\Z"),
        some.binary(min_size=8, max_size=8).map(bytes.hex),
        some.dates(date.min, date(2030, 1, 1)),
        some.dates(date(2030, 1, 1), date.max),
    ),
    some.sampled_from([NO_CHIP, Chip(ChipKind.CONTACTLESS, UID), Chip(ChipKind.CPLC, CPLC[:10])]),
)
@settings(deadline=None)
def test_every_card_has_one_encoding_that_fits_the_file(card: OperatorCard, chip: Chip) -> None:
    encoded = encode(card, chip)
    assert parse_content(encoded) == (card, chip)
    assert len(signed(encoded)) <= 155
    for at in range(len(encoded)):
        changed = bytearray(encoded)
        changed[at] ^= 0x01
        again = parse_content(bytes(changed))
        assert isinstance(again, Fault) or encode(*again) == bytes(changed)


def test_a_trace_shows_file_names_but_not_the_record() -> None:
    lines: list[str] = []
    channel = TracedChannel(
        DirectChannel(operator_card("staff", "bound")), lambda line: lines.append(str(line))
    )
    assert isinstance(read(channel, TRUST), OperatorCard)
    trace = "\n".join(lines).upper()
    assert "F053544154494F4E4F50" in trace
    assert "FFCA000000" in trace
    for secret in (UID, NUMBERS["staff"], bytes.fromhex(SERIALS["staff"])):
        assert secret.hex().upper() not in trace
