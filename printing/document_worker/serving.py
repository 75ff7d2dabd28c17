"""The worker's loop: receive a request, verify or draw, answer; end when the terminal is gone.

Used by the process's entry point, which provides a renderer. The worker keeps at most
`messages.MAX_DOCUMENTS` documents, in memory only, and never writes a document's text anywhere.
"""

from __future__ import annotations

import gc
import os
import socket
from collections.abc import Callable
from typing import Protocol, assert_never

from devices.health import Fault
from devices.system.memory import give_back_memory, pss_bytes

from ..faults import CANNOT_BE_SHOWN
from ..seal import verify as seal
from ..seal.preview import SealNotDrawnError, preview_copy
from . import messages as ms

PROOF_WIDTH_PX = 100
"""Width of the picture of each page when a document is checked. Drawing takes 1 to 5 ms, about as
long as reading the page. A page that cannot be drawn within the limits is thus found before the
document is offered."""
PROOF_LONGEST = 20
"""Largest ratio of height to width of that picture. A longer strip is cut there."""


OUT_OF_MEMORY = 12
"""Exit code of a process that has reached its memory limit (ENOMEM)."""

_NO_BODY = memoryview(b"")


class LoadedPages(Protocol):
    """A document that the renderer has open."""

    @property
    def sizes(self) -> tuple[tuple[float, float], ...]:
        """Width and height of each page in points, its rotation applied."""
        ...

    def draw(self, page: int, width_px: int, height_px: int) -> memoryview | None:
        """Return the page's pixels as in `printing.document_worker.pictures.Picture`.

        ``None`` if the page cannot be drawn. The pixels are valid until the next call.
        """
        ...

    def close(self) -> None:
        """Free the document and the pictures that were drawn from it."""
        ...


Renderer = Callable[[bytes], LoadedPages | None]
"""Opens a PDF; returns ``None`` if it cannot be opened. The document keeps the bytes."""


def serve(stream: socket.socket, renderer: Renderer) -> None:
    """Answer requests until the terminal closes the connection."""
    worker = _Worker(renderer)
    send(stream, ms.Ready(0))
    while (received := receive(stream)) is not None:
        request, body = received
        try:
            answer, pixels = worker.answer(request, body)
        except MemoryError:
            # Exit at once: any clean-up could need memory too.
            os._exit(OUT_OF_MEMORY)
        except Exception as error:  # only the type, because the message may quote the document
            answer, pixels = ms.Failed(request.number, type(error).__name__), _NO_BODY
        del received, body  # frees the document before the next request comes
        send(stream, answer, pixels)
        del answer, pixels


class _Worker:
    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self._documents: dict[int, LoadedPages] = {}

    def answer(self, request: ms.Request, body: bytes) -> tuple[ms.Answer, memoryview]:
        match request:
            case ms.Check():
                return self._check(request, body), _NO_BODY
            case ms.Load():
                loaded = self._load(request.document, body)
                return self._answered(request, loaded), _NO_BODY
            case ms.Render():
                pixels = self._draw(request)
                if isinstance(pixels, Fault):
                    return self._answered(request, pixels), _NO_BODY
                return ms.Drawn(request.number, request.width, request.height), pixels
            case ms.Close():
                self._forget(request.document)
                return ms.Done(request.number), _NO_BODY
            case ms.Measure():
                return ms.Measured(request.number, pss_bytes()), _NO_BODY
            case _:
                assert_never(request)

    def _check(self, request: ms.Check, pdf: bytes) -> ms.Answer:
        wanted = request.expect
        expect = None
        if wanted is not None:
            expect = seal.Expectation(
                wanted.document_type, wanted.name, wanted.id_number, wanted.verification_code
            )
        report = seal.verify(pdf, anchors=request.anchors, at=request.at, expect=expect)
        if isinstance(report, Fault):
            return self._answered(request, report)
        pages = self._opened(pdf)
        if isinstance(pages, Fault):
            return self._answered(request, pages)
        fault = undrawable(pages, len(report.pages), first=request.draw_from)
        if fault is not None:
            pages.close()
            return self._answered(request, fault)
        self._keep(request.document, pages)
        return ms.Checked(
            request.number,
            trust=report.trust.value,
            signer=report.signer[:256],
            signed_at=report.signed_at,
            pages=tuple(ms.Size(page.width_mm, page.height_mm) for page in report.pages),
            shown=tuple(ms.Size(*size) for size in pages.sizes),
            document_type=report.document_type,
            verification_code=report.verification_code,
        )

    def _load(self, document: int, pdf: bytes) -> LoadedPages | Fault:
        pages = self._opened(pdf)
        if not isinstance(pages, Fault):
            self._keep(document, pages)
        return pages

    def _opened(self, pdf: bytes) -> LoadedPages | Fault:
        try:
            pages = self._renderer(preview_copy(pdf))
        except SealNotDrawnError as error:
            return CANNOT_BE_SHOWN.with_detail(f"its seal: {error}")
        if pages is None or not pages.sizes:
            return CANNOT_BE_SHOWN.with_detail("the renderer does not open it")
        return pages

    def _keep(self, document: int, pages: LoadedPages) -> None:
        """Keep an open document; close the oldest one if there are too many."""
        self._forget(document)
        while len(self._documents) >= ms.MAX_DOCUMENTS:
            self._forget(next(iter(self._documents)))
        self._documents[document] = pages

    def _draw(self, request: ms.Render) -> memoryview | Fault:
        pages = self._documents.get(request.document)
        if pages is None or request.page >= len(pages.sizes):
            return CANNOT_BE_SHOWN.with_detail("there is no such page")
        pixels = pages.draw(request.page, request.width, request.height)
        if pixels is None:
            return CANNOT_BE_SHOWN.with_detail(f"page {request.page + 1}")
        return pixels

    def _forget(self, document: int) -> None:
        pages = self._documents.pop(document, None)
        if pages is not None:
            pages.close()
            gc.collect()
            give_back_memory()

    def _answered(self, request: ms.Request, found: LoadedPages | Fault) -> ms.Answer:
        if isinstance(found, Fault):
            return ms.Refused(request.number, found.code, found.detail[: ms.MAX_DETAIL])
        return ms.Done(request.number)


def undrawable(pages: LoadedPages, count: int, *, first: int) -> Fault | None:
    """Draw each page from ``first`` on. Return the fault of the first page that cannot be drawn."""
    if len(pages.sizes) != count:
        return CANNOT_BE_SHOWN.with_detail(f"{len(pages.sizes)} pages of {count}")
    for page, (width, height) in list(enumerate(pages.sizes))[first:]:
        high = round(PROOF_WIDTH_PX * min(max(height / width, 0.0), PROOF_LONGEST))
        if pages.draw(page, PROOF_WIDTH_PX, max(1, high)) is None:
            return CANNOT_BE_SHOWN.with_detail(f"page {page + 1}")
    return None


def send(stream: socket.socket, message: ms.Message, body: memoryview = _NO_BODY) -> None:
    """Send one frame."""
    stream.sendall(ms.head_of(message, body.nbytes))
    if body.nbytes:
        stream.sendall(body)


def receive(stream: socket.socket) -> tuple[ms.Request, bytes] | None:
    """Receive a request and its body; ``None`` once the terminal has closed the connection."""
    head = _exactly(stream, ms.HEAD.size)
    if head is None:
        return None
    message_bytes, body_bytes = ms.HEAD.unpack(head)
    text = _exactly(stream, message_bytes)
    body = _exactly(stream, body_bytes)
    if text is None or body is None:
        return None
    return ms.request_from(text), body


def _exactly(stream: socket.socket, count: int) -> bytes | None:
    """Receive ``count`` bytes; ``None`` if the connection ends before that."""
    whole = bytearray(count)
    view = memoryview(whole)
    got = 0
    while got < count:
        try:
            more = stream.recv_into(view[got:])
        except ConnectionError:
            return None
        if more == 0:
            return None
        got += more
    return bytes(whole)
