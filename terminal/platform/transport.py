"""One HTTPS exchange with the platform: sends bytes, returns bytes or a fault, in limited time.

Used by the client only. It trusts only the pinned CA (no system store, proxy or environment),
follows no redirect, keeps no cookie, and never puts a body into a message. Slow to import
(0.1 s), so the client imports it on the worker that makes the first call.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from urllib3 import exceptions as urllib3

from devices.health import Fault
from devices.system.bounded_http import Broken, bounded_session, exchange_limits, why_broken

from . import faults
from .limits import Answer, Timeouts
from .wire import MEDIA_TYPE

MAX_ANSWER_BYTES = 8 * 1024 * 1024
"""A sealed certificate is well below 1 MB; with base64 and a large catalogue this is ample."""
MAX_HEADER_BYTES = 256 * 1024
"""For status line, headers and chunk framing of one answer; a gateway sends about 1 kB."""
CHUNK_BYTES = 64 * 1024


class Transport:
    """Exchanges with one platform; thread-safe.

    Each exchange has an HTTP session to itself and leaves it to the next one, on any thread:
    the requests of one visit share a connection, and TLS is negotiated once.
    """

    def __init__(self, address: str, ca_file: Path, timeouts: Timeouts) -> None:
        self._address = address.rstrip("/")
        self._ca_file = ca_file
        self._timeouts = timeouts
        self._idle: list[requests.Session] = []
        """The sessions that no exchange uses, the last used one last."""
        self._sessions: set[requests.Session] = set()
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close every connection. A later exchange opens new ones."""
        with self._lock:
            sessions, self._sessions = self._sessions, set()
            self._idle = []
        for session in sessions:
            session.close()

    def exchange(
        self, method: str, path: str, body: bytes, headers: dict[str, str], deadline: float
    ) -> Answer | Fault:
        """Send one request and read its answer.

        Return ``UNREACHABLE``, ``TIMED_OUT``, ``TLS_REFUSED`` or ``GARBAGE`` on failure. Never
        raise because of anything that the peer or the network does.
        """
        left = deadline - time.monotonic()
        if left <= 0:
            return faults.TIMED_OUT.with_detail("no time left")
        try:
            with (
                self._session() as session,
                exchange_limits(deadline, MAX_ANSWER_BYTES + MAX_HEADER_BYTES),
                session.request(
                    method,
                    self._address + path,
                    data=body or None,
                    headers=headers,
                    timeout=(min(self._timeouts.connect_s, left), min(self._timeouts.read_s, left)),
                    allow_redirects=False,
                    stream=True,
                ) as response,
            ):
                return _read(response, deadline)
        except (OSError, urllib3.HTTPError) as error:  # errors of requests and ssl are OSErrors
            return _fault_of(error)

    @contextmanager
    def _session(self) -> Iterator[requests.Session]:
        with self._lock:
            session = self._idle.pop() if self._idle else None
        if session is None:
            session = _new_session(self._ca_file)
            with self._lock:
                self._sessions.add(session)
        try:
            yield session
        finally:
            with self._lock:
                if session in self._sessions:  # else `close` has closed it
                    self._idle.append(session)


def _new_session(ca_file: Path) -> requests.Session:
    return bounded_session(
        str(ca_file),
        {"Accept": MEDIA_TYPE, "Accept-Encoding": "identity", "User-Agent": "station-terminal"},
    )


def _read(response: requests.Response, deadline: float) -> Answer | Fault:
    """Read the JSON body, at most ``MAX_ANSWER_BYTES``, before the deadline."""
    media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if 300 <= response.status_code < 400:
        return faults.GARBAGE.with_detail(f"redirect {response.status_code}")
    if media_type != MEDIA_TYPE:
        if response.status_code >= 500:  # a gateway's own error page
            return Answer(response.status_code, b"")
        return faults.GARBAGE.with_detail("content type is not JSON")
    if response.headers.get("Content-Encoding"):
        return faults.GARBAGE.with_detail("content encoding was not asked for")
    body = bytearray()
    while chunk := response.raw.read1(CHUNK_BYTES):
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            return faults.GARBAGE.with_detail(f"answer above {MAX_ANSWER_BYTES} bytes")
        if time.monotonic() > deadline:
            return faults.TIMED_OUT.with_detail("the answer trickled")
    declared = response.headers.get("Content-Length")
    if declared is not None and declared != str(len(body)):
        return faults.UNREACHABLE.with_detail("the answer broke off")
    return Answer(response.status_code, bytes(body))


def _fault_of(error: Exception) -> Fault:
    """Return the fault for an exception of the HTTP library or below.

    Only the exception's type goes into the detail, because library messages contain addresses.
    """
    name = type(error).__name__
    match why_broken(error):
        case Broken.CERTIFICATE:
            return faults.TLS_REFUSED.with_detail("certificate not by the pinned CA, or not for it")
        case Broken.TLS:
            return faults.TLS_REFUSED.with_detail(name)
        case Broken.CA_FILE:
            return faults.TLS_REFUSED.with_detail("the CA file cannot be read")
        case Broken.TIMED_OUT:
            return faults.TIMED_OUT.with_detail(name)
        case Broken.GARBAGE:
            return faults.GARBAGE.with_detail(name)
        case Broken.UNREACHABLE:
            return faults.UNREACHABLE.with_detail(name)
