"""Emulated cards for the virtual reader (vpcd), with faults that a test can choose.

For rig tests of any package. Cards answer with bytes from the reference tables. ``VirtualSlot``
presents them to the virtual reader of the real pcscd and removes them. It imports nothing of the
code under test.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

SOCIAL_SECURITY_ATR = bytes.fromhex("3B6D000000905431168660130425001C4E")
STORAGE_ATR = bytes.fromhex("3B8F8001804F0CA000000306070000000000006F")
"""A storage card (PC/SC part 3), ISO 14443 B part 3, without a card name."""
MIFARE_ATR = bytes.fromhex("3B8F8001804F0CA000000306030001000000006A")
"""A storage card, MIFARE Classic 1K (ISO 14443 A part 3), such as a bus pass."""
CONTACTLESS_ATR = bytes.fromhex("3B80800101")

_OFF, _ON, _RESET, _ATR = b"\x00", b"\x01", b"\x02", b"\x04"


class Card(Protocol):
    """A card that can be presented to the virtual reader."""

    @property
    def atr(self) -> bytes: ...

    def answer(self, apdu: bytes) -> bytes:
        """Return the response APDU."""
        ...


@dataclass
class SocialSecurityCard:
    """社会保障卡: EF05 and EF06 (tag to value), and which commands this card supports.

    ``form`` of READ RECORD: "tag" (``00 B2 tag 00``), "number" (``00 B2 n 04``), "short"
    (``00 B2 tag 28|30``). ``protected``: EF06 requires external authentication (3.0).
    """

    ef05: Mapping[int, bytes]
    ef06: Mapping[int, bytes]
    form: str = "tag"
    protected: bool = False
    knows_application: bool = True
    """Whether SELECT by name finds the application (else 6A82)."""
    chained: bool = True
    """Whether SELECT by name answers 61xx first."""
    exact_le: bool = False
    """Whether an Le that is not the record's length is answered with 6Cxx."""
    select_p1: int = 0x00
    """The P1 that it accepts in SELECT of a file."""
    answers: Mapping[int, bytes] = field(default_factory=dict)
    """Complete answers (with status word) by tag, which replace that record."""
    atr: bytes = SOCIAL_SECURITY_ATR
    _file: Mapping[int, bytes] = field(default_factory=dict)
    _pending: bytes = b""

    def answer(self, apdu: bytes) -> bytes:
        head, p1, p2 = apdu[:2], apdu[2], apdu[3]
        if head == b"\x00\xa4" and p1 == 0x04:
            return self._select_application(apdu[5:])
        if head == b"\x00\xa4" and p1 in (0x00, 0x02):
            return self._select_file(p1, apdu[5:])
        if head == b"\x00\xc0":
            pending, self._pending = self._pending, b""
            return pending + b"\x90\x00"
        if head == b"\x00\xb2":
            return self._read(p1, p2, apdu[4])
        return b"\x6d\x00"

    def _select_application(self, name: bytes) -> bytes:
        if not self.knows_application or name != bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF"):
            return b"\x6a\x82"
        fci = bytes.fromhex("6F11840F7378312E73682EC9E7BBE1B1A3D5CF")
        if not self.chained:
            return fci + b"\x90\x00"
        self._pending = fci
        return bytes((0x61, len(fci)))

    def _select_file(self, p1: int, identifier: bytes) -> bytes:
        files = {b"\xef\x05": self.ef05, b"\xef\x06": self.ef06}
        if p1 != self.select_p1:
            return b"\x6a\x86"
        if identifier not in files:
            return b"\x6a\x82"
        self._file = files[identifier]
        return b"\x90\x00"

    def _read(self, p1: int, p2: int, le: int) -> bytes:
        records = self._file
        if self.form == "short" and p2 in (0x28, 0x30):
            records = self.ef05 if p2 == 0x28 else self.ef06
        elif p2 != {"tag": 0x00, "number": 0x04}.get(self.form):
            return b"\x6a\x86"
        if self.protected and records is self.ef06:
            return b"\x69\x82"
        tag = p1
        if self.form == "number":
            if not 1 <= p1 <= len(records):
                return b"\x6a\x83"
            tag = list(records)[p1 - 1]
        if tag in self.answers:
            return self.answers[tag]
        if tag not in records:
            return b"\x6a\x83"
        record = bytes((tag, len(records[tag]))) + records[tag]
        if self.exact_le and le != len(record):
            return bytes((0x6C, len(record)))
        return record + b"\x90\x00"


@dataclass
class SamEquippedCard:
    """A resident ID card in a PC/SC reader with a SAM_V module (``FF B0 page 00 00``)."""

    text: bytes
    photo: bytes
    atr: bytes = CONTACTLESS_ATR

    def answer(self, apdu: bytes) -> bytes:
        if apdu[:2] != b"\xff\xb0":
            return b"\x6a\x82"
        payload = b"\x01\x00\x04\x00" + self.text + self.photo
        page = payload[apdu[2] * 256 : apdu[2] * 256 + 256]
        return page + b"\x90\x00" if page else b"\x6a\x83"


@dataclass
class StorageCard:
    """A card without files. A resident ID card answers ``00 36`` with an 8-byte chip serial."""

    atr: bytes = STORAGE_ATR
    serial: bytes | None = None

    def answer(self, apdu: bytes) -> bytes:
        if apdu == bytes.fromhex("0036000008") and self.serial is not None:
            return self.serial + b"\x90\x00"
        return b"\x6d\x00"


@dataclass
class UnknownCard:
    """A working card of another kind (of a bank or a gym)."""

    atr: bytes = bytes.fromhex("3B6500002063CB6800")

    def answer(self, apdu: bytes) -> bytes:
        return b"\x6a\x82"


@dataclass
class MuteCard:
    """A card with an invalid ATR, as if upside down or worn. (vpcd sees no card without an ATR.)"""

    atr: bytes = b"\x00"

    def answer(self, apdu: bytes) -> bytes:
        return b"\x6f\x00"


@dataclass
class Faults:
    """The faults that a test chooses. Commands are counted from 0 for each presented card."""

    slow_s: float = 0.0
    """Delay before each answer."""
    pull_before: int | None = None
    """The card is removed when this command arrives, which stays unanswered."""
    hang_at: int | None = None
    """This command is answered only after ``VirtualSlot.answer_held``, or not if the card is
    removed."""
    swap_before: tuple[int, Card] | None = None
    """When this command arrives, this card replaces the first one, so quickly that the service does
    not see an empty slot. The command stays unanswered."""
    replace: Callable[[int, bytes, bytes], bytes] | None = None
    """A function of (n, command, answer) that returns the answer to send instead."""


class VirtualSlot:
    """A slot of the virtual reader, in which a test presents and removes cards."""

    def __init__(self, port: int = 35963, name: str = "Virtual PCD 00 00") -> None:
        self._port = port
        self._name = name
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._go = threading.Event()
        self.commands: list[bytes] = []
        """Commands that reached the card presented last."""
        self.answered_at: list[float] = []
        """When each command was answered (``time.monotonic()`` seconds)."""

    def present(self, card: Card, faults: Faults | None = None) -> None:
        """Present a card; one that is present is removed first. pcscd notices it within about half
        a second."""
        self.remove()
        self.commands, self.answered_at = [], []
        self._go.clear()
        self._socket = _connect(self._port)
        self._thread = threading.Thread(
            target=self._serve, args=(self._socket, card, faults or Faults()), daemon=True
        )
        self._thread.start()

    def remove(self) -> None:
        """Remove the card, if there is one, and wait until pcscd has noticed that."""
        self._go.set()
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
        if self._thread is not None:
            self._thread.join(5)
            _wait_until_empty(self._name)
        self._socket = self._thread = None

    def answer_held(self) -> None:
        """Answer the command that ``hang_at`` holds back."""
        self._go.set()

    def _serve(self, connection: socket.socket, card: Card, faults: Faults) -> None:
        with connection, contextlib.suppress(EOFError, OSError):
            while True:
                message = _receive(connection)
                if message in (_OFF, _ON, _RESET):
                    continue
                if message == _ATR:
                    _send(connection, card.atr)
                    continue
                number = len(self.commands)
                self.commands.append(message)
                if number == faults.pull_before:
                    return
                if faults.swap_before is not None and number == faults.swap_before[0]:
                    connection.close()
                    self._socket = _connect(self._port)
                    self.commands = []
                    self._serve(self._socket, faults.swap_before[1], Faults())
                    return
                if number == faults.hang_at:
                    self._go.wait()
                if faults.slow_s:
                    time.sleep(faults.slow_s)
                answer = card.answer(message)
                if faults.replace is not None:
                    answer = faults.replace(number, message, answer)
                self.answered_at.append(time.monotonic())
                _send(connection, answer)


def _wait_until_empty(name: str) -> None:
    """Wait until pcscd has noticed that the card was removed; return if no pcscd is running.

    vpcd polls only every 0.44 s, and a person cannot swap cards faster than that.
    """
    from smartcard import scard

    code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    if code != scard.SCARD_S_SUCCESS:
        return
    known = [(name, scard.SCARD_STATE_UNAWARE)]
    until = time.monotonic() + 5
    while time.monotonic() < until:
        code, states = scard.SCardGetStatusChange(context, 1000, known)
        if code not in (scard.SCARD_S_SUCCESS, scard.SCARD_E_TIMEOUT):
            break
        if states[0][1] & scard.SCARD_STATE_EMPTY:
            break
        known = [(name, states[0][1] & ~scard.SCARD_STATE_CHANGED)]
    scard.SCardReleaseContext(context)


def _connect(port: int) -> socket.socket:
    """Connect to vpcd. Retry, because it listens only while it has no card."""
    until = time.monotonic() + 10
    while True:
        try:
            connection = socket.create_connection(("127.0.0.1", port))
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connection


def _receive(connection: socket.socket) -> bytes:
    (length,) = struct.unpack(">H", _receive_exactly(connection, 2))
    return _receive_exactly(connection, length)


def _receive_exactly(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        # Set before each receive. Otherwise the answer waits 40 ms for a delayed acknowledgement.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        chunk = connection.recv(count - len(data))
        if not chunk:
            raise EOFError
        data += chunk
    return data


def _send(connection: socket.socket, data: bytes) -> None:
    connection.sendall(struct.pack(">H", len(data)) + data)
