"""Checks two ways in which memory reaches a disk: swap, and core dumps that a program collects.

Used by `station diagnose`. A document or personal data must not survive a power-off. A process
cannot control either way itself.
"""

from __future__ import annotations

import os
import re
from enum import IntEnum
from pathlib import Path

from .. import faults
from .diagnose import Finding, Section, broken, fine

SWAPS = Path("/proc/swaps")
"""proc(5): a heading, then file name, type, size, used, priority of each swap."""
SYSFS = Path("/sys")
CORE_PATTERN = Path("/proc/sys/kernel/core_pattern")
"""core(5): the name of a core file, or "|" and the program that is given the core dump."""

ENCRYPTED_KINDS = ("CRYPT-PLAIN-", "CRYPT-LUKS1-", "CRYPT-LUKS2-")
"""Prefixes of the uuid of a device-mapper device that cryptsetup encrypts. Its other kinds, such as
CRYPT-VERITY-, only verify the data that is read."""
DISCARDING = ("/bin/false", "/usr/bin/false", "/bin/true", "/usr/bin/true")
"""Handlers that discard the core dump; systemd sets the first one until its own is ready."""
MOST_LAYERS = 8
"""Limit of stacked block devices (a file system on LVM on LUKS on RAID is four)."""


class Storage(IntEnum):
    """Where swapped memory can end up, from best to worst."""

    MEMORY = 0
    ENCRYPTED = 1
    UNKNOWN = 2
    PLAIN = 3


def probe_swap(swaps: Path = SWAPS, sysfs: Path = SYSFS) -> Finding:
    """Check whether swapping can write memory to a disk where it can be read later."""
    section, subject = Section.DISK, "swap"
    try:
        lines = swaps.read_text(encoding="utf-8", errors="surrogateescape").splitlines()[1:]
    except OSError as error:
        return _not_known(subject, f"{error.strerror}")
    found = {_name(line): _storage(line, sysfs) for line in lines}
    worst = max(found.values(), default=None)
    names = " ".join(name for name, storage in found.items() if storage is worst)
    match worst:
        case None:
            return fine(section, "diagnose.swap.none", subject)
        case Storage.MEMORY:
            return fine(section, "diagnose.swap.memory", subject)
        case Storage.ENCRYPTED:
            return fine(section, "diagnose.swap.encrypted", subject)
        case Storage.UNKNOWN:
            return _not_known(subject, names)
        case Storage.PLAIN:
            return broken(section, faults.SWAP_ON_DISK.with_detail(names), subject)


def probe_core_dumps(pattern: Path = CORE_PATTERN) -> Finding:
    """Check whether a program collects core dumps of other services (cupsd's filters, the X
    server).

    The terminal's own processes dump no core (`devices.system.memory.keep_memory_private`).
    """
    section, subject = Section.DISK, "core dumps"
    try:
        text = pattern.read_text(encoding="utf-8", errors="replace").strip()
    except OSError as error:
        return _not_known(subject, f"{error.strerror}")
    words = text.removeprefix("|").split()
    if not text.startswith("|") or (words and words[0] in DISCARDING):
        return fine(section, "diagnose.cores.none", subject)
    return broken(section, faults.CORE_DUMPS_KEPT.with_detail(" ".join(words[:1])), subject)


def _not_known(subject: str, why: str) -> Finding:
    return Finding(Section.DISK, None, subject, faults.PROBE_FAILED.with_detail(why))


def _name(line: str) -> str:
    """Return the path of a swap; proc(5) writes a space in it as three octal digits."""
    escaped = line.split()[0]
    return re.sub(r"\\([0-7]{3})", lambda digits: chr(int(digits[1], 8)), escaped)


def _storage(line: str, sysfs: Path) -> Storage:
    name, kind = Path(_name(line)), line.split()[1]
    if kind != "file":
        return _device(sysfs / "class" / "block" / name.name, sysfs)
    try:
        number = name.stat().st_dev
    except OSError:
        return Storage.UNKNOWN
    # A file system without its own block device (btrfs, overlay) has no entry there.
    block = f"{os.major(number)}:{os.minor(number)}"
    return _device(sysfs / "dev" / "block" / block, sysfs)


def _device(entry: Path, sysfs: Path, layers: int = MOST_LAYERS) -> Storage:
    """Return the kind of storage of the block device of this sysfs entry."""
    if not entry.exists() or layers == 0:
        return Storage.UNKNOWN
    name = entry.resolve().name
    if name.startswith("zram"):
        backing = _text(entry / "backing_dev")
        if backing in ("", "none"):
            return Storage.MEMORY
        return _device(sysfs / "class" / "block" / Path(backing).name, sysfs, layers - 1)
    if name.startswith("loop"):
        return Storage.UNKNOWN  # it is backed by a file whose place is not known here
    if _text(entry / "dm" / "uuid").startswith(ENCRYPTED_KINDS):
        return Storage.ENCRYPTED
    below = sorted((entry / "slaves").iterdir()) if (entry / "slaves").is_dir() else []
    # A disk or partition has no underlying device.
    return max((_device(each, sysfs, layers - 1) for each in below), default=Storage.PLAIN)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
