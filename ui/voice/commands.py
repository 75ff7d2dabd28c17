"""The commands that the speaker sends to the speech engine.

Each is one line with a JSON list: ``["say", sentence, locale]``, ``["stop"]``, ``["volume", 0.8]``,
``["rate", -0.2]``. For ``ui.voice.speaker`` and ``ui.voice.engine``.
"""

from __future__ import annotations

from enum import StrEnum


class Command(StrEnum):
    """The first value of a line. ``VOLUME`` is from 0 to 1, ``RATE`` from -1 to 1."""

    SAY = "say"
    STOP = "stop"
    VOLUME = "volume"
    RATE = "rate"
