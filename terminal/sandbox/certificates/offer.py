"""What the sandbox declares about a certificate: its item in the catalogue, and who has it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from devices.identity import Assurance
from printing.documents import Certificate, Issue
from printing.media import Edition

from ...platform.wire import Guide, Item, ItemKind, NeededDevice, Text
from ..residents import Resident

QUOTA_PER_DAY = 200
"""Per person and day; generous, because a demonstration is repeated often."""

_AT_ONCE = Text("当场打印", "at once")
_FREE = Text("免费", "free of charge")
_DEVICES = (NeededDevice.CARD_READER, NeededDevice.PRINTER)
_REGIONS = ("100101",)
FEW_PAGES = (Edition.LARGE, Edition.STANDARD)
MANY_PAGES = (Edition.STANDARD, Edition.LARGE)
"""Elder mode starts with the first edition. A year's list in large print would take a dozen
sheets."""

_C = TypeVar("_C", bound=Certificate)


@dataclass(frozen=True, slots=True)
class Offer:
    """A certificate that the sandbox offers."""

    item: Item
    make: Callable[[Resident, Issue], Certificate | None]
    """Computes a resident's certificate; ``None`` if there is nothing to certify."""
    valid_months: int | None
    """How long the city accepts the certificate; ``None``: no limit (lists and settlements)."""


@dataclass(frozen=True, slots=True)
class Department:
    """The properties shared by all certificates of one department."""

    category: Text
    name: Text
    phone: str
    materials: Text
    assurance: Assurance

    def offer(
        self,
        certificate: type[_C],
        make: Callable[[Resident, Issue], _C | None],
        code: str,
        icon: str,
        *,
        title_en: str,
        subtitle: Text,
        elder_title: Text,
        elder_subtitle: Text,
        who: Text,
        assurance: Assurance | None = None,
        materials: Text | None = None,
        editions: tuple[Edition, ...] = FEW_PAGES,
        valid_months: int | None = None,
    ) -> Offer:
        """Create an offer; ``assurance`` and ``materials`` default to those of the department."""
        item = Item(
            code=code,
            kind=ItemKind.CERTIFICATE,
            title=Text(certificate.TITLE, title_en),
            subtitle=subtitle,
            elder_title=elder_title,
            elder_subtitle=elder_subtitle,
            icon=icon,
            category=self.category,
            guide=Guide(
                who=who,
                materials=materials or self.materials,
                time_limit=_AT_ONCE,
                fee=_FREE,
                department=self.name,
                phone=self.phone,
            ),
            assurance_needed=self.assurance if assurance is None else assurance,
            quota_per_day=QUOTA_PER_DAY,
            document_type=certificate.TYPE,
            devices=_DEVICES,
            regions=_REGIONS,
            editions=editions,
            copy=True,
        )
        return Offer(item, make, valid_months)
