"""Numbers, dates, money and codes are written in Chinese as people say them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.voice.reading.chinese import DIGITS, digits, money, number, phone, written_out

WRITTEN = (
    # quantities
    ("3 页", "三页"), ("2 页", "两页"), ("12页", "十二页"), ("20元", "二十元"),
    ("第 2 页，共 2 页", "第二页，共两页"), ("2个月", "两个月"), ("2小时", "两小时"),
    ("24小时", "二十四小时"), ("还有 30 秒", "还有三十秒"), ("３页", "三页"), ("0", "零"),
    ("1000", "一千"), ("1010", "一千零一十"), ("110", "一百一十"), ("102项", "一百零二项"),
    ("100001项", "十万零一项"), ("50%", "百分之五十"), ("3.5%", "百分之三点五"),
    ("210 × 297 毫米", "二百一十乘二百九十七毫米"), ("3-5页", "三到五页"),
    # dates and times
    ("2026-03-05", "二零二六年三月五日"), ("2026年3月5日", "二零二六年三月五日"),
    ("2025年度", "二零二五年度"), ("2026年03月", "二零二六年三月"), ("2月", "二月"),
    ("2024年1月—2024年12月", "二零二四年一月到二零二四年十二月"),
    ("08:30-17:00", "八点三十分到十七点"), ("9:05", "九点零五分"), ("2:00", "两点"),
    # money
    ("¥12.50", "十二元五角"), ("1,234.05元", "一千二百三十四元零五分"), ("0.05 元", "五分"),
    ("2.50元", "两元五角"), ("￥3", "三元"), ("0元", "零元"),
    # phones and codes
    ("13800138000", "幺三八，零零幺三，八零零零"), ("010-12345678", "零幺零，幺二三四五六七八"),
    ("请拨打12333", "请拨打幺二三三三"), ("拨打 110", "拨打幺幺零"),
    ("12345热线", "幺二三四五热线"),
    ("400-810-1234", "四零零，八幺零，幺二三四"), ("007", "零零七"),
    ("编号20260101123", "编号二零二六零一零一一二三"), ("CRD-101", "CRD一零一"), ("A4纸", "A四纸"),
    ("11010119900307123X", "一一零一零一一九九零零三零七一二三X"),
    # names of documents
    ("《社会保险参保缴费证明》（2025年度）", "社会保险参保缴费证明，二零二五年度"),
    ("个人权益记录单（2024年）。", "个人权益记录单，二零二四年。"),
    ("“住房公积金”缴存证明", "住房公积金缴存证明"), ("身份证/社保卡", "身份证，社保卡"),
    ("没有数字的句子。", "没有数字的句子。"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "said"), WRITTEN)
def test_text_is_written_as_it_is_said(text: str, said: str) -> None:
    assert written_out(text) == said


def test_digits_of_a_code_are_read_singly() -> None:
    assert digits("3021") == "三零二一"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1101", "幺幺零幺"), ("0 0 0 1", "零零零幺"),
        ("13012340001", "幺三零，幺二三四，零零零幺"),
    ],
)  # fmt: skip
def test_one_is_another_word_in_phone_numbers(text: str, said: str) -> None:
    assert phone(text) == said


@given(st.integers(0, 10**12 - 1))
def test_a_number_in_words_means_the_number(value: int) -> None:
    assert meaning(number(Decimal(value))) == value


@given(st.integers(0, 10**9))
def test_an_amount_in_words_means_the_amount(cents: int) -> None:
    said, total = money(Decimal(cents) / 100), 0
    for unit, worth in (("元", 100), ("角", 10), ("分", 1)):
        if unit in said:
            part, _, said = said.partition(unit)
            total += meaning(part.lstrip("零") or "零") * worth
    assert total == cents
    assert said == ""


@given(st.text(alphabet="0123456789年月日元-./:页第个 ，。ABx%¥", max_size=30))
def test_no_text_fails_and_no_digit_is_left(text: str) -> None:
    assert not any(each in "0123456789" for each in written_out(text))


def meaning(words: str) -> int:
    """Return the value of a number in Chinese words, as a reader would compute it."""
    total = group = digit = 0
    for each in words.replace("两", "二"):
        if each in DIGITS:
            digit = DIGITS.index(each)
        elif each in "十百千":
            group += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[each]
            digit = 0
        else:
            total += (group + digit) * {"万": 10**4, "亿": 10**8}[each]
            group = digit = 0
    return total + group + digit
