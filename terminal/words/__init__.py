"""The table of all messages, by id and language, as text and as speech.

Used by pages, the voice, faults and documents. Loading it does not load Qt. A missing id raises
``KeyError``, because it is a bug; a test checks that both languages are complete.

Format: one TOML file for each language, with one table for each id. ``text`` is shown on the
screen. ``elder`` replaces it in elder mode, and ``extra`` where type is larger still: a mode says
which forms it prefers (`Mode.forms`). ``spoken`` is said by the voice (default: the text).
The id of a fault's entry is its code. Such an entry also has ``explain`` (what is done and what
happens next), ``cause`` and ``fix`` (for staff); the voice says text and explanation. Entries of
the printed guides have ``explain`` and ``more``, or ``what``, ``say`` and ``do``. Placeholders are
``{name}``; ``{n|page|pages}`` chooses by number.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

_HEADER = re.compile(r'^\["?([^"\]\n]+)"?\]$', re.MULTILINE)
_PLURAL = re.compile(r"\{(\w+)\|([^|{}]*)\|([^|{}]*)\}")

TEXT = ("text",)
"""The form that every entry has."""


class Words:
    """The messages of one language, from the TOML text of its table.

    An entry is read when it is first used, because the first page needs 20 of 450 and reading all
    of them delays it by 10 ms.
    """

    def __init__(self, language: str, source: str) -> None:
        self.language = language
        _, *parts = _HEADER.split(source)
        self._source = dict(zip(parts[::2], parts[1::2], strict=True))
        self._entries: dict[str, dict[str, str]] = {}

    def ids(self) -> frozenset[str]:
        """Return the ids of all messages."""
        return frozenset(self._source)

    def has(self, key: str, form: str = "text") -> bool:
        """Return whether the entry of the message has this form."""
        return key in self._source and form in self._entry(key)

    def _entry(self, key: str) -> dict[str, str]:
        entry = self._entries.get(key)
        if entry is None:
            entry = self._entries[key] = tomllib.loads(self._source[key])
        return entry

    def text(self, key: str, /, *, forms: tuple[str, ...] = TEXT, **values: object) -> str:
        """Return the text for the screen: the first of ``forms`` that the entry has."""
        entry = self._entry(key)
        return fill(entry[next(form for form in forms if form in entry)], values)

    def spoken(self, key: str, /, *, forms: tuple[str, ...] = TEXT, **values: object) -> str:
        """Return the ``spoken`` form; without one, the text for the screen and ``explain``."""
        entry = self._entry(key)
        if "spoken" in entry:
            return fill(entry["spoken"], values)
        text = self.text(key, forms=forms, **values)
        if "explain" not in entry:
            return text
        return self.text("list.sentences", first=text, second=self.form(key, "explain", **values))

    def form(self, key: str, form: str, /, **values: object) -> str:
        """Return the ``explain``, ``cause`` or ``fix`` form of the entry; empty if it has none."""
        return fill(self._entry(key).get(form, ""), values)


def fill(template: str, values: dict[str, object]) -> str:
    """Fill in the values. ``{n|page|pages}`` becomes the first word for 1, else the second."""
    chosen = _PLURAL.sub(
        lambda m: m.group(2) if str(values[m.group(1)]) == "1" else m.group(3), template
    )
    return chosen.format_map(values) if "{" in chosen else chosen


def words(language: str) -> Words:
    """The table of a language, by its tag (BCP 47); read once."""
    # The cache has different keys for a member of `Language` and for its value.
    return _read(str(language))


@cache
def _read(language: str) -> Words:
    path = Path(__file__).with_name(f"{language}.toml")
    return Words(language, path.read_text(encoding="utf-8"))
