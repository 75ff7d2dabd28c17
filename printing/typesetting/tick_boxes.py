"""Rows of tick boxes, of which one is ticked."""

from __future__ import annotations

from collections.abc import Sequence

from .amounts import MISSING

TICKED, EMPTY = "☑", "□"


def boxes(choices: Sequence[str], chosen: str | None, separator: str = "　") -> str:
    """Return ``choices`` in a row, with the ``chosen`` one ticked; ``None`` ticks no box.

    :raises ValueError: ``chosen`` is not one of the choices. No other box is ticked instead.
    """
    if chosen is not None and chosen not in choices:
        raise ValueError("no box for this choice")
    return separator.join((TICKED if each == chosen else EMPTY) + each for each in choices)


def stated_boxes(choices: Sequence[str], stated: str | None) -> str:
    """Return `boxes` for a value from a data source, followed by 未提供 if it is ``None``.

    Without these words anyone could tick an empty box on the certificate afterwards.
    """
    return boxes(choices, stated) + ("" if stated is not None else f"（{MISSING}）")
