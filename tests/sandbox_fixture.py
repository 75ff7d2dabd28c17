"""The sandbox for tests: one child process for each worker, made new before each test.

``pytest_plugins`` cannot stand in a sub-folder's conftest, so a folder that wants these fixtures
imports them in its own: ``from tests.sandbox_fixture import *``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from devices.identity import Assurance, CardKind, Identity, PersonalRecord
from terminal.platform.client import PlatformClient, Timeouts
from terminal.sandbox.process import SandboxProcess

__all__ = ["ClientMaker", "client", "new_client", "sample_identity", "sandbox", "sandbox_process"]

PATIENT = Timeouts(connect_s=10.0, read_s=20.0, total_s=30.0)
"""Several test runs may share the machine; tests of time-outs set their own."""

ClientMaker = Callable[..., PlatformClient]


@pytest.fixture(scope="session")
def sandbox_process(
    child_process: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SandboxProcess]:
    """A sandbox that runs as long as this worker."""
    with SandboxProcess(tmp_path_factory.mktemp("sandbox") / "state") as process:
        yield process


@pytest.fixture
def sandbox(sandbox_process: SandboxProcess) -> SandboxProcess:
    """The worker's sandbox: all switches genuine, everything forgotten."""
    sandbox_process.control()
    sandbox_process.reset()
    return sandbox_process


@pytest.fixture
def new_client(sandbox: SandboxProcess) -> Iterator[ClientMaker]:
    """Makes clients of this sandbox; keywords replace what is usual."""
    made: list[PlatformClient] = []

    def make(address: str | None = None, **other: Any) -> PlatformClient:
        usual: dict[str, Any] = {
            "ca_file": sandbox.ca_file,
            "app_id": sandbox.app_id,
            "request_key": sandbox.request_key,
            "terminal_id": "T-0001",
            "catalogue_key": sandbox.catalogue_key,
            "timeouts": PATIENT,
        }
        made.append(PlatformClient(address or sandbox.address, **(usual | other)))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def client(new_client: ClientMaker) -> PlatformClient:
    """A client of this sandbox."""
    return new_client()


def sample_identity(
    name: str | None = "王建明",
    id_number: str | None = "100101195803120216",
    card_number: str | None = None,
    *,
    kind: CardKind = CardKind.RESIDENT_ID,
    assurance: Assurance = Assurance.CARD_SECURE,
) -> Identity:
    """An invented resident as a card shows them."""
    record = PersonalRecord(kind, name=name, id_number=id_number, card_number=card_number)
    return Identity(record, assurance)
