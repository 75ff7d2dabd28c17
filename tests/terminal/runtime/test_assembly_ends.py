"""The whole terminal when a part fails, hangs or wears out, and how it stops."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from devices.readers.protocol import Reader
from devices.readers.simulated import SimulatedReader
from printing.folder_printer import FolderPrinter
from terminal import faults
from terminal.platform.client import PlatformClient
from terminal.runtime import assembly, loop
from terminal.runtime.assembly import Terminal
from terminal.session import events as ev
from terminal.session import states as st
from terminal.workers import uplink as line_module
from tests.terminal.terminal_bench import CARD, TerminalBench, preview, ready
from tests.terminal.terminal_world import until


def stopping(terminal: Terminal) -> threading.Event:
    """Stop the terminal on another thread. The event is set once it has stopped."""
    stopped = threading.Event()

    def stop() -> None:
        terminal.stop()
        stopped.set()

    threading.Thread(target=stop, daemon=True).start()
    return stopped


# -- parts that fail -----------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["readers", "printer"])
def test_part_that_cannot_be_created_is_reported_and_retried(
    bench: TerminalBench, part: str, caplog: pytest.LogCaptureFixture
) -> None:
    broken = [True]
    makers: dict[str, Callable[..., Any]] = {
        "readers": bench.new_readers, "printer": bench.new_printer,
    }  # fmt: skip
    make = makers[part]

    def maker(*given: Any) -> Any:
        if broken[0]:
            raise ImportError("secret")
        return make(*given)

    changed: dict[str, Any] = {part: maker}
    _, watch = bench.terminal(**changed)
    page = watch.wait(st.OutOfService)
    assert page.fault.same_as(faults.WORKER_FAILED)
    assert page.fault.detail == "ImportError"
    broken[0] = False
    ready(watch)
    assert "secret" not in caplog.text


def test_failed_warm_up_is_only_recorded_as_a_fault(
    bench: TerminalBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_library(_client: PlatformClient) -> None:
        raise ImportError("secret")

    monkeypatch.setattr(PlatformClient, "warm_up", no_library)
    terminal, watch = bench.terminal()
    ready(watch)
    until(
        lambda: bench.rows("SELECT code, detail FROM faults"),
        "the fault in the journal",
    )
    assert bench.rows("SELECT code, detail FROM faults") == [
        (faults.WORKER_FAILED.code, "warm-up: ImportError")
    ]
    preview(bench, terminal, watch)


def test_device_that_fails_to_start_ends_the_process(bench: TerminalBench) -> None:
    class Broken(SimulatedReader):
        def start(self, _sink: object) -> None:
            raise RuntimeError("secret")

    bench.terminal(readers=lambda: (Broken("tray", ()),))
    until(lambda: bench.crashes, "the crash")
    bench.crashes.clear()


def test_worn_out_reader_causes_a_restart_between_residents(
    bench: TerminalBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process ends to be restarted, but never while a resident is served."""
    monkeypatch.setattr(assembly, "RETRY_S", 0.05)

    class Worn(SimulatedReader):
        needs_restart = False

    reader = Worn("tray", (CARD,))
    terminal, watch = bench.terminal(readers=lambda: (reader,))
    ready(watch)
    looked = threading.Event()
    monkeypatch.setattr(terminal.runtime, "restart", _then(terminal.runtime.restart, looked.set))
    reader.present("wang")
    watch.wait(st.Consenting)
    reader.needs_restart = True
    assert looked.wait(5)
    assert bench.crashes == []
    reader.remove()
    until(lambda: bench.crashes, "the restart")
    bench.crashes.clear()
    reader.needs_restart = False


def test_printer_that_needs_a_new_process_gets_one_between_visits(
    bench: TerminalBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assembly, "RETRY_S", 0.05)
    worn_out = threading.Event()

    class Worn(FolderPrinter):
        @property
        def needs_restart(self) -> bool:
            return worn_out.is_set()

    _, watch = bench.terminal(printer=lambda journal: Worn(bench.folder / "paper", journal))
    ready(watch)
    assert bench.crashes == []
    worn_out.set()
    until(lambda: bench.crashes, "the restart")
    worn_out.clear()
    bench.crashes.clear()


def _then(first: Callable[..., None], after: Callable[[], None]) -> Callable[..., None]:
    def both(*values: object) -> None:
        first(*values)
        after()

    return both


# -- stopping --------------------------------------------------------------------------------


def test_part_created_after_stop_is_not_started(
    bench: TerminalBench, monkeypatch: pytest.MonkeyPatch
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

    terminal, _ = bench.terminal(readers=readers)
    assert making.wait(10)
    terminal.stop()
    go_on.set()
    terminal._thread.join(10)
    assert not terminal._thread.is_alive()
    assert started == []
    assert bench.sandbox.counts() == {}


def test_hanging_device_start_does_not_block_stop(
    bench: TerminalBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (assembly, line_module, loop):
        monkeypatch.setattr(module, "STOP_S", 0.1)
    starting, never = threading.Event(), threading.Event()

    class Hanging(SimulatedReader):
        def start(self, _sink: object) -> None:
            starting.set()
            never.wait(60)

    terminal, _ = bench.terminal(readers=lambda: (Hanging("tray", ()),))
    assert starting.wait(10)
    stopped = stopping(terminal)
    try:
        assert stopped.wait(10)
    finally:
        never.set()
        terminal._thread.join(10)
    assert not terminal._thread.is_alive()


def test_repr_of_a_plan_contains_no_key(bench: TerminalBench) -> None:
    plan = bench.plan(token_key=b"never shown at all")
    assert "never shown" not in repr(plan)


def test_stop_before_start_and_stop_twice_are_allowed(bench: TerminalBench) -> None:
    terminal, _ = bench.terminal(start=False)
    terminal.stop()
    terminal.stop()
    other, watch = bench.terminal()
    ready(watch)
    other.stop()
    other.stop()


def test_hanging_platform_does_not_block_stop(
    bench: TerminalBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name in ((assembly, "STOP_S"), (line_module, "STOP_S"), (loop, "STOP_S")):
        monkeypatch.setattr(module, name, 0.2)
    never, asked = threading.Event(), threading.Event()

    def client() -> Any:
        asked.set()
        never.wait(60)

    terminal, watch = bench.terminal(client=client)
    assert asked.wait(10)
    watch.wait(st.Welcome, lambda page: page.station.readers)
    stopped = stopping(terminal)
    assert stopped.wait(10)
    never.set()


def test_restarted_terminal_serves(bench: TerminalBench) -> None:
    for _ in range(2):
        terminal, watch = bench.terminal()
        ready(watch)
        preview(bench, terminal, watch)
        terminal.runtime.post(ev.PrintPressed())
        watch.wait(st.Collecting)
        terminal.stop()
    assert len(bench.paper) == 2
