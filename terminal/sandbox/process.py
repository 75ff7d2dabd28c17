"""The sandbox as a child process that its parent starts, waits for, controls and stops.

Used by the demo and the tests. It imports nothing of the server, so that starting it costs the
parent only a process. The child ends with its parent, however the parent ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

STOP_S = 2.0
"""After this time the child is killed; it has nothing to save."""
CONTROL_TIMEOUT_S = 5.0
KEPT_ERROR_LINES = 40
"""How many lines of the child's standard error are kept."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The facts in the child's ready line."""

    address: str
    pages: str
    ca_file: str
    anchors: str
    app_id: str
    request_key_file: str
    catalogue_key: str
    control_token_file: str
    trial_configuration: str


@dataclass(frozen=True, slots=True, repr=False)
class SentCode:
    """A code that the sandbox "sent" to an invented phone."""

    masked_phone: str
    code: str

    def __repr__(self) -> str:
        return f"<SentCode {self.masked_phone}>"


class SandboxError(RuntimeError):
    """The sandbox is not serving; the message ends with its last error output."""


class SandboxProcess:
    """One sandbox. ``state_dir`` keeps its keys (0600) and may be used again.

    The attributes that describe it (``address`` …) wait until it is ready. They raise
    ``SandboxError`` with its last error output if it does not become ready.
    """

    def __init__(self, state_dir: Path, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self._state_dir = state_dir
        self._host = host
        self._port = port
        self._child: subprocess.Popen[bytes] | None = None
        self._ready: Ready | None = None
        self._listening = threading.Event()
        self._errors_read = threading.Event()
        self._error_lines: deque[str] = deque(maxlen=KEPT_ERROR_LINES)
        self._threads: list[threading.Thread] = []

    # --- start and stop -------------------------------------------------------------------

    def start(self) -> None:
        """Start the child and return at once; ``wait`` waits until it listens."""
        if self._child is not None:
            return
        command = [
            sys.executable, "-m", "terminal.sandbox",
            "--host", self._host, "--port", str(self._port),
            "--state", str(self._state_dir), "--json", "--until-eof",
        ]  # fmt: skip
        if threading.current_thread() is threading.main_thread():
            # The kernel's signal depends on the thread that started the child, not on the process.
            command += ["--parent", str(os.getpid())]
        home = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH"))))
        self._child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"},
        )
        for target in (self._read_ready_line, self._read_errors):
            thread = threading.Thread(target=target, args=(self._child,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def wait(self, timeout_s: float = 15.0) -> None:
        """Wait until it listens; raise ``SandboxError`` if it ends first or takes longer."""
        self._facts(timeout_s)

    def stop(self) -> None:
        """Stop the child; safe to call twice."""
        child, self._child = self._child, None
        if child is None:
            return
        assert child.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            child.stdin.close()
        try:
            child.wait(STOP_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        for thread in self._threads:
            thread.join()
        for pipe in (child.stdout, child.stderr):
            if pipe is not None:
                pipe.close()

    @property
    def running(self) -> bool:
        """Whether the child is running."""
        return self._child is not None and self._child.poll() is None

    @property
    def failure(self) -> str | None:
        """Why it failed to become ready, with its last error output; or ``None``."""
        return self._not_ready() if self._listening.is_set() and self._ready is None else None

    @property
    def pid(self) -> int | None:
        """The child's process id; ``None`` if there is no child."""
        return self._child.pid if self._child is not None else None

    def __enter__(self) -> Self:
        self.start()
        try:
            self.wait()
        except SandboxError:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    # --- facts for a terminal ---------------------------------------------------------------

    @property
    def address(self) -> str:
        """``https://127.0.0.1:PORT``."""
        return self._facts().address

    @property
    def pages(self) -> str:
        """Address of the page that shows the "sent" codes."""
        return self._facts().pages

    @property
    def ca_file(self) -> Path:
        """PEM file of the CA to pin for TLS."""
        return Path(self._facts().ca_file)

    @property
    def anchors(self) -> Path:
        """PEM file of the anchor for document seals."""
        return Path(self._facts().anchors)

    @property
    def app_id(self) -> str:
        """The application's id."""
        return self._facts().app_id

    @property
    def request_key(self) -> bytes:
        """The key for request signatures, 32 bytes."""
        return bytes.fromhex(Path(self._facts().request_key_file).read_text("ascii").strip())

    @property
    def catalogue_key(self) -> bytes:
        """The raw Ed25519 public key of the catalogue, 32 bytes."""
        return bytes.fromhex(self._facts().catalogue_key)

    @property
    def trial_configuration(self) -> str:
        """The part of a configuration (TOML) that makes a station a trial on this sandbox."""
        return self._facts().trial_configuration

    @property
    def control_token(self) -> str:
        """The token that the control page requires."""
        return Path(self._facts().control_token_file).read_text("ascii").strip()

    # --- control ------------------------------------------------------------------------------

    def control(self, **switches: Any) -> None:
        """Replace all switches (``terminal.sandbox.switches.Switches``); without any: all genuine.

        ``ValueError`` for a switch that does not exist.
        """
        self._control("POST", "/control/switches", json.dumps(switches).encode())

    def reset(self) -> None:
        """Delete codes, locks, quotas, identifications, nonces, documents and counts."""
        self._control("POST", "/control/reset")

    def codes(self) -> tuple[SentCode, ...]:
        """Return the sent codes, newest last (the last twenty)."""
        sent_codes: list[dict[str, str]] = json.loads(self._control("GET", "/control/codes"))
        return tuple(SentCode(**sent) for sent in sent_codes)

    def wait_until_warm(self, limit_s: float = 0.0) -> bool:
        """Wait until the first certificate is as fast as later ones; ``False`` on time-out.

        The sandbox is asked at least once, and answers within ``terminal.sandbox.app.WARM_S``.
        """
        end = time.monotonic() + limit_s
        while not json.loads(self._control("GET", "/control/warm")):
            if time.monotonic() >= end:
                return False
        return True

    def counts(self) -> dict[str, int]:
        """Return the number of requests since the last reset, by operation ("issue")."""
        counts: dict[str, int] = json.loads(self._control("GET", "/control/counts"))
        return counts

    def _control(self, method: str, path: str, body: bytes | None = None) -> bytes:
        # Imported only here: the parent starts the child early and calls this much later.
        import http.client
        import ssl

        facts = self._facts()
        token = self.control_token
        peer = urlsplit(facts.address)
        context = ssl.create_default_context(cafile=facts.ca_file)
        connection = http.client.HTTPSConnection(
            peer.hostname or self._host, peer.port, timeout=CONTROL_TIMEOUT_S, context=context
        )
        with contextlib.closing(connection):
            connection.request(method, path, body, {"X-Control-Token": token})
            response = connection.getresponse()
            answer = response.read()
        if response.status != 200:
            raise ValueError(f"{path}: {response.status} {answer.decode()}")
        return answer

    # --- output of the child --------------------------------------------------------------------

    def _facts(self, timeout_s: float = 15.0) -> Ready:
        if self._child is None and self._ready is None:
            raise SandboxError("the sandbox was not started")
        if not self._listening.wait(timeout_s) or self._ready is None:
            raise SandboxError(self._not_ready())
        return self._ready

    def _not_ready(self) -> str:
        return "the sandbox did not become ready: " + " | ".join(self._error_lines)

    def _read_ready_line(self, child: subprocess.Popen[bytes]) -> None:
        assert child.stdout is not None
        line = child.stdout.readline()
        if line:
            with contextlib.suppress(ValueError, TypeError):
                self._ready = Ready(**json.loads(line))
        else:
            self._errors_read.wait(STOP_S)
        self._listening.set()

    def _read_errors(self, child: subprocess.Popen[bytes]) -> None:
        assert child.stderr is not None
        for line in child.stderr:
            self._error_lines.append(line.decode(errors="replace").rstrip())
        self._errors_read.set()
