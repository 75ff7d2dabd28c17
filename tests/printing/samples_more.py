"""Further documents about the same fictional residents as in `samples`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
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

WORDS = {
    "insurance_certificate": """姓名王建明 性别男 社会保障号码100101195803120216
        现单位参保月数86个月
        养老保险医疗保险失业保险工伤保险生育保险参保缴费参保缴费参保缴费参保缴费未提供
        近24个月缴费情况 打印日期：2026年11月21日 本证明有效期至2027年2月20日""",
    "deposit_certificate": """编号：GJJ202611210000045 姓名王建明 个人账号100100045678
        证件类型居民身份证 证件号码100101195803120216 单位名称示范市清泉科技有限公司
        开户日期2008年7月1日 账户状态正常 缴存基数8,650.00元 月缴存额1,643.50元
        单位缴存比例12% 个人缴存比例7% 缴至年月2026-10 连续缴存月数219个月
        账户余额186,420.37元""",
    "contribution_certificate": """姓名王建明 个人编号A10010011 证件号码100101195803120216
        养老保险医疗保险失业保险工伤保险生育保险281个月240个月120个月未提供未提供
        养老保险100100000示范市第一纺织厂2014-032015-1222
        养老保险100100005示范市清泉科技有限公司2024-03至今27""",
    "entitlement_record": """姓名王建明 性别男 个人编号A10010011 证件号码100101195803120216
        单位名称示范市清泉科技有限公司 参加工作时间1998-07 缴费截止年月2026-10
        实际缴费月数281个月 欠缴月数0个月 本年储存额本息5,871.20元 累计储存额本息138,664.05元
        2026年度养老保险个人账户 2026-015,869.00939.04469.52""",
    "pension_certificate": """姓名李秀英 证件号码10010119430905014X 待遇类别企业职工基本养老金
        发放状态正常发放 起始年月1998-10 月待遇金额4,372.72元 2026-104,372.722026年10月15日
        示范市社会保险事业管理局 校验码：7KQ2M9XD4T8B""",
    "deposit_statement": """姓名王建明 个人账号100100045678 账户余额164,776.87元
        2026年账户明细（共11笔） 汇缴示范市清泉科技有限公司1,643.50169,985.372026-012026-01-12
        提取—-20,000.00156,559.37—2026-06-12""",
    "loan_use_certificate": """样例市住房公积金管理中心： 姓名王建明 身份证号码100101195803120216
        单位名称示范市清泉科技有限公司 个人账号100100045678 开户时间2008年7月1日
        账户状态☑正常□封存□欠款□其他 缴存基数8,650.00元 月缴存额1,643.50元
        单位缴存比例12% 个人缴存比例7% 账户余额186,420.37元 最近连续缴存2018-08至2026-10
        贷款记录☑无贷款记录□一次已还清□两次以上已还清 经办人周敏 联系电话010-00000000
        沿此线撕下回执 办理结果□已放款□未放款""",
    "loan_settlement": """编号：GJJ202611210000046 借款人王建明 身份证号码100101195803120216
        贷款金额386,409.02元 金额大写人民币叁拾捌万陆仟肆佰零玖元零贰分 委托银行样例银行示范市支行
        放款日期2006年11月8日 到期日期2026年11月8日 贷款期数240期 年利率3.25%
        结清日期2026年11月6日 担保方式抵押加阶段性保证
        抵押物地址示范市清泉区样例路18号院3号楼2单元501室""",
    "receipt": """编号：R202611210007 办理时间：2026-11-2116:30:05 办理事项城乡居民基本医疗保险缴费
        缴费年度2027 缴费人王建明 金额400.00元 金额大写人民币肆佰元整""",
    "application_form": """住房公积金提取申请表 姓名王建明 证件号码100101195803120216
        提取原因□购房□还贷☑租房□退休□其他 申请人签名：""",
    "report": """站点运行报告 读卡器在线 纸张未提供 服务事项11201180 最近故障 无记录""",
}
"""Words that the document must have, without spaces within them, by its code."""


@dataclass(frozen=True)
class Listed:
    """A certificate with a table of any number of rows."""

    build: Callable[[int], Document]
    """Makes a document with that many rows."""
    heading: str
    """Part of the heading of the table."""
    column: str
    """The title of a column."""
    row: str
    """Regular expression of a row in the extracted text."""


LISTS = {
    "insurance_certificate": Listed(
        samples.insurance, "个月缴费情况", "参保单位", r"^ *\d{4}-\d{2} +\d,\d{3}\.00 "
    ),
    "contribution_certificate": Listed(
        contribution,
        "参保缴费经历",
        "单位编号",
        r"^ *(?:养老|医疗|失业|工伤|生育)保险 +10010\d{4} ",
    ),
    "entitlement_record": Listed(
        entitlement, "年度养老保险个人账户", "单位划入", r"^ *\d{4}-\d{2} +\d,\d{3}\.00 "
    ),
    "pension_certificate": Listed(
        pension, "次发放情况", "发放月份", r"^ *\d{4}-\d{2} +\d,\d{3}\.72 "
    ),
    "deposit_statement": Listed(statement, "年账户明细", "记账日期", r"^ *(?:汇缴|提取) "),
}
"""The certificates that are lists, by their code."""
