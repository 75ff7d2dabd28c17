"""Further documents about the same fictional residents as in `samples`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from printing.documents import (
    AccountState,
    ApplicationForm,
    Document,
    FormField,
    Insurance,
    Month,
    Receipt,
    Report,
    ReportColumn,
    ReportSection,
)
from printing.documents.certificates.contribution import (
    ContributionCertificate,
    ContributionSpan,
    InsuranceTotal,
)
from printing.documents.certificates.deposit_statement import DepositEntry, DepositStatement
from printing.documents.certificates.entitlement import EntitlementMonth, EntitlementRecord
from printing.documents.certificates.loan_settlement import LoanSettlement
from printing.documents.certificates.loan_use import LoanHistory, LoanUseCertificate
from printing.documents.certificates.pension import PensionCertificate, PensionPayment

from . import samples
from .samples import ID_NUMBER, ISSUE, NAME

FUND_ISSUE = replace(
    ISSUE, document_number="GJJ202611210000046", authority="示范市住房公积金管理中心"
)
WHEN = datetime(2026, 11, 21, 8, 30, 5, tzinfo=UTC)
STATION = ISSUE.station


def contribution(count: int = 6) -> ContributionCertificate:
    """``count`` spans, the last of them ongoing."""
    spans = []
    for number in range(count):
        year = 2026 - 2 * (count - number)
        last = number == count - 1
        spans.append(
            ContributionSpan(
                list(Insurance)[number % 5],
                f"10010{number:04d}",
                "示范市清泉科技有限公司" if number % 2 else "示范市第一纺织厂",
                Month(max(year, 1), 3),
                None if last else Month(max(year, 1) + 1, 12),
                22 + number,
                ongoing=last,
            )
        )
    totals = [
        InsuranceTotal(Insurance.PENSION, 281),
        InsuranceTotal(Insurance.MEDICAL, 240),
        InsuranceTotal(Insurance.UNEMPLOYMENT, 120),
        InsuranceTotal(Insurance.INJURY, None),
    ]
    return ContributionCertificate(ISSUE, "A10010011", NAME, ID_NUMBER, spans, totals)


def entitlement(count: int = 10) -> EntitlementRecord:
    """The record of a year with ``count`` months."""
    months = []
    for number in range(count):
        base = Decimal(5869) + number
        months.append(
            EntitlementMonth(
                Month(2026 + number // 12, number % 12 + 1),
                base,
                base * Decimal("0.16"),
                base * Decimal("0.08"),
            )
        )
    return EntitlementRecord(
        ISSUE,
        2026,
        "示范市清泉科技有限公司",
        "A10010011",
        NAME,
        "男",
        ID_NUMBER,
        Month(1998, 7),
        Month(2026, 10),
        0,
        281,
        months,
        Decimal("5871.20"),
        Decimal("138664.05"),
    )


def pension(count: int = 12) -> PensionCertificate:
    """A pension with ``count`` payments."""
    payments = [
        PensionPayment(
            Month(2025 + (n + 10) // 12, (n + 10) % 12 + 1),
            Decimal("4361.72") + n,
            date(2025 + (n + 10) // 12, (n + 10) % 12 + 1, 15),
        )
        for n in range(count)
    ]
    return PensionCertificate(
        ISSUE,
        "李秀英",
        "10010119430905014X",
        "企业职工基本养老金",
        Month(1998, 10),
        Decimal("4372.72"),
        "正常发放",
        payments,
    )


def statement(count: int = 11) -> DepositStatement:
    """A year of the fund with ``count`` entries, one of them a withdrawal."""
    entries = []
    balance = Decimal("168341.87")
    for number in range(count):
        amount = Decimal("-20000.00") if number == 5 else Decimal("1643.50")
        balance += amount
        booked = date(2026, number % 12 + 1, 12)
        entries.append(
            DepositEntry(
                "提取" if amount < 0 else "汇缴",
                None if amount < 0 else "示范市清泉科技有限公司",
                amount,
                balance,
                None if amount < 0 else Month.of(booked),
                booked,
            )
        )
    return DepositStatement(
        FUND_ISSUE,
        2026,
        NAME,
        ID_NUMBER,
        "100100045678",
        "示范市清泉科技有限公司",
        AccountState.NORMAL,
        balance,
        entries,
    )


def loan_use(
    state: AccountState | None = AccountState.NORMAL,
    loans: LoanHistory | None = LoanHistory.NONE,
) -> LoanUseCertificate:
    """The certificate for another city's fund."""
    return LoanUseCertificate(
        FUND_ISSUE,
        "样例市住房公积金管理中心",
        NAME,
        ID_NUMBER,
        "示范市清泉科技有限公司",
        "100100045678",
        date(2008, 7, 1),
        state,
        Decimal("8650.00"),
        Decimal("0.12"),
        Decimal("0.07"),
        Decimal("1643.50"),
        Decimal("186420.37"),
        Month(2018, 8),
        Month(2026, 10),
        loans,
        "周敏",
        "010-00000000",
    )


def settlement() -> LoanSettlement:
    """The certificate of a repaid loan."""
    return LoanSettlement(
        FUND_ISSUE,
        "2006-示-00417",
        NAME,
        ID_NUMBER,
        Decimal("386409.02"),
        "样例银行示范市支行",
        date(2006, 11, 8),
        240,
        Decimal("0.0325"),
        date(2026, 11, 8),
        date(2026, 11, 6),
        "抵押加阶段性保证",
        "示范市清泉区样例路 18 号院 3 号楼 2 单元 501 室",
    )


def receipt() -> Receipt:
    """A receipt for a payment."""
    return Receipt(
        STATION,
        "城乡居民基本医疗保险缴费",
        "R202611210007",
        WHEN,
        [("缴费年度", "2027"), ("缴费人", NAME), ("缴费方式", "社会保障卡金融账户")],
        Decimal("400.00"),
        ["如需发票，请在 30 日内到医疗保障服务窗口领取。"],
    )


def form() -> ApplicationForm:
    """An application form for a withdrawal."""
    return ApplicationForm(
        STATION,
        "住房公积金提取申请表",
        WHEN,
        [
            (
                "申请人",
                [
                    FormField("姓　　名", NAME),
                    FormField("证件号码", ID_NUMBER),
                    FormField("联系电话"),
                    FormField("个人账号", "100100045678"),
                    FormField("通讯地址", wide=True),
                ],
            ),
            (
                "提取",
                [
                    FormField(
                        "提取原因", "租房", ("购房", "还贷", "租房", "退休", "其他"), wide=True
                    ),
                    FormField("提取金额"),
                    FormField("收款账户"),
                ],
            ),
        ],
        "本人承诺所填内容和所交材料真实有效；如有虚假，愿承担相应的法律责任。",
    )


def report(count: int = 8) -> Report:
    """A station's report."""
    rows = [[f"服务事项 {n + 1}", str(120 - n), str(118 - n), str(n % 3)] for n in range(count)]
    return Report(
        STATION,
        "站点运行报告",
        WHEN,
        [
            ReportSection("设备", [("读卡器", "在线"), ("打印机", "在线"), ("纸张", None)]),
            ReportSection(
                "服务情况",
                [("统计日期", "2026-11-20")],
                [
                    ReportColumn("事项", 3),
                    ReportColumn("查询", 1, number=True),
                    ReportColumn("成功", 1, number=True),
                    ReportColumn("失败", 1, number=True),
                ],
                rows,
            ),
            ReportSection("最近故障", columns=[ReportColumn("时间", 1), ReportColumn("故障", 3)]),
        ],
    )


EVERY: dict[str, Document] = {
    "insurance_certificate": samples.insurance(),
    "contribution_certificate": contribution(),
    "entitlement_record": entitlement(),
    "pension_certificate": pension(),
    "deposit_certificate": samples.deposit(),
    "deposit_statement": statement(),
    "loan_use_certificate": loan_use(),
    "loan_settlement": settlement(),
    "receipt": receipt(),
    "application_form": form(),
    "report": report(),
    "test_page": samples.test_page(),
}
"""One document of each type, by its code."""
