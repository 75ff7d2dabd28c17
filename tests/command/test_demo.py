"""`station demo --headless`: the whole journey through the real pages, and its output."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.rig.processes import wait_until
from tests.terminal.sandbox.expected import EXPECTED

from .conftest import Station

pytestmark = pytest.mark.process


WANG = ("王建明", "100101195803120216")
RARE = ("𠮷㛃䶮𬀩", "100101196207180321")
INSURANCE, DEPOSIT = "100101-SI-0101", "100101-HF-0201"
PENSION, STATEMENT, SETTLEMENT = "100101-SI-0104", "100101-HF-0202", "100101-HF-0204"
SERVICES = {each.code for each in EXPECTED.values()}
LI = ("李秀英", "10010119430905014X")
LONG = ("阿卜杜热合曼·买买提明·阿卜拉", "100101197506010458")
PAGES = {"welcome", "consenting", "choosing", "previewing", "collecting", "ending"}
"""Pages that wait for the person. The others may be over before a busy machine shows them."""


def text_of(pdf: str) -> str:
    """Return the text of the PDF from pdftotext, without white space."""
    done = subprocess.run(["pdftotext", pdf, "-"], stdout=subprocess.PIPE, check=True)
    return "".join(done.stdout.decode().split())


@pytest.mark.parametrize(
    ("card", "service", "mode", "person"),
    [
        ("wang-ssc", INSURANCE, "standard", WANG),
        ("wang-ssc", DEPOSIT, "elder", WANG),
        ("wang-ssc", SETTLEMENT, "standard", WANG),
        ("li-ssc", PENSION, "elder", LI),
        ("long-ssc", STATEMENT, "standard", LONG),
    ],
)
def test_a_service_is_printed(
    station: Station, tmp_path: Path, card: str, service: str, mode: str, person: tuple[str, str]
) -> None:
    """The document is printed, sealed, trusted and readable, and there is a picture of every page.

    The cases cover some services of each department, and the longest list. The sandbox's own tests
    check that each service is issued and sealed.
    """
    done = station("demo", "--headless", "--card", card, "--service", service,
                   "--mode", mode, "--out", tmp_path / "out")  # fmt: skip
    result = json.loads(done.stdout)
    assert result["outcome"] == "printed", result
    assert done.returncode == 0

    text = text_of(result["document"])
    for value in person:
        assert value in text
    assert subprocess.run(["qpdf", "--check", result["document"]], check=False).returncode == 0

    verified = station("verify", result["document"], "--json")
    report = json.loads(verified.stdout)
    assert verified.returncode == 0
    assert (report["sealed"], report["trusted"], report["trust"]) == (True, True, "demonstration")

    names = {Path(path).stem.split("-", 1)[1] for path in result["screens"]}
    assert names >= PAGES | {"proving-entering"}
    for path in result["screens"]:
        with Image.open(path) as picture:
            assert picture.size == (1080, 1920)
            assert len(picture.getcolors(1 << 20) or ()) > 50, f"{path} is all but empty"
    timings = result["timings_ms"]
    assert 0 < timings["card_to_identity"] < timings["machine_total"]
    assert timings["cold_start"] > 0


def test_rare_characters_are_printed_exactly(station: Station, tmp_path: Path) -> None:
    """𬀩 and 𠮷 are outside the Basic Plane, 㛃 and 䶮 are from Extension A."""
    done = station("demo", "--headless", "--card", "rare-id", "--service", INSURANCE,
                   "--no-screens", "--out", tmp_path / "out")  # fmt: skip
    result = json.loads(done.stdout)
    assert result["outcome"] == "printed"
    assert result["screens"] == []
    text = text_of(result["document"])
    for value in RARE:
        assert value in text


@pytest.mark.parametrize(
    ("card", "service", "outcome", "fault"),
    [
        ("expired", DEPOSIT, "card_trouble", "CRD-206"),
        ("damaged", DEPOSIT, "card_trouble", "CRD-205"),
        ("unknown", DEPOSIT, "card_trouble", "CRD-202"),
        ("nophone-id", DEPOSIT, "staff_needed", None),
        ("noaccount-id", DEPOSIT, "trouble", "NET-304"),
        ("wang-id", PENSION, "trouble", "NET-304"),
    ],
)
def test_an_unfinished_journey_reports_the_reason(
    station: Station, tmp_path: Path, card: str, service: str, outcome: str, fault: str | None
) -> None:
    """There is no document, a picture of the page that gives the reason, and an exit code other
    than 0."""
    done = station("demo", "--headless", "--card", card, "--service", service,
                   "--out", tmp_path / "out")  # fmt: skip
    result = json.loads(done.stdout)
    assert result["outcome"] == outcome
    assert (result["fault"] or "").startswith(fault or "")
    assert result["document"] is None
    assert done.returncode == 1
    assert Path(result["screens"][-1]).exists()


def test_the_list_names_cards_and_services(station: Station) -> None:
    result = json.loads(station("demo", "--list", "--json").stdout)
    assert {"name", "kind"} <= result["cards"][0].keys()
    assert {service["id"] for service in result["services"]} == SERVICES
    assert all(service["kind"] == "certificate" for service in result["services"])
    cards = {service["id"]: service["card"] for service in result["services"]}
    assert cards[PENSION] == "li-ssc"  # a person who still pays contributions has no pension
    assert set(cards.values()) <= {card["name"] for card in result["cards"]}


@pytest.mark.timeout(300)
def test_the_first_command_without_a_display_prints_every_service_in_each_mode(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """`make demo` as in the README, on a machine without a display."""
    done = subprocess.run(
        [sys.executable, "-m", "terminal", "demo", "--out", tmp_path / "out"],
        env=environment, cwd=Path(__file__).parents[2], capture_output=True, text=True,
        timeout=280, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr.count(": printed") == 3 * len(SERVICES)
    for service in SERVICES:
        for mode in ("standard", "elder", "extra-large"):
            assert len(list((tmp_path / "out" / f"{service}-{mode}").glob("*.pdf"))) == 1


def test_an_unknown_card_name_is_refused(station: Station, tmp_path: Path) -> None:
    done = station("demo", "--headless", "--card", "nobody", "--service", INSURANCE,
                   "--out", tmp_path / "out")  # fmt: skip
    assert done.returncode == 2
    assert "wang-id" in done.stderr


def test_a_demo_leaves_only_its_output(station: Station, tmp_path: Path) -> None:
    """No state and no temporary file is left: only the PDFs, the pictures, and the machine's own
    authority."""
    station("demo", "--headless", "--card", "wang-id", "--service", INSURANCE, "--no-screens",
            "--out", tmp_path / "out")  # fmt: skip
    assert list((tmp_path / "tmpdir").iterdir()) == []
    assert [path.suffix for path in (tmp_path / "out").iterdir()] == [".pdf"]


@pytest.mark.parametrize("moment", ["at its beginning", "on its way"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_an_interrupted_demo_leaves_no_files(
    environment: dict[str, str], tmp_path: Path, number: signal.Signals, moment: str
) -> None:
    temporary, out = tmp_path / "tmpdir", tmp_path / "out"
    command = ["demo", "--headless", "--card", "wang-ssc", "--service", INSURANCE, "--out", out]

    def begun() -> bool:
        seen = temporary.glob("station-demo-*") if moment == "at its beginning" else out.rglob("*")
        return any(path.suffix == ".png" or path.parent == temporary for path in seen)

    with subprocess.Popen(
        [sys.executable, "-m", "terminal", *map(str, command)], env=environment,
        cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as demo:  # fmt: skip
        wait_until(begun, 60.0, "the demo has begun")
        assert demo.poll() is None
        demo.send_signal(number)
        said, _ = demo.communicate(timeout=60)
    assert demo.returncode == 128 + number
    assert said == b""
    assert list(temporary.iterdir()) == []
