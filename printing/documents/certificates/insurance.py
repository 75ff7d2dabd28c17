"""Typeset 社会保险个人参保证明: the last months of the five social insurances."""

from __future__ import annotations

from devices.health import Fault

from ...typesetting.layout import Layout, Setting
from ...typesetting.sheet import Align
from ...typesetting.table import Column, set_table
from ..amounts import MISSING, count, money
from .data import Contribution, ContributionMonth, Insurance, InsuranceCertificate
from .social import notes_of

TITLE = "社会保险个人参保证明"
NONE = "—"

_COLUMNS = (
    Column("年月", 15),
    Column("缴费基数", 16.5, Align.RIGHT, "养老保险"),
    Column("个人缴费", 15, Align.RIGHT, "养老保险"),
    Column("缴费基数", 16.5, Align.RIGHT, "医疗保险"),
    Column("个人缴费", 15, Align.RIGHT, "医疗保险"),
    Column("缴费基数", 16.5, Align.RIGHT, "失业保险"),
    Column("个人缴费", 15, Align.RIGHT, "失业保险"),
    Column("缴费状态", 16.5),
    Column("参保单位", 44, Align.LEFT),
)


def _contribution(contribution: Contribution | None) -> tuple[str, str]:
    if contribution is None:
        return NONE, NONE
    return money(contribution.base), money(contribution.personal)


def _row(row: ContributionMonth) -> list[str]:
    return [
        str(row.month),
        *_contribution(row.pension),
        *_contribution(row.medical),
        *_contribution(row.unemployment),
        row.state or MISSING,
        row.employer or MISSING,
    ]


def set_insurance(document: InsuranceCertificate, setting: Setting) -> bytes | Fault:
    """Typeset the certificate as PDF."""
    issue = document.issue
    layout = Layout(setting)
    layout.issued_title(TITLE, issue)
    layout.facts(
        [
            [("姓　　名", document.name), ("性　　别", document.sex)],
            [
                ("社会保障号码", document.id_number),
                ("现单位参保月数", count(document.months_with_employer, "个月")),
            ],
        ]
    )
    known = {state.insurance: state.state for state in document.states}
    set_table(
        layout,
        [Column(insurance, 1) for insurance in Insurance],
        [[known.get(insurance) or MISSING for insurance in Insurance]],
        heading="目前参保状态",
    )
    notes = notes_of(issue, "社会保险经办系统", f"金额单位为元；“{NONE}”表示当月无该险种缴费记录。")
    period = f"近 {document.period_months} 个月"
    set_table(
        layout,
        _COLUMNS,
        [_row(row) for row in document.months],
        heading=f"{period}缴费情况",
        empty=f"{period}内无缴费记录",
        reserve=layout.closing_height(notes, issue),
    )
    layout.closing(notes, issue)
    return layout.finish_issued(TITLE, document)
