"""The font chain has a glyph for every character, or reports a fault."""

from __future__ import annotations

import string
from pathlib import Path

import pytest

from devices.health import Fault
from printing import faults
from printing.typesetting import font_chain
from printing.typesetting.truetype import NotTrueTypeError, TrueTypeFont

# GB 18030-2022, implementation level 3: the ranges of the standard.
LEVEL_3 = (
    (0x4E00, 0x9FEF),
    (0x3400, 0x4DB5),
    (0x20000, 0x2A6D6),
    (0x2A700, 0x2B734),
    (0x2B740, 0x2B81D),
    (0x2B820, 0x2CEA1),
    (0x2CEB0, 0x2EBE0),
)
COMPATIBLE = "\ufa0e\ufa0f\ufa11\ufa13\ufa14\ufa1f\ufa21\ufa23\ufa24\ufa27\ufa28\ufa29"


@pytest.fixture(scope="module")
def chain() -> font_chain.FontChain:
    loaded = font_chain.load_chain()
    assert not isinstance(loaded, Fault), loaded
    return loaded


def test_every_character_of_level_3_has_a_face(chain: font_chain.FontChain) -> None:
    characters = "".join(chr(code) for a, b in LEVEL_3 for code in range(a, b + 1)) + COMPATIBLE
    assert len(characters) == 87_887
    assert chain.check([characters]) is None


def test_faces_are_searched_in_order_and_all_are_needed(chain: font_chain.FontChain) -> None:
    names = [face.path.name for face in chain.faces]
    assert names == ["LiberationSerif-Regular.ttf", *font_chain.HAN]

    def face_of(character: str) -> str:
        place = chain.find(character)
        assert place is not None
        return names[place[0]]

    assert face_of("A") == "LiberationSerif-Regular.ttf"
    assert face_of("王") == "BabelStoneHan.ttf"
    assert face_of("，") == "BabelStoneHan.ttf"
    assert face_of("·") == "BabelStoneHan.ttf"
    assert {face_of(chr(code)) for code in range(0x20000, 0x2A6D7, 17)} >= set(font_chain.HAN[2:])


def test_digits_have_equal_width(chain: font_chain.FontChain) -> None:
    widths = set()
    for digit in string.digits:
        place = chain.find(digit)
        assert place is not None
        widths.add(chain.faces[place[0]].advance(place[1]))
    assert len(widths) == 1


def test_fault_for_a_missing_character_does_not_reveal_it(chain: font_chain.FontChain) -> None:
    fault = chain.check(["王建明", "\U0003fffd"])
    assert fault is not None
    assert fault.same_as(faults.GLYPH_MISSING)
    assert "U+3FFxx" in fault.detail
    assert "\U0003fffd" not in fault.detail
    assert "3FFFD" not in fault.detail.upper()


@pytest.mark.parametrize("control", ["\n", "\t", "\x00", "\ufffe"])
def test_control_characters_have_no_glyph(chain: font_chain.FontChain, control: str) -> None:
    assert chain.find(control) is None


def test_a_font_that_is_not_installed_is_a_fault(tmp_path: Path) -> None:
    fault = font_chain.chain([tmp_path])
    assert isinstance(fault, Fault)
    assert fault.same_as(faults.FONT_MISSING)
    assert font_chain.LATIN in fault.detail


def test_a_broken_font_file_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / font_chain.LATIN).write_bytes(b"\x00\x01\x00\x00" + b"\xff" * 40)
    fault = font_chain.load_chain([tmp_path])
    assert isinstance(fault, Fault)
    assert fault.same_as(faults.FONT_MISSING)


@pytest.mark.parametrize("content", [b"", b"OTTO\0\1", b"\x00\x01\x00\x00\x00\x00"])
def test_only_truetype_fonts_are_accepted(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "font.ttf"
    path.write_bytes(content)
    with pytest.raises(NotTrueTypeError):
        TrueTypeFont(path)


def test_newly_installed_font_is_found_without_a_restart(tmp_path: Path) -> None:
    assert isinstance(font_chain.chain([tmp_path]), Fault)
    loaded = font_chain.load_chain()
    assert not isinstance(loaded, Fault)
    for face in loaded.faces:
        (tmp_path / face.path.name).symlink_to(face.path)
    assert isinstance(font_chain.chain([tmp_path]), font_chain.FontChain)


def test_chain_is_loaded_once(chain: font_chain.FontChain) -> None:
    assert font_chain.chain() is font_chain.chain()


def test_a_subset_keeps_outlines_and_widths(chain: font_chain.FontChain, tmp_path: Path) -> None:
    """The subset can be read again and has the same contours, also of composite glyphs."""
    for face, text in ((chain.faces[0], "Aé10ï"), (chain.faces[1], "王𬀩明")):
        glyphs = [0, *(face.glyph(ord(c)) for c in text)]
        program = face.subset(glyphs)
        path = tmp_path / face.path.name
        # `TrueTypeFont` opens only fonts with a cmap.
        path.write_bytes(_with_cmap(program))
        again = TrueTypeFont(path)
        assert again.glyph_count >= len(glyphs)
        for number, glyph in enumerate(glyphs):
            assert again.advance(number) == face.advance(glyph)
            assert again.contours(number) == face.contours(glyph)
        assert len(program) < 20_000


def _with_cmap(program: bytes) -> bytes:
    """Return ``program`` with a cmap (format 12, no groups) as a further table at its end."""
    count = int.from_bytes(program[4:6], "big")
    header, directory, body = (
        program[:12],
        program[12 : 12 + 16 * count],
        program[12 + 16 * count :],
    )
    moved = b""
    for at in range(0, len(directory), 16):
        entry = directory[at : at + 16]
        offset = int.from_bytes(entry[8:12], "big") + 16
        moved += entry[:8] + offset.to_bytes(4, "big") + entry[12:]
    cmap = bytes.fromhex("0000 0001 0003 000a 0000000c 000c 0000 00000010 00000000 00000000")
    where = len(program) + 16
    entry = b"cmap" + bytes(4) + where.to_bytes(4, "big") + len(cmap).to_bytes(4, "big")
    return header[:4] + (count + 1).to_bytes(2, "big") + header[6:] + moved + entry + body + cmap
