"""The pictures of a headless journey: one of each page, taken at once and written when it rests.

For the journey. It never writes while the terminal works: its figures are the terminal's own.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QImage

from terminal.session.states import State

from .driver import Driver, save
from .result import situation


class Album:
    """``out`` is a folder (created) for ``NN-situation.png``; ``None`` takes no pictures."""

    def __init__(self, driver: Driver, out: Path | None) -> None:
        self.screens: list[Path] = []
        """What was written, in the journey's order."""
        self._driver, self._out = driver, out
        self._taken: list[tuple[str, QImage]] = []
        self._pictured = ""
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)

    def take(self, state: State) -> None:
        """Picture the page of ``state``, once while the situation lasts."""
        if self._out is None:
            return
        name = f"{situation(state)}{state.look.mode}"
        if name != self._pictured:
            self._pictured = name
            self._taken.append((situation(state), self._driver.picture()))

    def write(self) -> None:
        """Write what was taken; ``OSError`` where it cannot be written."""
        for name, picture in self._taken:
            assert self._out is not None
            path = self._out / f"{len(self.screens) + 1:02}-{name}.png"
            save(picture, path)
            self.screens.append(path)
        self._taken.clear()
