"""The six-digit code that is sent to a person's phone."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from .messages import Private, PrivateAnswer
from .values import Line, Opaque, Seconds, SixDigits

CODE_TRIES = 3
"""Wrong codes that a person may enter before code entry is locked for them."""


class SendCode(Private, frozen=True):
    """Send a six-digit code to the phone on record."""

    person: Opaque


class CodeSent(PrivateAnswer, frozen=True):
    """A code was sent, or the one sent a moment ago is still valid."""

    masked_phone: Line
    expires_in_s: Seconds
    resend_after_s: Seconds
    tries_left: Annotated[int, Meta(ge=0, le=CODE_TRIES)]


class CheckCode(Private, frozen=True):
    """The six digits that the person entered."""

    person: Opaque
    code: SixDigits
