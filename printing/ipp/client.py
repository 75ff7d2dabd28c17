"""IPP requests to the device itself: get its state, list its jobs, cancel a job.

Used by the CUPS printer and `station diagnose`. Each call blocks its thread for at most
``EXCHANGE_LIMIT_S`` and returns its result or an ``IppFailure``. No behaviour of a device or a
network makes it raise. It never sends a document.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .codec import (
    MAX_MESSAGE_BYTES,
    Attribute,
    CodecError,
    Group,
    Message,
    Tag,
    Value,
    decode,
    encode,
)

if TYPE_CHECKING:
    import requests

CONNECT_TIMEOUT_S = 1.2
"""A printer on the station's own network answers in milliseconds, or within a second if it wakes
from sleep. Together with the interval between two looks, a missing device is noticed in under three
seconds."""
READ_TIMEOUT_S = 2.5
"""Small devices answer slowly while they rasterise. A cable that is pulled during a job must still
be noticed within three seconds."""
ENDED_JOBS = 20
"""Number of ended jobs to ask for. The request is sent every second or two, so this is enough to
see each job of ours, and a small device can still answer it."""
EXCHANGE_LIMIT_S = 4.0
"""Time limit for a whole exchange: name lookup, connection, TLS handshake, sending, headers, chunk
framing and body. It is the sum of the two limits above, rounded up. A device that uses both of them
still answers in time, and a device that sends byte by byte cannot block the thread for longer."""
MAX_HEADER_BYTES = 64 * 1024
"""Limit for the status line, headers and chunk framing of one answer, in addition to its message. A
device sends about 300 bytes. ``http.client`` accepts at most 100 headers."""
MEDIA_TYPE = "application/ipp"
_CHARSETS = frozenset({"utf-8", "us-ascii"})
"""Charsets in which the names of our own jobs, which are ASCII, can be read without conversion."""
IPP_PORT = 631
MAX_URI_BYTES = 1023
"""Limit for a URI (RFC 8011 §5.1.6)."""


class Operation(IntEnum):
    """The operations that are used here (RFC 8011 §5.4.15)."""

    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER_ATTRIBUTES = 0x000B


STATUS_NOT_POSSIBLE = 0x0404
"""client-error-not-possible: the job has already ended."""
STATUS_NOT_FOUND = 0x0406
STATUS_GONE = 0x0407


class JobState(IntEnum):
    """The states of a job (RFC 8011 §5.3.7)."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9

    @property
    def ended(self) -> bool:
        """Whether the job is over. Its state cannot change any more."""
        return self >= JobState.CANCELED


@dataclass(frozen=True, slots=True)
class DeviceJob:
    """A job as the device reports it.

    ``impressions`` and ``sheets`` are what has been completed, ``total`` is the number of
    impressions that the device expects of the job. Each is ``None`` if the device does not count
    it. ``uuid`` is empty if the device gives none.
    """

    id: int
    name: str
    user: str
    state: JobState
    reasons: tuple[str, ...] = ()
    impressions: int | None = None
    sheets: int | None = None
    total: int | None = None
    uuid: str = ""


class Reason(StrEnum):
    """Why there is no usable answer of the device."""

    UNREACHABLE = "unreachable"
    """The connection was refused or broke, there is no route, or the name is unknown."""
    TIMED_OUT = "timed_out"
    TLS = "tls"
    """The device's certificate is not trusted, the handshake failed, or the CA file is unusable."""
    GARBLED = "garbled"
    """The answer is not valid IPP."""
    REFUSED = "refused"
    """The device answered with an IPP or HTTP error status."""
    NOT_ASKED = "not_asked"
    """The request was not sent: the time of this poll was over, or the device had just failed to
    answer another request in time."""


@dataclass(frozen=True, slots=True)
class IppFailure:
    """A request without a usable answer; ``detail`` is for maintainers."""

    reason: Reason
    detail: str = ""


PRINTER_ATTRIBUTES = (
    "printer-state",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "queued-job-count",
    "printer-make-and-model",
    "marker-types",
    "marker-levels",
    "marker-low-levels",
    "printer-supply",
    "printer-input-tray",
    "media-ready",
    "sides-supported",
)
JOB_ATTRIBUTES = (
    "job-id",
    "job-name",
    "job-state",
    "job-state-reasons",
    "job-originating-user-name",
    "job-impressions-completed",
    "job-media-sheets-completed",
    "job-impressions",
    "job-uuid",
)


def speaks_ipp(device_uri: str | None) -> bool:
    """Whether the device at this address speaks IPP (over the network, or USB with ipp-usb)."""
    return device_uri is not None and device_uri.partition(":")[0].lower() in _SCHEMES


def wrong_address(device_uri: str) -> str | None:
    """Return why this address of an IPP device cannot be used; ``None`` if it can."""
    try:
        _http_url(device_uri)
    except ValueError as error:
        return str(error)
    return None


_SCHEMES = {"ipp": "http", "http": "http", "ipps": "https", "https": "https"}


def _target(device_uri: str) -> str:
    """Return the ``printer-uri`` for requests: the CUPS device URI without the options of its
    backend (``?waitjob=false``)."""
    return device_uri.partition("?")[0]


def _http_url(device_uri: str) -> str:
    parts = urlsplit(device_uri)
    host = parts.hostname
    if parts.scheme not in _SCHEMES or not host:
        raise ValueError(f"not the address of an IPP device: scheme {parts.scheme!r}")
    target = _target(device_uri)
    if not target.isascii() or len(target) > MAX_URI_BYTES:
        raise ValueError(f"the address of an IPP device is ASCII, {MAX_URI_BYTES} bytes at most")
    host = f"[{host}]" if ":" in host else host
    port = parts.port or (IPP_PORT if parts.scheme in ("ipp", "ipps") else None)
    return f"{_SCHEMES[parts.scheme]}://{host}{f':{port}' if port else ''}{parts.path or '/'}"


class IppClient:
    """Sends requests to one device. For one thread at a time.

    :raises ValueError: the address is not an IPP address.
    """

    def __init__(
        self,
        device_uri: str,
        *,
        user: str = "station",
        ca_file: str | None = None,
        connect_timeout_s: float = CONNECT_TIMEOUT_S,
        read_timeout_s: float = READ_TIMEOUT_S,
        exchange_limit_s: float = EXCHANGE_LIMIT_S,
    ) -> None:
        self.device_uri = _target(device_uri)
        self._url = _http_url(device_uri)
        self._user = user
        self._ca_file = ca_file
        self._timeouts = (connect_timeout_s, read_timeout_s)
        self._exchange_limit_s = exchange_limit_s
        self._numbers = itertools.count(1)
        self._session: requests.Session | None = None

    def printer_attributes(self) -> Group | IppFailure:
        """Get those of ``PRINTER_ATTRIBUTES`` that the device has (Get-Printer-Attributes)."""
        answer = self._ask(
            Operation.GET_PRINTER_ATTRIBUTES,
            Attribute("requested-attributes", _keywords(PRINTER_ATTRIBUTES)),
        )
        if isinstance(answer, IppFailure):
            return answer
        groups = answer.all(Tag.PRINTER)
        if len(groups) != 1 or not _is_sound(groups[0], _PRINTER_SYNTAX):
            return IppFailure(Reason.GARBLED, "printer attributes of the wrong type")
        if groups[0].integer("printer-state") not in _PRINTER_STATES:
            return IppFailure(Reason.GARBLED, "no printer-state")
        return groups[0]

    def jobs(self, *, completed: bool = False) -> tuple[DeviceJob, ...] | IppFailure:
        """List the jobs of all users that have not ended (Get-Jobs).

        With ``completed``, list the last jobs that have ended: as many as the device remembers, at
        most ``ENDED_JOBS``, the newest first (RFC 8011 §4.2.6).
        """
        which = Attribute("which-jobs", _keywords(("completed" if completed else "not-completed",)))
        limit = Attribute("limit", (Value(Tag.INTEGER, ENDED_JOBS),))
        answer = self._ask(
            Operation.GET_JOBS,
            *((limit, which) if completed else (which,)),
            Attribute("requested-attributes", _keywords(JOB_ATTRIBUTES)),
        )
        if isinstance(answer, IppFailure):
            return answer
        found = tuple(_job(group) for group in answer.all(Tag.JOB) if group.attributes)
        jobs = tuple(job for job in found if job is not None)
        if len(jobs) != len(found):
            return IppFailure(Reason.GARBLED, "job without id or state")
        if len({job.id for job in jobs}) != len(jobs):
            return IppFailure(Reason.GARBLED, "two jobs of one id")
        return jobs

    def job(self, job_id: int) -> DeviceJob | IppFailure | None:
        """Get one job (Get-Job-Attributes); ``None`` if the device does not know it."""
        answer = self._ask(
            Operation.GET_JOB_ATTRIBUTES,
            Attribute("job-id", (Value(Tag.INTEGER, job_id),)),
            Attribute("requested-attributes", _keywords(JOB_ATTRIBUTES)),
            accept=(STATUS_NOT_FOUND, STATUS_GONE),
        )
        if isinstance(answer, IppFailure):
            return answer
        if answer.code in (STATUS_NOT_FOUND, STATUS_GONE):
            return None
        groups = answer.all(Tag.JOB)
        found = _job(groups[0], job_id) if len(groups) == 1 else None
        if found is None:
            return IppFailure(Reason.GARBLED, "job without state")
        return found if found.id == job_id else IppFailure(Reason.GARBLED, "another job")

    def cancel(self, job_id: int) -> IppFailure | None:
        """Ask the device to cancel a job (Cancel-Job).

        ``None`` means that it accepted the request, or that the job is over or unknown. The device
        may still keep the job and even print it later: check ``jobs``.
        """
        answer = self._ask(
            Operation.CANCEL_JOB,
            Attribute("job-id", (Value(Tag.INTEGER, job_id),)),
            accept=(STATUS_NOT_FOUND, STATUS_GONE, STATUS_NOT_POSSIBLE),
        )
        return answer if isinstance(answer, IppFailure) else None

    def close(self) -> None:
        """Close the connection."""
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def _ask(
        self, operation: Operation, *attributes: Attribute, accept: tuple[int, ...] = ()
    ) -> Message | IppFailure:
        first = [
            Attribute("attributes-charset", (Value(Tag.CHARSET, "utf-8"),)),
            Attribute("attributes-natural-language", (Value(Tag.LANGUAGE, "en"),)),
            Attribute("printer-uri", (Value(Tag.URI, self.device_uri),)),
        ]
        user = Attribute("requesting-user-name", (Value(Tag.NAME, self._user),))
        # RFC 8011 §4.1.5: the target (printer-uri, job-id) comes before everything else.
        target = [each for each in attributes if each.name == "job-id"]
        rest = [each for each in attributes if each.name != "job-id"]
        group = Group(Tag.OPERATION, (*first, *target, user, *rest))
        number = next(self._numbers)
        data = self._post(encode(Message(operation, number, (group,))))
        if isinstance(data, IppFailure):
            return data
        try:
            answer = decode(data)
        except CodecError as error:
            return IppFailure(Reason.GARBLED, str(error))
        if answer.request_id != number:
            return IppFailure(Reason.GARBLED, "answer to another request")
        if answer.version[0] not in (1, 2):
            return IppFailure(Reason.GARBLED, "not a version of IPP")
        for operation_group in answer.all(Tag.OPERATION):
            charset = operation_group.text("attributes-charset")
            if charset is not None and charset.lower() not in _CHARSETS:
                return IppFailure(Reason.GARBLED, "a charset that was not asked for")
        if answer.code >= 0x0100 and answer.code not in accept:
            return IppFailure(Reason.REFUSED, f"{operation.name} status {answer.code:#06x}")
        return answer

    def _post(self, body: bytes) -> bytes | IppFailure:
        # Slow to import, so on the printer's thread and after the first paint.
        from urllib3 import exceptions as urllib3

        from devices.system.bounded_http import Broken, exchange_limits, why_broken

        deadline = time.monotonic() + self._exchange_limit_s
        while True:
            kept = self._session is not None
            try:
                with exchange_limits(deadline, MAX_MESSAGE_BYTES + MAX_HEADER_BYTES):
                    return self._exchange(body)
            except (OSError, urllib3.HTTPError) as error:  # all errors of requests are OSErrors
                self.close()
                why = why_broken(error)
                # If the device has closed a kept-alive connection, it is not gone. Retry once, on a
                # new connection and within the same time limit.
                if not (kept and why is Broken.UNREACHABLE):
                    return IppFailure(_REASONS[why.name], type(error).__name__)

    def _exchange(self, body: bytes) -> bytes | IppFailure:
        from devices.system.bounded_http import bounded_session

        # Another thread may close it at any time.
        session = self._session
        if session is None:
            headers = {"Content-Type": MEDIA_TYPE, "Accept-Encoding": "identity"}
            session = self._session = bounded_session(self._trusted(), headers)
        with session.post(
            self._url, data=body, timeout=self._timeouts, allow_redirects=False, stream=True
        ) as response:
            if response.status_code != 200:
                return IppFailure(Reason.REFUSED, f"HTTP {response.status_code}")
            given = response.headers.get("Content-Type", MEDIA_TYPE)
            if given.partition(";")[0].strip().lower() != MEDIA_TYPE:
                return IppFailure(Reason.GARBLED, "content type is not IPP")
            if response.headers.get("Content-Encoding", "identity").lower() != "identity":
                return IppFailure(Reason.GARBLED, "content encoding was not asked for")
            data = bytearray()
            while chunk := response.raw.read1(MAX_MESSAGE_BYTES):
                data += chunk
                if len(data) > MAX_MESSAGE_BYTES:
                    return IppFailure(Reason.GARBLED, "answer too long")
            declared = response.headers.get("Content-Length")
            if declared is not None and declared != str(len(data)):
                return IppFailure(Reason.GARBLED, "answer of another length than declared")
            return bytes(data)

    def _trusted(self) -> str | None:
        """Return the file of CA certificates for an ``ipps`` device; ``None`` for plain HTTP."""
        if not self._url.startswith("https:"):
            return None
        if self._ca_file is not None:
            return self._ca_file
        from requests.utils import DEFAULT_CA_BUNDLE_PATH

        return DEFAULT_CA_BUNDLE_PATH


_REASONS = {
    "CERTIFICATE": Reason.TLS,
    "TLS": Reason.TLS,
    "CA_FILE": Reason.TLS,
    "TIMED_OUT": Reason.TIMED_OUT,
    "UNREACHABLE": Reason.UNREACHABLE,
    "GARBAGE": Reason.GARBLED,
}
"""By the names of ``devices.system.bounded_http.Broken``, which is imported with the first
exchange."""


def _keywords(words: tuple[str, ...]) -> tuple[Value, ...]:
    return tuple(Value(Tag.KEYWORD, word) for word in words)


_INTEGER = frozenset({Tag.INTEGER})
_ENUM = frozenset({Tag.ENUM})
_KEYWORD = frozenset({Tag.KEYWORD})
_NAME = frozenset({Tag.NAME, Tag.NAME_WITH_LANGUAGE, Tag.TEXT})
"""Some devices send a name as text."""
_PRINTER_SYNTAX = {
    "printer-state": _ENUM,
    "printer-state-reasons": _KEYWORD,
    "printer-is-accepting-jobs": frozenset({Tag.BOOLEAN}),
    "sides-supported": _KEYWORD,
}
_JOB_SYNTAX = {
    "job-id": _INTEGER,
    "job-name": _NAME,
    "job-state": _ENUM,
    "job-state-reasons": _KEYWORD,
    "job-originating-user-name": _NAME,
    "job-impressions-completed": _INTEGER,
    "job-media-sheets-completed": _INTEGER,
    "job-impressions": _INTEGER,
    "job-uuid": frozenset({Tag.URI}),
}
"""The syntax of the attributes that decide an outcome (RFC 8011 §5.3 and §5.4; PWG 5100.19 for
job-uuid). Supplies are checked where they are read, so that a wrong level does not invalidate the
answer."""
_SINGLE = frozenset(_JOB_SYNTAX) | {"printer-state", "printer-is-accepting-jobs"}
_SINGLE -= {"job-state-reasons"}
_REPEATABLE = frozenset({"job-uuid"})
"""Attributes that may occur twice and are then ignored. cupsd sends its own job-uuid if it does not
know which attributes the device accepts; ippeveprinter keeps it in addition to the device's own."""
_PRINTER_STATES = (3, 4, 5)
_OUT_OF_BAND = range(0x10, 0x20)


def _is_sound(group: Group, syntax: Mapping[str, frozenset[Tag]]) -> bool:
    """Return whether every attribute has its type and number of values, and occurs only once.

    The attributes of `_REPEATABLE` may occur more than once.
    """
    names = [each.name for each in group.attributes if each.name not in _REPEATABLE]
    if len(set(names)) != len(names):
        return False
    for attribute in group.attributes:
        allowed = syntax.get(attribute.name)
        if allowed is None:
            continue
        if attribute.name in _SINGLE and len(attribute.values) != 1:
            return False
        if any(each.tag not in allowed and each.tag not in _OUT_OF_BAND
               for each in attribute.values):  # fmt: skip
            return False
    return True


def _job(group: Group, known_id: int | None = None) -> DeviceJob | None:
    """Return the job in a group of job attributes; ``None`` if the group is not valid."""
    job_id, state = group.integer("job-id"), group.integer("job-state")
    job_id = known_id if job_id is None else job_id
    if not _is_sound(group, _JOB_SYNTAX):
        return None
    if job_id is None or job_id < 1:
        return None
    if state is None or state not in JobState.__members__.values():
        return None
    return DeviceJob(
        id=job_id,
        name=group.text("job-name") or "",
        user=group.text("job-originating-user-name") or "",
        state=JobState(state),
        reasons=group.texts("job-state-reasons"),
        impressions=_count(group, "job-impressions-completed"),
        sheets=_count(group, "job-media-sheets-completed"),
        total=_count(group, "job-impressions"),
        uuid=_uuid(group),
    )


def _uuid(group: Group) -> str:
    """Return the job's uuid; empty if it has none, or more than one."""
    if sum(attribute.name == "job-uuid" for attribute in group.attributes) != 1:
        return ""
    return group.text("job-uuid") or ""


def _count(group: Group, name: str) -> int | None:
    """Return a count; ``None`` if it is missing or negative.

    RFC 8011 §5.3.18 does not allow negative counts, and one does not prove that no page came out.
    """
    count = group.integer(name)
    return count if count is not None and count >= 0 else None
