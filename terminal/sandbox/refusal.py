"""A refusal by the sandbox."""

from __future__ import annotations

from dataclasses import dataclass

from ..platform.wire import ErrorCode


@dataclass(frozen=True, slots=True)
class Refusal:
    """The reason for a refusal. ``message`` is for logs: English, never personal data."""

    code: ErrorCode
    message: str
    tries_left: int | None = None
    wait_s: int | None = None
