"""The document process for tests: one for each pytest process, started when first needed.

``pytest_plugins`` cannot stand in a sub-folder's conftest, so a folder that wants it imports it in
its own: ``from tests.document_fixture import *``.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from printing.document_worker.client import DocumentWorker
from ui.documents.process import COMMAND

__all__ = ["documents"]


@pytest.fixture(scope="session")
def documents(child_process: None) -> Iterator[DocumentWorker]:
    """The real worker."""
    made = DocumentWorker(COMMAND)
    made.start()
    yield made
    made.close()
