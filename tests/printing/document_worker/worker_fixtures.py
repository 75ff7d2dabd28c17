"""Shared fixtures of the document process's tests: start it, send requests, wait for answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from devices.health import Fault
from printing.document_worker import limits
from printing.document_worker.client import DocumentWorker, Verified
from printing.document_worker.pictures import Picture
from ui.documents.process import COMMAND

from ..seal_fixtures import EXPECTED, NOW, Authority
from . import worker_stand_in as stand_in

WITHIN_S = 110.0
Start = Callable[..., DocumentWorker]


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Raise the wall-clock limits: on a busy machine, 5 s of CPU time take a minute.

    Tests of these limits set their own.
    """
    monkeypatch.setattr(limits, "REQUEST_S", 100.0)
    monkeypatch.setattr(limits, "START_S", 100.0)


@pytest.fixture
def start(child_process: None, patient: None) -> Iterator[Start]:
    """Return a function that starts a worker with a command. All are closed at the end."""
    made: list[DocumentWorker] = []

    def started(*command: str, **more: Any) -> DocumentWorker:
        made.append(DocumentWorker(command, **more))
        made[-1].start()
        return made[-1]

    yield started
    for worker in made:
        worker.close()


@pytest.fixture(scope="module")
def worker(child_process: None) -> Iterator[DocumentWorker]:
    """The real document process."""
    made = DocumentWorker(COMMAND)
    made.start()
    yield made
    made.close()


def standing_in(start: Start, kind: str, **more: Any) -> DocumentWorker:
    return start(*stand_in.COMMAND, kind, **more)


def checked(worker: DocumentWorker, pdf: bytes, authority: Authority) -> Verified:
    found = worker.check(pdf, anchors=authority.anchors, at=NOW, expect=EXPECTED)
    assert isinstance(found, Verified), found
    return found


def drawn(found: Verified, page: int, width: int = 60, height: int = 80) -> Picture | Fault:
    answer: Future[Picture | Fault] = Future()
    found.pages.ask(page, width, height, answer.set_result)
    return answer.result(WITHIN_S)


def until(met: Callable[[], object], what: str) -> None:
    end = time.monotonic() + WITHIN_S
    pause = threading.Event()
    while not met():
        assert time.monotonic() < end, what
        pause.wait(0.005)


def gone(pid: int) -> bool:
    """Whether the process does not exist or has ended (zombie)."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True
    return status.rpartition(")")[2].split()[0] in "ZX"


@pytest.fixture(scope="module")
def three(authority: Authority) -> bytes:
    return stand_in.sealed_pages(authority.demo)


def shown(worker: DocumentWorker, pdf: bytes, authority: Authority) -> Verified:
    found = worker.check(pdf, anchors=authority.anchors, at=NOW)
    assert isinstance(found, Verified), found
    return found
