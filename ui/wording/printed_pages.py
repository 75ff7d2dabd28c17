"""What became of a paper, in the words of the page and of the voice: which pages came out.

For trouble with paper, and for a printer that waits. It says only what the device counted, or what
the person answered.
"""

from __future__ import annotations

from devices.health import Fault, Who
from terminal.session.model import Retry
from terminal.session.states import Trouble
from terminal.words import Words

_JOB = "PRN-2"
"""How the codes of faults of a print job begin."""


def nothing(state: Trouble) -> bool:
    """Whether a job ended and surely left no page."""
    return (
        state.retry is Retry.PREVIEW and state.fault.code.startswith(_JOB) and not state.pages_done
    )


def what_happened(words: Words, state: Trouble, *, elder: bool) -> str:
    """The heading of it."""
    return words.text("trouble.nothing" if nothing(state) else state.fault.code, elder=elder)


def only_staff(state: Trouble) -> bool:
    """Whether only a member of staff can have it printed again: then a fault's own way on is not
    the resident's."""
    return state.retry is Retry.STAFF


def came_out(words: Words, state: Trouble, *, elder: bool) -> str:
    """Which pages are there and which are not; empty where that is not known or does not matter."""
    done = state.pages_done
    if nothing(state):
        return words.text("trouble.pages_none", elder=elder)
    if not done:
        return ""
    if state.document is None or done >= state.document.pages:
        return words.text("trouble.pages_done", elder=elder, done=done)
    return words.text(
        "trouble.pages_partly", elder=elder, there=_pages(words, 1, done),
        missing=_pages(words, done + 1, state.document.pages),
    )  # fmt: skip


def comfort(words: Words, waiting: Fault) -> str:
    """What is done while the printer waits: by the person, where it is theirs to do, else by
    staff, whom the session calls the moment that it waits."""
    if waiting.who is Who.RESIDENT:
        return words.form(waiting.code, "explain")
    return words.text("waiting.called")


def _pages(words: Words, first: int, last: int) -> str:
    if first == last:
        return words.text("pages.one", page=first)
    return words.text("pages.range", first=first, last=last)
