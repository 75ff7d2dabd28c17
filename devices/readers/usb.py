"""Find the smart card readers that are attached to USB, with or without a driver.

For the fault ``READER_NO_DRIVER``. It only reads sysfs and opens no device.
"""

from __future__ import annotations

from pathlib import Path

SYSFS = Path("/sys/bus/usb/devices")

SAM_V_DEVICES = frozenset({"0400:c35a"})
"""VID:PID of SAM_V readers. They have a vendor-specific interface class, not ``_SMART_CARD_CLASS``.
"""
_SMART_CARD_CLASS = "0b"
"""USB interface class CCID (USB-IF, Smart Card class 0Bh)."""


def smart_card_devices(sysfs: Path = SYSFS) -> list[str]:
    """Return VID:PID (hex) of every attached smart card reader, sorted; empty without USB."""
    found: set[str] = set()
    for device in sysfs.glob("*"):
        vendor, product = _word(device / "idVendor"), _word(device / "idProduct")
        if not vendor or not product:
            continue
        identifier = f"{vendor}:{product}"
        classes = {_word(path) for path in device.glob("*:*/bInterfaceClass")}
        if identifier in SAM_V_DEVICES or _SMART_CARD_CLASS in classes:
            found.add(identifier)
    return sorted(found)


def _word(path: Path) -> str:
    """Read a sysfs attribute; empty if it is missing (a device may be removed at any time)."""
    try:
        return path.read_text(encoding="ascii").strip().lower()
    except OSError:
        return ""
