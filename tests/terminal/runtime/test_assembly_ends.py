"""The whole terminal where a part fails, hangs or wears out, and how it stops."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from devices.readers.protocol import Reader
from devices.readers.simulated import SimulatedReader
from terminal import faults
from terminal.platform.client import PlatformClient
from terminal.runtime import assembly, loop
from terminal.session import events as ev
from terminal.session import states as st
from terminal.workers import uplink as line_module
from tests.terminal.house import CARD, House, preview, ready
from tests.terminal.terminal_world import until

# -- parts that fail -----------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["readers", "printer"])
def test_a_part_that_cannot_be_made_is_told_and_tried_again(
    house: House, part: str, caplog: pytest.LogCaptureFixture
) -> None:
    broken = [True]
    make: Callable[..., Any] = {"readers": house.new_readers, "printer": house.new_printer}[part]

    def maker(*given: Any) -> Any:
        if broken[0]:
            raise ImportError("secret")
        return make(*given)

    _, watch = house.terminal(**{part: maker})
    page = watch.wait(st.OutOfService)
    assert page.fault.same_as(faults.WORKER_FAILED)
    assert page.fault.detail == "ImportError"
    broken[0] = False
    ready(watch)
    assert "secret" not in caplog.text


def test_a_warm_up_that_fails_is_a_fault_in_the_journal_and_no_more(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_library(_client: PlatformClient) -> None:
        raise ImportError("secret")

    monkeypatch.setattr(PlatformClient, "warm_up", no_library)
    terminal, watch = house.terminal()
    ready(watch)
    until(
        lambda: house.rows("SELECT code, detail FROM faults"),
        "the fault in the journal",
    )
    assert house.rows("SELECT code, detail FROM faults") == [
        (faults.WORKER_FAILED.code, "warm-up: ImportError")
    ]
    preview(house, terminal, watch)


def test_a_device_that_cannot_be_started_ends_the_process(house: House) -> None:
    class Broken(SimulatedReader):
        def start(self, _sink: object) -> None:
            raise RuntimeError("secret")

    house.terminal(readers=lambda: (Broken("tray", ()),))
    until(lambda: house.crashes, "the crash")
    house.crashes.clear()


def test_a_reader_worn_out_by_hanging_calls_is_renewed_between_residents(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process ends and is started anew, but never while somebody is served."""
    monkeypatch.setattr(assembly, "RETRY_S", 0.05)

    class Worn(SimulatedReader):
        needs_restart = False

    reader = Worn("tray", (CARD,))
    terminal, watch = house.terminal(readers=lambda: (reader,))
    ready(watch)
    looked = threading.Event()
    monkeypatch.setattr(terminal.runtime, "renew", _then(terminal.runtime.renew, looked.set))
    reader.lay("wang")
    watch.wait(st.Consenting)
    reader.needs_restart = True
    assert looked.wait(5)
    assert house.crashes == []
    reader.lift()
    until(lambda: house.crashes, "the restart")
    house.crashes.clear()
    reader.needs_restart = False


def _then(first: Callable[..., None], after: Callable[[], None]) -> Callable[..., None]:
    def both(*values: object) -> None:
        first(*values)
        after()

    return both


# -- stopping --------------------------------------------------------------------------------


def test_what_is_still_being_made_when_it_stops_is_never_started(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assembly, "STOP_S", 0.1)
    making, go_on = threading.Event(), threading.Event()
    started: list[object] = []

    class Slow(SimulatedReader):
        def start(self, sink: object) -> None:
            started.append(sink)

    def readers() -> tuple[Reader, ...]:
        making.set()
        go_on.wait(20)
        return (Slow("tray", ()),)

    terminal, _ = house.terminal(readers=readers)
    assert making.wait(10)
    terminal.stop()
    go_on.set()
    terminal._thread.join(10)
    assert not terminal._thread.is_alive()
    assert started == []
    assert house.sandbox.counts() == {}


def test_a_device_whose_start_hangs_keeps_nobody_from_stopping(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (assembly, line_module, loop):
        monkeypatch.setattr(module, "STOP_S", 0.1)
    starting, never = threading.Event(), threading.Event()

    class Hanging(SimulatedReader):
        def start(self, _sink: object) -> None:
            starting.set()
            never.wait(60)

    terminal, _ = house.terminal(readers=lambda: (Hanging("tray", ()),))
    assert starting.wait(10)
    stopped = threading.Event()
    threading.Thread(target=lambda: (terminal.stop(), stopped.set()), daemon=True).start()
    try:
        assert stopped.wait(10)
    finally:
        never.set()
        terminal._thread.join(10)
    assert not terminal._thread.is_alive()


def test_a_plan_that_is_shown_shows_no_key(house: House) -> None:
    plan = house.plan(token_key=b"never shown to anybody")
    assert "never shown" not in repr(plan)


def test_stopping_before_starting_and_twice_is_allowed(house: House) -> None:
    terminal, _ = house.terminal(start=False)
    terminal.stop()
    terminal.stop()
    other, watch = house.terminal()
    ready(watch)
    other.stop()
    other.stop()


def test_a_platform_that_never_answers_keeps_nobody_from_stopping(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name in ((assembly, "STOP_S"), (line_module, "STOP_S"), (loop, "STOP_S")):
        monkeypatch.setattr(module, name, 0.2)
    never, asked = threading.Event(), threading.Event()

    def client() -> Any:
        asked.set()
        never.wait(60)

    terminal, watch = house.terminal(client=client)
    assert asked.wait(10)
    watch.wait(st.Welcome, lambda page: page.station.readers)
    stopped = threading.Event()
    threading.Thread(target=lambda: (terminal.stop(), stopped.set()), daemon=True).start()
    assert stopped.wait(10)
    never.set()


def test_killed_and_started_again_it_serves(house: House) -> None:
    for _ in range(2):
        terminal, watch = house.terminal()
        ready(watch)
        preview(house, terminal, watch)
        terminal.runtime.post(ev.PrintPressed())
        watch.wait(st.Collecting)
        terminal.stop()
    assert len(house.paper) == 2
