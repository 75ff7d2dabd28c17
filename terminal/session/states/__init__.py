"""The states: one file each, with the class, the presses of its page, and its handlers.

To add a state, write its file and name it here twice: for the type checker, and in `FILES`. `table`
takes the state's row from its file, and `ui.pages` the page from the file of the same name.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from ..state import InVisit as InVisit
from ..state import Loss as Loss
from ..state import State as State
from ..state import Waits as Waits
from ..state import Wrapping as Wrapping

FILES: Mapping[str, str] = {
    "Welcome": "welcome",
    "OutOfService": "out_of_service",
    "Identifying": "identifying",
    "CardFailure": "card_failure",
    "Consenting": "consenting",
    "Recognising": "recognising",
    "Choosing": "choosing",
    "Proving": "proving",
    "Preparing": "preparing",
    "Previewing": "previewing",
    "Copying": "copying",
    "Printing": "printing",
    "CheckingPaper": "checking_paper",
    "Collecting": "collecting",
    "ServiceFailure": "service_failure",
    "CardAway": "card_away",
    "Leaving": "leaving",
    "Ending": "ending",
    "Assisted": "assisted",
    "Unlocking": "unlocking",
    "Maintenance": "maintenance",
}
"""The file of each state, in the order of a visit."""

if TYPE_CHECKING:
    from .assisted import Assisted as Assisted
    from .card_away import CardAway as CardAway
    from .card_failure import CardFailure as CardFailure
    from .checking_paper import CheckingPaper as CheckingPaper
    from .choosing import Choosing as Choosing
    from .collecting import Collecting as Collecting
    from .consenting import Consenting as Consenting
    from .copying import Copying as Copying
    from .ending import Ending as Ending
    from .identifying import Identifying as Identifying
    from .leaving import Leaving as Leaving
    from .maintenance import Maintenance as Maintenance
    from .out_of_service import OutOfService as OutOfService
    from .preparing import Preparing as Preparing
    from .previewing import Previewing as Previewing
    from .printing import Printing as Printing
    from .proving import Proof as Proof
    from .proving import Proving as Proving
    from .recognising import Recognising as Recognising
    from .service_failure import ServiceFailure as ServiceFailure
    from .unlocking import Unlocking as Unlocking
    from .welcome import Welcome as Welcome
else:

    def __getattr__(name: str) -> object:
        """Import the file of a state when it is first used, so that the first page comes sooner."""
        file = FILES.get("Proving" if name == "Proof" else name)
        if file is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = import_module(f".{file}", __name__)
        return globals().setdefault(name, getattr(module, name))
