"""From the platform's notices and stations to what is shown at a given time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from terminal.platform import wire
from terminal.platform.kinds import HelpProgress, NoticeKind
from terminal.sandbox import information
from terminal.services.around import current, help_answer, reachable
from terminal.session.model import Language

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=timezone(timedelta(hours=8)))  # a Monday
SECONDS = int(NOON.timestamp())
NOTICES = information.notices("T", SECONDS)
NEARBY = information.nearby("T", SECONDS)


def test_only_notices_that_are_valid_now_are_shown() -> None:
    def kinds(at: datetime) -> list[NoticeKind | None]:
        return [notice.kind for notice in current(NOTICES, at)]

    assert kinds(NOON) == [NoticeKind.NEW_SERVICE, NoticeKind.SERVICE_HOURS]
    assert kinds(NOON - timedelta(days=1)) == [NoticeKind.NEW_SERVICE, NoticeKind.SERVICE_HOURS]
    assert kinds(NOON - timedelta(days=1, seconds=1)) == []


def test_notice_ends_at_the_second_it_names() -> None:
    text = wire.Heading("一", "one")
    notice = wire.Notice(text, wire.Sentence("一", "one"), SECONDS - 10, SECONDS)
    notices = wire.Notices("T", 1, SECONDS + 10, (notice,))
    assert len(current(notices, NOON - timedelta(seconds=1))) == 1
    assert current(notices, NOON) == ()


def test_expired_information_is_not_shown() -> None:
    for at in (NOTICES.expires_at, NOTICES.expires_at + 1):
        late = datetime.fromtimestamp(at, UTC)
        assert current(NOTICES, late) == ()
        assert reachable(NEARBY, late) == ()
    last = datetime.fromtimestamp(NOTICES.expires_at - 1, UTC)
    assert len(reachable(NEARBY, last)) == 3


def test_open_stations_come_first_then_the_nearest() -> None:
    def order(at: datetime) -> list[tuple[str, bool]]:
        return [(each.id[-1], each.open_now) for each in reachable(NEARBY, at)]

    assert order(NOON) == [("2", True), ("3", True), ("4", True)]
    assert order(NOON.replace(hour=20)) == [("3", True), ("4", True), ("2", False)]
    assert order(NOON.replace(hour=3)) == [("3", True), ("2", False), ("4", False)]


def test_station_keeps_its_texts_hours_and_services() -> None:
    first, second, third = reachable(NEARBY, NOON)
    assert first.name[Language.EN] == "Sample Street Service Station"
    assert first.hours[0].opens == "09:00"
    assert second.hours == ()
    assert third.items == frozenset(information.EVERY_ITEM[:1])
    assert third.walk == {}


@pytest.mark.parametrize(
    ("expected_s", "waited_s", "minutes"),
    [(None, 0, None), (0, 0, 0), (1, 0, 1), (60, 0, 1), (61, 0, 2), (300, 130, 3), (30, 99, 0)],
)
def test_minutes_are_rounded_up_and_count_down(
    expected_s: int | None, waited_s: float, minutes: int | None
) -> None:
    answer = wire.HelpAnswer(HelpProgress.COMING, expected_s=expected_s)
    assert help_answer(answer, waited_s).minutes == minutes


def test_answer_without_role_and_number_has_neither() -> None:
    known = help_answer(wire.HelpAnswer(HelpProgress.WAITING))
    assert (known.role, known.staff_number, known.minutes) == ({}, "", None)
