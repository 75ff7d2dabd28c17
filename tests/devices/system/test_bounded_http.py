"""An HTTP exchange keeps its time limit and its size limit, and uses no proxy and no cookie."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from typing import Any

import pytest

from devices.system.bounded_http import (
    MAX_LOOKUPS,
    Broken,
    bounded_session,
    exchange_limits,
    why_broken,
)

LIMIT_S = 0.25
SLACK_S = 4.0
"""Extra time for a busy machine."""
NAME = "printer.example"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Peer:
    """A TCP server. When it has received a request's headers, ``answer`` of the test takes over."""

    def __init__(self, answer: Callable[[socket.socket], None]) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._answer = answer
        self.port = self._listener.getsockname()[1]
        self.asked: list[bytes] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                with closing(connection), suppress(OSError):
                    self.asked.append(connection.recv(65536))
                    self._answer(connection)

    def close(self) -> None:
        # ``close`` alone does not wake a thread that waits in ``accept``.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)


@pytest.fixture
def peer() -> Iterator[Callable[[Callable[[socket.socket], None]], Peer]]:
    peers: list[Peer] = []

    def make(answer: Callable[[socket.socket], None]) -> Peer:
        peers.append(Peer(answer))
        return peers[-1]

    yield make
    for each in peers:
        each.close()


def exchange(url: str, *, max_bytes: int = 1000, limit_s: float = LIMIT_S) -> bytes | Broken:
    session = bounded_session(None, {"User-Agent": "test"})
    try:
        with (
            exchange_limits(time.monotonic() + limit_s, max_bytes),
            session.post(url, data=b"x", timeout=(30, 30), stream=True) as response,
        ):
            return bytes(response.raw.read())
    except Exception as error:
        return why_broken(error)
    finally:
        session.close()


def trickle(*start: bytes) -> Callable[[socket.socket], None]:
    def answer(connection: socket.socket) -> None:
        for each in start:
            connection.sendall(each)
        stop = threading.Event()
        while not stop.wait(0.02):  # until the other side closes
            connection.sendall(b"1")

    return answer


@pytest.mark.parametrize(
    "start",
    [
        (),
        (b"HTTP/1.1 200 OK\r\nX-Long: ",),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nTrailer: ",),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n",),
    ],
    ids=["status line", "header", "chunk size", "trailer", "body"],
)
def test_an_answer_that_arrives_slowly_ends_at_the_deadline(
    peer: Any, start: tuple[bytes, ...]
) -> None:
    began = time.monotonic()
    answer = exchange(f"http://127.0.0.1:{peer(trickle(*start)).port}/")
    assert answer is Broken.TIMED_OUT
    assert time.monotonic() - began < LIMIT_S + SLACK_S


def test_an_exchange_after_its_deadline_times_out_at_once(peer: Any) -> None:
    quick = peer(lambda connection: connection.sendall(OK))
    address = f"http://127.0.0.1:{quick.port}/"
    assert exchange(address, limit_s=-1.0) is Broken.TIMED_OUT
    assert quick.asked == []
    assert exchange(address, limit_s=30.0) == b"ok"


def test_an_exchange_with_a_silent_peer_ends_at_the_deadline(peer: Any) -> None:
    """The socket's own time-out is far longer than the time left in the exchange."""

    def silent(connection: socket.socket) -> None:
        connection.settimeout(LIMIT_S + 2 * SLACK_S)
        while connection.recv(1):  # until the other side closes
            pass

    began = time.monotonic()
    assert exchange(f"http://127.0.0.1:{peer(silent).port}/") is Broken.TIMED_OUT
    assert time.monotonic() - began < LIMIT_S + SLACK_S


def test_an_answer_is_refused_only_beyond_the_size_limit(peer: Any) -> None:
    quick = peer(lambda connection: connection.sendall(OK))
    url = f"http://127.0.0.1:{quick.port}/"
    assert exchange(url, max_bytes=len(OK)) == b"ok"
    assert exchange(url, max_bytes=len(OK) - 1) is Broken.GARBAGE


def test_endless_100_continue_exceeds_the_size_limit(peer: Any) -> None:
    def answer(connection: socket.socket) -> None:
        while True:
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 50)

    assert exchange(f"http://127.0.0.1:{peer(answer).port}/") is Broken.GARBAGE


def test_a_hanging_name_lookup_ends_at_the_deadline_and_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    released, lookups = threading.Event(), []

    def hangs(host: str, *_: object) -> list[Any]:
        lookups.append(host)
        released.wait(8)  # far above the limit; a client without a limit ends, too
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", hangs)
    began = time.monotonic()
    try:
        assert exchange(f"http://{NAME}/") is Broken.TIMED_OUT
        assert exchange(f"http://{NAME}/") is Broken.TIMED_OUT
        assert time.monotonic() - began < 2 * LIMIT_S + SLACK_S
        assert lookups == [NAME]
        # The number of lookups at the same time is limited, too.
        for number in range(2 * MAX_LOOKUPS):
            assert exchange(f"http://printer-{number}.example/") is Broken.TIMED_OUT
        assert len(lookups) == MAX_LOOKUPS
    finally:
        released.set()
        for thread in threading.enumerate():
            if thread.name == "name-lookup":
                thread.join(10)
    assert exchange(f"http://{NAME}/") is Broken.UNREACHABLE


@pytest.mark.parametrize("error", [RuntimeError("can't start new thread"), MemoryError()])
def test_a_lookup_without_a_thread_does_not_block_the_next_one(
    peer: Any, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    quick = peer(lambda connection: connection.sendall(OK))
    start = threading.Thread.start

    def refuses(thread: threading.Thread) -> None:
        if thread.name == "name-lookup":
            raise error
        start(thread)

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuses)
        assert exchange(f"http://localhost:{quick.port}/") is Broken.UNREACHABLE
    assert exchange(f"http://localhost:{quick.port}/", limit_s=SLACK_S) == b"ok"


def test_a_lookup_that_fails_in_an_unexpected_way_does_not_block_the_next_one(
    peer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = peer(lambda connection: connection.sendall(OK))

    def fails(*_: object) -> list[Any]:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(socket, "getaddrinfo", fails)
        assert exchange(f"http://localhost:{quick.port}/", limit_s=SLACK_S) is Broken.UNREACHABLE
    assert exchange(f"http://localhost:{quick.port}/", limit_s=SLACK_S) == b"ok"


def test_an_address_family_that_the_system_lacks_is_skipped(
    peer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name can have an IPv6 address although the kernel has IPv6 switched off."""
    quick = peer(lambda connection: connection.sendall(OK))
    # AF_APPLETALK: a family for which the kernel creates no socket.
    addresses = [
        (socket.AF_APPLETALK, socket.SOCK_STREAM, 0, "", ("::1", quick.port, 0, 0)),
        (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", quick.port)),
    ]
    with pytest.raises(OSError, match="not supported"):
        socket.socket(socket.AF_APPLETALK, socket.SOCK_STREAM)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: addresses)
    assert exchange(f"http://{NAME}:{quick.port}/", limit_s=SLACK_S) == b"ok"


def test_proxies_of_the_environment_are_not_used(
    peer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = peer(lambda connection: connection.sendall(OK))
    device = peer(lambda connection: connection.sendall(OK))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert exchange(f"http://127.0.0.1:{device.port}/") == b"ok"
    assert len(device.asked) == 1
    assert proxy.asked == []


def test_cookies_are_not_kept(peer: Any) -> None:
    device = peer(
        lambda connection: connection.sendall(
            b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 0\r\n"
            b"Connection: close\r\n\r\n"
        )
    )
    session = bounded_session(None, {})
    with closing(session):
        for _ in range(2):
            with exchange_limits(time.monotonic() + 5, 1000):
                session.post(f"http://127.0.0.1:{device.port}/", timeout=5).close()
    assert len(device.asked) == 2
    assert b"cookie" not in device.asked[1].lower()
