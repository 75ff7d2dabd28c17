"""The sandbox's catalogue: eight certificates as data, and the catalogue's signature.

Used by the sandbox only. A new item of a known kind is one more entry here and no code.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devices.identity import Assurance
from printing.media import Edition

from ..platform.wire import (
    Catalogue,
    CatalogueEnvelope,
    Guide,
    Item,
    ItemKind,
    NeededDevice,
    Text,
    canonical,
)

INSURANCE = "100101-SI-0101"
CONTRIBUTION = "100101-SI-0102"
ENTITLEMENT = "100101-SI-0103"
PENSION = "100101-SI-0104"
DEPOSIT = "100101-HF-0201"
STATEMENT = "100101-HF-0202"
LOAN_USE = "100101-HF-0203"
SETTLEMENT = "100101-HF-0204"
QUOTA_PER_DAY = 200
"""Per person and day; generous, because a demonstration is repeated often."""
VERSION = 5
LIFE_S = 7 * 86_400
"""A terminal that was off for a week must fetch the catalogue before it offers anything."""
VALID_MONTHS = {INSURANCE: 3, CONTRIBUTION: 3, PENSION: 6, DEPOSIT: 3, LOAN_USE: 2}
"""How long the city accepts a certificate; lists and settlements have no limit."""
REHEARSED = (INSURANCE, DEPOSIT)
"""The items whose certificates the sandbox typesets and seals as a warm-up."""

_AT_ONCE = Text("当场打印", "at once")
_FREE = Text("免费", "free of charge")
_DEVICES = (NeededDevice.CARD_READER, NeededDevice.PRINTER)
_REGIONS = ("100101",)
_FEW_PAGES = (Edition.LARGE, Edition.STANDARD)
_MANY_PAGES = (Edition.STANDARD, Edition.LARGE)
"""Elder mode starts with the first edition. A year's list in large print would take a dozen
sheets."""


@dataclass(frozen=True, slots=True)
class _Department:
    """The properties shared by all certificates of one department."""

    category: Text
    name: Text
    phone: str
    materials: Text
    assurance: Assurance


_SOCIAL = _Department(
    category=Text("社保", "Social insurance"),
    name=Text("样例市社会保险经办中心", "Sample City Social Insurance Centre"),
    phone="12333",
    materials=Text("本人居民身份证或社会保障卡", "your own ID card or social security card"),
    # A card that could be copied needs a code; a card read through a security module does not.
    assurance=Assurance.CARD_SECURE,
)
_FUND = _Department(
    category=Text("公积金", "Housing fund"),
    name=Text("样例市住房公积金管理中心", "Sample City Housing Fund Centre"),
    phone="12329",
    materials=Text(
        "本人居民身份证或社会保障卡，以及在公积金中心登记的手机",
        "your own card, and the phone registered with the fund",
    ),
    # Each certificate shows a balance or a loan, so the card alone is not enough.
    assurance=Assurance.SECOND_FACTOR,
)


def _certificate(
    department: _Department,
    code: str,
    document_type: str,
    icon: str,
    *,
    title: Text,
    subtitle: Text,
    elder_title: Text,
    elder_subtitle: Text,
    who: Text,
    assurance: Assurance | None = None,
    materials: Text | None = None,
    editions: tuple[Edition, ...] = _FEW_PAGES,
) -> Item:
    """Create an item; ``assurance`` and ``materials`` default to those of its department."""
    return Item(
        code=code,
        kind=ItemKind.CERTIFICATE,
        title=title,
        subtitle=subtitle,
        elder_title=elder_title,
        elder_subtitle=elder_subtitle,
        icon=icon,
        category=department.category,
        guide=Guide(
            who=who,
            materials=materials or department.materials,
            time_limit=_AT_ONCE,
            fee=_FREE,
            department=department.name,
            phone=department.phone,
        ),
        assurance_needed=department.assurance if assurance is None else assurance,
        quota_per_day=QUOTA_PER_DAY,
        document_type=document_type,
        devices=_DEVICES,
        regions=_REGIONS,
        editions=editions,
        copy=True,
    )


ITEMS: tuple[Item, ...] = (
    _certificate(
        _SOCIAL,
        INSURANCE,
        "insurance_certificate",
        "shield",
        title=Text("社会保险个人参保证明", "Social insurance certificate"),
        subtitle=Text("近 24 个月缴费情况", "contributions of the last 24 months"),
        elder_title=Text("打印社保证明", "Print my social insurance paper"),
        elder_subtitle=Text("证明您在交社保", "shows that you pay social insurance"),
        who=Text("在样例市参加社会保险的人员", "people insured in Sample City"),
    ),
    _certificate(
        _SOCIAL,
        CONTRIBUTION,
        "contribution_certificate",
        "coins",
        title=Text("社会保险个人参保缴费证明", "Contribution certificate"),
        subtitle=Text("历年参保单位与累计月数", "every employer and all months so far"),
        elder_title=Text("打印社保交了多久", "Print how long I have paid in"),
        elder_subtitle=Text("在哪些单位交过，一共多少个月", "where you paid in, and for how long"),
        who=Text("在样例市参加过社会保险的人员", "people who are or were insured in Sample City"),
    ),
    _certificate(
        _SOCIAL,
        ENTITLEMENT,
        "entitlement_record",
        "list",
        title=Text("社会保险个人权益记录单", "Pension account record"),
        subtitle=Text("上年度个人账户缴费与储存额", "last year's contributions and savings"),
        elder_title=Text("打印社保对账单", "Print my pension account"),
        elder_subtitle=Text("养老账户里存了多少钱", "how much your account has saved"),
        who=Text(
            "上年度在样例市缴纳养老保险的人员", "people who paid into a pension here last year"
        ),
        assurance=Assurance.SECOND_FACTOR,
        materials=Text(
            "本人居民身份证或社会保障卡，以及在社保中心登记的手机",
            "your own card, and the phone registered with the insurance centre",
        ),
        editions=_MANY_PAGES,
    ),
    _certificate(
        _SOCIAL,
        PENSION,
        "pension_certificate",
        "wallet",
        title=Text("养老待遇领取证明", "Pension certificate"),
        subtitle=Text("待遇类别、月金额与近 12 次发放", "kind, amount and the last 12 payments"),
        elder_title=Text("打印退休金证明", "Print my pension paper"),
        elder_subtitle=Text("证明您每月领多少退休金", "shows the pension that you draw"),
        who=Text("在样例市领取养老金的人员", "people who draw a pension in Sample City"),
    ),
    _certificate(
        _FUND,
        DEPOSIT,
        "deposit_certificate",
        "house",
        title=Text("住房公积金缴存证明", "Housing deposit certificate"),
        subtitle=Text("账户状态与缴存余额", "state and balance of the account"),
        elder_title=Text("打印公积金证明", "Print my housing fund paper"),
        elder_subtitle=Text("证明您的公积金账户", "shows your housing fund account"),
        who=Text("在样例市缴存住房公积金的职工", "employees with an account in Sample City"),
    ),
    _certificate(
        _FUND,
        STATEMENT,
        "deposit_statement",
        "list",
        title=Text("住房公积金明细", "Housing deposit statement"),
        subtitle=Text("开户以来每笔缴存与提取", "every movement since the account was opened"),
        elder_title=Text("打印公积金流水", "Print all my deposits"),
        elder_subtitle=Text("每一笔存进和取出", "each sum paid in and taken out"),
        who=Text("在样例市有公积金账户的职工", "employees with an account in Sample City"),
        editions=_MANY_PAGES,
    ),
    _certificate(
        _FUND,
        LOAN_USE,
        "loan_use_certificate",
        "map-pin",
        title=Text("异地贷款职工住房公积金缴存使用证明", "Certificate for a loan in another city"),
        subtitle=Text("到外地办理公积金贷款时使用", "for a housing fund loan elsewhere"),
        elder_title=Text("打印异地贷款证明", "Print my paper for a loan elsewhere"),
        elder_subtitle=Text("到外地贷款买房时用", "to borrow for a home in another city"),
        who=Text(
            "正常缴存、没有未还清公积金贷款的职工",
            "employees who pay in and owe the fund nothing",
        ),
    ),
    _certificate(
        _FUND,
        SETTLEMENT,
        "loan_settlement",
        "key",
        title=Text("住房公积金贷款结清证明", "Loan settlement certificate"),
        subtitle=Text("贷款本息已全部结清", "the loan and its interest are paid back"),
        elder_title=Text("打印贷款还清证明", "Print that my loan is paid back"),
        elder_subtitle=Text("证明公积金贷款还完了", "shows that you owe nothing more"),
        who=Text("公积金贷款已经还清的职工", "employees who have paid their loan back"),
    ),
)


def item_of(code: str) -> Item | None:
    """Return the item with this code; ``None`` if there is none."""
    return next((item for item in ITEMS if item.code == code), None)


def offered(code: str) -> Item:
    """Return the item with a code that this catalogue defines."""
    return next(item for item in ITEMS if item.code == code)


def prefix(item: Item) -> str:
    """Return the prefix of this item's document numbers: its department."""
    return item.code.split("-")[1]


def sign_catalogue(
    key: Ed25519PrivateKey, *, now: int, version: int = VERSION, life_s: int = LIFE_S
) -> CatalogueEnvelope:
    """Return the signed catalogue as of ``now`` (Unix seconds)."""
    payload = canonical(Catalogue(version, min(now, now + life_s), now + life_s, ITEMS))
    return CatalogueEnvelope(payload, key.sign(payload))
