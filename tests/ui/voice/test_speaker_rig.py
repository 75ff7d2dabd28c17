"""The voice with the real speech-dispatcher, whose output module writes each sentence to a file."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from devices.health import DeviceStatus
from devices.readers.protocol import ReaderStatus
from terminal.session import states as st
from terminal.session.model import Language, Look, Station
from terminal.words import words
from ui.pages import spoken
from ui.voice.speaker import Voice

pytestmark = [
    pytest.mark.rig,
    pytest.mark.xdist_group("speech"),
]

STATION = Station((("card", ReaderStatus(DeviceStatus.ONLINE)),), (), None)
STARTED_MS = 10_000

CONFIGURATION = """LogLevel 3
AudioOutputMethod "alsa"
AudioALSADevice "null"
AddModule "note" "sd_generic" "note.conf"
DefaultModule note
"""
MODULE = """GenericExecuteSynth "echo '$LANGUAGE|$DATA' >> {said}"
GenericLanguage "en" "en" "utf-8"
GenericLanguage "zh" "zh" "utf-8"
AddVoice "en" "FEMALE1" "en"
AddVoice "zh" "FEMALE1" "zh"
DefaultVoice "en"
"""


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[Path]:
    """A speech-dispatcher for this test; the file gets a line for each sentence."""
    # The path of a socket must be short.
    folder = Path(os.environ.get("TMPDIR", "/tmp")) / f"speech-{os.getpid()}"
    (folder / "modules").mkdir(parents=True)
    noted, address = folder / "said", folder / "sock"
    (folder / "speechd.conf").write_text(CONFIGURATION)
    (folder / "modules" / "note.conf").write_text(MODULE.format(said=noted))
    monkeypatch.setenv("SPEECHD_ADDRESS", f"unix_socket:{address}")
    daemon = subprocess.Popen(
        ["speech-dispatcher", "-s", "-C", folder, "-c", "unix_socket", "-S", address,
         "-P", folder / "pid", "-L", folder, "-t", "0"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    qtbot.waitUntil(address.exists, timeout=STARTED_MS)
    yield noted
    daemon.terminate()
    daemon.wait(10)
    shutil.rmtree(folder)


def state(cls: type[st.State], language: Language, **fields: Any) -> st.State:
    look = Look(language=language, voice=True)
    return cls(station=STATION, look=look, entered=0.0, quiet_since=0.0, **fields)


def sentence(of: st.State) -> str:
    return spoken(of, words(of.look.language.value))


def test_a_page_is_spoken_in_its_language(qtbot: QtBot, said: Path) -> None:
    voice = Voice(sentence)
    chinese = state(st.Welcome, Language.ZH)
    voice.show(chinese)
    qtbot.waitUntil(said.exists, timeout=STARTED_MS)
    english = state(st.Identifying, Language.EN, reader="card")
    voice.show(english)
    qtbot.waitUntil(lambda: said.read_text().count("\n") >= 2, timeout=STARTED_MS)
    voice.close()
    lines = said.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("zh|您好")
    assert lines[-1].startswith("en|")
    assert lines[-1].removeprefix("en|").split(".")[0] in sentence(english)


def test_a_hung_daemon_blocks_neither_pages_nor_the_exit(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(tmp_path / "deaf"))
        deaf.listen()
        monkeypatch.setenv("SPEECHD_ADDRESS", f"unix_socket:{tmp_path}/deaf")
        voice = Voice(sentence)
        voice.show(state(st.Welcome, Language.ZH))
        deaf.settimeout(STARTED_MS / 1000)
        # The engine is connected now, and waits for an answer that never comes.
        caller, _ = deaf.accept()
        with caller:
            began = time.monotonic()
            voice.show(state(st.Identifying, Language.EN, reader="card"))
            voice.close()
            assert time.monotonic() - began < 1.0
