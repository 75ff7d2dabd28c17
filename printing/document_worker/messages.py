"""The messages between the terminal and its worker process, and their framing.

A frame is two lengths (4 bytes each, big endian), a message in JSON, and a body: a PDF or pixels,
without encoding. The terminal does not trust the worker's frames: it limits the size of each before
it reads it and checks its type, and `client` checks the values.
"""

from __future__ import annotations

import struct
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

HEAD = struct.Struct("!II")
MAX_MESSAGE_BYTES = 64 * 1024
"""Limit for the JSON of a message. A report on 100 pages takes 6 kB, and a request with some
anchors takes 10 kB."""
MAX_SIDE_PX = 16_384
"""Longest side of a picture; PDFium's own limit is 32,767."""
MAX_PIXELS = 16_000_000
"""Limit for one picture. The reading view on a screen 1,080 pixels wide has 9.5 million."""
MAX_DETAIL = 300
"""Characters of a fault's detail."""
MAX_DOCUMENTS = 2
"""Documents that the worker keeps: the one on the screen, and its next edition while that is
checked. A further one replaces the oldest."""

Word = Annotated[str, Meta(max_length=256)]
Count = Annotated[int, Meta(ge=0, le=2**53)]
Side = Annotated[int, Meta(ge=1, le=MAX_SIDE_PX)]
Length = Annotated[float, Meta(gt=0, le=100_000)]


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind"):
    """One message. ``number`` is the request's; an answer repeats it."""

    number: Count


# -- from the terminal -----------------------------------------------------------------------


class Expected(msgspec.Struct, frozen=True):
    """The fields of `printing.seal.verify.Expectation`."""

    document_type: str
    name: str
    id_number: str
    verification_code: str | None


class Check(Message, frozen=True, tag="check"):
    """Verify the PDF in the body and keep it as ``document``.

    Draw each page from ``draw_from`` on (counted from 0) once, to prove that it can be drawn.
    """

    document: Count
    anchors: tuple[bytes, ...]
    at: datetime
    expect: Expected | None
    draw_from: Count


class Load(Message, frozen=True, tag="load"):
    """Keep the PDF in the body as ``document``. It was verified earlier."""

    document: Count


class Render(Message, frozen=True, tag="render"):
    """Draw a page of ``document``."""

    document: Count
    page: Count
    width: Side
    height: Side


class Close(Message, frozen=True, tag="close"):
    """Forget ``document``."""

    document: Count


class Measure(Message, frozen=True, tag="measure"):
    """Report how much memory is in use."""


Request = Check | Load | Render | Close | Measure


# -- from the worker -------------------------------------------------------------------------


class Ready(Message, frozen=True, tag="ready"):
    """Everything is loaded; sent once, with the number 0."""


class Size(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The size of a page."""

    width: Length
    height: Length


class Checked(Message, frozen=True, tag="checked"):
    """The seal is valid (`printing.seal.verify.SealReport`), and each requested page was drawn.

    ``shown`` are the sizes of the pages in points, as the renderer sees them.
    """

    trust: Word
    signer: Word
    signed_at: Annotated[datetime, Meta(tz=True)] | None
    pages: Annotated[tuple[Size, ...], Meta(min_length=1, max_length=1000)]
    shown: Annotated[tuple[Size, ...], Meta(min_length=1, max_length=1000)]
    document_type: Word | None
    verification_code: Word | None


class Refused(Message, frozen=True, tag="refused"):
    """A fault of `printing.faults`, by its code."""

    code: Annotated[str, Meta(max_length=16)]
    detail: Annotated[str, Meta(max_length=MAX_DETAIL)]


class Drawn(Message, frozen=True, tag="drawn"):
    """The pixels in the body (`printing.document_worker.pictures.Picture`)."""

    width: Side
    height: Side


class Done(Message, frozen=True, tag="done"):
    """The request was carried out."""


class Measured(Message, frozen=True, tag="measured"):
    """Proportional set size of the process, in bytes."""

    pss: Count


class Failed(Message, frozen=True, tag="failed"):
    """The request failed because of a bug. ``error`` is the type of the exception."""

    error: Word


Answer = Ready | Checked | Refused | Drawn | Done | Measured | Failed

_encoder = msgspec.json.Encoder()
_requests = msgspec.json.Decoder(Request)
_answers = msgspec.json.Decoder(Answer)


def head_of(message: Message, body_bytes: int) -> bytes:
    """Return the start of a frame: lengths and message. ``body_bytes`` of body must follow."""
    text = _encoder.encode(message)
    return HEAD.pack(len(text), body_bytes) + text


def request_from(text: bytes) -> Request:
    """Return the request in ``text``.

    :raises msgspec.DecodeError: ``text`` is not a valid request.
    """
    request: Request = _requests.decode(text)
    return request


def answer_from(text: bytes) -> Answer:
    """Return the answer in ``text``. Every field has its type and is within its limits.

    :raises msgspec.DecodeError: ``text`` is not a valid answer.
    """
    answer: Answer = _answers.decode(text)
    return answer
