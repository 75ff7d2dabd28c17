"""Kernel settings of this process (prctl(2)).

For the programs of the terminal and for the document process, which make these settings before they
read a resident's data.
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
    """0: no core dump is written, also not to a pipe, and only processes of root may trace this one
    or read its memory. A program that this process starts does not inherit the setting."""
    NO_NEW_PRIVS = 38
    """1: programs that this process starts cannot gain privileges (setuid). Cannot be undone."""


def prctl(option: Option, value: int) -> None:
    """Set ``option`` of this process.

    :raises OSError: the kernel or a filter of system calls (seccomp) refuses it.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    # Without these types, ctypes passes 32 bits, but the kernel reads an unsigned long.
    libc.prctl.argtypes = (ctypes.c_int, *[ctypes.c_ulong] * 4)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error), f"prctl({option.name})")
