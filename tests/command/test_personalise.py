"""`station personalise` without a card: the issuing key, and options that make no sense."""

from __future__ import annotations

import base64
import json
import stat
import subprocess
from pathlib import Path

import pytest

from .conftest import Station

ORDER = ("--role", "staff", "--number", "S-0042", "--valid-to", "2027-12-31")


@pytest.fixture
def key(station: Station, tmp_path: Path) -> Path:
    """An issuing key that the command made."""
    path = tmp_path / "issuer.pem"
    assert station("personalise", "--new-key", path).returncode == 0
    return path


def test_a_new_key_is_private_and_its_public_key_is_reported(
    station: Station, tmp_path: Path
) -> None:
    path = tmp_path / "issuer.pem"
    done = station("personalise", "--new-key", path, "--json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["outcome"]) == (0, "key_made")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    # Take the public key from another program: its DER form ends with the 32 bytes of the key.
    public = subprocess.run(
        ["openssl", "pkey", "-in", path, "-pubout", "-outform", "DER"],
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    assert base64.b64decode(report["issuer"]) == public[-32:]
    pem = path.read_text()
    assert pem.startswith("-----BEGIN PRIVATE KEY-----")
    assert pem.splitlines()[1] not in done.stdout + done.stderr


def test_a_key_is_never_overwritten(station: Station, key: Path) -> None:
    before = key.read_bytes()
    done = station("personalise", "--new-key", key, "--json")
    assert (done.returncode, json.loads(done.stdout)["outcome"]) == (1, "key_exists")
    assert key.read_bytes() == before


def test_a_missing_folder_for_the_key_is_refused(station: Station, tmp_path: Path) -> None:
    done = station("personalise", "--new-key", tmp_path / "none" / "issuer.pem", "--json")
    assert (done.returncode, json.loads(done.stdout)["outcome"]) == (1, "key_unwritable")


def test_unusable_keys_are_refused(station: Station, key: Path, tmp_path: Path) -> None:
    def outcome(path: Path) -> str:
        done = station("personalise", *ORDER, "--key", path, "--json")
        assert done.returncode == 1
        return str(json.loads(done.stdout)["outcome"])

    assert outcome(tmp_path / "none.pem") == "key_unreadable"
    key.chmod(0o640)
    assert outcome(key) == "key_exposed"
    other = tmp_path / "other.pem"
    for make in (["-algorithm", "X25519"], ["-algorithm", "ED25519", "-aes256", "-pass", "pass:x"]):
        subprocess.run(["openssl", "genpkey", *make, "-out", other], check=True)
        other.chmod(0o600)
        assert outcome(other) == "key_not_ed25519"
    other.write_text("no key\n")
    assert outcome(other) == "key_not_ed25519"


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (("--role", "staff"), "--number, --valid-to, --key"),
        (("--new-key", "x.pem", "--role", "staff"), "--new-key"),
        ((*ORDER, "--key", "{key}", "--valid-from", "2028-01-01"), "--valid-to"),
        (("--role", "staff", "--number", "王", "--valid-to", "2099-01-01", "--key", "{key}"),
         "--number"),
        (("--role", "staff", "--number", "S", "--valid-to", "2020-01-01", "--key", "{key}"),
         "--valid-to"),
        (("--role", "boss"), "invalid choice"),
        (("--valid-to", "tomorrow"), "--valid-to"),
    ],
)  # fmt: skip
def test_options_that_make_no_sense_are_refused(
    station: Station, key: Path, options: tuple[str, ...], word: str
) -> None:
    done = station("personalise", *(option.format(key=key) for option in options))
    assert done.returncode == 2
    assert word in done.stdout + done.stderr
    assert not Path("x.pem").exists()
