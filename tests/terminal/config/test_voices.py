"""Each language of the screen has a voice, from its table or from the configuration."""

from __future__ import annotations

import msgspec
import pytest

from terminal.config.sections import SpeechConfig
from terminal.config.voices import voice_names
from terminal.session.model import Language
from terminal.words import words


def test_each_language_has_the_voice_of_its_table() -> None:
    assert voice_names({}) == {
        language.value: words(language).text("voice.name") for language in Language
    }


def test_the_configuration_replaces_the_voice_of_one_language() -> None:
    configured = msgspec.toml.decode('voices = { zh = "Xiaoxiao" }', type=SpeechConfig)
    assert voice_names(configured.voices) == voice_names({}) | {"zh": "Xiaoxiao"}


@pytest.mark.parametrize("voices", ['{ xx = "Xiaoxiao" }', '{ zh = "" }', "{ zh = 1 }", '"zh"'])
def test_an_unknown_language_or_an_empty_name_is_refused(voices: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.toml.decode(f"voices = {voices}", type=SpeechConfig)
