"""The loudspeaker says no personal data; a headset may, and the sentences mark what is personal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from devices.signals.protocol import Headset
from terminal.session.model import Language, Look, Mode
from terminal.session.states import InVisit, Proving, State
from terminal.words import words
from ui.gallery.scenes import SCENES
from ui.pages import spoken as utterance_of
from ui.voice.sentences import Speech
from ui.voice.utterance import Form, PersonalDataError, Sentence, Span, Utterance

from .heard import spoken

NAME = Span("王某明", Form.NAME, personal=True)


def states() -> Iterator[tuple[str, State]]:
    for name, make in SCENES.items():
        for mode in Mode:
            for language in Language:
                yield name, make(Look(mode, language))


def said(state: State) -> Utterance:
    return utterance_of(state, words(state.look.language.value))


def personal_texts(state: State) -> set[str]:
    """Return what of this state must not be heard by others: name, last digits of the phone."""
    found: set[str] = set()
    visit = state.served
    if visit is not None:
        masked = visit.identity.masked_name
        found |= {masked, masked.replace("*", "某")}
    if isinstance(state, Proving) and state.masked_phone:
        found |= {state.masked_phone[-4:], " ".join(state.masked_phone[-4:])}
    return {each for each in found if each}


def test_the_loudspeaker_says_no_name_and_no_digits_of_the_phone_on_any_page() -> None:
    checked = 0
    for name, state in states():
        aloud = spoken(state, words(state.look.language.value))
        for text in personal_texts(state):
            checked += 1
            assert text not in aloud, name
    assert checked > 100, "the search finds nothing: it is broken"


def test_personal_data_are_marked_wherever_they_are_spoken() -> None:
    """What only the headset says differs from the loudspeaker's wording in marked spans alone."""
    marked: set[str] = set()
    for name, state in states():
        for sentence in said(state):
            for span in sentence.spans:
                if any(text in span.text for text in personal_texts(state)):
                    assert span.personal, name
                if span.personal:
                    marked.add(type(state).__name__)
    assert marked == {"Consenting", "Choosing", "Proving"}


def test_each_page_says_something_on_the_loudspeaker() -> None:
    for name, state in states():
        assert spoken(state, words(state.look.language.value)), name


@pytest.mark.parametrize(
    ("scene", "aloud", "privately"),
    [
        ("consenting", "您好。", "王某明，您好。"),
        ("choosing", "请选择要办的事。", "王某明，请选择。"),
        ("proving-entering", "已经发到您登记的手机。", "已经发到手机，尾号 "),
    ],
)
def test_the_loudspeaker_has_another_wording(scene: str, aloud: str, privately: str) -> None:
    state, zh = SCENES[scene](Look()), words("zh")
    assert aloud in spoken(state, zh)
    assert privately not in spoken(state, zh)
    assert privately in spoken(state, zh, privately=True)


def test_a_headset_or_the_residents_choice_makes_listening_private() -> None:
    state = SCENES["consenting"](Look())
    assert not state.heard_privately
    for headset in Headset:
        heard = replace(state, station=replace(state.station, headset=headset))
        assert heard.heard_privately == (headset is Headset.PLUGGED_IN)
    assert replace(state, look=Look(private=True)).heard_privately


def test_the_loudspeakers_wording_cannot_hold_personal_data() -> None:
    with pytest.raises(PersonalDataError):
        Sentence((NAME,), (NAME,))


def test_a_sentence_for_everyone_cannot_hold_personal_data() -> None:
    state = SCENES["consenting"](Look())
    assert isinstance(state, InVisit)
    speech = Speech(state.look, words("zh"))
    with pytest.raises(PersonalDataError):
        speech.say("consent.title", name=speech.name(state))


def test_a_personal_sentence_without_another_wording_is_silent_on_the_loudspeaker() -> None:
    sentence = Sentence((NAME, Span("，您好。")))
    assert sentence.heard(privately=False) == ()
    assert sentence.heard(privately=True) == sentence.spans


def test_personal_text_is_not_shown_by_repr() -> None:
    assert "王" not in repr(Sentence((NAME, Span("，您好。")), (Span("您好。"),)))
