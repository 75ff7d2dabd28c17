"""The classes for the tables of refused documents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from devices.health import Fault
from printing import faults

from ...raw_pdf import Draft, Mangle

ACTS = faults.ACTIVE_CONTENT
BREAKS = faults.NOT_A_PDF


@dataclass(frozen=True)
class Refused:
    """A document with a trusted seal that must be refused: the fault, and a part of its detail."""

    name: str
    fault: Fault
    detail: str
    unsigned: Callable[[], bytes]

    def expect(self, found: object) -> None:
        """Fail unless ``found`` is the expected fault.

        If the kernel ended the process, the fault is ``DOC-112`` with the reason of the end, which
        matches the detail of no rule.
        """
        assert isinstance(found, Fault), "the document passed"
        assert (found.code, self.detail in found.detail) == (self.fault.code, True), found


class Table(list[Refused]):
    """The refused documents of one subject."""

    def draft(self, name: str, fault: Fault, detail: str, draft: Draft) -> None:
        """Add a valid document with one part replaced."""
        self.append(Refused(name, fault, detail, draft.build))

    def built(self, name: str, fault: Fault, detail: str, build: Callable[[], bytes]) -> None:
        """Add a document; ``build`` is called when the document is needed."""
        self.append(Refused(name, fault, detail, build))

    def mangled(self, name: str, fault: Fault, detail: str, mangle: Mangle) -> None:
        """Add the valid document with bytes that ``mangle`` changes before signing."""
        self.append(Refused(name, fault, detail, lambda: mangle(Draft().build())))
