"""Looks at the terminal's screen and touches it, as a person who follows docs/trial.md does.

For `follow`. Where a control stands and how it looks is taken from the project's own gallery; a
control is touched once the screen shows it there. Usage: screen see|touch SCENE CONTROL.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication, QImage

GALLERY = Path(tempfile.gettempdir()) / "trial-gallery"
LIMIT_S = 60.0
SCALE = 8
"""A picture is compared at an eighth of its size: a pixel more or less in a place is no matter."""
ALIKE = 10.0
"""Grey levels by which the same control may differ in the mean (another pitch, smoothed edges)."""


def shown_at(scene: str, control: str) -> tuple[QImage, QRect]:
    """The gallery's picture of a scene, and where the control stands in it."""
    folder = GALLERY / scene
    if not folder.exists():
        subprocess.run(
            [sys.executable, "-m", "terminal", "gallery", "--out", str(folder), "--trial",
             "--page", scene, "--mode", "standard", "--language", "zh", "--screen", "portrait-21"],
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, check=True,
        )  # fmt: skip
    (picture,) = json.loads((folder / "gallery.json").read_text(encoding="utf-8"))["pictures"]
    (box,) = (each["box"] for each in picture["controls"] if each["name"] == control)
    return QImage(str(folder / picture["file"])), QRect(box["x"], box["y"], box["w"], box["h"])


def difference(one: QImage, other: QImage, box: QRect) -> float:
    """How far two pictures differ within the box: grey levels, in the mean."""
    small = []
    for image in (one, other):
        part = image.copy(box).scaled(
            box.width() // SCALE,
            box.height() // SCALE,
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        small.append(part.convertToFormat(QImage.Format.Format_Grayscale8))
    width, height = small[0].width(), small[0].height()
    total = sum(
        abs(small[0].pixelColor(x, y).value() - small[1].pixelColor(x, y).value())
        for x in range(width)
        for y in range(height)
    )
    return total / (width * height)


def main() -> int:
    """Wait for the control; touch it if that was asked for."""
    act, scene, control = sys.argv[1:]
    picture, box = shown_at(scene, control)
    app = QGuiApplication([])
    until = time.monotonic() + LIMIT_S
    while True:
        screen = app.primaryScreen().grabWindow(0).toImage()
        screen.save("screen.png")
        differs = difference(screen, picture, box)
        if differs <= ALIKE:
            break
        if time.monotonic() > until:
            print(f"the screen does not show {control} of {scene} ({differs:.1f})", flush=True)
            return 1
        time.sleep(0.2)
    if act == "touch":
        at = box.center()
        subprocess.run(["xdotool", "mousemove", str(at.x()), str(at.y()), "click", "1"], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
