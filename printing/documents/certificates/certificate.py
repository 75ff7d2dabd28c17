"""The base class of every certificate: type, title, data and layout are declared in one class."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from ...typesetting.amounts import day
from ...typesetting.issue import Issue
from .data import Personal

if TYPE_CHECKING:
    from dataclasses import Field

    from ...typesetting.layout import Layout

SOCIAL = "社会保险经办系统"
FUND = "住房公积金管理系统"
"""The systems that the data of certificates comes from."""


class Certificate(Personal, ABC):
    """A document about a person, issued and sealed by the platform, with a verification code.

    Each certificate is a frozen dataclass in a module of its own, listed in `registry`.
    """

    __slots__ = ()

    TYPE: ClassVar[str]
    """Stable code, written into the sealed file."""
    TITLE: ClassVar[str]
    """Title on paper and on the screen."""
    SOURCE: ClassVar[str]
    """The system that the data comes from."""

    if TYPE_CHECKING:  # fields of each dataclass, in the order that suits it
        __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

        @property
        def issue(self) -> Issue: ...
        @property
        def name(self) -> str: ...
        @property
        def id_number(self) -> str: ...

    @abstractmethod
    def fill(self, layout: Layout) -> None:
        """Set everything between the title and the footer."""

    def notes(self, *further: str) -> list[str]:
        """Return the notes of the closing block."""
        notes = [f"本证明根据{self.SOURCE}的记录生成。"]
        if self.issue.valid_until is not None:
            notes.append(f"本证明有效期至{day(self.issue.valid_until)}。")
        return [*notes, "凭此校验码可网上确认真伪。", *further]
