"""`station run`, `diagnose` and `sandbox` of a trial, as processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal.operations.lock import Program, holder
from terminal.sandbox.process import SandboxProcess
from tests.rig.processes import wait_until
from tests.sandbox_fixture import sandbox, sandbox_process
from tests.trial_config import own_anchor, sample_rest

from .conftest import Station

pytestmark = pytest.mark.process


__all__ = ["sandbox", "sandbox_process"]
ROOT = Path(__file__).parents[2]
READY_LINES = 40
"""More lines than the sandbox prints."""


@pytest.fixture
def config(tmp_path: Path, sandbox: SandboxProcess) -> Path:
    """The configuration of a trial with the sandbox, and the devices of the sample."""
    path = tmp_path / "station.toml"
    text = sandbox.trial_configuration + sample_rest(tmp_path / "state")
    path.write_text(text, encoding="utf-8")
    return path


def changed(config: Path, *pairs: tuple[str, str]) -> Path:
    """Replace these parts of the configuration; return its path."""
    text = config.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    config.write_text(text, encoding="utf-8")
    return config


def test_a_trial_with_a_real_authority_does_not_start(
    station: Station, config: Path, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    own = own_anchor(tmp_path / "own.pem")
    done = station("run", "--config", changed(config, (str(sandbox.anchors), str(own))))
    assert done.returncode == 78
    line = 1 + config.read_text(encoding="utf-8").splitlines().index(f'anchors = ["{own}"]')
    assert f"SYS-106 line {line}: seal.anchors[0]" in done.stderr
    assert not (tmp_path / "state").exists()


def test_a_demonstration_without_trial_does_not_start(
    station: Station, config: Path, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    done = station("run", "--config", changed(config, ("trial = true", "trial = false")))
    assert done.returncode == 78
    text = config.read_text(encoding="utf-8").splitlines()
    line = 1 + text.index(f'anchors = ["{sandbox.anchors}"]')
    assert f"SYS-106 line {line}: seal.anchors[0]" in done.stderr
    assert "demonstration" in done.stderr
    assert not (tmp_path / "state").exists()


def test_a_station_in_service_does_not_start_on_a_trials_journal(
    station: Station, config: Path, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    (state / "trial").touch()
    own = own_anchor(tmp_path / "own.pem")
    changed(config, ("trial = true", "trial = false"), (str(sandbox.anchors), str(own)))
    done = station("run", "--config", config)
    assert done.returncode == 78
    text = config.read_text(encoding="utf-8").splitlines()
    (line,) = (n for n, each in enumerate(text, 1) if each.startswith(f'directory = "{state}"'))
    assert f"SYS-106 line {line}: state.directory" in done.stderr
    assert not (state / "journal").exists()


def test_a_trial_does_not_start_on_a_real_journal(
    station: Station, config: Path, tmp_path: Path
) -> None:
    (tmp_path / "state" / "journal").mkdir(parents=True)
    done = station("run", "--config", config)
    assert done.returncode == 78
    assert "state.directory" in done.stderr
    assert not (tmp_path / "state" / "trial").exists()


def test_diagnose_reports_the_trial(station: Station, config: Path) -> None:
    done = station("diagnose", "--config", config, "--json")
    assert done.returncode != 0
    found = json.loads(done.stdout)["findings"]
    (trial,) = (each for each in found if each["subject"] == "trial")
    assert (trial["section"], trial["ok"], trial["fault"]) == ("service", False, "SYS-322")
    platform = [each["ok"] for each in found if each["section"] == "platform"]
    assert platform == [True]


@pytest.fixture
def printed(tmp_path: Path) -> Iterator[list[str]]:
    """The output of `station sandbox` up to the end of its configuration fragment."""
    command = [sys.executable, "-m", "terminal", "sandbox", "--state", str(tmp_path / "sandbox")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        lines = []
        for _ in range(READY_LINES):
            lines.append(process.stdout.readline().rstrip("\n"))
            if lines[-1].startswith("directory = "):
                break
        yield lines
        process.terminate()


def test_the_sandbox_prints_a_fragment_ready_to_paste(printed: list[str], tmp_path: Path) -> None:
    begins = printed.index("")
    facts = dict(line.split(maxsplit=1) for line in printed[:begins])
    data = tomllib.loads("\n".join(printed[begins:]))
    assert data["trial"] is True
    assert data["platform"]["address"] == facts["address"]
    assert data["seal"]["anchors"] == [str(tmp_path / "sandbox" / "authority" / "root.pem")]
    assert set(data) == {"trial", "station", "platform", "seal", "keys"}


GRAB = """
import sys
from PySide6.QtGui import QGuiApplication
app = QGuiApplication([])
image = app.primaryScreen().grabWindow(0).toImage()
found = sum(image.pixelColor(x, y).name() == sys.argv[1] for y in range(0, 400, 2)
            for x in range(0, image.width(), 40))
print(found)
"""
"""Counts the sampled points in the upper part of the screen that have this colour."""
SOME = 100
"""Least number of points; a band of 15 mm across the screen has about 700."""


@pytest.fixture
def display() -> Iterator[str]:
    """A virtual screen of the sample's size.

    Its number is this process's own. If Xvfb chooses the number, a server that is just ending can
    remove the socket of a new one with the same number. By default it resets itself when its last
    client leaves, and refuses a client that comes at that moment.
    """
    number = f":{1000 + os.getpid() % 60_000}"
    command = [
        "Xvfb",
        number,
        "-displayfd",
        "1",
        "-screen",
        "0",
        "1080x1920x24",
        "-nolisten",
        "tcp",
        "-noreset",
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        yield f":{server.stdout.readline().strip()}"
        server.terminate()


def grabbed(environment: dict[str, str], colour: str) -> int:
    """Return how many sampled points of the screen have the colour."""
    done = subprocess.run(
        [sys.executable, "-c", GRAB, colour], env=environment, stdout=subprocess.PIPE, check=True
    )
    return int(done.stdout)


def test_the_terminal_of_a_trial_shows_the_mark_on_the_screen(
    environment: dict[str, str], display: str, config: Path, tmp_path: Path
) -> None:
    environment = {**environment, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    with (tmp_path / "log").open("wb") as log:
        run = subprocess.Popen(
            [sys.executable, "-m", "terminal", "run", "--config", str(config)],
            env=environment, stderr=log, cwd=ROOT,
        )  # fmt: skip
    try:
        wait_until(
            lambda: run.poll() is not None or grabbed(environment, "#0e3a4f") > SOME,
            60.0,
            "the header is on the screen",
        )
        assert run.poll() is None, (tmp_path / "log").read_text()
        assert grabbed(environment, "#f2b84b") > SOME
        assert (tmp_path / "state" / "trial").is_file()
        found = holder(tmp_path / "state")
        assert found is not None
        assert found.program is Program.TRIAL
    finally:
        run.terminate()
        assert run.wait(30) == 0, (tmp_path / "log").read_text()


HOOK = """
import sys
def note(event, args):
    if event == "socket.connect" and isinstance(args[1], tuple):
        with open({file!r}, "a") as file:
            file.write(f"{{args[1][0]}}:{{args[1][1]}}\\n")
sys.addaudithook(note)
"""
"""Records each address to which the interpreter connects over the network."""
PRINTER = "192.168.10.20:631"
"""The printer of the sample's configuration."""


def test_a_trial_connects_only_to_its_platform_and_its_printer(
    environment: dict[str, str], config: Path, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    noted = tmp_path / "connected"
    (tmp_path / "sitecustomize.py").write_text(HOOK.format(file=str(noted)))
    with (tmp_path / "log").open("wb") as log:
        run = subprocess.Popen(
            [sys.executable, "-m", "terminal", "run", "--config", str(config)],
            env={**environment, "PYTHONPATH": str(tmp_path)}, stderr=log, cwd=ROOT,
        )  # fmt: skip
    try:
        wait_until(lambda: sandbox.counts().get("heartbeat", 0) > 0, 60.0, "a heartbeat")
    finally:
        run.terminate()
        run.wait(30)
    addresses = set(noted.read_text().split())
    platform = sandbox.address.removeprefix("https://")
    assert platform in addresses
    assert addresses <= {platform, PRINTER}
