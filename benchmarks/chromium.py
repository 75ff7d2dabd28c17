"""The peer on which most kiosks are built: Chromium in kiosk mode with an empty page.

It runs on a virtual screen, without a graphics card, as the terminal does in these measurements. It
needs Debian's packages ``chromium`` and ``xvfb``; without them the peer is left out.
"""

from __future__ import annotations

import contextlib
import http.server
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

PAGE = b"""<!doctype html><meta charset="utf-8"><title>empty</title>
<script>requestAnimationFrame(() => requestAnimationFrame(() => fetch("/painted")))</script>"""
"""An empty page that reports its first paint: its second frame begins when the first is drawn."""
FLAGS = (
    "--kiosk", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-extensions", "--disable-quic",
)  # fmt: skip
"""``--no-sandbox`` because measurements may run as root; the others prevent downloads."""
SCREEN = ":95"
PAINTED_WITHIN_S = 60.0
AT_REST_S = 2.0
"""Wait between the first paint and the reading of memory, because Chromium goes on loading."""
ENDED_WITHIN_S = 10.0


def installed() -> bool:
    """Return whether this machine has the peer."""
    return all(shutil.which(each) for each in ("chromium", "Xvfb"))


class _Painted(http.server.BaseHTTPRequestHandler):
    painted: threading.Event

    def do_GET(self) -> None:  # http.server requires this name
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        if self.path == "/painted":
            self.painted.set()
        else:
            self.wfile.write(PAGE)

    def log_message(self, *_args: object) -> None:
        """Write nothing to the terminal."""


@contextlib.contextmanager
def screen() -> Iterator[dict[str, str]]:
    """Start a virtual screen of the terminal's size; yield the environment for programs on it."""
    process = subprocess.Popen(
        ["Xvfb", SCREEN, "-screen", "0", "1080x1920x24", "-nolisten", "tcp"],
        stderr=subprocess.DEVNULL,
    )
    socket = Path(f"/tmp/.X11-unix/X{SCREEN[1:]}")
    end = time.monotonic() + PAINTED_WITHIN_S
    while not socket.exists() and time.monotonic() < end:
        time.sleep(0.05)
    try:
        yield {**os.environ, "DISPLAY": SCREEN}
    finally:
        process.terminate()
        process.wait()


def run(environment: dict[str, str]) -> tuple[float, float]:
    """Return the milliseconds from the start to the first paint, and the memory of all its
    processes in megabytes (PSS)."""

    class Handler(_Painted):
        painted = threading.Event()

    with (
        http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server,
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
    ):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        began = time.monotonic()
        process = subprocess.Popen(
            ["chromium", *FLAGS, f"--user-data-dir={profile}",
             f"http://127.0.0.1:{server.server_port}/"],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            if not Handler.painted.wait(PAINTED_WITHIN_S):
                raise RuntimeError("chromium painted nothing")
            start_ms = (time.monotonic() - began) * 1000
            time.sleep(AT_REST_S)
            return start_ms, _pss_mb(process.pid)
        finally:
            for pid in _family(process.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.wait(ENDED_WITHIN_S)
            server.shutdown()


def _family(pid: int) -> list[int]:
    """Return a process and all its descendants; some are in other sessions."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # the process ended in the meantime
            parent = int(stat.read_text(encoding="utf-8").rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(stat.parent.name))
    found = [pid]
    for each in found:
        found += children.get(each, [])
    return found


def _pss_mb(pid: int) -> float:
    """Return the proportional set size of a process and all its descendants, in megabytes."""
    total_kb = 0
    for each in _family(pid):
        with contextlib.suppress(OSError):  # the process ended in the meantime
            rollup = Path(f"/proc/{each}/smaps_rollup").read_text(encoding="ascii")
            total_kb += sum(
                int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")
            )
    return total_kb * 1024 / 1_000_000
