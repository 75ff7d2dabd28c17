"""Fixtures for the terminal's tests."""

from tests.document_fixture import documents
from tests.rig.fixtures import (
    lay_card,
    lay_resident_card,
    pcscd,
    pcscd_daemon,
    samv,
    second_slot,
    slot,
)
from tests.sandbox_fixture import client, new_client, sandbox, sandbox_process
from tests.terminal.config_world import edit, folder
from tests.terminal.house import bench
from tests.terminal.line_world import post

__all__ = [
    "bench",
    "client",
    "documents",
    "edit",
    "folder",
    "lay_card",
    "lay_resident_card",
    "new_client",
    "pcscd",
    "pcscd_daemon",
    "post",
    "samv",
    "sandbox",
    "sandbox_process",
    "second_slot",
    "slot",
]
