"""The sandbox's invented residents, with the facts that its departments know about them.

Used by the sandbox and the sample cards. Area code 100101 is not assigned (GB/T 2260), so no number
here can belong to a real person. `certificates` computes the contents of documents from them. Money
is ``Decimal`` yuan; "ago" counts months before the last month that has ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Employment:
    """A period of work for one employer, ``months`` long.

    It ended ``until_ago`` months before the last month, or in the month of ``ended`` (any day of
    it) for a working life that is over.
    """

    employer: str
    number: str
    """单位编号"""
    months: int
    until_ago: int = 0
    ended: date | None = None
    pension_only: bool = False
    """In the 1990s: the city's other insurances were introduced later."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A withdrawal from a housing deposit account."""

    ago: int
    kind: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Deposit:
    """A housing deposit account with payments in the last ``months`` months of work.

    ``rate`` is the employer's rate; the person pays the same again. ``closed``: the balance was
    paid out with the last month of work.
    """

    account: str
    rate: Decimal
    months: int
    withdrawals: tuple[Withdrawal, ...] = ()
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Loan:
    """A loan of the housing fund; ``settled_ago`` is ``None`` until it is paid back."""

    contract_number: str
    amount: Decimal
    bank: str
    lent_ago: int
    periods: int
    """In months."""
    rate: Decimal
    """As a fraction per year."""
    security: str
    property_address: str
    settled_ago: int | None = None


@dataclass(frozen=True, slots=True)
class Pension:
    """A pension; ``amount`` is this year's amount per month."""

    kind: str
    since: date
    """Any day of the first month."""
    amount: Decimal


@dataclass(frozen=True, slots=True, repr=False)
class Resident:
    """One invented person. ``phone`` is the full invented number; it is shown masked only.

    ``base`` is the contribution base of the last month of work.
    """

    key: str
    name: str
    sex: str
    id_number: str
    card_number: str
    phone: str | None
    base: Decimal
    employments: tuple[Employment, ...]
    deposit: Deposit | None = None
    loan: Loan | None = None
    pension: Pension | None = None

    @property
    def masked_phone(self) -> str | None:
        """``130****0001``."""
        return f"{self.phone[:3]}****{self.phone[-4:]}" if self.phone else None

    @property
    def masked_name(self) -> str:
        """The first character and asterisks, for strangers who have the document's code."""
        return self.name[0] + "*" * min(len(self.name) - 1, 3)

    @property
    def personal_number(self) -> str:
        """个人编号: the person's number at the social insurance."""
        return f"100101{self.card_number[1:]}"

    @property
    def birth(self) -> date:
        """The date of birth in the ID number (GB 11643)."""
        digits = self.id_number
        return date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))


RESIDENTS: tuple[Resident, ...] = (
    # He was insured late. At retirement age he lacked the fifteen years of contributions that a
    # pension needs, so he works and pays on (延长缴费: 社会保险法, article 16).
    Resident(
        key="wang",
        name="王建明",
        sex="男",
        id_number="100101195803120216",
        card_number="A10010011",
        phone="13000000001",
        base=Decimal("8600.00"),
        employments=(Employment("样例制造有限公司", "90010001", 150),),
        deposit=Deposit(
            account="900100100011",
            rate=Decimal("0.12"),
            months=150,
            withdrawals=(
                Withdrawal(100, "偿还贷款提取", Decimal("36000.00")),
                Withdrawal(76, "偿还贷款提取", Decimal("36000.00")),
                Withdrawal(40, "还清贷款提取", Decimal("52480.36")),
            ),
        ),
        loan=Loan(
            contract_number="样公积金贷字第016-0042号",
            amount=Decimal("260000.00"),
            bank="样例银行股份有限公司样例市分行",
            lent_ago=130,
            periods=96,
            rate=Decimal("0.0325"),
            security="房产抵押",
            property_address="样例市东城区清风路18号3幢2单元501室",
            settled_ago=40,
        ),
    ),
    Resident(
        key="li",
        name="李秀英",
        sex="女",
        id_number="10010119430905014X",
        card_number="A10010022",
        phone="13000000002",
        base=Decimal("1240.00"),
        employments=(
            Employment("样例纺织厂", "90010002", 72, ended=date(1998, 9, 30), pension_only=True),
        ),
        deposit=Deposit("900100100022", Decimal("0.08"), months=27, closed=True),
        pension=Pension("企业职工基本养老金（退休）", date(1998, 10, 1), Decimal("4126.80")),
    ),
    # With fourteen years of contributions at retirement age she pays on, like 王建明.
    Resident(
        key="rare",
        name="𠮷㛃䶮𬀩",
        sex="女",
        id_number="100101196207180321",
        card_number="A10010033",
        phone="13000000003",
        base=Decimal("6125.50"),
        employments=(Employment("样例市公共交通集团有限公司", "90010003", 168),),
        deposit=Deposit("900100100033", Decimal("0.10"), months=96),
    ),
    # The longest list: eighteen and a half years without a gap, with three employers.
    Resident(
        key="long",
        name="阿卜杜热合曼·买买提明·阿卜拉",
        sex="男",
        id_number="100101197506010458",
        card_number="A10010044",
        phone="13000000004",
        base=Decimal("11320.00"),
        employments=(
            Employment("样例国际货物运输代理股份有限公司保税港区第二分公司", "90010041", 9),
            Employment(
                "样例省跨境电子商务综合服务与供应链管理有限责任公司", "90010042", 63, until_ago=9
            ),
            Employment("样例市东城货运代理有限公司", "90010043", 150, until_ago=72),
        ),
        deposit=Deposit(
            account="900100100044",
            rate=Decimal("0.12"),
            months=222,
            withdrawals=(Withdrawal(61, "购房提取", Decimal("160000.00")),),
        ),
        loan=Loan(
            contract_number="样公积金贷字第021-0317号",
            amount=Decimal("480000.00"),
            bank="样例农村商业银行股份有限公司",
            lent_ago=60,
            periods=240,
            rate=Decimal("0.0325"),
            security="房产抵押加阶段性保证",
            property_address="样例市滨江区朝阳大道206号9幢1单元1203室",
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
        employments=(
            Employment("样例软件技术有限公司", "90010051", 41),
            Employment("样例信息服务有限公司", "90010052", 121, until_ago=47),
        ),
        deposit=Deposit(
            account="900100100055",
            rate=Decimal("0.12"),
            months=162,
            withdrawals=(
                Withdrawal(20, "租房提取", Decimal("18000.00")),
                Withdrawal(8, "租房提取", Decimal("18000.00")),
            ),
        ),
    ),
    Resident(
        key="nophone",
        name="孙桂兰",
        sex="女",
        id_number="100101195108150288",
        card_number="A10010066",
        phone=None,
        base=Decimal("1560.00"),
        employments=(
            Employment("样例百货公司", "90010006", 92, ended=date(2001, 8, 31), pension_only=True),
        ),
        deposit=Deposit("900100100066", Decimal("0.08"), months=54, closed=True),
        pension=Pension("企业职工基本养老金（退休）", date(2001, 9, 1), Decimal("3874.15")),
    ),
    Resident(
        key="noaccount",
        name="郑海波",
        sex="男",
        id_number="100101196901100379",
        card_number="A10010077",
        phone="13000000007",
        base=Decimal("4879.00"),
        employments=(Employment("样例餐饮管理有限公司", "90010007", 17),),
    ),
)
"""Each key is also the prefix of sample card names; ``noaccount`` has no deposit account."""
