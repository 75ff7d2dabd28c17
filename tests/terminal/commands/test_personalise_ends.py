"""`station personalise` where it ends badly: no good card is left without its serial being told."""

from __future__ import annotations

import base64
import errno
import json
import os
import threading
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from devices.cards.apdu import ChannelError
from devices.cards.operator.card import OperatorTrust, read
from devices.cards.operator.personalise import Refused
from devices.cards.registry import Profile, read_card
from devices.faults import CARD_PULLED
from devices.operator import OperatorCard, Role
from devices.readers.protocol import CardFailed, CardLaid, OperatorCardRead, ReaderStatus, Sink
from terminal.commands.issuing_key import KeyProblem, load_key, new_key
from terminal.commands.personalise import Order, personalise
from tests.devices.channels import DirectChannel
from tests.rig.operator_cards import BlankCard

ORDER = Order(Role.STAFF, "S-0042", date(2099, 12, 31))
UNKNOWN_ALGORITHM = bytes.fromhex("3012020100300506032a03040406040404010203")
"""PKCS #8 with a key of the algorithm 1.2.3.4."""
WRITING_S = 0.4
"""How long the bench's reader takes before it begins to write."""


class Pulled(DirectChannel):
    """The card leaves the reader with the last command of all, its record written."""

    def __init__(self, card: BlankCard) -> None:
        super().__init__(card)
        self._written = False

    def transceive(self, apdu: bytes) -> tuple[bytes, int]:
        if self._written:
            raise ChannelError(CARD_PULLED)
        self._written = apdu[:4] == bytes.fromhex("00D60000") and apdu[5] == 0xE1
        return super().transceive(apdu)


class Hanging(DirectChannel):
    """The reader does not give back the last answer of all until it is let go."""

    def __init__(self, card: BlankCard) -> None:
        super().__init__(card)
        self.hangs, self.go = threading.Event(), threading.Event()

    def transceive(self, apdu: bytes) -> tuple[bytes, int]:
        answer = super().transceive(apdu)
        if apdu[:4] == bytes.fromhex("00D60000") and apdu[5] == 0xE1:
            self.hangs.set()
            self.go.wait(20)
        return answer


class Bench:
    """A reader with one card on it, which it takes its time to write."""

    def __init__(self, channel: DirectChannel, profiles: Sequence[Profile], wait_s: float) -> None:
        self.name = "bench"
        self._channel, self._profiles, self._wait_s = channel, profiles, wait_s
        self._stopped = threading.Event()

    def status(self) -> ReaderStatus:
        raise AssertionError("nobody asks")

    def start(self, sink: Sink) -> None:
        def run() -> None:
            if self._stopped.wait(self._wait_s):
                return
            found = read_card(self._channel, date(2030, 1, 1), self._profiles)
            if isinstance(found, OperatorCard):
                sink(OperatorCardRead(self.name, found, True))
            else:
                assert not hasattr(found, "record")
                sink(CardFailed(self.name, found))

        sink(CardLaid(self.name, time.monotonic()))
        threading.Thread(target=run, daemon=True).start()

    def stop(self, timeout_s: float = 2.0) -> None:
        self._stopped.set()


@pytest.fixture
def key(tmp_path: Path, station_key: Callable[[Path], str]) -> tuple[Path, bytes]:
    """An issuing key, and its public half."""
    path = tmp_path / "issuer.pem"
    return path, base64.b64decode(station_key(path))


@pytest.fixture
def station_key(capsys: pytest.CaptureFixture[str]) -> Callable[[Path], str]:
    """Makes a key file; gives what the configuration is to hold."""

    def make(path: Path) -> str:
        assert new_key(path, as_json=True) == 0
        return str(json.loads(capsys.readouterr().out)["issuer"])

    return make


def written(
    channel: DirectChannel, key: Path, capsys: pytest.CaptureFixture[str], wait_s: float = 0.0
) -> tuple[int, dict[str, Any]]:
    """Exit code and what was told, for a command that waits a tenth of a second for a card."""
    code = personalise(
        ORDER, key, lambda profiles: Bench(channel, profiles, wait_s), as_json=True, timeout_s=0.1
    )
    return code, json.loads(capsys.readouterr().out)


def test_a_card_that_was_laid_on_in_time_is_written_to_its_end(
    key: tuple[Path, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = written(DirectChannel(BlankCard()), key[0], capsys, WRITING_S)
    assert (code, told["outcome"]) == (0, "issued")


def test_a_card_that_left_with_its_record_is_told_by_its_serial(
    key: tuple[Path, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    card = BlankCard()
    code, told = written(Pulled(card), key[0], capsys)
    assert (code, told["fault"]) == (1, "CRD-204")
    held = read(DirectChannel(card), OperatorTrust((key[1],)))
    assert isinstance(held, OperatorCard)  # it is good, so it must be possible to revoke it
    assert told["serial"] == held.serial


def test_a_card_that_is_given_up_while_it_is_written_is_told_by_its_serial(
    key: tuple[Path, bytes], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """ "Nobody laid a card on" would leave a good card of a serial that nobody was told."""
    monkeypatch.setattr("terminal.commands.personalise.WRITE_S", WRITING_S)
    card = BlankCard()
    channel = Hanging(card)

    class Stuck(Bench):
        def start(self, sink: Sink) -> None:
            super().start(sink)
            assert channel.hangs.wait(20)

    code = personalise(
        ORDER, key[0], lambda profiles: Stuck(channel, profiles, 0.0), as_json=True, timeout_s=0.1
    )
    told = json.loads(capsys.readouterr().out)
    assert (code, told["outcome"], told["fault"]) == (1, "fault", "CRD-108")
    held = read(DirectChannel(card), OperatorTrust((key[1],)))
    channel.go.set()
    assert isinstance(held, OperatorCard)
    assert told["serial"] == held.serial


def test_the_serial_is_said_before_the_card_is_written(
    key: tuple[Path, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    """Who breaks off with Ctrl-C is told nothing more."""
    assert personalise(
        ORDER, key[0], lambda profiles: Bench(DirectChannel(BlankCard()), profiles, 0.0),
        as_json=True, timeout_s=0.1,
    ) == 0  # fmt: skip
    told = capsys.readouterr()
    assert f"writing serial {json.loads(told.out)['serial']};" in told.err


def test_a_second_card_is_not_written_under_the_first_ones_serial(
    key: tuple[Path, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    """The first was pulled, and the next one lies there before the command has heard of it."""
    first, second = BlankCard(), BlankCard()

    class Swapped(Bench):
        def stop(self, timeout_s: float = 2.0) -> None:
            read_card(DirectChannel(second), date(2030, 1, 1), self._profiles)
            super().stop(timeout_s)

    code = personalise(
        ORDER, key[0], lambda profiles: Swapped(Pulled(first), profiles, 0.0),
        as_json=True, timeout_s=0.1,
    )  # fmt: skip
    assert (code, json.loads(capsys.readouterr().out)["fault"]) == (1, "CRD-204")
    assert (second.updates, second.master.children) == (0, [])


def test_a_key_of_an_algorithm_that_nobody_knows_is_no_key(tmp_path: Path) -> None:
    path = tmp_path / "other.pem"
    body = base64.b64encode(UNKNOWN_ALGORITHM).decode()
    path.write_text(f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n")
    path.chmod(0o600)
    refused = load_key(path)
    assert isinstance(refused, Refused)
    assert refused.problem is KeyProblem.NO_KEY


def test_half_a_key_is_not_left_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full: what was begun would be in the next key's way, and could sign nothing."""

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    path = tmp_path / "issuer.pem"
    assert new_key(path, as_json=True) == 1
    assert json.loads(capsys.readouterr().out)["outcome"] == "key_unwritable"
    assert not path.exists()
