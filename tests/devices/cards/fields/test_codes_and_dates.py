"""The code tables and the date formats of cards."""

from __future__ import annotations

from datetime import date

import pytest

from devices.cards.fields.codes import ETHNIC, ethnic_name
from devices.cards.fields.dates import DateProblem, parse_birth, parse_date
from devices.identity import LONG_TERM, PartialDate


def test_the_58_ethnic_groups_have_their_codes() -> None:
    assert len(ETHNIC) == 58
    spot = {"01": "汉", "05": "维吾尔", "11": "满", "23": "高山", "30": "土", "43": "乌孜别克",
            "50": "塔塔尔", "56": "基诺", "97": "其他", "98": "外国血统"}  # fmt: skip
    for code, name in spot.items():
        assert ethnic_name(code) == name
    assert ethnic_name("5") == "维吾尔"


def test_unknown_codes_are_returned_unchanged() -> None:
    assert ethnic_name("57") == "57"
    assert ethnic_name("  ") is None
    assert ethnic_name("00") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20240229", date(2024, 2, 29)),
        ("长期", LONG_TERM),
        ("长期      ", LONG_TERM),
        ("        ", None),
        ("00000000", None),
        ("ffffffff", None),
        ("20230229", DateProblem.IMPOSSIBLE),
        ("20231301", DateProblem.IMPOSSIBLE),
        ("2023010", DateProblem.IMPOSSIBLE),
        ("2023010a", DateProblem.IMPOSSIBLE),
        ("２０２３０１０１", DateProblem.IMPOSSIBLE),
        ("00010000", DateProblem.IMPOSSIBLE),
    ],
)
def test_parse_date_accepts_only_real_dates(text: str, expected: object) -> None:
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("19850730", date(1985, 7, 30)),
        ("19850700", PartialDate(1985, 7)),
        ("19850000", PartialDate(1985)),
        ("19850015", PartialDate(1985, None, 15)),
        ("19850229", DateProblem.IMPOSSIBLE),
        ("19851300", DateProblem.IMPOSSIBLE),
        ("19850032", DateProblem.IMPOSSIBLE),
        ("00000000", DateProblem.IMPOSSIBLE),
        ("1985", DateProblem.IMPOSSIBLE),
        ("        ", DateProblem.IMPOSSIBLE),
    ],
)
def test_parse_birth_accepts_an_unknown_month_or_day(text: str, expected: object) -> None:
    assert parse_birth(text) == expected


def test_a_partial_date_shows_only_its_known_parts() -> None:
    days = (PartialDate(1985), PartialDate(1985, 7), PartialDate(1985, None, 15))
    assert [day.isoformat() for day in days] == ["1985", "1985-07", "1985-XX-15"]
    assert not any(isinstance(day, date) for day in days)
