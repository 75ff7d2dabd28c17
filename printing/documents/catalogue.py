"""Typeset a document, by the type of its data."""

from __future__ import annotations

from typing import assert_never

from devices.health import Fault

from ..typesetting.layout import Layout, Setting
from .certificates.certificate import Certificate
from .kinds import Document
from .own_data import ApplicationForm, Receipt, Report, TestPage
from .own_papers import set_form, set_receipt, set_report
from .test_page import set_test_page


def set_document(document: Document, setting: Setting) -> bytes | Fault:
    """Typeset ``document``; return the PDF file or ``GLYPH_MISSING``."""
    match document:
        case Certificate():
            layout = Layout(setting)
            layout.issued_title(document)
            document.fill(layout)
            return layout.finish_issued(document)
        case Receipt():
            return set_receipt(document, setting)
        case ApplicationForm():
            return set_form(document, setting)
        case Report():
            return set_report(document, setting)
        case TestPage():
            return set_test_page(document, setting)
        case _:
            assert_never(document)
