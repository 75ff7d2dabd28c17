"""Typeset a document, by the type of its data."""

from __future__ import annotations

from datetime import datetime, time
from typing import assert_never

from devices.health import Fault

from ..statement import Statement, holder_digest
from ..typesetting.amounts import CHINA_TIME
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
            return _set_certificate(document, Layout(setting))
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


def _set_certificate(document: Certificate, layout: Layout) -> bytes | Fault:
    issue = document.issue
    layout.issued_title(document.TITLE, issue)
    document.fill(layout)
    digest = holder_digest(
        document.TYPE, issue.verification_code, document.name, document.id_number
    )
    return layout.finish(
        title=document.TITLE,
        statement=Statement(document.TYPE, issue.verification_code, digest),
        issue=issue,
        station=issue.station,
        created=datetime.combine(issue.issued_on, time(), CHINA_TIME),
    )
