"""The reason why nothing can be printed, on the welcome page, names the phone if that is
possible."""

from __future__ import annotations

from dataclasses import replace

from printing.faults import LEFTOVER_JOB
from terminal.words import words
from tests.terminal.session_world import BOTH, FREE, NO_PAPER, READY, station
from ui.wording.unavailable import no_print_reason

EN = words("en")


def test_the_phone_is_named_if_an_item_allows_it() -> None:
    reason = EN.text(NO_PAPER.faults[0].code)
    phone = EN.text("reason.to_phone", reason=reason)
    assert no_print_reason(station(printer=READY), EN) is None
    assert no_print_reason(station(printer=NO_PAPER), EN) == phone != reason
    assert no_print_reason(station(printer=NO_PAPER, items=(FREE,)), EN) == reason
    closed = replace(BOTH, closed=LEFTOVER_JOB)
    assert no_print_reason(station(printer=NO_PAPER, items=(FREE, closed)), EN) == reason


def test_the_phone_is_not_named_while_another_persons_pages_may_come_out() -> None:
    printer = replace(READY, faults=(LEFTOVER_JOB,))
    at = station(printer=printer, leftover=LEFTOVER_JOB)
    assert no_print_reason(at, EN) == EN.text(LEFTOVER_JOB.code)
