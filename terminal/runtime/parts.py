"""The parts that a runtime is given: devices, platform, records, and the pages it prints itself.

The composition creates them; the runtime uses them to carry out effects. This module only
declares types.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from devices.health import Fault
from devices.readers.protocol import Reader
from printing.printer import Printer

from ..session import effects as ef
from ..session.model import Station

if TYPE_CHECKING:
    # Only for its type: it is slow to import and not needed for the first page.
    from ..workers.journal_writer import Records


class Asker(Protocol):
    """Answers the requests of a visit to the platform (`terminal.workers.visit_requests.Asks`)."""

    def answer(self, ask: ef.Ask) -> object:
        """Wait for the answer and return it as an event."""
        ...


@dataclass(frozen=True)
class Parts:
    """The parts that the composition gives to the runtime.

    ``test_page`` and ``report`` typeset the maintenance test page and the diagnostic report (PDF
    bytes) from the station's state, or return a fault; they run on a worker.
    """

    readers: tuple[Reader, ...]
    printer: Printer
    asks: Asker
    records: Records
    test_page: Callable[[Station], bytes | Fault]
    report: Callable[[Station], bytes | Fault]
