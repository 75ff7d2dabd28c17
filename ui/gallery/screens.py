"""The screens that terminals of this kind have, according to the accessibility reference."""

from __future__ import annotations

from ..look.metrics import Screen

SCREENS: dict[str, Screen] = {
    "portrait-21": Screen(1080, 1920, 1 / 0.248),
    "landscape-21": Screen(1920, 1080, 1 / 0.248),
    "landscape-19": Screen(1280, 1024, 1 / 0.294),
    "landscape-15": Screen(1024, 768, 1 / 0.297),
    "portrait-32": Screen(1080, 1920, 1 / 0.369),
}
"""21.5" portrait and landscape, 19" 5:4, 15" 4:3, and a tall 32" portrait. Each has the usual pitch
of its panel."""
