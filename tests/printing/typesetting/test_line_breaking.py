"""Line breaking, and the division of rows over pages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printing.typesetting.line_breaking import NEVER_FIRST, NEVER_LAST, wrap
from printing.typesetting.page_breaks import plan


def _measure(text: str) -> float:
    """Return a width: Chinese characters have one unit, Latin ones half a unit."""
    return sum(0.5 if c.isascii() else 1.0 for c in text)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("社会保险个人参保证明", 5, ["社会保险个", "人参保证明"]),
        ("社会保险个人，参保证明", 6, ["社会保险个", "人，参保证明"]),
        ("凭此校验码（可确认）真伪", 6, ["凭此校验码", "（可确认）真", "伪"]),
        ("金额 12345.67 元整", 4, ["金额", "12345.67", "元整"]),
        ("第一行\n第二行", 9, ["第一行", "第二行"]),
        ("", 9, [""]),
        ("有效期——三个月", 4, ["有效期", "——三个", "月"]),
    ],
)
def test_text_breaks_at_permitted_places(text: str, width: float, lines: list[str]) -> None:
    assert wrap(text, width, _measure) == lines


def test_word_wider_than_a_line_is_cut_without_loss() -> None:
    word = "A" * 100
    lines = wrap(word, 15, _measure)
    assert "".join(lines) == word
    assert max(map(_measure, lines)) <= 15


_TEXT = st.text("社会保险A1b9，。、（）“”—…·％ ", min_size=1, max_size=60)


@given(_TEXT, st.integers(4, 20))
def test_lines_fit_and_no_character_is_lost(text: str, width: int) -> None:
    lines = wrap(text, width, _measure)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(_measure(line) <= width for line in lines)


@given(st.text("社会保险，。（）", min_size=1, max_size=60), st.integers(8, 20))
def test_no_line_begins_with_closing_or_ends_with_opening_punctuation(
    text: str, width: int
) -> None:
    """This holds if each punctuation mark is between other characters.

    A line of punctuation marks only cannot follow the rule.
    """
    for mark in NEVER_FIRST | NEVER_LAST:
        while mark + mark in text:
            text = text.replace(mark + mark, mark)
    text = "".join(c + "文" if c in NEVER_FIRST | NEVER_LAST else c for c in "文" + text)
    lines = wrap(text, width, _measure)
    assert not any(line[0] in NEVER_FIRST for line in lines[1:])
    assert not any(line[-1] in NEVER_LAST for line in lines[:-1])


@given(
    st.lists(st.floats(5, 12), min_size=1, max_size=300),
    st.floats(0, 200),
    st.floats(80, 220),  # at least two rows and the largest reserve, as on every real page
    st.floats(0, 50),
)
def test_no_row_is_alone_on_a_page(
    heights: list[float], first: float, other: float, reserve: float
) -> None:
    counts = plan(heights, first, other, reserve)
    assert sum(counts) == len(heights)
    at = 0
    for page, count in enumerate(counts):
        used = sum(heights[at : at + count])
        at += count
        available = first if page == 0 else other
        assert used <= available or count == 1
        if page == len(counts) - 1:
            assert used + reserve <= available or count <= 1
        # If three rows need two pages, one of them is always alone.
        if len(heights) not in (1, 3):
            assert count != 1, "a lone row"
