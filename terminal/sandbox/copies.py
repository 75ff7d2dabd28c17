"""Copies for a phone: which document an address stands for, and how often and how long it serves.

For the service and the pages. An address is a random token: it says nothing about the person or
the document, and nobody can guess one.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import assert_never

from .issuing import IssuedDocument
from .switches import CopySwitch

TOKEN_BYTES = 16
"""128 bits, and short enough for a QR code that a phone reads from a metre away."""
COPY_LIFE_S = 600
"""Long enough to take out a phone and find its camera; a photograph of the screen that turns up
later opens nothing."""
MAX_FETCHES = 5
"""A phone may ask twice (a preview, a broken download); more would be somebody else."""

ENDLESS = 3_000_000
"""Characters that a switch adds to an address."""
KEPT_S = 3600
"""How long a lapsed address is still known, so that its page can say what to do."""


@dataclass(slots=True)
class Copy:
    """One address that was offered. ``fetches`` counts the files handed out."""

    document: IssuedDocument
    lapses_at: float
    fetches: int = 0

    def serves(self, now: float) -> bool:
        """Whether the file may be had by this address at ``now`` (Unix seconds)."""
        return now < self.lapses_at and self.fetches < MAX_FETCHES


class Copies:
    """Every address that was offered of late, lapsed ones among them."""

    def __init__(self) -> None:
        self._copies: dict[str, Copy] = {}

    def offer(self, document: IssuedDocument, now: float) -> str:
        """A new token for this document."""
        kept = {key: each for key, each in self._copies.items() if now < each.lapses_at + KEPT_S}
        token = secrets.token_urlsafe(TOKEN_BYTES)
        self._copies = {**kept, token: Copy(document, now + COPY_LIFE_S)}
        return token

    def find(self, token: str) -> Copy | None:
        """The copy of this token, serving or not."""
        return self._copies.get(token)

    def fetch(self, token: str, now: float) -> bytes | None:
        """The sealed file, counted; ``None`` where the token is unknown or serves no longer."""
        copy = self._copies.get(token)
        if copy is None or not copy.serves(now):
            return None
        copy.fetches += 1
        return copy.document.answer.document


def misaddressed(url: str, switch: CopySwitch) -> str:
    """The copy's address, or what a switch makes of it."""
    rest = url.removeprefix("https://")
    match switch:
        case CopySwitch.GENUINE:
            return url
        case CopySwitch.PLAIN_HTTP:
            return f"http://{rest}"
        case CopySwitch.OTHER_HOST:
            return f"https://elsewhere.invalid/{rest.partition('/')[2]}"
        case CopySwitch.USER_INFO:
            return f"https://{rest.partition('/')[0]}@elsewhere.invalid/{rest.partition('/')[2]}"
        case CopySwitch.ENDLESS:
            return url + "A" * ENDLESS
    assert_never(switch)
