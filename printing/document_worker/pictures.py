"""Pictures of a document's pages, for the preview on the screen.

The preview page gets a ``Pages`` with each document. `printing.document_worker.client` implements
it; the document process draws the pictures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from devices.health import Fault

BYTES_PER_PIXEL = 4


@dataclass(frozen=True, slots=True, repr=False)
class Picture:
    """One page as pixels: rows from the top without gaps, 4 bytes per pixel.

    A pixel is 0xAARRGGBB in the machine's byte order, and its colour is not multiplied by its alpha
    (Qt's ``Format_ARGB32``). Alpha is 0 if the page draws nothing there.
    """

    width: int
    height: int
    pixels: bytes

    def __repr__(self) -> str:
        return f"<Picture {self.width}x{self.height}>"


class Pages(Protocol):
    """The pages of one verified document."""

    @property
    def sizes(self) -> tuple[tuple[float, float], ...]:
        """Width and height of each page in points, its rotation applied."""
        ...

    def ask(
        self, page: int, width_px: int, height_px: int, then: Callable[[Picture | Fault], None]
    ) -> None:
        """Request a picture of ``page`` (from 0) in this size, and return at once.

        ``then`` is called once with the result, on any thread, possibly before this returns.
        """
        ...

    def close(self) -> None:
        """Forget the document and return at once. Later requests end with a fault."""
        ...
