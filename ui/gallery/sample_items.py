"""The catalogue of the scenes: eight certificates in two groups, as a city's platform offers them.

Used by the gallery and by tests of the pages. A running terminal gets its catalogue from the
platform.
"""

from __future__ import annotations

from dataclasses import replace

from devices.identity import Assurance
from terminal.platform.items import ItemKind
from terminal.session.model import Edition, Item, Language

_ZH, _EN = Language.ZH, Language.EN
_INSURANCE = {_ZH: "社会保险", _EN: "Social insurance"}
_FUND = {_ZH: "住房公积金", _EN: "Housing fund"}


_LIST = (Edition.STANDARD, Edition.LARGE)


def _item(
    code: str, icon: str, category: dict[Language, str], title: tuple[str, str],
    second: tuple[str, str], elder: tuple[str, str], elder_second: tuple[str, str],
    assurance: Assurance = Assurance.CARD_SECURE, *, many_pages: bool = False,
) -> Item:  # fmt: skip
    def both(texts: tuple[str, str]) -> dict[Language, str]:
        return dict(zip((_ZH, _EN), texts, strict=True))

    return Item(
        id=code, kind=ItemKind.CERTIFICATE, title=both(title), subtitle=both(second),
        elder_title=both(elder), elder_subtitle=both(elder_second), icon=icon,
        document_type=code, assurance_needed=assurance, category=category,
        editions=_LIST if many_pages else _LIST[::-1], copy=True,
    )  # fmt: skip


INSURANCE = _item(
    "insurance_certificate", "shield", _INSURANCE,
    ("社会保险个人参保证明", "Social insurance certificate"),
    ("近 24 个月的参保和缴费", "The last 24 months of your insurance"),
    ("打印社保参保证明", "My insurance certificate"),
    ("证明您参加了社保", "Shows that you are insured"),
    Assurance.SECOND_FACTOR,
)  # fmt: skip
DEPOSIT = _item(
    "deposit_certificate", "house", _FUND,
    ("住房公积金缴存证明", "Housing fund certificate"),
    ("账户、缴存基数和余额", "Account, monthly amount and balance"),
    ("打印公积金证明", "My fund certificate"), ("证明您交了公积金", "Shows that you pay in"),
)  # fmt: skip
EIGHT = (
    INSURANCE,
    _item(
        "contribution_certificate", "coins", _INSURANCE,
        ("个人参保缴费证明", "Contribution certificate"),
        ("每个月交了多少", "What was paid each month"),
        ("打印社保缴费记录", "My payment record"),
        ("每个月交了多少", "What was paid each month"),
    ),
    _item(
        "entitlement_record", "list", _INSURANCE,
        ("个人权益记录单", "Statement of entitlements"),
        ("一年里的缴费和账户", "One year of payments and account"),
        ("打印社保对账单", "My account statement"), ("一年里的社保账", "One year of it"),
        many_pages=True,
    ),
    _item(
        "pension_certificate", "wallet", _INSURANCE,
        ("养老待遇领取证明", "Pension certificate"),
        ("每个月领多少养老金", "Your monthly pension"),
        ("打印养老金证明", "My pension certificate"), ("证明您领养老金", "Shows your pension"),
    ),
    DEPOSIT,
    _item(
        "deposit_statement", "list", _FUND,
        ("住房公积金个人明细", "Housing fund statement"),
        ("每一笔存入和提取", "Each payment in and out"),
        ("打印公积金明细", "My fund transactions"), ("每一笔存取", "Each payment"),
        many_pages=True,
    ),
    _item(
        "remote_loan_certificate", "map-pin", _FUND,
        ("异地贷款缴存使用证明", "Certificate for a loan elsewhere"),
        ("到外地用公积金贷款", "To borrow from another city's fund"),
        ("打印异地贷款证明", "My out-of-town loan proof"),
        ("到外地贷款用", "For another city"),
    ),
    _item(
        "loan_settled_certificate", "key", _FUND,
        ("贷款结清证明", "Loan settlement certificate"),
        ("公积金贷款已经还清", "That your fund loan is paid off"),
        ("打印贷款还清证明", "My loan payoff proof"), ("证明贷款还清了", "Shows it is paid off"),
    ),
)  # fmt: skip
"""The eight certificates, four in each group."""


def many() -> tuple[Item, ...]:
    """Return more services than two sub-pages can show, without groups."""
    return tuple(
        replace(item, id=f"{item.id}_{n}", category={})
        for n in range(1, 6)
        for item in (INSURANCE, DEPOSIT)
    )
