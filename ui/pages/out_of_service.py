"""The page if the station cannot serve: the reason, that it is known, and where to go instead."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from terminal.session.states import OutOfService

from ..widgets.surface import fact_row, headline
from ..wording.elsewhere import nearest_open, place
from .base import Page
from .parts import code_line

if TYPE_CHECKING:
    from ..voice.sentences import Speech
    from ..voice.utterance import Utterance


class OutOfServicePage(Page[OutOfService]):
    """The station cannot serve."""

    @classmethod
    def key(cls, state: OutOfService) -> Hashable:
        nearby = nearest_open(state.station)
        return (
            state.fault.code, bool(state.station.cards_present), state.staff_called,
            nearby and (nearby.id, nearby.distance_m), state.station.processors.telephone,
        )  # fmt: skip

    def build(self, state: OutOfService) -> None:
        kit = self.kit
        card = "card_present" if state.station.cards_present else "card"
        title = self.title(kit.say("out_of_service.title"))
        main = [
            headline(kit, kit.theme.failure, "alert", kit.say(state.fault.code)),
            fact_row(kit, "info", kit.words.form(state.fault.code, "explain")),
            *([fact_row(kit, "staff", kit.say("waiting.called"))] if state.staff_called else []),
            fact_row(kit, "card-remove", kit.say(f"out_of_service.{card}")),
            fact_row(kit, "headset", kit.say("out_of_service.help")),
        ]
        # On a small screen in the largest type, only the voice says where else to go.
        telephone = "" if kit.sparse else state.station.processors.telephone
        nearby = None if kit.sparse else nearest_open(state.station)
        if telephone:
            main.append(fact_row(kit, "phone", kit.say("elsewhere.telephone", telephone=telephone)))
        if nearby:
            values = place(nearby, state.look.language)
            main.append(fact_row(kit, "map-pin", kit.say("elsewhere.nearest", **values)))
        self.arrange([title], main, [], after=[code_line(kit, state.fault)], spacing=5)

    @classmethod
    def spoken(cls, speech: Speech, state: OutOfService) -> Utterance:
        called = speech.say("waiting.called") if state.staff_called else ""
        telephone, nearby = state.station.processors.telephone, nearest_open(state.station)
        return speech.join(
            speech.say("out_of_service.title"),
            speech.say(state.fault.code),
            called,
            speech.say("elsewhere.telephone", telephone=telephone) if telephone else "",
            speech.say("elsewhere.nearest", **place(nearby, state.look.language)) if nearby else "",
        )
