"""Fixtures for the card tests."""

from __future__ import annotations

import pytest

from tests.devices.events import Events
from tests.rig.fixtures import (
    lay_card,
    lay_resident_card,
    pcscd,
    pcscd_daemon,
    samv,
    second_slot,
    slot,
)

__all__ = [
    "lay_card",
    "lay_resident_card",
    "pcscd",
    "pcscd_daemon",
    "samv",
    "second_slot",
    "slot",
]


@pytest.fixture
def events() -> Events:
    """A sink that keeps the events of a reader."""
    return Events()
