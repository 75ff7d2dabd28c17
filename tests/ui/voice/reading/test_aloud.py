"""Each span is written out by the reader of its language, and read as the voice needs it."""

from __future__ import annotations

import pytest

from devices.speech.voices import Reads
from ui.voice.reading.aloud import aloud
from ui.voice.utterance import Form, Span


@pytest.mark.parametrize(
    ("language", "spans", "expected"),
    [
        ("zh", (Span("共2页，"), Span("3021", Form.DIGITS)), "共两页，三零二一"),
        ("en", (Span("On 2026-03-05, "), Span("3021", Form.DIGITS)), "On 5 March 2026, 3 0 2 1"),
        ("fr", (Span("Le 05/03/2026, "), Span("3021", Form.PHONE)), "Le 05/03/2026, 3 0 2 1"),
    ],
)
def test_a_language_has_its_reader_or_leaves_dates_to_the_synthesiser(
    language: str, spans: tuple[Span, ...], expected: str
) -> None:
    assert aloud(spans, language, Reads.TEXT) == expected


def test_a_pinyin_voice_gets_pinyin() -> None:
    spans = (Span("单某明", Form.NAME), Span("，您好。"))
    assert aloud(spans, "zh", Reads.PINYIN) == "shan4 mou3 ming2, nin2 hao3."
