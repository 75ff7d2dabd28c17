"""The vocabulary of health: what state a device is in, and whose turn it is when it fails.

For everyone above. States use XFS4IoT's words (CEN/XFS4IoT, common status). *Unknown* is not
*fine*, and *not supported* is not *unknown*. Nothing here asks a device anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class Device(StrEnum):
    """The part of the station that a fault belongs to."""

    CARD_READER = "card_reader"
    PRINTER = "printer"
    PLATFORM = "platform"
    DOCUMENT = "document"
    TERMINAL = "terminal"


class DeviceStatus(StrEnum):
    """XFS4IoT common status; ``UNKNOWN`` where the device cannot be asked."""

    ONLINE = "online"
    OFFLINE = "offline"
    NO_DEVICE = "no_device"
    HARDWARE_ERROR = "hardware_error"
    BUSY = "busy"
    UNKNOWN = "unknown"


class Cause(StrEnum):
    """What kind of thing went wrong."""

    HARDWARE = "hardware"
    SOFTWARE = "software"
    PERSON = "person"
    NETWORK = "network"


class Who(StrEnum):
    """Who must act; ``NOBODY`` means that it heals by itself."""

    RESIDENT = "resident"
    STAFF = "staff"
    MAINTAINER = "maintainer"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault as data.

    ``code`` is stable ("PRN-104") and has exactly one entry in the words' catalogue
    (sentence, spoken sentence, cause and mend for staff). ``detail`` is for maintainers: never
    personal data, never shown to residents, not part of equality.
    """

    code: str
    device: Device
    cause: Cause
    who: Who
    detail: str = field(default="", compare=False)

    def with_detail(self, detail: str) -> Fault:
        """The same fault with a maintainer's detail (no personal data may stand in it)."""
        return Fault(self.code, self.device, self.cause, self.who, detail)

    def same_as(self, other: Fault | None) -> bool:
        """Whether ``other`` is the same kind of fault, whatever its detail."""
        return other is not None and other.code == self.code


class FaultRegister:
    """The faults one package can report, each declared once; the words' test reads it."""

    def __init__(self, prefix_of: dict[str, Device]) -> None:
        self._prefix_of = prefix_of
        self._faults: dict[str, Fault] = {}

    def declare(self, code: str, cause: Cause, who: Who) -> Fault:
        """Declare a fault; its device follows from the code's prefix (``CRD-101``)."""
        if code in self._faults:
            raise ValueError(f"fault {code} is declared twice")
        fault = Fault(code, self._prefix_of[code.split("-", 1)[0]], cause, who)
        self._faults[code] = fault
        return fault

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._faults.values())

    def codes(self) -> frozenset[str]:
        """Every code declared."""
        return frozenset(self._faults)
