"""What the tests of printing stand on: the print stack, an authority and what it sealed."""

from __future__ import annotations

from tests.rig.print_fixtures import print_house, print_rig

from .seal_house import authority, sealed, unsigned

__all__ = ["authority", "print_house", "print_rig", "sealed", "unsigned"]
