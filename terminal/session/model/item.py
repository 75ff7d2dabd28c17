"""One service of the catalogue, as the pages and the session need it.

For the choice of services and the steps that serve one; nothing here asks the platform.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from devices.health import Fault
from devices.identity import Assurance
from printing.media import A4, Edition

from .look import Language, Mode


@dataclass(frozen=True, slots=True)
class Item:
    """One service of the catalogue, as the pages and the session need it.

    Texts are by language; ``elder`` texts are what people say ("打印社保证明"). ``devices`` are
    the parts of the station that it needs. ``closed`` is the reason why it cannot be served now
    whatever the station's devices say (opening hours, back end down); a fault with its words.
    ``editions``: those that it can be had in; the first is the one that elders begin with.
    ``copy``: it can be had on a phone instead of on paper. ``media``: its paper (PWG 5101.1 name).
    ``category``: what it stands under where there are many.
    """

    id: str
    kind: str
    title: dict[Language, str]
    subtitle: dict[Language, str]
    elder_title: dict[Language, str]
    elder_subtitle: dict[Language, str]
    icon: str
    document_type: str
    assurance_needed: Assurance
    devices: tuple[str, ...] = ("printer",)
    closed: Fault | None = None
    editions: tuple[Edition, ...] = (Edition.STANDARD,)
    copy: bool = False
    media: str = A4
    category: dict[Language, str] = field(default_factory=dict)

    def edition_for(self, mode: Mode) -> Edition:
        """The edition to begin with: for elders the first (a long list in large print would be
        much paper, so that the catalogue says which), else the standard one, where there is one."""
        if mode is Mode.ELDER or Edition.STANDARD not in self.editions:
            return self.editions[0]
        return Edition.STANDARD
