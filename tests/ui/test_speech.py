"""The voice: what it says and when, and that a stuck or missing engine never holds up a page."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from devices.health import DeviceStatus
from devices.reader import ReaderStatus
from terminal.platform.faults import UNREACHABLE
from terminal.session import states as st
from terminal.session.model import PRINTER_UNASKED, EndReason, Language, Look, Station
from ui.speech import VOLUME, Voice

STATION = Station((("card", ReaderStatus(DeviceStatus.ONLINE)),), PRINTER_UNASKED, None)


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


@dataclass
class FakeEngine:
    """Notes what it is asked to do, and on which thread."""

    did: list[tuple[str, ...]] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)
    gate: threading.Event | None = None

    def _note(self, *what: str) -> None:
        self.threads.add(threading.get_ident())
        self.did.append(what)

    def say(self, sentence: str, locale: str) -> None:
        self._note("say", sentence, locale)
        if self.gate is not None:
            self.gate.wait(10)

    def stop(self) -> None:
        self._note("stop")

    def set_volume(self, volume: float) -> None:
        self._note("volume", str(volume))

    @property
    def said(self) -> list[tuple[str, ...]]:
        return [what[1:] for what in self.did if what[0] == "say"]


@pytest.fixture
def engine() -> FakeEngine:
    """An engine that only remembers."""
    return FakeEngine()


@pytest.fixture
def voice(qapp, engine: FakeEngine) -> Iterator[Voice]:
    """The voice with that engine."""
    made = Voice(sentence, lambda: engine)
    yield made
    if engine.gate is not None:
        engine.gate.set()
    made.close()


def test_each_page_is_said_once_in_its_language(qtbot, voice, engine) -> None:
    voice.show(welcome(look()))
    voice.show(welcome(look(), entered=5.0))
    voice.show(identifying(look(language=Language.EN)))
    qtbot.waitUntil(lambda: len(engine.said) == 2)
    assert engine.said == [("Welcome in zh", "zh_CN"), ("Identifying in en", "en_US")]


def test_the_engine_is_never_called_on_the_screens_thread(qtbot, voice, engine) -> None:
    voice.show(welcome(look()))
    qtbot.waitUntil(lambda: bool(engine.said))
    assert threading.get_ident() not in engine.threads


def test_no_engine_is_made_while_the_voice_is_off(qtbot, qapp) -> None:
    made: list[int] = []
    voice = Voice(sentence, lambda: made.append(1))
    voice.show(welcome(look(voice=False)))
    voice.show(identifying(look(voice=False)))
    voice.close()
    assert made == []


def test_the_page_before_is_cut_off(qtbot, voice, engine) -> None:
    voice.show(welcome(look()))
    voice.show(identifying(look()))
    qtbot.waitUntil(lambda: len(engine.said) == 2)
    between = engine.did[engine.did.index(("say", "Welcome in zh", "zh_CN")) + 1 :]
    assert between[0] == ("stop",)


def test_turning_it_off_or_a_page_without_words_silences_it(qtbot, voice, engine) -> None:
    voice.show(welcome(look()))
    qtbot.waitUntil(lambda: bool(engine.said))
    voice.show(ending(look()))
    qtbot.waitUntil(lambda: engine.did[-1] == ("stop",))
    voice.show(identifying(look()))
    qtbot.waitUntil(lambda: engine.did[-1][0] == "say")
    voice.show(identifying(look(voice=False)))
    qtbot.waitUntil(lambda: engine.did[-1] == ("stop",))


def test_a_page_can_be_said_again(qtbot, voice, engine) -> None:
    voice.show(welcome(look()))
    voice.again()
    qtbot.waitUntil(lambda: len(engine.said) == 2)
    assert engine.said[0] == engine.said[1]


def test_the_volume_is_reset_after_each_visit(qtbot, voice, engine) -> None:
    voice.show(identifying(look()))
    qtbot.waitUntil(lambda: bool(engine.said))
    assert engine.did.count(("volume", str(VOLUME))) == 1
    voice.show(
        st.OutOfService(
            station=STATION, look=look(), entered=0.0, quiet_since=0.0, fault=UNREACHABLE
        )
    )
    qtbot.waitUntil(lambda: engine.did.count(("volume", str(VOLUME))) == 2)
    voice.show(welcome(look()))
    qtbot.waitUntil(lambda: engine.said[-1] == ("Welcome in zh", "zh_CN"))
    assert engine.did.count(("volume", str(VOLUME))) == 2


def test_a_stuck_engine_holds_up_nothing(qtbot, voice, engine) -> None:
    engine.gate = threading.Event()
    voice.show(welcome(look()))
    qtbot.waitUntil(lambda: bool(engine.said))
    began = time.monotonic()
    for n in range(200):
        voice.show(identifying(look(language=(Language.ZH, Language.EN)[n % 2])))
    assert time.monotonic() - began < 0.5
    assert engine.said == [("Welcome in zh", "zh_CN")]


def test_without_an_engine_it_is_silent_and_goes_on(qtbot, qapp, caplog) -> None:
    voice = Voice(sentence, lambda: None)
    voice.show(welcome(look()))
    voice.show(identifying(look()))
    qtbot.waitUntil(lambda: "no speech engine" in caplog.text)
    voice.close()
    assert caplog.text.count("no speech engine") == 1
