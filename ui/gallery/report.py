"""The report of a gallery: every picture, with what was seen in it and what is wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

from terminal.session.model import Language, Mode, Theme

from ..look.metrics import Screen
from .findings import Finding, Seen
from .tremor import wrong_touches


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture and what was recorded about it; ``file`` is relative to the gallery."""

    file: str
    scene: str
    state: str
    screen: str
    mode: Mode
    theme: Theme
    language: Language
    seen: Seen


@dataclass(slots=True)
class GalleryReport:
    """All pictures of one run."""

    folder: Path
    screens: dict[str, Screen]
    pictures: list[Picture] = field(default_factory=list)

    @property
    def findings(self) -> list[tuple[Picture, Finding]]:
        """All findings, each with its picture."""
        return [(picture, found) for picture in self.pictures for found in picture.seen.findings]

    def counts(self) -> dict[str, int]:
        """Return the number of findings of each kind."""
        return dict(Counter(found.kind.value for _, found in self.findings))

    def smallest_text_mm(self) -> dict[str, float]:
        """Return the smallest em of each mode, in millimetres."""
        smallest: dict[str, float] = {}
        for picture in self.pictures:
            for text in picture.seen.texts:
                smallest[picture.mode] = min(smallest.get(picture.mode, text.em_mm), text.em_mm)
        return smallest

    def wrong_touches(self) -> dict[str, float]:
        """Return the largest share of wrong touches of a trembling finger in each mode, 0 to 1."""
        largest: dict[str, float] = {}
        for picture in self.pictures:
            mm_per_px = 1 / self.screens[picture.screen].px_per_mm
            for wrong in wrong_touches(picture.seen.controls, mm_per_px):
                largest[picture.mode] = max(largest.get(picture.mode, 0.0), round(wrong.share, 6))
        return largest

    def least_angle_deg(self) -> dict[str, float]:
        """Return the least angle of each mode under which a capital H is seen (EN 301 549, 5.1.4:
        0.7 degrees)."""
        least: dict[str, float] = {}
        for picture in self.pictures:
            screen = self.screens[picture.screen]
            for text in picture.seen.texts:
                angle = round(screen.angle_deg(text.em_mm), 3)
                least[picture.mode] = min(least.get(picture.mode, angle), angle)
        return least

    def as_json(self) -> dict[str, object]:
        """Return the whole report as plain data (``gallery.json``)."""
        return {
            "screens": {
                name: {
                    "width_px": screen.width_px,
                    "height_px": screen.height_px,
                    "mm_per_px": round(1 / screen.px_per_mm, 4),
                    "low_reach": screen.low_reach,
                }
                for name, screen in self.screens.items()
            },
            "summary": {
                "pictures": len(self.pictures),
                "findings": len(self.findings),
                "by_kind": self.counts(),
                "smallest_text_mm": self.smallest_text_mm(),
                "wrong_touches": self.wrong_touches(),
                "least_angle_deg": self.least_angle_deg(),
            },
            "pictures": [_picture_json(picture) for picture in self.pictures],
        }


def _picture_json(picture: Picture) -> dict[str, object]:
    made = {name: getattr(picture, name) for name in Picture.__slots__ if name != "seen"}
    return made | asdict(picture.seen)
