"""What holds in every situation that is not wrapped around another."""

from __future__ import annotations

from printing.outcome import PrintEnded, PrintProgress

from .. import events as ev
from .. import states as st
from ..steps import common, operator, paper, people, wrapped
from .kinds import PLAIN
from .row import ignore, rows

for _state in PLAIN:
    rows(_state, {
        ev.Touched: common.touched,
        ev.ModeChosen: common.touched,
        ev.LanguageChosen: common.touched,
        ev.VoiceChosen: common.touched,
        ev.CatalogueArrived: common.stay,
        ev.OperatorCardRead: operator.laid,
    })  # fmt: skip

HELPED: tuple[type[st.State], ...] = tuple(
    state for state in PLAIN if state not in (st.Unlocking, st.Maintenance)
)
for _state in HELPED:
    rows(_state, {ev.HelpPressed: people.call_help})
    ignore(_state, {
        ev.HelpDismissed: f"{_state.__name__}: the help page is closed already",
        ev.HelpRecorded: f"{_state.__name__}: the station has noted it; no help page is shown",
    })  # fmt: skip

WITHOUT_VISIT = (st.Welcome, st.OutOfService, st.CardTrouble)
for _state in WITHOUT_VISIT:
    rows(_state, {ev.MaintenancePressed: people.unlock})
for _state in PLAIN:
    if issubclass(_state, st.InVisit) or _state in (st.Identifying, st.Ending):
        ignore(_state, {
            ev.MaintenancePressed: f"{_state.__name__}: a resident is served; maintenance waits "
                                   "until the visit has ended",
        })  # fmt: skip


for _state in PLAIN:
    if _state is not st.Preparing:
        # A document that nobody waits for any more is let go at once.
        rows(_state, {ev.DocumentReady: wrapped.drop_document})
    if _state is not st.Printing and _state is not st.Maintenance:
        rows(_state, {PrintEnded: paper.late_job})
        ignore(_state, {PrintProgress: f"{_state.__name__}: the job is of a visit that has ended"})
