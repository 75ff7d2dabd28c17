"""Every state has a page that fits every screen and can be read and used."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage

from terminal.session import events as ev
from terminal.session.model import Language, Look, Mode
from terminal.session.table import STATES
from tests.ui.pages_rig import child
from ui.gallery.scenes import SCENES
from ui.look.metrics import SIZES, ModeSizes, Screen
from ui.look.theme import contrast
from ui.widgets.button import Button
from ui.widgets.overlay import Overlay

from ..pages_rig import LOOKS, Shown

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def test_every_state_has_a_scene() -> None:
    types = {type(make(LOOKS[0])) for make in SCENES.values()}
    assert types == set(STATES)


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.mode}-{look.language}")
def test_every_page_can_be_read_and_used(shown: Shown, look: Look) -> None:
    """Type at least its minimum, contrast 7:1, nothing clipped or overlapping, targets large
    enough."""
    screen = shown.window._screen
    floor = SIZES[look.mode].floor_mm
    for name in SCENES:
        shown.scene(name, look)
        runs = shown.runs()
        assert len(runs) > 6, f"{name}: hardly any text"
        for widget, run in runs:
            said = f"{name}: {run.text!r} in {widget.objectName()!r}"
            assert run.px / screen.px_per_mm >= floor - 1e-6, f"{said} is too small"
            assert run.fits, f"{said} is clipped"
            assert contrast(run.colour, run.ground) >= 7.0, f"{said} has too little contrast"
        check_places(shown, name, screen)
        check_targets(shown, name, screen, SIZES[look.mode])


def check_places(shown: Shown, name: str, screen: Screen) -> None:
    """Widgets that paint text are inside the window and do not overlap."""
    places = [
        (widget, shown.place(widget))
        for widget in shown.painters()
        if widget.parent().objectName() != "overlay"
    ]
    if child(shown.window, Overlay).isVisible():
        return  # the warning covers the page
    for i, (widget, place) in enumerate(places):
        assert shown.window.rect().contains(place), f"{name}: {widget.objectName()} is outside"
        for other, there in places[i + 1 :]:
            assert not place.intersects(there), (
                f"{name}: {widget.accessibleName()!r} overlaps {other.accessibleName()!r}"
            )


def check_targets(shown: Shown, name: str, screen: Screen, sizes: ModeSizes) -> None:
    """Every control is large enough, and far enough from the next."""
    buttons = [b for b in shown.window.findChildren(Button) if b.isVisible() and b.isEnabled()]
    least = sizes.touch_mm * screen.px_per_mm - 1
    places = [(button, shown.place(button)) for button in buttons]
    for i, (button, place) in enumerate(places):
        assert min(place.width(), place.height()) >= least, f"{name}: {button.objectName()}"
        assert button.accessibleName(), f"{name}: {button.objectName()} has no accessible name"
        gap = sizes.gap_mm * screen.px_per_mm - 1.5
        for other, there in places[i + 1 :]:
            across = max(there.left() - place.right(), place.left() - there.right())
            down = max(there.top() - place.bottom(), place.top() - there.bottom())
            assert max(across, down) >= gap, f"{name}: {button.objectName()}, {other.objectName()}"


def test_names_of_controls_are_unique_on_each_page(shown: Shown) -> None:
    for name in SCENES:
        shown.scene(name)
        names = [b.objectName() for b in shown.window.findChildren(Button) if b.isVisible()]
        assert all(names), name
        assert len(names) == len(set(names)), name


def test_the_foot_never_changes_its_place(shown: Shown) -> None:
    for look in (Look(Mode.STANDARD), Look(Mode.ELDER)):
        places: dict[tuple[bool, int], set[tuple[QRect, ...]]] = {}
        for name in SCENES:
            shown.scene(name, look)
            foot = tuple(shown.place(shown.control(f"foot.{part}")) for part in FOOT)
            # An exit or a way back takes width from the other buttons.
            buttons = (shown.has("foot.end"), len(shown.foot()))
            places.setdefault(buttons, set()).add(foot)
        assert all(len(same) == 1 for same in places.values())
        every = [place for same in places.values() for foot in same for place in foot]
        assert len({(place.top(), place.height()) for place in every}) == 1
        assert len({foot[-1].right() for same in places.values() for foot in same}) == 1


FOOT = ("size", "voice", "language", "help")


def test_rare_characters_have_glyphs_of_their_own(qapp: object) -> None:
    """𠮷 and 𬀩 in the name on the consent page have different glyphs, and none is missing."""
    from PySide6.QtGui import QPainter

    from ui.look.fonts import font

    def drawn(text: str) -> QImage:
        image = QImage(80, 80, QImage.Format.Format_RGB32)
        image.fill(QColor("white"))
        painter = QPainter(image)
        painter.setFont(font(60))
        painter.drawText(5, 65, text)
        painter.end()
        return image

    missing = drawn("\U000f1234")
    pictures = [drawn(char) for char in "𠮷㛃䶮𬀩"]
    for i, picture in enumerate(pictures):
        assert picture != missing
        assert picture not in pictures[i + 1 :]


def test_an_unavailable_service_shows_the_reason_and_is_disabled(shown: Shown) -> None:
    shown.scene("choosing-no-paper-no-phone")
    assert not shown.control("choose.item.deposit_certificate").isEnabled()
    assert shown.words().count("打印机没纸了") == 2
    assert shown.words().count("打印机没纸了，可以存到手机") == 1
    assert shown.touch("choose.item.deposit_certificate") == []
    # The other service is available on a phone.
    assert shown.touch("choose.item.insurance_certificate") == [
        ev.ServiceChosen("insurance_certificate")
    ]
    shown.scene("previewing-printer-down")
    assert shown.touch("preview.print") == []
    assert "现在不能打印：打印机没纸了。" in shown.words()


def test_welcome_offers_only_what_the_station_has(shown: Shown) -> None:
    shown.scene("welcome")
    assert "住房公积金缴存证明" in shown.words()
    shown.scene("welcome-starting")
    assert "住房公积金缴存证明" not in shown.words()
    assert "在这里可以办" not in shown.words()


def test_english_pages_leave_header_and_foot_at_their_height(shown: Shown) -> None:
    """A language with longer words gets tighter pages, and header and foot keep their height."""
    heights = set()
    for language in Language:
        shown.scene("printing-paper-out", Look(Mode.ELDER, language))
        heights.add(shown.window.current_page.height())
    assert max(heights) - min(heights) < shown.window.height() * 0.06
