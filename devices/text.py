"""Text as cards hold it: GBK fields of social security cards, UTF-16LE fields of ID cards.

For card profiles. A name leaves here exactly as it stands on the card, or not at all: nothing is
replaced by a question mark, normalised, or dropped. Errors never quote the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

PRIVATE_USE_REMAINS = "private-use-character"
"""Warning: a character is in the private use area and no standard says which one it is."""


class TextProblem(Enum):
    """Why bytes are not text."""

    UNDECODABLE = "text-undecodable"
    """A sequence that the encoding does not have (also a character cut in two)."""
    CONTROL_CHARACTER = "text-control-character"


@dataclass(frozen=True, slots=True, repr=False)
class CardText:
    """Text of a field, padding removed. ``warnings`` are codes, no data."""

    text: str
    warnings: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<CardText {len(self.text)} characters>"


# Python's gb18030 codec follows GB 18030-2000. U+E7C7 moved in the 2005 edition; the next eighteen
# in GB 18030-2022 (its changed code positions); the last six kept their two-byte codes in private
# use, but the glyph shown there is that of the character named here, which has a code point of
# its own on plane 2 (GB 18030-2022, note to FE51 FE52 FE53 FE6C FE76 FE91).
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


def decode_gbk(*fields: bytes) -> CardText | TextProblem:
    """Decode GBK/GB 18030 fields, each padded with 00, as one text.

    Padding (00, on some cards blanks, and neither ends a character) goes before decoding and the
    fields are joined first, for a name of thirty bytes may
    be cut within a character that goes on in the extension field. A field of FF was never
    written and counts as empty.
    """
    data = b"".join(
        b"" if field.strip(b"\xff") == b"" else field.rstrip(b"\0 ") for field in fields
    )
    try:
        return _clean(data.decode("gb18030"))
    except UnicodeDecodeError:
        return TextProblem.UNDECODABLE


def decode_utf16(field: bytes) -> CardText | TextProblem:
    """Decode a UTF-16LE field (surrogate pairs for the planes above), space or NUL padded."""
    try:
        return _clean(field.decode("utf-16-le"))
    except UnicodeDecodeError:
        return TextProblem.UNDECODABLE


def decode_ascii(field: bytes) -> CardText | TextProblem:
    """Decode an ASCII field, space, NUL or FF padded."""
    try:
        return _clean(field.rstrip(b"\xff").decode("ascii"))
    except UnicodeDecodeError:
        return TextProblem.UNDECODABLE


def map_private_use(text: str) -> CardText:
    """Give the standard's code point for each private-use character that has one; warn of others.

    Source: GB 18030-2022, the code positions changed from private use.
    """
    mapped = text.translate(_PRIVATE_USE)
    remains = any(_is_private_use(ord(character)) for character in mapped)
    return CardText(mapped, (PRIVATE_USE_REMAINS,) if remains else ())


def _clean(text: str) -> CardText | TextProblem:
    text = text.strip(" \0\u3000")
    if any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in text):
        return TextProblem.CONTROL_CHARACTER
    return map_private_use(text)


def _is_private_use(code: int) -> bool:
    return 0xE000 <= code <= 0xF8FF or 0xF0000 <= code <= 0xFFFFD or 0x100000 <= code <= 0x10FFFD
