"""The sandbox as a child process: started, waited for, steered and stopped by its parent.

For the demo and the tests. Imports nothing of the server, so that starting it costs the parent
only a process. The child ends with its parent, however that ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

STOP_S = 2.0
"""After that it is killed; it has nothing to save."""
CONTROL_TIMEOUT_S = 5.0
LAST_WORDS = 40
"""Lines of the child's standard error that are kept."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The child's ready line."""

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
    """The sandbox does not serve; the message ends with its last words."""


class SandboxProcess:
    """One sandbox. ``state_dir`` keeps its keys (0600) and may be used again.

    The attributes that describe it (``address`` …) wait until it is ready. ``SandboxError`` with
    its last words where it does not become ready.
    """

    def __init__(self, state_dir: Path, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self._state_dir = state_dir
        self._host = host
        self._port = port
        self._child: subprocess.Popen[bytes] | None = None
        self._ready: Ready | None = None
        self._listening = threading.Event()
        self._heard = threading.Event()
        self._words: deque[str] = deque(maxlen=LAST_WORDS)
        self._threads: list[threading.Thread] = []

    # --- its life -------------------------------------------------------------------------

    def start(self) -> None:
        """Start the child and come back at once; ``wait`` tells when it listens."""
        if self._child is not None:
            return
        command = [
            sys.executable, "-m", "terminal.sandbox",
            "--host", self._host, "--port", str(self._port),
            "--state", str(self._state_dir), "--json", "--until-eof",
        ]  # fmt: skip
        if threading.current_thread() is threading.main_thread():
            # The kernel's signal follows the thread that started the child, not the process.
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
        for target in (self._hear_ready, self._hear_words):
            thread = threading.Thread(target=target, args=(self._child,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def wait(self, timeout_s: float = 15.0) -> None:
        """Wait until it listens; ``SandboxError`` where it ends first or takes longer."""
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
        """Whether the child lives."""
        return self._child is not None and self._child.poll() is None

    @property
    def failure(self) -> str | None:
        """Why it has not become ready and never will, with its last words; ``None`` till then."""
        return self._not_ready() if self._listening.is_set() and self._ready is None else None

    @property
    def pid(self) -> int | None:
        """The child's process id while there is one."""
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

    # --- what a terminal needs --------------------------------------------------------------

    @property
    def address(self) -> str:
        """``https://127.0.0.1:PORT``."""
        return self._facts().address

    @property
    def pages(self) -> str:
        """Address of the page that shows the codes "sent"."""
        return self._facts().pages

    @property
    def ca_file(self) -> Path:
        """PEM of the CA to pin for TLS."""
        return Path(self._facts().ca_file)

    @property
    def anchors(self) -> Path:
        """PEM of the anchor for document seals."""
        return Path(self._facts().anchors)

    @property
    def app_id(self) -> str:
        """The application's id."""
        return self._facts().app_id

    @property
    def request_key(self) -> bytes:
        """The key of request signatures, 32 bytes."""
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
        """The token that its control page asks for."""
        return Path(self._facts().control_token_file).read_text("ascii").strip()

    # --- steering it --------------------------------------------------------------------------

    def control(self, **switches: Any) -> None:
        """Replace all switches (``terminal.sandbox.switches.Switches``); none: all genuine.

        ``ValueError`` for a switch that does not exist.
        """
        self._control("POST", "/control/switches", json.dumps(switches).encode())

    def reset(self) -> None:
        """Forget codes, locks, quotas, identifications, nonces, documents and counts."""
        self._control("POST", "/control/reset")

    def codes(self) -> tuple[SentCode, ...]:
        """The codes sent, newest last (the last twenty)."""
        told: list[dict[str, str]] = json.loads(self._control("GET", "/control/codes"))
        return tuple(SentCode(**sent) for sent in told)

    def wait_until_warm(self) -> bool:
        """Wait until the first certificate is as quick as any; ``False`` if it takes too long."""
        return bool(json.loads(self._control("GET", "/control/warm")))

    def counts(self) -> dict[str, int]:
        """Requests seen since the last reset, by operation ("issue")."""
        counts: dict[str, int] = json.loads(self._control("GET", "/control/counts"))
        return counts

    def _control(self, method: str, path: str, body: bytes | None = None) -> bytes:
        # Only here: the parent starts the child before it has painted, and asks long after.
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

    # --- listening to it ------------------------------------------------------------------------

    def _facts(self, timeout_s: float = 15.0) -> Ready:
        if self._child is None and self._ready is None:
            raise SandboxError("the sandbox was not started")
        if not self._listening.wait(timeout_s) or self._ready is None:
            raise SandboxError(self._not_ready())
        return self._ready

    def _not_ready(self) -> str:
        return "the sandbox did not become ready: " + " | ".join(self._words)

    def _hear_ready(self, child: subprocess.Popen[bytes]) -> None:
        assert child.stdout is not None
        line = child.stdout.readline()
        if line:
            with contextlib.suppress(ValueError, TypeError):
                self._ready = Ready(**json.loads(line))
        else:
            self._heard.wait(STOP_S)
        self._listening.set()

    def _hear_words(self, child: subprocess.Popen[bytes]) -> None:
        assert child.stderr is not None
        for line in child.stderr:
            self._words.append(line.decode(errors="replace").rstrip())
        self._heard.set()
