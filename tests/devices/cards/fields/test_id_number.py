"""ID numbers: check digits of GB 11643, published samples, and the data that a number contains."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.cards.fields.id_number import (
    IdNumber,
    NumberKind,
    NumberProblem,
    check_character,
    consistency,
    parse_number,
    upgrade,
)
from devices.identity import Sex


@pytest.mark.parametrize(
    ("text", "kind", "birth", "sex"),
    [
        ("11010519491231002X", NumberKind.CITIZEN, date(1949, 12, 31), Sex.FEMALE),
        ("932682198501010017", NumberKind.FOREIGN_2023, date(1985, 1, 1), Sex.MALE),
        ("911124198108030024", NumberKind.FOREIGN_2023, date(1981, 8, 3), Sex.FEMALE),
        ("100101195803120216", NumberKind.CITIZEN, date(1958, 3, 12), Sex.MALE),
        ("10010119430905014x", NumberKind.CITIZEN, date(1943, 9, 5), Sex.FEMALE),
        ("110105491231002", NumberKind.CITIZEN_15, date(1949, 12, 31), Sex.FEMALE),
    ],
)
def test_valid_numbers_are_parsed(text: str, kind: NumberKind, birth: date, sex: Sex) -> None:
    number = parse_number(text)
    assert isinstance(number, IdNumber)
    assert (number.kind, number.birth, number.sex) == (kind, birth, sex)
    assert number.text == text.upper()


@pytest.mark.parametrize("prefix", ["81", "82", "83"])
def test_numbers_with_a_permit_prefix_are_permits(prefix: str) -> None:
    first = f"{prefix}000019900101001"
    number = parse_number(first + check_character(first))
    assert isinstance(number, IdNumber)
    assert number.kind is NumberKind.PERMIT


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("110105194912310021", NumberProblem.CHECK_DIGIT),
        ("11010519491231002", NumberProblem.FORMAT),
        ("１1010519491231002X", NumberProblem.FORMAT),
        ("1101051949123100ZX", NumberProblem.FORMAT),
        ("", NumberProblem.FORMAT),
        ("110105491331002", NumberProblem.BIRTH_DATE),
        ("11010519490230002" + check_character("11010519490230002"), NumberProblem.BIRTH_DATE),
    ],
)
def test_invalid_numbers_give_their_problem(text: str, problem: NumberProblem) -> None:
    assert parse_number(text) is problem


def test_a_wrong_digit_or_two_swapped_digits_are_refused() -> None:
    """Every wrong digit and every swap of neighbours, in one sample number."""
    whole = "11010519491231002X"
    for at in range(17):
        for digit in "0123456789":
            changed = whole[:at] + digit + whole[at + 1 :]
            if changed != whole:
                assert not isinstance(parse_number(changed), IdNumber)
        swapped = whole[:at] + whole[at + 1] + whole[at] + whole[at + 2 :]
        if swapped != whole:
            assert not isinstance(parse_number(swapped), IdNumber)


def test_fifteen_digits_become_eighteen() -> None:
    number = parse_number("110105491231002")
    assert isinstance(number, IdNumber)
    assert upgrade(number) == "11010519491231002X"


def test_a_2017_foreign_number_is_parsed() -> None:
    number = parse_number("can110181080300")
    assert isinstance(number, IdNumber)
    assert (number.kind, number.text) == (NumberKind.FOREIGN_2017, "CAN110181080300")
    assert consistency(number, date(1981, 8, 3), Sex.FEMALE) == ()
    assert consistency(number, date(1981, 8, 4), Sex.FEMALE) == ("birth-differs-from-number",)


def test_differences_from_the_card_are_warnings() -> None:
    number = parse_number("11010519491231002X")
    assert isinstance(number, IdNumber)
    assert consistency(number, date(1949, 12, 31), Sex.FEMALE) == ()
    assert consistency(number, date(1949, 12, 30), Sex.FEMALE) == ("birth-differs-from-number",)
    assert consistency(number, None, Sex.MALE) == ("sex-differs-from-number",)
    assert consistency(number, None, Sex.UNKNOWN) == ()


def test_repr_does_not_show_the_number() -> None:
    assert "1949" not in repr(parse_number("11010519491231002X"))


@settings(deadline=None)
@given(st.text(max_size=20) | st.text(alphabet="0123456789X", min_size=15, max_size=18))
def test_any_text_gives_a_number_or_a_problem(text: str) -> None:
    assert isinstance(parse_number(text), (IdNumber, NumberProblem))
