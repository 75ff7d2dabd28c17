"""Fixtures for tests of the pages: a window, on each kind of screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from tests.document_fixture import documents
from tests.printing.seal_fixtures import authority, sealed, unsigned
from ui.look.metrics import Screen

from .pages_rig import PORTRAIT, SMALL, Shown

__all__ = ["authority", "documents", "sealed", "unsigned"]


@pytest.fixture(autouse=True)
def _widgets_are_deleted(qapp: QApplication) -> Iterator[None]:
    """Delete the widgets of each test. Without an event loop Qt never does it, and each change
    of language or style would take longer for all the windows still there."""
    yield
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture(params=[PORTRAIT, SMALL], ids=["portrait", "small"])
def screen(request: pytest.FixtureRequest) -> Screen:
    """The largest and the smallest screen; a file that needs others defines its own fixture."""
    made: Screen = request.param
    return made


@pytest.fixture
def shown(qapp: QApplication, screen: Screen) -> Iterator[Shown]:
    """A window on that screen."""
    made = Shown(screen)
    yield made
    made.close()
