"""What a listener hears of a page, as one text."""

from __future__ import annotations

from terminal.session import states as st
from terminal.words import Words
from ui.pages import spoken as utterance_of
from ui.voice.sentences import InSight
from ui.voice.utterance import sentences_heard, text_of


def spoken(
    state: st.State, words: Words, in_sight: InSight | None = None, *, privately: bool = False
) -> str:
    """Return the sentences that come from the loudspeaker (or a headset), one after the other."""
    said = sentences_heard(utterance_of(state, words, in_sight), privately=privately)
    return ("" if words.language == "zh" else " ").join(text_of(spans) for spans in said)
