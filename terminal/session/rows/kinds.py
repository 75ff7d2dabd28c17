"""Situations and facts by their kind: what the groups of rows speak of together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .. import events as ev
from .. import states as st

PLAIN: tuple[type[st.State], ...] = (
    st.Welcome, st.OutOfService, st.Identifying, st.CardTrouble, st.Consenting, st.Recognising,
    st.Choosing, st.Proving, st.Preparing, st.Previewing, st.Copying, st.Printing,
    st.CheckingPaper, st.Collecting, st.Trouble, st.Ending, st.Unlocking, st.Maintenance,
)  # fmt: skip


PERSONAL = (
    ev.RetryPressed, ev.Consented, ev.ServiceChosen, ev.CodeEntered, ev.CodeAgainPressed,
    ev.StaffPressed, ev.StaffEntered, ev.EditionChosen, ev.CopyPressed, ev.PrintPressed,
    ev.PagesConfirmed, ev.MorePressed, ev.DonePressed,
)  # fmt: skip
"""The buttons that belong to one page each."""
MAINTAINING = (
    ev.PinEntered, ev.TestPagePressed, ev.ReportPressed, ev.UnblockPressed, ev.MaintenanceClosed,
)  # fmt: skip
ANSWERS = (
    ev.PersonKnown, ev.PlatformFailed, ev.CodeSent, ev.CodeChecked, ev.StaffChecked,
    ev.DocumentRefused, ev.PageNotShown, ev.CopyReady,
)  # fmt: skip
"""Answers to requests that hold nothing that must be wiped."""


def but(events: Iterable[type[Any]], *without: type[Any]) -> tuple[type[Any], ...]:
    """All of these but some."""
    return tuple(event for event in events if event not in without)
