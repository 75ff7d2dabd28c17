"""The tables of themes and modes: contrast of every pair, focus frame, type, targets and gaps."""

from __future__ import annotations

from dataclasses import fields

import pytest
from PySide6.QtGui import QFontMetricsF

from terminal.session.model import Look, Mode, Theme
from ui.gallery.scenes import SCENES
from ui.look.fonts import font
from ui.look.metrics import CAPITAL_EM, SIZES, Role, Screen, Sizes
from ui.look.theme import LEAST_CONTRAST, LEAST_FOCUS_CONTRAST, PALETTES, Tone, contrast

from ..pages_rig import PORTRAIT, Shown

SCREEN = Screen(1080, 1920, 1 / 0.248)


@pytest.fixture
def screen() -> Screen:
    """One screen is enough for these tests."""
    return PORTRAIT


def test_each_theme_and_each_mode_has_a_table() -> None:
    assert set(PALETTES) == set(LEAST_CONTRAST) == set(Theme)
    assert set(SIZES) == set(Mode)
    assert all(set(table.type_mm) == set(Role) for table in SIZES.values())


@pytest.mark.parametrize("theme", Theme)
def test_every_text_stands_out_from_every_background_that_it_may_have(theme: Theme) -> None:
    low = [
        (text, ground, round(contrast(text, ground), 2))
        for text, ground in PALETTES[theme].pairs()
        if contrast(text, ground) < LEAST_CONTRAST[theme]
    ]
    assert low == []


def test_the_contrast_themes_ask_for_15() -> None:
    assert LEAST_CONTRAST == {
        Theme.STANDARD: 7.0, Theme.CONTRAST_LIGHT: 15.0, Theme.CONTRAST_DARK: 15.0,
    }  # fmt: skip


@pytest.mark.parametrize("theme", Theme)
def test_pairs_name_both_states_of_every_tone(theme: Theme) -> None:
    palette = PALETTES[theme]
    tones = [getattr(palette, f.name) for f in fields(palette)]
    for tone in tones:
        if isinstance(tone, Tone):
            for ground in (tone.ground, tone.pressed):
                assert {(tone.text, ground), (tone.quiet, ground)} <= palette.pairs()


@pytest.mark.parametrize("theme", Theme)
def test_the_focus_frame_stands_out_from_every_background(theme: Theme) -> None:
    palette = PALETTES[theme]
    inner, outer = palette.focus
    assert contrast(inner, outer) >= LEAST_FOCUS_CONTRAST
    for ground in palette.grounds():
        best = max(contrast(tone, ground) for tone in palette.focus)
        assert best >= LEAST_FOCUS_CONTRAST, ground


@pytest.mark.parametrize("theme", Theme)
def test_the_edge_of_a_control_stands_out_from_the_page(theme: Theme) -> None:
    palette = PALETTES[theme]
    for tone in (palette.primary, palette.secondary, palette.station, palette.help):
        for ground in (palette.page, palette.foot):
            assert contrast(tone.edge or tone.ground, ground) >= 3.0


@pytest.mark.parametrize("theme", Theme)
def test_pages_use_only_pairs_that_are_declared(shown: Shown, theme: Theme) -> None:
    declared = PALETTES[theme].pairs()
    for scene in SCENES:
        for mode in (Mode.STANDARD, Mode.ELDER):
            shown.scene(scene, Look(mode, theme=theme))
            for widget, run in shown.runs():
                pair = (run.colour, run.ground)
                assert pair in declared, f"{scene}: {run.text!r} in {widget.objectName()!r}"


def test_a_capital_is_as_high_as_the_figures_say(qapp: object) -> None:
    high = QFontMetricsF(font(1000)).tightBoundingRect("H").height()
    assert high / 1000 == pytest.approx(CAPITAL_EM, abs=0.002)


@pytest.mark.parametrize("distance_mm", [400.0, 600.0, 900.0])
def test_extra_large_capitals_are_seen_under_0_7_degrees(distance_mm: float) -> None:
    screen = Screen(1024, 768, 1 / 0.297, distance_mm)
    sizes = Sizes(screen, Mode.EXTRA_LARGE, squeeze=0.4)
    for role in Role:
        em_mm = sizes.type_px(role) / screen.px_per_mm
        assert em_mm >= 12.0
        assert screen.angle_deg(em_mm) >= 0.7


def test_each_mode_holds_its_minima_on_every_screen() -> None:
    wanted = {
        Mode.STANDARD: (6.6, 12.7, 2.5), Mode.ELDER: (8.5, 20.0, 4.0),
        Mode.EXTRA_LARGE: (12.0, 20.0, 4.0),
    }  # fmt: skip
    for mode, (em_mm, touch_mm, gap_mm) in wanted.items():
        for screen in (SCREEN, Screen(1024, 768, 1 / 0.297)):
            sizes = Sizes(screen, mode, squeeze=0.4)
            half_px = 0.5 / screen.px_per_mm
            assert min(sizes.type_px(role) for role in Role) / screen.px_per_mm >= em_mm
            assert sizes.touch(1.0) / screen.px_per_mm >= touch_mm - half_px
            assert sizes.gap(1.0) / screen.px_per_mm >= gap_mm - half_px


def test_every_mode_is_at_most_two_touches_away_and_larger_type_one() -> None:
    order = list(Mode)
    floors = [SIZES[mode].floor_mm for mode in order]
    assert floors == sorted(floors)
    for mode in order:
        if mode is not order[-1]:
            assert SIZES[mode.following].floor_mm > SIZES[mode].floor_mm
        assert {mode, mode.following, mode.following.following} == set(Mode)
