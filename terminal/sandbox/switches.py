"""The sandbox's switches, set while it runs: slow, wrong, absent, hostile.

Used by tests and demonstrations, set through the control page with its token. A new set replaces
the old one completely, so that no test inherits switches of another.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from ..platform.wire import Opaque


class FaultSwitch(StrEnum):
    """The fault of every answer."""

    NONE = "none"
    GARBAGE = "garbage"
    """A JSON content type with random bytes as body."""
    CONTENT_TYPE = "content_type"
    """A correct answer with the content type of HTML."""
    TRUNCATED = "truncated"
    """Half of a correct answer; then the connection is cut."""
    WRONG_TYPES = "wrong_types"
    """JSON with fields of wrong types."""
    ERROR_500 = "error_500"
    ERROR_503 = "error_503"
    """A gateway's own error page, not a refusal of the contract."""
    ABSENT = "absent"
    """The connection is cut before an answer."""
    HUGE = "huge"
    """An endless answer."""
    DRIP = "drip"
    """A byte from time to time."""
    REDIRECT = "redirect"
    """A redirect to another host, which must never get the request."""


class DocumentSwitch(StrEnum):
    """The defect of every issued document."""

    GENUINE = "genuine"
    UNSIGNED = "unsigned"
    STRANGER = "stranger"
    """Signed by an authority that the terminal does not trust."""
    BROKEN = "broken"
    """One of the signed bytes was changed."""
    CHANGED = "changed"
    """Something was added after the signature."""
    WRONG_PERSON = "wrong_person"
    SCRIPTS = "scripts"
    """Properly signed, with a script that runs when it is opened."""
    WRONG_DOCUMENT = "wrong_document"
    """Properly signed, but the wrong kind of document."""
    NOT_A_PDF = "not_a_pdf"


class CatalogueSwitch(StrEnum):
    """The defect of the catalogue."""

    GENUINE = "genuine"
    BAD_SIGNATURE = "bad_signature"
    EXPIRED = "expired"
    OLDER = "older"


class CopySwitch(StrEnum):
    """The defect of every link for a phone."""

    GENUINE = "genuine"
    PLAIN_HTTP = "plain_http"
    OTHER_HOST = "other_host"
    USER_INFO = "user_info"
    """The platform's name as user name at another host, as in a forged message."""
    ENDLESS = "endless"
    """A link of three million characters."""


class InformationSwitch(StrEnum):
    """The defect of the notices, or of the nearby stations."""

    GENUINE = "genuine"
    EMPTY = "empty"
    BAD_SIGNATURE = "bad_signature"
    EXPIRED = "expired"
    OLDER = "older"
    OTHER_TERMINAL = "other_terminal"
    OTHER_KIND = "other_kind"
    """Properly signed, but notices instead of nearby stations, or the reverse."""
    TOO_MANY = "too_many"
    HOSTILE = "hostile"
    """Properly signed, with markup and invisible characters in the texts."""


class HelpSwitch(StrEnum):
    """What the platform answers about a call for staff."""

    COMING = "coming"
    WAITING = "waiting"
    NOT_COMING = "not_coming"
    ARRIVED = "arrived"
    HOSTILE = "hostile"
    """Markup and invisible characters instead of a role."""


class Switches(Struct, frozen=True, forbid_unknown_fields=True):
    """All switches; the defaults are a platform without faults.

    ``only`` limits ``slow_s`` and ``fault`` to these calls (``wire.Call.name``; empty: all),
    ``times`` limits them to that many requests. ``quota`` replaces every item's quota.
    ``clock_offset_s`` is added to the platform's clock.
    """

    slow_s: Annotated[float, Meta(ge=0, le=3600)] = 0.0
    fault: FaultSwitch = FaultSwitch.NONE
    only: tuple[Opaque, ...] = ()
    times: Annotated[int, Meta(ge=1)] | None = None
    document: DocumentSwitch = DocumentSwitch.GENUINE
    catalogue: CatalogueSwitch = CatalogueSwitch.GENUINE
    copy: CopySwitch = CopySwitch.GENUINE
    notices: InformationSwitch = InformationSwitch.GENUINE
    nearby: InformationSwitch = InformationSwitch.GENUINE
    help: HelpSwitch = HelpSwitch.COMING
    closed_items: tuple[Opaque, ...] = ()
    quota: Annotated[int, Meta(ge=0)] | None = None
    clock_offset_s: float = 0.0


class SwitchBoard:
    """The current switches, and the number of requests that they still apply to."""

    def __init__(self) -> None:
        self.now = Switches()
        self._left: int | None = None

    def turn(self, switches: Switches) -> None:
        """Replace all switches."""
        self.now = switches
        self._left = switches.times

    def take(self, operation: str) -> tuple[float, FaultSwitch]:
        """Return the delay in seconds and the fault for one request of this operation."""
        now = self.now
        if (now.only and operation not in now.only) or self._left == 0:
            return 0.0, FaultSwitch.NONE
        if self._left is not None and (now.slow_s or now.fault is not FaultSwitch.NONE):
            self._left -= 1
        return now.slow_s, now.fault
