"""One page for each state, imported when it is first shown, so that the first paint is fast."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from terminal.session import states as st

if TYPE_CHECKING:
    from .base import Page

PAGES: dict[type[st.State], tuple[str, str]] = {
    st.Welcome: ("welcome", "WelcomePage"),
    st.OutOfService: ("out_of_service", "OutOfServicePage"),
    st.Identifying: ("working", "IdentifyingPage"),
    st.CardTrouble: ("card_trouble", "CardTroublePage"),
    st.Consenting: ("consenting", "ConsentingPage"),
    st.Recognising: ("working", "RecognisingPage"),
    st.Choosing: ("choosing", "ChoosingPage"),
    st.Proving: ("proving", "ProvingPage"),
    st.Preparing: ("working", "PreparingPage"),
    st.Previewing: ("previewing", "PreviewingPage"),
    st.Copying: ("copying", "CopyingPage"),
    st.Printing: ("printing", "PrintingPage"),
    st.CheckingPaper: ("checking_paper", "CheckingPaperPage"),
    st.Collecting: ("collecting", "CollectingPage"),
    st.Trouble: ("trouble", "TroublePage"),
    st.CardAway: ("card_away", "CardAwayPage"),
    st.Ending: ("ending", "EndingPage"),
    st.Assisted: ("assisted", "AssistedPage"),
    st.Unlocking: ("unlocking", "UnlockingPage"),
    st.Maintenance: ("maintenance", "MaintenancePage"),
}
"""For each state its module and class."""


def page_for(state: type[st.State]) -> type[Page[Any]]:
    """Return the page class of this state."""
    module, name = PAGES[state]
    page: type[Page[Any]] = getattr(import_module(f".{module}", __package__), name)
    return page
