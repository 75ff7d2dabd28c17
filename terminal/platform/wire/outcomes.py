"""Report the print outcome of a document."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from printing.outcome import Outcome

from .values import Opaque, UnixTime


class ConfirmPrinted(Struct, frozen=True, forbid_unknown_fields=True):
    """The print outcome of a document; no personal data.

    ``idempotency_key`` belongs to the print job, not to the issue: a document whose first job
    printed nothing may be printed by a second job. ``outcome`` is the job's final one; ``QUEUED``
    means that nothing was released to the printer.
    """

    idempotency_key: Opaque
    document_number: Opaque
    outcome: Outcome
    pages: Annotated[int, Meta(ge=0, le=1000)]


class Done(Struct, frozen=True):
    """The request was recorded."""

    server_time: UnixTime
