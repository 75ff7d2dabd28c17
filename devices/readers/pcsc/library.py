"""The PC/SC library (winscard) as seven calls that return their code, and the codes' meaning.

For the PC/SC reader. One thin layer over pyscard's C wrappers, so that tests can put another
service below the reader. It keeps no state and never retries.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from enum import IntEnum, IntFlag
from pathlib import Path
from typing import Protocol

from devices.faults import (
    ACCESS_DENIED,
    CARD_MUTE,
    CARD_PULLED,
    READER_BUSY,
    READER_FAILED,
    READER_UNPLUGGED,
    SERVICE_DOWN,
    SERVICE_MISMATCH,
)
from devices.health import Fault

PNP_NOTIFICATION = "\\\\?PnP?\\Notification"
"""The pseudo-reader whose state changes when readers come and go (pcsclite, Windows)."""


DAEMON_SOCKET = Path("/run/pcscd/pcscd.comm")
"""Where pcsclite's library looks for its daemon, unless ``PCSCLITE_CSOCK_NAME`` says otherwise."""


_PROBE_S = 1.0
"""Seconds that a connection to the daemon's socket may take; a local one takes none."""


class Code(IntEnum):
    """Return codes that are told apart (pcsclite.h; unsigned 32 bit)."""

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
    """Bits of a reader's state; the upper sixteen count insertions and removals."""

    CHANGED = 0x0002
    UNKNOWN = 0x0004
    UNAVAILABLE = 0x0008
    PRESENT = 0x0020
    MUTE = 0x0200


class Library(Protocol):
    """What the reader needs of PC/SC. Every call may block and returns its code first."""

    def establish(self) -> tuple[int, int]:
        """A context."""
        ...

    def release(self, context: int) -> int:
        """Give the context back, with all its handles."""
        ...

    def readers(self, context: int) -> tuple[int, list[str]]:
        """The names of all readers."""
        ...

    def wait(
        self, context: int, timeout_ms: int, known: Sequence[tuple[str, int]]
    ) -> tuple[int, list[tuple[str, int, bytes]]]:
        """Wait until a reader's state differs from the one known: name, state, ATR of each."""
        ...

    def connect(self, context: int, reader: str) -> tuple[int, int, int]:
        """Power the card, for this program alone: handle and protocol."""
        ...

    def transmit(self, handle: int, protocol: int, apdu: bytes) -> tuple[int, bytes]:
        """Send a command APDU: the answer with its status word."""
        ...

    def disconnect(self, handle: int) -> int:
        """Let the card go and leave it as it is."""
        ...


class Winscard:
    """The library of this machine, through pyscard's C wrappers (which let go of the GIL)."""

    def __init__(self) -> None:
        # Imported on first use, on the reader's thread: the welcome page does not wait for it.
        from smartcard import scard

        self._scard = scard

    def establish(self) -> tuple[int, int]:
        code, context = self._scard.SCardEstablishContext(self._scard.SCARD_SCOPE_SYSTEM)
        if _unsigned(code) == Code.NO_SERVICE:
            # pcsclite says "no service" also for a socket that this user may not open, and for a
            # daemon that closes the connection before the first request is written.
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
    """Whether the daemon's socket is there, and this process may not open it."""
    path = _socket_path()
    try:
        os.stat(path)
    except OSError as error:
        return isinstance(error, PermissionError)
    return not os.access(path, os.R_OK | os.W_OK)


def _daemon_listens() -> bool:
    """Whether something accepts connections on the daemon's socket; a dead daemon's does not."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(_PROBE_S)
        try:
            probe.connect(_socket_path())
        except OSError:
            return False
        return True


def describe_code(code: int) -> str:
    """``8010001D NO_SERVICE``: the raw code always, the name when known."""
    try:
        return f"{code:08X} {Code(code).name}"
    except ValueError:
        return f"{code:08X}"


def service_fault(code: int, *, connected: bool) -> Fault:
    """What a code of the service as a whole means: of establish, or once ``connected``.

    pcsclite says SECURITY_VIOLATION for any connection that the daemon closes: polkit's refusal,
    or no more contexts, while it is new. One that stood was closed by the daemon's end.
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
    """What a code of one card's connection or command means."""
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
            | Code.SECURITY_VIOLATION  # the daemon closed the connection, see service_fault
        ):
            fault = SERVICE_DOWN
        case _:
            fault = READER_FAILED
    return fault.with_detail(describe_code(code))


def _unsigned(code: int) -> int:
    """pyscard's builds differ in whether a code is signed."""
    return code & 0xFFFFFFFF
