"""The document process: what it answers, and what becomes of a request when it does not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pikepdf
import pytest

from devices.health import Fault
from printing import faults as prn
from printing import seal
from printing.document_worker import limits
from printing.document_worker.client import DocumentWorker, Verified
from printing.pictures import Picture
from ui.document_process import COMMAND

from . import hostile, samples
from . import worker_stand_in as stand_in
from .seal_house import EXPECTED, NOW, Authority

WITHIN_S = 110.0
Start = Callable[..., DocumentWorker]


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine five seconds of CPU take a minute; tests of that limit set their own."""
    monkeypatch.setattr(limits, "REQUEST_S", 100.0)
    monkeypatch.setattr(limits, "START_S", 100.0)


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a worker with a command; all are closed at the end."""
    made: list[DocumentWorker] = []

    def started(*command: str, **more: object) -> DocumentWorker:
        made.append(DocumentWorker(command, **more))  # type: ignore[arg-type]
        made[-1].start()
        return made[-1]

    yield started
    for worker in made:
        worker.close()


@pytest.fixture(scope="module")
def worker() -> Iterator[DocumentWorker]:
    """The real one."""
    made = DocumentWorker(COMMAND)
    made.start()
    yield made
    made.close()


def standing_in(start: Start, kind: str, **more: object) -> DocumentWorker:
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
    """Whether there is no such process, or only its remains."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True
    return status.rpartition(")")[2].split()[0] in "ZX"


# -- what it answers ----------------------------------------------------------------------------


def test_the_report_is_the_one_of_the_seal_check(
    worker: DocumentWorker, sealed: bytes, authority: Authority
) -> None:
    found = checked(worker, sealed, authority)
    assert found.report == seal.verify(sealed, anchors=authority.anchors, at=NOW, expect=EXPECTED)
    assert found.report.signed_at is not None
    assert len(found.pages.sizes) == len(found.report.pages)


def test_a_refusal_is_the_one_of_the_seal_check(
    worker: DocumentWorker, sealed: bytes, unsigned: bytes, authority: Authority
) -> None:
    other = seal.Expectation(EXPECTED.document_type, "李四", EXPECTED.id_number, samples.CODE)
    for pdf, expect in ((unsigned, EXPECTED), (sealed, other), (sealed + b"\n", None)):
        found = worker.check(pdf, anchors=authority.anchors, at=NOW, expect=expect)
        wanted = seal.verify(pdf, anchors=authority.anchors, at=NOW, expect=expect)
        assert isinstance(wanted, Fault)
        assert found == wanted
        assert isinstance(found, Fault)
        assert found.detail == wanted.detail


def test_a_document_that_the_renderer_does_not_draw_is_refused(
    start: Start, sealed: bytes, authority: Authority
) -> None:
    """The stand-in has three pages, the document another number of them."""
    worker = standing_in(start, "harmless")
    found = worker.check(sealed, anchors=authority.anchors, at=NOW)
    assert found == prn.CANNOT_BE_SHOWN


def test_a_page_is_drawn_in_the_size_asked_for(
    worker: DocumentWorker, sealed: bytes, authority: Authority
) -> None:
    found = checked(worker, sealed, authority)
    picture = drawn(found, 0, 300, 424)
    assert isinstance(picture, Picture)
    assert (picture.width, picture.height, len(picture.pixels)) == (300, 424, 300 * 424 * 4)
    assert drawn(found, len(found.pages.sizes)) == prn.CANNOT_BE_SHOWN
    assert drawn(found, -1) == prn.CANNOT_BE_SHOWN
    assert drawn(found, 0, 20_000, 1) == prn.CANNOT_BE_SHOWN
    assert drawn(found, 0, 10_000, 10_000) == prn.CANNOT_BE_SHOWN


def test_several_threads_ask_at_once(
    worker: DocumentWorker, sealed: bytes, unsigned: bytes, authority: Authority
) -> None:
    def one(number: int) -> object:
        pdf = unsigned if number % 2 else sealed
        found = worker.check(pdf, anchors=authority.anchors, at=NOW, expect=EXPECTED)
        if isinstance(found, Fault):
            return found
        picture = drawn(found, 0, 100 + number, 100)
        found.pages.close()
        assert isinstance(picture, Picture)
        return picture.width

    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(one, range(12)))
    assert got == [prn.UNSIGNED if number % 2 else 100 + number for number in range(12)]


def test_a_document_is_shown_after_two_later_ones(
    worker: DocumentWorker, sealed: bytes, authority: Authority
) -> None:
    """The process keeps two; an older one is given to it again."""
    found = [checked(worker, sealed, authority) for _ in range(4)]
    pictures = [drawn(each, 0) for each in found]
    assert all(isinstance(picture, Picture) for picture in pictures)


def test_a_closed_document_is_not_drawn_and_its_bytes_are_gone(
    worker: DocumentWorker, sealed: bytes, authority: Authority
) -> None:
    found = checked(worker, sealed, authority)
    found.pages.close()
    found.pages.close()
    assert drawn(found, 0) == prn.CANNOT_BE_SHOWN
    assert found.pages.pdf is None


# -- the limits ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def three(authority: Authority) -> bytes:
    return stand_in.sealed_pages(authority.demo)


def shown(worker: DocumentWorker, pdf: bytes, authority: Authority) -> Verified:
    found = worker.check(pdf, anchors=authority.anchors, at=NOW)
    assert isinstance(found, Verified), found
    return found


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        ("eat", "exit code 12"), ("eat_shared", "OSError"),
        ("crash", "SIGSEGV"), ("bug", "ValueError"),
    ],
)  # fmt: skip
def test_a_request_that_breaks_the_process_is_a_fault_and_the_next_is_served(
    start: Start, three: bytes, authority: Authority, kind: str, detail: str
) -> None:
    worker = standing_in(start, kind)
    found = shown(worker, three, authority)
    first = worker.pid
    fault = drawn(found, 1)
    assert fault == prn.DOCUMENT_TOO_HEAVY
    assert isinstance(fault, Fault)
    assert detail in fault.detail
    assert "王建明" not in fault.detail
    assert isinstance(drawn(found, 2), Picture)  # the document is given to the new process
    assert isinstance(shown(worker, three, authority), Verified)
    if kind not in ("bug", "eat_shared"):  # these it survives
        assert worker.pid != first


def test_the_kernel_ends_a_request_after_five_seconds_of_cpu(
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
    assert 3.5 < used - before <= limits.REQUEST_CPU_S


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
def test_a_request_ends_at_the_wall_clock_limit_whatever_the_process_does(
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
def test_the_process_can_write_no_file_start_no_process_and_is_closed_to_others(
    start: Start, three: bytes, authority: Authority, kind: str, raised: str
) -> None:
    if os.getuid() != 0 and kind == "fork":
        pytest.skip("changes its user first")
    fault = drawn(shown(standing_in(start, kind), three, authority), 1)
    assert isinstance(fault, Fault)
    assert fault.detail == f"{raised} in the document process"


def test_a_page_that_never_finishes_is_refused_before_it_is_offered(
    worker: DocumentWorker, authority: Authority
) -> None:
    """A dashed line in tiny pieces, many times: half a minute of the renderer's time."""
    curve = b"0 0 m 600 0 0 800 600 800 c S " * 20_000

    def add(opened: pikepdf.Pdf) -> None:
        opened.pages[0].Contents = opened.make_stream(b"[.1 .1] 0 d 0.1 w " + curve)

    pdf = authority.demo.sign(
        hostile.edited(stand_in.blank(1), add), verification_code=samples.CODE
    )
    found = worker.check(pdf, anchors=authority.anchors, at=NOW)
    assert found == prn.DOCUMENT_TOO_HEAVY


# -- a process that was taken over ---------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    ["garbage", "no_json", "nested", "oversize_message", "oversize_body", "another_number",
     "another_answer", "unknown_trust", "long_words", "pages_differ", "no_size", "strange_fault"],
)  # fmt: skip
def test_an_answer_that_is_not_as_agreed_ends_the_process_and_is_a_fault(
    start: Start, three: bytes, authority: Authority, kind: str
) -> None:
    worker = standing_in(start, kind)
    assert worker.wait_until_ready()
    first = worker.pid
    assert first is not None
    found = worker.check(three, anchors=authority.anchors, at=NOW)
    assert found == prn.DOCUMENT_TOO_HEAVY
    assert gone(first)


@pytest.mark.parametrize("kind", ["short_picture", "other_picture"])
def test_a_picture_of_another_size_is_a_fault(
    start: Start, three: bytes, authority: Authority, kind: str
) -> None:
    found = shown(standing_in(start, kind), three, authority)
    assert drawn(found, 0) == prn.DOCUMENT_TOO_HEAVY


def test_a_detail_that_is_not_one_line_is_dropped(
    start: Start, three: bytes, authority: Authority
) -> None:
    worker = standing_in(start, "secret_detail")
    found = worker.check(three, anchors=authority.anchors, at=NOW)
    assert found == prn.ACTIVE_CONTENT
    assert isinstance(found, Fault)
    assert found.detail == ""


# -- its life -------------------------------------------------------------------------------------


def test_killed_in_the_middle_of_a_request_it_is_a_fault_and_another_one_serves(
    start: Start, three: bytes, authority: Authority
) -> None:
    worker = standing_in(start, "hang")
    found = shown(worker, three, authority)
    pid = worker.pid
    assert pid is not None
    answer: Future[Picture | Fault] = Future()
    found.pages.ask(1, 60, 80, answer.set_result)
    os.kill(pid, signal.SIGKILL)
    assert answer.result(WITHIN_S) in (prn.DOCUMENT_TOO_HEAVY, prn.CHECKER_DOWN)
    assert isinstance(drawn(found, 0), Picture)
    assert worker.pid != pid


def test_killed_while_idle_it_is_started_again_without_a_request(start: Start) -> None:
    worker = standing_in(start, "harmless")
    assert worker.wait_until_ready()
    pid = worker.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: worker.pid not in (None, pid), "another process")
    assert gone(pid)


def test_a_request_after_it_ended_while_idle_is_served(
    start: Start, three: bytes, authority: Authority
) -> None:
    """No document is blamed for it."""
    worker = standing_in(start, "harmless")
    for _ in range(3):
        assert worker.wait_until_ready()
        pid = worker.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        until(lambda pid=pid: gone(pid), "its end")
        assert isinstance(worker.check(three, anchors=authority.anchors, at=NOW), Verified)


def test_a_command_that_cannot_run_is_a_fault_told_once_and_is_not_tried_all_the_time(
    start: Start, tmp_path: Path, three: bytes, authority: Authority
) -> None:
    told: list[Fault | None] = []
    marks = tmp_path / "started"
    script = f"open({str(marks)!r}, 'a').write('1'); raise SystemExit(3)"
    worker = start(sys.executable, "-c", script, told=told.append)
    until(lambda: told, "the fault")
    for _ in range(20):
        found = worker.check(three, anchors=authority.anchors, at=NOW)
        assert found == prn.CHECKER_DOWN
    assert told == [prn.CHECKER_DOWN]
    assert len(marks.read_text()) <= 4  # at once, again at once, after 1 s, after 2 s


def test_once_it_starts_again_that_is_told(
    start: Start, tmp_path: Path, sealed: bytes, authority: Authority
) -> None:
    told: list[Fault | None] = []
    mark = tmp_path / "repaired"
    script = (
        f"import os, sys; os.path.exists({str(mark)!r}) or sys.exit(3)\n"
        f"os.execv(sys.executable, [*{list(COMMAND)!r}, *sys.argv[1:]])"
    )
    worker = start(sys.executable, "-c", script, told=told.append)
    until(lambda: told, "the fault")
    mark.touch()
    assert worker.wait_until_ready(WITHIN_S)
    checked(worker, sealed, authority)
    until(lambda: told == [prn.CHECKER_DOWN, None], "that it works again")


def test_one_that_ends_while_idle_is_not_started_all_the_time(start: Start) -> None:
    told: list[Fault | None] = []
    standing_in(start, "ends_when_idle", told=told.append)
    until(lambda: told, "the fault")
    assert told == [prn.CHECKER_DOWN]


def test_before_its_cpu_time_for_life_is_used_up_another_one_takes_over(
    start: Start, sealed: bytes, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = start(*COMMAND)
    found = checked(worker, sealed, authority)
    first = worker.pid
    monkeypatch.setattr(limits, "LIFE_CPU_S", limits.REQUEST_CPU_S)
    assert isinstance(drawn(found, 0), Picture)
    assert worker.pid != first


@pytest.mark.parametrize("kind", ["hang", "burn"])
def test_closed_during_a_request_it_ends_within_two_seconds(
    start: Start, three: bytes, authority: Authority, kind: str
) -> None:
    worker = standing_in(start, kind)
    found = shown(worker, three, authority)
    pid = worker.pid
    assert pid is not None
    answers: list[Future[Picture | Fault]] = [Future(), Future()]
    for answer in answers:
        found.pages.ask(1, 60, 80, answer.set_result)
    began = time.monotonic()
    worker.close()
    assert time.monotonic() - began < 2.0
    assert all(isinstance(answer.result(WITHIN_S), Fault) for answer in answers)
    assert gone(pid)
    assert worker.check(three, anchors=[], at=NOW) == prn.CHECKER_DOWN


def test_closed_before_it_was_ready_it_ends_at_once(start: Start) -> None:
    worker = start(*COMMAND)
    began = time.monotonic()
    worker.close()
    assert time.monotonic() - began < 2.0
    assert worker.pid is None or gone(worker.pid)


@pytest.mark.parametrize("how", ["kill", "exit"])
def test_the_process_ends_with_the_terminal(tmp_path: Path, how: str) -> None:
    """However that ends: killed, or leaving without closing anything."""
    script = (
        "import sys; from printing.document_worker.client import DocumentWorker\n"
        f"worker = DocumentWorker({list(COMMAND)!r})\n"
        "worker.wait_until_ready(); print(worker.pid, flush=True)\n"
        "sys.stdin.read()"
    )
    terminal = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with terminal:
        assert terminal.stdout is not None
        pid = int(terminal.stdout.readline())
        assert not gone(pid)
        if how == "kill":
            terminal.kill()
        else:
            assert terminal.stdin is not None
            terminal.stdin.close()
        until(lambda: gone(pid), "the end of the process")


def test_ctrl_c_and_a_stopping_service_leave_it_to_the_terminal(
    start: Start, sealed: bytes, authority: Authority
) -> None:
    worker = start(*COMMAND)
    assert worker.wait_until_ready()
    pid = worker.pid
    assert pid is not None
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(pid, number)
    checked(worker, sealed, authority)
    assert worker.pid == pid
