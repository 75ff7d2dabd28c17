"""住房公积金缴存证明: a person's housing deposit account as it stands."""

from __future__ import annotations

from decimal import Decimal

from devices.health import Fault
from printing.fonts import FontChain

from .data import DepositCertificate
from .insurance import money
from .layout import Layout, day, midnight
from .statement import Statement, holder_digest

TITLE = "住房公积金缴存证明"


def _yuan(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{money(amount)} 元"


def _percent(rate: Decimal | None) -> str | None:
    return None if rate is None else f"{(rate * 100).normalize():f}%"


def render_deposit(
    document: DepositCertificate, chain: FontChain, *, sample: bool
) -> bytes | Fault:
    """The certificate as PDF."""
    issue = document.issue
    months = document.consecutive_months
    layout = Layout(chain, sample=sample)
    layout.title(TITLE, f"编号：{issue.document_number}", f"打印日期：{day(issue.issued_on)}")
    layout.facts(
        [
            [("姓　　名", document.name), ("个人账号", document.account)],
            [("证件类型", document.id_kind), ("证件号码", document.id_number)],
        ]
    )
    layout.heading("缴存信息")
    opened_on = None if document.opened_on is None else day(document.opened_on)
    paid_to = None if document.paid_to is None else str(document.paid_to)
    layout.facts(
        [
            [("单位名称", document.employer)],
            [("开户日期", opened_on), ("账户状态", document.state)],
            [
                ("缴存基数", _yuan(document.base)),
                ("月缴存额", _yuan(document.monthly_amount)),
            ],
            [
                ("单位缴存比例", _percent(document.employer_rate)),
                ("个人缴存比例", _percent(document.personal_rate)),
            ],
            [
                ("缴至年月", paid_to),
                ("连续缴存月数", None if months is None else f"{months} 个月"),
            ],
            [("账户余额", _yuan(document.balance))],
        ]
    )
    notes = [
        "本证明根据住房公积金管理系统的记录生成。",
        "凭此校验码可网上确认真伪。",
        "“未提供”表示系统中没有这一项的数据。",
    ]
    if issue.valid_until is not None:
        notes.insert(1, f"本证明有效期至{day(issue.valid_until)}。")
    layout.closing(notes, issue.authority, issue.issued_on)
    return layout.finish(
        title=TITLE,
        statement=Statement(
            document.TYPE,
            issue.verification_code,
            holder_digest(
                document.TYPE, issue.verification_code, document.name, document.id_number
            ),
        ),
        issue=issue,
        station=issue.station,
        created=midnight(issue.issued_on),
    )
