"""Fixtures for the tests of the platform connection: the real sandbox and a real journal.

For tests only. Nothing here asserts anything about the connection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from devices.health import Fault
from devices.identity import Assurance
from terminal.journal.journal import Journal
from terminal.platform.client import PlatformClient, Timeouts
from terminal.platform.wire import HelpReason
from terminal.sandbox.items import INSURANCE, ITEMS
from terminal.sandbox.process import SandboxProcess
from terminal.session import events as ev
from terminal.workers import uplink as line_module
from terminal.workers.uplink import Line
from terminal.workers.visit_requests import issue_key
from tests.sandbox_fixture import ClientMaker, sample_identity
from tests.terminal.session_world import station
from tests.terminal.terminal_world import until

OFFERED = [item.code for item in ITEMS]
ONCE = Timeouts(connect_s=10.0, read_s=20.0, total_s=20.0, retry_after_s=())
"""Long, because several test runs may share the machine; no call is repeated automatically."""


class Recording:
    """A client that makes the calls and records them in order."""

    def __init__(self, client: PlatformClient) -> None:
        self._client = client
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.instead: dict[str, Callable[..., Any]] = {}
        """What answers these calls instead of the client; they are not recorded."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name in self.instead:
            return self.instead[name]
        call = getattr(self._client, name)

        def noted(*given: Any, **named: Any) -> Any:
            self.calls.append((name, given))
            return call(*given, **named)

        return noted

    def of(self, *names: str) -> list[tuple[Any, ...]]:
        return [given for name, given in list(self.calls) if name in names]


@dataclass
class Post:
    """A connection and everything around it; ``events`` are the events that it posted."""

    folder: Path
    client: Recording
    journal: Journal
    key: bytes
    events: list[Any] = field(default_factory=list)
    ahead: timedelta = timedelta()
    station: Any = field(default_factory=station)
    lines: list[Line] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    """The platform times that the connection reported, in Unix seconds."""

    @property
    def cache(self) -> Path:
        return self.folder / "catalogue.json"

    def line(self, client: Callable[[], Any] | None = None, *, start: bool = True) -> Line:
        made = Line(
            client or (lambda: cast(PlatformClient, self.client)), self.journal,
            self.events.append, lambda: self.station,
            region="100101", catalogue_key=lambda: self.key, cache=self.cache,
            now=lambda: datetime.now().astimezone() + self.ahead,
            on_platform_time=self.times.append,
        )  # fmt: skip
        self.lines.append(made)
        if start:
            made.start()
        return made

    def platform(self) -> list[Fault | None]:
        return [fact.fault for fact in list(self.events) if isinstance(fact, ev.PlatformChanged)]

    def items(self) -> list[list[str]]:
        """Return the offered items after each change."""
        arrived = [fact for fact in list(self.events) if isinstance(fact, ev.CatalogueArrived)]
        return [[item.id for item in fact.items] for fact in arrived]

    def beats(self, more: int) -> None:
        """Wait for that many more heartbeats."""
        until_now = len(self.client.of("heartbeat"))
        until(lambda: len(self.client.of("heartbeat")) >= until_now + more, "heartbeats")

    def faults(self) -> list[str]:
        return [fault.code for fault in self.journal.last_faults()]


@pytest.fixture
def post(
    new_client: ClientMaker,
    sandbox: SandboxProcess,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Post]:
    """Everything around a connection, which retries at once so that tests are fast."""
    monkeypatch.setattr(line_module, "RETRY_S", 0.05)
    journal = Journal.open(tmp_path / "journal", bytes(32))
    assert isinstance(journal, Journal)
    client = Recording(new_client(timeouts=ONCE))
    made = Post(tmp_path, client, journal, sandbox.catalogue_key)
    yield made
    for line in made.lines:
        line.stop()
    made.journal.close()


def until_offered(post: Post) -> None:
    until(post.items, "the catalogue")


def cached(post: Post) -> None:
    """Put a catalogue into the cache, like an earlier run."""
    post.line()
    until_offered(post)
    until(post.cache.exists, "the cache")
    post.lines.pop().stop()
    post.events.clear()
    post.client.calls.clear()


def document(post: Post, sandbox: SandboxProcess, visit: str = "a1") -> str:
    """Let the platform issue a document in this visit; return its number."""
    client = post.client
    found = client.identify(sample_identity(assurance=Assurance.CARD_SECURE))
    issued = client.issue(found.person, INSURANCE, issue_key(visit, INSURANCE))
    client.calls.clear()
    sandbox.control()
    number = issued.document_number
    assert isinstance(number, str)
    return number


def unsettled(post: Post) -> list[str]:
    return [message.key for message in post.journal.unsettled()]


def answers(post: Post) -> list[str]:
    rows = post.journal.store.read("SELECT answer FROM outbox ORDER BY id")
    assert not isinstance(rows, Fault)
    return [answer for (answer,) in rows]


def call(post: Post, line: Line, key: str = "d4") -> list[tuple[bool, str]]:
    """Call staff as the records do; return a list that receives the result."""
    results: list[tuple[bool, str]] = []
    line.expect_help(key, lambda *how: results.append(how))
    post.journal.help_called(key, HelpReason.RESIDENT_ASKS, "Choosing")
    line.wake()
    return results
