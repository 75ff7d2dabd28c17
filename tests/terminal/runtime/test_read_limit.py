"""The reader's limit for one reading is shorter than the session's, so that its fault is seen."""

from __future__ import annotations

from devices.cards.reading import LOOKS_PER_LIMIT, READ_LIMIT_S
from terminal.session.model.look import Limits


def test_reader_limit_is_shorter_than_the_sessions_limit() -> None:
    noticed = READ_LIMIT_S * (1 + 1 / LOOKS_PER_LIMIT)
    assert noticed + 1.0 <= Limits().card_read_s <= 15.0
