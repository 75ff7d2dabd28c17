"""What the legibility measure cuts from a gallery, how it blurs it, and how it counts errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from benchmarks.legibility import (
    Line,
    Look,
    as_seen,
    blur_px,
    distance,
    judged,
    lines_of,
    plain,
    share,
)

LOOK = Look("standard", "standard", "zh")


def gallery(folder: Path, *texts: dict[str, Any], language: str = "zh") -> Path:
    """Write a gallery of one picture with these texts."""
    Image.new("RGB", (400, 100), "#FFFFFF").save(folder / "one.png")
    report = {
        "screens": {"portrait-21": {"width_px": 400, "height_px": 100, "mm_per_px": 0.25}},
        "pictures": [
            {
                "file": "one.png", "screen": "portrait-21", "mode": "standard",
                "theme": "standard", "language": language, "texts": list(texts),
            }
        ],
    }  # fmt: skip
    (folder / "gallery.json").write_text(json.dumps(report), encoding="utf-8")
    return folder


def text(words: str, *, em_mm: float = 9.0, ink: str = "#14212B") -> dict[str, Any]:
    box = {"x": 10, "y": 10, "w": 200, "h": 50}
    return {"text": words, "em_mm": em_mm, "ink": ink, "ground": "#FFFFFF", "box": box}


def test_each_distinct_text_is_read_once(tmp_path: Path) -> None:
    found = lines_of(
        gallery(tmp_path, text("放卡"), text("放卡"), text("放卡", em_mm=12), text("取纸"))
    )
    assert [(line.text, line.em_px) for line in found] == [("放卡", 36), ("放卡", 48), ("取纸", 36)]
    assert found[0].box == (10, 10, 200, 50)


def test_masks_and_signs_without_letters_are_left_out(tmp_path: Path) -> None:
    found = lines_of(gallery(tmp_path, text("王●明"), text("4401●●●●"), text("……"), text("2 页")))
    assert [line.text for line in found] == ["2 页"]


def test_a_language_without_a_reader_is_left_out(tmp_path: Path) -> None:
    assert lines_of(gallery(tmp_path, text("放卡"), language="pseudo")) == []


def test_blur_is_half_the_minimum_angle_of_resolution() -> None:
    # 20/20: one arc minute, which is 0.1745 mm at 600 mm.
    assert blur_px(20, 1.0) == pytest.approx(0.1745 / 2, rel=1e-3)
    assert blur_px(200, 0.248) == pytest.approx(10 * blur_px(20, 0.248), rel=1e-4)
    assert blur_px(70, 0.25, distance_mm=1200) == pytest.approx(2 * blur_px(70, 0.25))


def test_light_text_on_a_dark_ground_is_inverted_and_doubled(tmp_path: Path) -> None:
    dark = Image.new("RGB", (100, 60), "#0E3A4F")
    ImageDraw.Draw(dark).rectangle((45, 25, 55, 35), fill="#FFFFFF")
    dark.save(tmp_path / "dark.png")
    line = Line(LOOK, "字", tmp_path / "dark.png", (20, 10, 60, 40), 30.0, 0.25)
    seen = as_seen(line, 20)
    assert seen.size == ((60 + 2 * 6) * 2, (40 + 2 * 6) * 2)
    corner, middle = seen.getpixel((2, 2)), seen.getpixel((72, 52))
    assert isinstance(corner, int | float)
    assert isinstance(middle, int | float)
    assert corner > 150
    assert middle < 60


def test_a_weaker_eye_sees_less_contrast(tmp_path: Path) -> None:
    light = Image.new("L", (100, 60), 255)
    ImageDraw.Draw(light).rectangle((49, 10, 50, 50), fill=0)
    light.save(tmp_path / "light.png")
    line = Line(LOOK, "丨", tmp_path / "light.png", (20, 10, 60, 40), 30.0, 0.25)
    darkest = [
        next(grey for grey, count in enumerate(as_seen(line, acuity).histogram()) if count)
        for acuity in (20, 70, 200)
    ]
    assert darkest[0] < darkest[1] < darkest[2]


def test_punctuation_case_and_width_are_not_compared() -> None:
    assert plain("请放卡，Ａ4。 (OK)") == "请放卡a4ok"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("", "", 0), ("放卡", "放卡", 0), ("放卡", "放下", 1), ("放卡", "", 2), ("卡", "放卡片", 2)],
)
def test_distance_counts_single_changes(one: str, other: str, expected: int) -> None:
    assert distance(one, other) == expected


def test_share_is_that_of_all_characters(tmp_path: Path) -> None:
    def line(words: str) -> Line:
        return Line(LOOK, words, tmp_path, (0, 0, 1, 1), 30.0, 0.25)

    readings = [judged(line("请把卡放好"), "请把卞放好"), judged(line("好"), "完全不对的一行")]
    assert [(each.wrong, each.length) for each in readings] == [(1, 5), (1, 1)]
    assert share(readings) == pytest.approx(1 - 2 / 6)
    assert share([]) == 0.0
