"""The certificates of the housing fund: who has them, and their items in the catalogue.

A function returns ``None`` if there is nothing to certify, such as no account or no loan.
"""

from __future__ import annotations

from datetime import date

from devices.identity import Assurance
from printing.documents import AccountState, Issue, Month
from printing.documents.certificates.deposit import DepositCertificate
from printing.documents.certificates.deposit_statement import DepositStatement
from printing.documents.certificates.loan_settlement import LoanSettlement
from printing.documents.certificates.loan_use import LoanHistory, LoanUseCertificate

from ...platform.wire import Text
from .. import ledger
from ..ledger import before, last_month, money
from ..residents import Resident
from .offer import MANY_PAGES, Department

DEPOSIT = "100101-HF-0201"

LENT_DAY, SETTLED_DAY, OPENED_DAY = 12, 20, 5
ID_KIND = "居民身份证"
CLERK = "自助终端"
FUND_PHONE = "12329"
ADDRESSEE = "贷款地住房公积金管理中心"

_FUND = Department(
    category=Text("公积金", "Housing fund"),
    name=Text("样例市住房公积金管理中心", "Sample City Housing Fund Centre"),
    phone=FUND_PHONE,
    materials=Text(
        "本人居民身份证或社会保障卡，以及在公积金中心登记的手机",
        "your own card, and the phone registered with the fund",
    ),
    # Each certificate shows a balance or a loan, so the card alone is not enough.
    assurance=Assurance.SECOND_FACTOR,
)


def deposit_certificate(resident: Resident, issue: Issue) -> DepositCertificate | None:
    """Return 住房公积金缴存证明; ``None`` for a person who never had an account."""
    deposit = resident.deposit
    if deposit is None:
        return None
    months = ledger.worked(resident, issue.issued_on)[-deposit.months :]
    part = money(resident.base * deposit.rate)
    return DepositCertificate(
        issue=issue,
        name=resident.name,
        id_kind=ID_KIND,
        id_number=resident.id_number,
        account=deposit.account,
        employer=months[-1].employment.employer,
        opened_on=_day(months[0].month, OPENED_DAY),
        base=resident.base,
        employer_rate=deposit.rate,
        personal_rate=deposit.rate,
        monthly_amount=part * 2,
        balance=ledger.movements(resident, deposit, issue.issued_on)[-1].balance,
        paid_to=months[-1].month,
        consecutive_months=0 if deposit.closed else ledger.consecutive(months),
        state=AccountState.CLOSED if deposit.closed else AccountState.NORMAL,
    )


def deposit_statement(resident: Resident, issue: Issue) -> DepositStatement | None:
    """Return 住房公积金明细: every movement since the account was opened."""
    deposit, account = resident.deposit, deposit_certificate(resident, issue)
    if deposit is None or account is None:
        return None
    entries = ledger.movements(resident, deposit, issue.issued_on)
    return DepositStatement(
        issue=issue,
        year=_year(entries[-1].booked_on),
        name=resident.name,
        id_number=resident.id_number,
        account=deposit.account,
        employer=account.employer,
        state=account.state,
        balance=account.balance,
        entries=entries,
        first_year=_year(entries[0].booked_on),
    )


def loan_use_certificate(resident: Resident, issue: Issue) -> LoanUseCertificate | None:
    """Return 异地贷款职工住房公积金缴存使用证明.

    ``None`` without an active account, and for a person who still owes a loan, because no other
    centre would lend to them.
    """
    account, loan = deposit_certificate(resident, issue), resident.loan
    owing = loan is not None and loan.settled_ago is None
    if account is None or account.state is not AccountState.NORMAL or owing:
        return None
    assert account.paid_to is not None
    assert account.consecutive_months is not None
    return LoanUseCertificate(
        issue=issue,
        addressee=ADDRESSEE,
        name=resident.name,
        id_number=resident.id_number,
        employer=account.employer,
        account=account.account,
        opened_on=account.opened_on,
        state=account.state,
        base=account.base,
        employer_rate=account.employer_rate,
        personal_rate=account.personal_rate,
        monthly_amount=account.monthly_amount,
        balance=account.balance,
        consecutive_from=before(account.paid_to, account.consecutive_months - 1),
        consecutive_to=account.paid_to,
        loans=LoanHistory.ONCE if loan else LoanHistory.NONE,
        clerk=CLERK,
        phone=FUND_PHONE,
    )


def loan_settlement(resident: Resident, issue: Issue) -> LoanSettlement | None:
    """Return 住房公积金贷款结清证明; ``None`` without a loan, and before it is settled."""
    loan = resident.loan
    if loan is None or loan.settled_ago is None:
        return None
    latest = last_month(issue.issued_on)
    lent = before(latest, loan.lent_ago)
    return LoanSettlement(
        issue=issue,
        contract_number=loan.contract_number,
        name=resident.name,
        id_number=resident.id_number,
        amount=loan.amount,
        bank=loan.bank,
        lent_on=_day(lent, LENT_DAY),
        periods=loan.periods,
        rate=loan.rate,
        due_on=_day(before(lent, -loan.periods), LENT_DAY),
        settled_on=_day(before(latest, loan.settled_ago), SETTLED_DAY),
        security=loan.security,
        property_address=loan.property_address,
    )


def _day(month: Month, day: int) -> date:
    return date(month.year, month.month, day)


def _year(day: date | None) -> int:
    assert day is not None  # the fund books every movement on a day
    return day.year


OFFERS = (
    _FUND.offer(
        DepositCertificate,
        deposit_certificate,
        DEPOSIT,
        "house",
        title_en="Housing deposit certificate",
        subtitle=Text("账户状态与缴存余额", "account status and balance"),
        elder_title=Text("打印公积金证明", "My housing fund certificate"),
        elder_subtitle=Text("证明您交了公积金", "shows that you pay into the fund"),
        who=Text("在样例市缴存住房公积金的职工", "employees with an account in Sample City"),
        valid_months=3,
    ),
    _FUND.offer(
        DepositStatement,
        deposit_statement,
        "100101-HF-0202",
        "list",
        title_en="Housing deposit statement",
        subtitle=Text("开户以来每笔缴存与提取", "every payment since the account was opened"),
        elder_title=Text("打印公积金明细", "My fund transactions"),
        elder_subtitle=Text("每一笔存进和取出", "each amount paid in and taken out"),
        who=Text("在样例市有公积金账户的职工", "employees with an account in Sample City"),
        editions=MANY_PAGES,
    ),
    _FUND.offer(
        LoanUseCertificate,
        loan_use_certificate,
        "100101-HF-0203",
        "map-pin",
        title_en="Certificate for a loan in another city",
        subtitle=Text("到外地办理公积金贷款时使用", "for a housing fund loan elsewhere"),
        elder_title=Text("打印异地贷款证明", "My certificate for a loan elsewhere"),
        elder_subtitle=Text("到外地贷款买房时用", "to borrow for a home in another city"),
        who=Text(
            "正常缴存、没有未还清公积金贷款的职工",
            "employees who pay in and owe the fund nothing",
        ),
        valid_months=2,
    ),
    _FUND.offer(
        LoanSettlement,
        loan_settlement,
        "100101-HF-0204",
        "key",
        title_en="Loan settlement certificate",
        subtitle=Text("贷款本息已全部结清", "loan and interest fully repaid"),
        elder_title=Text("打印贷款还清证明", "My loan payoff certificate"),
        elder_subtitle=Text("证明公积金贷款还清了", "shows that you owe nothing more"),
        who=Text("公积金贷款已经还清的职工", "employees who have paid their loan back"),
    ),
)
