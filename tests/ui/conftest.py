"""What every test of the pages stands on: a window, on each kind of screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from tests.document_fixture import documents
from tests.printing.seal_house import authority, sealed, unsigned
from ui.look.metrics import Screen

from .pages_rig import PORTRAIT, SMALL, Shown

__all__ = ["authority", "documents", "sealed", "unsigned"]


@pytest.fixture(autouse=True)
def _nothing_stays(qapp: QApplication) -> Iterator[None]:
    """Without an event loop nothing of a test is ever deleted, and each change of the language or
    the style takes longer by all the windows before it."""
    yield
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture(params=[PORTRAIT, SMALL], ids=["portrait", "small"])
def screen(request: pytest.FixtureRequest) -> Screen:
    """The largest and the smallest; a file that needs others, or one, has its own."""
    made: Screen = request.param
    return made


@pytest.fixture
def shown(qapp: QApplication, screen: Screen) -> Iterator[Shown]:
    """A window on that screen."""
    made = Shown(screen)
    yield made
    made.close()
