"""Format amounts, rates, dates and times as Chinese documents write them.

Amounts and rates are `Decimal`, never binary floating point.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal

MISSING = "未提供"
"""Printed if the source has no value."""

CHINA_TIME = timezone(timedelta(hours=8))

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_SECTIONS = ("", "万", "亿", "万亿")
_CENT = Decimal("0.01")
_ZERO = Decimal("0.00")
_LIMIT = Decimal(10) ** 16


def money(amount: Decimal | None) -> str:
    """Format with two decimals and separators: ``12,345.60``. Rounds like `capitals`."""
    return MISSING if amount is None else f"{_rounded(amount):,.2f}"


def _rounded(amount: Decimal) -> Decimal:
    """Round to cents, halves away from zero. An amount that rounds to zero has no sign."""
    return amount.quantize(_CENT, ROUND_HALF_UP) or _ZERO


def yuan(amount: Decimal | None) -> str | None:
    """Format an amount with its unit: ``12,345.60 元``."""
    return None if amount is None else f"{money(amount)} 元"


def percent(rate: Decimal | None) -> str | None:
    """Format a fraction as a percentage, with all its digits: ``8.5%``."""
    return None if rate is None else f"{(rate * 100).normalize():f}%"


def count(number: int | None, unit: str) -> str | None:
    """Format a number with its unit: ``24 个月``."""
    return None if number is None else f"{number} {unit}"


def day(value: date | None) -> str | None:
    """Format a date as ``2026年11月21日``."""
    return None if value is None else f"{value.year}年{value.month}月{value.day}日"


def stamp(moment: datetime) -> str:
    """Format China time as ``2026-11-21 16:30:05``; ``moment`` has a time zone."""
    return moment.astimezone(CHINA_TIME).strftime("%Y-%m-%d %H:%M:%S")


def capitals(amount: Decimal) -> str:
    """Write the amount in Chinese capitals (大写金额) by 支付结算办法, annex 1.

    Rounded to cents. 1409.50 is 人民币壹仟肆佰零玖元伍角整.

    :raises ValueError: the amount is 10^16 yuan or more.
    """
    rounded = abs(_rounded(amount))
    if rounded >= _LIMIT:
        raise ValueError("an amount beyond the words for it")
    whole, cents = divmod(int(rounded * 100), 100)
    tenths, hundredths = divmod(cents, 10)
    text = "人民币负" if amount < 0 and rounded else "人民币"
    if whole or not cents:
        text += (_integer(whole) or "零") + "元"
    if tenths:
        # Write 零 before the tenths if the last digit of the yuan is 0, as in 1680.32.
        text += ("零" if whole and whole % 10 == 0 else "") + _DIGITS[tenths] + "角"
    elif hundredths and whole:
        text += "零"
    return text + (f"{_DIGITS[hundredths]}分" if hundredths else "整")


def _integer(number: int) -> str:
    """Write the whole yuan in sections of four digits; return an empty text for 0."""
    text = ""
    gap = False
    for section in range(len(_SECTIONS) - 1, -1, -1):
        value = number // 10_000**section % 10_000
        if value == 0:
            gap = gap or bool(text)
            continue
        if text and (gap or value < 1000):
            text += "零"
        text += _section(value) + _unit(section, number)
        gap = False
    return text


def _unit(section: int, number: int) -> str:
    """Return the unit of a section; 万亿 is shortened to 万 if the section of 亿 is not zero."""
    if section == 3 and number // 10_000**2 % 10_000:
        return "万"
    return _SECTIONS[section]


def _section(value: int) -> str:
    text, gap = "", False
    for place in range(3, -1, -1):
        digit = value // 10**place % 10
        if digit == 0:
            gap = gap or bool(text)
            continue
        text += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return text
