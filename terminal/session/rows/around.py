"""Situations around another: what they do not decide themselves is for the one that waits."""

from __future__ import annotations

from typing import Any

from devices.readers.protocol import CardFailed, CardLaid, CardLifted, ReaderChanged
from printing.outcome import PrintEnded, PrintProgress
from printing.printer import PrinterChanged

from .. import events as ev
from .. import states as st
from ..steps import card, common, operator, paper, people, wrapped
from .kinds import MAINTAINING, PERSONAL
from .row import TABLE, ignore, late_answers, no_such_button, rows

ALL_EVENTS: tuple[type[Any], ...] = ev.Event.__args__

rows(st.CardAway, {
    ev.CardRead: card.laid_back,
    CardFailed: operator.refused_away,
    ev.OperatorCardRead: operator.laid,
    ev.Tick: card.tick_card_away,
    ev.LeavePressed: common.leave,
    ev.BackPressed: common.leave,
    ev.HelpPressed: people.call_help,
    ev.Touched: common.touched,  # somebody is there, and looks for the card
    ev.ModeChosen: common.touched,
    ev.LanguageChosen: common.touched,
    ev.VoiceChosen: common.touched,
    ev.CatalogueArrived: common.stay,
    CardLifted: common.stay,
    ReaderChanged: common.stay,
    PrinterChanged: common.stay,
    ev.PlatformChanged: common.stay,
    ev.StationBlocked: common.stay,
    ev.PersonKnown: wrapped.answer_while_away,
    ev.PlatformFailed: wrapped.answer_while_away,
    ev.CodeSent: wrapped.answer_while_away,
    ev.CodeChecked: wrapped.answer_while_away,
    ev.StaffChecked: wrapped.answer_while_away,
    ev.DocumentReady: wrapped.answer_while_away,
    ev.DocumentRefused: wrapped.answer_while_away,
    ev.PageNotShown: wrapped.answer_while_away,
    PrintEnded: paper.late_job,
})  # fmt: skip
ignore(st.CardAway, {
    CardLaid: "CardAway: who that is shows when the card is read",
    PrintProgress: "CardAway: the job is of a visit that has ended; this one has not printed yet",
    ev.PaperCleared: "CardAway: the printer is cleared when a visit ends",
    ev.HelpDismissed: "CardAway: the help page is closed already",
    ev.HelpRecorded: "CardAway: the station has noted it; no help page is shown",
    ev.MaintenancePressed: "CardAway: a resident is served; maintenance waits",
    ev.CopyReady: "CardAway: no page that asks for a copy waits for its card; the link comes late",
})  # fmt: skip
no_such_button(st.CardAway, *PERSONAL, *MAINTAINING)
late_answers(st.CardAway, ev.PinChecked, ev.FaultsLoaded)

rows(st.Assisted, {
    ev.HelpRecorded: people.help_recorded,
    ev.OperatorCardRead: operator.laid,
    CardFailed: wrapped.card_failed_beside_help,
    ev.HelpDismissed: people.help_dismissed,
    ev.BackPressed: people.help_dismissed,
    ev.Tick: wrapped.tick_assisted,
    ev.Touched: common.touched,
    ev.ModeChosen: common.touched,
    ev.LanguageChosen: common.touched,
    ev.VoiceChosen: common.touched,
})  # fmt: skip
ignore(st.Assisted, {
    ev.HelpPressed: "Assisted: staff are called already; a second call would only hide the first",
    ev.MaintenancePressed: "Assisted: close the help page first",
})  # fmt: skip
no_such_button(st.Assisted, *PERSONAL, *MAINTAINING)
rows(st.Assisted, {
    event: wrapped.beside_help
    for event in ALL_EVENTS
    if (st.Assisted, event) not in TABLE
})  # fmt: skip
