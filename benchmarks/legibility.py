"""Measures how well weak eyes can read the pages: blurs each line of a gallery, and reads it.

Run by ``make legibility``. Each line of text is cut from its picture, blurred as an eye of a given
acuity blurs it, and read by Tesseract. The share of characters that are read is compared with the
bar of the mode. It needs a gallery (`station gallery`) and the package tesseract-ocr-chi-sim.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageFilter, ImageOps

DISTANCE_MM = 600.0
"""From the eye to the screen: where a person stands who can reach it."""
MASKS = frozenset("●＊*•")
"""Signs that hide a character. No reader can read them, and none is meant to."""
MARGIN_EM = 0.2
"""Ground around a line. Tesseract reads letters at the edge of a picture badly."""
BATCH = 60
"""Lines for one Tesseract process: its start takes longer than reading several lines."""
READ_LIMIT_S = 120.0
"""Time limit for one such process; sixty lines take about 5 s."""
WORKERS = 2
SHOWN = 12
"""Number of badly read lines that the report names for each look."""


@dataclass(frozen=True, slots=True)
class Bar:
    """The acuity with which a mode must be readable (20/X), and the share of characters."""

    acuity: int
    share: float


BARS: Mapping[str, Bar] = {
    "standard": Bar(70, 0.98),
    "elder": Bar(100, 0.98),
    "extra-large": Bar(200, 0.95),
}
"""20/70 is the limit of low vision, 20/200 that of legal blindness."""
READERS: Mapping[str, str] = {"zh": "chi_sim", "en": "eng"}
"""Tesseract's language for each language of the pages."""


@dataclass(frozen=True, slots=True)
class Look:
    """The mode, theme and language of a page."""

    mode: str
    theme: str
    language: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text in one picture: its place in pixels, and its em."""

    look: Look
    text: str
    picture: Path
    box: tuple[int, int, int, int]
    em_px: float
    mm_per_px: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a line: the number of wrong characters, of all that it has."""

    line: Line
    read: str
    wrong: int
    length: int


def lines_of(folder: Path) -> list[Line]:
    """Return each distinct text of a gallery (text, size, colours), once for each look.

    :raises OSError: the gallery cannot be read.
    """
    report: dict[str, Any] = json.loads((folder / "gallery.json").read_text(encoding="utf-8"))
    pitch = {name: screen["mm_per_px"] for name, screen in report["screens"].items()}
    found: dict[tuple[object, ...], Line] = {}
    for picture in report["pictures"]:
        file = folder / picture["file"]
        if picture["language"] not in READERS or not file.exists():
            continue
        look = Look(picture["mode"], picture["theme"], picture["language"])
        mm_per_px = pitch[picture["screen"]]
        for text in picture["texts"]:
            if not plain(text["text"]) or MASKS & set(text["text"]):
                continue
            key = (look, text["text"], text["em_mm"], text["ink"], text["ground"])
            box = text["box"]
            found.setdefault(
                key,
                Line(
                    look, text["text"], file, (box["x"], box["y"], box["w"], box["h"]),
                    text["em_mm"] / mm_per_px, mm_per_px,
                ),
            )  # fmt: skip
    return list(found.values())


def plain(text: str) -> str:
    """Return the characters that are compared: letters, digits and Chinese characters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(each for each in folded if unicodedata.category(each)[0] in "LN")


def blur_px(acuity: int, mm_per_px: float, distance_mm: float = DISTANCE_MM) -> float:
    """Return the standard deviation in pixels by which an eye of 20/``acuity`` blurs the screen.

    It is half the minimum angle of resolution, which is X/20 arc minutes.
    """
    angle = math.radians(acuity / 20 / 60)
    return distance_mm * math.tan(angle) / 2 / mm_per_px


def as_seen(line: Line, acuity: int) -> Image.Image:
    """Return a line as the eye sees it: dark on light, blurred, at twice its size."""
    x, y, width, height = line.box
    margin = round(line.em_px * MARGIN_EM)
    with Image.open(line.picture) as whole:
        grey = whole.convert("L")
    # What is beside the line must not be read with it, so its ground continues outside the box.
    cut = grey.crop((x, y, x + width, y + height))
    ground = _ground(cut)
    framed = ImageOps.expand(cut, border=margin, fill=ground)
    if ground < 128:
        framed = ImageOps.invert(framed)
    seen = framed.filter(ImageFilter.GaussianBlur(blur_px(acuity, line.mm_per_px)))
    return seen.resize((seen.width * 2, seen.height * 2), Image.Resampling.BICUBIC)


def _ground(picture: Image.Image) -> int:
    counts = picture.histogram()
    return max(range(256), key=counts.__getitem__)


def read(lines: Sequence[Line]) -> list[Reading]:
    """Read all lines, each with the acuity of its mode; the order is that of ``lines``.

    :raises subprocess.CalledProcessError: Tesseract failed.
    """
    batches: list[list[int]] = []
    of_look: dict[Look, list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        of_look[line.look].append(index)
    for indexes in of_look.values():
        batches += [indexes[at : at + BATCH] for at in range(0, len(indexes), BATCH)]
    made: dict[int, Reading] = {}
    with ThreadPoolExecutor(WORKERS) as pool:
        for indexes, texts in zip(
            batches, pool.map(lambda b: _read_batch([lines[i] for i in b]), batches), strict=True
        ):
            for index, text in zip(indexes, texts, strict=True):
                made[index] = judged(lines[index], text)
    return [made[index] for index in range(len(lines))]


def _read_batch(lines: Sequence[Line]) -> list[str]:
    look = lines[0].look
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = []
        for number, line in enumerate(lines):
            file = folder / f"{number:03}.png"
            as_seen(line, BARS[look.mode].acuity).save(file)
            files.append(str(file))
        (folder / "list.txt").write_text("\n".join(files), encoding="utf-8")
        done = subprocess.run(
            ["tesseract", str(folder / "list.txt"), "stdout", "-l", READERS[look.language],
             "--psm", "7"],
            capture_output=True, text=True, check=True, timeout=READ_LIMIT_S,
            env={"OMP_THREAD_LIMIT": "1", "PATH": "/usr/bin:/bin"},
        )  # fmt: skip
    texts = done.stdout.split("\f")
    assert len(texts) == len(lines), (len(texts), len(lines))
    return texts


def judged(line: Line, text: str) -> Reading:
    """Return how many characters of a line were read wrongly, at most all."""
    wanted, got = plain(line.text), plain(text)
    return Reading(line, got, min(len(wanted), distance(wanted, got)), len(wanted))


def distance(one: str, other: str) -> int:
    """Return the number of characters to insert, delete or replace (Levenshtein)."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


def share(readings: Iterable[Reading]) -> float:
    """Return the share of characters that were read, 0 to 1."""
    wrong = length = 0
    for reading in readings:
        wrong += reading.wrong
        length += reading.length
    return 1.0 - wrong / length if length else 0.0


def main() -> int:
    """Print the share of each look; return 1 if one misses its bar."""
    options = argparse.ArgumentParser(prog="benchmarks.legibility", description=__doc__)
    options.add_argument("gallery", type=Path, help="the folder that `station gallery` wrote")
    chosen = options.parse_args()
    readings: dict[Look, list[Reading]] = defaultdict(list)
    for reading in read(lines_of(chosen.gallery)):
        readings[reading.line.look].append(reading)
    missed = False
    for look, of_look in sorted(readings.items(), key=lambda each: str(each[0])):
        bar, got = BARS[look.mode], share(of_look)
        missed |= got < bar.share
        print(
            f"{look.mode:12} {look.theme:15} {look.language:3} 20/{bar.acuity:<4}"
            f"{got:7.2%} of {sum(each.length for each in of_look)} characters in {len(of_look)}"
            f" lines {'met' if got >= bar.share else 'MISSED'} ({bar.share:.0%})"
        )
        for bad in sorted(of_look, key=lambda each: each.wrong, reverse=True)[:SHOWN]:
            if bad.wrong and got < bar.share:
                print(f"    {bad.wrong}/{bad.length} {bad.line.text!r} read as {bad.read!r}")
    return int(missed or not readings)


if __name__ == "__main__":
    sys.exit(main())
