"""Choose the function that typesets a document, by the type of its data."""

from __future__ import annotations

from typing import assert_never

from devices.health import Fault

from ..typesetting.layout import Setting
from .certificates.data import DepositCertificate, InsuranceCertificate, TestPage
from .certificates.data_fund import DepositStatement, LoanSettlement, LoanUseCertificate
from .certificates.data_social import ContributionCertificate, EntitlementRecord, PensionCertificate
from .certificates.deposit import set_deposit
from .certificates.fund import set_loan_use, set_settlement, set_statement
from .certificates.insurance import set_insurance
from .certificates.social import set_contribution, set_entitlement, set_pension
from .kinds import Document
from .own_data import ApplicationForm, Receipt, Report
from .own_papers import set_form, set_receipt, set_report
from .test_page import set_test_page


def set_document(document: Document, setting: Setting) -> bytes | Fault:
    """Typeset ``document``; return the PDF file or ``GLYPH_MISSING``."""
    match document:
        case InsuranceCertificate():
            return set_insurance(document, setting)
        case ContributionCertificate():
            return set_contribution(document, setting)
        case EntitlementRecord():
            return set_entitlement(document, setting)
        case PensionCertificate():
            return set_pension(document, setting)
        case DepositCertificate():
            return set_deposit(document, setting)
        case DepositStatement():
            return set_statement(document, setting)
        case LoanUseCertificate():
            return set_loan_use(document, setting)
        case LoanSettlement():
            return set_settlement(document, setting)
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
