"""A small daemon on pcscd's socket, as the peer of the real libpcsclite.

For rig tests of what the real pcscd cannot do there: have another version, or attach and unplug
readers (the rig's virtual reader always stays). It follows pcsc-lite's protocol 4:4
(``winscard_msg.h``): a header with size and command, then the command's struct; the answer is the
same struct, filled in. It supports no cards.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from enum import IntEnum
from pathlib import Path

SOCKET = Path("/run/pcscd/pcscd.comm")
OURS = (4, 4)
"""The protocol version of pcsc-lite 1.9."""

_E_SERVICE_STOPPED = 0x8010001E
_MOST_READERS = 16
_ABSENT = 0x0002
_NAME_BYTES = 128
_READER = struct.Struct(f"={_NAME_BYTES}sIIi33s3xII")
"""Name, event counter, state, sharing, ATR, its length, protocol."""


class _Command(IntEnum):
    ESTABLISH = 0x01
    RELEASE = 0x02
    VERSION = 0x11
    READERS = 0x12
    WAIT = 0x13
    STOP_WAITING = 0x14


class FakePcscd:
    """The daemon, which runs within a ``with`` block.

    ``asked`` are the protocol versions of its clients. If ``version`` differs from theirs, it only
    reports that, as pcscd does. With ``refuses`` it closes each connection immediately, as pcscd
    does if it has no free context.
    """

    def __init__(
        self, *readers: str, version: tuple[int, int] = OURS, refuses: bool = False
    ) -> None:
        self._version = version
        self._refuses = refuses
        self.refused = 0
        """Number of connections that were closed immediately."""
        self._readers = list(readers)
        self._waiting: set[socket.socket] = set()
        self._clients: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._socket = socket.socket(socket.AF_UNIX)
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self.asked: list[tuple[int, int]] = []

    def plug(self, name: str) -> None:
        """Attach a reader."""
        with self._lock:
            self._readers.append(name)
            self._wake()

    def unplug(self, name: str) -> None:
        """Remove a reader."""
        with self._lock:
            self._readers.remove(name)
            self._wake()

    def __enter__(self) -> FakePcscd:
        SOCKET.unlink(missing_ok=True)
        self._socket.bind(str(SOCKET))
        self._socket.listen()
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        # Only ``shutdown`` wakes threads that wait for a client or for its next request.
        with self._lock:
            for waiting in (self._socket, *self._clients):
                with contextlib.suppress(OSError):
                    waiting.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        self._socket.close()
        SOCKET.unlink(missing_ok=True)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            if self._refuses:
                client.close()
                self.refused += 1
                continue
            with self._lock:
                self._clients.add(client)
            self._threads.append(threading.Thread(target=self._serve, args=(client,), daemon=True))
            self._threads[-1].start()

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(EOFError, OSError):
            while True:
                size, command = struct.unpack("=II", _exactly(client, 8))
                body = _exactly(client, size)
                with self._lock:
                    client.sendall(self._answer(client, command, body))
        with self._lock:
            self._waiting.discard(client)
            self._clients.discard(client)

    def _answer(self, client: socket.socket, command: int, body: bytes) -> bytes:
        match command:
            case _Command.VERSION:
                major, minor, _ = struct.unpack("=iiI", body)
                self.asked.append((major, minor))
                code = 0 if (major, minor) == self._version else _E_SERVICE_STOPPED
                return struct.pack("=iiI", *self._version, code)
            case _Command.ESTABLISH:
                scope, _, _ = struct.unpack("=III", body)
                return struct.pack("=III", scope, client.fileno(), 0)
            case _Command.RELEASE:
                context, _ = struct.unpack("=II", body)
                return struct.pack("=II", context, 0)
            case _Command.READERS:
                return self._states()
            case _Command.WAIT:
                self._waiting.add(client)
                return self._states()
            case _Command.STOP_WAITING if client in self._waiting:
                self._waiting.discard(client)
                return struct.pack("=II", 0, 0)
            case _Command.STOP_WAITING:
                return b""
        raise EOFError(command)

    def _states(self) -> bytes:
        known = b"".join(
            _READER.pack(name.encode(), 0, _ABSENT, 0, b"", 0, 0) for name in self._readers
        )
        return known.ljust(_MOST_READERS * _READER.size, b"\0")

    def _wake(self) -> None:
        for client in self._waiting:
            with contextlib.suppress(OSError):
                client.sendall(struct.pack("=II", 0, 0))
        self._waiting.clear()


def _exactly(client: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        chunk = client.recv(count - len(data))
        if not chunk:
            raise EOFError
        data += chunk
    return data
