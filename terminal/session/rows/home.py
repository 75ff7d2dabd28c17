"""Nobody is served, or a card is on its way to be; and the farewell."""

from __future__ import annotations

from devices.readers.protocol import CardFailed, CardLaid, CardLifted, ReaderChanged
from printing.printer import PrinterChanged

from .. import events as ev
from .. import states as st
from ..steps import card, common, paper
from .kinds import ANSWERS, MAINTAINING, PERSONAL
from .row import ignore, late_answers, no_such_button, rows

rows(st.Welcome, {
    ev.Tick: common.tick_home,
    CardLaid: card.laid,
    ev.CardRead: card.began,
    CardFailed: card.failed,
    CardLifted: common.stay,
    ReaderChanged: common.reassess,
    PrinterChanged: paper.printer_changed,
    ev.PlatformChanged: common.reassess,
    ev.StationBlocked: common.reassess,
    ev.PaperCleared: common.reassess,
})  # fmt: skip
ignore(st.Welcome, {
    ev.LeavePressed: "Welcome: nobody is there to leave; a late touch of the page before",
    ev.BackPressed: "Welcome: there is nothing before it",
})  # fmt: skip
no_such_button(st.Welcome, *PERSONAL, *MAINTAINING)
late_answers(st.Welcome, *ANSWERS, ev.PinChecked, ev.FaultsLoaded)

rows(st.OutOfService, {
    ev.Tick: common.tick_home,
    ev.CardRead: card.refused,
    CardFailed: card.failed_unserved,
    CardLifted: common.stay,
    ReaderChanged: common.reassess,
    PrinterChanged: paper.printer_changed,
    ev.PlatformChanged: common.reassess,
    ev.StationBlocked: common.reassess,
    ev.PaperCleared: common.reassess,
})  # fmt: skip
ignore(st.OutOfService, {
    CardLaid: "OutOfService: no card is read while nobody can be served",
    ev.LeavePressed: "OutOfService: nobody is there to leave",
    ev.BackPressed: "OutOfService: there is nothing before it",
})  # fmt: skip
no_such_button(st.OutOfService, *PERSONAL, *MAINTAINING)
late_answers(st.OutOfService, *ANSWERS, ev.PinChecked, ev.FaultsLoaded)

# -- a card, before the visit ---------------------------------------------------------------

rows(st.Identifying, {
    ev.CardRead: card.began,
    CardFailed: card.failed,
    CardLifted: card.pulled,
    ev.Tick: card.tick_identifying,
    ReaderChanged: card.reader_changed_identifying,
    PrinterChanged: common.stay,
    ev.PlatformChanged: common.stay,
    ev.StationBlocked: common.stay,
    ev.LeavePressed: common.go_home,
})  # fmt: skip
ignore(st.Identifying, {
    CardLaid: "Identifying: the first card laid on is the one that is read",
    ev.BackPressed: "Identifying: leaving is the only way back, and has a button of its own",
    ev.PaperCleared: "Identifying: the answer belongs to the visit before; a refusal blocked it",
})  # fmt: skip
no_such_button(st.Identifying, *PERSONAL, *MAINTAINING)
late_answers(st.Identifying, *ANSWERS, ev.PinChecked, ev.FaultsLoaded)

rows(st.CardTrouble, {
    CardLaid: card.laid,
    ev.CardRead: card.began,
    CardFailed: card.failed_in_trouble,
    CardLifted: card.trouble_lifted,
    ev.Tick: card.tick_card_trouble,
    ReaderChanged: common.stay,
    PrinterChanged: common.stay,
    ev.PlatformChanged: common.stay,
    ev.StationBlocked: common.stay,
    ev.LeavePressed: common.go_home,
    ev.BackPressed: common.go_home,
})  # fmt: skip
ignore(st.CardTrouble, {
    ev.PaperCleared: "CardTrouble: the answer belongs to the visit before; a refusal blocked it",
})  # fmt: skip
no_such_button(st.CardTrouble, *PERSONAL, *MAINTAINING)
late_answers(st.CardTrouble, *ANSWERS, ev.PinChecked, ev.FaultsLoaded)

# -- the farewell ---------------------------------------------------------------------------

rows(st.Ending, {
    ev.PaperCleared: paper.cleared,
    ev.Tick: paper.tick_ending,
    CardLaid: card.laid_in_farewell,
    ev.CardRead: card.began_in_farewell,
    CardLifted: common.stay,
    ReaderChanged: common.stay,
    PrinterChanged: common.stay,
    ev.PlatformChanged: common.stay,
    ev.StationBlocked: common.stay,
})  # fmt: skip
ignore(st.Ending, {
    CardFailed: "Ending: the card that fails now is the one that is being taken away",
    ev.LeavePressed: "Ending: the visit is over already",
    ev.BackPressed: "Ending: everything of the visit is wiped; there is nothing to go back to",
})  # fmt: skip
no_such_button(st.Ending, *PERSONAL, *MAINTAINING)
late_answers(st.Ending, *ANSWERS, ev.PinChecked, ev.FaultsLoaded)
