"""Copies for a phone: which document a link gives, how often, and for how long.

Used by the service and the pages. A link contains a random token: it says nothing about the person
or the document, and cannot be guessed.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import assert_never

from .issuing import IssuedDocument
from .switches import CopySwitch

TOKEN_BYTES = 16
"""128 bits; short enough for a QR code that a phone reads from a metre away."""
COPY_LIFE_S = 600
"""Long enough to take out a phone and open its camera, short enough that a photo of the screen
is useless later."""
MAX_FETCHES = 5
"""A phone may fetch twice (preview, broken download); more would be someone else."""

ENDLESS = 3_000_000
"""Characters that a switch adds to a link."""
KEPT_S = 3600
"""How long an expired link is still recognised, so that its page can explain what to do."""


@dataclass(slots=True)
class Copy:
    """One offered link. ``fetches`` counts the downloads."""

    document: IssuedDocument
    lapses_at: float
    fetches: int = 0

    def serves(self, now: float) -> bool:
        """Whether the link gives the file at ``now`` (Unix seconds)."""
        return now < self.lapses_at and self.fetches < MAX_FETCHES


class Copies:
    """Every recently offered link, including expired ones."""

    def __init__(self) -> None:
        self._copies: dict[str, Copy] = {}

    def offer(self, document: IssuedDocument, now: float) -> str:
        """Create a new token for this document."""
        kept = {key: each for key, each in self._copies.items() if now < each.lapses_at + KEPT_S}
        token = secrets.token_urlsafe(TOKEN_BYTES)
        self._copies = {**kept, token: Copy(document, now + COPY_LIFE_S)}
        return token

    def find(self, token: str) -> Copy | None:
        """Return the copy of this token, valid or expired; ``None`` if the token is unknown."""
        return self._copies.get(token)

    def fetch(self, token: str, now: float) -> bytes | None:
        """Return the sealed file and count it; ``None`` if the token is unknown or expired."""
        copy = self._copies.get(token)
        if copy is None or not copy.serves(now):
            return None
        copy.fetches += 1
        return copy.document.answer.document


def misaddressed(url: str, switch: CopySwitch) -> str:
    """Return the copy's URL, changed as the switch says."""
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
