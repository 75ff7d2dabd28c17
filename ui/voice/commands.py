"""What the terminal and the speech process send each other, one JSON list a line.

For ``ui.voice.speaker`` and ``ui.voice.engine``.
"""

from __future__ import annotations

from enum import StrEnum


class Command(StrEnum):
    """The first value of a line to the speech process."""

    SAY = "say"
    """Number, language and sentences of a page. A sentence is a list of ``[form, text]``."""
    STOP = "stop"
    VOLUME = "volume"
    """From 0 to 1."""
    RATE = "rate"
    """From -1 to 1."""


class Report(StrEnum):
    """The first value of a line from the speech process."""

    VOICES = "voices"
    """The languages that can be spoken now."""
    TAKEN = "taken"
    """The page of this number was read from the pipe."""
    BEGAN = "began"
    """Number of the page, and index of the sentence that is heard now."""
    ENDED = "ended"
    """Number of the page, and index of the sentence that has ended."""
