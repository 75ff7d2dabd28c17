"""Writes numbers, dates, times, money, codes and titles in Chinese characters, as they are said.

For the speech process. Pure functions of text. A synthesiser would read a date as a calculation,
and a number of six digits as a quantity.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

DIGITS = "零一二三四五六七八九"
PHONE_ONE = "幺"
"""1 in phone numbers: yi and qi (7) are easily confused."""
COUNTED = "页项张份次位个分件条天周年块元秒名种台遍人套本岁楼"
"""Measure words before which two is 两 and not 二."""
COUNTED_LONG = ("小时", "分钟", "毫米", "公里")
LARGEST = 10**12
"""A number beyond this is read digit by digit."""

_FULL_WIDTH = {0xFF10 + i: 0x30 + i for i in range(10)} | {
    first + i: ascii_first + i
    for first, ascii_first in ((0xFF21, 0x41), (0xFF41, 0x61))
    for i in range(26)
}
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_DAY = r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
_DAY_WORDS = r"(\d{4})年(?:(\d{1,2})月)?(?:(\d{1,2})([日号]))?"
_HOTLINE = r"(?<=[电话热线拨打致电])\s*(\d{3,5})(?!\d)|(?<!\d)(\d{5})(?=热线)"
_PHONE = r"(?<!\d)(1[3-9]\d{9}|0\d{2,3}-\d{7,8}|[48]00-?\d{3}-?\d{4})(?!\d)"
_CODE = r"(?<![A-Za-z0-9])(?=[A-Za-z0-9-]*\d)[A-Za-z]+-?\d[A-Za-z0-9-]*"


def digits(text: str) -> str:
    """Return the text with each digit as a word of its own: ``3021`` as 三零二一."""
    return "".join(DIGITS[int(each)] if each in "0123456789" else each for each in text)


def phone(text: str) -> str:
    """Return a phone number digit by digit, with 幺 for 1, and a pause at each hyphen or space.

    A mobile number is read in groups of three, four and four digits.
    """
    plain = text.strip()
    if re.fullmatch(r"1\d{10}", plain):
        plain = f"{plain[:3]}-{plain[3:7]}-{plain[7:]}"
    spoken = digits(plain).replace("一", PHONE_ONE)
    return re.sub(r"[-\s]+", "，" if "-" in plain else "", spoken)


def number(value: Decimal) -> str:
    """Return a number of zero or more as a quantity: ``10250`` as 一万零二百五十."""
    whole, fraction = int(value), format(value, "f").partition(".")[2]
    words = _whole(whole) if whole < LARGEST else digits(str(whole))
    return f"{words}点{digits(fraction)}" if fraction else words


def counted(value: Decimal) -> str:
    """Return a number before what it counts: 2 pages are 两页, 12 pages 十二页."""
    return "两" if value == 2 else number(value)


def money(value: Decimal) -> str:
    """Return an amount in yuan: ``12.05`` as 十二元零五分."""
    cents = round(value * 100)
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    parts = [f"{counted(Decimal(yuan))}元"] if yuan or not cents else []
    if jiao:
        parts.append(f"{DIGITS[jiao]}角")
    if fen:
        parts.append(f"{'零' if yuan and not jiao else ''}{DIGITS[fen]}分")
    return "".join(parts)


def date(year: str, month: str = "", day: str = "", day_word: str = "日") -> str:
    """Return a date: the year digit by digit, month and day as numbers."""
    parts = [f"{digits(year)}年"]
    if month:
        parts.append(f"{number(Decimal(month))}月")
    if day:
        parts.append(f"{number(Decimal(day))}{day_word}")
    return "".join(parts)


def clock(hour: str, minute: str) -> str:
    """Return a time of day: ``08:30`` as 八点三十分, ``09:05`` as 九点零五分."""
    hours, minutes = int(hour), int(minute)
    if minutes == 0:
        return f"{_hour(hours)}点"
    zero = "零" if minutes < 10 else ""
    return f"{_hour(hours)}点{zero}{_whole(minutes)}分"


def written_out(text: str) -> str:
    """Return the text with everything that has digits or signs written as it is said."""
    text = text.translate(_FULL_WIDTH)
    for pattern, said in _RULES:
        text = re.sub(pattern, said, text)
    return text


def _hour(hours: int) -> str:
    return "两" if hours == 2 else _whole(hours)


def _whole(value: int) -> str:
    """Return a whole number below `LARGEST` in words."""
    if value == 0:
        return DIGITS[0]
    groups = []
    for unit in ("", "万", "亿"):
        value, group = divmod(value, 10_000)
        groups.append((group, unit))
    words, gap = "", False
    for group, unit in reversed(groups):
        if group == 0:
            gap = bool(words)
            continue
        zero = "零" if words and (gap or group < 1000) else ""
        part = "两" if group == 2 and unit else _below_10000(group)
        words, gap = f"{words}{zero}{part}{unit}", False
    # 十二, not 一十二; but 一百一十二.
    return words[1:] if words.startswith("一十") else words


def _below_10000(value: int) -> str:
    words, gap = "", False
    for size, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, size)
        if digit == 0:
            gap = bool(words)
            continue
        name = "两" if digit == 2 and unit == "千" else DIGITS[digit]
        words += f"{'零' if gap else ''}{name}{unit}"
        gap = False
    return words


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def _day(found: re.Match[str]) -> str:
    return date(found[1], found[2], found[3])


def _day_in_words(found: re.Match[str]) -> str:
    return date(found[1], found[2] or "", found[3] or "", found[4] or "日")


def _plain_number(found: re.Match[str]) -> str:
    """Read a number: digit by digit if it is a code, else as a quantity."""
    text, rest = found[0], found.string[found.end() :].lstrip()
    bare, ordinal = text.isdigit(), found.string[: found.start()].rstrip().endswith("第")
    counts = rest.startswith((*COUNTED, *COUNTED_LONG))
    if bare and ((text[0] == "0" and len(text) > 1) or (len(text) > 4 and not counts)):
        return digits(text)
    value = _decimal(text)
    return counted(value) if counts and not ordinal else number(value)


Rule = tuple[str, str | Callable[[re.Match[str]], str]]

_RULES: tuple[Rule, ...] = (
    # Titles and remarks: a pause instead of brackets.
    (r"[《〈「『【\[“”\"‘’]", ""),
    (r"[》〉」』】\]]", ""),
    (r"^\s*[（(]\s*", ""),
    (r"[（(]\s*", "，"),
    (r"\s*[）)](?=[。，；！？,.;!?]|$)", ""),
    (r"\s*[）)]", "，"),
    # What is certain by its form comes first.
    (r"(?<![\dA-Za-z])\d{17}[\dXx](?![\dA-Za-z])", lambda found: digits(found[0])),
    (_PHONE, lambda found: phone(found[0])),
    (_HOTLINE, lambda found: phone(found[1] or found[2])),
    (_DAY + r"(?!\d)", _day),
    (_DAY_WORDS, _day_in_words),
    (r"(\d{1,2})[:：](\d{2})(?:[:：]\d{2})?", lambda found: clock(found[1], found[2])),
    (rf"[¥￥]\s*({_NUMBER})\s*元?", lambda found: money(_decimal(found[1]))),
    (rf"({_NUMBER})\s*元", lambda found: money(_decimal(found[1]))),
    (rf"({_NUMBER})\s*[%％]", lambda found: f"百分之{number(_decimal(found[1]))}"),
    (_CODE, lambda found: digits(found[0].replace("-", ""))),
    (r"(?<=[\d年月日号点分])\s*(?:-|–|—+|~|～|至)\s*(?=[\d零一二三四五六七八九十两])", "到"),
    (_NUMBER, _plain_number),
    (r"\s*(?:—+|–|/|／|·|…+)\s*", "，"),
    (r"\s*[×x]\s*(?=[一二三四五六七八九十])", "乘"),
    (r"№|No\.", "号"),
    (r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", ""),
    (r"，(?=[，。；！？])", ""),
)
"""Patterns and what is said, applied in this order: each leaves no digits behind."""
