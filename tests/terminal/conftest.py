"""Fixtures for the terminal's tests."""

from tests.document_fixture import documents
from tests.rig.fixtures import (
    pcscd,
    pcscd_daemon,
    present_card,
    present_resident_card,
    samv,
    second_slot,
    slot,
)
from tests.sandbox_fixture import client, new_client, sandbox, sandbox_process
from tests.terminal.config_world import edit, folder
from tests.terminal.line_world import post
from tests.terminal.terminal_bench import bench

__all__ = [
    "bench",
    "client",
    "documents",
    "edit",
    "folder",
    "new_client",
    "pcscd",
    "pcscd_daemon",
    "post",
    "present_card",
    "present_resident_card",
    "samv",
    "sandbox",
    "sandbox_process",
    "second_slot",
    "slot",
]
