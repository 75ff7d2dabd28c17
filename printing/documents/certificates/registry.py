"""Every certificate that can be typeset here. A new one is a module beside this one and a line."""

from __future__ import annotations

from .certificate import Certificate
from .contribution import ContributionCertificate
from .deposit import DepositCertificate
from .deposit_statement import DepositStatement
from .entitlement import EntitlementRecord
from .insurance import InsuranceCertificate
from .loan_settlement import LoanSettlement
from .loan_use import LoanUseCertificate
from .pension import PensionCertificate

CERTIFICATES: tuple[type[Certificate], ...] = (
    InsuranceCertificate,
    ContributionCertificate,
    EntitlementRecord,
    PensionCertificate,
    DepositCertificate,
    DepositStatement,
    LoanUseCertificate,
    LoanSettlement,
)
