"""Questions to the printer itself: its state, its jobs, and the cancelling of one.

Serves the printer's watcher and `station diagnose`. Each call blocks its thread for the stated
time-outs at most and returns what it learned or an ``IppFailure``; it never raises for anything
that a device or a network can do, and never sends a document.
"""

from __future__ import annotations

import itertools
import time
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
"""A printer on the station's own network answers in milliseconds, out of sleep within a second.
Together with the watcher's interval it keeps "gone" under three seconds."""
READ_TIMEOUT_S = 2.5
"""Small devices answer slowly while they rasterise; a cable pulled in mid-job must still be told
within three seconds."""
ENDED_JOBS = 20
"""Asked for every second or two: enough to meet each job of ours, little for a small device."""
ANSWER_LIMIT_S = 5.0
"""For a whole answer, which no trickle of bytes can stretch."""
IPP_PORT = 631


class Operation(IntEnum):
    """The few operations that are used (RFC 8011 §5.4.15)."""

    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER_ATTRIBUTES = 0x000B


STATUS_NOT_POSSIBLE = 0x0404
"""client-error-not-possible: the job is already ended."""
STATUS_NOT_FOUND = 0x0406
STATUS_GONE = 0x0407


class JobState(IntEnum):
    """RFC 8011 §5.3.7."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9

    @property
    def ended(self) -> bool:
        """Whether nothing more can become of the job."""
        return self >= JobState.CANCELED


@dataclass(frozen=True, slots=True)
class DeviceJob:
    """A job as the device tells it. ``impressions`` is ``None`` where it does not count."""

    id: int
    name: str
    user: str
    state: JobState
    reasons: tuple[str, ...] = ()
    impressions: int | None = None


class Reason(StrEnum):
    """Why a device gave no answer that can be used."""

    UNREACHABLE = "unreachable"
    """Refused, no route, name unknown, or the connection broke."""
    TIMED_OUT = "timed_out"
    TLS = "tls"
    """Its certificate is not one that was agreed on."""
    GARBLED = "garbled"
    """It answered, and not in IPP."""
    REFUSED = "refused"
    """It answered with an IPP error status."""


@dataclass(frozen=True, slots=True)
class IppFailure:
    """No answer; ``detail`` is for maintainers."""

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
)


def speaks_ipp(device_uri: str | None) -> bool:
    """Whether the device at this address can be asked by IPP (network, or USB through ipp-usb)."""
    return device_uri is not None and device_uri.partition(":")[0].lower() in _SCHEMES


def wrong_address(device_uri: str) -> str | None:
    """Why nobody can be asked at this address of a device that speaks IPP; ``None`` if one can."""
    try:
        _http_url(device_uri)
    except ValueError as error:
        return str(error)
    return None


_SCHEMES = {"ipp": "http", "http": "http", "ipps": "https", "https": "https"}


def _http_url(device_uri: str) -> str:
    parts = urlsplit(device_uri)
    host = parts.hostname
    if parts.scheme not in _SCHEMES or not host:
        raise ValueError(f"no host of an IPP device: scheme {parts.scheme!r}")
    host = f"[{host}]" if ":" in host else host
    port = parts.port or (IPP_PORT if parts.scheme in ("ipp", "ipps") else None)
    return f"{_SCHEMES[parts.scheme]}://{host}{f':{port}' if port else ''}{parts.path or '/'}"


class IppClient:
    """One device; for one thread at a time. ``ValueError`` if the address is not an IPP one."""

    def __init__(
        self,
        device_uri: str,
        *,
        user: str = "station",
        ca_file: str | None = None,
        connect_timeout_s: float = CONNECT_TIMEOUT_S,
        read_timeout_s: float = READ_TIMEOUT_S,
    ) -> None:
        # CUPS device URIs can carry options of its backend (``?waitjob=false``).
        self.device_uri = device_uri.partition("?")[0]
        self._url = _http_url(device_uri)
        self._user = user
        self._verify: bool | str = ca_file or True
        self._timeouts = (connect_timeout_s, read_timeout_s)
        self._numbers = itertools.count(1)
        self._session: requests.Session | None = None

    def printer_attributes(self) -> Group | IppFailure:
        """Get-Printer-Attributes: the attributes of ``PRINTER_ATTRIBUTES`` that it has."""
        answer = self._ask(
            Operation.GET_PRINTER_ATTRIBUTES,
            Attribute("requested-attributes", _keywords(PRINTER_ATTRIBUTES)),
        )
        if isinstance(answer, IppFailure):
            return answer
        groups = answer.all(Tag.PRINTER)
        if len(groups) != 1 or groups[0].integer("printer-state") is None:
            return IppFailure(Reason.GARBLED, "no printer-state")
        return groups[0]

    def jobs(self, *, completed: bool = False) -> tuple[DeviceJob, ...] | IppFailure:
        """Get-Jobs of everybody: all not completed, or the last that ended (as far as the device
        remembers, ``ENDED_JOBS`` at most; RFC 8011 §4.2.6 has the newest first)."""
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
        return jobs

    def job(self, job_id: int) -> DeviceJob | IppFailure | None:
        """Get-Job-Attributes; ``None`` if the device does not know the job (any more)."""
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
        return found or IppFailure(Reason.GARBLED, "job without state")

    def cancel(self, job_id: int) -> IppFailure | None:
        """Cancel-Job. ``None``: it took the request, or the job is over or unknown.

        Taken is not done: the device may keep the job, and even print it later. Look at ``jobs``.
        """
        answer = self._ask(
            Operation.CANCEL_JOB,
            Attribute("job-id", (Value(Tag.INTEGER, job_id),)),
            accept=(STATUS_NOT_FOUND, STATUS_GONE, STATUS_NOT_POSSIBLE),
        )
        return answer if isinstance(answer, IppFailure) else None

    def close(self) -> None:
        """Let go of the connection."""
        if self._session is not None:
            self._session.close()
            self._session = None

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
        if answer.code >= 0x0100 and answer.code not in accept:
            return IppFailure(Reason.REFUSED, f"{operation.name} status {answer.code:#06x}")
        return answer

    def _post(self, body: bytes) -> bytes | IppFailure:
        import requests  # heavy: on the worker, after the first paint
        import urllib3

        kept = self._session is not None
        session = self._session or _new_session()
        self._session = session
        try:
            with session.post(
                self._url,
                data=body,
                headers={"Content-Type": "application/ipp", "Accept-Encoding": "identity"},
                timeout=self._timeouts,
                verify=self._verify,
                allow_redirects=False,
                stream=True,
            ) as response:
                if response.status_code != 200:
                    return IppFailure(Reason.REFUSED, f"HTTP {response.status_code}")
                return self._body(response)
        except requests.exceptions.SSLError:
            self.close()
            return IppFailure(Reason.TLS, "certificate refused")
        except (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError):
            self.close()
            return IppFailure(Reason.TIMED_OUT, "no answer in time")
        except (
            requests.exceptions.RequestException,
            urllib3.exceptions.HTTPError,
            OSError,
        ) as error:
            self.close()
            if kept:
                # A kept connection that the device has closed is not a device that is gone.
                return self._post(body)
            return IppFailure(Reason.UNREACHABLE, type(error).__name__)

    @staticmethod
    def _body(response: requests.Response) -> bytes | IppFailure:
        until = time.monotonic() + ANSWER_LIMIT_S
        data = bytearray()
        while chunk := response.raw.read1(MAX_MESSAGE_BYTES):
            data += chunk
            if len(data) > MAX_MESSAGE_BYTES:
                return IppFailure(Reason.GARBLED, "answer too long")
            if time.monotonic() > until:
                return IppFailure(Reason.TIMED_OUT, "answer trickles")
        return bytes(data)


def _new_session() -> requests.Session:
    import requests

    class Unled(requests.Session):
        """Looks at no ``Location``: the library would read the answer's whole body for it first,
        whatever its size, and raise what a device's bytes make of an address."""

        def get_redirect_target(self, resp: requests.Response) -> None:
            """Nowhere."""

    session = Unled()
    # The device stands beside the station: a proxy from the environment is never right.
    session.trust_env = False
    return session


def _keywords(words: tuple[str, ...]) -> tuple[Value, ...]:
    return tuple(Value(Tag.KEYWORD, word) for word in words)


def _job(group: Group, known_id: int | None = None) -> DeviceJob | None:
    job_id, state = group.integer("job-id"), group.integer("job-state")
    job_id = known_id if job_id is None else job_id
    count = group.integer("job-impressions-completed")
    if job_id is None or state is None or state not in JobState.__members__.values():
        return None
    return DeviceJob(
        id=job_id,
        name=group.text("job-name") or "",
        user=group.text("job-originating-user-name") or "",
        state=JobState(state),
        reasons=group.texts("job-state-reasons"),
        # RFC 8011 §5.3.18.2 has no number below 0; one would not prove that nothing came out.
        impressions=count if count is not None and count >= 0 else None,
    )
