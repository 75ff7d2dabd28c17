"""The simulated sensors report their state at the start, then each change, and nothing later."""

from __future__ import annotations

from devices.signals.protocol import Headset, HeadsetChanged, SignalEvent, Someone, SomeoneChanged
from devices.signals.simulated import SimulatedSignals


def test_the_present_states_are_reported_at_the_start() -> None:
    seen: list[SignalEvent] = []
    SimulatedSignals(Headset.PLUGGED_IN, Someone.NEAR).start(seen.append)
    assert seen == [HeadsetChanged(Headset.PLUGGED_IN), SomeoneChanged(Someone.NEAR)]


def test_each_change_is_reported_once() -> None:
    seen: list[SignalEvent] = []
    signals = SimulatedSignals()
    signals.start(seen.append)
    seen.clear()
    for _ in range(2):
        signals.set_headset(Headset.PLUGGED_IN)
        signals.set_someone(Someone.NEAR)
    assert seen == [HeadsetChanged(Headset.PLUGGED_IN), SomeoneChanged(Someone.NEAR)]
    assert (signals.headset, signals.someone) == (Headset.PLUGGED_IN, Someone.NEAR)


def test_nothing_is_reported_after_the_stop() -> None:
    seen: list[SignalEvent] = []
    signals = SimulatedSignals()
    signals.start(seen.append)
    signals.stop()
    seen.clear()
    signals.set_headset(Headset.PLUGGED_IN)
    assert seen == []
    assert signals.headset is Headset.PLUGGED_IN
