"""The speech process with a daemon on a socket: what it speaks, with which voice, and after losses.

The rig tests do the same with the real speech-dispatcher.
"""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.devices.speech.fake_daemon import ENGLISH, MANDARIN, SPELLING, FakeDaemon, Mood
from tests.rig.processes import wait_until
from ui.voice.speaker import ENGINE

VOICES = {"zh": MANDARIN[0], "en": ENGLISH[0]}
WAIT_S = 30.0


class Process:
    """The speech process, with its commands and reports."""

    def __init__(self, folder: Path, voices: dict[str, str]) -> None:
        self._log = folder / "log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [*ENGINE, "--folder", str(folder), "--voices", json.dumps(voices)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip
        self._reports: queue.Queue[list[object]] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._reports.put(json.loads(line))

    def send(self, *commands: list[object]) -> None:
        """Write the commands at once."""
        assert self.process.stdin is not None
        self.process.stdin.write("".join(json.dumps(each) + "\n" for each in commands))
        self.process.stdin.flush()

    def say(self, number: int, language: str, *sentences: str) -> None:
        """Let it speak these sentences."""
        self.send(["say", number, language, [[["text", each]] for each in sentences]])

    def until(self, wanted: list[object]) -> list[list[object]]:
        """Return the reports up to this one."""
        found: list[list[object]] = []
        while not found or found[-1] != wanted:
            found.append(self._reports.get(timeout=WAIT_S))
        return found

    def end(self) -> int:
        """Close its input and wait for its end."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(WAIT_S)

    def kill(self) -> str:
        """Kill it, and return its log."""
        self.process.kill()
        self.process.wait()
        self._reader.join()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
        return self._log.read_text("utf-8")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder whose path is short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="voice-") as made:
        yield Path(made)


@pytest.fixture
def daemon(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeDaemon]:
    made = FakeDaemon(folder / "daemon")
    monkeypatch.setenv("SPEECHD_ADDRESS", f"unix_socket:{made.address}")
    yield made
    if made.address.exists():
        made.die()


Start = Callable[..., Process]


@pytest.fixture
def start(child_process: None, daemon: FakeDaemon, folder: Path) -> Iterator[Start]:
    made: list[Process] = []

    def new(voices: dict[str, str] = VOICES) -> Process:
        made.append(Process(folder, voices))
        return made[-1]

    yield new
    for each in made:
        each.kill()


def test_each_language_is_spoken_with_its_voice(start: Start, daemon: FakeDaemon) -> None:
    engine = start()
    engine.until(["voices", ["en", "zh"]])
    engine.say(1, "zh", "您好，请放卡。")
    engine.until(["ended", 1, 0])
    engine.say(2, "en", "Hello.")
    engine.until(["ended", 2, 0])
    engine.say(3, "zh", "2 页")
    engine.until(["ended", 3, 0])
    assert daemon.spoken() == ["nin2 hao3, qing3 fang4 ka3.", "Hello.", "liang3 ye4"]
    voices = [each.settings["SYNTHESIS_VOICE"] for each in daemon.messages[-3:]]
    assert voices == [MANDARIN[0], ENGLISH[0], MANDARIN[0]]
    assert engine.end() == 0


def test_chinese_is_never_spoken_with_another_voice(start: Start, daemon: FakeDaemon) -> None:
    daemon.voices = [SPELLING, ENGLISH]
    engine = start()
    engine.until(["voices", ["en"]])
    engine.say(1, "zh", "您好")
    engine.say(2, "en", "Hello.")
    engine.until(["ended", 2, 0])
    assert daemon.spoken() == ["Hello."]


@pytest.mark.parametrize("name", [SPELLING[0], ENGLISH[0], "no such voice"])
def test_a_voice_that_does_not_speak_the_language_is_refused(
    start: Start, daemon: FakeDaemon, name: str
) -> None:
    engine = start({"zh": name})
    engine.until(["voices", []])
    engine.say(1, "zh", "您好")
    engine.until(["taken", 1])
    assert engine.end() == 0
    assert daemon.spoken() == []


def test_only_the_newest_page_is_spoken(start: Start, daemon: FakeDaemon) -> None:
    engine = start()
    engine.until(["voices", ["en", "zh"]])
    old, new = (["say", n, "en", [[["text", text]]]] for n, text in ((1, "old"), (2, "new")))
    engine.send(old, ["stop"], new)
    engine.until(["ended", 2, 0])
    assert daemon.spoken() == ["new"]


def test_a_new_page_cancels_the_one_that_is_spoken(start: Start, daemon: FakeDaemon) -> None:
    engine = start()
    engine.until(["voices", ["en", "zh"]])
    daemon.mood = Mood.BEGINS
    engine.say(1, "en", "one")
    engine.until(["began", 1, 0])
    daemon.mood = Mood.SPEAKS
    engine.say(2, "en", "two")
    engine.until(["ended", 2, 0])
    spoken = [each for each in daemon.commands if each in ("SPEAK", "CANCEL SELF")]
    assert spoken[-2:] == ["CANCEL SELF", "SPEAK"]


def test_a_change_of_volume_repeats_the_sentence_that_is_spoken(
    start: Start, daemon: FakeDaemon
) -> None:
    engine = start()
    engine.until(["voices", ["en", "zh"]])
    daemon.mood = Mood.BEGINS
    engine.send(["volume", 0.4])
    engine.say(1, "en", "one", "two")
    engine.until(["began", 1, 0])
    daemon.mood = Mood.SPEAKS
    engine.send(["volume", 1.0])
    engine.until(["ended", 1, 1])
    volumes = [each.settings["VOLUME"] for each in daemon.messages if each.text == "one"]
    assert volumes == ["-20", "100"]


def test_a_daemon_that_ends_is_replaced_and_goes_on_with_the_same_sentence(
    start: Start, daemon: FakeDaemon
) -> None:
    engine = start()
    engine.until(["voices", ["en", "zh"]])
    engine.say(1, "en", "one")
    engine.until(["ended", 1, 0])
    daemon.mood = Mood.BEGINS
    engine.say(2, "en", "two", "three")
    engine.until(["began", 2, 0])
    daemon.mood = Mood.SPEAKS
    daemon.die()
    daemon.revive()
    engine.until(["ended", 2, 1])
    assert daemon.spoken() == ["one", "two", "three", "two", "three"]


@pytest.mark.slow(reason="waits twice for 5 s, the time limit for the first sound")
def test_a_daemon_that_never_begins_is_lost_and_reported(
    start: Start, daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    daemon.mood = Mood.SILENT
    engine = start()
    engine.until(["voices", []])
    daemon.mood = Mood.SPEAKS
    engine.until(["voices", ["en", "zh"]])


def test_without_a_daemon_there_is_no_voice_until_it_comes(
    start: Start, daemon: FakeDaemon
) -> None:
    daemon.die()
    engine = start()
    engine.until(["voices", []])
    engine.say(1, "en", "one")
    engine.until(["taken", 1])
    daemon.revive()
    engine.until(["ended", 1, 0])
    assert daemon.spoken()[-1] == "one"


def test_it_ends_with_its_input(start: Start, daemon: FakeDaemon) -> None:
    engine = start()
    engine.until(["voices", ["en", "zh"]])
    assert engine.end() == 0


def test_nothing_that_is_spoken_reaches_the_log(start: Start, daemon: FakeDaemon) -> None:
    engine = start()
    engine.until(["voices", ["en", "zh"]])
    engine.send(["say", 1, "zh", [[["name", "王建明"], ["text", "，您好"]]]])
    engine.until(["ended", 1, 0])
    daemon.refuse = "SPEAK"
    engine.say(2, "zh", "王建明")
    engine.until(["taken", 2])
    wait_until(lambda: daemon.commands.count("LIST OUTPUT_MODULES") > 1, WAIT_S, "a new attempt")
    log = engine.kill()
    assert "refused with 408" in log
    assert "王" not in log
    assert "wang2" not in log
