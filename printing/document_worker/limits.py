"""What the worker process may use, enforced by the kernel.

Most limits are hard ones that the worker sets on itself before it reads a document: a process
without privileges cannot raise them again, even if a document takes it over. The limit of CPU time
per request is set by the terminal (`allow_request`).
"""

from __future__ import annotations

import os
import resource
import signal
import time
from pathlib import Path

from devices.system.prctl import Option, prctl

REQUEST_CPU_S = 5
"""CPU seconds for one request. The kernel counts whole seconds of the process's life, so a request
gets between 4 and 5. A certificate takes 0.03, a list of 90 pages 0.6, a page scanned in colour at
800 dpi 0.3."""
REQUEST_S = 20.0
"""Wall-clock seconds for one request, sending included. Longer than the CPU limit, for other
processes may use the processors too; shorter than a resident's patience (an answer's limit in the
session is 60 s)."""
START_S = 20.0
"""Wall-clock seconds from starting the process until it is ready; 0.5 on an idle machine."""
START_CPU_S = 10
"""CPU seconds for loading the libraries; 0.4 are needed."""
LIFE_CPU_S = 600
"""CPU seconds of one process (hard limit), about 10,000 certificates. Before it is reached, a new
process is started. It also ends a process that a document took over."""
MEMORY_BYTES = 300_000_000
"""Private writable memory of the process (RLIMIT_DATA, hard): heap, anonymous mappings, and what
the libraries write to. About 50 MB of it are used before the first document, 130 MB with a page
scanned in colour at 800 dpi. Address space
(RLIMIT_AS, hard) may grow by as much again once the process is ready: that bounds shared mappings,
which RLIMIT_DATA does not count. An absolute RLIMIT_AS is not possible: PDFium reserves 32 GB of
address space and uses little of it."""
OPEN_FILES = 64
"""Sockets, libraries and fonts; 10 are open when it waits."""


class ParentGoneError(Exception):
    """The terminal ended while the worker started."""


def confine(parent: int) -> None:
    """Limit this process for good; to be called before anything else, with the parent's id.

    No file can be written (a write to one fails with EFBIG), no process started (root is exempt
    from that), no core dumped; other processes of the same user cannot read its memory. It ends
    with the thread that started it, and the signals that a shell or systemd sends to a whole group
    of processes are left to the parent.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for limit, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_DATA, MEMORY_BYTES),
    ):
        _set(limit, value, value)
    _set(resource.RLIMIT_CPU, START_CPU_S, LIFE_CPU_S)
    prctl(Option.PDEATHSIG, signal.SIGKILL)
    prctl(Option.DUMPABLE, 0)
    prctl(Option.NO_NEW_PRIVS, 1)
    if os.getppid() != parent:  # it ended before the kernel was asked to tell
        raise ParentGoneError


def close_address_space() -> None:
    """Allow no more address space than is in use and `MEMORY_BYTES`; when all is loaded."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + MEMORY_BYTES
    _set(resource.RLIMIT_AS, most, most)


def cpu_seconds(pid: int) -> float:
    """CPU seconds that process ``pid`` has used.

    :raises OSError: there is no such process.
    """
    return time.clock_gettime((~pid << 3) | 2)  # clock_getcpuclockid(3), as glibc makes the number


def allow_request(pid: int) -> None:
    """Let process ``pid`` use `REQUEST_CPU_S` seconds from now on; then the kernel ends it.

    Set from outside, so that it does not depend on the worker's help.

    :raises OSError: there is no such process.
    """
    _, hard = resource.prlimit(pid, resource.RLIMIT_CPU)
    until = int(cpu_seconds(pid)) + REQUEST_CPU_S
    resource.prlimit(pid, resource.RLIMIT_CPU, (min(until, hard), hard))


def _set(limit: int, soft: int, hard: int) -> None:
    """Set a limit, or keep the one that is in force where that is lower already."""
    _, most = resource.getrlimit(limit)
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    resource.setrlimit(limit, (soft, hard))
