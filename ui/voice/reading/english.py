"""Writes dates, times, money and codes in English as they are said.

For the speech process. Pure functions of text. English synthesisers read plain numbers well.
"""

from __future__ import annotations

import re
from collections.abc import Callable

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_PHONE = r"(?<!\d)(1[3-9]\d{9}|0\d{2,3}-\d{7,8}|[48]00-?\d{3}-?\d{4})(?!\d)"
_CODE = r"(?<![A-Za-z0-9])(?=[A-Za-z0-9-]*\d)[A-Za-z]+-?\d[A-Za-z0-9-]*"
LONGEST_QUANTITY = 4
"""A number without separators that has more digits is a code."""


def digits(text: str) -> str:
    """Return each letter and digit on its own: ``3021`` as ``3 0 2 1``."""
    return " ".join(each for each in text if each.isalnum())


def phone(text: str) -> str:
    """Return a phone number digit by digit, with pauses between its groups."""
    plain = text.strip()
    if re.fullmatch(r"1\d{10}", plain):
        plain = f"{plain[:3]}-{plain[3:7]}-{plain[7:]}"
    return ", ".join(digits(group) for group in re.split(r"-+", plain))


def date(year: str, month: str, day: str) -> str:
    """Return a date: ``5 March 2026``."""
    return f"{int(day)} {MONTHS[int(month) - 1]} {year}"


def clock(hour: str, minute: str) -> str:
    """Return a time of day: ``8 30``, ``9 oh 5``, ``14 o'clock``."""
    hours, minutes = int(hour), int(minute)
    if minutes == 0:
        return f"{hours} o'clock"
    return f"{hours} oh {minutes}" if minutes < 10 else f"{hours} {minutes}"


def money(amount: str) -> str:
    """Return an amount in yuan: ``12 yuan 50``, ``3 yuan``."""
    whole, _, cents = amount.replace(",", "").partition(".")
    fraction = int(cents.ljust(2, "0")[:2]) if cents else 0
    return f"{whole} yuan {fraction:02d}" if fraction else f"{whole} yuan"


def written_out(text: str) -> str:
    """Return the text with dates, times, money and codes written as they are said."""
    for pattern, said in _RULES:
        text = re.sub(pattern, said, text)
    return text


def _day(found: re.Match[str]) -> str:
    return date(found[1], found[2], found[3]) if 1 <= int(found[2]) <= 12 else found[0]


def _plain_number(found: re.Match[str]) -> str:
    text = found[0]
    if text.isdigit() and (len(text) > LONGEST_QUANTITY or (text[0] == "0" and len(text) > 1)):
        return digits(text)
    return text.replace(",", "")


Rule = tuple[str, str | Callable[[re.Match[str]], str]]

_RULES: tuple[Rule, ...] = (
    (r"(?<![\dA-Za-z])\d{17}[\dXx](?![\dA-Za-z])", lambda found: digits(found[0])),
    (_PHONE, lambda found: phone(found[0])),
    (r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)", _day),
    (r"(\d{1,2}):(\d{2})(?::\d{2})?", lambda found: clock(found[1], found[2])),
    (rf"(?:¥|￥|CNY|RMB)\s*({_NUMBER})", lambda found: money(found[1])),
    (rf"({_NUMBER})\s*yuan", lambda found: money(found[1])),
    (_CODE, lambda found: digits(found[0])),
    (r"(?<=\d)\s*[-–—]\s*(?=\d)", " to "),
    (rf"(?<![\w.])(?:{_NUMBER})(?![\w])", _plain_number),
    (r"\bNo\.\s*(?=\d)", "number "),
    (r"\s*[—–/]\s*", ", "),
    (r"\s*&\s*", " and "),
)
