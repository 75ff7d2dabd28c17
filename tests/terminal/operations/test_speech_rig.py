"""`station diagnose` and the voice with the real speech-dispatcher and espeak-ng."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal.config.voices import voice_names
from terminal.operations.diagnose import Finding
from terminal.operations.speech import probe_speech_log, probe_voices
from tests.rig.speech import SpeechRig, rig_with_settings

pytestmark = [pytest.mark.rig, pytest.mark.xdist_group("speech")]


def code(finding: Finding) -> str | None:
    return finding.fault.code if finding.fault else None


@pytest.fixture
def speech_rig(monkeypatch: pytest.MonkeyPatch) -> Iterator[SpeechRig]:
    with rig_with_settings(monkeypatch) as made:
        yield made


def test_the_default_voices_are_in_the_packages(speech_rig: SpeechRig) -> None:
    found = probe_voices(voice_names({}), with_sound=True)
    assert found.ok is True, found.detail


@pytest.mark.provokes("SYS-331", "rig", "espeak-ng has no voice of this name")
def test_a_voice_that_espeak_lacks_is_missing(speech_rig: SpeechRig) -> None:
    found = probe_voices({"zh": "Chinese (Neural)"}, with_sound=True)
    assert (code(found), found.detail) == ("SYS-331", "zh: Chinese (Neural)")


@pytest.mark.provokes("SYS-331", "rig", "the voice that spells characters is configured")
def test_the_voice_that_spells_characters_is_refused(speech_rig: SpeechRig) -> None:
    found = probe_voices({"zh": "Chinese (Mandarin, latin as English)"}, with_sound=True)
    assert code(found) == "SYS-331"


@pytest.mark.provokes("SYS-330", "rig", "the sound card does not exist")
def test_a_station_without_a_sound_card_has_no_voice(speech_rig: SpeechRig) -> None:
    speech_rig.alsa.write_text("")
    found = probe_voices(voice_names({}), with_sound=True)
    assert (found.ok, code(found)) == (False, "SYS-330")


@pytest.mark.provokes("SYS-330", "rig", "speech-dispatcher is not installed")
def test_a_station_without_speech_dispatcher_has_no_voice(
    speech_rig: SpeechRig, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert code(probe_voices(voice_names({}), with_sound=True)) == "SYS-330"


@pytest.mark.provokes("SYS-332", "rig", "speechd.conf has LogLevel 5")
def test_the_log_level_of_the_rig_is_reported(speech_rig: SpeechRig) -> None:
    assert code(probe_speech_log()) == "SYS-332"
    speech_rig.set_log_level(3)
    assert probe_speech_log().ok is True
