"""The voice: what it says and when; a hung or missing engine never blocks a page."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QProcess
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from devices.health import DeviceStatus
from devices.readers.protocol import ReaderStatus
from terminal.config.sections import SpeechConfig
from terminal.platform.faults import UNREACHABLE
from terminal.session import states as st
from terminal.session.model import EndReason, Language, Look, Station
from tests.ui.pages_rig import child
from ui.voice.engine import Commands
from ui.voice.speaker import VOLUME, WAITING_BYTES, Voice

STATION = Station((("card", ReaderStatus(DeviceStatus.ONLINE)),), (), None)

RECORDER = "import sys\nfor line in sys.stdin:\n    open(sys.argv[1], 'a').write(line)\n"
"""An engine that writes the commands to a file."""
DEAF = "import time\ntime.sleep(600)\n"
"""An engine that never reads."""


def look(voice: bool = True, language: Language = Language.ZH) -> Look:
    return Look(language=language, voice=voice)


def welcome(at: Look, entered: float = 0.0) -> st.Welcome:
    return st.Welcome(station=STATION, look=at, entered=entered, quiet_since=entered)


def identifying(at: Look) -> st.Identifying:
    return st.Identifying(station=STATION, look=at, entered=0.0, quiet_since=0.0, reader="card")


def ending(at: Look) -> st.Ending:
    return st.Ending(
        station=STATION, look=at, entered=0.0, quiet_since=0.0, reason=EndReason.DONE,
        reader="card", clearing=False,
    )  # fmt: skip


def sentence(state: st.State) -> str:
    if isinstance(state, st.Ending):
        return ""
    return f"{type(state).__name__} in {state.look.language.value}"


class Received:
    """The commands that the engine received, read from its file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __call__(self) -> list[list[object]]:
        text = self._file.read_text(encoding="utf-8") if self._file.exists() else ""
        return [json.loads(line) for line in text.splitlines() if line.endswith("]")]

    def sentences(self) -> list[list[object]]:
        return [what[1:] for what in self() if what[0] == "say"]


@pytest.fixture
def received(tmp_path: Path) -> Received:
    """The commands that the engine received."""
    return Received(tmp_path / "received")


@pytest.fixture
def voice(qapp: QApplication, tmp_path: Path) -> Iterator[Voice]:
    """The voice with an engine that writes its commands to a file."""
    made = Voice(sentence, (sys.executable, "-uc", RECORDER, str(tmp_path / "received")))
    yield made
    made.close()


def test_each_page_is_spoken_once_in_its_language(
    qtbot: QtBot, voice: Voice, received: Received
) -> None:
    voice.show(welcome(look()))
    voice.show(welcome(look(), entered=5.0))
    voice.show(identifying(look(language=Language.EN)))
    qtbot.waitUntil(lambda: len(received.sentences()) == 2)
    assert received.sentences() == [["Welcome in zh", "zh_CN"], ["Identifying in en", "en_US"]]


@pytest.mark.parametrize(("rate", "sent"), [(0.5, [["rate", 0.5]]), (0.0, [])])
def test_the_configured_rate_is_sent_before_the_first_sentence(
    qtbot: QtBot, received: Received, tmp_path: Path, rate: float, sent: list[list[object]]
) -> None:
    engine = (sys.executable, "-uc", RECORDER, str(tmp_path / "received"))
    voice = Voice(sentence, engine, SpeechConfig(rate=rate))
    voice.show(identifying(look()))
    qtbot.waitUntil(lambda: bool(received.sentences()))
    assert [each for each in received() if each[0] == "rate"] == sent
    assert received()[-1][0] == "say"
    voice.close()


def test_no_engine_is_started_while_the_voice_is_off(
    qtbot: QtBot, voice: Voice, received: Received
) -> None:
    voice.show(welcome(look(voice=False)))
    voice.show(identifying(look(voice=False)))
    voice.show(welcome(look(voice=False)))
    assert voice.findChildren(QProcess) == []


def test_turning_off_or_a_page_without_text_stops_the_voice(
    qtbot: QtBot, voice: Voice, received: Received
) -> None:
    voice.show(welcome(look()))
    voice.show(ending(look()))
    voice.show(identifying(look()))
    voice.show(identifying(look(voice=False)))
    voice.show(identifying(look(voice=False)))
    qtbot.waitUntil(lambda: len(received()) == 5)
    assert [what[0] for what in received()] == ["volume", "say", "stop", "say", "stop"]


def test_a_page_can_be_spoken_again(qtbot: QtBot, voice: Voice, received: Received) -> None:
    voice.show(welcome(look()))
    voice.again()
    qtbot.waitUntil(lambda: len(received.sentences()) == 2)
    assert received.sentences()[0] == received.sentences()[1]


def test_again_speaks_nothing_while_the_voice_is_off(qtbot: QtBot, voice: Voice) -> None:
    voice.show(welcome(look(voice=False)))
    voice.again()
    assert voice.findChildren(QProcess) == []


def test_the_volume_is_reset_after_each_visit(
    qtbot: QtBot, voice: Voice, received: Received
) -> None:
    voice.show(identifying(look()))
    out = st.OutOfService(
        station=STATION, look=look(), entered=0.0, quiet_since=0.0, fault=UNREACHABLE
    )
    voice.show(out)
    voice.show(welcome(look()))
    qtbot.waitUntil(lambda: len(received.sentences()) == 3)
    names = [what[0] for what in received()]
    assert names == ["volume", "say", "stop", "volume", "say", "say"]
    assert received().count(["volume", VOLUME]) == 2


def test_an_ended_engine_is_restarted_with_the_next_page(
    qtbot: QtBot, voice: Voice, received: Received
) -> None:
    voice.show(welcome(look()))
    qtbot.waitUntil(lambda: len(received.sentences()) == 1)
    first = child(voice, QProcess)
    first.kill()
    qtbot.waitUntil(lambda: first.state() is QProcess.ProcessState.NotRunning)
    voice.show(identifying(look()))
    qtbot.waitUntil(lambda: len(received.sentences()) == 2)


def test_an_engine_that_never_reads_blocks_nothing_and_is_restarted(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    voice = Voice(sentence, (sys.executable, "-c", DEAF))
    began = time.monotonic()
    voice.show(welcome(look()))
    first = child(voice, QProcess)
    qtbot.waitUntil(lambda: first.state() is QProcess.ProcessState.Running)
    # More than a pipe holds, so that a backlog builds up behind an engine that does not read.
    pages = (65_536 + WAITING_BYTES) // len(json.dumps(["say", sentence(welcome(look()))])) + 50
    for n in range(pages):
        voice.show(identifying(look(language=(Language.ZH, Language.EN)[n % 2])))
        if n % 200 == 0:
            qtbot.waitUntil(lambda: True)
    assert time.monotonic() - began < 5.0
    assert "does not respond" in caplog.text
    voice.close()


def test_without_an_engine_the_voice_is_silent_and_does_not_fail(qtbot: QtBot) -> None:
    voice = Voice(sentence, ("/no/such/engine",))
    voice.show(welcome(look()))
    qtbot.waitUntil(lambda: child(voice, QProcess).state() is QProcess.ProcessState.NotRunning)
    voice.show(identifying(look()))
    voice.close()


class FakeSpeech:
    """Qt's speech interface, which only records its calls."""

    def __init__(self) -> None:
        self.did: list[tuple[object, ...]] = []

    def say(self, text: str) -> None:
        self.did.append(("say", text))

    def stop(self) -> None:
        self.did.append(("stop",))

    def setVolume(self, volume: float) -> None:
        self.did.append(("volume", volume))

    def setRate(self, rate: float) -> None:
        self.did.append(("rate", rate))

    def setLocale(self, locale: QLocale) -> None:
        self.did.append(("locale", locale.name()))


def line(*what: object) -> bytes:
    return json.dumps(what).encode() + b"\n"


def test_the_engine_stops_the_previous_page_and_follows_the_language() -> None:
    speech = FakeSpeech()
    commands = Commands(speech)
    commands.take(line("volume", 0.8) + line("say", "您好", "zh_CN"))
    commands.take(line("say", "再见", "zh_CN"))
    commands.take(line("say", "Hello", "en_US"))
    assert speech.did == [
        ("volume", 0.8), ("stop",), ("locale", "zh_CN"), ("say", "您好"), ("stop",),
        ("say", "再见"), ("stop",), ("locale", "en_US"), ("say", "Hello"),
    ]  # fmt: skip


def test_the_engine_speaks_only_the_newest_waiting_page() -> None:
    speech = FakeSpeech()
    Commands(speech).take(line("say", "旧", "zh_CN") + line("stop") + line("say", "新", "zh_CN"))
    assert [what for what in speech.did if what[0] == "say"] == [("say", "新")]


def test_the_engine_waits_for_the_rest_of_a_line() -> None:
    speech = FakeSpeech()
    commands = Commands(speech)
    whole = line("say", "您好", "zh_CN")
    commands.take(whole[:9])
    assert speech.did == []
    commands.take(whole[9:])
    assert speech.did[-1] == ("say", "您好")


def test_a_trial_is_spoken_once_a_visit(qtbot: QtBot, received: Received, tmp_path: Path) -> None:
    def opening(state: st.State) -> str:
        return "Trial." if state.look.language is Language.EN else "试用。"

    voice = Voice(
        sentence, (sys.executable, "-uc", RECORDER, str(tmp_path / "received")), opening=opening
    )
    english = look(language=Language.EN)
    voice.show(welcome(look(voice=False)))
    voice.show(identifying(look()))
    voice.show(identifying(english))
    voice.again()
    voice.show(ending(english))
    voice.show(welcome(look(voice=False)))
    voice.show(identifying(english))
    qtbot.waitUntil(lambda: len(received.sentences()) == 4)
    assert received.sentences() == [
        ["试用。Identifying in zh", "zh_CN"],
        ["Identifying in en", "en_US"],
        ["Identifying in en", "en_US"],
        ["Trial. Identifying in en", "en_US"],
    ]
    voice.close()
