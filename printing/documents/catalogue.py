"""Which setter sets which document."""

from __future__ import annotations

from typing import assert_never

from devices.health import Fault

from .data import DepositCertificate, Document, InsuranceCertificate, TestPage
from .deposit import set_deposit
from .insurance import set_insurance
from .layout import Setting
from .testpage import set_test_page


def set_document(document: Document, setting: Setting) -> bytes | Fault:
    """The document as PDF, or ``GLYPH_MISSING``."""
    match document:
        case InsuranceCertificate():
            return set_insurance(document, setting)
        case DepositCertificate():
            return set_deposit(document, setting)
        case TestPage():
            return set_test_page(document, setting)
        case _:
            assert_never(document)
