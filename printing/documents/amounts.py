"""Amounts, rates, days and times in the words of Chinese papers. Decimal, never binary."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal

from .certificates.data import Month

MISSING = "未提供"
"""Stands where the source has no value."""

CHINA_TIME = timezone(timedelta(hours=8))

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_SECTIONS = ("", "万", "亿", "万亿")
_CENT = Decimal("0.01")
_NOTHING = Decimal("0.00")
_LIMIT = Decimal(10) ** 16


def money(amount: Decimal | None) -> str:
    """Two decimals and separators: ``12,345.60``. Rounded as `capitals` rounds."""
    return MISSING if amount is None else f"{_rounded(amount):,.2f}"


def _rounded(amount: Decimal) -> Decimal:
    """To cents, halves away from nothing; what is less than half a cent has no sign."""
    return amount.quantize(_CENT, ROUND_HALF_UP) or _NOTHING


def yuan(amount: Decimal | None) -> str | None:
    """With its unit: ``12,345.60 元``."""
    return None if amount is None else f"{money(amount)} 元"


def percent(rate: Decimal | None) -> str | None:
    """A fraction as percentage, with as many digits as it has: ``8.5%``."""
    return None if rate is None else f"{(rate * 100).normalize():f}%"


def count(number: int | None, unit: str) -> str | None:
    """A number and its unit: ``24 个月``."""
    return None if number is None else f"{number} {unit}"


def day(value: date | None) -> str | None:
    """``2026年11月21日``."""
    return None if value is None else f"{value.year}年{value.month}月{value.day}日"


def month(value: Month | None) -> str | None:
    """``2026-11``."""
    return None if value is None else str(value)


def stamp(moment: datetime) -> str:
    """``2026-11-21 16:30:05`` in China; ``moment`` has a zone."""
    return moment.astimezone(CHINA_TIME).strftime("%Y-%m-%d %H:%M:%S")


def capitals(amount: Decimal) -> str:
    """The amount in capitals (大写金额), as 支付结算办法, annex 1, has it.

    Rounded to cents. 1409.50 is 人民币壹仟肆佰零玖元伍角整.

    :raises ValueError: 10^16 yuan and more.
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
        # 1680.32: the unit of yuan is 0, the tenth is not, so a 零 stands between them.
        text += ("零" if whole and whole % 10 == 0 else "") + _DIGITS[tenths] + "角"
    elif hundredths and whole:
        text += "零"
    return text + (f"{_DIGITS[hundredths]}分" if hundredths else "整")


def _integer(number: int) -> str:
    """The whole yuan in sections of four digits; empty for 0."""
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
    """万亿 is written 万 when 亿 follows with its own section."""
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
