"""A certificate: consent, identification, the second factor, the document, paper or phone.

Used by the handlers as methods of `Go`. It is done when the pages are proved to be printed and
collected, or when the phone has been offered the copy.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from devices.health import Fault, code_of
from printing.outcome import Outcome, PrintEnded, PrintProgress

from ..effects import (
    AskCode,
    AskCopy,
    AskIdentify,
    AskIssue,
    CallHelp,
    Print,
    Wipe,
)
from ..model import Document, Edition, Item, Reprint, Visit
from ..state import InVisit, State, Step, ask, in_visit
from ..states.checking_paper import CheckingPaper
from ..states.choosing import Choosing
from ..states.collecting import Collecting
from ..states.copying import Copying
from ..states.preparing import Preparing
from ..states.previewing import Previewing
from ..states.printing import Printing
from ..states.proving import CODE_TRIES, Proof, Proving
from ..states.recognising import Recognising
from .visit import VisitFlow


@dataclass(frozen=True)
class CertificateFlow(VisitFlow):
    """The transitions of a certificate."""

    def recognise(self, state: InVisit) -> Step:
        """Ask the platform who the resident is."""
        state, request = ask(state)
        page = in_visit(Recognising, state, self.now, request=request)
        return page, (AskIdentify(request, state.visit),)

    def choose(self, state: InVisit, visit: Visit | None = None) -> Step:
        """Show the choice of services, and wipe the document that was shown."""
        effects = (Wipe(None, state.held),) if state.held is not None else ()
        return in_visit(Choosing, state, self.now, visit=visit or state.visit), effects

    def send_code(self, state: InVisit, item: Item, phone: str) -> Step:
        """Have a code sent to the phone on record."""
        state, request = ask(state)
        page = in_visit(
            Proving, state, self.now, item=item, proof=Proof.SENDING, masked_phone=phone,
            tries_left=CODE_TRIES, request=request,
        )  # fmt: skip
        return page, (AskCode(request, state.visit),)

    def only_staff(self, state: InVisit, item: Item, fault: Fault | None = None) -> Step:
        """Call staff because no code can prove what this item needs."""
        page = in_visit(Proving, state, self.now, item=item, proof=Proof.STAFF, fault=fault)
        return page, (CallHelp(Proving.__name__, code_of(fault)),)

    def issue(
        self,
        state: InVisit,
        item: Item,
        *,
        visit: Visit | None = None,
        edition: Edition | None = None,
    ) -> Step:
        """Have the certificate issued; without an ``edition``, in the one for the current mode."""
        edition = edition or item.edition_for(state.look.mode)
        visit = visit or state.visit
        state, request = ask(state)
        page = in_visit(
            Preparing, state, self.now, item=item, visit=visit, edition=edition, request=request
        )
        return page, (AskIssue(request, visit, item, edition),)

    def preview(self, state: InVisit, item: Item, document: Document) -> InVisit:
        """Show the pages of the document."""
        state, request = ask(state)
        return in_visit(Previewing, state, self.now, item=item, document=document, request=request)

    def print_document(
        self, state: InVisit, item: Item, document: Document, reprint: Reprint | None
    ) -> Step:
        """Print the document as a new job. ``reprint``: the permission, if it is printed again."""
        number = document.number
        job = f"{state.visit.id}-{state.visit.jobs + 1}"
        others = (tried for tried in state.visit.tried if tried[0] != number)
        # ``reprint`` already names the earlier job, so only the new job must be remembered.
        stopped = tuple(one for one in state.visit.stopped if one[0] != number)
        visit = replace(
            state.visit, jobs=state.visit.jobs + 1, tried=(*others, (number, job)), stopped=stopped
        )
        page = in_visit(
            Printing, state, self.now, visit=visit, item=item, document=document,
            progress=PrintProgress(job, Outcome.QUEUED, 0, document.pages),
        )  # fmt: skip
        return page, (Print(job, visit.id, item, document, reprint),)

    def fetch_copy(
        self, state: InVisit, item: Item, document: Document, visit: Visit | None = None
    ) -> Step:
        """Ask for a copy that the resident's phone can fetch."""
        visit = visit or state.visit
        state, request = ask(state)
        page = in_visit(
            Copying, state, self.now, visit=visit, item=item, document=document, request=request
        )
        return page, (AskCopy(request, visit, document),)

    def check_paper(
        self, state: InVisit, item: Item, document: Document, ended: PrintEnded
    ) -> State:
        """Ask the resident whether every page came out."""
        return in_visit(CheckingPaper, state, self.now, item=item, document=document, ended=ended)

    def collect(self, state: InVisit, item: Item, pages: int) -> State:
        """Ask the resident to take card and paper."""
        return in_visit(Collecting, state, self.now, item=item, pages=pages)
