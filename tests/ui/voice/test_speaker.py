"""The voice: what it sends and when; a hung or missing process never blocks a page."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QProcess
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from devices.health import DeviceStatus
from devices.readers.protocol import ReaderStatus
from devices.signals.protocol import Headset
from terminal.config.sections import SpeechConfig
from terminal.platform.faults import UNREACHABLE
from terminal.session import states as st
from terminal.session.model import EndReason, Language, Look, Speed, Station, Volume
from ui.voice.speaker import WAITING_BYTES, Voice
from ui.voice.utterance import Form, Sentence, Span, Utterance

STATION = Station((("card", ReaderStatus(DeviceStatus.ONLINE)),), (), None)

RECORDER = """
import json, sys
for line in sys.stdin:
    open(sys.argv[1], "a").write(line)
    command = json.loads(line)
    if command[0] == "say":
        print(json.dumps(["taken", command[1]]), flush=True)
"""
"""A process that writes the commands to a file, and reports that it has read them."""
EVERY = json.dumps(["voices", [language.value for language in Language]])
"""The report of a process that can speak each language."""
SPEAKER = f"""
import json, sys
print(json.dumps(["voices", ["zh"]]), flush=True)
for line in sys.stdin:
    open(sys.argv[1], "a").write(line)
    command = json.loads(line)
    if command[0] == "say":
        print(json.dumps(["taken", command[1]]), flush=True)
        print(json.dumps(["ended", command[1], 0]), flush=True)
        print('{EVERY}', flush=True)
"""
"""As the recorder, but it also speaks the first sentence of each page to its end, and reports all
languages after it."""
REPORTER = f"""
import sys
print('{EVERY}', flush=True)
for line in sys.stdin: pass
"""
"""A process that reports all languages and waits."""
THIRD_TIME = f"""
import sys
tries = open(sys.argv[1], "a+")
tries.write(".")
tries.seek(0)
match len(tries.read()):
    case 1: sys.exit(1)
    case 2: print('["voices", ["en"]]', flush=True)
    case _: print('{EVERY}', flush=True)
tries.close()
for line in sys.stdin: pass
"""
"""A process that ends at once, then reports one language, then all."""
DEAF = "import time\ntime.sleep(600)\n"
"""A process that never reads."""
MUTE = "import sys\nfor line in sys.stdin: pass\n"
"""A process that reads and never answers."""


def look(voice: bool = True, language: Language = Language.ZH, **other: Any) -> Look:
    return replace(Look(language=language, voice=voice), **other)


def welcome(at: Look, entered: float = 0.0) -> st.Welcome:
    return st.Welcome(station=STATION, look=at, entered=entered, quiet_since=entered)


def identifying(at: Look, station: Station = STATION) -> st.Identifying:
    return st.Identifying(station=station, look=at, entered=0.0, quiet_since=0.0, reader="card")


def ending(at: Look) -> st.Ending:
    return st.Ending(
        station=STATION, look=at, entered=0.0, quiet_since=0.0, reason=EndReason.DONE,
        reader="card", clearing=False,
    )  # fmt: skip


def sentence(state: st.State) -> str:
    return f"{type(state).__name__} in {state.look.language.value}"


def utterance(state: st.State) -> Utterance:
    if isinstance(state, st.Ending):
        return ()
    return (Sentence((Span(sentence(state)),)),)


def several(state: st.State) -> Utterance:
    """Three sentences, the second with a name."""
    name = Span("王某明", Form.NAME, personal=True)
    return (
        Sentence((Span("first"),)),
        Sentence((name, Span("，您好")), (Span("您好"),)),
        Sentence((Span("third"),)),
    )


class Received:
    """The commands that the process received, read from its file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __call__(self) -> list[list[Any]]:
        text = self._file.read_text(encoding="utf-8") if self._file.exists() else ""
        return [json.loads(line) for line in text.splitlines() if line.endswith("]")]

    def names(self) -> list[object]:
        """The commands' names without those that set the sound."""
        return [what[0] for what in self() if what[0] in ("say", "stop")]

    def sentences(self) -> list[tuple[object, list[str]]]:
        """Language and texts of each page that was to be spoken."""
        said = [what[1:] for what in self() if what[0] == "say"]
        return [
            (language, ["".join(text for _, text in spans) for spans in each])
            for _, language, each in said
        ]


@pytest.fixture
def received(tmp_path: Path) -> Received:
    """The commands that the process received."""
    return Received(tmp_path / "received")


Make = Callable[..., Voice]


@pytest.fixture
def make(qapp: QApplication, tmp_path: Path) -> Iterator[Make]:
    """Make voices whose process runs a program. They are started, unless ``start`` is false."""
    made: list[Voice] = []

    def new(
        said: Callable[[st.State], Utterance] = utterance,
        program: str = RECORDER,
        start: bool = True,
        **other: Any,
    ) -> Voice:
        voice = Voice(said, (sys.executable, "-uc", program, str(tmp_path / "received")), **other)
        made.append(voice)
        if start:
            voice.start()
        return voice

    yield new
    for each in made:
        each.close()


@pytest.fixture
def voice(make: Make) -> Voice:
    """The voice with a process that writes its commands to a file."""
    return make()


def process_of(voice: Voice) -> QProcess:
    return voice.findChildren(QProcess)[-1]


def test_each_page_is_spoken_once_in_its_language(
    qtbot: QtBot, voice: Voice, received: Received
) -> None:
    voice.show(welcome(look()))
    voice.show(welcome(look(), entered=5.0))
    voice.show(identifying(look(language=Language.EN)))
    qtbot.waitUntil(lambda: len(received.sentences()) == 2)
    assert received.sentences() == [("zh", ["Welcome in zh"]), ("en", ["Identifying in en"])]


def test_nothing_is_started_before_the_first_paint(
    qtbot: QtBot, make: Make, received: Received
) -> None:
    voice = make(start=False)
    voice.show(identifying(look()))
    assert voice.findChildren(QProcess) == []
    voice.start()
    qtbot.waitUntil(lambda: received.sentences() == [("zh", ["Identifying in zh"])])


def test_no_process_runs_while_the_voice_is_off(make: Make) -> None:
    voice = make()
    voice.show(welcome(look(voice=False)))
    voice.show(identifying(look(voice=False)))
    voice.show(welcome(look(voice=False)))
    assert voice.findChildren(QProcess) == []


def test_the_process_runs_to_the_end_of_the_visit(
    qtbot: QtBot, voice: Voice, received: Received
) -> None:
    voice.show(identifying(look()))
    process = process_of(voice)
    voice.show(identifying(look(voice=False)))
    voice.show(identifying(look()))
    qtbot.waitUntil(lambda: received.names() == ["say", "stop", "say"])
    assert voice.findChildren(QProcess) == [process]
    with qtbot.waitSignal(process.finished):
        voice.show(welcome(look(voice=False)))
    qtbot.waitUntil(lambda: voice.findChildren(QProcess) == [])


def test_the_languages_are_asked_for_after_the_start_and_the_process_ends(
    qtbot: QtBot, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.voice.speaker.PROBE_MS", 0)
    voice = make(program=REPORTER)
    with qtbot.waitSignal(voice.available) as heard:
        voice.show(welcome(look(voice=False)))
    assert heard.args == [frozenset(Language)]
    qtbot.waitUntil(lambda: voice.findChildren(QProcess) == [])


def test_the_languages_are_asked_for_again_until_all_can_be_spoken(
    qtbot: QtBot, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.voice.speaker.PROBE_MS", 0)
    monkeypatch.setattr("ui.voice.speaker.PROBE_AGAIN_MS", 0)
    voice = make(program=THIRD_TIME)
    reported: list[object] = []
    voice.available.connect(reported.append)
    qtbot.waitUntil(lambda: len(reported) == 3)
    assert reported == [frozenset(), frozenset({Language.EN}), frozenset(Language)]
    qtbot.waitUntil(lambda: voice.findChildren(QProcess) == [])


def test_nothing_is_started_after_the_end(
    qtbot: QtBot, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.voice.speaker.PROBE_MS", 0)
    closed, other = make(program=DEAF), make(program=REPORTER)
    closed.close()
    closed.show(identifying(look()))
    with qtbot.waitSignal(other.available):  # its time has come after that of the closed one
        pass
    assert closed.findChildren(QProcess) == []


def test_a_voice_that_is_turned_on_while_the_languages_are_asked_for_is_heard(
    qtbot: QtBot, make: Make, received: Received, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.voice.speaker.PROBE_MS", 0)
    voice = make(program=SPEAKER)
    qtbot.waitUntil(lambda: voice.findChildren(QProcess) != [])
    process = process_of(voice)
    voice.show(identifying(look()))
    qtbot.waitUntil(lambda: received.sentences() == [("zh", ["Identifying in zh"])])
    assert voice.findChildren(QProcess) == [process]


def test_personal_parts_are_sent_for_a_headset_only(
    qtbot: QtBot, make: Make, received: Received
) -> None:
    voice = make(several)
    voice.show(identifying(look()))
    headset = identifying(look(), replace(STATION, headset=Headset.PLUGGED_IN))
    voice.show(headset)
    qtbot.waitUntil(lambda: len(received.sentences()) == 2)
    assert [said[1][1] for said in received.sentences()] == ["您好", "王某明，您好"]
    (_, _, _, sentences) = next(each for each in reversed(received()) if each[0] == "say")
    assert sentences[1] == [["name", "王某明"], ["text", "，您好"]]


def test_unplugging_the_headset_replaces_what_is_spoken(
    qtbot: QtBot, make: Make, received: Received
) -> None:
    voice = make(several)
    voice.show(identifying(look(), replace(STATION, headset=Headset.PLUGGED_IN)))
    voice.show(identifying(look(), replace(STATION, headset=Headset.UNPLUGGED)))
    qtbot.waitUntil(lambda: len(received.sentences()) == 2)
    assert "王" not in str(received.sentences()[1])


@pytest.mark.parametrize(
    ("rate", "speed", "sent"),
    [(0.5, Speed.NORMAL, 0.5), (0.0, Speed.SLOW, -0.3), (0.9, Speed.FAST, 1.0)],
)
def test_the_rate_is_sent_before_the_first_sentence(
    qtbot: QtBot, make: Make, received: Received, rate: float, speed: Speed, sent: float
) -> None:
    voice = make(settings=SpeechConfig(rate=rate))
    voice.show(identifying(look(speed=speed)))
    qtbot.waitUntil(lambda: bool(received.sentences()))
    assert ["rate", sent] in received()
    assert received()[-1][0] == "say"


def test_a_louder_voice_is_set_at_once_and_reset_after_the_visit(
    qtbot: QtBot, voice: Voice, received: Received
) -> None:
    voice.show(identifying(look()))
    voice.show(identifying(look(volume=Volume.LOUDEST)))
    voice.show(welcome(look()))
    qtbot.waitUntil(lambda: len(received.sentences()) == 2)
    levels = [what[1] for what in received() if what[0] == "volume"]
    assert levels == [Volume.LOUD.level, Volume.LOUDEST.level, Volume.LOUD.level]


def test_turning_off_or_a_page_without_text_stops_the_voice(
    qtbot: QtBot, voice: Voice, received: Received
) -> None:
    voice.show(welcome(look()))
    voice.show(ending(look()))
    voice.show(identifying(look()))
    voice.show(identifying(look(voice=False)))
    voice.show(identifying(look(voice=False)))
    qtbot.waitUntil(lambda: len(received.names()) == 4)
    assert received.names() == ["say", "stop", "say", "stop"]


def test_a_page_can_be_spoken_again(qtbot: QtBot, voice: Voice, received: Received) -> None:
    voice.show(welcome(look()))
    voice.again()
    qtbot.waitUntil(lambda: len(received.sentences()) == 2)
    assert received.sentences()[0] == received.sentences()[1]


def test_again_speaks_nothing_while_the_voice_is_off(
    qtbot: QtBot, voice: Voice, received: Received
) -> None:
    voice.show(welcome(look(voice=False)))
    voice.again()
    voice.show(identifying(look()))
    qtbot.waitUntil(lambda: bool(received.sentences()))
    assert received.sentences() == [("zh", ["Identifying in zh"])]


def test_the_end_of_a_visit_stops_the_voice(qtbot: QtBot, voice: Voice, received: Received) -> None:
    voice.show(identifying(look()))
    out = st.OutOfService(
        station=STATION, look=look(), entered=0.0, quiet_since=0.0, fault=UNREACHABLE
    )
    voice.show(out)
    qtbot.waitUntil(lambda: len(received.sentences()) == 2)
    assert received.names() == ["say", "stop", "say"]


def test_a_killed_process_goes_on_with_the_sentence_that_it_was_speaking(
    qtbot: QtBot, make: Make, received: Received
) -> None:
    voice = make(several, SPEAKER)
    reported: list[object] = []
    voice.available.connect(reported.append)
    voice.show(identifying(look()))
    qtbot.waitUntil(lambda: len(reported) == 2)
    assert reported == [frozenset({Language.ZH}), frozenset(Language)]
    first = process_of(voice)
    with qtbot.waitSignal(first.finished):
        os.kill(first.processId(), signal.SIGKILL)
    qtbot.waitUntil(lambda: len(received.sentences()) == 2)
    assert received.sentences()[1] == ("zh", ["您好", "third"])


def test_a_process_that_ends_again_and_again_is_reported_as_no_voice(
    qtbot: QtBot, make: Make
) -> None:
    voice = make(program="")
    voice.show(identifying(look()))
    with qtbot.waitSignal(voice.available) as heard:
        pass
    assert heard.args == [frozenset()]


def test_a_process_that_never_reads_blocks_nothing_and_is_restarted(
    qtbot: QtBot, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    voice = make(program=DEAF)
    began = time.monotonic()
    voice.show(welcome(look()))
    first = process_of(voice)
    qtbot.waitUntil(lambda: first.state() is QProcess.ProcessState.Running)
    # More than a pipe holds, so that a backlog builds up behind a process that does not read.
    one = len(json.dumps(["say", 1, "zh", [[["text", sentence(welcome(look()))]]]]))
    for n in range((65_536 + WAITING_BYTES) // one + 50):
        voice.show(identifying(look(language=(Language.ZH, Language.EN)[n % 2])))
        if n % 200 == 0:
            qtbot.waitUntil(lambda: True)
    assert time.monotonic() - began < 5.0
    assert "does not read" in caplog.text


def test_a_process_that_never_answers_is_restarted(
    qtbot: QtBot, make: Make, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.voice.speaker.ANSWER_MS", 100)
    voice = make(program=MUTE)
    voice.show(identifying(look()))
    first = process_of(voice)
    with qtbot.waitSignal(first.finished):
        pass
    assert "does not answer" in caplog.text
    qtbot.waitUntil(lambda: process_of(voice).processId() not in (0, first.processId()))


def test_without_a_program_the_voice_is_silent_and_does_not_fail(qtbot: QtBot) -> None:
    voice = Voice(utterance, ("/no/such/program",))
    with qtbot.waitSignal(voice.available) as heard:
        voice.start()
        voice.show(welcome(look()))
    assert heard.args == [frozenset()]
    voice.show(identifying(look()))
    voice.close()


def test_a_trial_is_spoken_once_a_visit(qtbot: QtBot, make: Make, received: Received) -> None:
    def opening(state: st.State) -> Sentence:
        return Sentence((Span("Trial." if state.look.language is Language.EN else "试用。"),))

    voice = make(opening=opening)
    english = look(language=Language.EN)
    voice.show(welcome(look(voice=False)))
    voice.show(identifying(look()))
    voice.show(identifying(english))
    voice.again()
    voice.show(ending(english))
    qtbot.waitUntil(lambda: len(received.sentences()) == 3)
    voice.show(welcome(look(voice=False)))
    voice.show(identifying(english))
    qtbot.waitUntil(lambda: len(received.sentences()) == 4)
    assert received.sentences() == [
        ("zh", ["试用。", "Identifying in zh"]),
        ("en", ["Identifying in en"]),
        ("en", ["Identifying in en"]),
        ("en", ["Trial.", "Identifying in en"]),
    ]
