"""Staff and maintainers: the help page, the PIN, and the maintenance page.

Used by the handlers as methods of `Go`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from devices.health import code_of
from devices.operator import Role

from .. import events as ev
from ..effects import CallHelp, CancelPrint, ClearPrinter, Effect, LoadFaults, RecordOpening
from ..model import EndReason, HelpCall
from ..state import InVisit, State, Step, ask, to
from ..states.assisted import Assisted
from ..states.ending import Ending
from ..states.maintenance import Maintenance
from ..states.unlocking import Unlocking
from ..states.welcome import Welcome
from .visit import VisitFlow


@dataclass(frozen=True)
class StaffFlow(VisitFlow):
    """The transitions to help and to maintenance."""

    def call_help(self, state: State) -> Step:
        """Show the help page on top of this state. Call staff unless an earlier call is open."""
        call = state.station.open_call(self.now)
        if call is not None:
            return self._help_page(state, call), ()
        fault = state.fault_shown
        call = HelpCall(state.station.calls + 1, self.now)
        station = replace(state.station, calls=call.number, help=call)
        page = self._help_page(replace(state, station=station), call)
        return page, (CallHelp(state.name, code_of(fault), call.number),)

    def _help_page(self, state: State, call: HelpCall) -> State:
        return to(
            Assisted, state, self.now, before=state, call=call.number, reached=call.reached,
            reference=call.reference, answer=call.answer,
        )  # fmt: skip

    def unlock(self, state: State) -> State:
        """Ask for the maintenance PIN."""
        return to(Unlocking, state, self.now)

    def maintain(self, state: State, event: ev.OperatorCardRead) -> Step:
        """Open maintenance with a card. End the visit first, if any, and clear its print jobs."""
        effects: tuple[Effect, ...] = ()
        if isinstance(state, InVisit):
            if state.running_job:
                effects = (CancelPrint(state.running_job),)
            state, more = self.end(state, EndReason.MAINTENANCE)
            effects += more
        clearing = isinstance(state, Ending) and state.clearing
        page = to(
            Maintenance, replace(state, look=state.station.home), self.now, key=event.key,
            clearing=clearing,
        )  # fmt: skip
        opened, more = self.open_for(page, event)
        return opened, (*effects, *more)

    def open_for(self, page: Maintenance, event: ev.OperatorCardRead) -> Step:
        """Show what the holder of the card may see, and record the card."""
        record = RecordOpening(event.card.role, event.card.serial)
        page = replace(page, role=event.card.role, reader=event.reader)
        if event.card.role is not Role.MAINTAINER:
            return page, (record,)
        page, request = ask(page)
        return replace(page, request=request), (record, LoadFaults(request))

    def maintain_by_pin(self, state: State, key: str) -> Step:
        """Open maintenance with the PIN."""
        state, request = ask(state)
        page = to(Maintenance, state, self.now, key=key, request=request)
        return page, (LoadFaults(request), RecordOpening(page.role))

    def close_maintenance(self, state: State, reader: str, *, clearing: bool, test: bool) -> Step:
        """Close maintenance. A test page, pages of the last visit and the card must be gone first.

        ``reader`` is the reader of the card that opened maintenance. ``clearing``: pages of the
        last visit may still come out. ``test``: a test page may still come out.
        """
        effects = (ClearPrinter(),) if test else ()
        page = self.home(state.station)
        # If the card is left on the reader, anyone could open maintenance. So the farewell page
        # asks the maintainer to take it, as it asks a resident. (The out-of-service page asks for
        # it itself, and does not read the card of a resident.)
        left = reader in state.station.cards_present and isinstance(page, Welcome)
        if not clearing and not test and not left:
            return page, effects
        ending = to(
            Ending, state, self.now, reason=EndReason.MAINTENANCE, reader=reader,
            clearing=clearing or test,
        )  # fmt: skip
        return ending, effects
