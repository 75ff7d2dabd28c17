"""Takes the picture that the READMEs show: `make pictures`. From the gallery's own pages."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

SHOWN = (
    ("welcome-eight", "standard"),
    ("choosing-eight", "elder"),
    ("printing-paper-out", "elder"),
    ("previewing", "standard"),
    ("copying", "elder"),
)
SCREEN, THEME, LANGUAGE = "portrait-21", "standard", "zh"
WIDTH, GAP = 320, 20
TARGET = Path(__file__).with_name("pages.png")


def main() -> int:
    """Make the pages, set them side by side."""
    with tempfile.TemporaryDirectory() as folder:
        for scene, mode in SHOWN:
            subprocess.run(
                [sys.executable, "-m", "terminal", "gallery", "--out", folder, "--page", scene,
                 "--mode", mode, "--theme", THEME, "--language", LANGUAGE, "--screen", SCREEN],
                check=True,
            )  # fmt: skip
        pages = [
            Image.open(Path(folder) / SCREEN / mode / THEME / LANGUAGE / f"{scene}.png").convert(
                "RGB"
            )
            for scene, mode in SHOWN
        ]
    height = round(pages[0].height * WIDTH / pages[0].width)
    sheet = Image.new("RGB", (len(pages) * (WIDTH + GAP) + GAP, height + 2 * GAP), "#D9D4C8")
    for index, page in enumerate(pages):
        small = page.resize((WIDTH, height), Image.Resampling.LANCZOS)
        sheet.paste(small, (GAP + index * (WIDTH + GAP), GAP))
    sheet.quantize(256, dither=Image.Dither.NONE).save(TARGET, optimize=True)
    print(f"{TARGET}: {TARGET.stat().st_size // 1000} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
