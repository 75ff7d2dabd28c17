"""What the resident reads before they consent, for the page and for the voice (PIPL 17, 29, 30).

Used by the consent page. It names which data, for what, for how long, who processes it and how to
reach them, and the right to refuse and to withdraw.
"""

from __future__ import annotations

from terminal.session.states import Consenting
from terminal.words import Words

ROWS = ("what", "why", "long", "who", "right")
"""The facts, in the order in which they are shown and spoken."""


def fact(words: Words, state: Consenting, row: str, *, forms: tuple[str, ...]) -> str:
    """Return the sentence of one of ``ROWS``."""
    by, identity = state.station.processors, state.visit.identity
    form = "photo" if row == "what" and identity.has_photo else "text"
    return words.text(
        f"consent.{row}.{form}", forms=forms, card=words.text(f"card.{identity.kind.value}"),
        operator=by.operator, handler=by.handler, telephone=by.telephone,
    )  # fmt: skip
