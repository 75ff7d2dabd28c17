"""The sandbox as an HTTP application: the contract, the public pages, the control page.

Used by the server and by tests. Each call passes the same steps: size, signature, switches, media
type, decision. No URL holds personal data, and nothing is logged.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response

from ..platform import wire
from ..platform.wire import CALLS, Call, ErrorCode
from . import pages
from .json_body import decoded
from .mischief import cut, misanswer
from .openapi import complete, describe
from .refusal import Refusal
from .state import State
from .switches import FaultSwitch, Switches

BODY_S = 5.0
"""Time limit for a complete body; a terminal sends it in one piece."""
MAX_REQUEST_BYTES = 64 * 1024
"""The largest request of the contract, a heartbeat, is below 8 kB."""
WARM_S = 4.0
"""How long the control page waits for the warm-up; shorter than its caller's time-out."""
CONTROL_TOKEN = "X-Control-Token"  # noqa: S105 - the header's name
Handler = Callable[..., msgspec.Struct | Refusal]
"""A ``Service`` method. A call with a body passes request and terminal id, a signed call without a
body the terminal id, and an unsigned call nothing."""
PHONE = "/phone"
COPY_FILE = "document.pdf"
"""The last part of a copy's URL: it reveals neither the person nor the document."""


def create_app(state: State) -> FastAPI:
    """Create the application for this state; its OpenAPI document is at ``/openapi.json``."""
    # FastAPI's interactive pages load scripts from other hosts, so they are switched off.
    app = FastAPI(title="Station platform (sandbox)", version="1", docs_url=None, redoc_url=None)
    for call in CALLS:
        app.add_api_route(
            call.path,
            _endpoint(state, call),
            methods=[call.method],
            **describe(call),
        )
    _add_pages(app, state)
    _add_control(app, state)

    async def no_such_page(_request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        code = ErrorCode.NOT_FOUND if status == 404 else ErrorCode.BAD_REQUEST
        answer = wire.ErrorAnswer(code, f"HTTP {status}", int(state.service.now()))
        headers = error.headers if isinstance(error, HTTPException) else None
        return _json(status, answer, headers)

    app.add_exception_handler(HTTPException, no_such_page)
    complete(app)
    return app


def _endpoint(state: State, call: Call[Any, Any]) -> Callable[[Request], Awaitable[Response]]:
    name = call.name
    handle: Handler = getattr(state.service, name)

    async def endpoint(request: Request) -> Response:
        state.counts[name] += 1
        slow_s, fault = state.board.take(name)
        if slow_s:
            await asyncio.sleep(slow_s)
        if fault is FaultSwitch.ABSENT:
            await cut(request.scope["client"])
            return Response(status_code=503)  # the connection is closed, so this is never sent
        response = _response(state, await _answer(state, call, handle, request))
        return misanswer(request, fault, bytes(response.body)) or response

    return endpoint


async def _answer(
    state: State, call: Call[Any, Any], handle: Handler, request: Request
) -> msgspec.Struct | Refusal:
    body = await _body(request)
    if isinstance(body, Refusal):
        return body
    terminal: str | Refusal = ""
    if call.signed:
        with state.lock:
            now = state.service.now()
            path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            terminal = state.gate.admit(call.method, path, request.headers, body, now=now)
    if isinstance(terminal, Refusal):
        return terminal
    if call.request is None:
        with state.lock:
            return handle(terminal) if call.signed else handle()
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if (
        media != wire.MEDIA_TYPE
        or request.headers.get("content-encoding", "identity") != "identity"
    ):
        return Refusal(ErrorCode.BAD_REQUEST, "the headers do not say plain JSON")
    try:
        asked = decoded(body, call.request)
    except ValueError:
        return Refusal(ErrorCode.BAD_REQUEST, "the body is not of the contract")

    def decide() -> msgspec.Struct | Refusal:
        with state.lock:
            return handle(asked, terminal)

    return await run_in_threadpool(decide)


async def _body(request: Request) -> bytes | Refusal:
    """Return the body, or a refusal if it is too long, too slow or incomplete."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_REQUEST_BYTES:
                    return Refusal(ErrorCode.BAD_REQUEST, f"above {MAX_REQUEST_BYTES} bytes")
    except TimeoutError:
        return Refusal(ErrorCode.BAD_REQUEST, f"not complete after {BODY_S:g} s")
    except ClientDisconnect:
        return Refusal(ErrorCode.BAD_REQUEST, "cut off")
    return bytes(body)


def _response(state: State, answered: msgspec.Struct | Refusal) -> Response:
    if not isinstance(answered, Refusal):
        return _json(200, answered)
    error = wire.ErrorAnswer(
        code=answered.code,
        message=answered.message,
        server_time=int(state.service.now()),
        tries_left=answered.tries_left,
        wait_s=answered.wait_s,
    )
    return _json(answered.code.status, error)


def _json(status: int, answer: Any, headers: Any = None) -> Response:
    return Response(
        msgspec.json.encode(answer), status, media_type=wire.MEDIA_TYPE, headers=headers
    )


def _add_pages(app: FastAPI, state: State) -> None:
    async def phone() -> HTMLResponse:
        with state.lock:
            return HTMLResponse(pages.phone_page(state.service.sent), headers=pages.HEADERS)

    async def verify(code: str) -> HTMLResponse:
        with state.lock:
            document = state.service.document(code.upper())
            outcome = state.service.outcome(code.upper())
        if document is None:
            return HTMLResponse(pages.unknown_page(), 404, headers=pages.HEADERS)
        return HTMLResponse(pages.genuine_page(document, outcome), headers=pages.HEADERS)

    async def copy(token: str) -> HTMLResponse:
        now = state.service.now()
        with state.lock:
            found = state.service.copies.find(token)
            if found is None or not found.serves(now):
                lapsed = 404 if found is None else 410
                return HTMLResponse(pages.lapsed_page(), lapsed, headers=pages.HEADERS)
            minutes = max(1, round((found.lapses_at - now) / 60))
            page = pages.copy_page(found.document, f"{token}/{COPY_FILE}", minutes)
        return HTMLResponse(page, headers=pages.HEADERS)

    async def copy_file(token: str) -> Response:
        now = state.service.now()
        with state.lock:
            found = state.service.copies.find(token)
            file = state.service.copies.fetch(token, now)
        if found is None or file is None:
            lapsed = 404 if found is None else 410
            return HTMLResponse(pages.lapsed_page(), lapsed, headers=pages.HEADERS)
        named = f"attachment; filename={found.document.answer.document_type}.pdf"
        headers = {**pages.HEADERS, "Content-Disposition": named}
        return Response(file, media_type="application/pdf", headers=headers)

    app.add_api_route(PHONE, phone, include_in_schema=False)
    app.add_api_route("/v/{code}", verify, include_in_schema=False)
    app.add_api_route("/copy/{token}", copy, include_in_schema=False)
    app.add_api_route("/copy/{token}/" + COPY_FILE, copy_file, include_in_schema=False)


def _add_control(app: FastAPI, state: State) -> None:
    """Add the control page for tests and the demo; its token is in a file of the user."""

    def allowed(request: Request) -> None:
        given = request.headers.get(CONTROL_TOKEN, "")
        if not hmac.compare_digest(given.encode(), state.control_token.encode()):
            raise HTTPException(401)

    async def turn(request: Request) -> Response:
        allowed(request)
        body = await _body(request)
        if isinstance(body, Refusal):
            return _json(400, {"message": body.message})
        try:
            switches = decoded(body, Switches)
        except ValueError as error:
            return _json(400, {"message": str(error)})
        with state.lock:
            state.board.turn(switches)
        return _json(200, switches)

    async def reset(request: Request) -> Response:
        allowed(request)
        with state.lock:
            state.forget()
        return _json(200, {})

    async def sent(request: Request) -> Response:
        allowed(request)
        with state.lock:
            return _json(200, state.service.sent)

    async def counts(request: Request) -> Response:
        allowed(request)
        return _json(200, dict(state.counts))

    async def warm(request: Request) -> Response:
        allowed(request)
        return _json(200, await run_in_threadpool(state.warmed.wait, WARM_S))

    app.add_api_route("/control/warm", warm, include_in_schema=False)
    app.add_api_route("/control/switches", turn, methods=["POST"], include_in_schema=False)
    app.add_api_route("/control/reset", reset, methods=["POST"], include_in_schema=False)
    app.add_api_route("/control/codes", sent, include_in_schema=False)
    app.add_api_route("/control/counts", counts, include_in_schema=False)
