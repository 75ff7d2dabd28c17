"""An emulated SAM_V module on a pty, with faults that a test can choose.

For rig tests of any package. Frames are literals from the reference table; it imports nothing of
the code under test. The reader under test opens ``port``, a symbolic link that exists while the
module is plugged in.
"""

from __future__ import annotations

import os
import select
import termios
import threading
import time
import tty
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

_PREAMBLE = bytes.fromhex("AAAAAA9669")

_REQUESTS = {
    bytes.fromhex("000310FFEC"): "reset",
    bytes.fromhex("000311FFED"): "status",
    bytes.fromhex("000312FFEE"): "sam_id",
    bytes.fromhex("0003200122"): "find",
    bytes.fromhex("0003200221"): "select",
    bytes.fromhex("0003300132"): "read",
    bytes.fromhex("0003301023"): "read_fingerprint",
    bytes.fromhex("0003300330"): "address",
    bytes.fromhex("0003300536"): "card_number",
    bytes.fromhex("0003600063"): "baud 115200",
    bytes.fromhex("0003600162"): "baud 57600",
    bytes.fromhex("0003600261"): "baud 38400",
    bytes.fromhex("0003600360"): "baud 19200",
    bytes.fromhex("0003600467"): "baud 9600",
}

OK = bytes.fromhex("AAAAAA9669000400009094")
CARD_FOUND = bytes.fromhex("AAAAAA9669000800009F0000000097")
SELECTED = bytes.fromhex("AAAAAA9669000C00009000000000000000009C")
NO_CARD = bytes.fromhex("AAAAAA9669000400008084")
SELECT_FAILED = bytes.fromhex("AAAAAA9669000400008185")
READ_FAILED = bytes.fromhex("AAAAAA9669000400004145")
ITEM_ABSENT = bytes.fromhex("AAAAAA9669000400009195")
SAM_ID = bytes.fromhex("AAAAAA966900140000900500010089EB32011AEB03000B5B050076")
"""Data 05 00 01 00 89EB3201 ...: shown as 05 01 20114313 0000256794 0000350987."""

_SPEEDS = {
    termios.B115200: 115200,
    termios.B57600: 57600,
    termios.B38400: 38400,
    termios.B19200: 19200,
    termios.B9600: 9600,
}


def status_frame(sw1: int, sw2: int, sw3: int) -> bytes:
    """Return an answer without data."""
    return _PREAMBLE + bytes((0x00, 0x04, sw1, sw2, sw3, 0x04 ^ sw1 ^ sw2 ^ sw3))


def read_frame(text: bytes, photo: bytes) -> bytes:
    """Return the answer to ``30 01``: 1295 bytes for 256 bytes of text and 1024 of photo."""
    return _PREAMBLE + _checked(bytes.fromhex("050800009001000400") + text + photo)


@dataclass
class ResidentCard:
    """A resident ID card."""

    text: bytes
    photo: bytes
    address: bytes | None = None
    """The appended address (70 bytes); ``None`` if the card has none."""


@dataclass
class Orders:
    """The faults that a test chooses."""

    garbage: bytes = b""
    """Bytes sent before each answer."""
    cut_read_at: int | None = None
    """The answer to "read" ends after this many bytes, and the card is removed."""
    cut_once_at: int | None = None
    """The answer to the next "read" ends after this many bytes; the card stays present."""
    statuses: dict[str, bytes] = field(default_factory=dict)
    """The frame that answers each of these requests ("status", "find", "select", "read")."""
    once: dict[str, list[bytes]] = field(default_factory=dict)
    """Frames that answer these requests first, one after the other."""
    silent: bool = False
    """The module does not answer."""
    found_again: bool = False
    """"find" returns 9F again for a card that was read and is still present."""
    delay_s: float = 0.0
    """Delay before each answer."""
    trickle_s: float = 0.0
    """Delay after each byte of the answer to "read"."""
    change: Callable[[str, bytes], bytes] | None = None
    """A function of (request, answer) that returns the bytes to send instead."""
    follows_rate: bool = True
    """Whether the module supports the commands that set its rate."""


class SamvEmulator:
    """A module on a pty. The reader opens ``port``. At first it is plugged in and has no card."""

    def __init__(self, folder: Path, rate: int = 115200) -> None:
        self.port = folder / "ttySAMV"
        self.rate = rate
        self.orders = Orders()
        self.requests: list[str] = []
        """Every valid request, in order."""
        self._lock = threading.Lock()
        self._card: ResidentCard | None = None
        self._read_done = False
        self._selected = False
        self._thread: threading.Thread | None = None
        self._wake: tuple[int, int] | None = None
        self.plug()

    def plug(self) -> None:
        """Attach the module: the port appears."""
        master, slave = os.openpty()
        tty.setraw(slave)
        self.port.symlink_to(os.ttyname(slave))
        self._wake = os.pipe()
        self._thread = threading.Thread(
            target=self._serve, args=(master, slave, self._wake[0]), daemon=True
        )
        self._thread.start()

    def unplug(self) -> None:
        """Unplug the module: the port is gone, also for a reader that has it open."""
        if self._wake is None or self._thread is None:
            return
        self.port.unlink()
        os.write(self._wake[1], b"x")
        self._thread.join(5)
        for descriptor in self._wake:
            os.close(descriptor)
        self._wake = self._thread = None

    def present(self, card: ResidentCard) -> None:
        """Present a card; it replaces one that is present."""
        with self._lock:
            self._card, self._read_done, self._selected = card, False, False

    def remove(self) -> None:
        """Remove the card."""
        with self._lock:
            self._card = None

    def _serve(self, master: int, slave: int, wake: int) -> None:
        buffer = b""
        try:
            while True:
                ready, _, _ = select.select([master, wake], [], [])
                if wake in ready:
                    return
                buffer += os.read(master, 4096)
                buffer = self._take_requests(master, buffer)
        finally:
            os.close(master)
            os.close(slave)

    def _take_requests(self, master: int, buffer: bytes) -> bytes:
        """Answer every complete request; return the bytes that may begin another one."""
        while (at := buffer.find(_PREAMBLE)) >= 0:
            body = buffer[at + 5 : at + 10]
            if len(body) < 5:
                return buffer[at:]
            buffer = buffer[at + 10 :]
            heard_at = _SPEEDS.get(termios.tcgetattr(master)[4])
            request = _REQUESTS.get(body)
            if heard_at != self.rate or request is None or self.orders.silent:
                continue
            self.requests.append(request)
            if self.orders.delay_s:
                time.sleep(self.orders.delay_s)
            answer = self.orders.garbage + self._answer(request)
            if self.orders.change is not None:
                answer = self.orders.change(request, answer)
            self._send(master, answer, self.orders.trickle_s if request == "read" else 0.0)
            self._follow(request)
        return buffer

    def _send(self, master: int, answer: bytes, trickle_s: float) -> None:
        """Send an answer; with ``trickle_s``, byte by byte until it ends or ``orders`` changes."""
        orders = self.orders
        if not trickle_s:
            os.write(master, answer)
            return
        for at in range(len(answer)):
            if self.orders is not orders:
                return
            os.write(master, answer[at : at + 1])
            time.sleep(trickle_s)

    def _follow(self, request: str) -> None:
        if request.startswith("baud") and self.orders.follows_rate:
            self.rate = int(request.split()[1])

    def _answer(self, request: str) -> bytes:
        with self._lock:
            if self.orders.once.get(request):
                return self.orders.once[request].pop(0)
            if request in self.orders.statuses:
                return self.orders.statuses[request]
            match request:
                case "reset" | "status":
                    return OK
                case "sam_id":
                    return SAM_ID
                case "find":
                    fresh = self._card and (not self._read_done or self.orders.found_again)
                    return CARD_FOUND if fresh else NO_CARD
                case "select":
                    self._selected = self._card is not None
                    return SELECTED if self._selected else SELECT_FAILED
                case "read":
                    return self._read()
                case "address":
                    return self._address()
                case "card_number" | "read_fingerprint":
                    return ITEM_ABSENT if self._card else READ_FAILED
                case _:
                    return OK if self.orders.follows_rate else status_frame(0, 0, 0x21)

    def _read(self) -> bytes:
        if self._card is None or not self._selected:
            return READ_FAILED
        frame = read_frame(self._card.text, self._card.photo)
        if self.orders.cut_read_at is not None:
            self._card = None
            return frame[: self.orders.cut_read_at]
        if self.orders.cut_once_at is not None:
            cut, self.orders.cut_once_at = self.orders.cut_once_at, None
            return frame[:cut]
        self._read_done = True
        return frame

    def _address(self) -> bytes:
        if self._card is None:
            return READ_FAILED
        if self._card.address is None:
            return ITEM_ABSENT
        return _PREAMBLE + _checked(bytes.fromhex("004A000090") + self._card.address)


def _checked(body: bytes) -> bytes:
    """Return the body with its check byte, the XOR of all its bytes."""
    check = 0
    for byte in body:
        check ^= byte
    return body + bytes((check,))
