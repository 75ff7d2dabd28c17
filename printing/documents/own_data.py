"""Papers that the terminal sets by itself: receipts, forms, reports. None of them is sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from .certificates.data import DocumentType, Personal


class ReceiptPaper(StrEnum):
    """What a receipt is printed on."""

    PAGE = "page"
    """A4."""
    ROLL = "roll"
    """A strip off a roll 80 mm wide, as long as its words."""
    CARD = "card"
    """A slip of a card's size, 85.6 × 54 mm."""


Line = tuple[str, str | None]
"""A name and its value; ``None`` is printed as not provided."""


@dataclass(frozen=True, slots=True, repr=False)
class Receipt(Personal):
    """业务回执: that something was done or paid here. ``made_at`` has a zone."""

    TYPE: ClassVar[DocumentType] = DocumentType.RECEIPT

    station: str
    service: str
    """What it is about, e.g. 住房公积金提取申请."""
    number: str
    made_at: datetime
    lines: Sequence[Line]
    amount: Decimal | None = None
    """Money that was paid; it is stated in capitals too. ``None``: none was."""
    remarks: Sequence[str] = ()
    paper: ReceiptPaper = ReceiptPaper.PAGE


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form; an empty ``value`` leaves room to write."""

    name: str
    value: str = ""
    choices: Sequence[str] = ()
    """Boxes to tick; ``value`` is the one that is ticked."""
    wide: bool = False
    """It takes a row of its own."""


@dataclass(frozen=True, slots=True, repr=False)
class ApplicationForm(Personal):
    """申请表: filled in as far as the terminal knows, for the person to complete and sign."""

    TYPE: ClassVar[DocumentType] = DocumentType.APPLICATION_FORM

    station: str
    title: str
    made_at: datetime
    sections: Sequence[tuple[str, Sequence[FormField]]]
    declaration: str
    """What the person signs; empty: nothing is signed."""


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """A column of a report's table: its share of the width, and whether it holds numbers."""

    title: str
    width: float
    number: bool = False


@dataclass(frozen=True, slots=True)
class ReportSection:
    """Facts, then a table, each as far as there is any."""

    heading: str
    lines: Sequence[Line] = ()
    columns: Sequence[ReportColumn] = ()
    rows: Sequence[Sequence[str]] = ()
    total: Sequence[str] = ()
    """A last row, set apart: the sums."""
    pairs: int = 0
    """How many rows of facts hold two lines each; the further lines have a row of their own."""


@dataclass(frozen=True, slots=True)
class Report:
    """诊断报告, 站点报告: about machines and counts, never about a person."""

    TYPE: ClassVar[DocumentType] = DocumentType.REPORT

    station: str
    title: str
    made_at: datetime
    sections: Sequence[ReportSection]
