"""The data of documents that the terminal itself typesets: receipts, forms, reports, test pages.

They are not sealed. ``TYPE``: stable code, written into the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from .certificates.data import Personal


class ReceiptPaper(StrEnum):
    """The kind of paper for a receipt."""

    PAGE = "page"
    """A4."""
    ROLL = "roll"
    """A strip from a roll 80 mm wide, as long as its text."""
    CARD = "card"
    """A slip of the size of a bank card, 85.6 × 54 mm."""


Line = tuple[str, str | None]
"""A name and its value; ``None`` is printed as 未提供."""


@dataclass(frozen=True, slots=True, repr=False)
class Receipt(Personal):
    """业务回执: confirms that something was done or paid here. ``made_at`` has a time zone."""

    TYPE: ClassVar = "receipt"

    station: str
    service: str
    """The service that was used, e.g. 住房公积金提取申请."""
    number: str
    made_at: datetime
    lines: Sequence[Line]
    amount: Decimal | None = None
    """The amount paid, printed in digits and in Chinese capitals. ``None``: nothing was paid."""
    remarks: Sequence[str] = ()
    paper: ReceiptPaper = ReceiptPaper.PAGE


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form; an empty ``value`` is a blank to fill in by hand."""

    name: str
    value: str = ""
    choices: Sequence[str] = ()
    """Tick boxes; the one equal to ``value`` is ticked."""
    wide: bool = False
    """Whether the field takes a whole row."""


@dataclass(frozen=True, slots=True, repr=False)
class ApplicationForm(Personal):
    """申请表 with the data that the terminal has; the resident completes and signs it."""

    TYPE: ClassVar = "application_form"

    station: str
    title: str
    made_at: datetime
    sections: Sequence[tuple[str, Sequence[FormField]]]
    declaration: str
    """Text above the signature line; empty: the form has no signature line."""


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """A column of a table in a report: its share of the width, and whether it holds numbers."""

    title: str
    width: float
    number: bool = False


@dataclass(frozen=True, slots=True)
class ReportSection:
    """A section of a report: lines, then a table; both are optional."""

    heading: str
    lines: Sequence[Line] = ()
    columns: Sequence[ReportColumn] = ()
    rows: Sequence[Sequence[str]] = ()
    total: Sequence[str] = ()
    """The last row with the sums, separated by a thick rule."""
    pairs: int = 0
    """Number of rows that hold two of the ``lines``; each further line takes a whole row."""


@dataclass(frozen=True, slots=True)
class Report:
    """诊断报告 or 站点报告: contains devices and counts, never personal data."""

    TYPE: ClassVar = "report"

    station: str
    title: str
    made_at: datetime
    sections: Sequence[ReportSection]


@dataclass(frozen=True, slots=True)
class TestPage:
    """打印测试页: ``lines`` state the printer's condition, in the words of the maintenance page."""

    __test__ = False  # tells pytest that this is not a test case, despite its name
    TYPE: ClassVar = "test_page"

    station: str
    printed_at: datetime
    lines: Sequence[tuple[str, str]]
    """Name and value of each line."""
