"""Which annotations are drawn, and which are refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from printing.pdf.annotations import Annotation, Flag, difference, is_drawn

SEAL = Annotation("/Widget", Flag.PRINT, has_area=True, has_appearance=True, has_border=False)
ANY_FLAGS = range(1 << 11)
FREE = int(Flag.READ_ONLY | Flag.LOCKED | Flag.LOCKED_CONTENTS)


def test_seal_must_have_the_print_flag_and_may_have_harmless_flags() -> None:
    accepted = {flags for flags in ANY_FLAGS if difference(replace(SEAL, flags=flags)) is None}
    assert accepted == {flags for flags in ANY_FLAGS if flags & ~FREE == Flag.PRINT}
    assert len(accepted) == 8


@pytest.mark.parametrize("subtype", ["/Widget", "/Stamp", "/Watermark", "/Link", "/FreeText"])
@pytest.mark.parametrize("has_area", [True, False])
@pytest.mark.parametrize("has_appearance", [True, False])
def test_accepted_annotation_with_area_and_appearance_is_drawn(
    subtype: str, has_area: bool, has_appearance: bool
) -> None:
    for flags in ANY_FLAGS:
        one = Annotation(subtype, flags, has_area, has_appearance, has_border=False)
        if difference(one) is None:
            assert is_drawn(one) == (has_area and has_appearance and subtype != "/Link")


@pytest.mark.parametrize("flag", [Flag.HIDDEN, Flag.NO_VIEW, Flag.INVISIBLE])
def test_hidden_annotation_is_not_drawn(flag: Flag) -> None:
    assert is_drawn(SEAL)
    assert not is_drawn(replace(SEAL, flags=Flag.PRINT | flag))


def test_invisible_seal_may_have_any_flag_except_print_without_area() -> None:
    for flags in ANY_FLAGS:
        assert difference(replace(SEAL, flags=flags, has_appearance=False)) is None
        accepted = difference(replace(SEAL, flags=flags, has_area=False)) is None
        assert accepted is not bool(flags & Flag.PRINT)


def test_link_that_prints_must_not_have_a_border() -> None:
    link = replace(SEAL, subtype="/Link", has_appearance=False, has_border=True)
    assert difference(link) is not None
    assert difference(replace(link, has_border=False)) is None
    assert difference(replace(link, flags=0)) is None


@pytest.mark.parametrize(
    ("border", "style", "drawn"),
    [(None, None, True), ([0, 0, 0], None, False), ([0, 0, 2], None, True), ([], None, True),
     ([0, 0, 0], 1, True), ([0, 0, 2], 0, False)],
)  # fmt: skip
def test_border_width_follows_the_standard(
    border: list[int] | None, style: int | None, drawn: bool
) -> None:
    """Without an entry, the border is one point wide (ISO 32000-1, 12.5.4)."""
    found = Annotation.read(
        subtype="/Link", flags=None, rectangle=[0, 0, 9, 9], form_box=None, form_is_empty=False,
        border=border, border_style=style,
    )  # fmt: skip
    assert found.has_border is drawn


@pytest.mark.parametrize("flags", [-1, True, 4.0, "/Print"])
def test_invalid_flags_are_refused(flags: object) -> None:
    with pytest.raises(ValueError, match="flags"):
        Annotation.read(
            subtype="/Stamp", flags=flags, rectangle=[0, 0, 9, 9], form_box=None,
            form_is_empty=False, border=None, border_style=None,
        )  # fmt: skip
