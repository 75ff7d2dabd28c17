"""Decode the text of cards, and check which characters a name may contain.

For card profiles, and for names that the platform sends. A name is either returned exactly as it is
on the card, or refused: no character is replaced by a question mark, normalised or dropped. Errors
never quote the text.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from enum import Enum

PRIVATE_USE_REMAINS = "private-use-character"
"""Warning: the text has a character of the private use area that no standard defines."""


class TextProblem(Enum):
    """Why bytes or a text are refused."""

    UNDECODABLE = "text-undecodable"
    """The bytes are not valid in the encoding, or end within a character."""
    CONTROL_CHARACTER = "text-control-character"
    INVISIBLE_CHARACTER = "text-invisible-character"
    """The text has an invisible character. It could reverse the direction of the text, end the
    line, or make two different names look the same."""
    NOT_A_CHARACTER = "text-not-a-character"
    """The text has a code point that Unicode assigns to no character."""


@dataclass(frozen=True, slots=True, repr=False)
class CardText:
    """The text of a field, without padding. ``warnings`` are codes, without card data."""

    text: str
    warnings: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<CardText {len(self.text)} characters>"


# Python's gb18030 codec follows GB 18030-2000, which decodes these characters to private use. The
# 2005 edition gave U+E7C7 a code point, and GB 18030-2022 the next eighteen (its changed code
# positions). The last six still have two-byte codes in private use. Their glyph is that of the
# character on plane 2 given here (GB 18030-2022, note to FE51 FE52 FE53 FE6C FE76 FE91).
_PRIVATE_USE = {
    0xE7C7: 0x1E3F,  # A8BC
    0xE78D: 0xFE10,  # A6D9
    0xE78E: 0xFE12,  # A6DA
    0xE78F: 0xFE11,  # A6DB
    0xE790: 0xFE13,  # A6DC
    0xE791: 0xFE14,  # A6DD
    0xE792: 0xFE15,  # A6DE
    0xE793: 0xFE16,  # A6DF
    0xE794: 0xFE17,  # A6EC
    0xE795: 0xFE18,  # A6ED
    0xE796: 0xFE19,  # A6F3
    0xE81E: 0x9FB4,  # FE59
    0xE826: 0x9FB5,  # FE61
    0xE82B: 0x9FB6,  # FE66
    0xE82C: 0x9FB7,  # FE67
    0xE832: 0x9FB8,  # FE6D
    0xE843: 0x9FB9,  # FE7E
    0xE854: 0x9FBA,  # FE90
    0xE864: 0x9FBB,  # FEA0
    0xE816: 0x20087,  # FE51
    0xE817: 0x20089,  # FE52
    0xE818: 0x200CC,  # FE53
    0xE831: 0x215D7,  # FE6C
    0xE83B: 0x2298F,  # FE76
    0xE855: 0x241FE,  # FE91
}


REFUSED_RANGES: tuple[tuple[int, int], ...] = (
    (0x0000, 0x001F), (0x007F, 0x00A0), (0x00AD, 0x00AD), (0x034F, 0x034F), (0x0600, 0x0605),
    (0x061C, 0x061C), (0x06DD, 0x06DD), (0x070F, 0x070F), (0x0890, 0x0891), (0x08E2, 0x08E2),
    (0x115F, 0x1160), (0x1680, 0x1680), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2000, 0x200F),
    (0x2028, 0x202F), (0x205F, 0x206F), (0x2800, 0x2800), (0x3164, 0x3164), (0xD800, 0xDFFF),
    (0xFDD0, 0xFDEF), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFF),
    (0x110BD, 0x110BD), (0x110CD, 0x110CD), (0x13430, 0x1343F), (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    *((plane | 0xFFFE, plane | 0xFFFF) for plane in range(0x10000, 0xE0000, 0x10000)),
    (0xE0000, 0xE00FF), (0xE01F0, 0xE0FFF), (0xEFFFE, 0xEFFFF), (0xFFFFE, 0xFFFFF),
    (0x10FFFE, 0x10FFFF),
)  # fmt: skip
"""Code points that a name must not contain, in ascending order (first and last of each range).

Unicode categories Cc, Cf, Zl, Zp and Cs; spaces (Zs) except U+0020 and U+3000; all other invisible
code points (property Default_Ignorable_Code_Point, and the blank letters U+2800, U+3164); the
replacement characters U+FFFC and U+FFFD, which show that text was lost earlier; noncharacters. For
variation selectors see ``problem_in``: the character before them decides.
"""
REFUSED_CLASS = "".join(
    f"{chr(first)}-{chr(last)}" for first, last in REFUSED_RANGES if first != 0xD800
)
"""The same ranges as the content of a character class in a regular expression. Surrogates are left
out, because decoded text never has them."""
_FIRST = tuple(first for first, _ in REFUSED_RANGES)
_IDEOGRAPHS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFD))
"""Blocks of CJK ideographs. Unicode reserves planes 2 and 3 for them."""
_SELECTORS = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF))


def problem_in(text: str) -> TextProblem | None:
    """Return why this text may not be a name, an address or another field; ``None`` if it may.

    Accepted are letters of every script, digits, punctuation (``·``, apostrophes, hyphens) and the
    two spaces. A combining mark is accepted if it follows a visible character. A variation selector
    is accepted only after an ideograph, where it selects the form of a rare character (Unicode
    Technical Standard 37). Characters of private use are accepted; see ``map_private_use``.
    """
    before = ""
    for character in text:
        code = ord(character)
        if code < 0x20 or 0x7F <= code < 0xA0:
            return TextProblem.CONTROL_CHARACTER
        if _is_refused(code):
            noncharacter = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
            return TextProblem.NOT_A_CHARACTER if noncharacter else TextProblem.INVISIBLE_CHARACTER
        if _is_in(code, _SELECTORS):
            if not before or not _is_in(ord(before), _IDEOGRAPHS):
                return TextProblem.INVISIBLE_CHARACTER
        elif unicodedata.category(character) == "Cn" and not _is_in(code, _IDEOGRAPHS):
            # Ideographs are accepted: Unicode may have added them after Python's table was made.
            return TextProblem.NOT_A_CHARACTER
        elif unicodedata.category(character).startswith("M") and before in ("", " ", "\u3000"):
            return TextProblem.INVISIBLE_CHARACTER
        before = character
    return None


def _is_refused(code: int) -> bool:
    at = bisect_right(_FIRST, code) - 1
    return at >= 0 and code <= REFUSED_RANGES[at][1]


def _is_in(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= code <= last for first, last in ranges)


def decode_gbk(*fields: bytes) -> CardText | TextProblem:
    """Decode GBK/GB 18030 fields, each padded with 00 or blanks, as one text.

    The fields are joined before decoding: a name of thirty bytes may be split within a character
    that continues in the extension field. Padding is removed before that; neither 00 nor a blank
    can be the last byte of a character. A field of FF was never written and counts as empty.
    """
    data = b"".join(
        b"" if field.strip(b"\xff") == b"" else field.rstrip(b"\0 ") for field in fields
    )
    try:
        return clean(data.decode("gb18030"))
    except UnicodeDecodeError:
        return TextProblem.UNDECODABLE


def decode_utf16(field: bytes) -> CardText | TextProblem:
    """Decode a UTF-16LE field, with surrogate pairs; the padding is spaces or NUL."""
    try:
        return clean(field.decode("utf-16-le"))
    except UnicodeDecodeError:
        return TextProblem.UNDECODABLE


def decode_ascii(field: bytes) -> CardText | TextProblem:
    """Decode an ASCII field; the padding is spaces, NUL or FF."""
    try:
        return clean(field.rstrip(b"\xff").decode("ascii"))
    except UnicodeDecodeError:
        return TextProblem.UNDECODABLE


def map_private_use(text: str) -> CardText:
    """Replace each private-use character by its standard code point; warn if it has none.

    Source: GB 18030-2022, the code positions changed from private use.
    """
    mapped = text.translate(_PRIVATE_USE)
    remains = any(_is_private_use(ord(character)) for character in mapped)
    return CardText(mapped, (PRIVATE_USE_REMAINS,) if remains else ())


def clean(text: str) -> CardText | TextProblem:
    """Remove the padding of a decoded field (NUL at its end, blanks at both ends) and check it."""
    text = text.rstrip(" \0\u3000").lstrip(" \u3000")
    return problem_in(text) or map_private_use(text)


def _is_private_use(code: int) -> bool:
    return 0xE000 <= code <= 0xF8FF or 0xF0000 <= code <= 0xFFFFD or 0x100000 <= code <= 0x10FFFD
