"""A trial installation: which configurations it accepts, and that it never looks real."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from terminal import faults
from terminal.config.keys import Keys, load_keys
from terminal.config.load import Config, ConfigProblem, load
from terminal.config.published_keys import unfit_key
from terminal.config.trial import MARK_FILE, claim_state
from terminal.operations.diagnose import report_json, report_text
from terminal.operations.probes import probes
from terminal.platform import wire
from terminal.platform.client import PlatformClient
from terminal.platform.signer import HmacSha256Signer, Unsigned
from terminal.runtime.from_config import make_client, make_readers, plan, unfit_anchor
from terminal.sandbox.process import SandboxProcess
from terminal.sandbox.state import APP_ID
from terminal.words import words
from tests.trial_config import own_anchor, sample_rest

Made = Callable[..., Config | ConfigProblem]


@pytest.fixture
def made(tmp_path: Path, sandbox: SandboxProcess) -> Made:
    """Load the sandbox's fragment together with the rest of the sample, like a new user."""

    def make(old: str = "", new: str = "") -> Config | ConfigProblem:
        text = sandbox.trial_configuration + sample_rest(tmp_path / "state")
        assert old in text
        path = tmp_path / "station.toml"
        path.write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
        return load(path)

    return make


def test_fragment_and_sample_form_a_valid_configuration(
    made: Made, sandbox: SandboxProcess
) -> None:
    config = made()
    assert isinstance(config, Config)
    assert config.trial is True
    assert config.platform.address == sandbox.address
    assert config.platform.catalogue_key == sandbox.catalogue_key
    assert config.platform.ca_file == sandbox.ca_file
    assert config.seal.anchors == (sandbox.anchors,)
    assert config.station.region == "100101"
    assert unfit_key(config) is None
    assert unfit_anchor(config) is None
    keys = load_keys(config, {})
    assert isinstance(keys, Keys)
    assert keys.request_key == sandbox.request_key
    assert keys.token_key != keys.request_key
    assert plan(config, keys).demonstration is True
    assert "试用" in plan(config, keys).station_name


@pytest.mark.process
def test_fragment_is_the_same_at_each_start(tmp_path: Path) -> None:
    state = tmp_path / "sandbox"
    fragments = []
    for _ in range(2):
        with SandboxProcess(state) as sandbox:
            token_key = (state / "terminal-keys" / "token-key").read_text()
            fragments.append((sandbox.trial_configuration.replace(sandbox.address, ""), token_key))
    assert fragments[0] == fragments[1]


@pytest.mark.process
def test_odd_folder_names_are_quoted_in_the_fragment(tmp_path: Path) -> None:
    state = tmp_path / 'a "folder" \\ 试用\x7f'
    with SandboxProcess(state) as sandbox:
        data = tomllib.loads(sandbox.trial_configuration)
    assert data["keys"]["directory"] == str(state / "terminal-keys")


def test_demonstration_authority_is_refused_without_trial(made: Made) -> None:
    config = made("trial = true", "trial = false")
    assert isinstance(config, Config)
    problem = unfit_anchor(config)
    assert problem is not None
    assert problem.key == "seal.anchors[0]"
    assert "demonstration" in problem.sentence


def test_real_authority_in_a_trial_is_refused_with_key_and_line(
    made: Made, tmp_path: Path, sandbox: SandboxProcess
) -> None:
    own = own_anchor(tmp_path / "own.pem")
    anchors = f'anchors = ["{sandbox.anchors}"'
    problem = made(anchors, f'{anchors}, "{own}"')
    assert isinstance(problem, ConfigProblem)
    assert (problem.code, problem.key) == ("SYS-106", "seal.anchors[1]")
    text = (tmp_path / "station.toml").read_text(encoding="utf-8").splitlines()
    assert problem.line is not None
    assert text[problem.line - 1].startswith("anchors = ")


def test_real_authority_in_the_same_file_is_refused(
    made: Made, tmp_path: Path, sandbox: SandboxProcess
) -> None:
    both = tmp_path / "both.pem"
    own = own_anchor(tmp_path / "own.pem")
    both.write_bytes(sandbox.anchors.read_bytes() + own.read_bytes())
    problem = made(str(sandbox.anchors), str(both))
    assert isinstance(problem, ConfigProblem)
    assert (problem.code, problem.key) == ("SYS-106", "seal.anchors[0]")


def test_expired_demonstration_authority_is_refused_in_a_trial(
    made: Made, tmp_path: Path, sandbox: SandboxProcess
) -> None:
    expired = own_anchor(tmp_path / "expired.pem", organisation="DEMONSTRATION", days=-1)
    config = made(str(sandbox.anchors), str(expired))
    assert isinstance(config, Config)
    problem = unfit_anchor(config)
    assert problem is not None
    assert "expired" in problem.sentence


# -- the state directory ------------------------------------------------------------------------


def test_trial_mark_precedes_the_journal_and_stays(tmp_path: Path) -> None:
    assert claim_state(tmp_path, trial=True) is None
    assert (tmp_path / MARK_FILE).is_file()
    (tmp_path / "journal").mkdir()
    assert claim_state(tmp_path, trial=True) is None
    (tmp_path / "journal").rename(tmp_path / "journal.set-aside-1")
    assert claim_state(tmp_path, trial=True) is None


def test_station_in_service_refuses_a_trials_state(tmp_path: Path) -> None:
    claim_state(tmp_path, trial=True)
    problem = claim_state(tmp_path, trial=False)
    assert problem is not None
    assert (problem.code, problem.key) == ("SYS-106", "state.directory")


@pytest.mark.parametrize("name", ["journal", "journal.set-aside-3"])
def test_trial_refuses_the_state_of_a_real_station(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    problem = claim_state(tmp_path, trial=True)
    assert problem is not None
    assert (problem.code, problem.key) == ("SYS-106", "state.directory")
    assert not (tmp_path / MARK_FILE).exists()
    assert claim_state(tmp_path, trial=False) is None


def test_unwritable_trial_mark_is_a_fault(tmp_path: Path) -> None:
    problem = claim_state(tmp_path / "absent", trial=True)
    assert problem is not None
    assert problem.code == faults.DISK_UNWRITABLE.code


# -- reports about a trial ------------------------------------------------------------------------


def test_diagnose_never_reports_a_trial_as_fine(made: Made) -> None:
    config = made()
    assert isinstance(config, Config)
    trial = [
        probe
        for probe in probes(config, load_keys(config, {}), make_readers, make_client)
        if probe.subject == "trial"
    ]
    (finding,) = (probe.run() for probe in trial)
    assert finding.ok is False
    fragments = report_json([finding], (words("zh"), words("en")))
    assert fragments["findings"][0]["fault"] == "SYS-322"
    assert fragments["findings"][0]["section"] == "service"
    assert "试用" in report_text([finding], words("zh"))
    assert "trial" in report_text([finding], words("en"))


def test_diagnose_does_not_mention_trials_in_service(made: Made) -> None:
    config = made("trial = true", "trial = false")
    assert isinstance(config, Config)
    found = probes(config, load_keys(config, {}), make_readers, make_client)
    assert "trial" not in {probe.subject for probe in found}


class Noting:
    """A signer that works like a terminal's and records the bodies."""

    def __init__(self, key: bytes) -> None:
        self._signer = HmacSha256Signer(APP_ID, "T-0001", key)
        self.bodies: list[bytes] = []

    def headers(self, request: Unsigned) -> dict[str, str]:
        """Return the headers of the request."""
        self.bodies.append(request.body)
        return dict(self._signer.headers(request))


@pytest.mark.parametrize("trial", [True, False])
def test_only_a_trials_heartbeat_contains_the_trial_field(
    new_client: Callable[..., PlatformClient], sandbox: SandboxProcess, trial: bool
) -> None:
    signer = Noting(sandbox.request_key)
    client = new_client(signer=signer, trial=trial)
    answer = client.heartbeat(in_service=True, catalogue_version=1, devices=())
    assert isinstance(answer, wire.HeartbeatAnswer)
    (body,) = signer.bodies
    assert json.loads(body).get("trial") is (True if trial else None)


def test_client_of_a_trial_uses_its_platform(made: Made, sandbox: SandboxProcess) -> None:
    config = made()
    assert isinstance(config, Config)
    keys = load_keys(config, {})
    assert isinstance(keys, Keys)
    client = make_client(config, keys)
    client.heartbeat(in_service=False, catalogue_version=0, devices=())
    client.close()
    assert sandbox.counts() == {"heartbeat": 1}
