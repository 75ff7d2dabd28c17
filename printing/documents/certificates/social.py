"""Typeset further documents of social insurance: 参保缴费证明, 权益记录单, 养老待遇领取证明."""

from __future__ import annotations

from devices.health import Fault

from ...typesetting.layout import Layout, Setting
from ...typesetting.sheet import Align
from ...typesetting.table import Column, set_table
from ..amounts import MISSING, count, day, money, month, yuan
from .data import Insurance, Issue
from .data_social import (
    ContributionCertificate,
    ContributionSpan,
    EntitlementRecord,
    PensionCertificate,
)

CONTRIBUTION_TITLE = "社会保险个人参保缴费证明"
ENTITLEMENT_TITLE = "社会保险个人权益记录单"
PENSION_TITLE = "养老待遇领取证明"

_SPANS = (
    Column("险种", 22),
    Column("单位编号", 28),
    Column("单位名称", 62, Align.LEFT),
    Column("开始年月", 19),
    Column("终止年月", 19),
    Column("累计月数", 20, Align.RIGHT),
)
_ENTITLEMENT = (
    Column("月份", 30),
    Column("缴费基数", 46, Align.RIGHT),
    Column("单位划入", 46, Align.RIGHT),
    Column("个人缴纳", 48, Align.RIGHT),
)
_PAYMENTS = (
    Column("发放月份", 50),
    Column("发放金额", 60, Align.RIGHT),
    Column("发放日期", 60),
)
_LAST_PAYMENTS = 12
"""Number of payments that the list normally has. If the source sends more, all are printed."""


def notes_of(issue: Issue, source: str, *further: str) -> list[str]:
    """Return the notes of a certificate; ``source``: the system that its data comes from."""
    notes = [f"本证明根据{source}的记录生成。"]
    if issue.valid_until is not None:
        notes.append(f"本证明有效期至{day(issue.valid_until)}。")
    return [*notes, "凭此校验码可网上确认真伪。", *further]


def _span(span: ContributionSpan) -> list[str]:
    return [
        span.insurance,
        span.employer_number or MISSING,
        span.employer or MISSING,
        month(span.begins) or MISSING,
        "至今" if span.ongoing else month(span.ends) or MISSING,
        MISSING if span.months is None else str(span.months),
    ]


def set_contribution(document: ContributionCertificate, setting: Setting) -> bytes | Fault:
    """Typeset 社会保险个人参保缴费证明 as PDF."""
    issue = document.issue
    layout = Layout(setting)
    layout.issued_title(CONTRIBUTION_TITLE, issue)
    layout.facts(
        [
            [("姓　　名", document.name), ("个人编号", document.personal_number)],
            [("证件号码", document.id_number)],
        ]
    )
    totals = {total.insurance: total.months for total in document.totals}
    set_table(
        layout,
        [Column(insurance, 1) for insurance in Insurance],
        [[count(totals.get(insurance), "个月") or MISSING for insurance in Insurance]],
        heading="累计缴费月数",
    )
    notes = notes_of(
        issue,
        "社会保险经办系统",
        "累计缴费月数以经办系统的统计为准；各段时间可能重叠，不能相加。",
    )
    set_table(
        layout,
        _SPANS,
        [_span(span) for span in document.spans],
        heading="参保缴费经历",
        empty="无参保缴费记录",
        reserve=layout.closing_height(notes, issue),
    )
    layout.closing(notes, issue)
    return layout.finish_issued(CONTRIBUTION_TITLE, document)


def set_entitlement(document: EntitlementRecord, setting: Setting) -> bytes | Fault:
    """Typeset 社会保险个人权益记录单 as PDF."""
    issue = document.issue
    layout = Layout(setting)
    layout.issued_title(ENTITLEMENT_TITLE, issue)
    layout.facts(
        [
            [("姓　　名", document.name), ("性　　别", document.sex)],
            [("个人编号", document.personal_number), ("证件号码", document.id_number)],
            [("单位名称", document.employer)],
            [
                ("参加工作时间", month(document.working_since)),
                ("缴费截止年月", month(document.paid_to)),
            ],
            [
                ("实际缴费月数", count(document.months_paid, "个月")),
                ("欠缴月数", count(document.months_in_arrears, "个月")),
            ],
            [
                ("本年储存额本息", yuan(document.saved_this_year)),
                ("累计储存额本息", yuan(document.saved_in_all)),
            ],
        ]
    )
    notes = notes_of(issue, "社会保险经办系统", "金额单位为元。")
    rows = [
        [str(row.month), money(row.base), money(row.from_employer), money(row.from_person)]
        for row in document.months
    ]
    set_table(
        layout,
        _ENTITLEMENT,
        rows,
        heading=f"{document.year} 年度养老保险个人账户",
        empty=f"{document.year} 年度无缴费记录",
        reserve=layout.closing_height(notes, issue),
    )
    layout.closing(notes, issue)
    return layout.finish_issued(ENTITLEMENT_TITLE, document)


def set_pension(document: PensionCertificate, setting: Setting) -> bytes | Fault:
    """Typeset 养老待遇领取证明 as PDF."""
    issue = document.issue
    layout = Layout(setting)
    layout.issued_title(PENSION_TITLE, issue)
    layout.facts(
        [
            [("姓　　名", document.name), ("证件号码", document.id_number)],
            [("待遇类别", document.kind), ("发放状态", document.state)],
            [("起始年月", month(document.since)), ("月待遇金额", yuan(document.monthly_amount))],
        ]
    )
    notes = notes_of(issue, "社会保险经办系统", "金额单位为元。")
    rows = [
        [str(payment.month), money(payment.amount), day(payment.paid_on) or MISSING]
        for payment in document.payments
    ]
    set_table(
        layout,
        _PAYMENTS,
        rows,
        heading=f"近 {max(_LAST_PAYMENTS, len(rows))} 次发放情况",
        empty="无发放记录",
        reserve=layout.closing_height(notes, issue),
    )
    layout.closing(notes, issue)
    return layout.finish_issued(PENSION_TITLE, document)
