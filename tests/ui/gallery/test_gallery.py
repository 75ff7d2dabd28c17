"""The gallery: its files, its figures, and whether widgets report what they really paint."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QApplication, QWidget

from terminal.session.model import CardSide, Language, Look, Mode
from terminal.words import words
from tests.ui.pages_rig import child
from ui.gallery import SCREENS, make_gallery
from ui.gallery.findings import Box
from ui.gallery.inspect import PaintsText
from ui.gallery.scenes import SCENES
from ui.headless.driver import settle
from ui.look.metrics import SIZES
from ui.widgets.card_picture import CardPicture
from ui.widgets.kit import Place
from ui.window import TerminalWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def window(qapp: QApplication) -> Iterator[TerminalWindow]:
    """The window on the portrait screen, shown."""
    made = TerminalWindow(
        SCREENS["portrait-21"], lambda _event: None,
        Place("便民服务站", "人民路药房", CardSide.RIGHT), production=False,
    )  # fmt: skip
    made.show()
    yield made
    made.close()
    made.deleteLater()
    settle()


def test_each_picture_exists_and_has_the_size_of_its_screen(
    qapp: QApplication, tmp_path: Path
) -> None:
    report = make_gallery(
        tmp_path, pages=["welcome", "consenting"], modes=[Mode.ELDER],
        languages=[Language.ZH], screens=["portrait-21", "landscape-15"],
    )  # fmt: skip
    files = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.png"))
    assert files == [
        "landscape-15/elder/standard/zh/consenting.png",
        "landscape-15/elder/standard/zh/welcome.png",
        "portrait-21/elder/standard/zh/consenting.png",
        "portrait-21/elder/standard/zh/welcome.png",
    ]
    assert sorted(picture.file for picture in report.pictures) == files
    picture = QImage(str(tmp_path / "landscape-15/elder/standard/zh/welcome.png"))
    assert (picture.width(), picture.height()) == (1024, 768)


def test_gallery_json_contains_the_figures(qapp: QApplication, tmp_path: Path) -> None:
    make_gallery(tmp_path, pages=["welcome"], screens=["portrait-21"])
    reported = json.loads((tmp_path / "gallery.json").read_text(encoding="utf-8"))
    assert reported["screens"]["portrait-21"]["mm_per_px"] == 0.248
    looks = len(Mode) * len(Language)
    assert reported["summary"]["pictures"] == len(reported["pictures"]) == looks
    for picture in reported["pictures"]:
        assert picture["state"] == "Welcome"
        station = next(t for t in picture["texts"] if t["widget"].endswith("header.station"))
        assert words(picture["language"]).text("gallery.station").startswith(station["text"])
        assert station["em_mm"] >= SIZES[picture["mode"]].floor_mm
        assert station["ground"] == "#0E3A4F"
        assert station["contrast"] > 7
        assert {"foot.size", "foot.help"} <= {control["name"] for control in picture["controls"]}
        assert all(control["height_mm"] >= 12.5 for control in picture["controls"])


def test_the_contact_sheet_shows_each_picture(qapp: QApplication, tmp_path: Path) -> None:
    report = make_gallery(
        tmp_path, pages=["welcome", "ending"], modes=[Mode.STANDARD], screens=["landscape-15"]
    )
    sheet = (tmp_path / "index.html").read_text(encoding="utf-8")
    for picture in report.pictures:
        assert f'src="{picture.file}"' in sheet
    assert f"2 scenes, {2 * len(Language)} pictures" in sheet


def test_two_galleries_have_the_same_figures(qapp: QApplication, tmp_path: Path) -> None:
    reported = []
    for name in ("one", "other"):
        out = tmp_path / name
        make_gallery(
            out, pages=["consenting", "previewing"], modes=[Mode.STANDARD],
            languages=[Language.ZH], screens=["portrait-21"],
        )  # fmt: skip
        reported.append((out / "gallery.json").read_text(encoding="utf-8"))
    assert reported[0] == reported[1]


@pytest.mark.parametrize("wrong", [{"pages": ["nowhere"]}, {"screens": ["wall"]}])
def test_an_unknown_name_raises_key_error(
    qapp: QApplication, tmp_path: Path, wrong: dict[str, Any]
) -> None:
    with pytest.raises(KeyError, match=next(iter(wrong.values()))[0]):
        make_gallery(tmp_path, **wrong)


@pytest.mark.parametrize("mode", list(Mode))
def test_widgets_report_exactly_the_text_that_they_paint(
    window: TerminalWindow, mode: Mode
) -> None:
    """Each text that reaches the painter is reported, with its size and place."""
    for name, scene in SCENES.items():
        window.show_state(scene(Look(mode)))
        settle()
        reported = [
            (run.text, run.px, Box(at.x() + run.rect.x(), at.y() + run.rect.y(),
                                   run.rect.width(), run.rect.height()))
            for widget in window.findChildren(QWidget)
            if widget.isVisible() and isinstance(widget, PaintsText)
            for at in [widget.mapTo(window, widget.rect().topLeft())]
            for run in widget.runs()
        ]  # fmt: skip
        painted = _painted(window)
        assert len(painted) > 5, name
        for text, px, x, y in painted:
            point = Box(round(x), round(y - px * 0.3), 2, 2)
            assert any(
                text in whole and px == reported_px and point.within(box, slack=3)
                for whole, reported_px, box in reported
            ), f"{name}: {text!r} of {px} px at {x:.0f},{y:.0f}"


@pytest.mark.parametrize("screen", list(SCREENS))
def test_the_text_of_the_card_zone_is_inside_its_edge(qapp: QApplication, screen: str) -> None:
    window = TerminalWindow(
        SCREENS[screen], lambda _event: None, Place("站", "地", CardSide.RIGHT), production=False
    )
    window.show()
    for scene in ("welcome", "welcome-printer-down", "card-away", "card-mute"):
        for mode in Mode:
            for language in Language:
                window.show_state(SCENES[scene](Look(mode, language)))
                settle()
                picture = child(window, CardPicture)
                # The first text is the zone's; the word between two cards is outside.
                _block, rect, _ground = picture.labels()[0]
                assert picture._zone().contains(rect), f"{scene} {mode} {language}"
    window.close()
    window.deleteLater()
    settle()


def _painted(window: TerminalWindow) -> list[tuple[str, int, float, float]]:
    """Return every text of the window with its size and place, read from an SVG of it."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    svg = QSvgGenerator()
    svg.setOutputDevice(buffer)
    svg.setSize(window.size())
    svg.setViewBox(window.rect())
    window.render(svg)
    found: list[tuple[str, int, float, float]] = []
    root = ET.fromstring(bytes(buffer.data().data()))
    for group in root.iter("{http://www.w3.org/2000/svg}g"):
        for text in group.findall("{http://www.w3.org/2000/svg}text"):
            if not (text.text or "").strip():
                continue
            matrix = group.get("transform", "matrix(1,0,0,1,0,0)")
            _, _, _, _, dx, dy = (float(part) for part in matrix[7:-1].split(","))
            px = round(float(text.get("font-size", "0").removesuffix("px")))
            x, y = float(text.get("x", "0")) + dx, float(text.get("y", "0")) + dy
            found.append(((text.text or "").strip(), px, x, y))
    return found
