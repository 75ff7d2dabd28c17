"""When this process started. Used by the headless demo, which reports its cold start."""

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
