"""Smart card readers on USB, found in a sysfs made by the test."""

from __future__ import annotations

from pathlib import Path

from devices.readers.usb import smart_card_devices


def _device(root: Path, name: str, vendor: str, product: str, interface_class: str) -> None:
    interface = root / name / f"{name}:1.0"
    interface.mkdir(parents=True)
    (root / name / "idVendor").write_text(vendor + "\n")
    (root / name / "idProduct").write_text(product + "\n")
    (interface / "bInterfaceClass").write_text(interface_class + "\n")


def test_only_card_readers_are_listed(tmp_path: Path) -> None:
    _device(tmp_path, "1-1", "072F", "2200", "0b")
    _device(tmp_path, "1-2", "046d", "c31c", "03")
    _device(tmp_path, "1-3", "0400", "c35a", "ff")
    (tmp_path / "usb1").mkdir()
    assert smart_card_devices(tmp_path) == ["0400:c35a", "072f:2200"]


def test_a_machine_without_usb_has_no_readers(tmp_path: Path) -> None:
    assert smart_card_devices(tmp_path / "none") == []
