"""Dates, times, money and codes are written in English as people say them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.voice.reading.english import digits, phone, written_out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2 of 3 pages", "2 of 3 pages"), ("2026-03-05", "5 March 2026"),
        ("¥12.50", "12 yuan 50"), ("3.00 yuan", "3 yuan"), ("1,234 yuan", "1234 yuan"),
        ("13800138000", "1 3 8, 0 0 1 3, 8 0 0 0"), ("Call 12333", "Call 1 2 3 3 3"),
        ("08:30-17:00", "8 30 to 17 o'clock"), ("9:05", "9 oh 5"), ("No. 5", "number 5"),
        ("staff number 300415", "staff number 3 0 0 4 1 5"), ("A4 paper", "A 4 paper"),
        ("110101199003071234", "1 1 0 1 0 1 1 9 9 0 0 3 0 7 1 2 3 4"),
        ("A sentence without numbers.", "A sentence without numbers."), ("007", "0 0 7"),
    ],
)  # fmt: skip
def test_text_is_written_as_it_is_said(text: str, said: str) -> None:
    assert written_out(text) == said


def test_digits_and_phone_numbers_are_read_singly() -> None:
    assert digits("30-21") == "3 0 2 1"
    assert phone("010-1234") == "0 1 0, 1 2 3 4"


@given(st.text(alphabet="0123456789 yuanNo.-/:,ABx%¥", max_size=30))
def test_no_text_fails(text: str) -> None:
    written_out(text)
