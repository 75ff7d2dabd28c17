"""Every kind of document there is, as one type."""

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
"""Issued by a platform and sealed: about a person, with a verification code."""
Paper = Receipt | ApplicationForm | Report | TestPage
"""Set by the terminal itself."""
Document = Certificate | Paper
