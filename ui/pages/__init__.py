"""One page for each state, imported when it is first shown, so that the first paint is fast."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from terminal.session.state import State
from terminal.words import Words

from ..voice.sentences import InSight, Speech

if TYPE_CHECKING:
    from .base import Page

PAGES: dict[str, tuple[str, str]] = {
    "Welcome": ("welcome", "WelcomePage"),
    "OutOfService": ("out_of_service", "OutOfServicePage"),
    "Identifying": ("working", "IdentifyingPage"),
    "CardTrouble": ("card_trouble", "CardTroublePage"),
    "Consenting": ("consenting", "ConsentingPage"),
    "Recognising": ("working", "RecognisingPage"),
    "Choosing": ("choosing", "ChoosingPage"),
    "Proving": ("proving", "ProvingPage"),
    "Preparing": ("working", "PreparingPage"),
    "Previewing": ("previewing", "PreviewingPage"),
    "Copying": ("copying", "CopyingPage"),
    "Printing": ("printing", "PrintingPage"),
    "CheckingPaper": ("checking_paper", "CheckingPaperPage"),
    "Collecting": ("collecting", "CollectingPage"),
    "Trouble": ("trouble", "TroublePage"),
    "CardAway": ("card_away", "CardAwayPage"),
    "Ending": ("ending", "EndingPage"),
    "Assisted": ("assisted", "AssistedPage"),
    "Unlocking": ("unlocking", "UnlockingPage"),
    "Maintenance": ("maintenance", "MaintenancePage"),
}
"""Module and class of the page, by the state's name. Loaded when the page is first shown."""


def page_for(state: type[State]) -> type[Page[Any]]:
    """Return the page class of this state."""
    module, name = PAGES[state.__name__]
    page: type[Page[Any]] = getattr(import_module(f".{module}", __package__), name)
    return page


def spoken(state: State, words: Words, in_sight: InSight | None = None) -> str:
    """Return what the voice says when ``state`` is shown, in the language of ``words``.

    ``in_sight`` is given if the page has more services than it shows at once: those it shows now.
    """
    return page_for(type(state)).spoken(Speech(state.look, words, in_sight), state)
