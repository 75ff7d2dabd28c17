"""Describes the result of a print job, for the page and for the voice: which pages came out.

Used when printing failed and while the printer waits. It says only what the device counted, or what
the person answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.health import Fault, Who
from terminal.session.model import Retry
from terminal.words import Words

if TYPE_CHECKING:
    from terminal.session.states import ServiceFailure

_JOB = "PRN-2"
"""Prefix of the fault codes of a print job."""


def printed_nothing(state: ServiceFailure) -> bool:
    """Return whether the job has ended and certainly printed no page."""
    return (
        state.retry is Retry.PREVIEW and state.fault.code.startswith(_JOB) and not state.pages_done
    )


def what_happened(words: Words, state: ServiceFailure, *, forms: tuple[str, ...]) -> str:
    """Return the heading that says what happened."""
    return words.text(
        "failure.nothing" if printed_nothing(state) else state.fault.code, forms=forms
    )


def pages_printed(words: Words, state: ServiceFailure, *, forms: tuple[str, ...]) -> str:
    """Return which pages came out and which did not; empty if that is unknown or does not
    matter."""
    done = state.pages_done
    if printed_nothing(state):
        return words.text("failure.pages_none", forms=forms)
    if not done:
        return ""
    if state.document is None or done >= state.document.pages:
        return words.text("failure.pages_done", forms=forms, done=done)
    return words.text(
        "failure.pages_partly", forms=forms, there=_pages(words, 1, done),
        missing=_pages(words, done + 1, state.document.pages),
    )  # fmt: skip


def action_while_waiting(words: Words, waiting: Fault) -> str:
    """Return what is being done while the printer waits: staff have been called. If the resident
    can fix the fault, tell them how first."""
    called = words.text("waiting.called")
    if waiting.who is not Who.RESIDENT:
        return called
    explained = words.form(waiting.code, "explain")
    return words.text("list.whole_sentences", first=explained, second=called)


def _pages(words: Words, first: int, last: int) -> str:
    if first == last:
        return words.text("pages.one", page=first)
    return words.text("pages.range", first=first, last=last)
