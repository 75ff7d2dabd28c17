"""A notice on the welcome page does not make the picture of what to do smaller."""

from __future__ import annotations

import pytest

from terminal.session.model import Language, Look, Mode
from ui.widgets.card_picture import CardPicture

from ..pages_rig import PORTRAIT, Shown

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("scene", ["welcome-printer-down", "welcome-card-present"])
def test_a_notice_does_not_shrink_the_picture_of_what_to_do(
    qapp: object, scene: str, language: Language
) -> None:
    shown = Shown()
    shown.scene(scene, Look(Mode.ELDER, language))
    (picture,) = (p for p in shown.window.findChildren(CardPicture) if p.isVisible())
    height = picture.height() / PORTRAIT.px_per_mm
    shown.close()
    assert height >= 75
