"""Settings that the kernel keeps for this process alone (prctl(2)).

For the programs of the terminal and for the document process, which set them before they read
anything of a resident.
"""

from __future__ import annotations

import ctypes
import os
from enum import IntEnum


class Option(IntEnum):
    """The settings that are used, by their numbers in linux/prctl.h."""

    PDEATHSIG = 1
    """The signal that this process gets when the thread that started it ends."""
    DUMPABLE = 4
    """0: no core dump, also none into a pipe, and no other process but root's reads the memory or
    traces this one. A program that is started from it is dumpable again."""
    NO_NEW_PRIVS = 38
    """1: no program that is started from it gains privileges (setuid). Cannot be undone."""


def prctl(option: Option, value: int) -> None:
    """Set ``option`` of this process.

    :raises OSError: the kernel refuses it; a sandbox of system calls may do that.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    # Without these, ctypes passes an int of 32 bits where the kernel reads an unsigned long.
    libc.prctl.argtypes = (ctypes.c_int, *[ctypes.c_ulong] * 4)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error), f"prctl({option.name})")
