"""异地贷款职工住房公积金缴存使用证明, with a tear-off slip for the lending centre."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from ...typesetting.amounts import MISSING, day, percent, yuan
from ...typesetting.issue import Issue
from ...typesetting.layout import Fact, Layout
from ...typesetting.marks import tear_line
from ...typesetting.sheet import Align
from ...typesetting.tags import Role
from ...typesetting.tick_boxes import boxes, stated_boxes
from .certificate import FUND, Certificate
from .data import AccountState, Month, month


class LoanHistory(StrEnum):
    """住房公积金贷款记录"""

    NONE = "无贷款记录"
    ONCE = "一次已还清"
    TWICE_OR_MORE = "两次以上已还清"


@dataclass(frozen=True, slots=True, repr=False)
class LoanUseCertificate(Certificate):
    """异地贷款职工住房公积金缴存使用证明, with a tear-off slip for the lending centre."""

    TYPE: ClassVar = "loan_use_certificate"
    TITLE: ClassVar = "异地贷款职工住房公积金缴存使用证明"
    SOURCE: ClassVar = FUND

    issue: Issue
    addressee: str
    """对方中心"""
    name: str
    id_number: str
    employer: str | None
    account: str | None
    opened_on: date | None
    state: AccountState | None
    base: Decimal | None
    employer_rate: Decimal | None
    personal_rate: Decimal | None
    monthly_amount: Decimal | None
    balance: Decimal | None
    consecutive_from: Month | None
    consecutive_to: Month | None
    loans: LoanHistory | None
    clerk: str | None
    """经办人"""
    phone: str | None

    def fill(self, layout: Layout) -> None:
        layout.paragraph(f"{self.addressee}：", indent=False)
        layout.paragraph("现将我中心缴存职工的住房公积金缴存及使用情况证明如下。")
        layout.y += 3 * layout.style.scale
        notes = self.notes()
        layout.facts(
            [
                [("姓　　名", self.name), ("身份证号码", self.id_number)],
                [("单位名称", self.employer)],
                [("个人账号", self.account), ("开户时间", day(self.opened_on))],
                [("账户状态", state_boxes(self.state))],
                [("缴存基数", yuan(self.base)), ("月缴存额", yuan(self.monthly_amount))],
                [
                    ("单位缴存比例", percent(self.employer_rate)),
                    ("个人缴存比例", percent(self.personal_rate)),
                ],
                [("账户余额", yuan(self.balance))],
                [("最近连续缴存", _consecutive(self))],
                [("贷款记录", stated_boxes(list(LoanHistory), self.loans))],
                [("经 办 人", self.clerk), ("联系电话", self.phone)],
            ],
            reserve=layout.closing_height(notes, self.issue),
        )
        layout.closing(notes, self.issue)
        _tear_off(layout, self)


def _consecutive(document: LoanUseCertificate) -> str | None:
    begins, ends = month(document.consecutive_from), month(document.consecutive_to)
    if begins is None and ends is None:
        return None
    return f"{begins or MISSING} 至 {ends or MISSING}"


def _tear_off(layout: Layout, document: LoanUseCertificate) -> None:
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


def state_boxes(state: AccountState | None) -> str:
    """Return 账户状态 with the boxes 正常, 封存, 欠款, 其他; 销户 is written after 其他."""
    choices = [AccountState.NORMAL, AccountState.FROZEN, AccountState.ARREARS, AccountState.OTHER]
    if state is AccountState.CLOSED:
        return f"{boxes(choices, AccountState.OTHER)}（{AccountState.CLOSED}）"
    return stated_boxes(choices, state)
