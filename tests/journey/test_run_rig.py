"""``station run`` as a process on the real stacks: it starts, serves, ends and starts again."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from terminal.operations.lock import holder
from terminal.sandbox.process import SandboxProcess
from terminal.staff.pin import hash_pin
from tests.rig.pcscd import Pcscd
from tests.rig.print_fixtures import PrintRig
from tests.rig.processes import wait_until

pytestmark = [pytest.mark.rig, pytest.mark.timeout(180)]
ROOT = Path(__file__).parents[2]


def authority(path: Path) -> Path:
    """Write a root certificate that is not a demonstration CA. It signs nothing here."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Sample Seal Root")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=30))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def config(tmp_path: Path, sandbox: SandboxProcess, print_rig: PrintRig, pcscd: Pcscd) -> Path:
    """The configuration of a station on these stacks, with its keys."""
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    for name, value in (("request-key", sandbox.request_key), ("token-key", bytes(range(32)))):
        (keys / name).write_text(value.hex())
        (keys / name).chmod(0o600)
    path = tmp_path / "station.toml"
    path.write_text(f"""
[station]
id = "T-0001"
name = "样例站"
place = "样例路"
region = "100101"
operator = "样例中心"
telephone = "12345"
[screen]
width_px = 1080
height_px = 1920
width_mm = 268.0
height_mm = 476.0
[[readers]]
kind = "pcsc"
name = "social-security"
[[printers]]
name = "paper"
queue = "{print_rig.queue}"
device_uri = "{print_rig.device_uri}"
server = "{print_rig.cups_server}"
[platform]
address = "{sandbox.address}"
ca_file = "{sandbox.ca_file}"
app_id = "{sandbox.app_id}"
handler = "样例平台"
catalogue_key = "{base64.b64encode(sandbox.catalogue_key).decode()}"
[seal]
anchors = ["{authority(tmp_path / "seal.pem")}"]
[maintenance]
pin_hash = "{hash_pin("604918")}"
[state]
directory = "{tmp_path / "state"}"
[keys]
directory = "{keys}"
""")
    return path


class Run:
    """A running ``station run``."""

    def __init__(self, config: Path) -> None:
        self.state = config.parent / "state"
        with (config.parent / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "terminal", "run", "--config", str(config)],
                stderr=log, cwd=ROOT, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
            )  # fmt: skip

    def serves(self, heartbeats: int, sandbox: SandboxProcess) -> None:
        """Wait until the process holds its lock and the platform has got another heartbeat."""
        try:
            wait_until(
                lambda: (
                    holder(self.state) is not None
                    and sandbox.counts().get("heartbeat", 0) > heartbeats
                ),
                30.0,
                "the terminal serves",
            )
        except TimeoutError as error:
            raise AssertionError((self.state.parent / "log").read_text()) from error
        assert self.process.poll() is None

    def end(self, number: signal.Signals) -> int:
        """Send the signal; return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(10)


@pytest.fixture
def start(config: Path) -> Iterator[Callable[[], Run]]:
    """A function that starts ``station run``. Processes still running at the end are killed."""
    running: list[Run] = []

    def start() -> Run:
        running.append(Run(config))
        return running[-1]

    yield start
    for run in running:
        if run.process.poll() is None:
            run.process.kill()
            run.process.wait()


def diagnose(config: Path) -> tuple[int, dict[str, list[dict[str, object]]]]:
    """Run ``station diagnose --json``; return exit code and findings by section."""
    done = subprocess.run(
        [sys.executable, "-m", "terminal", "diagnose", "--config", str(config), "--json"],
        stdout=subprocess.PIPE, cwd=ROOT, check=False, timeout=60,
    )  # fmt: skip
    output = json.loads(done.stdout)
    sections: dict[str, list[dict[str, object]]] = {}
    for finding in output["findings"]:
        sections.setdefault(finding["section"], []).append(finding)
    return done.returncode, sections


def test_without_a_display_it_ends_with_a_message_and_no_state(config: Path) -> None:
    """Without this check Qt would abort, with a core dump and misleading advice."""
    environment = {**os.environ, "DISPLAY": ":4242"}
    environment.pop("QT_QPA_PLATFORM", None)
    done = subprocess.run(
        [sys.executable, "-m", "terminal", "run", "--config", str(config)],
        capture_output=True, text=True, timeout=60, check=False, cwd=ROOT, env=environment,
    )  # fmt: skip
    assert done.returncode == 1
    why = "No display server answers: DISPLAY is :4242, which cannot be opened"
    assert done.stderr == f"station run: SYS-311 {why}\n"
    assert not (config.parent / "state").exists()


def test_it_stops_on_a_signal_and_starts_again_after_a_kill(
    start: Callable[[], Run], config: Path, sandbox: SandboxProcess
) -> None:
    """The next start is the same after SIGTERM, SIGKILL and SIGINT."""
    run = start()
    run.serves(0, sandbox)
    wait_until((run.state / "catalogue.json").exists, 10.0, "the catalogue is kept")
    second = subprocess.run(
        [sys.executable, "-m", "terminal", "run", "--config", str(config)],
        stderr=subprocess.PIPE, cwd=ROOT, check=False, timeout=60,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    assert second.returncode == 78
    assert b"SYS-302" in second.stderr
    kept = [run.state, *run.state.rglob("*")]
    assert {"journal.db", "catalogue.json"} <= {path.name for path in kept}
    assert [path for path in kept if path.stat().st_mode & 0o077] == []
    limits = Path(f"/proc/{run.process.pid}/limits").read_text()
    assert re.search(r"^Max core file size +0 +0 ", limits, re.MULTILINE)
    asked = time.monotonic()
    assert run.end(signal.SIGTERM) == 0
    assert time.monotonic() - asked < 5.0
    assert "INFO ui.app: stopping on signal 15" in (config.parent / "log").read_text()

    run = start()
    run.serves(sandbox.counts()["heartbeat"], sandbox)
    assert run.end(signal.SIGKILL) == -signal.SIGKILL
    run = start()
    run.serves(sandbox.counts()["heartbeat"], sandbox)
    assert run.end(signal.SIGINT) == 0


def test_diagnose_reports_the_real_state_of_a_running_station(
    start: Callable[[], Run],
    config: Path,
    sandbox: SandboxProcess,
    pcscd: Pcscd,
    print_rig: PrintRig,
) -> None:
    """First all findings are fine. Then pcscd and the printer are stopped, and it reports both."""
    run = start()
    run.serves(0, sandbox)
    _, sections = diagnose(config)
    for section in ("service", "readers", "printer", "platform", "clock", "fonts", "journal"):
        assert all(finding["ok"] is True for finding in sections[section]), sections[section]
    pcscd.kill()
    print_rig.kill_device()

    def reported() -> bool:
        code, found = diagnose(config)
        readers, printer = found["readers"], found["printer"]
        gone = any(each["ok"] is not True for each in readers) and printer[0]["ok"] is not True
        return code == 1 and gone

    wait_until(reported, 20.0, "diagnose reports both")
    run.end(signal.SIGTERM)


def test_a_demonstration_ca_is_refused(config: Path, sandbox: SandboxProcess) -> None:
    """A real station must never accept the sandbox's seals."""
    text = config.read_text()
    config.write_text(text.replace(str(config.parent / "seal.pem"), str(sandbox.anchors)))
    done = subprocess.run(
        [sys.executable, "-m", "terminal", "run", "--config", str(config)],
        stderr=subprocess.PIPE, cwd=ROOT, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 78
    assert b"demonstration" in done.stderr


def test_an_unusable_state_directory_is_not_reported_as_another_terminal(config: Path) -> None:
    text = config.read_text()
    config.write_text(text.replace(f"{config.parent / 'state'}", f"{config}/state"))
    done = subprocess.run(
        [sys.executable, "-m", "terminal", "run", "--config", str(config)],
        stderr=subprocess.PIPE, cwd=ROOT, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 78
    assert b"SYS-306" in done.stderr
    assert b"SYS-302" not in done.stderr
    assert b"nother terminal" not in done.stderr
