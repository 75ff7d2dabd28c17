"""Processes that replace the document process; each of them misbehaves in one way.

The tests of `printing.document_worker` run them as ``python -m
tests.printing.document_worker.worker_stand_in KIND``. The kinds in `RENDERERS` are the real loop
under the real limits with another renderer. The kinds in `TAKEN_OVER` answer like a process that a
document has taken control of.
"""

from __future__ import annotations

import argparse
import ctypes
import mmap
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from printing.document_worker import messages as ms
from printing.document_worker.limits import close_address_space, confine
from printing.document_worker.serving import receive, send, serve

if TYPE_CHECKING:
    from terminal.sandbox.signing import DemoAuthority

COMMAND = (sys.executable, "-P", "-B", "-m", "tests.printing.document_worker.worker_stand_in")
A4 = (595.0, 842.0)
PAGES = 3


def blank(pages: int) -> bytes:
    """Return a PDF of empty pages."""
    import pikepdf  # imported here, because the processes do not need it

    made, out = pikepdf.new(), BytesIO()
    for _ in range(pages):
        made.add_blank_page(page_size=A4)
    made.save(out)
    return out.getvalue()


def sealed_pages(demo: DemoAuthority) -> bytes:
    """Return a sealed document with as many pages as `Pages` has."""
    return demo.sign(blank(PAGES), verification_code="7KQ2M9XD4T8BA5ND")


class Pages:
    """A document of three pages. ``act`` is called when the second one is drawn for the screen.

    It is not called when the page is drawn during the check, which is 100 pixels wide.
    """

    def __init__(self, act: Callable[[], None]) -> None:
        self._act = act
        self.sizes = (A4,) * PAGES

    def draw(self, page: int, width_px: int, height_px: int) -> memoryview | None:
        if page == 1 and width_px != 100:
            self._act()
        return memoryview(bytes([page + 1]) * (width_px * height_px * 4))

    def close(self) -> None:
        pass


def burn() -> None:
    while True:
        pass


def burn_in_spite() -> None:
    """Ignore the signal of the CPU limit, as code that has taken control would."""
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    burn()


def eat() -> None:
    kept = []
    while True:
        kept.append(bytearray(1_000_000))


def eat_shared() -> None:
    """Use shared memory, which the limit of private memory does not count."""
    kept = []
    while True:
        kept.append(mmap.mmap(-1, 10_000_000))
        kept[-1].write(b"1" * 10_000_000)


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def hang() -> None:
    threading.Event().wait()


def bug() -> None:
    raise ValueError("王建明")


def write() -> None:
    """Try to write a file; raise ``BlockingIOError`` if that fails, as it must."""
    path = Path(f"/tmp/station-document-{os.getpid()}")
    try:
        with path.open("wb") as file:
            file.write(b"1")
    except OSError:
        raise BlockingIOError from None
    finally:
        path.unlink()


def fork() -> None:
    os.setresuid(65534, 65534, 65534)  # the limit does not apply to root
    try:
        child = os.fork()
    except BlockingIOError:
        raise
    if child == 0:
        os._exit(0)


def facts() -> None:
    """Raise ``LookupError`` if the process is confined as it must be (prctl(2))."""
    libc = ctypes.CDLL(None)
    ends_with = ctypes.c_int()
    libc.prctl(2, ctypes.byref(ends_with), 0, 0, 0)
    found = {
        "signals": {signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)},
        "dumpable": libc.prctl(3, 0, 0, 0, 0),
        "no new privileges": libc.prctl(39, 0, 0, 0, 0),
        "ends with the terminal": ends_with.value,
    }
    right = {
        "signals": {signal.SIG_IGN}, "dumpable": 0, "no new privileges": 1,
        "ends with the terminal": signal.SIGKILL,
    }  # fmt: skip
    raise LookupError if found == right else ValueError


RENDERERS = {
    act.__name__: act
    for act in (burn, burn_in_spite, eat, eat_shared, crash, hang, bug, write, fork, facts)
}


def harmless(stream: socket.socket) -> None:
    serve(stream, lambda _pdf: Pages(lambda: None))


def cannot_draw(undrawable: int) -> Callable[[socket.socket], None]:
    """Return a process with a renderer that draws every page but one."""

    class AllButOne(Pages):
        def draw(self, page: int, width_px: int, height_px: int) -> memoryview | None:
            return None if page == undrawable else super().draw(page, width_px, height_px)

    return lambda stream: serve(stream, lambda _pdf: AllButOne(lambda: None))


def taken_over(
    answer: Callable[[socket.socket, ms.Request], None],
) -> Callable[[socket.socket], None]:
    def run(stream: socket.socket) -> None:
        send(stream, ms.Ready(0))
        while (received := receive(stream)) is not None:
            answer(stream, received[0])

    return run


def checked(request: ms.Request, **other: Any) -> ms.Checked:
    sizes = (ms.Size(210, 297),) * PAGES
    values: dict[str, Any] = {
        "trust": "trusted", "signer": "s", "signed_at": None, "pages": sizes, "shown": sizes,
        "document_type": None, "verification_code": None,
    }  # fmt: skip
    return ms.Checked(request.number, **(values | other))


def garbage(stream: socket.socket, _request: ms.Request) -> None:
    stream.sendall(b"HTTP/1.1 200 OK\r\n\r\n" * 20)


def no_json(stream: socket.socket, _request: ms.Request) -> None:
    stream.sendall(ms.HEAD.pack(4, 0) + b"\xff\xfe{}")


def nested(stream: socket.socket, _request: ms.Request) -> None:
    stream.sendall(ms.HEAD.pack(60_000, 0) + b"[" * 60_000)


def oversize_message(stream: socket.socket, request: ms.Request) -> None:
    stream.sendall(ms.HEAD.pack(2**32 - 1, 0) + ms.head_of(ms.Done(request.number), 0))


def oversize_body(stream: socket.socket, request: ms.Request) -> None:
    send(stream, checked(request), memoryview(b"1"))


def another_number(stream: socket.socket, request: ms.Request) -> None:
    answer = checked(request)
    send(
        stream,
        ms.Checked(
            **{f: getattr(answer, f) for f in answer.__struct_fields__}
            | {"number": request.number + 1}
        ),
    )


def another_answer(stream: socket.socket, request: ms.Request) -> None:
    send(stream, ms.Measured(request.number, 1))


def unknown_trust(stream: socket.socket, request: ms.Request) -> None:
    send(stream, checked(request, trust="very trusted"))


def long_words(stream: socket.socket, request: ms.Request) -> None:
    send(stream, checked(request, signer="s" * 257))


def pages_differ(stream: socket.socket, request: ms.Request) -> None:
    send(stream, checked(request, pages=(ms.Size(210, 297),)))


def no_size(stream: socket.socket, request: ms.Request) -> None:
    send(stream, checked(request, shown=(ms.Size(0, 297),) * PAGES))


def strange_fault(stream: socket.socket, request: ms.Request) -> None:
    send(stream, ms.Refused(request.number, "PRN-104", ""))


def trickle(stream: socket.socket, request: ms.Request) -> None:
    text = ms.head_of(checked(request), 0)
    pause = threading.Event()
    for place in range(len(text)):
        pause.wait(0.05)
        stream.sendall(text[place : place + 1])


def short_picture(stream: socket.socket, request: ms.Request) -> None:
    if isinstance(request, ms.Render):
        size = request.width * request.height * 4 - 1
        drawn = ms.Drawn(request.number, request.width, request.height)
        send(stream, drawn, memoryview(bytes(size)))
    else:
        send(stream, checked(request))


def other_picture(stream: socket.socket, request: ms.Request) -> None:
    if isinstance(request, ms.Render):
        drawn = ms.Drawn(request.number, request.height, request.width)
        send(stream, drawn, memoryview(bytes(request.width * request.height * 4)))
    else:
        send(stream, checked(request))


def secret_detail(stream: socket.socket, request: ms.Request) -> None:
    send(stream, ms.Refused(request.number, "DOC-107", "a\nb"))


TAKEN_OVER = {
    each.__name__: each
    for each in (
        garbage, no_json, nested, oversize_message, oversize_body, another_number, another_answer,
        unknown_trust, long_words, pages_differ, no_size, strange_fault, trickle, short_picture,
        other_picture, secret_detail,
    )
}  # fmt: skip


def never_ready(_stream: socket.socket) -> None:
    sys.exit(3)


def ends_when_idle(stream: socket.socket) -> None:
    send(stream, ms.Ready(0))
    sys.exit(4)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("kind")
    parser.add_argument("--parent", type=int)
    parser.add_argument("--socket", type=int)
    options = parser.parse_args()
    kind: str = options.kind
    stream = socket.socket(fileno=options.socket)
    confine(options.parent)
    close_address_space()
    if kind in RENDERERS:
        serve(stream, lambda _pdf: Pages(RENDERERS[kind]))
    elif kind in TAKEN_OVER:
        taken_over(TAKEN_OVER[kind])(stream)
    else:
        others = {
            "never_ready": never_ready, "ends_when_idle": ends_when_idle, "harmless": harmless,
            "cannot_draw_the_first": cannot_draw(0), "cannot_draw_the_second": cannot_draw(1),
        }  # fmt: skip
        others[kind](stream)


if __name__ == "__main__":
    main()
