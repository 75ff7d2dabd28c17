"""The maintainer's pages."""

from __future__ import annotations

from devices.readers.protocol import CardFailed, CardLaid, CardLifted, ReaderChanged
from printing.outcome import PrintEnded, PrintProgress
from printing.printer import PrinterChanged

from .. import events as ev
from .. import states as st
from ..steps import card, common, people
from .kinds import ANSWERS, MAINTAINING, PERSONAL, but
from .row import ignore, late_answers, no_such_button, rows

for _state in (st.Unlocking, st.Maintenance):
    rows(_state, {
        ev.CardRead: card.refused,
        CardLifted: common.stay,
        ReaderChanged: common.stay,
        PrinterChanged: common.stay,
        ev.PlatformChanged: common.stay,
        ev.StationBlocked: common.stay,
    })  # fmt: skip
    ignore(_state, {
        CardLaid: f"{_state.__name__}: residents' cards are not taken at the maintainer's page",
        CardFailed: f"{_state.__name__}: the reader's state is what counts here, and it is shown",
        ev.HelpPressed: f"{_state.__name__}: the one standing here is the help",
        ev.HelpDismissed: f"{_state.__name__}: no help page is open",
        ev.HelpRecorded: f"{_state.__name__}: a call of the visit before; the journal has it",
        ev.MaintenancePressed: f"{_state.__name__}: maintenance is open already",
    })  # fmt: skip
    no_such_button(_state, *PERSONAL)
    late_answers(_state, *ANSWERS)

rows(st.Unlocking, {
    ev.PinEntered: people.pin_entered,
    ev.PinChecked: people.pin_checked,
    ev.PaperCleared: common.stay,
    ev.LeavePressed: common.go_home,
    ev.BackPressed: common.go_home,
    ev.Tick: people.tick_unlocking,
})  # fmt: skip
no_such_button(st.Unlocking, *but(MAINTAINING, ev.PinEntered))
late_answers(st.Unlocking, ev.FaultsLoaded)

rows(st.Maintenance, {
    ev.TestPagePressed: people.trial_page,
    ev.ReportPressed: people.report,
    ev.PaperCleared: people.cleared,
    PrintProgress: people.trial_progressed,
    PrintEnded: people.trial_progressed,
    ev.UnblockPressed: people.unblock,
    ev.FaultsLoaded: people.faults_loaded,
    ev.MaintenanceClosed: people.close_maintenance,
    ev.LeavePressed: people.close_maintenance,
    ev.BackPressed: people.close_maintenance,
    ev.Tick: people.tick_maintenance,
})  # fmt: skip
no_such_button(st.Maintenance, ev.PinEntered)
late_answers(st.Maintenance, ev.PinChecked)
