"""Limits that depend on time: codes, locks, identifications, opening hours, quotas."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from devices.identity import Assurance, CardKind
from terminal.platform import wire
from terminal.platform.wire import ErrorCode
from terminal.sandbox import items
from terminal.sandbox.refusal import Refusal
from terminal.sandbox.service import Service
from terminal.sandbox.state import State
from terminal.sandbox.switches import Switches

TERMINAL = "T-0001"
MONDAY_NOON = 1_767_585_600.0
"""2026-01-05 12:00 in China."""


class Clock:
    """A clock that only the test moves."""

    def __init__(self) -> None:
        self.now = MONDAY_NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def state(tmp_path: Path, clock: Clock) -> State:
    return State(tmp_path / "state", "https://127.0.0.1:1", clock=clock)


@pytest.fixture
def service(state: State) -> Service:
    return state.service


def person(service: Service) -> str:
    answer = service.identify(
        wire.Identify(CardKind.RESIDENT_ID, Assurance.CARD_SECURE, "100101195803120216"), TERMINAL
    )
    assert isinstance(answer, wire.Identified)
    return answer.person


def code_of(answer: object) -> ErrorCode:
    assert isinstance(answer, Refusal), answer
    return answer.code


def issue(service: Service, key: str, token: str | None = None) -> wire.Issued | Refusal:
    return service.issue(wire.Issue(key, token or person(service), items.INSURANCE), TERMINAL)


def test_code_is_valid_for_five_minutes(service: Service, clock: Clock) -> None:
    token = person(service)
    service.send_code(wire.SendCode(token), TERMINAL)
    right = wire.CheckCode(token, service.sent[-1].code)
    clock.now += 300
    answer = service.check_code(right, TERMINAL)
    assert isinstance(answer, Refusal)
    assert (answer.code, answer.tries_left) == (ErrorCode.CODE_EXPIRED, 3)
    service.send_code(wire.SendCode(token), TERMINAL)
    clock.now += 299
    fresh = wire.CheckCode(token, service.sent[-1].code)
    assert isinstance(service.check_code(fresh, TERMINAL), wire.Proved)


def test_new_code_after_a_minute_gives_no_new_tries(service: Service, clock: Clock) -> None:
    token = person(service)
    service.send_code(wire.SendCode(token), TERMINAL)
    first = service.sent[-1].code
    wrong = f"{(int(first) + 1) % 1_000_000:06d}"
    service.check_code(wire.CheckCode(token, wrong), TERMINAL)
    clock.now += 60
    sent = service.send_code(wire.SendCode(token), TERMINAL)
    assert isinstance(sent, wire.CodeSent)
    assert (sent.tries_left, len(service.sent)) == (2, 2)


def test_code_lock_ends_after_ten_minutes(service: Service, clock: Clock) -> None:
    token = person(service)
    service.send_code(wire.SendCode(token), TERMINAL)
    wrong = f"{(int(service.sent[-1].code) + 1) % 1_000_000:06d}"
    for _ in range(3):
        last = service.check_code(wire.CheckCode(token, wrong), TERMINAL)
    assert code_of(last) is ErrorCode.CODE_LOCKED
    clock.now += 599
    assert code_of(service.send_code(wire.SendCode(token), TERMINAL)) is ErrorCode.CODE_LOCKED
    clock.now += 1
    sent = service.send_code(wire.SendCode(token), TERMINAL)
    assert isinstance(sent, wire.CodeSent)
    assert sent.tries_left == 3


def test_identification_expires(service: Service, clock: Clock) -> None:
    token = person(service)
    clock.now += 899
    assert isinstance(service.send_code(wire.SendCode(token), TERMINAL), wire.CodeSent)
    clock.now += 1
    answer = service.send_code(wire.SendCode(token), TERMINAL)
    assert code_of(answer) is ErrorCode.PERSON_LAPSED


def test_staff_lock_ends_after_15_minutes(service: Service, clock: Clock) -> None:
    token = person(service)

    def check(pin: str) -> wire.Proved | Refusal:
        return service.check_staff(wire.CheckStaff(token, items.DEPOSIT, "1001", pin), TERMINAL)

    for pin in ("0000", "", "２４６８", "2468 ", "0000"):
        assert code_of(check(pin)) is ErrorCode.STAFF_REFUSED
    clock.now += 600
    assert code_of(check("2468")) is ErrorCode.STAFF_LOCKED
    clock.now += 300
    token = person(service)
    assert isinstance(check("2468"), wire.Proved)


def test_quota_is_per_day_in_china(service: Service, state: State, clock: Clock) -> None:
    state.board.turn(Switches(quota=1))
    assert isinstance(issue(service, "a"), wire.Issued)
    clock.now = MONDAY_NOON + 12 * 3600 - 1
    assert code_of(issue(service, "b")) is ErrorCode.QUOTA_SPENT
    clock.now += 1
    assert isinstance(issue(service, "c"), wire.Issued)


@pytest.fixture
def office_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Serve the insurance certificate only from Monday to Friday, 8:30 to 17:30."""
    hours = (wire.Hours((1, 2, 3, 4, 5), "08:30", "17:30"),)
    changed = tuple(msgspec.structs.replace(item, hours=hours) for item in items.ITEMS)
    monkeypatch.setattr(items, "ITEMS", changed)


@pytest.mark.usefixtures("office_hours")
def test_item_is_served_only_in_its_hours(service: Service, clock: Clock) -> None:
    assert isinstance(issue(service, "noon"), wire.Issued)
    clock.now = MONDAY_NOON + 5.5 * 3600
    assert code_of(issue(service, "evening")) is ErrorCode.ITEM_CLOSED
    assert isinstance(issue(service, "noon"), wire.Issued)  # fetched again, not newly issued
    clock.now = MONDAY_NOON + 5 * 86_400
    assert code_of(issue(service, "saturday")) is ErrorCode.ITEM_CLOSED


def test_card_cannot_claim_a_level_of_the_platform(service: Service) -> None:
    for level in (Assurance.SECOND_FACTOR, Assurance.STAFF):
        asked = wire.Identify(CardKind.RESIDENT_ID, level, "100101195803120216")
        assert code_of(service.identify(asked, TERMINAL)) is ErrorCode.BAD_REQUEST
    nothing = wire.Identify(CardKind.RESIDENT_ID, Assurance.CARD_SECURE, name="王建明")
    assert code_of(service.identify(nothing, TERMINAL)) is ErrorCode.BAD_REQUEST


def test_state_directory_contains_no_personal_data(service: Service, state: State) -> None:
    assert isinstance(issue(service, "a"), wire.Issued)
    files = [path for path in state.directory.rglob("*") if path.is_file()]
    assert files
    for path in files:
        content = path.read_bytes()
        assert "王建明".encode() not in content
        assert b"100101195803120216" not in content
        assert not content.startswith(b"%PDF")
