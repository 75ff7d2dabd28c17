"""`station guide` as a process: its files, its answer, and its refusals."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from terminal.platform.wire import canonical
from terminal.sandbox.items import sign_catalogue
from tests.printing.documents.guides.test_guides import failures
from tests.printing.documents.test_documents import squeezed, text_of

from .conftest import Station

pytestmark = pytest.mark.process

FILES = ("poster.pdf", "leaflet.pdf", "staff.pdf")
SAMPLE = Path(__file__).parents[2] / "docs" / "station.example.toml"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The sample's configuration with a catalogue key of the test's own; its state is empty."""
    for name in ("platform-ca.pem", "seal-root.pem"):
        (tmp_path / name).write_text("-----BEGIN CERTIFICATE-----\n")
    (tmp_path / "state").mkdir()
    public = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()
    text = SAMPLE.read_text(encoding="utf-8")
    for old, new in (
        ("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", public),
        ('"/var/lib/station"', f'"{tmp_path / "state"}"'),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    path = tmp_path / "station.toml"
    path.write_text(text, encoding="utf-8")
    return path


def cache(config: Path, *, now: float, key: Ed25519PrivateKey = KEY) -> None:
    envelope = canonical(sign_catalogue(key, now=int(now)))
    (config.parent / "state" / "catalogue.json").write_bytes(envelope)


def test_three_files_are_written_and_reported(station: Station, tmp_path: Path) -> None:
    out = tmp_path / "guides"
    done = station("guide", "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert [Path(each["file"]) for each in answer["files"]] == [out / name for name in FILES]
    for each in answer["files"]:
        pdf = Path(each["file"]).read_bytes()
        assert each["bytes"] == len(pdf)
        with pikepdf.open(each["file"]) as opened:
            assert each["pages"] == len(opened.pages)
        assert failures(pdf) == [], each["file"]


def test_the_configured_station_is_on_its_guides(
    station: Station, config: Path, tmp_path: Path
) -> None:
    cache(config, now=time.time())
    out = tmp_path / "guides"
    done = station("guide", "--out", out, "--config", config)
    assert done.returncode == 0, done.stderr
    for name in FILES:
        text = squeezed(text_of((out / name).read_bytes()))
        assert "24小时政务便民服务站" in text
        assert "某某街道某某银行一层" in text


def test_without_a_catalogue_nothing_is_written(
    station: Station, config: Path, tmp_path: Path
) -> None:
    out = tmp_path / "guides"
    done = station("guide", "--out", out, "--config", config)
    assert done.returncode == 1
    assert "catalogue.json" in done.stderr
    assert list(out.iterdir()) == []


@pytest.mark.parametrize(
    ("age_s", "key", "fault"),
    [(90 * 86_400, KEY, "NET-111"), (0, Ed25519PrivateKey.generate(), "NET-110")],
    ids=["expired", "signed by others"],
)
def test_a_catalogue_that_cannot_be_used_is_named(
    station: Station, config: Path, tmp_path: Path,
    age_s: float, key: Ed25519PrivateKey, fault: str,
) -> None:  # fmt: skip
    cache(config, now=time.time() - age_s, key=key)
    done = station("guide", "--out", tmp_path / "guides", "--config", config)
    assert done.returncode == 1
    assert fault in done.stderr


def test_a_missing_configuration_exits_with_78(station: Station, tmp_path: Path) -> None:
    done = station("guide", "--out", tmp_path / "guides", "--config", tmp_path / "none.toml")
    assert done.returncode == 78
    assert "SYS-101" in done.stderr


def test_a_folder_that_cannot_be_made_is_a_usage_error(station: Station, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = station("guide", "--out", tmp_path / "file" / "guides")
    assert done.returncode == 2
    assert "station guide" in done.stderr


def test_the_folder_must_be_named(station: Station) -> None:
    assert station("guide").returncode == 2


def test_a_file_that_cannot_be_written_is_named(station: Station, tmp_path: Path) -> None:
    (tmp_path / "guides" / "staff.pdf").mkdir(parents=True)
    done = station("guide", "--out", tmp_path / "guides")
    assert done.returncode == 2
    assert "staff.pdf" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_name_that_no_font_draws_is_a_fault(
    station: Station, config: Path, tmp_path: Path
) -> None:
    cache(config, now=time.time())
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("24小时政务便民服务站", "\U00013000站"), encoding="utf-8")
    out = tmp_path / "guides"
    done = station("guide", "--out", out, "--config", config)
    assert done.returncode == 1
    assert "DOC-110" in done.stderr
    assert list(out.iterdir()) == []
