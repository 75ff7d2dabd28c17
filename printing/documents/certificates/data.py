"""What the data of several documents consists of.

A field that the source does not know is ``None`` and is printed as 未提供, never left blank. The
classes hold personal data, so no ``repr`` shows their fields.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Personal:
    """Base class for data about a person: its ``repr`` shows only the name of the class."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month (年月)."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not 1 <= self.month <= 12:
            raise ValueError(f"no such month: {self.month}")

    @classmethod
    def of(cls, day: date) -> Month:
        """Return the month of ``day``."""
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def month(value: Month | None) -> str | None:
    """Format a month as ``2026-11``."""
    return None if value is None else str(value)


class Insurance(StrEnum):
    """The five insurances, in the order in which they are printed."""

    PENSION = "养老保险"
    MEDICAL = "医疗保险"
    UNEMPLOYMENT = "失业保险"
    INJURY = "工伤保险"
    MATERNITY = "生育保险"


class AccountState(StrEnum):
    """账户状态 of a housing deposit account."""

    NORMAL = "正常"
    FROZEN = "封存"
    ARREARS = "欠款"
    CLOSED = "销户"
    OTHER = "其他"
