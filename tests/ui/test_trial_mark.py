"""The mark of a trial: on every page, in both languages, readable, and it moves no other part."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from terminal.session.model import CardSide, Language, Look, Mode, Theme
from terminal.words import words
from ui.gallery import SCREENS, make_gallery
from ui.gallery.report import GalleryReport, Picture
from ui.gallery.scenes import SCENES
from ui.headless.driver import settle
from ui.look.metrics import SIZES
from ui.look.theme import PALETTES
from ui.widgets.kit import Place
from ui.widgets.text import Text
from ui.window import TerminalWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
MARK = "试用\u00a0Trial"
"""As painted: the two words are never separated."""
TIGHT = ("previewing-printer-down", "copying-after-paper", "proving-staff-only", "welcome")
"""Scenes whose pages fill the lowest screens: with less space their text would be cut off."""

COLOURS = PALETTES[Theme.STANDARD]


def window(screen: str, *, trial: bool) -> TerminalWindow:
    """A window on this screen, not shown yet."""
    return TerminalWindow(
        SCREENS[screen], lambda _event: None,
        Place("便民服务站", "人民路药房", CardSide.RIGHT, trial), production=False,
    )  # fmt: skip


def marks(made: TerminalWindow) -> list[Text]:
    """Return the visible marks."""
    return [each for each in made.findChildren(Text, "trial.mark") if each.isVisible()]


def of_mark(picture: Picture) -> list[str]:
    """Return the texts of a picture on the mark's background."""
    return [text.text for text in picture.seen.texts if text.ground == COLOURS.trial.ground]


@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_shows_the_whole_mark(qapp: QApplication, screen: str) -> None:
    made = window(screen, trial=True)
    made.show()
    for mode, language in ((Mode.STANDARD, Language.ZH), (Mode.ELDER, Language.EN)):
        for name in SCENES:
            made.show_state(SCENES[name](Look(mode, language)))
            (mark,) = marks(made)
            (run,) = mark.runs()
            assert run.text == MARK, name
            inside = mark.visibleRegion().boundingRect()
            assert inside == mark.rect(), name
    made.close()
    made.deleteLater()


def test_a_station_in_service_shows_no_mark(qapp: QApplication) -> None:
    made = window("portrait-21", trial=False)
    made.show()
    made.show_state(SCENES["welcome"](Look()))
    settle()
    assert marks(made) == []
    made.close()
    made.deleteLater()


@pytest.fixture(scope="module")
def tight(qapp_cls: type, tmp_path_factory: pytest.TempPathFactory) -> GalleryReport:
    """The tight scenes of a trial on every screen, measured."""
    QApplication.instance() or qapp_cls([])
    folder: Path = tmp_path_factory.mktemp("gallery")
    return make_gallery(folder, pages=TIGHT, trial=True)


def test_the_pages_of_a_trial_have_no_findings(tight: GalleryReport) -> None:
    assert [(picture.file, found) for picture, found in tight.findings] == []
    assert len(tight.pictures) == len(TIGHT) * len(SCREENS) * len(Mode) * len(Language)


def test_the_mark_is_painted_large_in_each_picture(tight: GalleryReport) -> None:
    for picture in tight.pictures:
        (mark,) = (text for text in picture.seen.texts if text.text == MARK)
        assert mark.ground == COLOURS.trial.ground
        assert mark.contrast >= 7
        assert mark.em_mm >= SIZES[picture.mode].floor_mm


def test_portrait_screens_explain_the_mark(tight: GalleryReport) -> None:
    for picture in tight.pictures:
        if picture.screen == "portrait-21":
            notice = words(picture.language).text("trial.notice")
            mark, *lines = of_mark(picture)
            assert (mark, " ".join(lines) if notice.isascii() else "".join(lines)) == (MARK, notice)
