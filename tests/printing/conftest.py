"""What the tests of printing stand on: the print stack, an authority and what it sealed."""

from __future__ import annotations

from tests.rig.print_fixtures import print_house, print_rig

from .seal_house import authority, sealed, unsigned
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
