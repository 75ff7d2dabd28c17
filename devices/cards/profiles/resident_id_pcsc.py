"""Resident ID cards in a PC/SC reader with a SAM_V module, read in pages with ``FF B0``.

For the PC/SC readers. The module authenticates the card before it returns the first page, hence
``CARD_SECURE``. Recognised by the lengths at the start of page 0. The reader answers these
commands itself; none is sent to the card.
"""

from __future__ import annotations

from ...faults import CARD_DAMAGED
from ...health import Fault
from ...identity import Identity
from ..apdu import describe, exchange
from ..channel import CardChannel
from .resident_id import HEADER, PHOTO_BYTES, TEXT_BYTES, parse_text

PAGE_BYTES = 256
"""Size of a page; the last may be shorter."""
_TOTAL = len(HEADER) + TEXT_BYTES + PHOTO_BYTES
_PAGES = -(-_TOTAL // PAGE_BYTES)


def read(channel: CardChannel) -> Identity | Fault | None:
    """Read all six pages; ``None`` if page 0 does not begin with ``01 00 04 00``.

    Every page but the last must be full: a shorter one would shift the bytes of the next.
    """
    data = b""
    for page in range(_PAGES):
        response = exchange(channel, bytes((0xFF, 0xB0, page, 0x00, 0x00)))
        if page == 0 and not (response.ok and response.data.startswith(HEADER)):
            return None
        if not response.ok:
            return CARD_DAMAGED.with_detail(f"page {page}: {describe(response.sw)}")
        size = len(response.data)
        least = PAGE_BYTES if page < _PAGES - 1 else _TOTAL - page * PAGE_BYTES
        if not least <= size <= PAGE_BYTES:
            return CARD_DAMAGED.with_detail(f"page {page}: {size} bytes")
        data += response.data
    text_end = len(HEADER) + TEXT_BYTES
    return parse_text(data[len(HEADER) : text_end], data[text_end:_TOTAL])
