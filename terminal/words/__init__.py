"""The one table of words: each message by its id, in each language, as text and as speech.

Serves pages, the voice, faults and documents alike, and is loaded without Qt. A missing id is a
bug and raises; a test proves both languages complete.

Format: one TOML file a language (and one more for `station diagnose`), a table an id. ``text`` is
what the screen shows, ``elder`` what the elder page shows instead, ``spoken`` what the voice says
(default: the text). A fault's entry (id = its code) has besides ``explain`` (what is done and what
happens next), ``cause`` and ``mend`` (for staff). Placeholders are ``{name}``; ``{n|page|pages}``
chooses by number.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

_PLURAL = re.compile(r"\{(\w+)\|([^|{}]*)\|([^|{}]*)\}")


class Words:
    """The messages of one language."""

    def __init__(self, language: str, table: dict[str, dict[str, str]]) -> None:
        self.language = language
        self._table = table

    def ids(self) -> frozenset[str]:
        """Every message there is."""
        return frozenset(self._table)

    def has(self, key: str, form: str = "text") -> bool:
        """Whether the message has this form of its own."""
        return form in self._table.get(key, {})

    def text(self, key: str, /, *, elder: bool = False, **values: object) -> str:
        """The text for the screen; for the elder page where it has words of its own."""
        entry = self._table[key]
        return fill(entry.get("elder", entry["text"]) if elder else entry["text"], values)

    def spoken(self, key: str, /, *, elder: bool = False, **values: object) -> str:
        """What the voice says: its own form, or the words on the screen."""
        entry = self._table[key]
        if "spoken" in entry:
            return fill(entry["spoken"], values)
        return self.text(key, elder=elder, **values)

    def form(self, key: str, form: str, /, **values: object) -> str:
        """Another form of the entry (``explain``, ``cause``, ``mend``); empty where it has none."""
        return fill(self._table[key].get(form, ""), values)


def fill(template: str, values: dict[str, object]) -> str:
    """Put the values in; ``{n|page|pages}`` is the first word for 1 and the second otherwise."""
    chosen = _PLURAL.sub(
        lambda m: m.group(2) if str(values[m.group(1)]) == "1" else m.group(3), template
    )
    return chosen.format_map(values) if "{" in chosen else chosen


@cache
def words(language: str) -> Words:
    """The table of a language ("zh", "en"); read once."""
    folder = files(__package__)
    names = (f"{language}.toml", f"diagnose.{language}.toml")
    data = "\n".join(folder.joinpath(name).read_text(encoding="utf-8") for name in names)
    return Words(language, tomllib.loads(data))
