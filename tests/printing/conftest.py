"""Shared fixtures of the printing tests: the print stack, an authority and its sealed documents."""

from __future__ import annotations

import pytest

from tests.rig.print_fixtures import print_rig, print_stack

from .document_worker.worker_fixtures import patient, start, three, worker
from .raw_pdf import Signer
from .seal_fixtures import Authority, authority, sealed, unsigned

__all__ = [
    "authority",
    "patient",
    "print_rig",
    "print_stack",
    "sealed",
    "start",
    "three",
    "unsigned",
    "worker",
]


@pytest.fixture(scope="module")
def signer(authority: Authority) -> Signer:
    """Return the key that the terminal trusts."""
    return Signer.read(authority.directory)
