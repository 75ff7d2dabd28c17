"""Documents about fictional residents, in every length that the tests need."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from printing.documents import AccountState, Insurance, Issue, Month, TestPage
from printing.documents.certificates.deposit import DepositCertificate
from printing.documents.certificates.insurance import (
    Contribution,
    ContributionMonth,
    InsuranceCertificate,
    InsuranceState,
)

NAME = "王建明"
ID_NUMBER = "100101195803120216"
RARE_NAME = "𠮷㛃䶮𬀩"
CODE = "7KQ2M9XD4T8B"

ISSUE = Issue(
    document_number="SB202611210000123",
    verification_code=CODE,
    verify_url=f"https://verify.example.gov.cn/d/{CODE}",
    issued_on=date(2026, 11, 21),
    authority="示范市社会保险事业管理局",
    station="示范便民服务站 01 号终端",
    valid_until=date(2027, 2, 20),
)


def months(count: int, employer: str = "示范市清泉科技有限公司") -> list[ContributionMonth]:
    """Return ``count`` months up to October 2026, oldest first, with all amounts different."""
    rows = []
    for back in range(count - 1, -1, -1):
        index = 2026 * 12 + 9 - back
        base = Decimal(5869) + index % 97
        rows.append(
            ContributionMonth(
                Month(index // 12, index % 12 + 1),
                Contribution(base, base * Decimal("0.08")),
                Contribution(base + 100, (base + 100) * Decimal("0.02")),
                Contribution(base + 200, (base + 200) * Decimal("0.005")),
                "正常缴费",
                employer,
            )
        )
    return rows


def insurance(count: int = 24, name: str = NAME, **changes: Any) -> InsuranceCertificate:
    """An insurance certificate with ``count`` months."""
    certificate = InsuranceCertificate(
        ISSUE,
        name,
        ID_NUMBER,
        "男",
        [
            InsuranceState(Insurance.PENSION, "参保缴费"),
            InsuranceState(Insurance.MEDICAL, "参保缴费"),
            InsuranceState(Insurance.UNEMPLOYMENT, "参保缴费"),
            InsuranceState(Insurance.INJURY, "参保缴费"),
            InsuranceState(Insurance.MATERNITY, None),
        ],
        86,
        months(count),
        max(24, count),
    )
    return replace(certificate, **changes)


def deposit(name: str = NAME, **changes: Any) -> DepositCertificate:
    """A deposit certificate."""
    certificate = DepositCertificate(
        replace(ISSUE, document_number="GJJ202611210000045", authority="示范市住房公积金管理中心"),
        name,
        "居民身份证",
        ID_NUMBER,
        "100100045678",
        "示范市清泉科技有限公司",
        date(2008, 7, 1),
        Decimal("8650.00"),
        Decimal("0.12"),
        Decimal("0.07"),
        Decimal("1643.50"),
        Decimal("186420.37"),
        Month(2026, 10),
        219,
        AccountState.NORMAL,
    )
    return replace(certificate, **changes)


def test_page() -> TestPage:
    """A test page with some states."""
    return TestPage(
        "示范便民服务站 01 号终端",
        datetime(2026, 11, 21, 8, 30, 5, tzinfo=UTC),
        [
            ("打印机状态", "在线"),
            ("纸张", "充足"),
            ("墨粉", "充足"),
            ("设备地址", "ipp://192.0.2.10/ipp/print"),
        ],
    )
