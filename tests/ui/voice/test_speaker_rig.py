"""The voice with the real speech-dispatcher and espeak-ng: what is heard, and with which voice."""

from __future__ import annotations

import os
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from devices.health import DeviceStatus
from devices.readers.protocol import ReaderStatus
from devices.signals.protocol import Headset
from devices.speech.voices import Reads
from terminal.session import states as st
from terminal.session.model import Language, Look, Station, Volume
from terminal.words import words
from tests.rig.processes import wait_until
from tests.rig.speech import SpeechRig, Spoken, measured, synthesised
from ui.gallery.scenes import SCENES
from ui.pages import spoken as utterance_of
from ui.voice.reading.aloud import aloud
from ui.voice.speaker import Voice
from ui.voice.utterance import Utterance, sentences_heard

pytestmark = [
    pytest.mark.rig,
    pytest.mark.xdist_group("speech"),
]

STATION = Station((("card", ReaderStatus(DeviceStatus.ONLINE)),), (), None)
WAIT_MS = 30_000
DAEMON, SYNTHESISER = "speech-dispatch", "sd_espeak-ng"
"""Their names in /proc, which are cut off after 15 characters."""
MANDARIN = "Chinese (Mandarin, latin as Pinyin)"
ENGLISH = "English (America)"


def state(
    cls: type[st.State], language: Language = Language.ZH, *, voice: bool = True, **fields: Any
) -> st.State:
    look = Look(language=language, voice=voice)
    return cls(station=STATION, look=look, entered=0.0, quiet_since=0.0, **fields)


def utterance(of: st.State) -> Utterance:
    return utterance_of(of, words(of.look.language))


def given(of: st.State) -> list[str]:
    """Return what the synthesiser gets for each sentence of the page."""
    language = of.look.language
    reads = Reads.PINYIN if language is Language.ZH else Reads.TEXT
    heard = sentences_heard(utterance(of), privately=of.heard_privately)
    return [aloud(spans, language.value, reads) for spans in heard]


@pytest.fixture
def voice(qapp: QApplication) -> Iterator[Voice]:
    made = Voice(utterance)
    yield made
    made.close()


def children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def program(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text().strip()


def speech_processes() -> list[int]:
    """Return the process ids of the speech processes that run."""
    return [
        each
        for each in children(os.getpid())
        if b"ui.voice.engine" in Path(f"/proc/{each}/cmdline").read_bytes()
    ]


def descendants(pid: int) -> dict[str, int]:
    """Return the running processes below this one, by program."""
    found: dict[str, int] = {}
    for child in children(pid):
        found |= {program(child): child, **descendants(child)}
    return found


def heard(rig: SpeechRig, wanted: list[Spoken]) -> bool:
    return rig.spoken() == wanted


def test_each_language_is_spoken_with_its_voice(
    qtbot: QtBot, logging_rig: SpeechRig, voice: Voice
) -> None:
    voice.start()
    chinese = state(st.Identifying, reader="card")
    english = state(st.Identifying, Language.EN, reader="card")
    wanted: list[Spoken] = []
    for page, name in ((chinese, MANDARIN), (english, ENGLISH), (chinese, MANDARIN)):
        wanted += [Spoken(name, text) for text in given(page)]
        voice.show(page)
        qtbot.waitUntil(partial(heard, logging_rig, list(wanted)), timeout=WAIT_MS)
    assert logging_rig.spoken() == wanted


def test_a_page_is_heard_whole(qtbot: QtBot, speech_rig: SpeechRig, voice: Voice) -> None:
    """The recording is as long as what espeak-ng makes of the sentences, and as loud."""
    voice.start()
    speech_rig.recorder.forget()
    page = state(st.Welcome)
    began = time.monotonic()
    voice.show(page)
    expected = [synthesised(each) for each in given(page)]
    whole_s = sum(each.seconds for each in expected)
    recorder = speech_rig.recorder
    qtbot.waitUntil(lambda: measured(recorder.samples()).seconds >= whole_s, timeout=WAIT_MS)
    first = recorder.first_sound_at()
    assert first is not None
    print(f"first sound after {(first - began) * 1000:.0f} ms")  # shown with -rP
    assert first - began < 5.0
    recorder.wait_for_silence(1.0, WAIT_MS / 1000)
    heard = measured(recorder.samples())
    # Pauses between sentences are part of the recording.
    assert whole_s <= heard.seconds <= whole_s * 1.3 + 0.5 * len(expected)
    assert heard.longest_pause_s < 1.0
    assert heard.decibels > max(each.decibels for each in expected) - 3.0


def test_the_volumes_differ_as_they_should(
    qtbot: QtBot, speech_rig: SpeechRig, voice: Voice
) -> None:
    """EN 301 549 8.2.1: a range of at least 18 dB, and a step 12 dB above the lowest."""
    voice.start()
    page, levels = state(st.Identifying, reader="card"), {}
    whole_s = sum(synthesised(each).seconds for each in given(page))
    for volume in Volume:
        voice.show(replace(page, look=replace(page.look, voice=False)))
        speech_rig.recorder.wait_for_silence(0.3, WAIT_MS / 1000)
        speech_rig.recorder.forget()
        voice.show(replace(page, look=replace(page.look, volume=volume)))
        qtbot.waitUntil(
            lambda: measured(speech_rig.recorder.samples()).seconds >= whole_s * 0.9,
            timeout=WAIT_MS,
        )
        levels[volume] = measured(speech_rig.recorder.samples()).decibels
    assert levels[Volume.LOUDEST] - levels[Volume.QUIET] >= 18.0
    assert levels[Volume.MEDIUM] - levels[Volume.QUIET] == pytest.approx(12.0, abs=1.0)


@pytest.mark.parametrize("killed", ["process", DAEMON, SYNTHESISER])
def test_killed_in_mid_word_it_goes_on(
    qtbot: QtBot, speech_rig: SpeechRig, voice: Voice, killed: str
) -> None:
    """Whichever process dies, the sentence that was interrupted is heard whole."""
    voice.start()
    recorder = speech_rig.recorder
    recorder.forget()
    page = state(st.Welcome)
    voice.show(page)
    # Within the first word of the first sentence.
    qtbot.waitUntil(lambda: measured(recorder.samples()).seconds > 0.1, timeout=WAIT_MS)
    (engine,) = speech_processes()
    below = descendants(engine)
    os.kill(engine if killed == "process" else below[killed], signal.SIGKILL)
    dead = time.monotonic()
    wait_until(lambda: not alive(below[SYNTHESISER]), 10.0, "the synthesiser ends")
    recorder.wait_for_silence(0.1, WAIT_MS / 1000)  # what was still in the pipe
    recorder.forget()
    whole_s = sum(synthesised(each).seconds for each in given(page))
    qtbot.waitUntil(lambda: measured(recorder.samples()).seconds >= whole_s * 0.98, timeout=WAIT_MS)
    first = recorder.first_sound_at()
    assert first is not None
    print(f"back after {(first - dead) * 1000:.0f} ms")  # shown with -rP
    wait_until(lambda: not any(alive(each) for each in below.values()), 10.0, "no process is left")


def alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def none_alive(pids: list[int]) -> bool:
    return not any(map(alive, pids))


def test_everything_ends_with_the_visit_and_with_the_voice(
    qtbot: QtBot, speech_rig: SpeechRig, voice: Voice
) -> None:
    voice.start()
    home = state(st.Welcome, voice=False)
    ends: list[Callable[[], None]] = [partial(voice.show, home), voice.close]
    for end in ends:
        speech_rig.recorder.forget()
        voice.show(state(st.Identifying, reader="card"))
        qtbot.waitUntil(lambda: speech_rig.recorder.first_sound_at() is not None, timeout=WAIT_MS)
        (engine,) = speech_processes()
        below = {**descendants(engine), "engine": engine}
        assert {DAEMON, SYNTHESISER} <= set(below)
        end()
        wait_until(partial(none_alive, list(below.values())), 10.0, "all have ended")
        speech_rig.recorder.wait_for_silence(0.1, WAIT_MS / 1000)  # what was still in the pipe


def test_the_languages_are_learned_and_everything_ends_while_the_voice_is_off(
    qtbot: QtBot, speech_rig: SpeechRig, voice: Voice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.voice.speaker.PROBE_MS", 0)
    with qtbot.waitSignal(voice.available, timeout=WAIT_MS) as heard:
        voice.start()
    assert heard.args == [frozenset(Language)]
    wait_until(lambda: not speech_processes(), 10.0, "the process has ended")


@pytest.mark.parametrize("scene", ["consenting", "choosing", "proving-entering"])
def test_personal_data_reach_the_daemon_for_a_headset_only(
    qtbot: QtBot, logging_rig: SpeechRig, voice: Voice, scene: str
) -> None:
    voice.start()
    aloud_page = SCENES[scene](Look(voice=True))
    plugged = replace(aloud_page.station, headset=Headset.PLUGGED_IN)
    headset_page = replace(aloud_page, station=plugged)
    voice.show(aloud_page)
    # The daemon gets all sentences at once.
    qtbot.waitUntil(lambda: given(aloud_page)[-1] in logging_rig.log(), timeout=WAIT_MS)
    log = logging_rig.log()
    private = set(given(headset_page)) - set(given(aloud_page))
    personal = [
        aloud((span,), "zh", Reads.PINYIN)
        for sentence in utterance(aloud_page) for span in sentence.spans if span.personal
    ]  # fmt: skip
    assert len(private) == len(personal) == 1
    assert not any(text in log for text in (*personal, *private))
    assert "王" not in log
    voice.show(headset_page)
    qtbot.waitUntil(lambda: personal[0] in logging_rig.log(), timeout=WAIT_MS)


def test_the_own_daemon_keeps_nothing_that_is_spoken(
    qtbot: QtBot, speech_rig: SpeechRig, voice: Voice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its configuration says level 5, and the speech process starts it with level 1."""
    monkeypatch.setattr(tempfile, "tempdir", str(speech_rig.folder))
    voice.start()
    speech_rig.recorder.forget()
    page = state(st.Welcome)
    voice.show(page)
    qtbot.waitUntil(lambda: speech_rig.recorder.first_sound_at() is not None, timeout=WAIT_MS)
    logs = list(speech_rig.folder.glob("station-voice-*/*.log"))
    assert len(logs) >= 2
    kept = "".join(each.read_text("utf-8", "replace") for each in logs)
    assert not any(word in kept for text in given(page) for word in text.split())


def test_a_hung_daemon_blocks_neither_pages_nor_the_exit(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(tmp_path / "deaf"))
        deaf.listen()
        monkeypatch.setenv("SPEECHD_ADDRESS", f"unix_socket:{tmp_path}/deaf")
        voice = Voice(utterance)
        voice.start()
        voice.show(state(st.Welcome))
        deaf.settimeout(WAIT_MS / 1000)
        # The process is connected now, and waits for an answer that never comes.
        caller, _ = deaf.accept()
        with caller:
            began = time.monotonic()
            voice.show(state(st.Identifying, Language.EN, reader="card"))
            voice.close()
            assert time.monotonic() - began < 1.0
