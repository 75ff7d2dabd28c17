"""The limits of the worker process, enforced by the kernel.

Most are hard limits that the worker sets for itself before it reads a document. A process without
privileges cannot raise them again, even if a document takes control of it. The terminal sets the
limit of CPU time for each request (`allow_request`).
"""

from __future__ import annotations

import os
import resource
import signal
import time
from pathlib import Path

from devices.system.prctl import Option, prctl

REQUEST_CPU_S = 5
"""CPU seconds for one request. The kernel counts whole seconds over the life of the process, so a
request gets between 4 and 5. A certificate takes 0.03, a list of 90 pages 0.6, a page scanned in
colour at 800 dpi 0.3."""
REQUEST_S = 20.0
"""Wall-clock seconds for one request, sending included. It is longer than the CPU limit, because
other processes use the processors too. It is shorter than the session's limit for an answer
(60 s)."""
START_S = 20.0
"""Wall-clock seconds from starting the process until it is ready; 0.5 on an idle machine."""
START_CPU_S = 10
"""CPU seconds for loading the libraries; 0.4 are needed."""
LIFE_CPU_S = 600
"""CPU seconds of one process (hard limit): enough for about 10,000 certificates. The terminal
starts a new process before the limit is reached. The limit also ends a process that a document has
taken control of."""
MEMORY_BYTES = 300_000_000
"""Private writable memory of the process (RLIMIT_DATA, hard): heap, anonymous mappings, and the
libraries' writable data. About 50 MB are used before the first document, and 130 MB with a page
scanned in colour at 800 dpi. The address space (RLIMIT_AS, hard) may grow by the same amount once
the process is ready. That bounds shared mappings, which RLIMIT_DATA does not count. An absolute
RLIMIT_AS is not possible: PDFium reserves 32 GB of address space and uses little of it."""
IDLE_BYTES = 150_000_000
"""A process that uses more private writable memory than this between two requests is replaced,
because a request may need the rest of `MEMORY_BYTES`. With two open documents it uses 60 MB."""
OPEN_FILES = 64
"""Sockets, libraries and fonts. 10 are open while the process waits."""


class ParentGoneError(Exception):
    """The terminal has ended while the worker was starting."""


def confine(parent: int) -> None:
    """Limit this process permanently. Call this before anything else, with the parent's id.

    Afterwards the process cannot write a file (a write fails with EFBIG), start a process (root is
    exempt from that limit) or dump core, and other processes of the same user cannot read its
    memory. It ends together with the thread that started it. It ignores the signals that a shell or
    systemd sends to a whole process group; the parent handles them.
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
    if os.getppid() != parent:  # the parent has ended before PDEATHSIG was set
        raise ParentGoneError


def close_address_space() -> None:
    """Limit the address space to what is in use plus `MEMORY_BYTES`. Call it when all is loaded."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + MEMORY_BYTES
    _set(resource.RLIMIT_AS, most, most)


def cpu_seconds(pid: int) -> float:
    """Return the CPU seconds that process ``pid`` has used.

    :raises OSError: there is no such process.
    """
    return time.clock_gettime((~pid << 3) | 2)  # glibc's clock_getcpuclockid(3)


def private_bytes(pid: int) -> int:
    """Return the private writable memory of process ``pid``, as RLIMIT_DATA counts it.

    :raises OSError: there is no such process, or its state is hidden from this user.
    """
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    raise OSError(f"/proc/{pid}/status has no VmData")  # it has just ended


def allow_request(pid: int) -> None:
    """Let process ``pid`` use `REQUEST_CPU_S` more CPU seconds; after that the kernel ends it.

    The terminal sets this limit, so that it does not depend on the worker.

    :raises OSError: there is no such process.
    """
    _, hard = resource.prlimit(pid, resource.RLIMIT_CPU)
    until = int(cpu_seconds(pid)) + REQUEST_CPU_S
    resource.prlimit(pid, resource.RLIMIT_CPU, (min(until, hard), hard))


def _set(limit: int, soft: int, hard: int) -> None:
    """Set a limit. If the present hard limit is lower, keep that."""
    _, most = resource.getrlimit(limit)
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    resource.setrlimit(limit, (soft, hard))
