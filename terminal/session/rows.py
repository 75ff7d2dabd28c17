"""The rows of the table, situation by situation, each pair named.

Read it as the terminal's behaviour. A row is a step, or the reason why nothing happens. Late
touches (a finger still on the page before) and late answers (to a question that a page before
asked) are named pair by pair as well, with the reason made from the pair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from devices.reader import CardFailed, CardLaid, CardLifted, ReaderChanged
from printing.outcome import PrintEnded, PrintProgress
from printing.printer import PrinterChanged

from . import events as ev
from . import states as st
from .steps import card, common, copying, journey, operator, paper, people, wrapped


@dataclass(frozen=True, slots=True)
class Handled:
    """The pair has a step."""

    step: Callable[[Any, Any, float], common.Step]


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing happens, and why."""

    reason: str


Row = Handled | Ignored
TABLE: dict[tuple[type[st.State], type[Any]], Row] = {}


def rows(state: type[st.State], given: dict[type[Any], Callable[[Any, Any, float], Any]]) -> None:
    """Pairs of this situation that have a step."""
    for event, step in given.items():
        _put(state, event, Handled(step))


def ignore(state: type[st.State], given: dict[type[Any], str]) -> None:
    """Pairs of this situation in which nothing happens, each with its reason."""
    for event, reason in given.items():
        _put(state, event, Ignored(reason))


def no_such_button(state: type[st.State], *events: type[Any]) -> None:
    """Buttons that this page does not show."""
    for event in events:
        _put(state, event, Ignored(
            f"{state.__name__} shows no control for {event.__name__}: a late touch of another page"
        ))  # fmt: skip


def late_answers(state: type[st.State], *events: type[Any]) -> None:
    """Answers to what this situation did not ask."""
    for event in events:
        _put(state, event, Ignored(
            f"{state.__name__} did not ask for {event.__name__}: the answer came too late"
        ))  # fmt: skip


def _put(state: type[st.State], event: type[Any], row: Row) -> None:
    if (state, event) in TABLE:
        raise ValueError(f"{state.__name__}, {event.__name__} stands twice")
    TABLE[state, event] = row


# -- what holds in every situation that is not wrapped around another ----------------------

PLAIN: tuple[type[st.State], ...] = (
    st.Welcome, st.OutOfService, st.Identifying, st.CardTrouble, st.Consenting, st.Recognising,
    st.Choosing, st.Proving, st.Preparing, st.Previewing, st.Copying, st.Printing,
    st.CheckingPaper, st.Collecting, st.Trouble, st.Ending, st.Unlocking, st.Maintenance,
)  # fmt: skip

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
        ev.HelpRecorded: f"{_state.__name__}: the call was made by the terminal itself, or its "
                         "page was closed; the journal has it",
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

PERSONAL = (
    ev.RetryPressed, ev.Consented, ev.ServiceChosen, ev.CodeEntered, ev.CodeAgainPressed,
    ev.StaffPressed, ev.StaffEntered, ev.EditionChosen, ev.CopyPressed, ev.PrintPressed,
    ev.PagesConfirmed, ev.MorePressed, ev.DonePressed,
)  # fmt: skip
"""The buttons that belong to one page each."""
MAINTAINING = (
    ev.PinEntered, ev.TestPagePressed, ev.ReportPressed, ev.UnblockPressed, ev.MaintenanceClosed,
)  # fmt: skip
ANSWERS = (
    ev.PersonKnown, ev.PlatformFailed, ev.CodeSent, ev.CodeChecked, ev.StaffChecked,
    ev.DocumentRefused, ev.CopyReady,
)  # fmt: skip
"""The platform's answers that hold nothing that must be wiped."""


def _but(events: Iterable[type[Any]], *without: type[Any]) -> tuple[type[Any], ...]:
    return tuple(event for event in events if event not in without)


for _state in PLAIN:
    if _state is not st.Preparing:
        # A document that nobody waits for any more is let go at once.
        rows(_state, {ev.DocumentReady: wrapped.drop_document})
    if _state is not st.Printing and _state is not st.Maintenance:
        rows(_state, {PrintEnded: paper.late_job})
        ignore(_state, {PrintProgress: f"{_state.__name__}: the job is of a visit that has ended"})

# -- nobody is served ---------------------------------------------------------------------

rows(st.Welcome, {
    ev.Tick: common.tick_home,
    CardLaid: card.laid,
    ev.CardRead: card.began,
    CardFailed: card.failed,
    CardLifted: common.stay,
    ReaderChanged: common.reassess,
    PrinterChanged: common.stay,
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
    CardLifted: common.stay,
    ReaderChanged: common.reassess,
    PrinterChanged: common.stay,
    ev.PlatformChanged: common.reassess,
    ev.StationBlocked: common.reassess,
    ev.PaperCleared: common.reassess,
})  # fmt: skip
ignore(st.OutOfService, {
    CardLaid: "OutOfService: no card is read while nobody can be served",
    CardFailed: "OutOfService: the page already says that no card is taken",
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
    CardFailed: card.failed,
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

# -- the visit --------------------------------------------------------------------------------

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
            CardFailed: f"{_state.__name__}: an unreadable second card changes nothing here",
            ev.PaperCleared: f"{_state.__name__}: the printer is cleared when a visit ends",
        })  # fmt: skip
        no_such_button(_state, *MAINTAINING)
        late_answers(_state, ev.PinChecked, ev.FaultsLoaded)

rows(st.Consenting, {
    ev.Consented: journey.consented,
    ev.LeavePressed: common.leave,
    ev.BackPressed: common.leave,
    ev.CardRead: card.read_in_visit,
    CardLifted: card.lifted_before_consent,
    ev.Tick: common.tick_waiting,
})  # fmt: skip
no_such_button(st.Consenting, *_but(PERSONAL, ev.Consented))
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
late_answers(st.Recognising, *_but(ANSWERS, ev.PersonKnown, ev.PlatformFailed))

rows(st.Choosing, {
    ev.ServiceChosen: journey.service_chosen,
    ev.LeavePressed: common.leave,
    ev.BackPressed: common.leave,
    ev.CardRead: card.read_in_visit,
    CardLifted: card.lifted_before_print,
    ev.Tick: common.tick_waiting,
})  # fmt: skip
no_such_button(st.Choosing, *_but(PERSONAL, ev.ServiceChosen))
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
    *_but(PERSONAL, ev.CodeEntered, ev.CodeAgainPressed, ev.StaffPressed, ev.StaffEntered),
)
late_answers(st.Proving, ev.PersonKnown, ev.DocumentRefused, ev.CopyReady)

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
    st.Preparing, ev.PersonKnown, ev.CodeSent, ev.CodeChecked, ev.StaffChecked, ev.CopyReady
)

rows(st.Previewing, {
    ev.PrintPressed: paper.print_pressed,
    ev.EditionChosen: journey.edition_chosen,
    ev.CopyPressed: copying.copy_pressed,
    ev.LeavePressed: common.leave,
    ev.BackPressed: journey.back_to_choice,
    ev.CardRead: card.read_in_visit,
    CardLifted: card.lifted_before_print,
    ev.Tick: common.tick_waiting,
})  # fmt: skip
no_such_button(st.Previewing, *_but(PERSONAL, ev.PrintPressed, ev.EditionChosen, ev.CopyPressed))
late_answers(st.Previewing, *ANSWERS)

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
no_such_button(st.Copying, *_but(PERSONAL, ev.RetryPressed, ev.MorePressed, ev.DonePressed))
late_answers(st.Copying, *_but(ANSWERS, ev.PlatformFailed, ev.CopyReady))

rows(st.Printing, {
    PrintProgress: paper.progressed,
    PrintEnded: paper.ended,
    ev.LeavePressed: paper.leave_printing,
    ev.CardRead: card.read_while_printing,
    CardLifted: card.lifted_after_print,
    ev.Tick: paper.tick_printing,
})  # fmt: skip
ignore(st.Printing, {
    ev.BackPressed: "Printing: paper that came out cannot be taken back; leaving has its button",
})  # fmt: skip
no_such_button(st.Printing, *PERSONAL)
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
no_such_button(st.CheckingPaper, *_but(PERSONAL, ev.PagesConfirmed))
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
no_such_button(st.Collecting, *_but(PERSONAL, ev.DonePressed, ev.MorePressed))
late_answers(st.Collecting, *ANSWERS)

rows(st.Trouble, {
    ev.RetryPressed: journey.retried,
    ev.LeavePressed: common.leave,
    ev.BackPressed: common.leave,
    ev.CardRead: card.read_in_visit,
    CardLifted: card.lifted_in_trouble,
    ev.Tick: common.tick_waiting,
})  # fmt: skip
no_such_button(st.Trouble, *_but(PERSONAL, ev.RetryPressed))
late_answers(st.Trouble, *ANSWERS)

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

# -- maintenance ------------------------------------------------------------------------------

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
no_such_button(st.Unlocking, *_but(MAINTAINING, ev.PinEntered))
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

# -- situations around another: what they do not decide themselves goes to the one that waits ----

ALL_EVENTS: tuple[type[Any], ...] = ev.Event.__args__

rows(st.CardAway, {
    ev.CardRead: card.laid_back,
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
    PrintEnded: paper.late_job,
})  # fmt: skip
ignore(st.CardAway, {
    CardLaid: "CardAway: who that is shows when the card is read",
    CardFailed: "CardAway: the page goes on asking for the card that was there",
    PrintProgress: "CardAway: the job is of a visit that has ended; this one has not printed yet",
    ev.PaperCleared: "CardAway: the printer is cleared when a visit ends",
    ev.HelpDismissed: "CardAway: the help page is closed already",
    ev.HelpRecorded: "CardAway: the call's page was closed; the journal has it",
    ev.MaintenancePressed: "CardAway: a resident is served; maintenance waits",
    ev.CopyReady: "CardAway: no page that asks for a copy waits for its card; the link comes late",
})  # fmt: skip
no_such_button(st.CardAway, *PERSONAL, *MAINTAINING)
late_answers(st.CardAway, ev.PinChecked, ev.FaultsLoaded)

rows(st.Assisted, {
    ev.HelpRecorded: people.help_recorded,
    ev.OperatorCardRead: operator.laid,
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
