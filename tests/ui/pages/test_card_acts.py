"""The pictures of cards ask for one act, the same as the words, and never for two cards at once."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from terminal.session.model import CardSide, Language, Look, Mode, Theme
from terminal.words import words
from tests.ui.pages_rig import child
from ui.gallery.inspect import inspect, minima
from ui.gallery.scenes import SCENES
from ui.gallery.screens import SCREENS
from ui.headless.driver import snapshot
from ui.look.theme import PALETTES
from ui.widgets.card_picture import Card, CardPicture
from ui.widgets.kit import Place
from ui.widgets.pictures import SheetPicture
from ui.window import TerminalWindow

from ..pages_rig import LOOKS

ACTS = ("welcome", "card-two", "card-mute", "collecting", "ending-card-present")
TAKEN = ("collecting", "ending-card-present")
NAMES = {
    "welcome": "picture.either_card",
    "welcome-id-only": "picture.card",
    "card-two": "picture.only_one",
    "card-mute": "picture.turn",
    "ending-card-present": "picture.take",
}


@pytest.fixture
def window(qtbot: QtBot) -> TerminalWindow:
    return opened(qtbot)


def opened(
    qtbot: QtBot, screen: str = "portrait-21", side: CardSide = CardSide.RIGHT
) -> TerminalWindow:
    """Return a window of this screen, with the reader at this side."""
    made = TerminalWindow(
        SCREENS[screen], lambda _event: None, Place("样例站", "样例路", side), production=False
    )
    qtbot.addWidget(made)
    made.show()
    return made


def picture_of(window: TerminalWindow, scene: str, look: Look | None = None) -> CardPicture:
    """Show the scene and return its picture of a card."""
    window.show_state(SCENES[scene](look or LOOKS[0]))
    return child(window.current_page, CardPicture)


def count(picture: CardPicture, place: QRectF, colour: str) -> int:
    """Return how many pixels of this colour are in this part of the picture."""
    image = picture.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    ratio = image.width() / picture.width()
    part = image.copy(
        round(place.x() * ratio), round(place.y() * ratio),
        round(place.width() * ratio), round(place.height() * ratio),
    )  # fmt: skip
    wanted = QColor(colour).rgb()
    return sum(
        part.pixel(x, y) == wanted for y in range(part.height()) for x in range(part.width())
    )


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("scene", list(NAMES))
def test_the_name_says_what_the_picture_shows(
    window: TerminalWindow, scene: str, look: Look
) -> None:
    table = words(look.language)
    side = table.text(f"side.{CardSide.RIGHT}")
    picture = picture_of(window, scene, look)
    assert picture.accessibleName() == table.text(NAMES[scene], side=side)


def test_the_other_kind_of_card_is_at_rest_after_the_word_or(window: TerminalWindow) -> None:
    picture = picture_of(window, "welcome")
    card, place = picture.moving_card()
    resting = picture.resting_card()
    assert resting is not None
    assert {card, resting[0]} == {Card.IDENTITY, Card.CHIP}
    assert not place.intersects(resting[1])
    assert not picture.crossed_out()
    assert picture.turning_sign() is None
    (_, (word, between, _)) = picture.labels()
    assert word.markup == words(Language.ZH).text("picture.or")
    assert place.bottom() <= between.top()
    assert between.bottom() <= resting[1].top()


def test_a_station_for_one_kind_of_card_shows_no_second_card(window: TerminalWindow) -> None:
    assert picture_of(window, "welcome-id-only").resting_card() is None


@pytest.mark.parametrize("theme", list(Theme))
def test_the_second_of_two_cards_is_crossed_out(window: TerminalWindow, theme: Theme) -> None:
    colours = PALETTES[theme].picture
    picture = picture_of(window, "card-two", Look(theme=theme))
    resting = picture.resting_card()
    assert resting is not None
    assert picture.crossed_out()
    area = resting[1].width() * resting[1].height()
    assert count(picture, resting[1], colours.cross) > area * 0.1
    assert count(picture, picture.moving_card()[1], colours.cross) == 0
    assert len(picture.labels()) == 1, "no choice between the two cards is offered"


@pytest.mark.parametrize("theme", list(Theme))
def test_a_card_that_does_not_answer_is_turned_over(window: TerminalWindow, theme: Theme) -> None:
    colours = PALETTES[theme].picture
    picture = picture_of(window, "card-mute", Look(theme=theme))
    sign, resting = picture.turning_sign(), picture.resting_card()
    assert sign is not None
    assert resting is not None
    assert resting[0] == picture.moving_card()[0], "it is the same card"
    assert count(picture, sign, colours.pointer) > sign.width() * sign.height() * 0.03
    photo = colours.bar_title
    assert count(picture, resting[1], photo) > 0, "the front is at rest"
    assert count(picture, picture.moving_card()[1], photo) == 0, "the back goes to the reader"


@pytest.mark.parametrize("side", list(CardSide))
@pytest.mark.parametrize("scene", TAKEN)
def test_a_card_that_is_to_be_taken_leaves_the_reader(
    qtbot: QtBot, scene: str, side: CardSide
) -> None:
    picture = picture_of(opened(qtbot, side=side), scene)
    start, tip = picture._arrow()
    reader, card = picture._zone().center(), picture.moving_card()[1].center()
    assert (start - reader).manhattanLength() < (tip - reader).manhattanLength()
    assert (tip - card).manhattanLength() < (start - card).manhattanLength()
    assert picture.resting_card() is None


def test_the_card_is_taken_before_the_paper(window: TerminalWindow) -> None:
    card = picture_of(window, "collecting")
    sheet = child(window.current_page, SheetPicture)
    pictures = (card, sheet)
    tops = [p.mapTo(window, p.rect().topLeft()).y() for p in pictures]
    assert all(above < below for above, below in pairwise(tops))
    assert [p.labels()[-1][0].markup for p in pictures] == ["1", "2"]
    table = words(Language.ZH)
    take = table.text("picture.take", side=table.text(f"side.{CardSide.RIGHT}"))
    assert card.accessibleName() == table.text("picture.step", n=1, text=take)
    assert sheet.accessibleName().startswith(table.text("picture.step", n=2, text=""))


def test_a_card_that_was_taken_is_not_shown_again(window: TerminalWindow) -> None:
    window.show_state(SCENES["collecting-card-taken"](LOOKS[0]))
    assert window.current_page.findChildren(CardPicture) == []
    assert child(window.current_page, SheetPicture).labels()[-1][0].markup == "2"


@pytest.mark.parametrize("screen", ["portrait-21", "landscape-15"])
@pytest.mark.parametrize("side", list(CardSide))
def test_no_part_is_clipped_or_covers_another(qtbot: QtBot, side: CardSide, screen: str) -> None:
    window = opened(qtbot, screen, side)
    for scene in ACTS:
        for mode in Mode:
            for language in Language:
                look = Look(mode, language)
                if scene == "ending-card-present" and mode.large and SCREENS[screen].compact:
                    continue  # there is no room for the reader; an icon is shown
                picture = picture_of(window, scene, look)
                seen = inspect(
                    window, snapshot(window), SCREENS[screen], minima(look, SCREENS[screen])
                )
                assert seen.findings == [], f"{scene} {look}"
                for block, place, _ in picture.labels():
                    assert block.least_width() <= place.width() + 1, f"{scene} {look}: torn word"
                    assert QRectF(picture.rect()).contains(place), f"{scene} {look}"
                assert picture._zone().contains(picture.labels()[0][1]), f"{scene} {look}"
                parts = [picture.moving_card()[1], picture._zone()]
                resting = picture.resting_card()
                if resting is not None:
                    parts.append(resting[1])
                for i, part in enumerate(parts):
                    assert QRectF(picture.rect()).contains(part), f"{scene} {look}"
                    assert not any(part.intersects(p) for p in parts[:i]), f"{scene} {look}"
                start, tip = picture._arrow()
                assert abs((tip - start).x()) < 1 or abs((tip - start).y()) < 1
                # A card that is placed goes to the zone, one that is taken comes from it.
                zone_end = start if scene in TAKEN else tip
                # From above or below, the arrow ends just before the zone.
                near = picture._zone().width() * 0.08
                zone = picture._zone().adjusted(-near, -near, near, near)
                assert zone.contains(zone_end), f"{scene} {look}: the arrow misses the reader"
