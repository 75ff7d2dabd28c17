"""The memory of this process: measured, kept private, and given back to the system.

For every process of the terminal that holds a resident's data.
"""

from __future__ import annotations

import ctypes
import logging
import resource
from pathlib import Path

from .prctl import Option, prctl

log = logging.getLogger(__name__)


def keep_memory_private() -> None:
    """Keep this process's memory out of core dumps, and from other processes of its user.

    It contains personal data. RLIMIT_CORE prevents a core file, but not a core dump into a pipe
    (core(5): a limit of 0 does not apply there); a process that is not dumpable produces neither.
    It also cannot be traced, except by root. A child process that runs another program is dumpable
    again and must call this itself; it inherits the limit.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        prctl(Option.DUMPABLE, 0)
    except OSError as error:
        log.warning("core dumps are not switched off: %s", error.strerror)


def give_back_memory() -> None:
    """Return freed memory to the system (malloc_trim(3)). Takes milliseconds; call it on a worker.

    A visit allocates and frees pages, fonts and documents in pieces of all sizes. Without this the
    heap would stay at its largest size.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # only glibc has it
    if trim is not None:
        trim(0)


def pss_bytes() -> int:
    """Return the proportional set size of this process in bytes (proc(5), smaps_rollup).

    :raises OSError: the system does not report it.
    """
    for line in Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    raise OSError("smaps_rollup has no Pss line")
