"""A device that answers with a redirect: the client neither follows it nor reads its body."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from printing.ipp.client import IppClient, IppFailure, Reason
from printing.ipp.codec import MAX_MESSAGE_BYTES

CHUNK = b"x" * 100_000
CHUNKS = 40 * MAX_MESSAGE_BYTES // len(CHUNK)


class Redirecting:
    """A device that answers with a redirect and a very long body."""

    def __init__(self, listener: socket.socket, location: bytes) -> None:
        self._listener, self._location = listener, location
        self.sent = 0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        peer, _ = self._listener.accept()
        with suppress(OSError), peer:
            peer.recv(65_536)
            peer.sendall(b"HTTP/1.1 301 Moved\r\nLocation: " + self._location + b"\r\n\r\n")
            for _ in range(CHUNKS):
                peer.sendall(CHUNK)
                self.sent += len(CHUNK)
        self.over.set()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with closing(socket.create_server(("127.0.0.1", 0))) as made:
        yield made


@pytest.mark.parametrize("location", [b"/elsewhere", b"\xff\xfe", b"http://["])
def test_redirect_is_refused_and_its_body_not_read(
    listener: socket.socket, location: bytes
) -> None:
    device = Redirecting(listener, location)
    client = IppClient(f"ipp://127.0.0.1:{listener.getsockname()[1]}/ipp/print")
    try:
        failure = client.printer_attributes()
        assert isinstance(failure, IppFailure)
        assert (failure.reason, failure.detail) == (Reason.REFUSED, "HTTP 301")
    finally:
        client.close()
    assert device.over.wait(20)
    device.thread.join(10)
    assert device.sent < CHUNKS * len(CHUNK)
