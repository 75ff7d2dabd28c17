"""Takes the pictures of the printed guides: the real pages of one station, by scene.

For ``station guide``. The pages show the station's own name, card side, cards and services.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageWriter

from devices.identity import CardKind
from printing.documents.guides import Picture
from terminal.operations.printed_guides import LANGUAGE, FromPages, StepName
from terminal.session.model import Item, Look
from terminal.session.states import FILES, State
from terminal.words import words

from ..headless.driver import settle, snapshot
from ..look.metrics import Screen
from ..pages import spoken
from ..voice.utterance import sentences_heard, text_of
from ..widgets.kit import Place
from ..window import TerminalWindow
from ..wording.cards import accepted
from .make import MOMENT
from .scenes import SCENES

LONGEST_PX = 1280
"""Longest side of a picture: 300 dpi on the poster."""

STEPS: Mapping[StepName, str] = {
    StepName.CARD: "welcome",
    StepName.AGREE: "consenting",
    StepName.CHOOSE: "choosing",
    StepName.TAKE: "collecting",
}
"""The scene of each step."""
CHOSEN: Mapping[str, tuple[str, ...]] = {
    "proving": ("proving-entering", "proving-staff"),
    "printing": ("printing", "printing-paper-out"),
    "service_failure": ("failure-partly",),
    "ending": ("ending-card-present",),
    "maintenance": ("maintenance-staff",),
}
"""The scenes that show staff the page of a state, if the one with its name is not the best."""


def guide_pictures(
    screen: Screen, place: Place, items: tuple[Item, ...], accepts: tuple[CardKind, ...]
) -> FromPages:
    """Return the pictures of every page, and the names of the cards of ``accepts``.

    ``items``: the services that the page of choice shows. Needs the application object.
    """
    camera = _Camera(screen, place, tuple(replace(item, closed=None) for item in items), accepts)
    try:
        return FromPages(
            steps={step: camera.picture(scene) for step, scene in STEPS.items()},
            pages={
                file: tuple(camera.picture(scene) for scene in scenes_of(file))
                for file in FILES.values()
            },
            cards=accepted(camera.state("welcome").station, words(LANGUAGE)),
        )
    finally:
        camera.close()


def scenes_of(file: str) -> tuple[str, ...]:
    """Return the scenes that show the page of the state in this file (``card_away``)."""
    if file in CHOSEN:
        return CHOSEN[file]
    same = file.replace("_", "-")
    return (same if same in SCENES else _first_scenes()[file],)


@cache
def _first_scenes() -> dict[str, str]:
    """Return the first scene of each state, by the file of the state."""
    found: dict[str, str] = {}
    for name, scene in SCENES.items():
        found.setdefault(type(scene(Look(language=LANGUAGE))).__module__.rpartition(".")[2], name)
    return found


class _Camera:
    """A window, and the pictures that were taken of it, each once."""

    def __init__(
        self,
        screen: Screen,
        place: Place,
        items: tuple[Item, ...],
        accepts: tuple[CardKind, ...],
    ) -> None:
        self._items, self._accepts = items, accepts
        self._taken: dict[str, Picture] = {}
        self._window = TerminalWindow(
            screen, lambda _event: None, place, production=False, clock=lambda: MOMENT
        )
        self._window.show()

    def state(self, name: str) -> State:
        """Return the state of the scene, on a station with these services and cards."""
        state = SCENES[name](Look(language=LANGUAGE))
        if name not in STEPS.values():
            return state
        station = replace(state.station, items=self._items, accepts=self._accepts)
        return replace(state, station=station)

    def picture(self, name: str) -> Picture:
        """Return the picture of the scene, with the words of the loudspeaker as its text."""
        if name not in self._taken:
            state = self.state(name)
            self._window.show_state(state)
            settle()
            page = self._window.current_page
            heard = sentences_heard(
                spoken(state, words(LANGUAGE), page.in_sight()), privately=False
            )
            said = "".join(text_of(sentence) for sentence in heard) or page.accessibleName()
            self._taken[name] = Picture(_png(snapshot(self._window)), said)
        return self._taken[name]

    def close(self) -> None:
        """Close the window."""
        self._window.close()
        self._window.deleteLater()
        settle()


def _png(image: QImage) -> bytes:
    small = image.size().scaled(
        QSize(LONGEST_PX, LONGEST_PX), Qt.AspectRatioMode.KeepAspectRatio
    )  # fmt: skip
    if small.width() < image.width():
        image = image.scaled(
            small, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"png"))
    if not writer.write(image.convertToFormat(QImage.Format.Format_RGB888)):
        raise RuntimeError(f"cannot make a PNG: {writer.errorString()}")
    return bytes(buffer.data().data())
