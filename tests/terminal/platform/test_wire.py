"""The wire types: limits, hidden personal data, and opening hours."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from devices.identity import Assurance, CardKind
from terminal.platform import wire
from terminal.platform.catalogue import describe
from terminal.platform.faults import FAULTS
from terminal.platform.wire import Hours, calls
from terminal.sandbox.switches import (
    CatalogueSwitch,
    CopySwitch,
    DocumentSwitch,
    FaultSwitch,
    HelpSwitch,
    InformationSwitch,
)

PERSONAL = ("王建明", "100101195803120216", "A10010011", "135790", "2468")


def test_no_repr_shows_personal_data() -> None:
    said = [
        wire.Identify(CardKind.RESIDENT_ID, Assurance.CARD_FREE, *PERSONAL[1:3], PERSONAL[0]),
        wire.CheckCode("person", PERSONAL[3]),
        wire.CheckStaff("person", "item", "1001", PERSONAL[4]),
        wire.Proved(Assurance.STAFF, PERSONAL[0], PERSONAL[1]),
        wire.Issued(PERSONAL[0].encode(), "number", "type", "code", 1),
    ]
    for each in said:
        assert not any(word in repr(each) or word in str(each) for word in PERSONAL), each


@pytest.mark.parametrize(
    ("message", "body"),
    [
        (wire.Identify, {"kind": "resident_id", "card_assurance": 1, "id_number": "1 OR 1=1"}),
        (wire.Identify, {"kind": "resident_id", "card_assurance": 1, "name": "王" * 121}),
        (wire.Identify, {"kind": "resident_id", "card_assurance": 1, "surname": "王"}),
        (wire.Identify, {"kind": "library_card", "card_assurance": 1}),
        (wire.Identify, {"kind": "resident_id", "card_assurance": 5}),
        (wire.CheckCode, {"person": "p", "code": "12345"}),
        (wire.CheckCode, {"person": "p", "code": "１２３４５６"}),
        (wire.CheckCode, {"person": "p", "code": "123456\n"}),
        (wire.SendCode, {"person": "p\n"}),
        (wire.CheckCode, {"person": "p" * 65, "code": "123456"}),
        (wire.Issue, {"idempotency_key": "k", "person": "p", "item": "a/b"}),
        (wire.Issued, {"document": "===", "document_number": "n", "document_type": "t",
                       "verification_code": "c", "pages": 1}),
        (wire.Hours, {"days": [8], "opens": "08:30", "closes": "17:30"}),
        (wire.Hours, {"days": [1], "opens": "8:30", "closes": "17:30"}),
    ],
)  # fmt: skip
def test_value_outside_its_limits_is_not_decoded(
    message: type[msgspec.Struct], body: dict[str, object]
) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode(body), type=message)


def test_answer_of_a_newer_platform_is_decoded() -> None:
    body = b'{"server_time":1700000000,"leap_seconds":37}'
    assert msgspec.json.decode(body, type=wire.ServerTime).server_time == 1_700_000_000


def test_error_description_names_the_place_without_the_value() -> None:
    body = '{"person":"p","assurance":1,"factors":["王建明"],"expires_in_s":1}'.encode()
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.json.decode(body, type=wire.Identified)
    assert "王建明" in str(caught.value)  # otherwise this test would prove nothing
    assert describe(caught.value) == "ValidationError $.factors[0]"


def test_item_is_open_in_its_hours() -> None:
    weekdays = Hours((1, 2, 3, 4, 5), "08:30", "17:30")
    item = msgspec.structs.replace(ITEM, hours=(weekdays, Hours((6,), "09:00", "24:00")))
    opened = {
        (day, clock): item.open_at(day, clock)
        for day in (5, 6, 7)
        for clock in ("08:29", "08:30", "17:29", "17:30", "23:59")
    }
    assert {key for key, is_open in opened.items() if is_open} == {
        (5, "08:30"), (5, "17:29"), (6, "17:29"), (6, "17:30"), (6, "23:59"),
    }  # fmt: skip
    assert all(ITEM.open_at(day, "03:00") for day in range(1, 8))


def test_canonical_bytes_are_sorted() -> None:
    assert wire.canonical(wire.Text("中", "en")) == '{"en":"en","zh":"中"}'.encode()


def test_every_refusal_has_an_error_status_and_a_fault_of_the_platform() -> None:
    for code in wire.ErrorCode:
        assert 400 <= code.status < 600, code
        assert code.fault.code in FAULTS.codes(), code


def test_refusal_is_only_its_code_in_json() -> None:
    assert msgspec.json.encode(wire.ErrorCode.CODE_LOCKED) == b'"code_locked"'
    assert msgspec.json.decode(b'"code_locked"', type=wire.ErrorCode) is wire.ErrorCode.CODE_LOCKED


def test_table_contains_every_call_once() -> None:
    declared = [each for each in vars(calls).values() if isinstance(each, wire.Call)]
    assert list(wire.CALLS) == declared
    for value in ("name", "path"):
        assert len({getattr(call, value) for call in declared}) == len(declared)


def test_documentation_lists_every_switch() -> None:
    page = (Path(__file__).parents[3] / "docs" / "platform.md").read_text("utf-8")
    for switches in (
        FaultSwitch, DocumentSwitch, CatalogueSwitch, CopySwitch, InformationSwitch, HelpSwitch,
    ):  # fmt: skip
        for switch in switches:
            assert switch in ("none", "genuine") or f"`{switch}`" in page, switch


_ONE = wire.Text("一", "one")
ITEM = wire.Item(
    code="X-1",
    kind=wire.ItemKind.QUERY,
    title=_ONE,
    subtitle=_ONE,
    elder_title=_ONE,
    elder_subtitle=_ONE,
    icon="shield",
    category=_ONE,
    guide=wire.Guide(_ONE, _ONE, _ONE, _ONE, _ONE, "12333"),
    assurance_needed=Assurance.CARD_FREE,
    quota_per_day=1,
)


@pytest.mark.parametrize(
    "name", ["王\u202e建明", "\u200b王建明", "王建明\u2066", "王\u2028明", "王\n明", "王\U000e0041",
             "王\ufffe"],
)  # fmt: skip
@pytest.mark.parametrize("message", [wire.Identify, wire.Proved])
def test_name_with_an_invisible_character_is_not_decoded(
    message: type[msgspec.Struct], name: str
) -> None:
    body = {"kind": "resident_id", "card_assurance": 1} | {"assurance": 4}
    body = {key: value for key, value in body.items() if key in message.__struct_fields__}
    assert msgspec.convert(body | {"name": "阿卜杜热合曼·买买提明"}, message)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(body | {"name": name}, message)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode(body | {"name": name}), type=message)


def test_name_with_an_unassigned_code_point_is_not_decoded() -> None:
    with pytest.raises(msgspec.ValidationError, match="text-not-a-character"):
        msgspec.convert({"assurance": 4, "name": "王\u0378明"}, wire.Proved)
    assert msgspec.convert({"assurance": 4, "name": "𠮷㛃䶮𬀩"}, wire.Proved).name == "𠮷㛃䶮𬀩"
