"""`station print` explains an outcome without proof."""

from __future__ import annotations

import pytest

from printing.faults import JOB_UNPROVED
from printing.outcome import Evidence, Outcome, PrintEnded
from terminal.commands.print_file import NO_COUNT, NOT_ASKED, explanation


def ended(outcome: Outcome, evidence: Evidence, pages_done: int) -> PrintEnded:
    """Return the end of a job of two pages."""
    return PrintEnded("0a", outcome, pages_done, 2, evidence, JOB_UNPROVED)


@pytest.mark.parametrize(
    ("outcome", "evidence", "pages_done", "said"),
    [
        (Outcome.UNKNOWN, Evidence.DEVICE_COMPLETED, 0, NO_COUNT),
        (Outcome.UNKNOWN, Evidence.DEVICE_COMPLETED, 1, ""),
        (Outcome.UNKNOWN, Evidence.CUPS_COMPLETED, 0, NOT_ASKED),
        (Outcome.UNKNOWN, Evidence.NONE, 0, ""),
        (Outcome.UNKNOWN, Evidence.DEVICE_NONE, 0, ""),
        (Outcome.PRINTED, Evidence.DEVICE_IMPRESSIONS, 2, ""),
        (Outcome.QUEUED, Evidence.CANCELLED, 0, ""),
    ],
)
def test_each_end_gets_its_explanation(
    outcome: Outcome, evidence: Evidence, pages_done: int, said: str
) -> None:
    assert explanation(ended(outcome, evidence, pages_done)) == said


def test_the_explanations_name_the_remedy() -> None:
    assert "deploy/trial/printer" in NO_COUNT
    assert "--device-uri" in NOT_ASKED
