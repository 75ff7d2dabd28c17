"""The memory that a process reports of itself."""

from __future__ import annotations

from pathlib import Path

from devices.system.memory import give_back_memory, pss_bytes


def resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096


def test_pss_is_in_bytes_and_grows_with_what_the_process_touches() -> None:
    before = pss_bytes()
    assert 0 < before <= resident_bytes() * 1.1
    size = 64_000_000
    touched = bytearray(b"\1") * size
    grown = pss_bytes() - before
    assert 0.9 * size < grown < 1.5 * size
    del touched
    give_back_memory()
    assert pss_bytes() < before + size / 2
