"""Presses that several pages offer, and their handlers.

The row of a state lists the presses that its page offers. All others are dropped as late touches.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from . import events as ev
from .model import EndReason, Presence
from .row import Handler
from .state import InVisit, State, Step

if TYPE_CHECKING:
    from .flows import Go


def touched(state: State, _press: object, go: Go) -> Step:
    """Restart the quiet time. (`facts.updated` has already stored a chosen look.)"""
    return replace(state, quiet_since=go.now), ()


def leave(state: InVisit, _press: object, go: Go) -> Step:
    """End the visit because the resident does not want to go on."""
    return go.end(state, EndReason.LEFT)


def end_visit(state: InVisit, _press: object, go: Go) -> Step:
    """End the visit; ask the resident first if something would be lost."""
    if not state.may_end:
        return state, ()
    if state.loss is None:
        return go.end(state, EndReason.LEFT)
    return go.ask_to_leave(state), ()


def go_home(state: State, _press: object, go: Go) -> Step:
    """Go to the home state. Only for states that hold no personal data."""
    return go.home(state.station), ()


def back_to_choice(state: InVisit, _press: object, go: Go) -> Step:
    """Go back to the choice of services, and wipe the document that was shown."""
    return go.choose(state)


def another_service(state: InVisit, _press: object, go: Go) -> Step:
    """Go back to the choice of services if the card has not been removed."""
    if state.visit.presence is Presence.ABSENT:
        return replace(state, quiet_since=go.now), ()
    return go.choose(state)


def finish(state: InVisit, _press: object, go: Go) -> Step:
    """End the visit because everything is done."""
    return go.end(state, EndReason.DONE)


def call_help(state: State, _press: object, go: Go) -> Step:
    """Call staff."""
    return go.call_help(state)


def help_called_already(state: State, _press: object, _go: Go) -> Step:
    """Do nothing: staff are called already, or present. (Every page offers the help button.)"""
    return state, ()


def unlock(state: State, _press: object, go: Go) -> Step:
    """Ask for the maintenance PIN."""
    return go.unlock(state), ()


BASE: Mapping[type[Any], Handler] = {
    ev.Touched: touched,
    ev.ModeChosen: touched,
    ev.LanguageChosen: touched,
    ev.VoiceChosen: touched,
    ev.HelpPressed: help_called_already,
}
"""Touches anywhere, and the buttons at the foot of every page."""
WITH_HELP: Mapping[type[Any], Handler] = {**BASE, ev.HelpPressed: call_help}
"""For every page except the help page and the maintenance page."""
VISIT: Mapping[type[Any], Handler] = {**WITH_HELP, ev.EndPressed: end_visit}
"""For every page of a visit: it has one exit."""
UNSERVED: Mapping[type[Any], Handler] = {**WITH_HELP, ev.MaintenancePressed: unlock}
"""For pages without a visit. They also accept the long press that asks for the maintenance PIN,
which has no effect while a resident is served."""
