"""`station diagnose`: the voice of each language, and logs that would keep what is spoken."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal.operations import speech
from terminal.operations.diagnose import Finding
from terminal.operations.speech import probe_speech_log, probe_voices, settings_folder
from tests.devices.speech.fake_daemon import ENGLISH, MANDARIN, SPELLING, FakeDaemon, Mood

NAMES = {"zh": MANDARIN[0], "en": ENGLISH[0]}


def code(finding: Finding) -> str | None:
    return finding.fault.code if finding.fault else None


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeDaemon]:
    # The path of a socket must be short.
    with tempfile.TemporaryDirectory(prefix="probe-") as folder:
        made = FakeDaemon(Path(folder) / "socket")
        monkeypatch.setenv("SPEECHD_ADDRESS", f"unix_socket:{made.address}")
        yield made
        if made.address.exists():
            made.die()


def test_every_voice_is_there(daemon: FakeDaemon) -> None:
    found = probe_voices(NAMES, with_sound=True)
    assert (found.ok, found.values) == (True, {"languages": "zh en"})
    assert daemon.spoken() == [], "it makes no sound"


@pytest.mark.parametrize(
    ("voices", "missing"),
    [
        ([ENGLISH], "zh: Chinese (Mandarin, latin as Pinyin)"),
        ([SPELLING, ENGLISH], "zh: Chinese (Mandarin, latin as Pinyin)"),
        ([MANDARIN], "en: English (America)"),
        ([], "zh: Chinese (Mandarin, latin as Pinyin); en: English (America)"),
    ],
)
def test_a_missing_voice_is_named(
    daemon: FakeDaemon, voices: list[tuple[str, str]], missing: str
) -> None:
    daemon.voices = voices
    found = probe_voices(NAMES, with_sound=True)
    assert (found.ok, code(found), found.detail) == (False, "SYS-331", missing)


@pytest.mark.parametrize("mood", [Mood.SILENT, Mood.BEGINS])
def test_a_daemon_without_sound_is_found_unless_a_terminal_may_hold_the_device(
    daemon: FakeDaemon, mood: Mood, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speech, "PROOF_S", 0.1)
    daemon.mood = mood
    found = probe_voices(NAMES, with_sound=True)
    assert (found.ok, code(found), found.detail) == (False, "SYS-330", "no sound device")
    assert probe_voices(NAMES, with_sound=False).ok is True


def test_no_daemon_is_found(daemon: FakeDaemon) -> None:
    daemon.die()
    found = probe_voices(NAMES, with_sound=True)
    assert (found.ok, code(found)) == (False, "SYS-330")


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    (tmp_path / "modules").mkdir()
    (tmp_path / "clients").mkdir()
    (tmp_path / "speechd.conf").write_text('# LogLevel 5\nLogLevel  3\nLogDir  "default"\n')
    (tmp_path / "modules" / "espeak-ng.conf").write_text("Debug 0\n")
    return tmp_path


def test_the_usual_settings_keep_nothing(settings: Path) -> None:
    assert probe_speech_log(settings).ok is True


def test_without_settings_the_defaults_keep_nothing(tmp_path: Path) -> None:
    assert probe_speech_log(tmp_path).ok is True


@pytest.mark.parametrize(
    ("file", "line", "reported"),
    [
        ("speechd.conf", "LogLevel 4", "LogLevel 4"),
        ("speechd.conf", '  loglevel "5"  # for a test', "loglevel 5"),
        ("speechd.conf", 'CustomLogFile "protocol" "/tmp/log"', "CustomLogFile protocol"),
        ("clients/gnome.conf", "LogLevel 5", "LogLevel 5"),
        ("modules/espeak-ng.conf", "Debug 1", "Debug 1"),
    ],
)
def test_a_setting_that_keeps_what_is_spoken_is_reported(
    settings: Path, file: str, line: str, reported: str
) -> None:
    (settings / file).write_text(f"{line}\n")
    found = probe_speech_log(settings)
    assert (found.ok, code(found)) == (False, "SYS-332")
    assert found.detail == f"{reported} in {settings / file}"


def test_the_users_settings_replace_the_systems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert settings_folder() == speech.SYSTEM_SETTINGS
    (tmp_path / "speech-dispatcher").mkdir()
    (tmp_path / "speech-dispatcher" / "speechd.conf").touch()
    assert settings_folder() == tmp_path / "speech-dispatcher"
