"""Types for the health of devices: their state, their faults, and who must act on a fault.

For all packages. States use the words of XFS4IoT (CEN/XFS4IoT, common status). *Unknown* is not
*fine*, and *not supported* is not *unknown*. Nothing here communicates with a device.
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
    """XFS4IoT common status. ``UNKNOWN``: the device does not report its state."""

    ONLINE = "online"
    OFFLINE = "offline"
    NO_DEVICE = "no_device"
    HARDWARE_ERROR = "hardware_error"
    BUSY = "busy"
    UNKNOWN = "unknown"


class Cause(StrEnum):
    """The kind of cause that a fault has."""

    HARDWARE = "hardware"
    SOFTWARE = "software"
    PERSON = "person"
    NETWORK = "network"


class Who(StrEnum):
    """Who must act. ``NOBODY``: the fault ends without any action."""

    RESIDENT = "resident"
    STAFF = "staff"
    MAINTAINER = "maintainer"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault as data.

    ``code`` is stable ("PRN-104") and has exactly one entry in ``terminal/words`` (sentence, spoken
    sentence, cause and remedy for staff). ``detail`` is for maintainers. It never holds personal
    data, is never shown to residents, and is not compared by ``==``.
    """

    code: str
    device: Device
    cause: Cause
    who: Who
    detail: str = field(default="", compare=False)

    def with_detail(self, detail: str) -> Fault:
        """Return the same fault with a detail for maintainers, which must hold no personal data."""
        return Fault(self.code, self.device, self.cause, self.who, detail)

    def same_as(self, other: Fault | None) -> bool:
        """Whether ``other`` has the same code; the details may differ."""
        return other is not None and other.code == self.code


def code_of(fault: Fault | None) -> str:
    """Return the fault's code, or an empty string if there is no fault."""
    return fault.code if fault else ""


class FaultRegister:
    """The faults that one package can report, in order of precedence. Each is declared once; a test
    checks that ``terminal/words`` has an entry for each."""

    def __init__(self, prefix_of: dict[str, Device]) -> None:
        self._prefix_of = prefix_of
        self._faults: dict[str, Fault] = {}

    def declare(self, code: str, cause: Cause, who: Who) -> Fault:
        """Declare and return a fault. The prefix of its code (``CRD-101``) gives its device."""
        if code in self._faults:
            raise ValueError(f"fault {code} is declared twice")
        fault = Fault(code, self._prefix_of[code.split("-", 1)[0]], cause, who)
        self._faults[code] = fault
        return fault

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._faults.values())

    def codes(self) -> frozenset[str]:
        """Return all declared codes."""
        return frozenset(self._faults)

    def precedence(self, fault: Fault | None) -> int:
        """Return a fault's position in the order; the lowest is reported. Others come last."""
        order = tuple(self._faults)
        code = code_of(fault)
        return order.index(code) if code in self._faults else len(order)
