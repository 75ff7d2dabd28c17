"""Read values of a PDF that pyHanko has parsed, for the page sizes and the preview."""

from __future__ import annotations

from typing import Any


def value_of(dictionary: Any, key: str, default: Any = None) -> Any:
    """Return the value of ``key``, never a reference, which pyHanko's own ``get`` may return.

    Return ``default`` if there is no entry, or its value is null or a reference to an object that
    does not exist (ISO 32000-1, 7.3.9).
    """
    try:
        return dictionary[key]
    except KeyError:
        return default
