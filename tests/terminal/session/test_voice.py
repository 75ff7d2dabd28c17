"""The voice in the session: what a resident chooses, what the station can speak, and to whom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.signals.protocol import Headset, HeadsetChanged, Someone, SomeoneChanged
from terminal.session import events as ev
from terminal.session import model as m
from terminal.session import states as st
from tests.terminal.session_world import Kiosk, present_card, station


def test_volume_speed_and_private_listening_are_kept_for_the_visit_and_reset_after_it() -> None:
    kiosk = Kiosk()
    present_card(kiosk)
    kiosk.send(
        ev.VolumeChosen(m.Volume.LOUDEST), ev.SpeedChosen(m.Speed.SLOW),
        ev.PrivateListeningChosen(True),
    )  # fmt: skip
    look = kiosk.state.look
    assert (look.volume, look.speed, look.private) == (m.Volume.LOUDEST, m.Speed.SLOW, True)
    assert kiosk.state.heard_privately
    kiosk.send(ev.LeavePressed())
    present_card(kiosk, "v2")
    assert isinstance(kiosk.state, st.Consenting)
    assert kiosk.state.look == m.Look()
    assert not kiosk.state.heard_privately


@pytest.mark.parametrize("headset", Headset)
def test_only_a_headset_that_is_plugged_in_makes_listening_private(headset: Headset) -> None:
    kiosk = Kiosk()
    kiosk.send(HeadsetChanged(headset))
    present_card(kiosk)
    assert kiosk.state.heard_privately == (headset is Headset.PLUGGED_IN)
    kiosk.send(HeadsetChanged(Headset.UNPLUGGED))
    assert not kiosk.state.heard_privately


def test_the_station_knows_whether_someone_is_near() -> None:
    kiosk = Kiosk()
    seen = [kiosk.state.station.someone]
    kiosk.send(SomeoneChanged(Someone.NEAR))
    seen.append(kiosk.state.station.someone)
    assert seen == [Someone.NOT_SUPPORTED, Someone.NEAR]


def test_the_voice_is_offered_until_it_is_known_that_there_is_none() -> None:
    kiosk = Kiosk()
    assert all(kiosk.state.station.speaks(language) for language in m.Language)
    kiosk.send(ev.VoicesChanged(frozenset({m.Language.EN})))
    assert kiosk.state.station.speaks(m.Language.EN)
    assert not kiosk.state.station.speaks(m.Language.ZH)
    kiosk.send(ev.VoicesChanged(frozenset(m.Language)))
    assert kiosk.state.station.speaks(m.Language.ZH)


@pytest.mark.parametrize("configured", [False, True])
def test_the_elder_mode_switches_the_voice_on_if_the_operator_says_so(configured: bool) -> None:
    kiosk = Kiosk(replace(station(), elder_voice=configured))
    kiosk.send(ev.ModeChosen(m.Mode.ELDER))
    assert kiosk.state.look.voice == configured
    kiosk.send(ev.VoiceChosen(False))
    assert not kiosk.state.look.voice
    kiosk.send(ev.ModeChosen(m.Mode.STANDARD))
    assert not kiosk.state.look.voice
