"""Makes the sandbox misbehave on the wire if a switch says so.

Used by the application only; it answers like a broken gateway, a cut cable or a foreign server.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import assert_never, cast

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from uvicorn.protocols.http.h11_impl import H11Protocol

from ..platform.wire import MEDIA_TYPE, calls
from .switches import FaultSwitch

DRIP_EVERY_S = 0.2
HUGE_CHUNK = b" " * 65_536
HUGE_CHUNKS = 1024
"""64 MB: far beyond any sensible limit."""

_open: dict[object, asyncio.BaseTransport] = {}


class CuttableProtocol(H11Protocol):
    """uvicorn's protocol, which also registers its connections so that they can be cut."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Register the connection by its peer address."""
        super().connection_made(cast("asyncio.Transport", transport))
        _open[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Remove the connection."""
        _open.pop(self.client, None)
        super().connection_lost(exc)


async def cut(client: object) -> None:
    """Abort this peer's connection without an answer."""
    transport = _open.get(client)
    if isinstance(transport, asyncio.Transport):
        transport.abort()
        await asyncio.sleep(0)


def misanswer(request: Request, fault: FaultSwitch, right: bytes) -> Response | None:
    """Return the wrong answer to send instead of ``right``; ``None`` if nothing is wrong."""
    match fault:
        case FaultSwitch.NONE | FaultSwitch.ABSENT:
            return None
        case FaultSwitch.GARBAGE:
            return Response(b"\x00\xff<<<not json>>>" * 8, media_type=MEDIA_TYPE)
        case FaultSwitch.CONTENT_TYPE:
            return Response(right, media_type="text/html")
        case FaultSwitch.TRUNCATED:
            head = {"Content-Length": str(len(right))}
            half = _half(right, request.scope["client"])
            return StreamingResponse(half, media_type=MEDIA_TYPE, headers=head)
        case FaultSwitch.WRONG_TYPES:
            return Response(b'{"person":17,"assurance":"high","items":{}}', media_type=MEDIA_TYPE)
        case FaultSwitch.ERROR_500:
            return Response(b"<h1>500</h1>", 500, media_type="text/html")
        case FaultSwitch.ERROR_503:
            return Response(b"<h1>503</h1>", 503, media_type="text/html")
        case FaultSwitch.HUGE:
            return StreamingResponse(_huge(), media_type=MEDIA_TYPE)
        case FaultSwitch.DRIP:
            return StreamingResponse(_drip(), media_type=MEDIA_TYPE)
        case FaultSwitch.REDIRECT:
            return RedirectResponse(f"https://elsewhere.invalid{calls.IDENTIFY.path}", 307)
    assert_never(fault)


async def _half(right: bytes, client: object) -> AsyncIterator[bytes]:
    yield right[: len(right) // 2]
    await cut(client)


async def _huge() -> AsyncIterator[bytes]:
    for _ in range(HUGE_CHUNKS):
        yield HUGE_CHUNK


async def _drip() -> AsyncIterator[bytes]:
    while True:
        yield b" "
        await asyncio.sleep(DRIP_EVERY_S)
