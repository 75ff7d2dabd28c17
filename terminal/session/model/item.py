"""One service of the catalogue, as the pages and the session need it.

For the choice of services and the flows. Data only.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from devices.health import Fault
from devices.identity import Assurance
from printing.media import A4, Edition

from ...platform.items import ItemKind, NeededDevice
from .look import Language, Mode


@dataclass(frozen=True, slots=True)
class Item:
    """One service of the catalogue.

    Texts are by language; ``elder`` texts use everyday words ("打印社保参保证明"). ``devices`` are
    the parts of the station that it needs. ``closed`` is a fault that stops it although all
    devices work (opening hours, back end down). ``editions`` are those that are offered; elder
    mode begins with the first. ``copy``: a phone can fetch it instead of paper. ``media`` is its
    paper (PWG 5101.1 name). ``category`` is its group if there are many items.
    """

    id: str
    kind: ItemKind
    title: dict[Language, str]
    subtitle: dict[Language, str]
    elder_title: dict[Language, str]
    elder_subtitle: dict[Language, str]
    icon: str
    document_type: str
    assurance_needed: Assurance
    devices: tuple[NeededDevice, ...] = (NeededDevice.PRINTER,)
    closed: Fault | None = None
    editions: tuple[Edition, ...] = (Edition.STANDARD,)
    copy: bool = False
    media: str = A4
    category: dict[Language, str] = field(default_factory=dict)

    def edition_for(self, mode: Mode) -> Edition:
        """Return the edition to begin with.

        In modes with plain words it is the first one. The catalogue decides which that is, because
        a long list in large print uses much paper. In standard mode it is the standard one, if
        there is one.
        """
        if mode.plain_words or Edition.STANDARD not in self.editions:
            return self.editions[0]
        return Edition.STANDARD
