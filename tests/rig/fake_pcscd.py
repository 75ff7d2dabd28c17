"""A daemon of another version on pcscd's socket: it answers the first question, and refuses.

For rig tests: the real libpcsclite asks it. The exchange is pcsc-lite's own (`winscard_msg.h`):
a header of size and command, then the version asked for; the answer names the daemon's, and a code.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from pathlib import Path

SOCKET = Path("/run/pcscd/pcscd.comm")
_CMD_VERSION = 0x11
_E_SERVICE_STOPPED = 0x8010001E


class OtherVersion:
    """Listens until it is left; ``asked`` are the protocol versions that clients named."""

    def __init__(self, major: int = 3, minor: int = 0) -> None:
        self._version = (major, minor)
        self._socket = socket.socket(socket.AF_UNIX)
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self.asked: list[tuple[int, int]] = []

    def __enter__(self) -> OtherVersion:
        SOCKET.unlink(missing_ok=True)
        self._socket.bind(str(SOCKET))
        self._socket.listen()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        # Only this wakes a thread that waits for the next client.
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._socket.close()
        SOCKET.unlink(missing_ok=True)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            with client:
                self._answer(client)

    def _answer(self, client: socket.socket) -> None:
        size, command = struct.unpack("=II", _exactly(client, 8))
        body = _exactly(client, size)
        if command == _CMD_VERSION:
            major, minor, _ = struct.unpack("=iiI", body)
            self.asked.append((major, minor))
            client.sendall(struct.pack("=iiI", *self._version, _E_SERVICE_STOPPED))


def _exactly(client: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        chunk = client.recv(count - len(data))
        if not chunk:
            raise EOFError
        data += chunk
    return data
