"""The voice of each language: from the configuration, else from the table of the language.

For the voice and `station diagnose`.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..session.model import Language
from ..words import words


def voice_names(configured: Mapping[Language, str]) -> dict[str, str]:
    """Return the name of the voice for the tag of each language."""
    return {each.value: configured.get(each) or words(each).text("voice.name") for each in Language}
