"""How the tables of refused documents are written."""

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
        """Fail unless ``found`` is this refusal. A document that the kernel stopped is ``DOC-112``
        for a reason of the process's end, so no rule's detail fits it."""
        assert isinstance(found, Fault), "the document passed"
        assert (found.code, self.detail in found.detail) == (self.fault.code, True), found


class Table(list[Refused]):
    """The documents of one subject."""

    def draft(self, name: str, fault: Fault, detail: str, draft: Draft) -> None:
        """Add a good document with one part replaced."""
        self.append(Refused(name, fault, detail, draft.build))

    def built(self, name: str, fault: Fault, detail: str, build: Callable[[], bytes]) -> None:
        """Add a document that is built when it is needed."""
        self.append(Refused(name, fault, detail, build))

    def mangled(self, name: str, fault: Fault, detail: str, mangle: Mangle) -> None:
        """Add the good document, its bytes changed before they are signed."""
        self.append(Refused(name, fault, detail, lambda: mangle(Draft().build())))
