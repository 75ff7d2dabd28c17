"""Reading values of a parsed PDF, for seals and their pictures."""

from __future__ import annotations

from typing import Any


def value_of(dictionary: Any, key: str, default: Any = None) -> Any:
    """The value of ``key`` itself; pyHanko's own ``get`` may answer with a reference to it."""
    if key not in dictionary:
        return default
    return dictionary[key]
