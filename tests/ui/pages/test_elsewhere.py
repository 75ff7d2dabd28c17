"""The page "out of service" says whom to call and where to go instead, as far as it is known."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from terminal.session import states as st
from terminal.session.model import Look, NearbyStation, Processors
from terminal.words import words
from tests.ui.pages_rig import LOOKS, PLACE, scene
from tests.ui.voice.heard import spoken
from ui.gallery.inspect import inspect, minima
from ui.gallery.scenes import NEARBY
from ui.gallery.screens import SCREENS
from ui.headless.driver import snapshot
from ui.widgets.text import Text
from ui.window import TerminalWindow
from ui.wording.elsewhere import nearest_open

OUT = "out-of-service-nearby"


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.mode}-{look.language}")
@pytest.mark.parametrize("size", ["portrait-21", "landscape-15"])
@pytest.mark.parametrize("name", [OUT, "out-of-service-leftover"])
def test_page_with_a_nearby_station_has_no_findings(
    qtbot: QtBot, name: str, size: str, look: Look
) -> None:
    screen = SCREENS[size]
    window = TerminalWindow(screen, lambda _event: None, PLACE, production=False)
    qtbot.addWidget(window)
    window.show()
    state = scene(name, st.OutOfService, look)
    window.show_state(replace(state, station=replace(state.station, nearby=(NEARBY,))))
    assert inspect(window, snapshot(window), screen, minima(look, screen)).findings == []


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.mode}-{look.language}")
@pytest.mark.parametrize("known", [True, False])
def test_page_and_voice_name_the_station_and_the_telephone_only_if_known(
    qtbot: QtBot, known: bool, look: Look
) -> None:
    state = scene(OUT, st.OutOfService, look)
    telephone = state.station.processors.telephone
    name = NEARBY.name[look.language]
    if not known:
        station = replace(state.station, nearby=(), processors=Processors())
        state = replace(state, station=station)
    window = TerminalWindow(SCREENS["portrait-21"], lambda _event: None, PLACE, production=False)
    qtbot.addWidget(window)
    window.show()
    window.show_state(state)
    shown = "".join(text.text() for text in window.findChildren(Text) if text.isVisible())
    heard = spoken(state, words(look.language))
    assert telephone
    assert (telephone in shown) is known
    assert (name in shown) is known
    assert (name in heard) is known


@pytest.mark.parametrize(
    "others",
    [
        (),
        (replace(NEARBY, open_now=False),),
        (replace(NEARBY, items=frozenset()),),
    ],
    ids=["nothing-sent", "closed", "no-service"],
)
def test_no_station_is_named_if_none_serves_now(others: tuple[NearbyStation, ...]) -> None:
    state = scene(OUT, st.OutOfService)
    assert nearest_open(replace(state.station, nearby=others)) is None


def test_the_nearer_of_two_open_stations_is_named() -> None:
    near = replace(NEARBY, id="station-3", distance_m=200)
    state = scene(OUT, st.OutOfService)
    assert nearest_open(replace(state.station, nearby=(NEARBY, near))) is near
