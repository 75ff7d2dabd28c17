"""Keeps True and False alive under PySide6 6.12.0, which gives them away without counting.

For every program that emits signals on Python 3.11: ``SignalInstance.emit`` and ``disconnect`` of
that version return a bool whose reference they never took, so that after some hundreds of calls
the interpreter ends with "bool_dealloc". From Python 3.12 on both are immortal anyway.
"""

from __future__ import annotations

import ctypes
import sys

SPARE = 1 << 40
"""References added once: at a thousand signals a second they last for 34 years."""


def hold_bools() -> None:
    """Add spare references to True and False; does nothing where they are immortal."""
    if sys.version_info >= (3, 12) or sys.getrefcount(True) > SPARE // 2:
        return
    for value in (True, False):
        # CPython: an object begins with its count, and its id is its address.
        ctypes.c_ssize_t.from_address(id(value)).value += SPARE
