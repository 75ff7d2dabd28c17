"""Benches for the card tests."""

from __future__ import annotations

from tests.rig.fixtures import lay_card, pcscd, pcscd_daemon, second_slot, slot

__all__ = ["lay_card", "pcscd", "pcscd_daemon", "second_slot", "slot"]
