"""The terminal's own faults: its configuration, its journal, the machine it runs on.

For the composition root, the journal and `station diagnose`; the words' catalogue has one entry
for each code. 1xx is the configuration, 2xx the journal, 3xx the machine and the service.
"""

from __future__ import annotations

from devices.health import Cause, Device, FaultRegister, Who

FAULTS = FaultRegister({"SYS": Device.TERMINAL})

CONFIG_UNREADABLE = FAULTS.declare("SYS-101", Cause.SOFTWARE, Who.MAINTAINER)
"""The file is not there, or this user may not read it."""
CONFIG_NOT_UTF8 = FAULTS.declare("SYS-102", Cause.SOFTWARE, Who.MAINTAINER)
CONFIG_SYNTAX = FAULTS.declare("SYS-103", Cause.SOFTWARE, Who.MAINTAINER)
"""Not TOML 1.0."""
CONFIG_UNKNOWN_KEY = FAULTS.declare("SYS-104", Cause.SOFTWARE, Who.MAINTAINER)
"""A key or section that does not exist: as a rule a misspelt one."""
CONFIG_MISSING_KEY = FAULTS.declare("SYS-105", Cause.SOFTWARE, Who.MAINTAINER)
CONFIG_WRONG_VALUE = FAULTS.declare("SYS-106", Cause.SOFTWARE, Who.MAINTAINER)
"""Of another type, outside its range, or at odds with another key."""
CONFIG_FILE_MISSING = FAULTS.declare("SYS-107", Cause.SOFTWARE, Who.MAINTAINER)
"""A file that the configuration names cannot be read."""
KEY_MISSING = FAULTS.declare("SYS-108", Cause.SOFTWARE, Who.MAINTAINER)
"""The request key or the token key is not there, or is not a key."""
KEY_EXPOSED = FAULTS.declare("SYS-109", Cause.SOFTWARE, Who.MAINTAINER)
"""A key file that others can read, or that stands beside the journal."""

JOURNAL_CORRUPT = FAULTS.declare("SYS-201", Cause.HARDWARE, Who.MAINTAINER)
"""The journal was damaged; it is set aside, and a new one was begun."""
JOURNAL_FULL = FAULTS.declare("SYS-202", Cause.HARDWARE, Who.MAINTAINER)
"""No space for the journal: nothing may be printed that cannot be recorded."""
JOURNAL_FAILED = FAULTS.declare("SYS-203", Cause.HARDWARE, Who.MAINTAINER)
"""The journal cannot be opened or written (read-only, I/O error, held by another program)."""
JOURNAL_NEWER = FAULTS.declare("SYS-204", Cause.SOFTWARE, Who.MAINTAINER)
"""The journal was written by a newer version; it is set aside, and a new one was begun."""

SERVICE_DOWN = FAULTS.declare("SYS-301", Cause.SOFTWARE, Who.MAINTAINER)
"""No terminal runs on this state directory."""
ALREADY_RUNNING = FAULTS.declare("SYS-302", Cause.SOFTWARE, Who.MAINTAINER)
"""Another terminal runs on this state directory."""
PROBE_TIMED_OUT = FAULTS.declare("SYS-303", Cause.SOFTWARE, Who.MAINTAINER)
"""A check did not come back in its time."""
PROBE_FAILED = FAULTS.declare("SYS-304", Cause.SOFTWARE, Who.MAINTAINER)
"""A check failed itself, so what it checks is unknown."""
DISK_LOW = FAULTS.declare("SYS-305", Cause.HARDWARE, Who.MAINTAINER)
"""Little space or few inodes are left for the state directory or the print spool."""
DISK_UNWRITABLE = FAULTS.declare("SYS-306", Cause.HARDWARE, Who.MAINTAINER)
"""The state directory cannot be written."""
SPOOL_ON_DISK = FAULTS.declare("SYS-307", Cause.SOFTWARE, Who.MAINTAINER)
"""The print spool is not in memory: documents could outlive a power cut."""
CLOCK_WRONG = FAULTS.declare("SYS-308", Cause.SOFTWARE, Who.MAINTAINER)
"""The clock cannot be right, or differs from the platform's by more than signatures allow."""
WORKER_FAILED = FAULTS.declare("SYS-310", Cause.SOFTWARE, Who.MAINTAINER)
"""A worker met an error that it did not know: a bug, contained."""
TRIAL = FAULTS.declare("SYS-322", Cause.SOFTWARE, Who.MAINTAINER)
"""The configuration says that this is a trial: nothing that it prints is valid."""
DISPLAY_MISSING = FAULTS.declare("SYS-311", Cause.SOFTWARE, Who.MAINTAINER)
"""There is no display to show the terminal on; it was not started."""
SWAP_ON_DISK = FAULTS.declare("SYS-320", Cause.SOFTWARE, Who.MAINTAINER)
"""Swap is on a disk and not encrypted: a document in memory could outlive a power cut."""
CORE_DUMPS_KEPT = FAULTS.declare("SYS-321", Cause.SOFTWARE, Who.MAINTAINER)
"""A program collects core dumps: a service that crashes leaves its memory on a disk."""
