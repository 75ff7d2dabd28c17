"""The print stack's fixtures for the tests of printing."""

from __future__ import annotations

from tests.rig.print_fixtures import print_house, print_rig

__all__ = ["print_house", "print_rig"]
