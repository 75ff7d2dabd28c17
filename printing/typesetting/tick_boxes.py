"""Rows of tick boxes, of which one is ticked. A state without a box is ticked under 其他."""

from __future__ import annotations

from collections.abc import Sequence

from ..documents.amounts import MISSING
from ..documents.certificates.data import AccountState

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


def state_boxes(state: AccountState | None) -> str:
    """Return 账户状态 with the boxes 正常, 封存, 欠款, 其他; 销户 is written after 其他."""
    choices = [AccountState.NORMAL, AccountState.FROZEN, AccountState.ARREARS, AccountState.OTHER]
    if state is AccountState.CLOSED:
        return f"{boxes(choices, AccountState.OTHER)}（{AccountState.CLOSED}）"
    return stated_boxes(choices, state)
