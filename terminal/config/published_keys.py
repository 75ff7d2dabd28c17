"""Publicly known keys and PINs: our own sample's, those of the standards' examples, and weak keys.

`station run` refuses all of them: with an unfinished copy of the sample configuration, anyone who
has read the sample could open maintenance.
"""

from __future__ import annotations

from .. import faults
from .load import Config
from .problem import ConfigProblem

SAMPLE_PIN_HASH = "scrypt$14$8$5$LUKzikhkGNiVstibzWNdXg$wQ6f2xx_mqqTxw7a0_uYSWhy_Y1rBokoiLH1zjW6iMI"
"""The hash in `docs/station.example.toml`, which also gives its PIN."""
PUBLISHED_KEYS = frozenset(
    bytes.fromhex(key)
    for key in (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "dfc9425e4f968f7f0c29f0259cf5f9aed6851c2bb4ad8bfb860cfee0ab248292",
        "0f1d1274943b91415889152e893d80e93275a1fc0b65fd71b4b0dda10ad7d772",
        "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1",
    )
)
"""The keys of RFC 8032, 7.1 to 7.3 (the first is the catalogue key of our sample), and of the PEM
file in RFC 8410, 10.3. Their private keys are printed in the same documents."""
SMALL_ORDER = frozenset(
    bytes.fromhex(key)
    for key in (
        "00" * 32,
        "01" + "00" * 31,
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
    )
)
"""Points of order 8 or less, for either sign bit. With such a public key (all zeros is one) anyone
can make signatures that verify, without a private key."""


def unfit_key(config: Config) -> ConfigProblem | None:
    """Return a problem if a key or PIN hash of the configuration would let anyone in."""
    named = [(f"operators.issuers[{i}]", key) for i, key in enumerate(config.operators.issuers)]
    named.append(("platform.catalogue_key", config.platform.catalogue_key))
    for name, key in named:
        if key in PUBLISHED_KEYS:
            return _unfit(name, "a key from a published example; its private half is known to all")
        if key[:-1] + bytes((key[-1] & 0x7F,)) in SMALL_ORDER:
            return _unfit(name, "not a safe key: anyone can sign for it")
    if config.maintenance.pin_hash == SAMPLE_PIN_HASH:
        return _unfit("maintenance.pin_hash", "the sample's PIN; make your own with `station pin`")
    return None


def _unfit(name: str, why: str) -> ConfigProblem:
    return ConfigProblem(faults.CONFIG_WRONG_VALUE, name, None, f"{name} is {why}")
