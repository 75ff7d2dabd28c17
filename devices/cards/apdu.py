"""ISO 7816-4 commands and status words, and the two status words that require another command.

For card profiles. It never logs an APDU, because answers hold personal data. A status word is
always reported in hex, with its name if it has one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from ..health import Fault
from .channel import CardChannel

MAX_FOLLOW_UPS = 16
"""Maximum number of further commands (GET RESPONSE, or the same command with another Le) for one
command. A card that requires more is in an endless loop."""


class StatusWord(IntEnum):
    """Status words that profiles distinguish (ISO/IEC 7816-4:2020, tables 5 and 6)."""

    OK = 0x9000
    WRONG_LENGTH = 0x6700
    SECURITY_NOT_SATISFIED = 0x6982
    AUTHENTICATION_BLOCKED = 0x6983
    CONDITIONS_NOT_SATISFIED = 0x6985
    WRONG_DATA = 0x6A80
    FUNCTION_NOT_SUPPORTED = 0x6A81
    FILE_NOT_FOUND = 0x6A82
    RECORD_NOT_FOUND = 0x6A83
    INCORRECT_P1_P2 = 0x6A86
    WRONG_P1_P2 = 0x6B00
    INSTRUCTION_NOT_SUPPORTED = 0x6D00
    CLASS_NOT_SUPPORTED = 0x6E00
    NO_DIAGNOSIS = 0x6F00


class ChannelError(Exception):
    """A command failed because of the card or its reader. ``fault`` is the fault to report."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"{fault.code} {fault.detail}".rstrip())
        self.fault = fault


@dataclass(frozen=True, slots=True, repr=False)
class Response:
    """A card's complete answer to one command, with the data of any GET RESPONSE."""

    data: bytes
    sw: int

    @property
    def ok(self) -> bool:
        """Whether the status word is 9000."""
        return self.sw == StatusWord.OK

    def __repr__(self) -> str:
        return f"<Response {len(self.data)} bytes, {describe(self.sw)}>"


def describe(sw: int) -> str:
    """Return the status word in hex and its name if it has one: ``6A82 FILE_NOT_FOUND``."""
    try:
        return f"{sw:04X} {StatusWord(sw).name}"
    except ValueError:
        return f"{sw:04X}"


def command(
    cla: int, ins: int, p1: int, p2: int, data: bytes = b"", le: int | None = None
) -> bytes:
    """Return a short command APDU. ``le`` is the number of bytes expected (at most 256), if any."""
    if len(data) > 255 or (le is not None and not 1 <= le <= 256):
        raise ValueError("too long for a short APDU")
    apdu = bytes((cla, ins, p1, p2))
    if data:
        apdu += bytes((len(data),)) + data
    if le is not None:
        apdu += bytes((le & 0xFF,))
    return apdu


def exchange(channel: CardChannel, apdu: bytes, *, get_response_p2: int = 0x00) -> Response:
    """Send a command; after 61xx send GET RESPONSE, after 6Cxx repeat the command with Le = xx.

    pyscard does neither. The data of several GET RESPONSE are joined. ``sw`` is the last status
    word, also if it is an error.

    :raises ChannelError: as ``channel.transceive`` does.
    """
    collected = b""
    sent = apdu
    data, sw = channel.transceive(sent)
    for _ in range(MAX_FOLLOW_UPS):
        if sw >> 8 == 0x61:
            collected += data
            sent = bytes((0x00, 0xC0, 0x00, get_response_p2, sw & 0xFF))
        elif sw >> 8 == 0x6C:
            sent = _with_le(sent, sw & 0xFF)
        else:
            break
        data, sw = channel.transceive(sent)
    return Response(collected + data, sw)


def _with_le(apdu: bytes, le: int) -> bytes:
    """Return the command with another Le: replace it (cases 2 and 4) or add it (cases 1 and 3)."""
    if len(apdu) == 4:
        return apdu + bytes((le,))
    if len(apdu) == 5:
        return apdu[:4] + bytes((le,))
    end = 5 + apdu[4]
    return apdu[:end] + bytes((le,))
