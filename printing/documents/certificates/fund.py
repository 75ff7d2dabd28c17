"""Typeset further documents of the housing fund: 明细, 异地贷款缴存使用证明, 贷款结清证明."""

from __future__ import annotations

from devices.health import Fault

from ...typesetting.layout import Fact, Layout, Setting
from ...typesetting.marks import tear_line
from ...typesetting.sheet import Align
from ...typesetting.table import Column, set_table
from ...typesetting.tags import Role
from ...typesetting.tick_boxes import boxes, state_boxes, stated_boxes
from ..amounts import MISSING, capitals, count, day, money, month, percent, yuan
from .data_fund import DepositEntry, DepositStatement, LoanHistory, LoanSettlement
from .data_fund import LoanUseCertificate as LoanUse
from .social import notes_of

STATEMENT_TITLE = "住房公积金明细"
LOAN_USE_TITLE = "异地贷款职工住房公积金缴存使用证明"
SETTLEMENT_TITLE = "住房公积金贷款结清证明"
_SOURCE = "住房公积金管理系统"

_ENTRIES = (
    Column("业务类型", 24),
    Column("单位名称", 56, Align.LEFT),
    Column("发生额", 24, Align.RIGHT),
    Column("余额", 25, Align.RIGHT),
    Column("汇缴年月", 18),
    Column("记账日期", 23),
)


def _entry(entry: DepositEntry) -> list[str]:
    return [
        entry.kind,
        entry.employer or "—",
        money(entry.amount),
        money(entry.balance),
        month(entry.month) or "—",
        MISSING if entry.booked_on is None else entry.booked_on.isoformat(),
    ]


def set_statement(document: DepositStatement, setting: Setting) -> bytes | Fault:
    """Typeset 住房公积金明细 as PDF."""
    issue = document.issue
    layout = Layout(setting)
    layout.issued_title(STATEMENT_TITLE, issue)
    layout.facts(
        [
            [("姓　　名", document.name), ("证件号码", document.id_number)],
            [("个人账号", document.account), ("账户状态", document.state)],
            [("单位名称", document.employer)],
            [("账户余额", yuan(document.balance))],
        ]
    )
    notes = notes_of(issue, _SOURCE, "金额单位为元，提取等支出以负数表示。")
    first = document.first_year
    years = (
        f"{document.year} 年" if first in (None, document.year) else f"{first}—{document.year} 年"
    )
    set_table(
        layout,
        _ENTRIES,
        [_entry(entry) for entry in document.entries],
        heading=f"{years}账户明细（共 {len(document.entries)} 笔）",
        empty=f"{years}无账户明细",
        reserve=layout.closing_height(notes, issue),
    )
    layout.closing(notes, issue)
    return layout.finish_issued(STATEMENT_TITLE, document)


def _consecutive(document: LoanUse) -> str | None:
    begins, ends = month(document.consecutive_from), month(document.consecutive_to)
    if begins is None and ends is None:
        return None
    return f"{begins or MISSING} 至 {ends or MISSING}"


def set_loan_use(document: LoanUse, setting: Setting) -> bytes | Fault:
    """Typeset 异地贷款职工住房公积金缴存使用证明 as PDF, with its tear-off slip."""
    issue = document.issue
    layout = Layout(setting)
    layout.issued_title(LOAN_USE_TITLE, issue)
    layout.paragraph(f"{document.addressee}：", indent=False)
    layout.paragraph("现将我中心缴存职工的住房公积金缴存及使用情况证明如下。")
    layout.y += 3 * layout.style.scale
    notes = notes_of(issue, _SOURCE)
    layout.facts(
        [
            [("姓　　名", document.name), ("身份证号码", document.id_number)],
            [("单位名称", document.employer)],
            [("个人账号", document.account), ("开户时间", day(document.opened_on))],
            [("账户状态", state_boxes(document.state))],
            [("缴存基数", yuan(document.base)), ("月缴存额", yuan(document.monthly_amount))],
            [
                ("单位缴存比例", percent(document.employer_rate)),
                ("个人缴存比例", percent(document.personal_rate)),
            ],
            [("账户余额", yuan(document.balance))],
            [("最近连续缴存", _consecutive(document))],
            [("贷款记录", stated_boxes(list(LoanHistory), document.loans))],
            [("经 办 人", document.clerk), ("联系电话", document.phone)],
        ],
        reserve=layout.closing_height(notes, issue),
    )
    layout.closing(notes, issue)
    _tear_off(layout, document)
    return layout.finish_issued(LOAN_USE_TITLE, document)


def _tear_off(layout: Layout, document: LoanUse) -> None:
    """Set 回执, the slip that the lending centre tears off and sends back, on a single page."""
    style, scale = layout.style, layout.style.scale
    to_whom = f"{document.issue.authority or '住房公积金管理中心'}："
    received = (
        f"贵中心出具的编号为 {document.issue.document_number} 的缴存使用证明收悉。"
        "贷款办理情况如下。"
    )
    rows: list[list[Fact]] = [
        [("姓　　名", document.name), ("身份证号码", document.id_number)],
        [("办理结果", boxes(["已放款", "未放款"], None)), ("贷款金额", "　　　　　　　元")],
        [("放款日期", "　　　年　　月　　日"), ("贷款年限", "　　　　　　　年")],
        [("经 办 人", ""), ("中心盖章", "")],
    ]
    words = layout.paragraph_height(to_whom, indent=False) + layout.paragraph_height(received)
    layout.need(18 * scale + words + layout.facts_height(rows))
    layout.y += 5 * scale
    with layout.structure.within(Role.PARAGRAPH):
        tear_line(layout.sheet, style.left, layout.y, style.width, "沿此线撕下回执", style.note)
    layout.y += 9 * scale
    with layout.structure.within(Role.HEADING):
        layout.sheet.text(
            layout.centre, layout.y, "回　执", style.body * 1.2, Align.CENTRE, bold=True
        )
    layout.y += 1 * scale
    layout.paragraph(to_whom, indent=False)
    layout.paragraph(received)
    layout.y += 3 * scale
    layout.facts(rows)


def set_settlement(document: LoanSettlement, setting: Setting) -> bytes | Fault:
    """Typeset 住房公积金贷款结清证明 as PDF."""
    issue = document.issue
    layout = Layout(setting)
    layout.issued_title(SETTLEMENT_TITLE, issue)
    notes = notes_of(issue, _SOURCE)
    settled = f"上述住房公积金贷款的本金及利息已于{day(document.settled_on)}全部结清，特此证明。"
    gap = 2 * layout.style.scale
    layout.facts(
        [
            [("借 款 人", document.name), ("身份证号码", document.id_number)],
            [("合同编号", document.contract_number), ("委托银行", document.bank)],
            [("贷款金额", yuan(document.amount))],
            [("金额大写", capitals(document.amount))],
            [("放款日期", day(document.lent_on)), ("到期日期", day(document.due_on))],
            [("贷款期数", count(document.periods, "期")), ("年利率", percent(document.rate))],
            [("结清日期", day(document.settled_on)), ("担保方式", document.security)],
            [("抵押物地址", document.property_address)],
        ],
        reserve=gap + layout.paragraph_height(settled) + layout.closing_height(notes, issue),
    )
    layout.y += gap
    layout.paragraph(settled)
    layout.closing(notes, issue)
    return layout.finish_issued(SETTLEMENT_TITLE, document)
