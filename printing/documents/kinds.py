"""The union types of all documents."""

from __future__ import annotations

from .certificates.data import DepositCertificate, InsuranceCertificate, TestPage
from .certificates.data_fund import DepositStatement, LoanSettlement, LoanUseCertificate
from .certificates.data_social import ContributionCertificate, EntitlementRecord, PensionCertificate
from .own_data import ApplicationForm, Receipt, Report

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
"""A document about a person, issued and sealed by the platform, with a verification code."""
Paper = Receipt | ApplicationForm | Report | TestPage
"""A document that the terminal itself typesets."""
Document = Certificate | Paper
