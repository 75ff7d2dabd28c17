"""Which cupsd the terminal uses, and as which user. The environment and the client.conf of CUPS
must not change either."""

from __future__ import annotations

import os
import pwd
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from printing.cups.queue import CupsQueue, CupsWorker, Problem, QueueFailure, QueueState
from printing.ipp.codec import Attribute, CodecError, Group, Message, Tag, Value, decode, encode

ANSWER_S = 20.0


class FakeCupsd:
    """A server that answers each IPP request like an idle printer and keeps the requests."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self.connections = 0
        self.raw: list[bytes] = []
        self.asked: list[Message] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                with closing(connection), suppress(OSError):
                    self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        data = b""
        while True:
            got = connection.recv(65536)
            if not got:
                return
            self.raw.append(got)
            data += got
            head, _, body = data.partition(b"\r\n\r\n")
            try:
                request = decode(body)
            except CodecError:
                if b"100-continue" in head.lower() and not body:
                    connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
                continue
            self.asked.append(request)
            printer = Group(
                Tag.PRINTER,
                (
                    Attribute("printer-state", (Value(Tag.ENUM, 3),)),
                    Attribute("printer-state-reasons", (Value(Tag.KEYWORD, "none"),)),
                    Attribute("printer-is-accepting-jobs", (Value(Tag.BOOLEAN, True),)),
                ),
            )
            reply = encode(Message(0, request.request_id, (printer,), (2, 0)))
            head_ = (
                "HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\n"
                f"Content-Length: {len(reply)}\r\n\r\n"
            )
            connection.sendall(head_.encode() + reply)
            data = b""

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeCupsd]:
    """A server that all settings of libcups in the environment point to. It must stay unused."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = FakeCupsd(listener)
    port = listener.getsockname()[1]
    home = tmp_path / "home"
    for folder in (home / ".cups", tmp_path / "etc"):
        folder.mkdir(parents=True)
        (folder / "client.conf").write_text(
            f"ServerName 127.0.0.1:{port}\nUser somebody-else\nEncryption Required\n"
        )
    for name, value in {
        "HOME": str(home),
        "CUPS_SERVER": f"127.0.0.1:{port}",
        "CUPS_USER": "somebody-else",
        "CUPS_ENCRYPTION": "Required",
        "CUPS_SERVERROOT": str(tmp_path / "etc"),
        "IPP_PORT": str(port),
        "http_proxy": f"http://127.0.0.1:{port}",
    }.items():
        monkeypatch.setenv(name, value)
    yield server
    server.close()


@pytest.fixture
def configured(tmp_path: Path) -> Iterator[tuple[str, FakeCupsd]]:
    path = tmp_path / "cups.sock"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()
    server = FakeCupsd(listener)
    yield str(path), server
    server.close()


def state_of(server: str | None) -> QueueState | QueueFailure:
    queue = CupsQueue("station", server=server)
    try:
        return queue.state().result(ANSWER_S)
    finally:
        queue.worker.close()


def test_without_a_server_only_the_local_socket_is_used(elsewhere: FakeCupsd) -> None:
    answer = state_of(None)
    assert elsewhere.connections == 0
    # On this machine there is no cupsd, or one without this queue.
    assert isinstance(answer, QueueFailure)
    assert answer.problem in (Problem.DOWN, Problem.MISSING)


def test_without_a_server_the_local_cupsd_answers(
    elsewhere: FakeCupsd, configured: tuple[str, FakeCupsd], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, server = configured
    monkeypatch.setattr("printing.cups.queue.LOCAL_SERVER", path)
    assert isinstance(state_of(None), QueueState)
    assert (len(server.asked), elsewhere.connections) == (1, 0)


def test_configured_socket_is_used_as_this_user(
    elsewhere: FakeCupsd, configured: tuple[str, FakeCupsd]
) -> None:
    path, server = configured
    answer = state_of(path)
    assert isinstance(answer, QueueState)
    assert (answer.state, answer.accepting) == (3, True)
    queue = CupsQueue("station", server=path)
    with closing(queue.worker):
        assert queue.open_jobs().result(ANSWER_S) == ()
    assert elsewhere.connections == 0
    request = server.asked[-1]
    me = pwd.getpwuid(os.getuid()).pw_name
    assert request.groups[0].text("requesting-user-name") == me


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_configured_host_is_used_as_configured(elsewhere: FakeCupsd, host: str) -> None:
    """This holds even if the environment requires another encryption or user."""
    six = host.startswith("[")
    try:
        listener = socket.create_server(
            ("::1" if six else "127.0.0.1", 0), family=socket.AF_INET6 if six else socket.AF_INET
        )
    except OSError as error:
        if not six:
            raise
        pytest.skip(f"no IPv6 here: {error.strerror}")
    server = FakeCupsd(listener)
    try:
        answer = state_of(f"{host}:{listener.getsockname()[1]}")
    finally:
        server.close()
    assert isinstance(answer, QueueState)
    assert elsewhere.connections == 0
    assert b"Upgrade: TLS" not in b"".join(server.raw)


def test_every_new_connection_goes_to_the_configured_server(
    elsewhere: FakeCupsd, configured: tuple[str, FakeCupsd]
) -> None:
    """libcups keeps its server per thread, so a thread that replaces a hung one must set it too."""
    path, server = configured
    queue = CupsQueue("station", server=path)
    worker: CupsWorker = queue.worker
    let_go = threading.Event()
    try:
        hung = worker.call(lambda _connection: let_go.wait(30))
        worker.abandon(hung)
        assert isinstance(queue.state().result(ANSWER_S), QueueState)
        refused = worker.call(lambda cups: cups.getPrinterAttributes())
        assert isinstance(refused.result(ANSWER_S), QueueFailure)
        assert isinstance(queue.state().result(ANSWER_S), QueueState)
    finally:
        let_go.set()
        worker.close()
    assert elsewhere.connections == 0
    assert len(server.asked) == 2
