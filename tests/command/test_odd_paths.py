"""Paths that cannot exist, are not text, or have no end, for the options of every command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Station

pytestmark = pytest.mark.process


ROOT = Path(__file__).parents[2]
LIMIT_S = 60.0
ODD = ["gb\udcce\udcf1", "n" * 300, "line\nfeed", "esc\x1b[31m"]
IDS = ["no text", "too long", "line feed", "escape"]

COMMANDS = {
    "run --config": ("run", "--config", "ODD"),
    "diagnose --config": ("diagnose", "--config", "ODD"),
    "diagnose --config --json": ("diagnose", "--json", "--config", "ODD"),
    "card --config": ("card", "--timeout", "0", "--config", "ODD"),
    "card --trace": ("card", "--timeout", "0", "--samv", "/dev/null", "--trace", "ODD/x"),
    "card --samv": ("card", "--timeout", "0", "--json", "--samv", "ODD"),
    "personalise --new-key": ("personalise", "--json", "--new-key", "ODD/x"),
    "personalise --key": (
        "personalise", "--json", "--role", "staff", "--number", "1", "--valid-to", "2030-01-01",
        "--timeout", "0", "--key", "ODD",
    ),
    "print FILE": ("print", "--json", "ODD", "--queue", "q"),
    "print --state": ("print", "PDF", "--queue", "q", "--state", "FILE/ODD"),
    "print --server": ("print", "--json", "PDF", "--queue", "q", "--server", "/ODD"),
    "verify FILE": ("verify", "--json", "ODD"),
    "verify --anchor": ("verify", "PDF", "--anchor", "ODD"),
    "verify --config": ("verify", "PDF", "--config", "ODD"),
    "sandbox --state": ("sandbox", "--state", "FILE/ODD"),
    "gallery --out": ("gallery", "--json", "--page", "no-such-page", "--out", "FILE/ODD"),
    "guide --config": ("guide", "--json", "--out", "OUT", "--config", "ODD"),
    "guide --out": ("guide", "--json", "--out", "FILE/ODD"),
    "demo --out": ("demo", "--headless", "--json", "--card", "c", "--service", "s",
                   "--out", "FILE/ODD"),
}  # fmt: skip


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "plain.pdf"
    path.write_bytes(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")
    return path


@pytest.mark.parametrize(
    ("arguments", "odd"),
    [pytest.param(arguments, ODD[0], id=f"{name} {IDS[0]}") for name, arguments in COMMANDS.items()]
    + [
        pytest.param(COMMANDS[name], odd, id=f"{name} {kind}")
        for name in ("run --config", "verify FILE", "personalise --new-key", "gallery --out")
        for odd, kind in zip(ODD[1:], IDS[1:], strict=True)
    ],
)
def test_an_odd_path_is_refused_in_words(
    station: Station, tmp_path: Path, pdf: Path, arguments: tuple[str, ...], odd: str
) -> None:
    given = [
        each.replace("FILE", str(pdf))
        .replace("PDF", str(pdf))
        .replace("OUT", str(tmp_path))
        .replace("ODD", odd)
        for each in arguments
    ]
    done = station(*given)
    assert done.returncode in (1, 2, 3, 4, 5, 78), done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout.strip() or done.stderr.strip()
    if done.stdout.strip() and "--json" in arguments:
        json.loads(done.stdout)


def test_a_file_name_that_is_not_text_is_kept_in_json(station: Station, tmp_path: Path) -> None:
    """The name in the JSON is the given one, byte for byte."""
    path = os.fsencode(tmp_path) + b"/gb\xce\xf1.pdf"
    Path(os.fsdecode(path)).write_bytes(b"%PDF-1.7\n%%EOF\n")
    done = station("verify", "--json", os.fsdecode(path))
    assert "Traceback" not in done.stderr
    assert os.fsencode(json.loads(done.stdout)["file"]) == path


@pytest.mark.parametrize("command", ["run", "diagnose", "card"])
@pytest.mark.parametrize("kind", ["pipe", "/dev/zero", "/dev/null", "folder"])
def test_a_configuration_that_is_not_a_regular_file_is_refused(
    station: Station, tmp_path: Path, command: str, kind: str
) -> None:
    path = tmp_path / "station.toml"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path = Path(kind)
    done = station(command, "--config", path)
    assert done.returncode == 78
    assert done.stderr.count("\n") == 1
    assert "SYS-101" in done.stderr


@pytest.mark.parametrize("kind", ["/dev/zero", "folder"])
def test_an_anchor_that_is_not_a_regular_file_is_refused(
    station: Station, tmp_path: Path, pdf: Path, kind: str
) -> None:
    anchor = tmp_path if kind == "folder" else Path(kind)
    done = station("verify", pdf, "--anchor", anchor)
    assert done.returncode == 2
    assert str(anchor) in done.stderr


SAMPLE = (ROOT / "docs" / "station.example.toml").read_text(encoding="utf-8")


def line_of(text: str, config: Path) -> int:
    lines = config.read_text(encoding="utf-8").split("\n")
    return next(number for number, line in enumerate(lines, 1) if line.startswith(text))


@pytest.mark.parametrize("credentials", [False, True])
def test_all_missing_files_are_reported_at_once(
    station: Station, environment: dict[str, str], tmp_path: Path, credentials: bool
) -> None:
    """Certificates, keys and the state directory each get a line with their key."""
    config = tmp_path / "station.toml"
    (tmp_path / "file").write_text("")
    config.write_text(
        SAMPLE.replace('# directory = "/etc/station/keys"', 'directory = "keys"').replace(
            '"/var/lib/station"', '"file/state"'
        ),
        encoding="utf-8",
    )
    if credentials:
        environment["CREDENTIALS_DIRECTORY"] = str(tmp_path / "credentials")
    else:
        environment.pop("CREDENTIALS_DIRECTORY", None)
    done = station("run", "--config", config)
    assert done.returncode == 78
    lines = done.stderr.splitlines()
    assert [line.split(":")[1].split()[0] for line in lines] == [
        "SYS-107", "SYS-107", "SYS-108", "SYS-108", "SYS-306",
    ]  # fmt: skip
    for line, word in zip(
        lines,
        ("platform.ca_file", "seal.anchors[0]", "request-key", "token-key", "state.directory"),
        strict=True,
    ):
        assert line.startswith("station run: ")
        assert word in line
    assert f"line {line_of('ca_file', config)}: " in lines[0]
    assert f"line {line_of('anchors', config)}: " in lines[1]
    state, keys = line_of('directory = "file/state', config), line_of('directory = "keys', config)
    assert f"line {state}: " in lines[4]
    where = "credentials" if credentials else "keys"
    assert str(tmp_path / where / "token-key") in lines[3]
    if not credentials:
        assert f"line {keys}: " in lines[2]


def test_a_nul_in_a_path_is_reported_with_key_and_line(station: Station, tmp_path: Path) -> None:
    config = tmp_path / "station.toml"
    config.write_text(SAMPLE.replace("platform-ca.pem", "a\\u0000b"), encoding="utf-8")
    for command in ("run", "diagnose", "card"):
        done = station(command, "--config", config)
        assert done.returncode == 78
        place = f"SYS-106 line {line_of('ca_file', config)}: platform.ca_file: "
        assert place in done.stderr
        assert done.stderr.count("\n") == 1


def test_names_are_printed_on_a_console_that_is_not_utf_8(tmp_path: Path) -> None:
    """On a console with another encoding, names are escaped and there is no traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "terminal", "verify", "--json", str(tmp_path)],
        capture_output=True, cwd=ROOT, timeout=LIMIT_S, check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"},
    )  # fmt: skip
    assert b"Traceback" not in done.stderr
    assert done.returncode == 2
