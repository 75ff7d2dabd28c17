"""The rule for answers: a state accepts only the answer to the request that it waits for."""

from __future__ import annotations

from .effects import Effect, Wipe
from .events import Answer, DocumentReady
from .state import State


def awaited(state: State, answer: Answer) -> bool:
    """Return whether the state waits for the answer to this request."""
    return answer.request == state.awaits


def dropped(answer: Answer) -> tuple[Effect, ...]:
    """Return the effects that wipe the personal data in a dropped answer."""
    match answer:
        case DocumentReady(document=document):
            return (Wipe(None, document),)
        case _:
            return ()
