"""The pictures of the printed guides: real pages of the station, at least one for each state."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication

from devices.identity import CardKind
from terminal.operations.printed_guides import LANGUAGE, FromPages, StepName
from terminal.session.model import CardSide, Look
from terminal.session.states import FILES
from terminal.words import words
from ui.gallery import SCREENS
from ui.gallery.guide_pictures import LONGEST_PX, guide_pictures, scenes_of
from ui.gallery.sample_items import EIGHT
from ui.gallery.scenes import SCENES
from ui.widgets.kit import Place

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture(scope="module")
def seen(qapp: QApplication) -> FromPages:
    place = Place("样例站", "样例路", CardSide.LEFT)
    return guide_pictures(SCREENS["portrait-21"], place, EIGHT, (CardKind.SOCIAL_SECURITY,))


@pytest.mark.parametrize("file", FILES.values())
def test_the_scenes_of_a_page_show_its_state(qapp: QApplication, file: str) -> None:
    for name in scenes_of(file):
        assert type(SCENES[name](Look())).__module__.endswith(f".{file}")


def test_every_page_has_pictures_with_words(seen: FromPages) -> None:
    assert set(seen.pages) == set(FILES.values())
    for file, pictures in seen.pages.items():
        assert pictures, file
        assert all(each.alternative for each in pictures), file
    assert set(seen.steps) == set(StepName)


def test_pictures_have_the_shape_of_the_screen(seen: FromPages) -> None:
    picture = Image.open(io.BytesIO(seen.steps[StepName.CARD].png))
    assert picture.mode == "RGB"
    assert max(picture.size) == LONGEST_PX
    assert picture.width / picture.height == pytest.approx(1080 / 1920, abs=0.002)


def test_the_pages_show_the_cards_and_services_of_the_station(seen: FromPages) -> None:
    table = words("zh")
    social = table.text("card.social_security")
    assert seen.cards == social
    welcome = seen.steps[StepName.CARD].alternative
    assert social in welcome
    assert table.text("card.resident_id") not in welcome
    assert EIGHT[0].title[LANGUAGE] in seen.steps[StepName.CHOOSE].alternative


def test_different_pages_have_different_pictures(seen: FromPages) -> None:
    pictures = [each.png for pages in seen.pages.values() for each in pages]
    assert len(set(pictures)) == len(pictures)
