"""`station print` interrupted at a bad moment cancels the job and reports how it ended."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from devices.health import DeviceStatus
from printing.cups.printer import CupsPrinter
from printing.faults import JOB_CANCELLED
from printing.outcome import Evidence, Outcome, PrintEnded, PrintProgress
from printing.printer import PrinterStatus, Sink
from terminal.commands import print_file as command
from tests.rig.print_jobs import pdf


class Printer:
    """A printer during which a signal arrives: once while it gets a job, and once while it
    cancels."""

    def __init__(self, number: signal.Signals, *_queue: object, **_options: Any) -> None:
        self.number = number
        self.cancelled: list[str] = []
        self.sink: Sink | None = None

    def start(self, sink: Sink) -> None:
        self.sink = sink

    def status(self) -> PrinterStatus:
        return PrinterStatus(DeviceStatus.ONLINE)

    def submit(self, job: str, _document: bytes, pages: int, _service: str) -> None:
        assert self.sink is not None
        self.sink(PrintProgress(job, Outcome.SENT, 0, pages))
        signal.raise_signal(self.number)

    def cancel(self, job: str) -> None:
        signal.raise_signal(self.number)
        if not self.cancelled:
            assert self.sink is not None
            ended = PrintEnded(job, Outcome.QUEUED, 0, 2, Evidence.CANCELLED, JOB_CANCELLED)
            self.sink(ended)
        self.cancelled.append(job)

    def close(self) -> None:
        pass


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., int]:
    """Runs the command on a file, by default one of two pages."""

    def run(
        made: Callable[..., object],
        file: Path | None = None,
        uri: str = "ipp://127.0.0.1:1/",
        queue: str = "q",
    ) -> int:
        monkeypatch.setattr(command, "CupsPrinter", made)
        if file is None:
            file = tmp_path / "two.pdf"
            file.write_bytes(pdf(2))
        return command.print_file(
            file, queue_name=queue, device_uri=uri, server=None,
            state_directory=tmp_path / "state", as_json=True,
        )  # fmt: skip

    return run


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_during_submission_or_cancelling_cancels_the_job(
    run: Callable[..., int], capsys: pytest.CaptureFixture[str], number: signal.Signals
) -> None:
    made: list[Printer] = []

    def make(*queue: object, **options: Any) -> Printer:
        made.append(Printer(number, *queue, **options))
        return made[-1]

    before = signal.getsignal(number)
    assert run(make) == command.EXIT_CODES[Outcome.QUEUED]
    assert json.loads(capsys.readouterr().out)["fault"] == JOB_CANCELLED.code
    assert len(made[0].cancelled) >= 1
    assert signal.getsignal(number) == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_an_ignored_signal_does_not_cancel_the_job(
    run: Callable[..., int], capsys: pytest.CaptureFixture[str], number: signal.Signals
) -> None:
    """`nohup station print` goes on when the console is closed, and a background job of a script
    goes on after Ctrl-C."""

    class Printing(Printer):
        def submit(self, job: str, document: bytes, pages: int, service: str) -> None:
            super().submit(job, document, pages, service)
            assert self.sink is not None
            self.sink(PrintEnded(job, Outcome.PRINTED, 2, pages, Evidence.DEVICE_IMPRESSIONS))

    made: list[Printer] = []

    def make(*queue: object, **options: Any) -> Printer:
        made.append(Printing(number, *queue, **options))
        return made[-1]

    before = signal.signal(number, signal.SIG_IGN)
    try:
        assert run(make) == command.EXIT_CODES[Outcome.PRINTED]
    finally:
        signal.signal(number, before)
    assert json.loads(capsys.readouterr().out)["outcome"] == "printed"
    assert made[0].cancelled == []


def test_a_file_without_end_is_refused(
    run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(Printer, Path("/dev/zero")) == command.EXIT_CODES[Outcome.QUEUED]
    assert json.loads(capsys.readouterr().out)["fault"] == "DOC-101"


def test_an_invalid_printer_address_is_reported(
    run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(Printer, uri="ipp://printer:99999/") == 2
    printed = capsys.readouterr()
    assert "ipp://printer:99999/" in printed.err
    assert printed.out == ""


@pytest.mark.parametrize("queue", ["B\u00fcro", "a b", "../etc", ""])
def test_an_invalid_queue_name_is_reported(
    run: Callable[..., int], capsys: pytest.CaptureFixture[str], queue: str
) -> None:
    """The journal cannot store such a name, so the job would wait for ever."""
    assert run(CupsPrinter, queue=queue) == 2
    printed = capsys.readouterr()
    assert "--queue" in printed.err
    assert printed.out == ""
