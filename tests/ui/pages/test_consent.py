"""The consent page states what PIPL 17 and 29 require, in each mode and language, and so does the
voice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.identity import Assurance, CardKind, Identity, PersonalRecord
from terminal.session.model import Look
from terminal.session.states import Consenting
from terminal.words import words
from tests.ui.pages_rig import LOOKS, PORTRAIT, SMALL, Shown, scene
from tests.ui.voice.heard import spoken
from ui.look.line_breaking import plain
from ui.look.metrics import Screen
from ui.wording.consent import ROWS, fact

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.mode}-{look.language}")
@pytest.mark.parametrize("screen", [PORTRAIT, SMALL], ids=["portrait", "small"])
def test_page_and_voice_tell_every_fact(qapp: object, screen: Screen, look: Look) -> None:
    state = scene("consenting", Consenting, look)
    table = words(look.language)
    shown = Shown(screen)
    shown.window.show_state(state)
    seen, said = shown.words(), spoken(state, table)
    while shown.has("consent.more"):
        shown.touch("consent.more")
        seen += shown.words()
    shown.close()
    for row in ROWS:
        text = plain(fact(table, state, row, forms=look.mode.forms))
        assert text.replace(" ", "") in seen, row
        assert text in said, row
    by = state.station.processors
    for name in (by.operator, by.handler, by.telephone):
        assert name in seen
        assert name in said


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.mode}-{look.language}")
def test_the_photo_is_named_only_if_it_was_read(look: Look) -> None:
    table = words(look.language)
    photo = {"zh": "照片", "en": "photo"}[look.language]
    state = scene("consenting", Consenting, look)
    assert photo not in spoken(state, table)
    record = PersonalRecord(CardKind.RESIDENT_ID, name="王建明", photo=bytearray(b"\x01"))
    visit = replace(state.visit, identity=Identity(record, Assurance.CARD_SECURE))
    assert photo in spoken(replace(state, visit=visit), table)
