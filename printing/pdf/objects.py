"""Reading values of a parsed PDF, for seals and their pictures."""

from __future__ import annotations

from typing import Any


def value_of(dictionary: Any, key: str, default: Any = None) -> Any:
    """Return the value of ``key`` itself; pyHanko's own ``get`` may return a reference to it.

    ``default`` if there is none: no entry, null, or a reference to nothing (ISO 32000-1, 7.3.9).
    """
    try:
        return dictionary[key]
    except KeyError:
        return default
