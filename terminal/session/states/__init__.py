"""The states: one file each, with the class, the presses of its page, and its handlers.

Each class has a page. To add a state, write its file, name it here, and add its row in `table`.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING

from ..state import InVisit, State, Waits, Wrapping

if TYPE_CHECKING:
    from .assisted import Assisted
    from .card_away import CardAway
    from .card_trouble import CardTrouble
    from .checking_paper import CheckingPaper
    from .choosing import Choosing
    from .collecting import Collecting
    from .consenting import Consenting
    from .copying import Copying
    from .ending import Ending
    from .identifying import Identifying
    from .maintenance import Maintenance
    from .out_of_service import OutOfService
    from .preparing import Preparing
    from .previewing import Previewing
    from .printing import Printing
    from .proving import Proof, Proving
    from .recognising import Recognising
    from .trouble import Trouble
    from .unlocking import Unlocking
    from .welcome import Welcome
else:

    def __getattr__(name: str) -> object:
        """Import the file of a state when it is first used, so that the first page comes sooner."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = import_module(f".{_file(name)}", __name__)
        return globals().setdefault(name, getattr(module, name))


__all__ = [
    "Assisted",
    "CardAway",
    "CardTrouble",
    "CheckingPaper",
    "Choosing",
    "Collecting",
    "Consenting",
    "Copying",
    "Ending",
    "Identifying",
    "InVisit",
    "Maintenance",
    "OutOfService",
    "Preparing",
    "Previewing",
    "Printing",
    "Proof",
    "Proving",
    "Recognising",
    "State",
    "Trouble",
    "Unlocking",
    "Waits",
    "Welcome",
    "Wrapping",
]


def _file(name: str) -> str:
    """Return the module name of a class: ``CardAway`` is in ``card_away``."""
    return "proving" if name == "Proof" else re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
