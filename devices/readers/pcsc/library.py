"""The PC/SC library (winscard): seven calls that return their code, and what each code means.

For the PC/SC reader. A thin layer over pyscard's C wrappers, so that tests can replace the
service. It keeps no state and never retries.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from enum import IntEnum, IntFlag
from pathlib import Path
from typing import Protocol

from ...faults import (
    ACCESS_DENIED,
    CARD_MUTE,
    CARD_PULLED,
    READER_BUSY,
    READER_FAILED,
    READER_UNPLUGGED,
    SERVICE_DOWN,
    SERVICE_MISMATCH,
)
from ...health import Fault

PNP_NOTIFICATION = "\\\\?PnP?\\Notification"
"""The pseudo-reader whose state changes when a reader is attached or removed (pcsclite,
Windows)."""


DAEMON_SOCKET = Path("/run/pcscd/pcscd.comm")
"""The daemon's socket in pcsclite; the environment variable ``PCSCLITE_CSOCK_NAME`` overrides
it."""


_PROBE_S = 1.0
"""Time limit, in seconds, for connecting to the daemon's socket. A local connection is
immediate."""


class Code(IntEnum):
    """The return codes that this package distinguishes (pcsclite.h; unsigned 32 bit)."""

    OK = 0
    NO_MEMORY = 0x80100006
    UNKNOWN_READER = 0x80100009
    TIMEOUT = 0x8010000A
    SHARING_VIOLATION = 0x8010000B
    NO_SMARTCARD = 0x8010000C
    PROTO_MISMATCH = 0x8010000F
    COMM_ERROR = 0x80100013
    NOT_TRANSACTED = 0x80100016
    READER_UNAVAILABLE = 0x80100017
    CARD_UNSUPPORTED = 0x8010001C
    NO_SERVICE = 0x8010001D
    SERVICE_STOPPED = 0x8010001E
    NO_ACCESS = 0x80100027
    NO_READERS = 0x8010002E
    UNSUPPORTED_CARD = 0x80100065
    UNRESPONSIVE_CARD = 0x80100066
    UNPOWERED_CARD = 0x80100067
    RESET_CARD = 0x80100068
    REMOVED_CARD = 0x80100069
    SECURITY_VIOLATION = 0x8010006A


class State(IntFlag):
    """Bits of a reader's state. The upper sixteen bits count insertions and removals."""

    CHANGED = 0x0002
    UNKNOWN = 0x0004
    UNAVAILABLE = 0x0008
    PRESENT = 0x0020
    MUTE = 0x0200


class Library(Protocol):
    """The PC/SC calls that the reader uses. Each may block; each returns its code first."""

    def establish(self) -> tuple[int, int]:
        """Open a context; return it."""
        ...

    def release(self, context: int) -> int:
        """Close the context and all its handles."""
        ...

    def readers(self, context: int) -> tuple[int, list[str]]:
        """Return the names of all readers."""
        ...

    def wait(
        self, context: int, timeout_ms: int, known: Sequence[tuple[str, int]]
    ) -> tuple[int, list[tuple[str, int, bytes]]]:
        """Wait until a reader's state differs from ``known``, or for ``timeout_ms``.

        Return the name, state and ATR of each reader.
        """
        ...

    def connect(self, context: int, reader: str) -> tuple[int, int, int]:
        """Power the card for exclusive use; return handle and protocol."""
        ...

    def transmit(self, handle: int, protocol: int, apdu: bytes) -> tuple[int, bytes]:
        """Send a command APDU; return the answer, with the status word at its end."""
        ...

    def disconnect(self, handle: int) -> int:
        """Close the connection without resetting the card."""
        ...


class Winscard:
    """The library of this machine, through pyscard's C wrappers (they release the GIL)."""

    def __init__(self) -> None:
        # Imported here, on the reader's thread, so that the welcome page does not wait for it.
        from smartcard import scard

        self._scard = scard

    def establish(self) -> tuple[int, int]:
        code, context = self._scard.SCardEstablishContext(self._scard.SCARD_SCOPE_SYSTEM)
        if _unsigned(code) == Code.NO_SERVICE:
            # pcsclite also returns "no service" if this user may not open the socket, or if the
            # daemon closes the connection before the first request is written.
            if _socket_refuses():
                code = Code.NO_ACCESS
            elif _daemon_listens():
                code = Code.SECURITY_VIOLATION
        return _unsigned(code), context

    def release(self, context: int) -> int:
        return _unsigned(self._scard.SCardReleaseContext(context))

    def readers(self, context: int) -> tuple[int, list[str]]:
        code, names = self._scard.SCardListReaders(context, [])
        return _unsigned(code), list(names)

    def wait(
        self, context: int, timeout_ms: int, known: Sequence[tuple[str, int]]
    ) -> tuple[int, list[tuple[str, int, bytes]]]:
        code, states = self._scard.SCardGetStatusChange(context, timeout_ms, list(known))
        return _unsigned(code), [(name, state, bytes(atr)) for name, state, atr in states]

    def connect(self, context: int, reader: str) -> tuple[int, int, int]:
        scard = self._scard
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        code, handle, protocol = scard.SCardConnect(
            context, reader, scard.SCARD_SHARE_EXCLUSIVE, protocols
        )
        return _unsigned(code), handle, protocol

    def transmit(self, handle: int, protocol: int, apdu: bytes) -> tuple[int, bytes]:
        code, answer = self._scard.SCardTransmit(handle, protocol, list(apdu))
        return _unsigned(code), bytes(answer)

    def disconnect(self, handle: int) -> int:
        return _unsigned(self._scard.SCardDisconnect(handle, self._scard.SCARD_LEAVE_CARD))


def _socket_path() -> str:
    return os.environ.get("PCSCLITE_CSOCK_NAME", str(DAEMON_SOCKET))


def _socket_refuses() -> bool:
    """Whether the daemon's socket exists, but this process has no permission to open it."""
    path = _socket_path()
    try:
        os.stat(path)
    except OSError as error:
        return isinstance(error, PermissionError)
    return not os.access(path, os.R_OK | os.W_OK)


def _daemon_listens() -> bool:
    """Whether the daemon accepts connections. The socket of a daemon that ended refuses them."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(_PROBE_S)
        try:
            probe.connect(_socket_path())
        except OSError:
            return False
        return True


def describe_code(code: int) -> str:
    """Return the code in hex and its name if it has one: ``8010001D NO_SERVICE``."""
    try:
        return f"{code:08X} {Code(code).name}"
    except ValueError:
        return f"{code:08X}"


def service_fault(code: int, *, connected: bool) -> Fault:
    """Return the fault for a code that concerns the service as a whole.

    ``connected``: a context was open when the call failed. pcsclite returns SECURITY_VIOLATION
    whenever the daemon closes the connection. On a new connection that is a refusal (polkit, or
    no free context); on an established one it means that the daemon ended.
    """
    match code:
        case Code.SECURITY_VIOLATION if connected:
            fault = SERVICE_DOWN
        case Code.SERVICE_STOPPED:
            fault = SERVICE_MISMATCH
        case Code.NO_ACCESS | Code.SECURITY_VIOLATION | Code.NO_MEMORY:
            fault = ACCESS_DENIED
        case Code.UNKNOWN_READER | Code.READER_UNAVAILABLE:
            fault = READER_UNPLUGGED
        case _:
            fault = SERVICE_DOWN
    return fault.with_detail(describe_code(code))


def card_fault(code: int) -> Fault:
    """Return the fault for a code that connecting to a card, or a command to it, returned."""
    match code:
        case Code.NO_SMARTCARD | Code.REMOVED_CARD | Code.RESET_CARD | Code.NOT_TRANSACTED:
            fault = CARD_PULLED
        case (
            Code.UNRESPONSIVE_CARD
            | Code.UNPOWERED_CARD
            | Code.PROTO_MISMATCH
            | Code.UNSUPPORTED_CARD
            | Code.CARD_UNSUPPORTED
        ):
            fault = CARD_MUTE
        case Code.SHARING_VIOLATION:
            fault = READER_BUSY
        case Code.UNKNOWN_READER | Code.READER_UNAVAILABLE:
            fault = READER_UNPLUGGED
        case (
            Code.NO_SERVICE
            | Code.SERVICE_STOPPED
            | Code.COMM_ERROR
            | Code.SECURITY_VIOLATION  # the daemon ended, see service_fault
        ):
            fault = SERVICE_DOWN
        case _:
            fault = READER_FAILED
    return fault.with_detail(describe_code(code))


def _unsigned(code: int) -> int:
    """Return the code as an unsigned number. In some builds of pyscard codes are signed."""
    return code & 0xFFFFFFFF
