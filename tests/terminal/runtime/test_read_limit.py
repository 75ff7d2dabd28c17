"""The reader's own limit for one reading is below the session's, so that its reason is heard."""

from __future__ import annotations

from devices.cards.reading import LOOKS_PER_LIMIT, READ_LIMIT_S
from terminal.session.model.look import Limits


def test_a_reading_ends_before_the_session_gives_up() -> None:
    noticed = READ_LIMIT_S * (1 + 1 / LOOKS_PER_LIMIT)
    assert noticed + 1.0 <= Limits().card_read_s <= 15.0
