"""What the tests of printing stand on: the print stack, an authority and what it sealed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.rig.print_fixtures import print_house, print_rig

from .bounded import Verifier
from .raw_pdf import Signer
from .seal_house import NOW, Authority, authority, sealed, unsigned
from .worker_house import patient, start, three, worker

__all__ = [
    "authority",
    "patient",
    "print_house",
    "print_rig",
    "sealed",
    "start",
    "three",
    "unsigned",
    "worker",
]


@pytest.fixture(scope="module")
def verifier(authority: Authority) -> Iterator[Verifier]:
    """Verification in processes with the worker's limits."""
    running = Verifier(authority.anchors, NOW.timestamp())
    yield running
    running.close()


@pytest.fixture(scope="module")
def signer(authority: Authority) -> Signer:
    """The key that the terminal trusts."""
    return Signer.read(authority.directory)
