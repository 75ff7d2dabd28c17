"""The types of single fields, each with its limits."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from devices.cards.fields.text import REFUSED_CLASS


def whole(pattern: str) -> str:
    """Match the whole text; unlike ``$`` alone, allow no line feed at the end."""
    return rf"^(?:{pattern})(?!\n)$"


Opaque = Annotated[str, Meta(min_length=1, max_length=64, pattern=whole("[A-Za-z0-9._:-]+"))]
"""An identifier that only the platform understands: token, key, item code, document number."""
Name = Annotated[str, Meta(min_length=1, max_length=120, pattern=whole(f"[^{REFUSED_CLASS}]+"))]
"""A person's name as on cards: no control, format or other invisible character."""
IdNumber = Annotated[str, Meta(pattern=whole("[0-9]{17}[0-9X]|[0-9]{15}|[A-Z0-9]{15,18}"))]
CardNumber = Annotated[str, Meta(pattern=whole("[A-Z0-9]{6,20}"))]
SixDigits = Annotated[str, Meta(pattern=whole("[0-9]{6}"))]
Typed = Annotated[str, Meta(max_length=64)]
"""Text entered by staff, in any form; the platform decides whether it is correct."""
StaffNumber = Annotated[str, Meta(pattern=whole("[A-Za-z0-9._-]{1,32}"))]
"""As on operator cards; the number itself is not personal data of a resident, and is shown."""
Line = Annotated[str, Meta(max_length=200)]
Paragraph = Annotated[str, Meta(max_length=2000)]
Seconds = Annotated[int, Meta(ge=0, le=31_536_000)]
UnixTime = Annotated[int, Meta(ge=0, le=253_402_300_799)]
Version = Annotated[int, Meta(ge=0, le=9_007_199_254_740_991)]
"""A catalogue version of at most 2**53 - 1, which every JSON library holds exactly (RFC 8259,
section 6)."""
Pages = Annotated[int, Meta(ge=1, le=100)]
Region = Annotated[str, Meta(pattern=whole("[0-9]{6}"))]
"""GB/T 2260."""
Clock = Annotated[str, Meta(pattern=whole("([01][0-9]|2[0-3]):[0-5][0-9]|24:00"))]
"""HH:MM in the station's own time zone; 24:00 is the end of the day."""
Weekday = Annotated[int, Meta(ge=1, le=7)]
"""ISO 8601: Monday is 1."""
_DIMENSIONS = r"[0-9]+(?:\.[0-9]+)?x[0-9]+(?:\.[0-9]+)?(?:mm|in)"
Media = Annotated[str, Meta(max_length=255, pattern=whole(rf"[a-z]+_[a-z0-9.-]+_{_DIMENSIONS}"))]
"""A PWG self-describing media size name (PWG 5101.1): class, name, width x height and unit."""
Link = Annotated[
    str,
    Meta(max_length=200, pattern=whole(r"https://[A-Za-z0-9.\[\]:-]+(/[A-Za-z0-9._~-]+)+")),
]
"""A short address for a phone's camera; no user, query or fragment could name a person."""
