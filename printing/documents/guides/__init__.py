"""Printed guides: a poster and a leaflet for residents in large print, and a guide for staff.

Used by ``station guide``. They hold words and pictures of pages, never data of a person. Each has
one edition. This import is cheap; ``typeset`` loads ReportLab.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import assert_never

from devices.health import Fault

from ...media import Edition
from ...typesetting import font_chain
from .data import (
    Guide,
    Leaflet,
    Passage,
    Picture,
    Poster,
    Service,
    ServiceGroup,
    StaffFaults,
    StaffGuide,
    StaffPage,
    Step,
)

__all__ = [
    "Guide",
    "Leaflet",
    "Passage",
    "Picture",
    "Poster",
    "Service",
    "ServiceGroup",
    "StaffFaults",
    "StaffGuide",
    "StaffPage",
    "Step",
    "typeset",
]


def typeset(guide: Guide, directories: Sequence[Path] = font_chain.DIRECTORIES) -> bytes | Fault:
    """Typeset ``guide`` as a PDF 1.7 file (PDF/A-2a, PDF/UA-1).

    ``directories``: folders of the fonts.

    :returns: the file, or the fault ``FONT_MISSING`` or ``GLYPH_MISSING``.
    """
    chain = font_chain.chain(directories)
    if isinstance(chain, Fault):
        return chain
    from ...typesetting.layout import Setting
    from .leaflet import set_leaflet
    from .poster import set_poster
    from .staff import set_staff_guide

    setting = Setting(chain, Edition.LARGE, sample=False)
    match guide:
        case Poster():
            return set_poster(guide, setting)
        case Leaflet():
            return set_leaflet(guide, setting)
        case StaffGuide():
            return set_staff_guide(guide, setting)
        case _:
            assert_never(guide)
