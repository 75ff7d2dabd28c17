"""What every test of the pages stands on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication


@pytest.fixture(autouse=True)
def _nothing_stays(qapp: QApplication) -> Iterator[None]:
    """Without an event loop nothing of a test is ever deleted, and each change of the language or
    the style takes longer by all the windows before it."""
    yield
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
