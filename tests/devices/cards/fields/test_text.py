"""Text fields in GB 18030 and UTF-16: exact names, private use, padding and invalid bytes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.cards.fields.text import (
    PRIVATE_USE_REMAINS,
    REFUSED_RANGES,
    CardText,
    TextProblem,
    decode_ascii,
    decode_gbk,
    decode_utf16,
    problem_in,
)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("CDF5BDA8C3F7", "王建明"),
        ("9534B235", "\U00020bb7"),  # 𠮷
        ("8230B731", "\u36c3"),  # 㛃
        ("FE9F", "\u4dae"),  # 䶮
        ("99318739", "\U0002c029"),  # 𬀩
        ("A1A4", "\u00b7"),  # the dot of Uygur and Tibetan names
    ],
)
def test_gbk_fields_are_decoded(field: str, text: str) -> None:
    assert decode_gbk(bytes.fromhex(field).ljust(30, b"\0")) == CardText(text)


@pytest.mark.parametrize(
    ("code", "point"),
    [
        ("A6D9", 0xFE10), ("A6DA", 0xFE12), ("A6DB", 0xFE11), ("A6DC", 0xFE13), ("A6DD", 0xFE14),
        ("A6DE", 0xFE15), ("A6DF", 0xFE16), ("A6EC", 0xFE17), ("A6ED", 0xFE18), ("A6F3", 0xFE19),
        ("FE59", 0x9FB4), ("FE61", 0x9FB5), ("FE66", 0x9FB6), ("FE67", 0x9FB7), ("FE6D", 0x9FB8),
        ("FE7E", 0x9FB9), ("FE90", 0x9FBA), ("FEA0", 0x9FBB), ("A8BC", 0x1E3F),
    ],
)  # fmt: skip
def test_characters_that_gb_18030_2022_moved_have_their_new_code_point(
    code: str, point: int
) -> None:
    assert decode_gbk(bytes.fromhex(code)) == CardText(chr(point))


@pytest.mark.parametrize(
    ("code", "point"),
    [
        ("FE51", 0x20087), ("FE52", 0x20089), ("FE53", 0x200CC),
        ("FE6C", 0x215D7), ("FE76", 0x2298F), ("FE91", 0x241FE),
    ],
)  # fmt: skip
def test_six_private_use_characters_are_mapped_to_plane_two(code: str, point: int) -> None:
    assert decode_gbk(bytes.fromhex(code)) == CardText(chr(point))


def test_other_private_use_is_kept_and_reported() -> None:
    assert decode_gbk(bytes.fromhex("AAA1")) == CardText("\ue000", (PRIVATE_USE_REMAINS,))
    read = decode_utf16("\U000f0000".encode("utf-16-le"))
    assert isinstance(read, CardText)
    assert read.warnings == (PRIVATE_USE_REMAINS,)


def test_a_name_split_within_a_character_is_decoded() -> None:
    whole = "王" * 14 + "\U00020bb7" + "建"
    data = whole.encode("gb18030")
    assert decode_gbk(data[:30], data[30:].ljust(20, b"\0")) == CardText(whole)


def test_blanks_are_removed_as_padding() -> None:
    assert decode_gbk("王建".encode("gb18030").ljust(30), b"\xc3\xf7") == CardText("王建明")


def test_a_field_that_was_never_written_is_empty() -> None:
    assert decode_gbk(bytes.fromhex("CDF5").ljust(30, b"\0"), b"\xff" * 20) == CardText("王")
    assert decode_ascii(b"\xff\xff") == CardText("")


@pytest.mark.parametrize("field", ["CDF5BD", "80", "CDF500BDA8", "FE308130", "FF41"])
def test_invalid_bytes_are_refused(field: str) -> None:
    assert isinstance(decode_gbk(bytes.fromhex(field)), TextProblem)


def test_utf16_fields_are_decoded() -> None:
    field = bytes.fromhex("42D8B7DFC336AE4D70D829DC") + b" \0" * 9
    assert decode_utf16(field) == CardText("𠮷㛃䶮𬀩")
    assert decode_utf16(bytes.fromhex("42D8") + b" \0" * 3) is TextProblem.UNDECODABLE
    assert decode_utf16(b"A") is TextProblem.UNDECODABLE
    assert decode_utf16(b"A\0\0\0B\0") is TextProblem.CONTROL_CHARACTER


def test_repr_does_not_show_the_text() -> None:
    assert "王" not in repr(decode_gbk("王建明".encode("gb18030")))


@settings(deadline=None)
@given(st.binary(max_size=64))
def test_any_bytes_give_text_or_a_problem(data: bytes) -> None:
    for decode in (decode_gbk, decode_utf16, decode_ascii):
        assert isinstance(decode(data), (CardText, TextProblem))


HIDDEN = {
    "left-to-right mark": "\u200e", "right-to-left mark": "\u200f", "Arabic mark": "\u061c",
    "embedding": "\u202a", "pop": "\u202c", "override": "\u202e", "isolate": "\u2066",
    "pop isolate": "\u2069", "zero width space": "\u200b", "non-joiner": "\u200c",
    "joiner": "\u200d", "word joiner": "\u2060", "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad", "line separator": "\u2028", "paragraph separator": "\u2029",
    "next line": "\u0085", "line feed": "\n", "tab": "\t", "NUL": "\0", "delete": "\x7f",
    "tag": "\U000e0041", "Hangul filler": "\u3164", "no-break space": "\u00a0",
    "grapheme joiner": "\u034f", "interlinear anchor": "\ufff9", "replacement": "\ufffd",
}  # fmt: skip


@pytest.mark.parametrize("character", HIDDEN.values(), ids=list(HIDDEN))
@pytest.mark.parametrize("place", ["{0}王建明", "王{0}建明", "王建{0}明"])
def test_invisible_characters_are_refused(character: str, place: str) -> None:
    text = place.format(character)
    assert isinstance(decode_utf16(text.encode("utf-16-le")), TextProblem)
    assert isinstance(decode_gbk(text.encode("gb18030")), TextProblem)
    assert isinstance(problem_in(text), TextProblem)


@pytest.mark.parametrize("character", ["\ufdd0", "\ufffe", "\U0001ffff", "\u0378", "\U000e1000"])
def test_unassigned_code_points_are_refused(character: str) -> None:
    assert isinstance(decode_utf16(f"王{character}明".encode("utf-16-le")), TextProblem)


@pytest.mark.parametrize(
    "name",
    [
        "王建明", "阿卜杜热合曼·买买提明", "O'BRIEN, MARY-ANN", "D’ARTAGNAN",
        "Zoë Amélie Voorbeeld", "Zoe\u0308 Ame\u0301lie", "น.ส. สมหญิง ตัวอย่าง", "น้ำผึ้ง",
        "欧阳\u3000建", "𠮷㛃䶮𬀩",
        "\U0002ebf0\U00031350", "葛\U000e0100", "辻\ufe00", "\ue000", "ᠮᠣᠩᠭᠣᠯ", "བཀྲ་ཤིས།",
        "ئابدۇللا",
    ],
)  # fmt: skip
def test_characters_of_real_names_are_accepted(name: str) -> None:
    assert problem_in(name) is None
    assert isinstance(decode_utf16(name.encode("utf-16-le")), CardText)


@pytest.mark.parametrize("name", ["A\ufe0f", "\ufe00王", "王 \U000e0100", "葛\U000e0100\U000e0101"])
def test_a_variation_selector_needs_an_ideograph_before_it(name: str) -> None:
    assert problem_in(name) is TextProblem.INVISIBLE_CHARACTER


def test_a_combining_mark_needs_a_character_before_it() -> None:
    assert problem_in("\u0301王") is TextProblem.INVISIBLE_CHARACTER
    assert problem_in("王 \u0301") is TextProblem.INVISIBLE_CHARACTER


def test_every_control_format_and_separator_of_unicode_is_refused() -> None:
    refused = {"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"}
    for code in range(0x110000):
        if unicodedata.category(chr(code)) in refused and code not in (0x20, 0x3000):
            assert problem_in(f"王{chr(code)}明") is not None, hex(code)
    assert list(REFUSED_RANGES) == sorted(REFUSED_RANGES)
