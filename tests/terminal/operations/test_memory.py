"""`station diagnose`: swap and core dumps, through which memory reaches a disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from terminal.operations.diagnose import Finding
from terminal.operations.memory_on_disk import probe_core_dumps, probe_swap
from terminal.words import words

HEADING = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
PLAIN_KEY = "CRYPT-PLAIN-swap"


class Machine:
    """The sysfs and swap list of a machine, as files."""

    def __init__(self, folder: Path) -> None:
        self.sysfs = folder / "sys"
        self.swaps = folder / "swaps"
        self.swaps.write_text(HEADING)

    def block(self, name: str, *, uuid: str = "", on: tuple[str, ...] = (), zram: str = "") -> Path:
        """Add a block device on top of others."""
        entry = self.sysfs / "class" / "block" / name
        (entry / "slaves").mkdir(parents=True)
        for below in on:
            (entry / "slaves" / below).symlink_to(self.sysfs / "class" / "block" / below)
        if uuid:
            (entry / "dm").mkdir()
            (entry / "dm" / "uuid").write_text(f"{uuid}\n")
        if zram:
            (entry / "backing_dev").write_text(f"{zram}\n")
        return entry

    def swap(self, path: str, kind: str = "partition") -> None:
        """Add an active swap."""
        with self.swaps.open("a") as file:
            file.write(f"{path}\t\t{kind}\t1048572\t\t0\t\t-2\n")

    def found(self) -> Finding:
        """Return the finding of the probe."""
        return probe_swap(self.swaps, self.sysfs)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_machine_without_swap_is_fine(machine: Machine) -> None:
    assert machine.found().ok is True
    assert machine.found().sentence(words("en")) == "No swap is active"


def test_swap_on_a_disk_is_a_fault(machine: Machine) -> None:
    machine.block("sda2")
    machine.swap("/dev/sda2")
    found = machine.found()
    assert (found.ok, found.fault and found.fault.code) == (False, "SYS-320")
    assert found.detail == "/dev/sda2"


@pytest.mark.parametrize("backing", ["", "none"])
def test_zram_alone_is_memory(machine: Machine, backing: str) -> None:
    machine.block("zram0", zram=backing)
    machine.swap("/dev/zram0")
    found = machine.found()
    assert found.ok is True
    assert "zram" in found.sentence(words("en"))


def test_zram_with_a_backing_disk_is_judged_by_that_disk(machine: Machine) -> None:
    machine.block("sdb1")
    machine.block("zram0", zram="/dev/sdb1")
    machine.swap("/dev/zram0")
    assert machine.found().ok is False


@pytest.mark.parametrize("kind", ["CRYPT-PLAIN-", "CRYPT-LUKS1-", "CRYPT-LUKS2-"])
def test_encrypted_swap_is_fine_also_below_lvm(machine: Machine, kind: str) -> None:
    machine.block("sda3")
    machine.block("dm-0", uuid=f"{kind}0123456789abcdef", on=("sda3",))
    machine.block("dm-1", uuid="LVM-abcdef", on=("dm-0",))
    machine.swap("/dev/dm-1")
    found = machine.found()
    assert found.ok is True
    assert found.sentence(words("en")) == "Swap is encrypted"


@pytest.mark.parametrize("uuid", ["LVM-abcdef", "CRYPT-VERITY-0123", "mpath-0123"])
def test_other_mapped_devices_are_not_encrypted(machine: Machine, uuid: str) -> None:
    machine.block("sda3")
    machine.block("dm-0", uuid=uuid, on=("sda3",))
    machine.swap("/dev/dm-0")
    assert machine.found().ok is False


def test_volume_of_an_encrypted_and_a_plain_disk_is_a_fault(machine: Machine) -> None:
    machine.block("sda3")
    machine.block("sdb1")
    machine.block("dm-0", uuid=PLAIN_KEY, on=("sda3",))
    machine.block("dm-1", uuid="LVM-abcdef", on=("dm-0", "sdb1"))
    machine.swap("/dev/dm-1")
    assert machine.found().ok is False


def test_worst_of_several_swaps_counts(machine: Machine) -> None:
    machine.block("dm-0", uuid=PLAIN_KEY)
    machine.block("sda2")
    machine.block("zram0")
    for path in ("/dev/zram0", "/dev/sda2", "/dev/dm-0"):
        machine.swap(path)
    found = machine.found()
    assert (found.ok, found.detail) == (False, "/dev/sda2")


def test_swap_file_is_judged_by_the_device_of_its_file_system(
    machine: Machine, tmp_path: Path
) -> None:
    file = tmp_path / "swap file"
    file.write_bytes(b"")
    number = file.stat().st_dev
    by_number = machine.sysfs / "dev" / "block" / f"{os.major(number)}:{os.minor(number)}"
    machine.swap(str(file).replace(" ", "\\040"), "file")
    assert machine.found().ok is None  # a file system without a block device, like btrfs
    by_number.parent.mkdir(parents=True)
    by_number.symlink_to(machine.block("sda1"))
    assert machine.found().ok is False
    by_number.unlink()
    by_number.symlink_to(machine.block("dm-3", uuid=PLAIN_KEY))
    assert machine.found().ok is True


def test_undetectable_swap_device_is_unknown(machine: Machine) -> None:
    machine.block("loop0")
    for path in ("/dev/loop0", "/dev/gone"):
        machine.swaps.write_text(HEADING)
        machine.swap(path)
        found = machine.found()
        assert (found.ok, found.detail) == (None, path)
    machine.swaps.unlink()
    assert machine.found().ok is None


def test_circular_block_devices_are_unknown(machine: Machine) -> None:
    machine.block("dm-1", on=("dm-2",))
    machine.block("dm-2", on=("dm-1",))
    machine.swap("/dev/dm-1")
    assert machine.found().ok is None


@pytest.mark.parametrize(
    ("pattern", "ok", "detail"),
    [
        ("core", True, ""),
        ("/var/crash/core.%p", True, ""),
        ("|/bin/false", True, ""),
        ("|/bin/true %p", True, ""),
        ("|/usr/lib/systemd/systemd-coredump %P %u", False, "/usr/lib/systemd/systemd-coredump"),
        ("|/usr/share/apport/apport -p%p", False, "/usr/share/apport/apport"),
        ("|/home/false", False, "/home/false"),
    ],
)
def test_program_that_collects_core_dumps_is_a_fault(
    tmp_path: Path, pattern: str, ok: bool, detail: str
) -> None:
    file = tmp_path / "core_pattern"
    file.write_text(pattern + "\n")
    found = probe_core_dumps(file)
    assert (found.ok, found.detail) == (ok, detail)
    assert (found.fault.code if found.fault else None) == (None if ok else "SYS-321")


def test_pattern_that_cannot_be_read_is_unknown(tmp_path: Path) -> None:
    assert probe_core_dumps(tmp_path / "absent").ok is None
