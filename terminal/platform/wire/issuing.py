"""Issue a sealed document."""

from __future__ import annotations

from printing.media import Edition

from .messages import Private, PrivateAnswer
from .values import Opaque, Pages


class Issue(Private, frozen=True):
    """Issue the item's document. The same key and person give the same bytes again.

    Each edition is a separate document with its own key.
    """

    idempotency_key: Opaque
    person: Opaque
    item: Opaque
    edition: Edition = Edition.STANDARD


class Issued(PrivateAnswer, frozen=True):
    """The sealed PDF, its number, and the code with which anyone can verify it."""

    document: bytes
    document_number: Opaque
    document_type: Opaque
    verification_code: Opaque
    pages: Pages
