"""The fields of an issued document that the layout prints around its content.

The title, the closing block and the footer state them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Issue:
    """The fields that every issued document has.

    ``verify_url``: address in the QR code. It may contain the verification code, never personal
    data. ``valid_until``: last day of validity, from the data of the city (2, 3 or 6 months);
    ``None``: the data states no validity.
    """

    document_number: str
    """文件编号"""
    verification_code: str
    """校验码"""
    verify_url: str
    issued_on: date
    """打印日期"""
    authority: str | None
    """经办机构"""
    station: str
    """Name of the station that prints the document."""
    valid_until: date | None = None
