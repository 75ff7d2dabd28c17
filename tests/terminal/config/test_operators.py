"""[operators]: which staff and maintainer cards the readers trust."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from devices.cards.operator.card import OperatorTrust
from terminal.config.load import Config, ConfigProblem, load
from tests.rig.operator_cards import ISSUER_KEY

SAMPLE = Path(__file__).parents[3] / "docs" / "station.example.toml"


def configured(folder: Path, issuers: str, revoked: str = "[]") -> Config | ConfigProblem:
    for name in ("platform-ca.pem", "seal-root.pem"):
        (folder / name).write_text("pem")
    text = SAMPLE.read_text(encoding="utf-8")
    for old, new in (
        ("issuers = []", f"issuers = {issuers}"),
        ("revoked = []", f"revoked = {revoked}"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    path = folder / "station.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def test_sample_trusts_no_issuer(tmp_path: Path) -> None:
    config = configured(tmp_path, "[]")
    assert isinstance(config, Config)
    assert config.operators.trust() == OperatorTrust((), frozenset())


def test_issuers_and_revoked_cards_are_loaded(tmp_path: Path) -> None:
    key = base64.b64encode(ISSUER_KEY).decode()
    config = configured(tmp_path, f'["{key}"]', '["00112233445566ff"]')
    assert isinstance(config, Config)
    assert config.operators.trust() == OperatorTrust((ISSUER_KEY,), frozenset({"00112233445566ff"}))


def test_bound_only_is_loaded(tmp_path: Path) -> None:
    config = configured(tmp_path, "[]")
    assert isinstance(config, Config)
    assert not config.operators.trust().bound_only
    path = tmp_path / "station.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("bound_only = false", "bound_only = true"), encoding="utf-8")
    config = load(path)
    assert isinstance(config, Config)
    assert config.operators.trust().bound_only


@pytest.mark.parametrize(
    ("issuers", "revoked", "key"),
    [
        ('["11qYAYKx"]', "[]", "operators.issuers[0]"),
        ('["not base64!"]', "[]", "operators.issuers[0]"),
        ("[]", '["00112233445566FF"]', "operators.revoked[0]"),
        ("[]", '["0011"]', "operators.revoked[0]"),
        ('"x"', "[]", "operators.issuers"),
    ],
)
def test_invalid_issuer_or_serial_is_refused(
    tmp_path: Path, issuers: str, revoked: str, key: str
) -> None:
    problem = configured(tmp_path, issuers, revoked)
    assert isinstance(problem, ConfigProblem)
    assert (problem.code, problem.key) == ("SYS-106", key)
