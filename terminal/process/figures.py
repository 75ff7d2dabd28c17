"""Figures of this process: when it started, and how much memory it uses.

Used by the headless demo, which reports them.
"""

from __future__ import annotations

import os
import time
from pathlib import Path


def process_start() -> float:
    """Return this process's start on the monotonic clock (seconds, to a hundredth; proc(5))."""
    fields = Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    ticks = int(fields[19])
    return time.monotonic() - (
        time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    )


def pss_mb() -> float:
    """Return this process's proportional set size in MB (proc(5), smaps_rollup)."""
    for line in Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return round(int(line.split()[1]) / 1000, 1)
    raise OSError("smaps_rollup has no Pss line")
