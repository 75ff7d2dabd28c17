"""Presses that several pages offer, and the handlers of these presses.

A state lists the presses that its page offers in its row; all others are dropped as late touches.
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
    """A person is there: the quiet time starts again. (`facts.updated` has noted a chosen look.)"""
    return replace(state, quiet_since=go.now), ()


def leave(state: InVisit, _press: object, go: Go) -> Step:
    """End the visit because the resident does not want to go on."""
    return go.end(state, EndReason.LEFT)


def go_home(state: State, _press: object, go: Go) -> Step:
    """Go home from a state that holds nothing personal."""
    return go.home(state.station), ()


def back_to_choice(state: InVisit, _press: object, go: Go) -> Step:
    """Go back to the choice of services; a document that was shown is wiped."""
    return go.choose(state)


def another_service(state: InVisit, _press: object, go: Go) -> Step:
    """Go back to the choice of services, while the card is present."""
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
    """Do nothing: staff are called already, or stand here. (Every page offers the help button.)"""
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
"""The foot of every page, and touches anywhere."""
WITH_HELP: Mapping[type[Any], Handler] = {**BASE, ev.HelpPressed: call_help}
"""On every page but the help page and the maintainer's."""
UNSERVED: Mapping[type[Any], Handler] = {**WITH_HELP, ev.MaintenancePressed: unlock}
"""On the pages without a visit, which also take the long press that opens maintenance. While a
resident is served, maintenance waits."""
