"""Verify documents under the limits of the worker process: one process for each, set by the kernel.

Run as a program, it reads documents from standard input and answers on standard output. Each
document is verified in a fork of its own, so the libraries are loaded once.
"""

from __future__ import annotations

import json
import os
import resource
import struct
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from .corpus.refused import Refused
from .raw_pdf import Signer

CPU_S = 5
MEMORY_BYTES = 300 * 1024 * 1024
"""Private memory of the process, beside the files that it maps."""


@dataclass(frozen=True)
class Verdict:
    """What verification said: a fault's code and detail, no code if the document passes."""

    code: str | None
    detail: str
    cpu_s: float
    killed: bool = False


class Verifier:
    """The program, as a test uses it."""

    def __init__(self, anchors: Sequence[bytes], at: float) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.printing.bounded"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._lock = threading.Lock()
        self._send(json.dumps({"anchors": [a.decode() for a in anchors], "at": at}).encode())

    def _send(self, data: bytes) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(struct.pack(">I", len(data)) + data)
        self._process.stdin.flush()

    def verify(self, pdf: bytes) -> Verdict:
        """What `printing.seal.verify` says of ``pdf``."""
        assert self._process.stdout is not None
        with self._lock:
            self._send(pdf)
            return Verdict(**json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """End the program."""
        with self._process:  # closes its pipes and waits for its end
            pass


def expect_refusal(document: Refused, verifier: Verifier, signer: Signer) -> None:
    """Fail unless ``document`` is refused by its rule, before the kernel stops the process."""
    verdict = verifier.verify(signer.sign(document.unsigned()))
    assert not verdict.killed, f"stopped by the kernel after {verdict.cpu_s:.1f} s"
    assert verdict.code is not None, "passed"
    assert (verdict.code, document.detail in verdict.detail) == (document.fault.code, True), verdict


def _serve() -> None:
    from datetime import UTC, datetime

    from devices.health import Fault
    from printing import seal

    def received() -> bytes | None:
        head = sys.stdin.buffer.read(4)
        return sys.stdin.buffer.read(*struct.unpack(">I", head)) if len(head) == 4 else None

    settings = json.loads(received() or b"{}")
    anchors = [anchor.encode() for anchor in settings["anchors"]]
    at = datetime.fromtimestamp(settings["at"], UTC)
    seal.warm_up()
    while (pdf := received()) is not None:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
            resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
            found = seal.verify(pdf, anchors=anchors, at=at)
            fault = found if isinstance(found, Fault) else None
            answer = {
                "code": None if fault is None else fault.code,
                "detail": "" if fault is None else fault.detail,
                "cpu_s": resource.getrusage(resource.RUSAGE_SELF).ru_utime,
            }
            os.write(writing, json.dumps(answer).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            said = pipe.read()
        _, _, used = os.wait4(child, 0)
        if not said:
            lost = {"code": None, "detail": "", "cpu_s": used.ru_utime, "killed": True}
            said = json.dumps(lost).encode()
        sys.stdout.buffer.write(said + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    _serve()
