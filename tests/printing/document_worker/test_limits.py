"""The kernel enforces the limits of the document process; a request that reaches one is a fault."""

from __future__ import annotations

import os
import threading
from concurrent.futures import Future
from pathlib import Path

import pikepdf
import pytest

from devices.health import Fault
from printing import faults as prn
from printing.document_worker import limits
from printing.document_worker.client import DocumentWorker, Verified
from printing.document_worker.pictures import Picture

from .. import samples
from ..seal import hostile
from ..seal_fixtures import NOW, Authority
from . import worker_stand_in as stand_in
from .worker_fixtures import (
    WITHIN_S,
    Start,
    drawn,
    shown,
    standing_in,
)

pytestmark = pytest.mark.usefixtures("patient")

LIMITS = {
    "Max file size": (0, 0),
    "Max core file size": (0, 0),
    "Max processes": (0, 0),
    "Max open files": (64, 64),
    "Max data size": (300_000_000, 300_000_000),
}
"""Soft and hard limits, as in docs/documents.md."""


def test_kernel_has_the_documented_limits(worker: DocumentWorker) -> None:
    assert worker.wait_until_ready()
    kernel: dict[str, tuple[int, int]] = {}
    for line in Path(f"/proc/{worker.pid}/limits").read_text().splitlines()[1:]:
        name, values = line[:26].strip(), line[26:].split()
        if values[0].isdigit() and values[1].isdigit():
            kernel[name] = (int(values[0]), int(values[1]))
    assert {name: kernel.get(name) for name in LIMITS} == LIMITS
    assert kernel["Max cpu time"][1] == 600
    in_use = int(Path(f"/proc/{worker.pid}/statm").read_text().split()[0]) * os.sysconf(
        "SC_PAGE_SIZE"
    )
    assert kernel["Max address space"][1] <= in_use + 300_000_000


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        ("eat", "ended with exit code 12"), ("eat_shared", "OSError in the document process"),
        ("crash", "SIGSEGV"), ("bug", "ValueError in the document process"),
    ],
)  # fmt: skip
def test_request_that_breaks_the_process_is_a_fault_and_the_next_is_served(
    start: Start, three: bytes, authority: Authority, kind: str, detail: str
) -> None:
    worker = standing_in(start, kind)
    found = shown(worker, three, authority)
    first = worker.pid
    fault = drawn(found, 1)
    assert fault == prn.DOCUMENT_TOO_HEAVY
    assert isinstance(fault, Fault)
    assert fault.detail.endswith(detail)
    assert "王建明" not in fault.detail
    assert isinstance(drawn(found, 2), Picture)  # the new process gets the document again
    assert isinstance(shown(worker, three, authority), Verified)
    if kind not in ("bug", "eat_shared"):  # these do not end the process
        assert worker.pid != first


def test_kernel_ends_a_request_after_five_cpu_seconds(
    start: Start, three: bytes, authority: Authority
) -> None:
    worker = standing_in(start, "burn")
    found = shown(worker, three, authority)
    pid = worker.pid
    assert pid is not None
    before, used = limits.cpu_seconds(pid), 0.0
    answer: Future[Picture | Fault] = Future()
    found.pages.ask(1, 60, 80, answer.set_result)
    pause = threading.Event()
    while not answer.done():
        try:
            used = max(used, limits.cpu_seconds(pid))
        except OSError:
            break
        pause.wait(0.02)
    fault = answer.result(WITHIN_S)
    assert isinstance(fault, Fault)
    assert fault == prn.DOCUMENT_TOO_HEAVY
    assert "SIGXCPU" in fault.detail
    assert isinstance(drawn(found, 0), Picture)
    assert 3.5 < used - before <= 5.0


def test_private_memory_stays_within_its_limit(
    start: Start, three: bytes, authority: Authority
) -> None:
    worker = standing_in(start, "eat")
    found = shown(worker, three, authority)
    pid, most = worker.pid, 0
    answer: Future[Picture | Fault] = Future()
    found.pages.ask(1, 60, 80, answer.set_result)
    while not answer.done():
        try:
            resident = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        except (OSError, IndexError):
            break
        most = max(most, resident * os.sysconf("SC_PAGE_SIZE"))
    assert answer.result(WITHIN_S) == prn.DOCUMENT_TOO_HEAVY
    assert 100_000_000 < most < limits.MEMORY_BYTES + 100_000_000  # libraries are not counted


@pytest.mark.parametrize("kind", ["hang", "burn_in_spite", "trickle"])
def test_request_always_ends_at_its_wall_clock_limit(
    start: Start, three: bytes, authority: Authority, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    worker = standing_in(start, kind)
    assert worker.wait_until_ready()
    if kind != "trickle":
        found = shown(worker, three, authority)
        monkeypatch.setattr(limits, "REQUEST_S", 1.0)
        fault: object = drawn(found, 1)
    else:
        monkeypatch.setattr(limits, "REQUEST_S", 1.0)
        fault = worker.check(three, anchors=authority.anchors, at=NOW)
    assert fault == prn.DOCUMENT_TOO_HEAVY
    assert isinstance(fault, Fault)
    assert "took too long" in fault.detail


@pytest.mark.parametrize(
    ("kind", "raised"), [("write", "BlockingIOError"), ("fork", "BlockingIOError"),
                         ("facts", "LookupError")],
)  # fmt: skip
def test_process_is_confined(
    start: Start, three: bytes, authority: Authority, kind: str, raised: str
) -> None:
    if os.getuid() != 0 and kind == "fork":
        pytest.skip("the process must be root to change its user first")
    fault = drawn(shown(standing_in(start, kind), three, authority), 1)
    assert isinstance(fault, Fault)
    assert fault.detail == f"{raised} in the document process"


def test_page_that_takes_too_long_to_draw_is_refused(
    worker: DocumentWorker, authority: Authority
) -> None:
    """The page has many lines of tiny dashes, which take the renderer half a minute."""
    curve = b"0 0 m 600 0 0 800 600 800 c S " * 20_000

    def add(opened: pikepdf.Pdf) -> None:
        opened.pages[0].Contents = opened.make_stream(b"[.1 .1] 0 d 0.1 w " + curve)

    pdf = authority.demo.sign(
        hostile.edited(stand_in.blank(1), add), verification_code=samples.CODE
    )
    found = worker.check(pdf, anchors=authority.anchors, at=NOW)
    assert found == prn.DOCUMENT_TOO_HEAVY
