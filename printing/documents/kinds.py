"""Every kind of document there is, as one type."""

from __future__ import annotations

from .data import DepositCertificate, InsuranceCertificate, TestPage
from .data_fund import DepositStatement, LoanSettlement, LoanUseCertificate
from .data_papers import ApplicationForm, Receipt, Report
from .data_social import ContributionCertificate, EntitlementRecord, PensionCertificate

Certificate = (
    InsuranceCertificate
    | ContributionCertificate
    | EntitlementRecord
    | PensionCertificate
    | DepositCertificate
    | DepositStatement
    | LoanUseCertificate
    | LoanSettlement
)
"""Issued by a platform and sealed: about a person, with a verification code."""
Paper = Receipt | ApplicationForm | Report | TestPage
"""Set by the terminal itself."""
Document = Certificate | Paper
