"""Each state handles every fact, and only the presses and answers that it lists."""

from __future__ import annotations

import dataclasses
from typing import Any, get_args

import pytest

from devices.readers import protocol as reader_events
from devices.signals import protocol as signal_events
from printing import outcome, printer
from terminal.session import events, states
from terminal.session.deadline import deadline
from terminal.session.effects import Effect, Wipe
from terminal.session.facts import OperatorCards
from terminal.session.model import Language, Mode, Retry
from terminal.session.row import Ignored, WrappingRow
from terminal.session.states import (
    Assisted,
    InVisit,
    State,
    Wrapping,
)
from terminal.session.states.assisted import WORKING
from terminal.session.table import STATES, TABLE, advance
from tests.terminal.session_world import (
    REQUEST,
    STALE,
    document,
    personal,
    sample_events,
    sample_states,
)

EVENTS: tuple[type[Any], ...] = get_args(events.Event)
FACTS: tuple[type[Any], ...] = get_args(events.Fact)
OperatorCardRead = events.OperatorCardRead
NOW = 1000.0


def leaves(cls: type[State]) -> set[type[State]]:
    """Return the concrete states: those without subclasses."""
    below = cls.__subclasses__()
    return {cls} if not below else set().union(*(leaves(sub) for sub in below))


def test_every_situation_that_is_defined_is_enumerated() -> None:
    assert leaves(State) == set(STATES)
    assert len(STATES) == len(set(STATES))


def test_every_state_has_the_name_under_which_its_file_is_listed() -> None:
    assert [kind.__name__ for kind in STATES] == list(states.FILES)


def test_renamed_states_keep_the_names_that_are_recorded() -> None:
    """Journals of earlier versions and readers of the JSON know these names."""
    renamed = {state.name for state in sample_states() if state.name != type(state).__name__}
    assert renamed == {"Trouble", "CardTrouble"}
    for state in sample_states():
        match state:
            case states.ServiceFailure():
                assert state.name == "Trouble"
            case states.CardFailure():
                assert state.name == "CardTrouble"
            case _:
                assert state.name == type(state).__name__


def test_every_fact_that_is_defined_is_enumerated() -> None:
    defined = {
        cls
        for cls in vars(events).values()
        if isinstance(cls, type) and dataclasses.is_dataclass(cls)
        and cls.__module__ == events.__name__
    }  # fmt: skip
    beside = {
        # The session has its own versions of these two reader events, with a new id.
        *(set(get_args(reader_events.ReaderEvent)) - {
            reader_events.CardRead, reader_events.OperatorCardRead,
        }),
        *get_args(signal_events.SignalEvent),
        outcome.PrintProgress, outcome.PrintEnded, printer.PrinterChanged,
    }  # fmt: skip
    assert set(EVENTS) == defined | beside
    assert len(EVENTS) == len(set(EVENTS))


def test_each_event_belongs_to_one_family() -> None:
    families = [*get_args(events.Press), *get_args(events.Fact), *get_args(events.Answer)]
    assert len(families) == len(set(families))
    assert set(families) == set(EVENTS)


@pytest.mark.parametrize("kind", STATES, ids=lambda kind: kind.__name__)
def test_every_state_handles_every_fact_or_gives_a_reason(kind: type[State]) -> None:
    row = TABLE[kind]
    passed_on = set(row.inside) if isinstance(row, WrappingRow) else set()
    assert set(row.facts) | passed_on >= set(FACTS)
    for handler in row.facts.values():
        assert not isinstance(handler, Ignored) or len(handler.reason) > 15


@pytest.mark.parametrize("kind", STATES, ids=lambda kind: kind.__name__)
def test_a_row_has_each_event_under_its_family(kind: type[State]) -> None:
    row = TABLE[kind]
    assert row.state is kind
    assert set(row.presses) <= set(get_args(events.Press))
    assert set(row.facts) <= set(FACTS)
    assert set(row.answers) <= set(get_args(events.Answer))
    assert issubclass(kind, Wrapping) == isinstance(row, WrappingRow)


def test_every_state_handles_a_staff_card_or_gives_a_reason() -> None:
    for kind, row in TABLE.items():
        if isinstance(row, WrappingRow) and OperatorCardRead in row.inside:
            continue
        cards = row.facts[OperatorCardRead]
        assert isinstance(cards, OperatorCards), kind
        assert not isinstance(cards.staff, Ignored) or len(cards.staff.reason) > 15


def test_a_fact_the_table_does_not_know_is_a_bug() -> None:
    with pytest.raises(KeyError):
        advance(sample_states()[0], object(), NOW)


def test_the_samples_cover_every_pair() -> None:
    assert {type(state) for state in sample_states()} == set(STATES)
    assert {type(event) for event in sample_events()} == set(EVENTS)


def without_facts(state: State) -> dict[str, Any]:
    """Return the fields of a state except station and look, which every fact can update."""
    parts: dict[str, Any] = {
        field.name: getattr(state, field.name)
        for field in dataclasses.fields(state)
        if field.name not in ("station", "look")
    }
    if isinstance(state, Wrapping):
        parts["before"] = (type(state.before), without_facts(state.before))
    return parts


def handled(kind: type[State], event: type[Any]) -> bool:
    row = TABLE[kind]
    if isinstance(row, WrappingRow) and event in row.inside:
        return True
    handlers = {**row.presses, **row.facts, **row.answers}
    return event in handlers and not isinstance(handlers[event], Ignored)


@pytest.mark.parametrize("late", [False, True], ids=["at_once", "an_hour_later"])
@pytest.mark.parametrize("kind", STATES, ids=lambda kind: kind.__name__)
def test_every_pair_runs(kind: type[State], late: bool) -> None:
    now = NOW + 3600.0 * late
    for request in (REQUEST, STALE):
        for sample in (s for s in sample_states() if type(s) is kind):
            for event in sample_events(request):
                after, effects = advance(sample, event, now)
                where = f"{sample} + {event}"
                assert type(after) in STATES, where
                assert isinstance(effects, tuple), where
                assert all(isinstance(effect, Effect) for effect in effects), where
                if not handled(kind, type(event)):
                    wiped = event.document if isinstance(event, events.DocumentReady) else None
                    assert effects == ((Wipe(None, wiped),) if wiped else ()), where
                    assert type(after) is type(sample), where
                    assert without_facts(after) == without_facts(sample), where


ANSWERS = [event for event in sample_events(STALE) if isinstance(event, events.Answer)]


@pytest.mark.parametrize("event", ANSWERS, ids=repr)
def test_an_answer_to_an_earlier_request_moves_no_state(event: Any) -> None:
    for sample in sample_states():
        after, effects = advance(sample, event, NOW)
        assert after is sample, f"{sample} + {event}"
        assert effects in ((), (Wipe(None, getattr(event, "document", None)),))


def test_a_document_that_no_state_waits_for_is_wiped() -> None:
    for request in (STALE, REQUEST):
        for sample in sample_states():
            paper = document()
            after, effects = advance(sample, events.DocumentReady(request, paper), NOW)
            inner = sample
            while isinstance(inner, Wrapping):
                inner = inner.before
            if isinstance(inner, states.Preparing) and request == REQUEST:
                assert [held for held in personal(after) if held is paper]
                continue
            assert effects == (Wipe(None, paper),), f"{sample}"
            assert all(held is not paper for held in personal(after)), f"{sample}"


def test_a_wrapping_state_waits_for_what_its_inner_state_waits_for() -> None:
    wrapping = [sample for sample in sample_states() if isinstance(sample, Wrapping)]
    assert {sample.awaits for sample in wrapping} == {None, REQUEST}
    assert all(sample.awaits == sample.before.awaits for sample in wrapping)


def test_advance_changes_nothing_in_place() -> None:
    for sample in sample_states():
        before = repr(sample)
        for event in sample_events():
            advance(sample, event, NOW + 3600)
        assert repr(sample) == before


def test_chosen_look_reaches_the_wrapped_state() -> None:
    for sample in sample_states():
        after, _ = advance(sample, events.LanguageChosen(Language.EN), NOW)
        assert after.look.language is Language.EN
        if isinstance(after, Wrapping):
            assert after.before.look.language is Language.EN


def test_a_page_warns_exactly_if_its_state_waits_for_a_person() -> None:
    seen = {sample.waits_for for sample in sample_states()}
    assert seen == set(states.Waits)
    for sample in sample_states():
        # Maintenance closes without a warning: no work of a resident is lost.
        warns = sample.waits_for.person and not isinstance(sample, states.Maintenance)
        assert (deadline(sample) is not None) == warns, f"{sample}"


def test_a_state_that_waits_for_a_machine_ends_by_itself() -> None:
    for sample in sample_states():
        if sample.waits_for is not states.Waits.MACHINE:
            continue
        later, _ = advance(sample, events.Tick(), NOW + 3600)
        assert later != sample, f"{sample}"


def test_a_page_that_waits_for_a_person_warns_first_and_long_enough() -> None:
    waiting = [state for state in sample_states() if deadline(state) is not None]
    assert {type(state) for state in waiting} >= {
        states.Consenting, states.Choosing, states.Proving, states.Previewing,
        states.CheckingPaper, states.ServiceFailure, states.CardFailure, states.Unlocking,
        states.Collecting, states.CardAway, states.Assisted,
    }  # fmt: skip
    modes = (("standard", 90, 20), ("elder", 180, 30), ("extra-large", 180, 30))
    own_s = {states.Collecting: 30, states.CardAway: 30, states.Assisted: 300}
    for state in waiting:
        if isinstance(state, states.Copying) and state.link is not None:
            continue  # it warns when the link has expired (test_editions)
        if isinstance(state, Assisted) and isinstance(state.before, (*WORKING, states.Ending)):
            continue  # the time limit of the wrapped state applies first
        for mode, usual, warning in modes:
            quiet = own_s.get(type(state), usual)
            if isinstance(state, states.Collecting) and mode != "standard":
                quiet = 90
            if states.Proof.STAFF in vars(state).values() or Retry.STAFF in vars(state).values():
                quiet = 300  # staff need time to arrive
            seen = dataclasses.replace(state, look=dataclasses.replace(state.look, mode=Mode(mode)))
            limit = deadline(seen)
            assert limit is not None
            assert limit.warn_at - seen.quiet_since == quiet
            assert limit.end_at - limit.warn_at == warning
            still, _ = advance(seen, events.Tick(), limit.end_at - 0.1)
            assert type(still) is type(seen)
            gone, _ = advance(seen, events.Tick(), limit.end_at)
            assert not isinstance(gone, InVisit)
            assert type(gone) is not type(seen)
            kept, _ = advance(seen, events.Touched(), limit.end_at - 0.1)
            assert deadline(kept) == (
                limit.end_at - 0.1 + quiet,
                limit.end_at - 0.1 + quiet + warning,
                False,
            )
