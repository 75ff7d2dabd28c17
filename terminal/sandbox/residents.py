"""The sandbox's residents and what its departments know of them: all of it invented.

For the sandbox alone. Area code 100101 is assigned to no place (GB/T 2260), so no number here can
be anybody's. Money is ``Decimal`` yuan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from printing.documents import (
        ContributionMonth,
        DepositCertificate,
        InsuranceCertificate,
        InsuranceState,
        Issue,
        Month,
    )

CENT = Decimal("0.01")
PENSION_RATE = Decimal("0.08")
MEDICAL_RATE = Decimal("0.02")
UNEMPLOYMENT_RATE = Decimal("0.005")
"""The person's own parts, as most cities set them."""
MONTHS_SHOWN = 24
YEARLY_RAISE = Decimal("1.04")
"""Contribution bases are set anew each July."""
BASE_MONTH = 7


@dataclass(frozen=True, slots=True)
class Employment:
    """Months at an employer: those back from last month that are older than ``until_ago``."""

    employer: str
    months: int
    until_ago: int = 0


@dataclass(frozen=True, slots=True)
class Deposit:
    """A housing deposit account; ``closed_on`` for one that was closed."""

    account: str
    employer: str
    opened_on: date
    base: Decimal
    rate: Decimal
    balance: Decimal
    consecutive_months: int
    closed_on: date | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Resident:
    """One invented person. ``phone`` is the whole invented number; it is shown masked only."""

    key: str
    name: str
    sex: str
    id_number: str
    card_number: str
    phone: str | None
    base: Decimal
    employments: tuple[Employment, ...]
    deposit: Deposit | None

    @property
    def masked_phone(self) -> str | None:
        """``130****0001``."""
        return f"{self.phone[:3]}****{self.phone[-4:]}" if self.phone else None

    @property
    def masked_name(self) -> str:
        """First character, then marks: what a stranger with the paper's code may see."""
        return self.name[0] + "*" * min(len(self.name) - 1, 3)

    def insurance(self, issue: Issue) -> InsuranceCertificate:
        """社会保险个人参保证明, with the last 24 months up to the month before it is issued."""
        from printing.documents import InsuranceCertificate

        current = self.employments[0] if self.employments else None
        return InsuranceCertificate(
            issue=issue,
            name=self.name,
            id_number=self.id_number,
            sex=self.sex,
            states=_states(retired=current is None),
            months_with_employer=current.months if current else None,
            months=_months(self.base, self.employments, issue.issued_on),
        )

    def deposit_certificate(self, issue: Issue) -> DepositCertificate | None:
        """住房公积金缴存证明; ``None`` for a person who has never had an account."""
        from printing.documents import AccountState, DepositCertificate, Month

        account = self.deposit
        if account is None:
            return None
        closed = account.closed_on is not None
        return DepositCertificate(
            issue=issue,
            name=self.name,
            id_kind="居民身份证",
            id_number=self.id_number,
            account=account.account,
            employer=account.employer,
            opened_on=account.opened_on,
            base=account.base,
            employer_rate=account.rate,
            personal_rate=account.rate,
            monthly_amount=_money(account.base * account.rate) * 2,
            balance=account.balance,
            paid_to=Month.of(account.closed_on) if account.closed_on else _ago(issue.issued_on, 1),
            consecutive_months=0 if closed else account.consecutive_months,
            state=AccountState.CLOSED if closed else AccountState.NORMAL,
        )


def _money(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def _ago(day: date, months: int) -> Month:
    """The month ``months`` before the one that ``day`` lies in."""
    from printing.documents import Month

    count = day.year * 12 + day.month - 1 - months
    return Month(count // 12, count % 12 + 1)


def _states(*, retired: bool) -> Sequence[InsuranceState]:
    from printing.documents import Insurance, InsuranceState

    of_retired = {Insurance.PENSION: "待遇领取", Insurance.MEDICAL: "退休参保"}
    return tuple(
        InsuranceState(each, of_retired.get(each, "终止参保") if retired else "参保缴费")
        for each in Insurance
    )


def _months(
    base: Decimal, employments: Sequence[Employment], issued_on: date
) -> Sequence[ContributionMonth]:
    """The rows of the last 24 months, oldest first; a month without employment has no row."""
    from printing.documents import Contribution, ContributionMonth

    rows = []
    for ago in range(MONTHS_SHOWN, 0, -1):
        at = next(
            (each for each in employments if each.until_ago < ago <= each.until_ago + each.months),
            None,
        )
        if at is None:
            continue
        month = _ago(issued_on, ago)
        years = _base_year(_ago(issued_on, 1)) - _base_year(month)
        paid = _money(base / YEARLY_RAISE**years)

        def part(rate: Decimal, paid: Decimal = paid) -> Contribution:
            return Contribution(paid, _money(paid * rate))

        rows.append(
            ContributionMonth(
                month=month,
                pension=part(PENSION_RATE),
                medical=part(MEDICAL_RATE),
                unemployment=part(UNEMPLOYMENT_RATE),
                state="正常缴费",
                employer=at.employer,
            )
        )
    return tuple(rows)


def _base_year(month: Month) -> int:
    return month.year if month.month >= BASE_MONTH else month.year - 1


RESIDENTS: tuple[Resident, ...] = (
    Resident(
        key="wang",
        name="王建明",
        sex="男",
        id_number="100101195803120216",
        card_number="A10010011",
        phone="13000000001",
        base=Decimal("8600.00"),
        employments=(Employment("样例制造有限公司", 187),),
        deposit=Deposit(
            account="900100100011",
            employer="样例制造有限公司",
            opened_on=date(2011, 4, 18),
            base=Decimal("8600.00"),
            rate=Decimal("0.12"),
            balance=Decimal("183642.57"),
            consecutive_months=187,
        ),
    ),
    Resident(
        key="li",
        name="李秀英",
        sex="女",
        id_number="10010119430905014X",
        card_number="A10010022",
        phone="13000000002",
        base=Decimal("0.00"),
        employments=(),
        deposit=Deposit(
            account="900100100022",
            employer="样例纺织厂",
            opened_on=date(1996, 7, 1),
            base=Decimal("1240.00"),
            rate=Decimal("0.08"),
            balance=Decimal("0.00"),
            consecutive_months=0,
            closed_on=date(1998, 9, 30),
        ),
    ),
    Resident(
        key="rare",
        name="𠮷㛃䶮𬀩",
        sex="女",
        id_number="100101196207180321",
        card_number="A10010033",
        phone="13000000003",
        base=Decimal("6125.50"),
        employments=(Employment("样例市公共交通集团有限公司", 96),),
        deposit=Deposit(
            account="900100100033",
            employer="样例市公共交通集团有限公司",
            opened_on=date(2018, 11, 5),
            base=Decimal("6125.50"),
            rate=Decimal("0.10"),
            balance=Decimal("74310.08"),
            consecutive_months=96,
        ),
    ),
    Resident(
        key="long",
        name="阿卜杜热合曼·买买提明·阿卜拉",
        sex="男",
        id_number="100101197506010458",
        card_number="A10010044",
        phone="13000000004",
        base=Decimal("11320.00"),
        employments=(
            Employment("样例国际货物运输代理股份有限公司保税港区第二分公司", 9),
            Employment("样例省跨境电子商务综合服务与供应链管理有限责任公司", 63, until_ago=9),
        ),
        deposit=Deposit(
            account="900100100044",
            employer="样例国际货物运输代理股份有限公司保税港区第二分公司",
            opened_on=date(2020, 11, 12),
            base=Decimal("11320.00"),
            rate=Decimal("0.12"),
            balance=Decimal("98765.43"),
            consecutive_months=72,
        ),
    ),
    Resident(
        key="three",
        name="赵国芳",
        sex="女",
        id_number="100101198802290161",
        card_number="A10010055",
        phone="13000000005",
        base=Decimal("9480.00"),
        employments=(Employment("样例软件技术有限公司", 41),),
        deposit=Deposit(
            account="900100100055",
            employer="样例软件技术有限公司",
            opened_on=date(2012, 8, 20),
            base=Decimal("9480.00"),
            rate=Decimal("0.12"),
            balance=Decimal("126004.90"),
            consecutive_months=41,
        ),
    ),
    Resident(
        key="nophone",
        name="孙桂兰",
        sex="女",
        id_number="100101195108150288",
        card_number="A10010066",
        phone=None,
        base=Decimal("0.00"),
        employments=(),
        deposit=Deposit(
            account="900100100066",
            employer="样例百货公司",
            opened_on=date(1997, 3, 3),
            base=Decimal("1560.00"),
            rate=Decimal("0.08"),
            balance=Decimal("0.00"),
            consecutive_months=0,
            closed_on=date(2001, 8, 31),
        ),
    ),
    Resident(
        key="noaccount",
        name="郑海波",
        sex="男",
        id_number="100101196901100379",
        card_number="A10010077",
        phone="13000000007",
        base=Decimal("4879.00"),
        employments=(Employment("样例餐饮管理有限公司", 17),),
        deposit=None,
    ),
)
"""Each key is a sample card's, so far as there is a card; ``noaccount`` has no deposit account."""
