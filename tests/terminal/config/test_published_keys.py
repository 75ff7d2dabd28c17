"""Publicly known secrets are refused: published keys, invalid keys, and the sample's PIN."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devices.cards.operator.card import OperatorTrust
from terminal.config.load import Config, load
from terminal.config.published_keys import PUBLISHED_KEYS, SMALL_ORDER, unfit_key

SAMPLE = Path(__file__).parents[3] / "docs" / "station.example.toml"
GOOD = bytes.fromhex("8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c")
"""A key whose private key is published nowhere."""
HASH = "scrypt$14$8$5$" + "A" * 22 + "$" + "B" * 43
SEEDS = (
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    "f5e5767cf153319517630f226876b86c8160cc583bc013744c6bf255f5cc0ee5",
    "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
    "0305334e381af78f141cb666f6199f57bc3495335a256a95bd2a55bf546663f6",
    "ab9c2853ce297ddab85c993b3ae14bcad39b2c682beabc27d6d4eb20711d6560",
    "d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842",
)
"""The private keys, as printed in RFC 8032 (7.1, 7.2) and RFC 8410 (10.3)."""
POINTS = (b"\x01" + bytes(31), bytes(32), b"\xec" + b"\xff" * 30 + b"\x7f")


@pytest.fixture
def sample(tmp_path: Path) -> Config:
    for name in ("platform-ca.pem", "seal-root.pem"):
        (tmp_path / name).write_text("pem")
    path = tmp_path / "station.toml"
    path.write_text(SAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    config = load(path)
    assert isinstance(config, Config)
    return config


def finished(sample: Config, *issuers: bytes, key: bytes = GOOD, pin_hash: str = HASH) -> Config:
    """The sample with private values, except for the given ones."""
    replace = msgspec.structs.replace
    return replace(
        sample,
        operators=replace(sample.operators, issuers=issuers),
        platform=replace(sample.platform, catalogue_key=key),
        maintenance=replace(sample.maintenance, pin_hash=pin_hash),
    )


def test_private_keys_are_accepted(sample: Config) -> None:
    assert unfit_key(finished(sample, GOOD)) is None
    assert unfit_key(finished(sample)) is None


def test_values_of_the_sample_are_refused(sample: Config) -> None:
    problem = unfit_key(finished(sample, key=sample.platform.catalogue_key))
    assert problem is not None
    assert problem.key == "platform.catalogue_key"
    problem = unfit_key(finished(sample, pin_hash=sample.maintenance.pin_hash))
    assert problem is not None
    assert problem.key == "maintenance.pin_hash"
    assert sample.maintenance.pin_hash not in str(problem)


@pytest.mark.parametrize("seed", SEEDS)
def test_example_keys_of_the_standards_are_refused(sample: Config, seed: str) -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed)).public_key()
    problem = unfit_key(finished(sample, key.public_bytes_raw()))
    assert problem is not None
    assert (problem.code, problem.key) == ("SYS-106", "operators.issuers[0]")


@pytest.mark.parametrize("key", sorted(PUBLISHED_KEYS))
def test_published_issuer_is_refused(sample: Config, key: bytes) -> None:
    problem = unfit_key(finished(sample, GOOD, key))
    assert problem is not None
    assert (problem.code, problem.key) == ("SYS-106", "operators.issuers[1]")


@pytest.mark.parametrize("point", sorted(SMALL_ORDER))
def test_key_of_small_order_is_refused(sample: Config, point: bytes) -> None:
    """Shown with the verification itself: a message is signed without a private key."""
    signed = [
        (each, message)
        for message in range(64)
        for each in POINTS
        if OperatorTrust((point,)).signed(b"card %d" % message, each + bytes(32))
    ]
    canonical = point[0] not in (0xED, 0xEE)  # the library rejects the others as keys
    assert bool(signed) or not canonical
    for sign in (0x00, 0x80):
        issuer = point[:-1] + bytes((point[-1] | sign,))
        problem = unfit_key(finished(sample, issuer))
        assert problem is not None
        assert problem.key == "operators.issuers[0]"
