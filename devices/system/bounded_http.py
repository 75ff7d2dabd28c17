"""HTTP exchanges with a time limit and a size limit that the peer cannot exceed.

For the IPP client of printing and for the platform client, each on its own threads. A session made
here reads nothing from the environment (no proxy, no .netrc, no CA variable), follows no redirect
and keeps no cookie. The import takes 0.1 s: import it on the thread that makes the first call.
"""

from __future__ import annotations

import http.client
import ipaddress
import logging
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import contextmanager
from enum import Enum
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import exceptions as urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

# urllib3's warnings about malformed headers quote their bytes, which may be an answer's body.
logging.getLogger("urllib3.connection").setLevel(logging.CRITICAL)

MAX_LOOKUPS = 8
"""Maximum number of host names that are looked up at the same time. ``getaddrinfo`` has no time
limit, so each lookup has its own thread. A station connects to a few printers and one platform."""


class _Limits(threading.local):
    """The limits of this thread's current exchange."""

    deadline: float = float("inf")
    """When the exchange must have ended (``time.monotonic()`` seconds)."""
    bytes_left: float = float("inf")
    """Bytes that may still be received: headers, chunk framing and body together."""


_limits = _Limits()


class AnswerTooLong(http.client.HTTPException):
    """The peer sent more bytes than the limit of the exchange."""


@contextmanager
def exchange_limits(deadline: float, max_bytes: int) -> Iterator[None]:
    """Limit the network operations of this thread within the block.

    ``deadline`` (``time.monotonic()`` seconds) applies to the whole exchange: name lookup,
    connecting, TLS handshake, sending, headers, chunk framing and body. ``max_bytes`` limits the
    received bytes (for TLS, after decryption).
    """
    _limits.deadline, _limits.bytes_left = deadline, max_bytes
    try:
        yield
    finally:
        _limits.deadline = _limits.bytes_left = float("inf")


def _time_left() -> float:
    left = _limits.deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the exchange took too long")
    return left


@contextmanager
def _within_deadline(sock: socket.socket) -> Iterator[None]:
    """Shorten the socket's time-out for one operation to the time left in the exchange.

    The library's own time-out starts again with every byte, so a peer that sends single bytes
    slowly could block the thread without limit.
    """
    left, usual = _time_left(), sock.gettimeout()
    sock.settimeout(left if usual is None else min(usual, left))
    try:
        yield
    finally:
        sock.settimeout(usual)


def _count(received: int) -> None:
    _limits.bytes_left -= received
    if _limits.bytes_left < 0:
        raise AnswerTooLong("too many bytes")


class _BoundedSocket(socket.socket):
    """A TCP socket that enforces the limits of its thread's exchange."""

    def recv_into(self, buffer: WriteableBuffer, nbytes: int = 0, flags: int = 0) -> int:
        with _within_deadline(self):
            received = super().recv_into(buffer, nbytes, flags)
        _count(received)
        return received

    def sendall(self, data: ReadableBuffer, flags: int = 0) -> None:
        with _within_deadline(self):
            super().sendall(data, flags)


class _BoundedTLSSocket(ssl.SSLSocket):
    """A TLS socket that enforces the limits of its thread's exchange.

    In Python the time-out of a TLS socket limits a whole read, write or handshake, even if the
    bytes of one record arrive slowly.
    """

    def recv_into(self, buffer: WriteableBuffer, nbytes: int | None = None, flags: int = 0) -> int:
        with _within_deadline(self):
            received = super().recv_into(buffer, nbytes, flags)
        _count(received)
        return received

    def send(self, data: ReadableBuffer, flags: int = 0) -> int:
        with _within_deadline(self):
            return super().send(data, flags)


_lookups: dict[tuple[str, int], Future[list[Any]]] = {}
_lookups_lock = threading.Lock()


def _addresses(host: str, port: int) -> list[Any]:
    """Return what ``getaddrinfo`` returns, within the exchange's time.

    A lookup that takes longer continues; the next exchange waits for the same one.
    """
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        pass
    else:
        return socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)  # an address: no lookup
    key = (host, port)
    with _lookups_lock:
        future = _lookups.get(key)
        if future is None:
            if len(_lookups) >= MAX_LOOKUPS:
                raise TimeoutError("too many host names are being looked up")
            future = Future()
            try:
                threading.Thread(
                    target=_look_up, args=(key, future), name="name-lookup", daemon=True
                ).start()
            except (RuntimeError, MemoryError) as error:
                raise OSError("no thread for a name lookup") from error
            _lookups[key] = future
    left = _limits.deadline - time.monotonic()
    try:
        return future.result(max(0.0, left) if left != float("inf") else None)
    except FutureTimeoutError as error:
        raise TimeoutError("the host name was not looked up in time") from error


def _look_up(key: tuple[str, int], future: Future[list[Any]]) -> None:
    found: list[Any] | OSError
    try:
        found = socket.getaddrinfo(*key, 0, socket.SOCK_STREAM)
    except OSError as error:
        found = error
    except UnicodeError as error:  # the text cannot be a host name
        found = socket.gaierror(str(error))
    except Exception as error:  # the lookup must be removed from the list after any error
        found = OSError(type(error).__name__)
    with _lookups_lock:
        del _lookups[key]
    if isinstance(found, OSError):
        future.set_exception(found)
    else:
        future.set_result(found)


class _Connects(HTTPConnection):
    """Connects a bounded socket. The TLS handshake has the time that is left after that."""

    def _new_conn(self) -> socket.socket:
        try:
            addresses = _addresses(self._dns_host.strip("[]"), self.port or self.default_port)
            return self._first_that_answers(addresses)
        except socket.gaierror as error:
            raise urllib3.NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise urllib3.ConnectTimeoutError(self, "no connection in time") from error
        except OSError as error:
            raise urllib3.NewConnectionError(self, "no connection") from error

    def _first_that_answers(self, addresses: list[Any]) -> socket.socket:
        problem: OSError = OSError("the host name has no address")
        for family, kind, protocol, _name, address in addresses:
            try:
                # Fails for IPv6 if the kernel has it switched off.
                sock = _BoundedSocket(family, kind, protocol)
            except OSError as error:
                problem = error
                continue
            try:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                limit = self.timeout if isinstance(self.timeout, int | float) else float("inf")
                sock.settimeout(min(limit, _time_left(), threading.TIMEOUT_MAX))
                sock.connect(address)
            except OSError as error:
                problem = error
                sock.close()
            else:
                # Time-out of the TLS handshake. After it the library sets the one for reading.
                sock.settimeout(min(limit, _time_left(), threading.TIMEOUT_MAX))
                return sock
        raise problem


class _PlainConnection(_Connects):
    """HTTP."""


class _TLSConnection(_Connects, HTTPSConnection):
    """HTTPS."""


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _TLSConnection


class _Session(requests.Session):
    """A session that ignores ``Location``. To follow it, the library would first read the answer's
    whole body, of any size, and could raise any error for a malformed address."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return ``None``: there is no redirect."""


class _Adapter(HTTPAdapter):
    """Makes bounded connections only; those of HTTPS use ``context``."""

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self._context = context
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        if self._context is not None:
            kwargs["ssl_context"] = self._context
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TLSPool}


def tls_context(ca_file: str) -> ssl.SSLContext:
    """Return a client context that trusts only ``ca_file`` and checks the host name.

    :raises OSError: the file cannot be read.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # does not load the system's CAs
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(cafile=ca_file)
    context.sslsocket_class = _BoundedTLSSocket
    return context


def bounded_session(ca_file: str | None, headers: dict[str, str]) -> requests.Session:
    """Return a session for one thread that sends ``headers`` instead of the library's own.

    With ``ca_file`` it accepts only HTTPS addresses, without it only HTTP. Wrap each exchange in
    ``exchange_limits``.

    :raises OSError: ``ca_file`` cannot be read.
    """
    session = _Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers.clear()
    session.headers.update(headers)
    session.adapters.clear()
    if ca_file is not None:
        session.verify = ca_file
        session.mount("https://", _Adapter(tls_context(ca_file)))
    else:
        session.mount("http://", _Adapter(None))
    return session


class Broken(Enum):
    """Why an exchange failed."""

    CERTIFICATE = "certificate"
    """The trusted CA did not issue the peer's certificate, or it is not for this host."""
    TLS = "tls"
    """TLS failed for another reason."""
    CA_FILE = "ca_file"
    """The file of the trusted CA cannot be read."""
    TIMED_OUT = "timed_out"
    """A limit of time was reached: connecting, between two bytes, or the whole exchange."""
    UNREACHABLE = "unreachable"
    """There was no connection, or it was closed early."""
    GARBAGE = "garbage"
    """The peer's answer was not HTTP, or longer than the limit."""


def why_broken(error: Exception) -> Broken:
    """Classify an exception of the HTTP library, or of the system below it."""
    chain = _causes(error)

    def among(*kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in chain)

    if among(ssl.SSLCertVerificationError):
        return Broken.CERTIFICATE
    if any(_timed_out(cause) for cause in chain):
        return Broken.TIMED_OUT
    if among(ssl.SSLEOFError, ssl.SSLZeroReturnError):
        return Broken.UNREACHABLE
    if among(ssl.SSLError):
        return Broken.TLS
    if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError):
        return Broken.CA_FILE
    broke_off = (http.client.RemoteDisconnected, http.client.IncompleteRead, ConnectionError)
    malformed = (http.client.HTTPException, urllib3.InvalidHeader)
    if among(*malformed) and not among(*broke_off):
        return Broken.GARBAGE
    return Broken.UNREACHABLE


def _timed_out(cause: BaseException) -> bool:
    """Whether a time limit was reached (urllib3 derives failed connections from its time-out)."""
    if isinstance(cause, urllib3.NewConnectionError):
        return False
    return isinstance(cause, TimeoutError | requests.Timeout | urllib3.TimeoutError)


def _causes(error: BaseException) -> list[BaseException]:
    """Return the exception and all its causes, including exceptions that it only wraps."""
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
