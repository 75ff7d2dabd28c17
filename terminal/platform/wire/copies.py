"""Offer a document to a phone instead of printing it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from .messages import Private, PrivateAnswer
from .values import Link, Opaque


class AskCopy(Private, frozen=True):
    """Offer a document that was issued for the same ``person`` token to a phone."""

    person: Opaque
    document_number: Opaque


class CopyOffered(PrivateAnswer, frozen=True):
    """The link with which a phone fetches the sealed file, and how long it is valid.

    ``url`` is on the platform's own host. Anyone who has it can fetch the file, so it is shown
    only to the person at the screen: never logged, never stored.
    """

    url: Link
    expires_in_s: Annotated[int, Meta(ge=1, le=3600)]
