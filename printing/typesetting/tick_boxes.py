"""Boxes to tick: exactly one for each state, and other for what has no box of its own."""

from __future__ import annotations

from collections.abc import Sequence

from ..documents.amounts import MISSING
from ..documents.certificates.data import AccountState

TICKED, EMPTY = "☑", "□"


def boxes(choices: Sequence[str], chosen: str | None, separator: str = "　") -> str:
    """``choices`` in a row, the ``chosen`` one ticked; ``None`` ticks none.

    :raises ValueError: ``chosen`` is none of them: a box must not be ticked in its stead.
    """
    if chosen is not None and chosen not in choices:
        raise ValueError("no box for this choice")
    return separator.join((TICKED if each == chosen else EMPTY) + each for each in choices)


def stated_boxes(choices: Sequence[str], stated: str | None) -> str:
    """As `boxes`, for what a source states. Where it states nothing, that is said: an empty box on
    a certificate is one that anybody can tick."""
    return boxes(choices, stated) + ("" if stated is not None else f"（{MISSING}）")


def state_boxes(state: AccountState | None) -> str:
    """账户状态 as 正常, 封存, 欠款, 其他; a closed account is named beside 其他."""
    choices = [AccountState.NORMAL, AccountState.FROZEN, AccountState.ARREARS, AccountState.OTHER]
    if state is AccountState.CLOSED:
        return f"{boxes(choices, AccountState.OTHER)}（{AccountState.CLOSED}）"
    return stated_boxes(choices, state)
