"""Makes the gallery: one PNG of each scene in each mode, language and screen, and the measurements.

For people and checks that judge the pages. It uses the real window and the real pages; nothing is
drawn specially for the pictures.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget

from terminal.session.model import CardSide, Language, Look, Mode, Theme
from terminal.session.states import State
from terminal.words import words

from ..headless.driver import save, settle, snapshot
from ..look.metrics import Screen
from ..widgets.kit import Place
from ..window import TerminalWindow
from .contact import contact_sheet
from .findings import Seen
from .inspect import inspect, minima
from .report import GalleryReport, Picture
from .screens import SCREENS

MOMENT = datetime.fromisoformat("2026-11-21T14:26:00+08:00")
"""Time of day on every picture, fixed so that two galleries can be compared."""

Scene = Callable[[Look], State]


def make_gallery(
    out: Path,
    *,
    pages: Iterable[str] | None = None,
    modes: Sequence[Mode] = tuple(Mode),
    themes: Sequence[Theme] = (Theme.STANDARD,),
    languages: Sequence[Language] = tuple(Language),
    screens: Sequence[str] = tuple(SCREENS),
    trial: bool = False,
    low_reach: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> GalleryReport:
    """Make the gallery in the folder ``out`` (created; pictures of the same name are replaced).

    ``pages`` are scene names (``ui.gallery.scenes.SCENES``), by default all of them. ``screens``
    are names of ``SCREENS``. With ``low_reach`` all controls must be between 380 and 1,120 mm above
    the floor. ``trial`` shows the pages of a trial installation. The function writes
    ``SCREEN/MODE/THEME/LANGUAGE/SCENE.png``, ``gallery.json`` and ``index.html``. It raises
    ``KeyError`` for a name that does not exist, and ``OSError`` if it cannot write.
    """
    from .scenes import SCENES  # typesets the sample certificate: slow to import

    chosen = {name: SCENES[name] for name in (pages if pages is not None else SCENES)}
    report = GalleryReport(
        out, {name: replace(SCREENS[name], low_reach=low_reach) for name in screens}
    )
    total = len(report.screens) * len(modes) * len(themes) * len(languages) * len(chosen)
    for screen_name, screen in report.screens.items():
        for mode in modes:
            for theme in themes:
                for language in languages:
                    look = Look(mode, language, theme=theme)
                    folder = out / screen_name / mode.value / theme.value / language.value
                    folder.mkdir(parents=True, exist_ok=True)
                    window = _window(screen, language, trial=trial)
                    for name, scene in chosen.items():
                        file = folder / f"{name}.png"
                        state, seen = shoot(window, screen, scene(look), file)
                        report.pictures.append(
                            Picture(
                                file.relative_to(out).as_posix(), name, state, screen_name,
                                mode, theme, language, seen,
                            )
                        )  # fmt: skip
                        progress(len(report.pictures), total)
                    _close(window)
    data = json.dumps(report.as_json(), ensure_ascii=False, indent=1)
    (out / "gallery.json").write_text(data, encoding="utf-8")
    (out / "index.html").write_text(contact_sheet(report.pictures), encoding="utf-8")
    return report


def shoot(window: TerminalWindow, screen: Screen, state: State, file: Path) -> tuple[str, Seen]:
    """Show ``state``, inspect it and write its picture; return the state's name and the records."""
    window.show_state(state)
    settle()
    picture = snapshot(window)
    save(picture, file)
    return state.name, inspect(window, picture, screen, minima(state.look, screen))


def _window(screen: Screen, language: Language, *, trial: bool) -> TerminalWindow:
    table = words(language)
    place = Place(
        table.text("gallery.station"),
        table.text("gallery.place"),
        CardSide.RIGHT,
        trial,
        motion=False,
    )
    window = TerminalWindow(
        screen, lambda _event: None, place, production=False, clock=lambda: MOMENT
    )
    window.show()
    return window


def _close(window: QWidget) -> None:
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
