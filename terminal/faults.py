"""The terminal's own faults, and the list of all registers of faults.

For the composition root, the journal and `station diagnose`. Codes SYS-1xx are about the
configuration, 2xx about the journal, 3xx about the machine and the service. To add a fault, declare
it here or in another register, with a docstring, and add its words. `make docs` writes its page.
"""

from __future__ import annotations

from collections.abc import Mapping

import devices.faults
import printing.faults
from devices.health import Cause, Device, FaultRegister, Who

from .platform import faults as platform_faults

FAULTS = FaultRegister({"SYS": Device.TERMINAL})

CONFIG_UNREADABLE = FAULTS.declare("SYS-101", Cause.SOFTWARE, Who.MAINTAINER)
"""The configuration file does not exist, cannot be read, or is not a regular file."""
CONFIG_NOT_UTF8 = FAULTS.declare("SYS-102", Cause.SOFTWARE, Who.MAINTAINER)
"""The configuration file is not UTF-8."""
CONFIG_SYNTAX = FAULTS.declare("SYS-103", Cause.SOFTWARE, Who.MAINTAINER)
"""The configuration file is not TOML 1.0, or begins with a byte order mark."""
CONFIG_UNKNOWN_KEY = FAULTS.declare("SYS-104", Cause.SOFTWARE, Who.MAINTAINER)
"""A key or section does not exist. It is usually misspelt."""
CONFIG_MISSING_KEY = FAULTS.declare("SYS-105", Cause.SOFTWARE, Who.MAINTAINER)
"""A required key is missing."""
CONFIG_WRONG_VALUE = FAULTS.declare("SYS-106", Cause.SOFTWARE, Who.MAINTAINER)
"""A value has the wrong type, is out of range, conflicts with another key, or is published."""
CONFIG_FILE_MISSING = FAULTS.declare("SYS-107", Cause.SOFTWARE, Who.MAINTAINER)
"""A file that the configuration names cannot be read."""
KEY_MISSING = FAULTS.declare("SYS-108", Cause.SOFTWARE, Who.MAINTAINER)
"""The request key or the token key is missing, or is not a key."""
KEY_EXPOSED = FAULTS.declare("SYS-109", Cause.SOFTWARE, Who.MAINTAINER)
"""Other users can read a key file, or it is in the state directory."""

JOURNAL_CORRUPT = FAULTS.declare("SYS-201", Cause.HARDWARE, Who.MAINTAINER)
"""The journal was damaged. It was set aside, and a new journal was begun."""
JOURNAL_FULL = FAULTS.declare("SYS-202", Cause.HARDWARE, Who.MAINTAINER)
"""There is no space for the journal. The terminal does not print what it cannot record."""
JOURNAL_FAILED = FAULTS.declare("SYS-203", Cause.HARDWARE, Who.MAINTAINER)
"""The journal cannot be opened or written (read-only, I/O error, held by another program)."""
JOURNAL_NEWER = FAULTS.declare("SYS-204", Cause.SOFTWARE, Who.MAINTAINER)
"""A newer version wrote the journal. It was set aside, and a new journal was begun."""

SERVICE_DOWN = FAULTS.declare("SYS-301", Cause.SOFTWARE, Who.MAINTAINER)
"""No terminal runs on this state directory."""
ALREADY_RUNNING = FAULTS.declare("SYS-302", Cause.SOFTWARE, Who.MAINTAINER)
"""Another terminal runs on this state directory."""
PROBE_TIMED_OUT = FAULTS.declare("SYS-303", Cause.SOFTWARE, Who.MAINTAINER)
"""A check did not finish in time, so its result is unknown."""
PROBE_FAILED = FAULTS.declare("SYS-304", Cause.SOFTWARE, Who.MAINTAINER)
"""A check failed itself, so its result is unknown."""
DISK_LOW = FAULTS.declare("SYS-305", Cause.HARDWARE, Who.MAINTAINER)
"""The state directory or the print spool has little space or few inodes left."""
DISK_UNWRITABLE = FAULTS.declare("SYS-306", Cause.HARDWARE, Who.MAINTAINER)
"""The state directory cannot be written."""
SPOOL_ON_DISK = FAULTS.declare("SYS-307", Cause.SOFTWARE, Who.MAINTAINER)
"""The print spool is not in memory, so a document could remain on disk after a power cut."""
CLOCK_WRONG = FAULTS.declare("SYS-308", Cause.SOFTWARE, Who.MAINTAINER)
"""The clock is not plausible, or differs from the platform's by more than signatures allow."""
WORKER_FAILED = FAULTS.declare("SYS-310", Cause.SOFTWARE, Who.MAINTAINER)
"""A worker met an unexpected error. The error is a bug; the terminal continues."""
TRIAL = FAULTS.declare("SYS-322", Cause.SOFTWARE, Who.MAINTAINER)
"""The configuration says that this is a trial. Nothing that it prints is valid."""
DISPLAY_MISSING = FAULTS.declare("SYS-311", Cause.SOFTWARE, Who.MAINTAINER)
"""There is no display, so the terminal was not started."""
SWAP_ON_DISK = FAULTS.declare("SYS-320", Cause.SOFTWARE, Who.MAINTAINER)
"""Swap is on a disk and not encrypted, so a document could remain on disk after a power cut."""
CORE_DUMPS_KEPT = FAULTS.declare("SYS-321", Cause.SOFTWARE, Who.MAINTAINER)
"""A program collects core dumps, so a crashed process leaves its memory on a disk."""
VOICE_SILENT = FAULTS.declare("SYS-330", Cause.SOFTWARE, Who.MAINTAINER)
"""The speech daemon does not run or does not answer, or it has no sound device."""
VOICE_MISSING = FAULTS.declare("SYS-331", Cause.SOFTWARE, Who.MAINTAINER)
"""The configured voice of a language is not installed. The terminal is silent in that language,
because another voice would be unintelligible."""
SPEECH_LOGGED = FAULTS.declare("SYS-332", Cause.SOFTWARE, Who.MAINTAINER)
"""Speech-dispatcher keeps what is spoken in a log: its log level is above 3, it copies its protocol
into a file, or a module is set to debug."""

AREAS: Mapping[str, FaultRegister] = {
    "cards": devices.faults.FAULTS,
    "printing": printing.faults.FAULTS,
    "platform": platform_faults.FAULTS,
    "system": FAULTS,
}
"""Every register of faults by its area. The tests of the words and `make docs` read it."""
