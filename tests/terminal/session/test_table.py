"""Every (situation, fact) pair stands in the table once, and does what its row says."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any, get_args

import pytest

from devices.readers import protocol as reader_events
from printing import outcome, printer
from terminal.session import events, states
from terminal.session.deadline import deadline
from terminal.session.effects import Effect, Wipe
from terminal.session.model import Retry
from terminal.session.rows import TABLE, Handled, Ignored
from terminal.session.rows.row import put
from terminal.session.states import STATES, Assisted, CardAway, InVisit, State
from terminal.session.steps.wrapped import WORKING
from terminal.session.table import advance
from tests.terminal.session_world import document, personal, sample_events, sample_states

EVENTS: tuple[type[Any], ...] = get_args(events.Event)
PAIRS = [(state, event) for state in STATES for event in EVENTS]
NOW = 1000.0


def leaves(cls: type[State]) -> set[type[State]]:
    """The situations that are ever made: those without kinds of their own."""
    below = cls.__subclasses__()
    return {cls} if not below else set().union(*(leaves(sub) for sub in below))


def test_every_situation_that_is_defined_is_enumerated() -> None:
    assert leaves(State) == set(STATES)
    assert len(STATES) == len(set(STATES))


def test_every_fact_that_is_defined_is_enumerated() -> None:
    defined = {
        cls
        for cls in vars(events).values()
        if isinstance(cls, type) and dataclasses.is_dataclass(cls)
        and cls.__module__ == events.__name__
    }  # fmt: skip
    beside = {
        # The session's own stand for the reader's two: they carry a new id.
        *(set(get_args(reader_events.ReaderEvent)) - {
            reader_events.CardRead, reader_events.OperatorCardRead,
        }),
        outcome.PrintProgress, outcome.PrintEnded, printer.PrinterChanged,
    }  # fmt: skip
    assert set(EVENTS) == defined | beside
    assert len(EVENTS) == len(set(EVENTS))


def test_the_table_has_each_pair_and_nothing_else() -> None:
    assert set(TABLE) == set(PAIRS)
    assert all(isinstance(row, Handled | Ignored) for row in TABLE.values())


def test_a_pair_cannot_stand_twice() -> None:
    pair = PAIRS[0]
    with pytest.raises(ValueError, match=f"{pair[0].__name__}, {pair[1].__name__} stands twice"):
        put(*pair, Ignored("again"))


def test_each_ignored_pair_says_why_and_no_two_say_the_same() -> None:
    reasons = {pair: row.reason for pair, row in TABLE.items() if isinstance(row, Ignored)}
    assert reasons
    for (state, event), reason in reasons.items():
        where = f"{state.__name__}, {event.__name__}"
        assert reason.startswith(state.__name__), where
        assert len(reason) > len(state.__name__) + 15, where
    twice = [reason for reason, count in Counter(reasons.values()).items() if count > 1]
    assert twice == []


def test_a_fact_the_table_does_not_know_is_a_bug() -> None:
    with pytest.raises(KeyError):
        advance(sample_states()[0], object(), NOW)


def test_the_samples_cover_every_pair() -> None:
    assert {type(state) for state in sample_states()} == set(STATES)
    assert {type(event) for event in sample_events()} == set(EVENTS)


def without_facts(state: State) -> dict[str, Any]:
    """A situation but for what is noted in every one: the station and the look."""
    parts: dict[str, Any] = {
        field.name: getattr(state, field.name)
        for field in dataclasses.fields(state)
        if field.name not in ("station", "look")
    }
    if isinstance(state, Assisted | CardAway):
        parts["before"] = (type(state.before), without_facts(state.before))
    return parts


@pytest.mark.parametrize("late", [False, True], ids=["at_once", "an_hour_later"])
@pytest.mark.parametrize("kind", STATES, ids=lambda kind: kind.__name__)
def test_every_pair_runs(kind: type[State], late: bool) -> None:
    now = NOW + 3600.0 * late
    for of_visit in ("v1", "v0"):
        for sample in (s for s in sample_states() if type(s) is kind):
            for event in sample_events(of_visit):
                after, effects = advance(sample, event, now)
                where = f"{sample} + {event}"
                assert type(after) in STATES, where
                assert isinstance(effects, tuple), where
                assert all(isinstance(effect, Effect) for effect in effects), where
                if isinstance(TABLE[type(sample), type(event)], Ignored):
                    assert effects == (), where
                    assert type(after) is type(sample), where
                    assert without_facts(after) == without_facts(sample), where


ANSWERS = [
    event
    for event in sample_events("v0")
    if hasattr(event, "visit") and not isinstance(event, events.CardRead)
]


@pytest.mark.parametrize("event", ANSWERS, ids=repr)
def test_an_answer_to_an_earlier_visit_moves_no_situation(event: Any) -> None:
    for sample in sample_states():
        after, _ = advance(sample, event, NOW)
        if not isinstance(sample, Assisted | CardAway):
            assert after == sample, f"{sample} + {event}"
        else:
            assert without_facts(after) == without_facts(sample), f"{sample} + {event}"


def test_a_document_that_nobody_waits_for_is_let_go_from_everywhere() -> None:
    for visit, item in (("v0", "free"), ("v1", "coded")):
        for sample in sample_states():
            paper = document()
            after, effects = advance(sample, events.DocumentReady(visit, paper, item), NOW)
            assert effects == (Wipe(None, paper),), f"{sample}"
            assert all(held is not paper for held in personal(after)), f"{sample}"


def test_advance_changes_nothing_in_place() -> None:
    for sample in sample_states():
        before = repr(sample)
        for event in sample_events():
            advance(sample, event, NOW + 3600)
        assert repr(sample) == before


def test_a_look_chosen_reaches_the_page_that_waits_behind() -> None:
    for sample in sample_states():
        after, _ = advance(sample, events.LanguageChosen(events.Language.EN), NOW)
        assert after.look.language is events.Language.EN
        if isinstance(after, Assisted | CardAway):
            assert after.before.look.language is events.Language.EN


def test_a_page_that_waits_for_a_person_warns_first_and_long_enough() -> None:
    waiting = [state for state in sample_states() if deadline(state) is not None]
    assert {type(state) for state in waiting} >= {
        states.Consenting, states.Choosing, states.Proving, states.Previewing,
        states.CheckingPaper, states.Trouble, states.CardTrouble, states.Unlocking,
        states.Collecting, states.CardAway, states.Assisted,
    }  # fmt: skip
    own_s = {states.Collecting: 30, states.CardAway: 30, states.Assisted: 300}
    for state in waiting:
        if isinstance(state, Assisted) and isinstance(state.before, (*WORKING, states.Ending)):
            continue  # the clock of the work behind it comes first
        for mode, usual, warning in (("standard", 90, 20), ("elder", 180, 30)):
            quiet = own_s.get(type(state), usual)
            if states.Proof.STAFF in vars(state).values() or Retry.STAFF in vars(state).values():
                quiet = 300  # a member of staff has to come first
            seen = dataclasses.replace(
                state, look=dataclasses.replace(state.look, mode=events.Mode(mode))
            )
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
