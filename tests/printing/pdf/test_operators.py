"""The operators of a page: accepted and refused syntax, and the counted resources."""

from __future__ import annotations

import zlib

import pytest

from printing.pdf.operators import MAX_SAVED, read_operators
from printing.pdf.syntax import MalformedPdfError


@pytest.mark.parametrize(
    "operators",
    [
        b"",
        b" % nothing\n",
        b"q 1 0 0 1 0 0 cm Q",
        b"0 0 m 1 1 l 1 2 3 4 5 6 c 1 2 3 4 v 1 2 3 4 y h S",
        b"1 2 3 4 re W n 1 2 3 4 re W* n f f* F B B* b b* s",
        b"1 w 0 J 1 j 10 M [3 2] 0 d [] 0 d /Perceptual ri 1 i",
        b"0 g 0 G 1 0 0 rg 1 0 0 RG 0 0 0 1 k 0 0 0 1 K",
        b"1 sc 1 0 0 scn 1 SC .5 SCN",
        b"BT 1 0 0 1 0 0 Tm 1 2 Td 1 2 TD T* 1 Tc 1 Tw 90 Tz 12 TL 1 Ts 0 Tr ET",
        b"BT (a) Tj (b) ' 1 2 (c) \" [(d) -20 <6566>] TJ ET",
        b"BT (a \\) (b (c)) d) Tj ET",
        b"/Artifact BMC EMC /P <</MCID 0/Lang (zh)/A [1 2]>> BDC EMC /P /MC0 BDC EMC /X MP",
        b"0 0 m % a comment\n1 1 l S",
        b"-.5 +1. 3 .25 re\nf",
        b"BX EX",
    ],
)
def test_valid_operators_are_accepted(operators: bytes) -> None:
    assert not read_operators(operators).names


@pytest.mark.parametrize(
    "operators",
    [
        b"foo", b"1", b"1 2 3 re", b"1 2 3 4 5 re", b"(a) w", b"1 2 m3 l", b"1.2.3 w", b"1-2 w",
        b"q q Q Q Q", b"Q", b"BT", b"ET", b"BT BT ET ET", b"BT q Q ET", b"BT 1 2 3 4 re f ET",
        b"BT /F Do ET", b"(a) Tj", b"1 2 Td", b"BT (a Tj ET", b"[(a) 1 2", b"<</A 1>> BDC",
        b"/A 1 BDC", b"BI /W 1 /H 1 ID x", b"BI /W 1 ID x EI", b"1 gs", b"/F Tf", b"]", b"{ }",
    ],
)  # fmt: skip
def test_operators_that_break_the_grammar_are_refused(operators: bytes) -> None:
    with pytest.raises(MalformedPdfError):
        read_operators(operators)


def test_uses_of_resources_are_counted() -> None:
    uses = read_operators(
        b"/A Do /A Do /B gs /C cs /D CS /E sh BT /F 12 Tf ET /G scn 1 0 /H SCN /#41 Do"
    )
    assert uses.names == {
        ("/XObject", "/A"): 3, ("/ExtGState", "/B"): 1, ("/ColorSpace", "/C"): 1,
        ("/ColorSpace", "/D"): 1, ("/Shading", "/E"): 1, ("/Font", "/F"): 1, ("/Pattern", "/G"): 1,
        ("/Pattern", "/H"): 1,
    }  # fmt: skip


def test_inline_image_is_skipped_and_counted() -> None:
    uses = read_operators(
        b"q BI /W 4 /H 6 /BPC 8 /CS /G ID \x00Do foo\xff EI Q q (a)    \xfe EI Q /A Do"
    )
    assert (uses.inline_pixels, list(uses.names)) == (24, [("/XObject", "/A")])


def test_number_of_saved_states_is_limited() -> None:
    read_operators(b"q " * MAX_SAVED)
    with pytest.raises(MalformedPdfError):
        read_operators(b"q " * (MAX_SAVED + 1))


IMAGE = b"BI /W 4 /H 2 /BPC 8 /CS /G ID "


@pytest.mark.parametrize(
    "operators",
    [
        IMAGE + b"abcdefgh\nEI Q",
        IMAGE + b"ab EI gh\nEI",
        b"BI/IM true/W 9/H 2/D[1 0]ID abcd EI",
        b"BI /Width 1 /Height 1 /ColorSpace /DeviceCMYK /BitsPerComponent 8 ID abcd\nEI",
        b"BI /W 2 /H 1 /BPC 4 /CS [/I /RGB 1 <000000FFFFFF>] ID a\nEI",
        b"BI /W 2 /H 2 /BPC 8 /CS /G /F /AHx ID 61626364>\nEI",
        b"BI /W 2 /H 2 /BPC 8 /CS /G /F [/A85] ID @:E_W~>\nEI",
        b"BI /W 2 /H 2 /BPC 8 /CS /G /F /Fl ID " + zlib.compress(b"abcd") + b"\nEI",
    ],
)
def test_valid_inline_images_are_accepted(operators: bytes) -> None:
    read_operators(b"q " + operators)


@pytest.mark.parametrize(
    "operators",
    [
        IMAGE + b"abcdefg\nEI",
        IMAGE + b"abcdefghi\nEI",
        IMAGE + b"abc\nEI BI /W 1 /H 1 /BPC 8 /CS /G ID x\nEI",
        b"BI /W 4 /H 2 /BPC 8 ID abcdefgh\nEI",
        b"BI /W 4 /H 2 /BPC 8 /CS /Own ID abcdefgh\nEI",
        b"BI /W 4 /H 2 /W 4 /BPC 8 /CS /G ID abcdefgh\nEI",
        b"BI /W 4 /Width 4 /H 2 /BPC 8 /CS /G ID abcdefgh\nEI",
        b"BI /W 4 /H 2 /BPC 8 /CS /G /I true ID abcdefgh\nEI",
        b"BI /W 4 /H 2 /BPC 8 /CS /G /D [0 2] ID abcdefgh\nEI",
        b"BI /W 4 /H 2 /BPC 8 /CS /G /OC /L ID abcdefgh\nEI",
        b"BI /W 2 /H 2 /BPC 8 /CS /G /F /DCT ID abcd\nEI",
        b"BI /W 2 /H 2 /BPC 8 /CS /G /F /AHx ID 616263>\nEI",
        b"BI /W 2 /H 2 /BPC 8 /CS /G /F /Fl ID " + zlib.compress(b"abcd") + b"more\nEI",
    ],
)
def test_invalid_inline_images_are_refused(operators: bytes) -> None:
    """Readers find different ends of such an image, so they draw different operators after it."""
    with pytest.raises(MalformedPdfError):
        read_operators(operators)
