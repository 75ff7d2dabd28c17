"""Typeset 住房公积金缴存证明: the current state of a person's housing fund account."""

from __future__ import annotations

from devices.health import Fault

from ...typesetting.layout import Layout, Setting
from ..amounts import count, day, month, percent, yuan
from .data import DepositCertificate
from .social import notes_of

TITLE = "住房公积金缴存证明"


def set_deposit(document: DepositCertificate, setting: Setting) -> bytes | Fault:
    """Typeset the certificate as PDF."""
    issue = document.issue
    layout = Layout(setting)
    layout.issued_title(TITLE, issue)
    layout.facts(
        [
            [("姓　　名", document.name), ("个人账号", document.account)],
            [("证件类型", document.id_kind), ("证件号码", document.id_number)],
        ]
    )
    notes = notes_of(issue, "住房公积金管理系统", "“未提供”表示系统中没有这一项的数据。")
    layout.facts(
        [
            [("单位名称", document.employer)],
            [("开户日期", day(document.opened_on)), ("账户状态", document.state)],
            [("缴存基数", yuan(document.base)), ("月缴存额", yuan(document.monthly_amount))],
            [
                ("单位缴存比例", percent(document.employer_rate)),
                ("个人缴存比例", percent(document.personal_rate)),
            ],
            [
                ("缴至年月", month(document.paid_to)),
                ("连续缴存月数", count(document.consecutive_months, "个月")),
            ],
            [("账户余额", yuan(document.balance))],
        ],
        heading="缴存信息",
        reserve=layout.closing_height(notes, issue),
    )
    layout.closing(notes, issue)
    return layout.finish_issued(TITLE, document)
