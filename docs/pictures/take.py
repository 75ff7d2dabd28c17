"""Takes the pictures of the documentation: `make pictures`. From the gallery's own pages.

`pages.png` is for the READMEs, the others for the page on the design language.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image


@dataclass(frozen=True, slots=True)
class Shot:
    """One page of a picture."""

    scene: str
    mode: str = "standard"
    theme: str = "standard"
    screen: str = "portrait-21"
    low_reach: bool = False


SHEETS = {
    "pages": (
        Shot("welcome-eight"), Shot("choosing-eight", "elder"),
        Shot("printing-paper-out", "elder"), Shot("previewing"), Shot("copying", "elder"),
    ),
    "modes": (
        Shot("choosing"), Shot("choosing", "elder"), Shot("choosing", "extra-large"),
        Shot("consenting", "extra-large"), Shot("choosing", "elder", screen="portrait-32",
                                                low_reach=True),
    ),
    "themes": (
        Shot("choosing-eight", theme="contrast-light"),
        Shot("printing-paper-out", theme="contrast-light"),
        Shot("choosing", "elder", "contrast-dark"), Shot("consenting", "extra-large",
                                                         "contrast-dark"),
        Shot("previewing", theme="contrast-dark"),
    ),
}  # fmt: skip
LANGUAGE = "zh"
WIDTH, GAP = 320, 20


def main() -> int:
    """Make the pages of each picture, and set them side by side."""
    for name, shots in SHEETS.items():
        with tempfile.TemporaryDirectory() as folder:
            pages = [_taken(shot, Path(folder)) for shot in shots]
        height = round(pages[0].height * WIDTH / pages[0].width)
        sheet = Image.new("RGB", (len(pages) * (WIDTH + GAP) + GAP, height + 2 * GAP), "#D9D4C8")
        for index, page in enumerate(pages):
            small = page.resize((WIDTH, height), Image.Resampling.LANCZOS)
            sheet.paste(small, (GAP + index * (WIDTH + GAP), GAP))
        target = Path(__file__).with_name(f"{name}.png")
        sheet.quantize(256, dither=Image.Dither.NONE).save(target, optimize=True)
        print(f"{target}: {target.stat().st_size // 1000} kB")
    return 0


def _taken(shot: Shot, folder: Path) -> Image.Image:
    command = [
        sys.executable, "-m", "terminal", "gallery", "--out", str(folder), "--page", shot.scene,
        "--mode", shot.mode, "--theme", shot.theme, "--language", LANGUAGE,
        "--screen", shot.screen, *(["--low-reach"] if shot.low_reach else []),
    ]  # fmt: skip
    subprocess.run(command, check=True)
    place = folder / shot.screen / shot.mode / shot.theme / LANGUAGE
    return Image.open(place / f"{shot.scene}.png").convert("RGB")


if __name__ == "__main__":
    sys.exit(main())
