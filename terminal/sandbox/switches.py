"""The sandbox's switches: slow, wrong, absent, hostile, set while it runs.

For tests and demonstrations; turned through the control page with its token. One set of switches
replaces the other whole, so that no test inherits half of another's.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from terminal.platform.wire import Opaque


class FaultSwitch(StrEnum):
    """What is wrong with every answer."""

    NONE = "none"
    GARBAGE = "garbage"
    """JSON by its header, noise by its body."""
    CONTENT_TYPE = "content_type"
    """A right answer, called HTML."""
    TRUNCATED = "truncated"
    """Half of a right answer, then the connection is cut."""
    WRONG_TYPES = "wrong_types"
    """JSON whose fields hold things of other types."""
    ERROR_500 = "error_500"
    ERROR_503 = "error_503"
    """A gateway's own page, without the contract's refusal."""
    ABSENT = "absent"
    """The connection is cut before an answer."""
    HUGE = "huge"
    """An answer without end."""
    DRIP = "drip"
    """One byte now and then."""
    REDIRECT = "redirect"
    """To another host, which must never hear of the request."""


class DocumentSwitch(StrEnum):
    """What is wrong with every document issued."""

    GENUINE = "genuine"
    UNSIGNED = "unsigned"
    STRANGER = "stranger"
    """Signed by an authority that the terminal does not know."""
    BROKEN = "broken"
    """A byte inside what was signed is another."""
    CHANGED = "changed"
    """Something was added after the signature."""
    WRONG_PERSON = "wrong_person"
    SCRIPTS = "scripts"
    """Properly signed, with a script that runs when it is opened."""
    WRONG_DOCUMENT = "wrong_document"
    """Properly signed, and another kind of document."""
    NOT_A_PDF = "not_a_pdf"


class CatalogueSwitch(StrEnum):
    """What is wrong with the catalogue."""

    GENUINE = "genuine"
    BAD_SIGNATURE = "bad_signature"
    EXPIRED = "expired"
    OLDER = "older"


class CopySwitch(StrEnum):
    """What is wrong with the address of every copy for a phone."""

    GENUINE = "genuine"
    PLAIN_HTTP = "plain_http"
    OTHER_HOST = "other_host"
    USER_INFO = "user_info"
    """The platform's name as the user of another host, as in a forged message."""
    ENDLESS = "endless"
    """An address of three million characters."""


class Switches(Struct, frozen=True, forbid_unknown_fields=True):
    """All switches; the defaults are a platform in good order.

    ``only`` limits ``slow_s`` and ``fault`` to these operations (names of ``wire.Operation``, in
    lower case; empty: all), ``times`` to the next so many requests. ``quota`` replaces every
    item's quota, ``clock_offset_s`` sets the platform's clock off.
    """

    slow_s: Annotated[float, Meta(ge=0, le=3600)] = 0.0
    fault: FaultSwitch = FaultSwitch.NONE
    only: tuple[Opaque, ...] = ()
    times: Annotated[int, Meta(ge=1)] | None = None
    document: DocumentSwitch = DocumentSwitch.GENUINE
    catalogue: CatalogueSwitch = CatalogueSwitch.GENUINE
    copy: CopySwitch = CopySwitch.GENUINE
    closed_items: tuple[Opaque, ...] = ()
    quota: Annotated[int, Meta(ge=0)] | None = None
    clock_offset_s: float = 0.0


class SwitchBoard:
    """The switches now, and how many requests they still apply to."""

    def __init__(self) -> None:
        self.now = Switches()
        self._left: int | None = None

    def turn(self, switches: Switches) -> None:
        """Replace all of them."""
        self.now = switches
        self._left = switches.times

    def take(self, operation: str) -> tuple[float, FaultSwitch]:
        """Seconds of delay and the fault for one request of this operation."""
        now = self.now
        if (now.only and operation not in now.only) or self._left == 0:
            return 0.0, FaultSwitch.NONE
        if self._left is not None and (now.slow_s or now.fault is not FaultSwitch.NONE):
            self._left -= 1
        return now.slow_s, now.fault
