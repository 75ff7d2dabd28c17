"""Fixtures of the terminal's tests."""

from tests.sandbox_fixture import client, new_client, sandbox, sandbox_process

__all__ = ["client", "new_client", "sandbox", "sandbox_process"]
