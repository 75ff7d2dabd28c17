"""`station diagnose` as scripts use it: its exit codes, and the sections in its JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Station

SAMPLE = Path(__file__).parents[2] / "docs" / "station.example.toml"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A new station with nothing connected."""
    for name in ("platform-ca.pem", "seal-root.pem"):
        (tmp_path / name).write_text("-----BEGIN CERTIFICATE-----\n")
    path = tmp_path / "station.toml"
    text = SAMPLE.read_text(encoding="utf-8")
    for old, new in (
        ('"/var/lib/station"', '"state"'),
        ("https://platform.example/station", "https://127.0.0.1:1/station"),
        ("ipp://192.168.10.20/", "ipp://127.0.0.1:1/"),
        ('# server = "/run/cups/cups.sock"', 'server = "/nonexistent/cups.sock"'),
    ):
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_new_installation_exits_with_1_and_lists_what_is_missing(
    station: Station, config: Path
) -> None:
    done = station("diagnose", "--json", "--config", config)
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report["exit_code"] == 1
    assert report["not_yet"] == ["service", "disk", "journal"]
    assert set(report["not_yet"]) <= set(report["unknown"])
    assert {"printer", "platform", "seal"} <= set(report["failed"])
    assert not {"service", "journal"} & set(report["failed"])
    assert not (config.parent / "state").exists()
    assert "NOT YET journal" in done.stderr
    assert "FAULT journal" not in done.stderr


def test_a_wrong_command_line_exits_with_2(station: Station) -> None:
    assert station("diagnose", "--bits").returncode == 2


def test_a_wrong_configuration_exits_with_78_and_checks_nothing(
    station: Station, config: Path
) -> None:
    config.write_text("[station]\n", encoding="utf-8")
    done = station("diagnose", "--json", "--config", config)
    assert (done.returncode, done.stdout) == (78, "")
    assert "SYS-105" in done.stderr


def test_the_help_explains_each_exit_code(station: Station) -> None:
    text = " ".join(station("diagnose", "--help").stdout.split())
    assert "exit code 0: all fine, 1: not fine or unknown, 2: usage, 78: configuration" in text
