"""Each check of the gallery is shown to fail: pages with one deliberate defect."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from terminal.session.model import Look, Mode, Theme
from ui.gallery.findings import Box, Kind, Seen
from ui.gallery.glyphs import missing
from ui.gallery.inspect import Minima, inspect, minima
from ui.gallery.pixels import sample
from ui.headless.driver import snapshot
from ui.look.fonts import font
from ui.look.metrics import Screen
from ui.look.theme import PALETTES, contrast
from ui.widgets.text import Block, Run, Text

SCREEN = Screen(1000, 800, 4.0)
COLOURS = PALETTES[Theme.STANDARD]
STANDARD, ELDER = (minima(Look(mode), SCREEN) for mode in (Mode.STANDARD, Mode.ELDER))


class Page(QWidget):
    """A page on which a test places its parts itself."""

    def __init__(self, qtbot: QtBot) -> None:
        super().__init__()
        qtbot.addWidget(self)
        self.setFixedSize(SCREEN.width_px, SCREEN.height_px)
        self.setAutoFillBackground(True)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(COLOURS.page))
        self.setPalette(palette)

    def label(self, text: str, rect: QRect, px: int = 30, colour: str = COLOURS.text) -> QLabel:
        made = QLabel(text, self)
        made.setFont(font(px))
        palette = made.palette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(colour))
        made.setPalette(palette)
        made.setGeometry(rect)
        return made

    def button(self, text: str, rect: QRect) -> QPushButton:
        made = QPushButton(text, self)
        made.setObjectName(f"button.{text}")
        made.setFont(font(30))
        made.setStyleSheet("background: #0E3A4F; color: #FFFFFF; border: none;")
        made.setGeometry(rect)
        return made

    def look(self, least: Minima = STANDARD) -> Seen:
        self.show()
        return inspect(self, snapshot(self), SCREEN, least)

    def kinds(self, least: Minima = STANDARD) -> list[Kind]:
        return [found.kind for found in self.look(least).findings]


@pytest.fixture
def page(qtbot: QtBot) -> Page:
    """An empty page in the station's colours."""
    return Page(qtbot)


def test_a_good_page_has_no_findings(page: Page) -> None:
    page.label("请放身份证或社保卡", QRect(50, 50, 500, 60))
    page.button("继续", QRect(50, 300, 300, 80))
    page.button("返回", QRect(50, 400, 300, 80))
    seen = page.look()
    assert seen.findings == []
    assert [text.text for text in seen.texts] == ["请放身份证或社保卡", "继续", "返回"]
    assert seen.texts[0].em_mm == 7.5
    assert seen.controls[0].width_mm == 75.0
    assert seen.controls[0].height_mm == 20.0


def test_contrast_is_measured_against_the_painted_background(page: Page) -> None:
    page.label("字", QRect(50, 50, 300, 60))
    seen = page.look()
    assert seen.texts[0].ground == COLOURS.page
    assert seen.texts[0].contrast == pytest.approx(contrast(COLOURS.text, COLOURS.page), abs=0.01)


def test_text_wider_than_its_box_is_found(page: Page) -> None:
    page.label("这一行字比它的地方宽得多", QRect(50, 50, 100, 60))
    assert page.kinds() == [Kind.CLIPPED]


def test_text_taller_than_its_box_is_found(page: Page) -> None:
    page.label("矮", QRect(50, 50, 300, 20))
    assert page.kinds() == [Kind.CLIPPED]


def test_text_cut_off_by_a_parent_is_found(page: Page) -> None:
    holder = QWidget(page)
    holder.setGeometry(50, 50, 200, 100)
    label = page.label("被切掉的字", QRect(0, 0, 300, 60))
    label.setParent(holder)
    assert set(page.kinds()) == {Kind.CLIPPED, Kind.OUTSIDE}


def test_our_own_text_widget_reports_that_it_does_not_fit(page: Page) -> None:
    made = Text(Block("我们自己的字也会说", 30, COLOURS.text), COLOURS.page, page)
    made.setGeometry(50, 50, 80, 42)
    assert Kind.CLIPPED in page.kinds()


def test_a_part_outside_the_window_is_found(page: Page) -> None:
    page.button("出去了", QRect(900, 50, 300, 80))
    assert Kind.OUTSIDE in page.kinds()


def test_overlapping_buttons_are_found(page: Page) -> None:
    page.button("一", QRect(50, 50, 300, 80))
    page.button("二", QRect(200, 100, 300, 80))
    seen = page.look()
    assert {found.kind for found in seen.findings} == {Kind.OVERLAP, Kind.TREMOR}
    (overlap,) = (found for found in seen.findings if found.kind is Kind.OVERLAP)
    assert "button.一" in overlap.where
    assert "button.二" in overlap.where


def test_text_over_a_button_of_another_parent_is_found(page: Page) -> None:
    holder = QWidget(page)
    holder.setGeometry(0, 0, 600, 200)
    page.label("压在按钮上", QRect(60, 60, 200, 60)).setParent(holder)
    page.button("按", QRect(50, 50, 300, 80))
    assert Kind.OVERLAP in page.kinds()


def test_low_contrast_is_found(page: Page) -> None:
    page.label("看不清", QRect(50, 50, 300, 60), colour="#8A8F94")
    seen = page.look()
    assert [found.kind for found in seen.findings] == [Kind.LOW_CONTRAST]
    assert seen.findings[0].measured == pytest.approx(contrast("#8A8F94", COLOURS.page), abs=0.01)


def test_text_that_is_reported_but_not_painted_is_found(page: Page) -> None:
    class WrongReport(QWidget):
        def runs(self) -> list[Run]:
            return [Run("没有画", QRect(10, 10, 90, 30), 30, COLOURS.text, COLOURS.page, True)]

    wrong = WrongReport(page)
    wrong.setGeometry(50, 50, 300, 60)
    assert page.kinds() == [Kind.NOT_PAINTED]


def test_text_painted_in_a_weaker_colour_than_reported_is_found(page: Page) -> None:
    class Weak(QWidget):
        def paintEvent(self, _event: object) -> None:
            painter = QPainter(self)
            painter.setFont(font(30))
            painter.setPen(QColor("#B8BCC0"))
            painter.drawText(10, 40, "淡淡的字")
            painter.end()

        def runs(self) -> list[Run]:
            return [Run("淡淡的字", QRect(10, 12, 120, 34), 30, COLOURS.text, COLOURS.page, True)]

    weak = Weak(page)
    weak.setGeometry(50, 50, 300, 60)
    assert page.kinds() == [Kind.NOT_PAINTED]


def test_small_text_is_found_by_mode(page: Page) -> None:
    page.label("标准的字", QRect(50, 50, 400, 60), px=30)
    assert page.kinds(STANDARD) == []
    assert page.kinds(ELDER) == [Kind.SMALL_TEXT]


def test_small_targets_are_found_by_mode(page: Page) -> None:
    page.button("按", QRect(50, 50, 300, 60)).setFont(font(40))
    assert page.kinds(STANDARD) == []
    assert Kind.SMALL_TARGET in page.kinds(ELDER)


def test_targets_too_close_to_each_other_are_found(page: Page) -> None:
    page.button("一", QRect(50, 50, 300, 80))
    page.button("二", QRect(50, 136, 300, 80))
    seen = page.look()
    assert [found.kind for found in seen.findings] == [Kind.CLOSE_TARGETS]
    assert seen.findings[0].measured == 1.5


def test_a_control_without_a_name_is_found(page: Page) -> None:
    page.button("", QRect(50, 50, 300, 80))
    assert page.kinds() == [Kind.UNNAMED]


def test_a_character_that_no_font_has_is_found(page: Page) -> None:
    page.label("字\U00013000", QRect(50, 50, 300, 60))
    found = [found for found in page.look().findings if found.kind is Kind.NO_GLYPH]
    assert [found.what for found in found] == ["\U00013000"]


def test_a_line_too_long_to_read_is_found(page: Page) -> None:
    class Long(QWidget):
        def paintEvent(self, _event: object) -> None:
            painter = QPainter(self)
            painter.setFont(font(27))
            painter.setPen(QColor(COLOURS.text))
            painter.drawText(0, 40, "一" * 44)
            painter.end()

        def runs(self) -> list[Run]:
            rect = QRect(0, 15, 44 * 27, 34)
            return [Run("一" * 44, rect, 27, COLOURS.text, COLOURS.page, True)]

    long = Long(page)
    page.setFixedWidth(1400)
    long.setGeometry(20, 50, 1300, 60)
    assert page.kinds() == [Kind.LONG_LINE]


def test_a_text_breaks_its_lines_before_they_are_too_long(page: Page) -> None:
    made = Text(Block("一" * 44, 27, COLOURS.text), COLOURS.page, page)
    page.setFixedWidth(1400)
    made.setGeometry(20, 50, 1300, 120)
    assert page.kinds() == []
    assert len(made.runs()) == 2


def test_widgets_under_a_full_cover_are_not_inspected(page: Page) -> None:
    page.label("下面的字", QRect(50, 50, 20, 60))
    cover = QWidget(page)
    cover.setObjectName("overlay")
    cover.setGeometry(page.rect())
    page.label("上面的字", QRect(50, 300, 300, 60)).setParent(cover)
    assert [text.text for text in page.look().texts] == ["上面的字"]


@pytest.mark.parametrize("char", ["𠮷", "㛃", "䶮", "𬀩", "·", "王", "A", "7"])
def test_rare_characters_have_glyphs(qapp: QApplication, char: str) -> None:
    assert missing(char, font(30)) == ""


@pytest.mark.parametrize("char", ["\ue123", "\U0003fffd", "\U00013000"])
def test_private_unassigned_and_unknown_characters_are_missing(
    qapp: QApplication, char: str
) -> None:
    assert missing(f"王{char}", font(30)) == char


def test_a_sample_outside_the_picture_is_none(page: Page) -> None:
    page.show()
    assert sample(snapshot(page), Box(5000, 5000, 10, 10)) is None
