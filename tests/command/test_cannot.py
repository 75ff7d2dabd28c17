"""Orders that cannot be carried out: one line says why, the exit code is the one in the README,
and standard output has nothing that a program could take for an answer."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from terminal.sandbox.signing import DemoAuthority

from .conftest import Station

pytestmark = pytest.mark.process


INSURANCE = "100101-SI-0101"
JOURNEY = ("demo", "--headless", "--card", "wang-ssc", "--service", INSURANCE)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file in a place where a folder is needed."""
    path = tmp_path / "file"
    path.write_text("not a folder\n")
    return path


@pytest.mark.parametrize(
    "arguments",
    [
        (*JOURNEY, "--out", "{file}"),
        (*JOURNEY, "--out", "{file}/out"),
        ("demo", "--out", "{file}/out"),
        ("gallery", "--page", "ending", "--out", "{file}/out"),
    ],
)
def test_a_folder_that_cannot_be_made_is_refused(
    station: Station, file: Path, arguments: tuple[str, ...]
) -> None:
    done = station(*(each.format(file=file) for each in arguments))
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    last = done.stderr.splitlines()[-1]
    assert last.startswith(f"station {arguments[0]}")
    assert str(file) in last
    assert "Traceback" not in done.stderr


def test_a_file_in_the_place_of_the_picture_folder_is_refused(
    station: Station, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "screens").write_text("")
    done = station(*JOURNEY, "--out", tmp_path / "out")
    assert (done.returncode, done.stdout) == (2, "")
    assert str(tmp_path / "out" / "screens") in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("options", [("--list", "--json"), ()])
def test_a_sandbox_that_cannot_store_its_keys_is_reported(
    station: Station, environment: dict[str, str], file: Path, options: tuple[str, ...]
) -> None:
    environment["XDG_DATA_HOME"] = str(file)
    done = station("demo", *options, "--out", file.parent / "out")
    assert (done.returncode, done.stdout) == (1, "")
    last = done.stderr.splitlines()[-1]
    assert last.startswith("station demo: ")
    assert f"cannot keep keys in {file}" in last
    assert "Traceback" not in done.stderr


def test_a_journey_without_a_sandbox_says_why(
    station: Station, environment: dict[str, str], file: Path
) -> None:
    environment["XDG_DATA_HOME"] = str(file)
    done = station(*JOURNEY, "--no-screens", "--out", file.parent / "out")
    assert done.returncode == 1
    assert json.loads(done.stdout)["outcome"] == "out_of_service"
    last = done.stderr.splitlines()[-1]
    assert last.startswith("station demo: ")
    assert f"cannot keep keys in {file}" in last


def test_a_display_that_cannot_be_opened_counts_as_none(
    station: Station, environment: dict[str, str], file: Path
) -> None:
    """Qt would abort and give wrong advice. The demo runs offscreen instead and leaves no files."""
    # Without a sandbox it ends soon.
    environment |= {"DISPLAY": ":4242", "XDG_DATA_HOME": str(file)}
    del environment["QT_QPA_PLATFORM"]
    done = station("demo", "--out", file.parent / "out")
    assert done.returncode == 1
    assert "There is no display here (DISPLAY is :4242, which cannot be opened)" in done.stderr
    assert list(Path(environment["TMPDIR"]).iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("card", "--timeout", "inf"), "seconds"),
        (("card", "--timeout", "nan"), "seconds"),
        (("card", "--timeout", "-1"), "seconds"),
        (("card", "--timeout", "soon"), "seconds"),
        (("personalise", "--valid-to", "tomorrow"), "YYYY-MM-DD"),
        (("sandbox", "--port", "65536"), "65535"),
        (("sandbox", "--port", "-1"), "65535"),
        (("sandbox", "--port", "https"), "65535"),
    ],
)
def test_a_value_without_meaning_is_refused(
    station: Station, arguments: tuple[str, ...], word: str
) -> None:
    done = station(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    last = done.stderr.splitlines()[-1]
    assert word in last
    assert arguments[-1] in last


def test_the_sandbox_reports_a_folder_that_it_cannot_use(station: Station, file: Path) -> None:
    done = station("sandbox", "--state", file, "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"cannot keep keys in {file}: ")
    assert "Traceback" not in done.stderr


def test_a_service_that_is_not_offered_is_unavailable(station: Station, tmp_path: Path) -> None:
    done = station("demo", "--headless", "--card", "wang-ssc", "--service", "100101-SI-0999",
                   "--no-screens", "--out", tmp_path / "out")  # fmt: skip
    report = json.loads(done.stdout)
    assert (done.returncode, report["outcome"], report["document"]) == (1, "unavailable", None)
    assert report["detail"] == "not in the catalogue"


@pytest.fixture
def sealed(station: Station, tmp_path: Path) -> str:
    """A certificate that the demo printed."""
    done = station("demo", "--headless", "--card", "wang-id", "--service", INSURANCE,
                   "--no-screens", "--out", tmp_path / "out")  # fmt: skip
    return str(json.loads(done.stdout)["document"])


def test_an_anchor_that_is_not_a_certificate_is_refused(
    station: Station, tmp_path: Path, sealed: str
) -> None:
    path = tmp_path / "anchor.pem"
    for anchor in (b"no certificate\n", b"-----BEGIN CERTIFICATE-----\nAAAA\n"):
        path.write_bytes(anchor)
        done = station("verify", sealed, "--anchor", path, "--json")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == f"station verify: {path}: holds no certificate (PEM or DER)\n"


def test_another_authority_as_anchor_is_refused_without_a_traceback(
    station: Station, tmp_path: Path, sealed: str
) -> None:
    """The library's own message would be a page of traceback with names from the document."""
    stranger = DemoAuthority.create(tmp_path / "stranger").anchor
    done = station("verify", sealed, "--anchor", stranger, "--json")
    assert (done.returncode, json.loads(done.stdout)["fault"]) == (1, "DOC-104")
    assert done.stderr == ""


@pytest.mark.parametrize("said", [b"\xff\xfe6049\n", b"", b"\n"])
def test_input_that_is_not_a_pin_is_refused(environment: dict[str, str], said: bytes) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "terminal", "pin", "--json"], input=said, env=environment,
        capture_output=True, cwd=Path(__file__).parents[2], check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"station pin: ")
    assert b"Traceback" not in done.stderr
