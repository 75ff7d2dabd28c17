"""The state and the usage counts of a station, for its reports."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from printing.documents import (
    DeviceState,
    Diagnosis,
    FaultLine,
    ItemTotal,
    PeriodTotals,
    PrinterState,
    Report,
    diagnostic_report,
    station_report,
)

STATION = "示范便民服务站 01 号终端"
WHEN = datetime(2026, 11, 21, 8, 30, 5, tzinfo=UTC)

TODAY = PeriodTotals(
    "今日",
    [
        ItemTotal("社会保险个人参保证明", 41, 42, 6, 1),
        ItemTotal("住房公积金缴存证明", 17, 17, 3, 0),
        ItemTotal("社会保险个人参保缴费证明", 9, 13, 0, 0),
    ],
)
MONTH = PeriodTotals(
    "近 30 天",
    [
        ItemTotal("社会保险个人参保证明", 1204, 1231, 188, 9),
        ItemTotal("住房公积金缴存证明", 466, 468, 71, 2),
        ItemTotal("社会保险个人参保缴费证明", 287, 402, 20, 1),
        ItemTotal("住房公积金明细", 120, 251, 44, 0),
    ],
)


def diagnosis() -> Diagnosis:
    """One reader is disconnected; one printer is low on paper and its queue is set unsafely."""
    return Diagnosis(
        STATION,
        WHEN,
        [
            DeviceState("身份证阅读器（reader-1）", "在线"),
            DeviceState(
                "社保卡读卡器（reader-2）", "离线", "CRD-105 读卡器已拔出，请检查数据线后重新插好"
            ),
            DeviceState("服务平台", "在线"),
        ],
        [
            PrinterState(
                "A4 打印机",
                "在线",
                "不足",
                "正常",
                58,
                cautions=["PRN-112 打印队列的出错策略可能使文件重复打印，请按安装说明设置"],
            ),
            PrinterState("凭条打印机", "在线", "充足", None),
        ],
        [
            FaultLine(WHEN - timedelta(minutes=12), "CRD-105", "社保卡读卡器已拔出"),
            FaultLine(WHEN - timedelta(hours=5), "PRN-104", "A4 打印机缺纸"),
            FaultLine(WHEN - timedelta(days=2, hours=3), "NET-101", "平台没有应答"),
        ],
        [TODAY, MONTH],
    )


def diagnostic() -> Report:
    """The diagnostic report of that station."""
    return diagnostic_report(diagnosis())


def numbers() -> Report:
    """The station report of that station."""
    return station_report(STATION, WHEN, [TODAY, MONTH])
