"""The connection to the daemon: commands, lists, messages, notices, and every way to lose it."""

from __future__ import annotations

import select
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.speech.daemon import Daemon, given_address
from devices.speech.ssip import Connection, Notice, SpeechLostError
from devices.speech.voices import Voice

from .fake_daemon import ENGLISH, MANDARIN, SPELLING, FakeDaemon, Mood

REPLY_S = 0.2


@pytest.fixture
def daemon() -> Iterator[FakeDaemon]:
    # The path of a socket must be short.
    with tempfile.TemporaryDirectory(prefix="ssip-") as folder:
        made = FakeDaemon(Path(folder) / "socket")
        yield made
        if made.address.exists():
            made.die()


@pytest.fixture
def connection(daemon: FakeDaemon) -> Iterator[Connection]:
    made = Connection(daemon.address, "test", REPLY_S)
    yield made
    made.close()


def test_voices_are_listed_without_their_variants(connection: Connection) -> None:
    assert connection.voices() == tuple(
        Voice(name, tag, "espeak-ng") for name, tag in (SPELLING, MANDARIN, ENGLISH)
    )


def test_a_module_that_lists_no_voices_has_none(daemon: FakeDaemon, connection: Connection) -> None:
    daemon.refuse = "LIST SYNTHESIS_VOICES"
    assert connection.voices() == ()


def test_the_voice_is_set_after_its_language(daemon: FakeDaemon, connection: Connection) -> None:
    """Setting the language drops the voice."""
    connection.choose(Voice(*MANDARIN, "espeak-ng"))
    assert daemon.commands[-3:] == [
        "SET SELF OUTPUT_MODULE espeak-ng",
        "SET SELF LANGUAGE cmn-LATN-PINYIN",
        "SET SELF SYNTHESIS_VOICE Chinese (Mandarin, latin as Pinyin)",
    ]


@pytest.mark.parametrize("text", [".", "..", ".hidden", "two\r\nlines", "a\n.\nQUIT", "plain"])
def test_a_message_arrives_as_one_line_and_cannot_end_early(
    daemon: FakeDaemon, connection: Connection, text: str
) -> None:
    number = connection.speak(text)
    assert [each.text for each in daemon.messages] == [" ".join(text.split())]
    assert number == 1
    assert "QUIT" not in daemon.commands


def test_notices_name_the_message(daemon: FakeDaemon, connection: Connection) -> None:
    first, second = connection.speak("one"), connection.speak("two")
    notices = list(connection.notices())
    while len(notices) < 4:
        notices += connection.read_notices()
    assert notices == [
        (Notice.BEGAN, first), (Notice.ENDED, first),
        (Notice.BEGAN, second), (Notice.ENDED, second),
    ]  # fmt: skip


def test_volume_and_rate_are_scaled(daemon: FakeDaemon, connection: Connection) -> None:
    for volume in (0.0, 0.5, 1.0):
        connection.set_volume(volume)
    connection.set_rate(-0.3)
    assert daemon.commands[-4:] == [
        "SET SELF VOLUME -100", "SET SELF VOLUME 0", "SET SELF VOLUME 100", "SET SELF RATE -30",
    ]  # fmt: skip


def test_a_refused_command_loses_the_daemon_and_repeats_no_text(
    daemon: FakeDaemon, connection: Connection
) -> None:
    daemon.refuse = "SPEAK"
    with pytest.raises(SpeechLostError, match="refused with 408") as lost:
        connection.speak("王建明")
    assert "王" not in str(lost.value)


def test_a_daemon_that_does_not_answer_is_lost(daemon: FakeDaemon, connection: Connection) -> None:
    daemon.mood = Mood.DEAF
    with pytest.raises(SpeechLostError, match="no answer"):
        connection.cancel()


def test_a_daemon_that_ends_is_lost(daemon: FakeDaemon, connection: Connection) -> None:
    daemon.die()
    assert select.select([connection], [], [], 5.0)[0]
    with pytest.raises(SpeechLostError, match="has ended"):
        connection.read_notices()


def test_no_daemon_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SpeechLostError):
        Connection(tmp_path / "none", "test", REPLY_S)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("unix_socket:/run/speech", Path("/run/speech")),
        ("unix_socket:", None),
        ("inet_socket:127.0.0.1:6560", None),
        ("", None),
    ],
)
def test_the_environment_can_name_the_daemon(
    monkeypatch: pytest.MonkeyPatch, value: str, expected: Path | None
) -> None:
    monkeypatch.setenv("SPEECHD_ADDRESS", value)
    assert given_address() == expected


def test_a_named_daemon_is_used_and_not_ended(
    daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SPEECHD_ADDRESS", f"unix_socket:{daemon.address}")
    used = Daemon(tmp_path)
    used.connected("test").close()
    used.stop()
    assert (used.pid, used.modules()) == (None, ())
    assert daemon.address.exists()


@pytest.mark.process
def test_without_the_program_there_is_no_daemon(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("SPEECHD_ADDRESS", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SpeechLostError, match="speech-dispatcher"):
        Daemon(tmp_path).connected("test")
