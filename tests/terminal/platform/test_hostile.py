"""Answers that no honest platform gives: each becomes a fault, none an exception."""

from __future__ import annotations

import gzip
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from devices.health import Fault
from terminal.platform import faults, wire
from terminal.platform.catalogue import open_catalogue
from terminal.platform.client import PlatformClient, Timeouts
from terminal.platform.signer import HmacSha256Signer, Unsigned
from terminal.platform.transport import MAX_ANSWER_BYTES
from terminal.sandbox.process import SandboxProcess
from terminal.sandbox.signing import DemoAuthority
from tests.sandbox_fixture import ClientMaker, sample_identity

SECRET = "王建明"
DEEP = b"[" * 100_000
NOT_JSON = {
    "nested without end": b'{"person":' + DEEP,
    "nested without end where nothing is read": b'{"later":' + DEEP,
    "no text": b'{"person":"' + SECRET.encode("gb18030") + b'"}',
    "half a surrogate": b'{"person":"\\ud800"}',
    "a number without end": b'{"expires_in_s":' + b"9" * 100_000 + b"}",
    "nothing": b"",
}


class Peer:
    """A platform with a valid certificate that sends the same bytes for every request."""

    def __init__(self, authority: DemoAuthority, listener: socket.socket) -> None:
        pair = authority.issue_server_certificate(["127.0.0.1"])
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(pair.certificate, pair.key)
        self._listener = listener
        self.anchor = authority.tls_anchor
        self.address = f"https://127.0.0.1:{listener.getsockname()[1]}"
        self.answer: Callable[[ssl.SSLSocket], None] = lambda _peer: None
        self.asked = b""
        self.sent = 0
        self.over = threading.Event()
        """Set when an answer was sent completely or the client closed the connection."""
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        while True:
            try:
                raw, _ = self._listener.accept()
            except OSError:
                return
            with suppress(OSError), self._context.wrap_socket(raw, server_side=True) as peer:
                self.asked = b""
                while not self.asked.endswith(b"}"):
                    self.asked += peer.recv(65_536)
                self.answer(peer)
            self.over.set()

    def says(self, head: bytes, body: bytes = b"", times: int = 1) -> None:
        """Answer with ``head``, then ``body`` that many times."""

        def answer(peer: ssl.SSLSocket) -> None:
            peer.sendall(head + b"\r\n\r\n")
            for _ in range(times):
                peer.sendall(body)
                self.sent += len(body)

        self.answer = answer

    def says_json(self, body: bytes, status: bytes = b"200 OK") -> None:
        """Answer with this body as JSON."""
        length = b"Content-Length: %d" % len(body)
        head = b"HTTP/1.1 " + status + b"\r\nContent-Type: application/json\r\n" + length
        self.says(head, body)


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[Peer]:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        made = Peer(DemoAuthority.create(tmp_path / "authority"), listener)
        yield made
        listener.shutdown(socket.SHUT_RDWR)
    made.thread.join(10)
    assert not made.thread.is_alive()


@pytest.fixture
def client(peer: Peer, new_client: ClientMaker) -> PlatformClient:
    patient = Timeouts(connect_s=10.0, read_s=20.0, total_s=30.0, retry_after_s=())
    return new_client(peer.address, ca_file=peer.anchor, timeouts=patient)


def fault_of(answer: object) -> Fault:
    assert isinstance(answer, Fault), answer
    return answer


@pytest.mark.parametrize("what", NOT_JSON)
@pytest.mark.parametrize("status", [b"200 OK", b"409 Conflict"], ids=["answer", "refusal"])
def test_invalid_json_is_garbage_and_not_logged(
    peer: Peer, client: PlatformClient, caplog: pytest.LogCaptureFixture, what: str, status: bytes
) -> None:
    caplog.set_level(logging.DEBUG)
    peer.says_json(NOT_JSON[what], status)
    for answer in (client.identify(sample_identity()), client.check_code("p", "123456")):
        fault = fault_of(answer)
        assert fault.same_as(faults.GARBAGE), fault
        assert SECRET not in fault.detail
    assert SECRET not in caplog.text


@pytest.mark.parametrize("what", NOT_JSON)
def test_invalid_catalogue_json_is_garbage(what: str) -> None:
    fault = fault_of(open_catalogue(NOT_JSON[what], bytes(32), now=0.0))
    assert fault.same_as(faults.GARBAGE)


@pytest.mark.parametrize(
    "location",
    [b"\xff\xfe", b"http://[", b"https://x:99999999/", b"//", b"\t", b"https://\xe7\x8e"],
)
def test_redirect_is_refused_for_any_location(
    peer: Peer, client: PlatformClient, location: bytes
) -> None:
    peer.says(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location)
    fault = fault_of(client.identify(sample_identity()))
    assert fault.same_as(faults.GARBAGE), fault
    assert fault.detail == "redirect 302"


def test_body_of_a_redirect_is_not_read(peer: Peer, client: PlatformClient) -> None:
    head = b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Type: application/json"
    chunk = b"x" * 1_000_000
    times = 4 * MAX_ANSWER_BYTES // len(chunk)
    peer.says(head, chunk, times)
    assert fault_of(client.identify(sample_identity())).same_as(faults.GARBAGE)
    assert peer.over.wait(20)
    assert peer.sent < times * len(chunk)


def test_body_in_place_of_headers_is_not_logged(
    peer: Peer, client: PlatformClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Like a gateway that loses the empty line before the body; the library would log it."""
    caplog.set_level(logging.DEBUG)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
    peer.says(head + b'{"' + b"100101195803120216" + b'"}', b"{}")
    assert fault_of(client.identify(sample_identity())).same_as(faults.GARBAGE)
    assert "/v1/identify" in caplog.text  # the library does log
    assert "100101195803120216" not in caplog.text


def test_compressed_answer_is_refused(peer: Peer, client: PlatformClient) -> None:
    """A small compressed answer would become gigabytes."""
    packed = gzip.compress(b" " * 50_000_000)
    peer.says(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
        b"Content-Length: %d" % len(packed), packed,
    )  # fmt: skip
    fault = fault_of(client.identify(sample_identity()))
    assert fault.same_as(faults.GARBAGE)
    assert fault.detail == "content encoding was not asked for"


def test_answer_with_two_different_lengths_is_refused(peer: Peer, client: PlatformClient) -> None:
    """The chunks and a header give different lengths."""
    peer.says(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\nContent-Length: 9", b"2\r\n{}\r\n0\r\n\r\n",
    )  # fmt: skip
    fault = fault_of(client.identify(sample_identity()))
    assert fault.same_as(faults.UNREACHABLE)
    assert fault.detail == "the answer broke off"


@pytest.mark.parametrize("folder", ["", "/", "/station", "/station/"])
def test_signed_path_is_the_sent_path(
    peer: Peer, new_client: ClientMaker, sandbox: SandboxProcess, folder: str
) -> None:
    """Also in a subfolder of the host: the platform checks the path that it received."""
    client = new_client(peer.address + folder, ca_file=peer.anchor)
    peer.says_json(b"{}")
    client.heartbeat(True, 1, ())
    head, _, body = peer.asked.partition(b"\r\n\r\n")
    request, *lines = head.decode().split("\r\n")
    method, path, _ = request.split(" ")
    sent = dict(line.split(": ", 1) for line in lines)
    assert path == folder.rstrip("/") + "/v1/heartbeat"
    seen = Unsigned(method, path, body, int(sent[wire.HEADER_TIMESTAMP]), sent[wire.HEADER_NONCE])
    wanted = HmacSha256Signer(sandbox.app_id, "T-0001", sandbox.request_key).headers(seen)
    assert wanted.items() <= sent.items()
