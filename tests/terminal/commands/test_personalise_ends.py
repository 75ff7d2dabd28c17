"""`station personalise` after a failure: the serial of every usable card is reported."""

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
from devices.cards.profiles import Profile
from devices.cards.registry import read_card
from devices.faults import CARD_PULLED
from devices.operator import OperatorCard, Role
from devices.readers.protocol import CardFailed, CardPresented, OperatorCardRead, ReaderStatus, Sink
from terminal.commands.issuing_key import KeyProblem, load_key, new_key
from terminal.commands.personalise import Order, personalise
from tests.devices.channels import DirectChannel
from tests.rig.operator_cards import BlankCard

ORDER = Order(Role.STAFF, "S-0042", date(2099, 12, 31))
UNKNOWN_ALGORITHM = bytes.fromhex("3012020100300506032a03040406040404010203")
"""PKCS #8 with a key of the algorithm 1.2.3.4."""
WRITING_S = 0.4
"""How long the simulated reader waits before it starts to write."""


class Pulled(DirectChannel):
    """The card is removed at the last command, after its record was written."""

    def __init__(self, card: BlankCard) -> None:
        super().__init__(card)
        self._written = False

    def transceive(self, apdu: bytes) -> tuple[bytes, int]:
        if self._written:
            raise ChannelError(CARD_PULLED)
        self._written = apdu[:4] == bytes.fromhex("00D60000") and apdu[5] == 0xE1
        return super().transceive(apdu)


class Hanging(DirectChannel):
    """The reader holds back the last answer until it is released."""

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
    """A reader with one card on it, which starts to write after a delay."""

    def __init__(self, channel: DirectChannel, profiles: Sequence[Profile], wait_s: float) -> None:
        self.name = "bench"
        self._channel, self._profiles, self._wait_s = channel, profiles, wait_s
        self._stopped = threading.Event()

    def status(self) -> ReaderStatus:
        raise AssertionError("the status is not needed")

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

        sink(CardPresented(self.name, time.monotonic()))
        threading.Thread(target=run, daemon=True).start()

    def stop(self, timeout_s: float = 2.0) -> None:
        self._stopped.set()


@pytest.fixture
def key(tmp_path: Path, station_key: Callable[[Path], str]) -> tuple[Path, bytes]:
    """An issuing key file and its public key."""
    path = tmp_path / "issuer.pem"
    return path, base64.b64decode(station_key(path))


@pytest.fixture
def station_key(capsys: pytest.CaptureFixture[str]) -> Callable[[Path], str]:
    """Create a key file and return the value for the configuration."""

    def make(path: Path) -> str:
        assert new_key(path, as_json=True) == 0
        return str(json.loads(capsys.readouterr().out)["issuer"])

    return make


def written(
    channel: DirectChannel, key: Path, capsys: pytest.CaptureFixture[str], wait_s: float = 0.0
) -> tuple[int, dict[str, Any]]:
    """Return exit code and result of a command that waits a tenth of a second for a card."""
    code = personalise(
        ORDER, key, lambda profiles: Bench(channel, profiles, wait_s), as_json=True, timeout_s=0.1
    )
    return code, json.loads(capsys.readouterr().out)


def test_card_presented_in_time_is_written_completely(
    key: tuple[Path, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    code, result = written(DirectChannel(BlankCard()), key[0], capsys, WRITING_S)
    assert (code, result["outcome"]) == (0, "issued")


def test_card_removed_after_writing_is_reported_with_its_serial(
    key: tuple[Path, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    card = BlankCard()
    code, result = written(Pulled(card), key[0], capsys)
    assert (code, result["fault"]) == (1, "CRD-204")
    held = read(DirectChannel(card), OperatorTrust((key[1],)))
    assert isinstance(held, OperatorCard)  # the card is valid, so it must be possible to revoke it
    assert result["serial"] == held.serial


def test_card_that_takes_too_long_is_reported_with_its_serial(
    key: tuple[Path, bytes], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message "no card" would leave a valid card whose serial was never reported."""
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
    result = json.loads(capsys.readouterr().out)
    assert (code, result["outcome"], result["fault"]) == (1, "fault", "CRD-108")
    held = read(DirectChannel(card), OperatorTrust((key[1],)))
    channel.go.set()
    assert isinstance(held, OperatorCard)
    assert result["serial"] == held.serial


def test_serial_is_printed_before_the_card_is_written(
    key: tuple[Path, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    """After Ctrl-C nothing more is printed."""
    assert personalise(
        ORDER, key[0], lambda profiles: Bench(DirectChannel(BlankCard()), profiles, 0.0),
        as_json=True, timeout_s=0.1,
    ) == 0  # fmt: skip
    result = capsys.readouterr()
    assert f"writing serial {json.loads(result.out)['serial']};" in result.err


def test_second_card_is_not_written_with_the_first_cards_serial(
    key: tuple[Path, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    """The first card was removed; the next one is present before the command is notified."""
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


def test_key_of_an_unknown_algorithm_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.pem"
    body = base64.b64encode(UNKNOWN_ALGORITHM).decode()
    path.write_text(f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n")
    path.chmod(0o600)
    refused = load_key(path)
    assert isinstance(refused, Refused)
    assert refused.problem is KeyProblem.NO_KEY


def test_incomplete_key_file_is_removed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full: an incomplete key is useless and would block the next one."""

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    path = tmp_path / "issuer.pem"
    assert new_key(path, as_json=True) == 1
    assert json.loads(capsys.readouterr().out)["outcome"] == "key_unwritable"
    assert not path.exists()
