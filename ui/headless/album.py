"""The pictures of a headless journey, one for each page.

They are taken at once but written later, while the terminal waits for a person, so that writing
does not distort the timings.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QImage

from terminal.session.states import State

from .driver import Driver, save
from .result import situation


class Album:
    """Takes and writes the pictures.

    ``out`` is the folder for ``NN-situation.png``, created if needed; ``None`` takes no pictures.
    """

    def __init__(self, driver: Driver, out: Path | None) -> None:
        self.screens: list[Path] = []
        """The files written, in the order of the journey."""
        self._driver, self._out = driver, out
        self._taken: list[tuple[str, QImage]] = []
        self._pictured = ""
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)

    def take(self, state: State) -> None:
        """Take a picture of the page of ``state``, once for each situation."""
        if self._out is None:
            return
        name = f"{situation(state)}{state.look.mode}"
        if name != self._pictured:
            self._pictured = name
            self._taken.append((situation(state), self._driver.picture()))

    def write(self) -> None:
        """Write the pictures taken so far; raise ``OSError`` if they cannot be written."""
        for name, picture in self._taken:
            assert self._out is not None
            path = self._out / f"{len(self.screens) + 1:02}-{name}.png"
            save(picture, path)
            self.screens.append(path)
        self._taken.clear()
