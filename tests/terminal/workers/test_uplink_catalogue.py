"""The connection and the catalogue: renewed, cached, never replaced by a bad one."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devices.health import Fault
from terminal.platform import faults
from terminal.platform.wire import Catalogue, CatalogueEnvelope, Hours, canonical
from terminal.sandbox.items import DEPOSIT, ITEMS, VERSION
from terminal.sandbox.process import SandboxProcess
from terminal.session import events as ev
from terminal.workers import uplink as line_module
from tests.terminal.line_world import OFFERED, Post, cached, until_offered
from tests.terminal.terminal_world import until


@pytest.mark.parametrize(
    ("switch", "fault"),
    [("bad_signature", faults.CATALOGUE_UNSIGNED), ("expired", faults.CATALOGUE_EXPIRED)],
)
def test_nothing_is_offered_without_a_valid_catalogue(
    post: Post, sandbox: SandboxProcess, switch: str, fault: Fault
) -> None:
    sandbox.control(catalogue=switch)
    post.line()
    until(post.platform, "the fault")
    post.beats(2)
    assert [each and each.code for each in post.platform()] == [fault.code]
    assert post.items() == []
    assert post.faults() == [fault.code]  # recorded once, despite several tries
    assert not post.cache.exists()
    sandbox.control()
    until_offered(post)
    assert post.platform()[-1] is None


@pytest.mark.parametrize(
    ("switch", "fault"),
    [("bad_signature", faults.CATALOGUE_UNSIGNED), ("older", faults.CATALOGUE_OLDER)],
)
def test_bad_catalogue_does_not_replace_a_valid_one(
    post: Post, sandbox: SandboxProcess, switch: str, fault: Fault
) -> None:
    cached(post)
    kept = post.cache.read_bytes()
    sandbox.control(catalogue=switch)
    post.ahead = timedelta(days=7, minutes=-30)  # it expires soon, so it is fetched again
    post.line()
    until(lambda: post.client.of("catalogue"), "the fetching")
    until(post.faults, "the fault in the journal")
    assert post.faults() == [fault.code]
    assert post.platform() == []
    assert post.items() == [OFFERED]
    assert post.cache.read_bytes() == kept


def test_expired_catalogue_is_neither_offered_nor_replaced_by_an_older_one(
    post: Post, sandbox: SandboxProcess
) -> None:
    cached(post)
    sandbox.control(catalogue="older")
    post.ahead = timedelta(days=8)
    post.line()
    until(post.platform, "the fault")
    assert [each and each.code for each in post.platform()] == [faults.CATALOGUE_OLDER.code]
    assert OFFERED not in post.items()


def test_expiring_catalogue_is_renewed(post: Post) -> None:
    cached(post)
    post.ahead = timedelta(days=7, minutes=-30)
    before = post.cache.stat().st_mtime_ns  # the new bytes may be equal within the same second
    post.line()
    until(lambda: post.client.of("catalogue"), "the fetching")
    until(lambda: post.cache.stat().st_mtime_ns != before, "the new one in the cache")
    assert post.platform() == []


def test_cached_catalogue_is_offered_before_the_platform_answers(
    post: Post, sandbox: SandboxProcess
) -> None:
    cached(post)
    sandbox.control(fault="absent")
    post.line()
    until(post.platform, "the platform's absence")
    assert isinstance(post.events[0], ev.CatalogueArrived)
    assert post.items() == [OFFERED]


@pytest.mark.parametrize("what", ["garbage", "folder", "stranger"])
def test_invalid_cache_is_ignored(post: Post, sandbox: SandboxProcess, what: str) -> None:
    if what == "garbage":
        post.cache.write_bytes(b"\x00 no catalogue")
    elif what == "folder":
        post.cache.mkdir()
    else:
        post.cache.write_bytes(signed(Ed25519PrivateKey.generate(), hours=()))
    sandbox.control(slow_s=0.2, only=["heartbeat"])
    post.line()
    until_offered(post)
    assert len(post.client.of("catalogue")) == 1
    assert post.platform() == []


def signed(key: Ed25519PrivateKey, hours: tuple[Hours, ...]) -> bytes:
    """Return a signed catalogue with one item that has these hours."""
    item = msgspec.structs.replace(ITEMS[0], hours=hours)
    now = int(time.time())
    payload = canonical(Catalogue(VERSION, now, now + 86_400, (item,)))
    return msgspec.json.encode(CatalogueEnvelope(payload, key.sign(payload)))


@pytest.mark.parametrize("away", [False, True], ids=["platform there", "platform away"])
def test_item_opens_and_closes_by_the_clock_while_running(
    post: Post, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch, away: bool
) -> None:
    monkeypatch.setattr(line_module, "HEARTBEAT_S", 0.05)
    key = Ed25519PrivateKey.generate()
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    post.key = raw
    now = datetime.now().astimezone()
    # Opening hours in the future, reached by moving the clock.
    opens = (now + timedelta(hours=2)).replace(minute=0)
    hours = Hours((1, 2, 3, 4, 5, 6, 7), f"{opens:%H:%M}", f"{opens:%H}:59")
    post.cache.write_bytes(signed(key, (hours,)))
    if away:
        sandbox.control(fault="absent")
    post.line()
    until_offered(post)

    def closed() -> list[bool]:
        facts = [fact for fact in list(post.events) if isinstance(fact, ev.CatalogueArrived)]
        return [fact.items[0].closed is not None for fact in facts]

    assert closed() == [True]
    post.ahead = opens - now + timedelta(minutes=1)
    until(lambda: len(closed()) == 2, "the opening")
    post.ahead += timedelta(hours=1)
    until(lambda: len(closed()) == 3, "the closing")
    assert closed() == [True, False, True]


def test_item_closed_by_the_platform_is_closed(post: Post, sandbox: SandboxProcess) -> None:
    sandbox.control(closed_items=[DEPOSIT])
    post.line()
    until_offered(post)
    (fact,) = [fact for fact in post.events if isinstance(fact, ev.CatalogueArrived)]
    assert [(item.id, item.closed) for item in fact.items] == [
        (code, faults.ITEM_CLOSED if code == DEPOSIT else None) for code in OFFERED
    ]
