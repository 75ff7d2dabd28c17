"""The rig of the voice: the real speech-dispatcher with espeak-ng, and a recording sound card."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.rig.speech import SpeechRig, rig_with_settings


@pytest.fixture
def speech_rig(monkeypatch: pytest.MonkeyPatch) -> Iterator[SpeechRig]:
    """The sound card and the settings. The speech process starts a daemon of its own."""
    with rig_with_settings(monkeypatch) as made:
        yield made


@pytest.fixture
def logging_rig(speech_rig: SpeechRig, monkeypatch: pytest.MonkeyPatch) -> SpeechRig:
    """The rig with a daemon whose log (level 5) has what is spoken, and with which voice."""
    speech_rig.start_daemon()
    monkeypatch.setenv("SPEECHD_ADDRESS", f"unix_socket:{speech_rig.address}")
    return speech_rig
