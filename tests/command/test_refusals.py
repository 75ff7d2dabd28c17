"""The refusals of the commands: in words, with a stable code, and in JSON on request."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Station

pytestmark = pytest.mark.process


def test_verify_reports_a_file_without_a_seal(station: Station, tmp_path: Path) -> None:
    plain = tmp_path / "plain.pdf"
    plain.write_bytes(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")
    done = station("verify", plain, "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 1
    assert (report["sealed"], report["trusted"]) == (False, False)
    assert report["fault"].startswith("DOC-1")


def test_verify_reports_a_missing_file(station: Station, tmp_path: Path) -> None:
    done = station("verify", tmp_path / "none.pdf")
    assert done.returncode == 2
    assert "none.pdf" in done.stderr


def test_run_with_a_misspelt_key_names_key_and_line(station: Station, tmp_path: Path) -> None:
    config = tmp_path / "station.toml"
    config.write_text('[station]\nid = "T-1"\nnmae = "样例"\n', encoding="utf-8")
    done = station("run", "--config", config)
    assert done.returncode == 78
    assert "SYS-104" in done.stderr
    assert "nmae" in done.stderr
    assert "line 3" in done.stderr


def test_run_without_a_configuration_exits_with_78(station: Station, tmp_path: Path) -> None:
    done = station("run", "--config", tmp_path / "none.toml")
    assert done.returncode == 78
    assert "SYS-101" in done.stderr


def test_pin_is_hashed_and_a_weak_one_refused(station: Station) -> None:
    good = station("pin", "--json", stdin="604918\n")
    assert good.returncode == 0
    assert json.loads(good.stdout)["pin_hash"].startswith("scrypt$")
    assert "604918" not in good.stdout
    assert station("pin", stdin="111111\n").returncode == 1


def test_unknown_option_is_a_usage_error(station: Station) -> None:
    assert station("demo", "--fast").returncode == 2


@pytest.mark.parametrize(
    ("service", "verbose", "ours"), [(True, False, "INFO"), (False, False, "WARNING"),
                                     (False, True, "DEBUG"), (True, True, "DEBUG")],
)  # fmt: skip
def test_only_our_own_loggers_write_more_than_warnings(
    service: bool, verbose: bool, ours: str
) -> None:
    """Messages of libraries below warnings may contain anything (addresses, names of files), and
    warnings of pyHanko contain names from the document."""
    script = (
        "import logging\nfrom terminal.process import logs\n"
        f"logs.log_to_stderr(verbose={verbose}, service={service})\n"
        "for name in ('terminal.runtime.loop', 'devices', 'printing.seal.verify', 'ui.app',"
        " 'urllib3', 'asyncio', 'pyhanko.sign', 'pyhanko_certvalidator'):\n"
        "    print(logging.getLevelName(logging.getLogger(name).getEffectiveLevel()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, check=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.stdout.split() == [ours] * 4 + ["WARNING"] * 2 + ["CRITICAL"] * 2


def test_an_uncaught_exception_shows_no_values() -> None:
    """On a thread, in a destructor, and at the end of the program: only type and place are
    printed."""
    script = """
import threading
from terminal.process import logs

class Held:
    def __del__(self):
        raise KeyError("100101195803120216")

def fail():
    raise ValueError("王建明")

logs.log_to_stderr(verbose=False, service=True)
logs.name_bugs_only()
thread = threading.Thread(target=fail, name="reader")
thread.start()
thread.join()
Held()
raise RuntimeError("王建明 100101195803120216")
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 1
    for line in ("reader: ValueError at <string>:10", "KeyError at <string>:7", "RuntimeError at"):
        assert line in done.stderr
    assert "王建明" not in done.stderr
    assert "100101" not in done.stderr
