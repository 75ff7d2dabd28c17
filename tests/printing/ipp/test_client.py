"""Requests to a device: valid answers, and everything else that may be at its address."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from printing.ipp.client import (
    DeviceJob,
    IppClient,
    IppFailure,
    JobState,
    Operation,
    Reason,
    speaks_ipp,
    wrong_address,
)
from printing.ipp.codec import Attribute, Group, Message, Tag, Value, decode, encode

Answer = Callable[[Message], "bytes | tuple[int, bytes]"]


class Device:
    """An HTTP server that answers as the test sets and keeps the requests."""

    def __init__(self) -> None:
        self.asked: list[Message] = []
        self.headers: list[dict[str, str]] = []
        self.answer: Answer = lambda request: reply(request)
        device = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                assert self.headers["Content-Type"] == "application/ipp"
                request = decode(body)
                device.asked.append(request)
                device.headers.append(dict(self.headers))
                answer = device.answer(request)
                status, data = answer if isinstance(answer, tuple) else (200, answer)
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args: object) -> None:
                return

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *args: object) -> None:
                """Ignore a client that gave up: some of these tests cause that."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self.uri = f"ipp://127.0.0.1:{self.port}/ipp/print"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def reply(request: Message, *groups: Group, code: int = 0) -> bytes:
    return encode(Message(code, request.request_id, groups))


def job(number: int, state: int, count: int | None = None, name: str = "job") -> Group:
    counted = () if count is None else (Value(Tag.INTEGER, count),)
    return Group(
        Tag.JOB,
        (
            Attribute("job-id", (Value(Tag.INTEGER, number),)),
            Attribute("job-name", (Value(Tag.NAME, name),)),
            Attribute("job-state", (Value(Tag.ENUM, state),)),
            Attribute("job-originating-user-name", (Value(Tag.NAME, "root"),)),
            Attribute("job-state-reasons", (Value(Tag.KEYWORD, "job-printing"),)),
            *((Attribute("job-impressions-completed", counted),) if counted else ()),
        ),
    )


@pytest.fixture
def device() -> Iterator[Device]:
    device = Device()
    yield device
    device.close()


@pytest.fixture
def client(device: Device) -> Iterator[IppClient]:
    client = IppClient(device.uri, user="root", read_timeout_s=0.3)
    yield client
    client.close()


def test_jobs_are_read_from_the_answer(device: Device, client: IppClient) -> None:
    device.answer = lambda request: reply(request, job(4, 5, 2), job(5, 3))
    assert client.jobs() == (
        DeviceJob(4, "job", "root", JobState.PROCESSING, ("job-printing",), 2),
        DeviceJob(5, "job", "root", JobState.PENDING, ("job-printing",), None),
    )
    (asked,) = device.asked
    operation = asked.groups[0]
    assert asked.code == Operation.GET_JOBS
    assert [each.name for each in operation.attributes[:3]] == [
        "attributes-charset",
        "attributes-natural-language",
        "printer-uri",
    ]
    assert operation.text("which-jobs") == "not-completed"
    assert operation.text("printer-uri") == device.uri
    client.jobs(completed=True)
    assert device.asked[1].groups[0].text("which-jobs") == "completed"


def test_negative_count_is_ignored(device: Device, client: IppClient) -> None:
    """RFC 8011 §5.3.18.2 does not allow it, and it must not prove that no page came out."""
    device.answer = lambda request: reply(request, job(1, 7, -1))
    jobs = client.jobs(completed=True)
    assert not isinstance(jobs, IppFailure)
    (found,) = jobs
    assert found.impressions is None


def test_unknown_job_is_none(device: Device, client: IppClient) -> None:
    device.answer = lambda request: reply(request, job(9, 9, 3))
    known = client.job(9)
    assert isinstance(known, DeviceJob)
    assert (known.state, known.impressions, known.state.ended) == (JobState.COMPLETED, 3, True)
    names = [each.name for each in device.asked[0].groups[0].attributes]
    assert names.index("job-id") == names.index("printer-uri") + 1
    device.answer = lambda request: reply(request, code=0x0406)
    assert client.job(9) is None


@pytest.mark.parametrize(("code", "taken"), [(0, True), (0x0404, True), (0x0406, True),
                                             (0x0401, False), (0x0500, False)])  # fmt: skip
def test_cancel_accepts_ended_and_unknown_jobs(
    device: Device, client: IppClient, code: int, taken: bool
) -> None:
    device.answer = lambda request: reply(request, code=code)
    answer = client.cancel(9)
    assert (answer is None) is taken
    if answer is not None:
        assert answer.reason is Reason.REFUSED
        assert "CANCEL_JOB" in answer.detail
    assert device.asked[0].code == Operation.CANCEL_JOB
    assert device.asked[0].groups[0].integer("job-id") == 9


BAD: dict[str, tuple[Answer, Reason]] = {
    "a web page": (lambda request: b"<html>sign in</html>", Reason.GARBLED),
    "nothing": (lambda request: b"", Reason.GARBLED),
    "a redirect": (lambda request: (302, b""), Reason.REFUSED),
    "an error page": (lambda request: (503, b"busy"), Reason.REFUSED),
    "another's answer": (lambda request: encode(Message(0, 999_999)), Reason.GARBLED),
    "too long": (lambda request: bytes((1 << 20) + 1), Reason.GARBLED),
    "a job without state": (
        lambda request: reply(request, Group(Tag.JOB, job(4, 5).attributes[:2])),
        Reason.GARBLED,
    ),
    "a state that does not exist": (lambda request: reply(request, job(4, 42)), Reason.GARBLED),
    "an IPP error": (lambda request: reply(request, code=0x0507), Reason.REFUSED),
}


@pytest.mark.parametrize(("answer", "reason"), BAD.values(), ids=BAD.keys())
def test_invalid_answer_is_a_failure_with_its_reason(
    device: Device, client: IppClient, answer: Answer, reason: Reason
) -> None:
    device.answer = answer
    for failure in (client.jobs(), client.job(4)):
        assert isinstance(failure, IppFailure)
        assert failure.reason is reason
    device.answer = lambda request: reply(request)
    assert client.jobs() == ()


def test_device_that_accepts_and_does_not_answer_times_out(
    device: Device, client: IppClient
) -> None:
    let_go = threading.Event()

    def answer(request: Message) -> bytes:
        let_go.wait(5)
        return b""

    device.answer = answer
    failure = client.printer_attributes()
    let_go.set()
    assert isinstance(failure, IppFailure)
    assert failure.reason is Reason.TIMED_OUT


def test_environment_changes_neither_proxy_nor_credentials(
    device: Device, client: IppClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A station uses no proxy to reach its printer and sends it no password."""
    proxy = Device()
    try:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        netrc = tmp_path / "netrc"
        netrc.write_text("machine 127.0.0.1 login somebody password secret\n")
        netrc.chmod(0o600)
        monkeypatch.setenv("NETRC", str(netrc))
        assert client.jobs() == ()
    finally:
        proxy.close()
    assert len(device.asked) == 1
    assert proxy.asked == []
    assert "Authorization" not in device.headers[0]


def test_refused_connection_is_unreachable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        client = IppClient(f"ipp://127.0.0.1:{taken.getsockname()[1]}/ipp/print")
        failure = client.printer_attributes()
    assert isinstance(failure, IppFailure)
    assert failure.reason is Reason.UNREACHABLE


def test_request_is_retried_on_a_new_connection_if_the_device_closed_the_old_one() -> None:
    """Small devices close idle connections. Here each connection serves one request."""
    listener = socket.create_server(("127.0.0.1", 0))
    served = []

    def serve() -> None:
        for _ in range(2):
            connection, _address = listener.accept()
            with connection:
                data = connection.recv(65536)
                while b"\x03" not in data.partition(b"\r\n\r\n")[2][-1:]:
                    data += connection.recv(65536)
                served.append(data)
                body = reply(decode(data.partition(b"\r\n\r\n")[2]))
                head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n"
                connection.sendall(head.encode() + body)

    thread = threading.Thread(target=serve)
    thread.start()
    client = IppClient(f"ipp://127.0.0.1:{listener.getsockname()[1]}/ipp/print")
    try:
        assert client.jobs() == ()
        assert client.jobs() == ()
    finally:
        thread.join(5)
        listener.close()
        client.close()
    assert len(served) == 2


@pytest.mark.parametrize(
    ("uri", "why"),
    [
        ("ipp://printer.local/ipp/büro", "ASCII"),
        ("ipp://drucker-büro.local/ipp/print", "ASCII"),
        (f"ipp://printer.local/{'a' * 1024}", "1023"),
    ],
)
def test_address_that_does_not_fit_a_request_is_refused_at_once(uri: str, why: str) -> None:
    assert why in (wrong_address(uri) or "")
    with pytest.raises(ValueError, match=why):
        IppClient(uri)


@pytest.mark.parametrize(
    ("uri", "speaks"),
    [
        ("ipp://printer.local/ipp/print", True),
        ("ipps://printer.local:631/ipp/print", True),
        ("http://localhost:60000/ipp/print", True),
        ("usb://Example/Printer", False),
        ("socket://10.0.0.7:9100", False),
        (None, False),
    ],
)
def test_only_ipp_addresses_can_be_asked(uri: str | None, speaks: bool) -> None:
    assert speaks_ipp(uri) is speaks
    if uri is not None and not speaks:
        with pytest.raises(ValueError, match="IPP device"):
            IppClient(uri)
