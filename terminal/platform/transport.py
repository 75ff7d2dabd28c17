"""One HTTPS exchange with the platform: bytes out, bytes or a fault back, in bounded time.

For the client alone. It trusts the pinned CA and nothing else (no system store, no proxy, no
environment), follows no redirect, keeps no cookie, and never puts a body into a message.
Slow to import (0.1 s), so the client does that on the worker that makes the first call.
"""

from __future__ import annotations

import http.client
import logging
import ssl
import threading
import time
import weakref
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path

import requests
from requests.adapters import HTTPAdapter
from urllib3 import exceptions as urllib3

from devices.health import Fault

from . import faults
from .limits import Answer, Timeouts
from .wire import MEDIA_TYPE

# It warns of headers that are none with the bytes themselves, which may be an answer's body.
logging.getLogger("urllib3.connection").setLevel(logging.CRITICAL)

MAX_ANSWER_BYTES = 8 * 1024 * 1024
"""A sealed certificate is well below 1 MB; base64 and a large catalogue leave room to spare."""
CHUNK_BYTES = 64 * 1024


class _Deadline(threading.local):
    """The instant (``time.monotonic()``) by which this thread's exchange must be over."""

    at: float = float("inf")


_deadline = _Deadline()


class _DeadlineSocket(ssl.SSLSocket):
    """A TLS socket whose reads end at the thread's deadline.

    The library's read time-out begins anew with every byte, so a peer that sends one byte now and
    then would hold a worker for ever.
    """

    def read(self, len: int = 1024, buffer: bytearray | None = None) -> bytes:  # type: ignore[override]  # noqa: A002
        left = _deadline.at - time.monotonic()
        if left <= 0:
            raise TimeoutError("the exchange took too long")
        usual = self.gettimeout()
        self.settimeout(left if usual is None else min(usual, left))
        try:
            return super().read(len, buffer)
        finally:
            self.settimeout(usual)


class Transport:
    """Exchanges with one platform; thread-safe, one HTTP session for each thread."""

    def __init__(self, address: str, ca_file: Path, timeouts: Timeouts) -> None:
        self._address = address.rstrip("/")
        self._ca_file = ca_file
        self._timeouts = timeouts
        self._mine = threading.local()
        # A session goes with its thread; whoever makes threads as needed must not collect them.
        self._sessions: weakref.WeakSet[requests.Session] = weakref.WeakSet()
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close every connection; a later exchange opens new ones."""
        with self._lock:
            sessions = list(self._sessions)
            self._sessions.clear()
            self._mine = threading.local()
        for session in sessions:
            session.close()

    def exchange(
        self, method: str, path: str, body: bytes, headers: dict[str, str], deadline: float
    ) -> Answer | Fault:
        """Send once, read once; faults are ``UNREACHABLE``, ``TIMED_OUT``, ``TLS_REFUSED``
        and ``GARBAGE``. Never raises for anything that a peer or a network can do."""
        left = deadline - time.monotonic()
        if left <= 0:
            return faults.TIMED_OUT.with_detail("no time left")
        _deadline.at = deadline
        try:
            with self._session().request(
                method,
                self._address + path,
                data=body or None,
                headers=headers,
                timeout=(min(self._timeouts.connect_s, left), min(self._timeouts.read_s, left)),
                allow_redirects=False,
                stream=True,
            ) as response:
                return _read(response, deadline)
        except (OSError, urllib3.HTTPError) as error:  # requests' and ssl's own are OSErrors
            return _fault_of(error)
        finally:
            _deadline.at = float("inf")

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._mine, "session", None)
        if session is None:
            session = _new_session(self._ca_file)
            with self._lock:
                self._sessions.add(session)
            self._mine.session = session
        return session


def _new_session(ca_file: Path) -> requests.Session:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # checks host names, loads no system store
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(cafile=str(ca_file))
    context.sslsocket_class = _DeadlineSocket

    class Unled(requests.Session):
        """Looks at no ``Location``: the library would read the answer's whole body for it first,
        whatever its size, and raise what a peer's bytes make of an address."""

        def get_redirect_target(self, resp: requests.Response) -> None:
            """Nowhere."""

    class PinnedAdapter(HTTPAdapter):
        """Connects with this context only."""

        def init_poolmanager(self, *args: object, **kwargs: object) -> None:
            super().init_poolmanager(*args, ssl_context=context, **kwargs)  # type: ignore[arg-type]

    session = Unled()
    session.trust_env = False
    session.verify = str(ca_file)
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers.clear()
    session.headers.update(
        {"Accept": MEDIA_TYPE, "Accept-Encoding": "identity", "User-Agent": "station-terminal"}
    )
    session.adapters.clear()  # nothing but https is ever spoken
    session.mount("https://", PinnedAdapter(max_retries=0))
    return session


def _read(response: requests.Response, deadline: float) -> Answer | Fault:
    """The body, no more than ``MAX_ANSWER_BYTES`` of JSON, before the deadline."""
    media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if 300 <= response.status_code < 400:
        return faults.GARBAGE.with_detail(f"redirect {response.status_code}")
    if media_type != MEDIA_TYPE:
        if response.status_code >= 500:  # a gateway's own page
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
    """Which fault an exception of the library (or below) stands for.

    Only the exception's type goes into the detail: messages of the library hold addresses.
    """
    name = type(error).__name__
    chain = _causes(error)

    def among(*kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in chain)

    if among(ssl.SSLCertVerificationError):
        return faults.TLS_REFUSED.with_detail("certificate not by the pinned CA, or not for it")
    if any(_timed_out(cause) for cause in chain):
        return faults.TIMED_OUT.with_detail(name)
    if among(ssl.SSLEOFError, ssl.SSLZeroReturnError):
        return faults.UNREACHABLE.with_detail(name)
    if among(ssl.SSLError):
        return faults.TLS_REFUSED.with_detail(name)
    if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError):
        return faults.TLS_REFUSED.with_detail("the CA file cannot be read")
    broke_off = (http.client.RemoteDisconnected, http.client.IncompleteRead, ConnectionError)
    if among(http.client.HTTPException) and not among(*broke_off):
        return faults.GARBAGE.with_detail(name)
    return faults.UNREACHABLE.with_detail(name)


def _timed_out(cause: BaseException) -> bool:
    """Whether it stands for time run out (urllib3 calls every failed connection that, too)."""
    if isinstance(cause, urllib3.NewConnectionError):
        return False
    return isinstance(cause, TimeoutError | requests.Timeout | urllib3.TimeoutError)


def _causes(error: BaseException) -> list[BaseException]:
    """The exception and everything that it came from, also where a library only wraps it."""
    found: list[BaseException] = []
    queue: list[BaseException] = [error]
    while queue and len(found) < 20:
        cause = queue.pop()
        if cause in found:
            continue
        found.append(cause)
        wrapped = (getattr(cause, "reason", None), cause.__cause__, cause.__context__, *cause.args)
        queue += [each for each in wrapped if isinstance(each, BaseException)]
    return found
