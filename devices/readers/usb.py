"""Which smart card readers stand on USB, whether or not a driver serves them.

For the reader's fault "attached, but no driver". It reads sysfs only and opens no device.
"""

from __future__ import annotations

from pathlib import Path

SYSFS = Path("/sys/bus/usb/devices")

SAM_V_DEVICES = frozenset({"0400:c35a"})
"""VID:PID of SAM_V readers, which have a vendor's interface class."""
_SMART_CARD_CLASS = "0b"
"""USB interface class CCID (USB-IF, Smart Card class 0Bh)."""


def smart_card_devices(sysfs: Path = SYSFS) -> list[str]:
    """VID:PID (hex) of every attached smart card reader, sorted; empty where sysfs has no USB."""
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
    """A sysfs attribute; empty where it is missing (a device may vanish between two reads)."""
    try:
        return path.read_text(encoding="ascii").strip().lower()
    except OSError:
        return ""
