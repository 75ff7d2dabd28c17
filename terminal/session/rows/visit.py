"""The visit: from the question for consent to the paper."""

from __future__ import annotations

from devices.readers.protocol import CardFailed, CardLaid, CardLifted, ReaderChanged
from printing.outcome import PrintEnded, PrintProgress
from printing.printer import PrinterChanged

from .. import events as ev
from .. import states as st
from ..steps import card, common, copying, journey, operator, paper
from .kinds import ANSWERS, MAINTAINING, PERSONAL, PLAIN, but
from .row import ignore, late_answers, no_such_button, rows

for _state in PLAIN:
    if issubclass(_state, st.InVisit):
        rows(_state, {
            ReaderChanged: common.stay,  # the card was read; the visit needs the reader no more
            PrinterChanged: common.stay,
            ev.PlatformChanged: common.stay,
            ev.StationBlocked: common.stay,
        })  # fmt: skip
        ignore(_state, {
            CardLaid: f"{_state.__name__}: who that is shows when the card is read",
            ev.PaperCleared: f"{_state.__name__}: the printer is cleared when a visit ends",
        })  # fmt: skip
        no_such_button(_state, *MAINTAINING)
        late_answers(_state, ev.PinChecked, ev.FaultsLoaded)

for _state in PLAIN:
    if _state in (st.Proving, st.Trouble):
        rows(_state, {CardFailed: operator.refused_here})
    elif issubclass(_state, st.InVisit):
        ignore(_state, {
            CardFailed: f"{_state.__name__}: an unreadable second card changes nothing here",
        })  # fmt: skip

rows(st.Consenting, {
    ev.Consented: journey.consented,
    ev.LeavePressed: common.leave,
    ev.BackPressed: common.leave,
    ev.CardRead: card.read_in_visit,
    CardLifted: card.lifted_before_consent,
    ev.Tick: common.tick_waiting,
})  # fmt: skip
no_such_button(st.Consenting, *but(PERSONAL, ev.Consented))
late_answers(st.Consenting, *ANSWERS)

rows(st.Recognising, {
    ev.PersonKnown: journey.person_known,
    ev.PlatformFailed: journey.identify_failed,
    ev.LeavePressed: common.leave,
    ev.BackPressed: common.leave,
    ev.CardRead: card.read_in_visit,
    CardLifted: card.lifted_before_print,
    ev.Tick: journey.tick_working,
})  # fmt: skip
no_such_button(st.Recognising, *PERSONAL)
late_answers(st.Recognising, *but(ANSWERS, ev.PersonKnown, ev.PlatformFailed))

rows(st.Choosing, {
    ev.ServiceChosen: journey.service_chosen,
    ev.LeavePressed: common.leave,
    ev.BackPressed: common.leave,
    ev.CardRead: card.read_in_visit,
    CardLifted: card.lifted_before_print,
    ev.Tick: common.tick_waiting,
})  # fmt: skip
no_such_button(st.Choosing, *but(PERSONAL, ev.ServiceChosen))
late_answers(st.Choosing, *ANSWERS)

rows(st.Proving, {
    ev.CodeSent: journey.code_sent,
    ev.CodeEntered: journey.code_entered,
    ev.CodeChecked: journey.code_checked,
    ev.CodeAgainPressed: journey.code_again,
    ev.StaffPressed: journey.staff_wanted,
    ev.StaffEntered: journey.staff_entered,
    ev.StaffChecked: journey.staff_checked,
    ev.PlatformFailed: journey.proof_failed,
    ev.LeavePressed: common.leave,
    ev.BackPressed: journey.back_to_choice,
    ev.CardRead: card.read_in_visit,
    CardLifted: card.lifted_before_print,
    ev.Tick: journey.tick_proving,
})  # fmt: skip
no_such_button(
    st.Proving,
    *but(PERSONAL, ev.CodeEntered, ev.CodeAgainPressed, ev.StaffPressed, ev.StaffEntered),
)
late_answers(st.Proving, ev.PersonKnown, ev.DocumentRefused, ev.PageNotShown, ev.CopyReady)

rows(st.Preparing, {
    ev.DocumentReady: journey.document_ready,
    ev.DocumentRefused: journey.document_refused,
    ev.PlatformFailed: journey.issue_failed,
    ev.LeavePressed: common.leave,
    ev.BackPressed: journey.back_to_choice,
    ev.CardRead: card.read_in_visit,
    CardLifted: card.lifted_before_print,
    ev.Tick: journey.tick_working,
})  # fmt: skip
no_such_button(st.Preparing, *PERSONAL)
late_answers(
    st.Preparing,
    *(ev.PersonKnown, ev.CodeSent, ev.CodeChecked, ev.StaffChecked, ev.PageNotShown, ev.CopyReady),
)

rows(st.Previewing, {
    ev.PrintPressed: paper.print_pressed,
    ev.EditionChosen: journey.edition_chosen,
    ev.CopyPressed: copying.copy_pressed,
    ev.PageNotShown: journey.page_not_shown,
    ev.LeavePressed: common.leave,
    ev.BackPressed: journey.back_to_choice,
    ev.CardRead: card.read_in_visit,
    CardLifted: card.lifted_before_print,
    ev.Tick: common.tick_waiting,
})  # fmt: skip
no_such_button(st.Previewing, *but(PERSONAL, ev.PrintPressed, ev.EditionChosen, ev.CopyPressed))
late_answers(st.Previewing, *but(ANSWERS, ev.PageNotShown))

rows(st.Copying, {
    ev.CopyReady: copying.copy_ready,
    ev.PlatformFailed: copying.copy_failed,
    ev.RetryPressed: copying.copy_again,
    ev.MorePressed: paper.more,
    ev.DonePressed: paper.done,
    ev.LeavePressed: common.leave,
    ev.BackPressed: copying.back,
    ev.CardRead: card.read_in_visit,
    CardLifted: copying.lifted,
    ev.Tick: copying.tick,
})  # fmt: skip
no_such_button(st.Copying, *but(PERSONAL, ev.RetryPressed, ev.MorePressed, ev.DonePressed))
late_answers(st.Copying, *but(ANSWERS, ev.PlatformFailed, ev.CopyReady))

rows(st.Printing, {
    PrintProgress: paper.progressed,
    PrintEnded: paper.ended,
    ev.CopyPressed: paper.copy_instead,
    ev.LeavePressed: paper.leave_printing,
    ev.CardRead: card.read_while_printing,
    CardLifted: card.lifted_after_print,
    ev.Tick: paper.tick_printing,
})  # fmt: skip
ignore(st.Printing, {
    ev.BackPressed: "Printing: paper that came out cannot be taken back; leaving has its button",
})  # fmt: skip
no_such_button(st.Printing, *but(PERSONAL, ev.CopyPressed))
late_answers(st.Printing, *ANSWERS)

rows(st.CheckingPaper, {
    ev.PagesConfirmed: paper.pages_confirmed,
    ev.LeavePressed: common.leave,
    ev.CardRead: card.read_in_visit,
    CardLifted: card.lifted_after_print,
    ev.Tick: common.tick_waiting,
})  # fmt: skip
ignore(st.CheckingPaper, {
    ev.BackPressed: "CheckingPaper: what may have come out is not taken back; yes, no, or leave",
})  # fmt: skip
no_such_button(st.CheckingPaper, *but(PERSONAL, ev.PagesConfirmed))
late_answers(st.CheckingPaper, *ANSWERS)

rows(st.Collecting, {
    ev.DonePressed: paper.done,
    ev.MorePressed: paper.more,
    ev.LeavePressed: paper.done,
    ev.CardRead: card.read_in_visit,
    CardLifted: card.lifted_after_print,
    ev.Tick: paper.tick_collecting,
})  # fmt: skip
ignore(st.Collecting, {
    ev.BackPressed: "Collecting: what is printed is printed; more or done",
})  # fmt: skip
no_such_button(st.Collecting, *but(PERSONAL, ev.DonePressed, ev.MorePressed))
late_answers(st.Collecting, *ANSWERS)

rows(st.Trouble, {
    ev.RetryPressed: journey.retried,
    ev.MorePressed: journey.another,
    ev.LeavePressed: common.leave,
    ev.BackPressed: common.leave,
    ev.CardRead: card.read_in_visit,
    CardLifted: card.lifted_in_trouble,
    ev.Tick: common.tick_waiting,
})  # fmt: skip
no_such_button(st.Trouble, *but(PERSONAL, ev.RetryPressed, ev.MorePressed))
late_answers(st.Trouble, *ANSWERS)
