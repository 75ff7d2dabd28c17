"""A file that keeps a signed answer of the platform until the next start.

Used by the workers. It is only a cache: an error is logged by its type and changes nothing else.
The reader verifies the content like a newly received answer.
"""

from __future__ import annotations

import logging
from pathlib import Path

log = logging.getLogger(__name__)

MAX_BYTES = 8 * 1024 * 1024
"""As for an answer of the platform (`platform.transport`); nothing larger was written by us."""


class CacheFile:
    """One cached answer; with ``path`` ``None`` nothing is kept. ``name`` is for the log."""

    def __init__(self, path: Path | None, name: str) -> None:
        self._path = path
        self._name = name

    def read(self) -> bytes | None:
        """Return the content; ``None`` if there is none, or none that can be used."""
        if self._path is None:
            return None
        try:
            with self._path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            log.warning("cached %s: %s", self._name, type(error).__name__)
            return None
        if len(content) > MAX_BYTES:
            log.warning("cached %s: above %d bytes", self._name, MAX_BYTES)
            return None
        return content

    def write(self, content: bytes) -> None:
        """Replace the content as a whole: after a power cut the file has the old or the new one."""
        if self._path is None:
            return
        fresh = self._path.with_suffix(".new")
        try:
            fresh.write_bytes(content)
            fresh.replace(self._path)
        except OSError as error:  # the cache only matters at the next start
            log.warning("%s not cached: %s", self._name, type(error).__name__)
