"""Fixtures for the card tests."""

from __future__ import annotations

import pytest

from tests.devices.events import Events
from tests.rig.fixtures import (
    pcscd,
    pcscd_daemon,
    present_card,
    present_resident_card,
    samv,
    second_slot,
    slot,
)

__all__ = [
    "pcscd",
    "pcscd_daemon",
    "present_card",
    "present_resident_card",
    "samv",
    "second_slot",
    "slot",
]


@pytest.fixture
def events() -> Events:
    """A sink that keeps the events of a reader."""
    return Events()
