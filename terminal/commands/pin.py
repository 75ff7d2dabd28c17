"""`station pin`: prints the salted hash of a maintenance PIN, never the PIN itself."""

from __future__ import annotations

import getpass
import sys

from ..process.exit_codes import PinExit
from ..staff.pin import hash_pin
from .output import answer, say


def pin(*, as_json: bool) -> int:
    """Ask for the PIN at the console, or read a line of standard input."""
    try:
        made = hash_pin(_asked())
    except ValueError as error:
        say(f"station pin: {error}")
        return PinExit.TOO_WEAK
    answer({"pin_hash": made}, as_json=as_json, text=f'pin_hash = "{made}"')
    return PinExit.MADE


def _asked() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.buffer.readline().decode(errors="replace").strip()
    try:
        return getpass.getpass("PIN: ")
    except EOFError:
        return ""
