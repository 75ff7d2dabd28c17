"""The sandbox as a program: keys, TLS, server and one ready line; it ends with its parent.

Used by ``station sandbox`` and as the child process of the demo and the tests. It listens on the
loopback interface by default and writes no log.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import gc
import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import platformdirs
import uvicorn

from devices.system.memory import keep_memory_private
from devices.system.prctl import Option, prctl

from ..process.exit_codes import SandboxExit
from .app import PHONE, create_app
from .arguments import add_arguments
from .mischief import CuttableProtocol
from .state import State, civil
from .trial_config import fragment

BACKLOG = 128
TRIAL_FACT = "trial_configuration"
"""The ready fact that holds a part of a configuration, several lines long."""
GRACE_S = 1
"""Time limit for running answers when the server is stopped; then they are cut off."""


def serve(options: argparse.Namespace) -> int:
    """Serve until stopped (SIGINT, SIGTERM, end of standard input); return the exit code."""
    if options.parent:
        _end_with_parent(options.parent)
    if options.until_eof:
        threading.Thread(target=_end_with_input, name="input", daemon=True).start()
    try:
        listener = _listen(options.host, options.port)
    except OSError as error:
        print(f"cannot listen on {options.host}:{options.port}: {error.strerror}", file=sys.stderr)
        return SandboxExit.FAILED
    with contextlib.closing(listener):
        port = listener.getsockname()[1]
        host = f"[{options.host}]" if ":" in options.host else options.host
        directory = options.state or platformdirs.user_data_path("station-terminal") / "sandbox"
        try:
            state, config = _prepare(directory, f"https://{host}:{port}", options.host)
        except OSError as error:
            print(f"cannot keep keys in {directory}: {error.strerror}", file=sys.stderr)
            return SandboxExit.FAILED
        _Server(config, state, as_json=options.json).run(sockets=[listener])
    return SandboxExit.STOPPED


def _prepare(directory: Path, address: str, host: str) -> tuple[State, uvicorn.Config]:
    """Create the platform and its server's configuration, and load TLS.

    Raise ``OSError`` if the directory cannot be created, read or written.
    """
    with _exclusive(directory):
        state = State(directory, address)
        names = dict.fromkeys(("127.0.0.1", "localhost", host))
        pair = state.authority.issue_server_certificate(list(names))
        config = uvicorn.Config(
            create_app(state),
            http=CuttableProtocol,
            ssl_certfile=str(pair.certificate),
            ssl_keyfile=str(pair.key),
            loop="asyncio",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_S,
        )
        config.load()
        return state, config


@contextlib.contextmanager
def _exclusive(directory: Path) -> Iterator[None]:
    """Lock this directory's keys against another sandbox (two demos may start at once)."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (directory / "lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio disables Nagle's delay (40 ms per answer) only then.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


class _Server(uvicorn.Server):
    """Prints the ready line once it listens, then loads what signing needs."""

    def __init__(self, config: uvicorn.Config, state: State, *, as_json: bool) -> None:
        super().__init__(config)
        self._state = state
        self._as_json = as_json

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, print the ready line, and start the warm-up."""
        await super().startup(sockets)
        ready = ready_facts(self._state)
        if self._as_json:
            print(json.dumps(ready), flush=True)
        else:
            shown = [f"{name:20} {value}" for name, value in ready.items() if name != TRIAL_FACT]
            print("\n".join(shown), "", ready[TRIAL_FACT], sep="\n", end="", flush=True)
        threading.Thread(target=warm_up, args=(self._state,), name="warm-up", daemon=True).start()


def ready_facts(state: State) -> dict[str, str]:
    """Return what a terminal (and a person) needs to use this sandbox; contains no secret."""
    return {
        "address": state.address,
        "pages": state.address + PHONE,
        "ca_file": str(state.authority.tls_anchor),
        "anchors": str(state.authority.anchor),
        "app_id": state.app_id,
        "request_key_file": str(state.directory / "request.key"),
        "catalogue_key": state.catalogue_key.hex(),
        "control_token_file": str(state.directory / "control.token"),
        TRIAL_FACT: fragment(state),
    }


def warm_up(state: State) -> None:
    """Typeset and seal one unused certificate, so that the first real one is fast."""
    from .issuing import rehearse

    rehearse(state.authority, civil(time.time()).date())
    gc.collect()
    gc.freeze()  # what is loaded now stays loaded: later collections skip it (50 ms each)
    state.warmed.set()


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry of ``python -m terminal.sandbox``."""
    keep_memory_private()  # with a real reader, requests contain data of real residents
    parser = argparse.ArgumentParser(
        prog="station sandbox", description="the stand-in for the platform"
    )
    add_arguments(parser)
    return serve(parser.parse_args(arguments))


def _end_with_parent(parent: int) -> None:
    """Ask the kernel for a SIGTERM when the parent is gone, also when it is killed.

    Linux sends it when the *thread* that started this process ends, so only a parent whose main
    thread started it may ask for this.
    """
    with contextlib.suppress(OSError):  # it also ends when its standard input closes
        prctl(Option.PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # the parent ended before the request to the kernel
        os._exit(SandboxExit.STOPPED)


def _end_with_input() -> None:
    """Exit when standard input closes: the parent holds its other end."""
    while sys.stdin.buffer.read(1024):
        pass
    os._exit(SandboxExit.STOPPED)  # there is nothing to save, and nothing may delay the end
