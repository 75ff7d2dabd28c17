"""Sealed documents that must pass and look the same on screen and paper."""

from __future__ import annotations

import struct
from collections.abc import Callable
from io import BytesIO
from typing import Any

from PIL import Image

from printing.typesetting.archive import srgb_profile

from ...raw_pdf import APPEARANCE, CONTENT, Draft, form_object, stream

ACCEPTED: dict[str, Callable[[], Draft]] = {}


def accept(make: Callable[[], Draft]) -> Callable[[], Draft]:
    """Add a document with the name of the function."""
    ACCEPTED[make.__name__] = make
    return make


def _flags(flags: int) -> Callable[[], Draft]:
    return lambda: Draft(flags=flags)


# The seal must print; flags that restrict changes are allowed.
for _bits in range(8):
    _value = 4 | (64 if _bits & 1 else 0) | (128 if _bits & 2 else 0) | (512 if _bits & 4 else 0)
    ACCEPTED[f"seal_with_flags_{_value}"] = _flags(_value)


def _invisible(flags: int | None) -> Callable[[], Draft]:
    return lambda: Draft(flags=flags, rect=b"[0 0 0 0]")


def _empty(flags: int | None) -> Callable[[], Draft]:
    return lambda: Draft(flags=flags, appearance=b"")


# An invisible seal may have any flag, except that one without area must not print.
for _bit in range(10):
    if _bit != 2:
        ACCEPTED[f"invisible_seal_with_flag_{1 << _bit}"] = _invisible(1 << _bit)
    ACCEPTED[f"seal_without_appearance_with_flag_{1 << _bit}"] = _empty(1 << _bit)
ACCEPTED["invisible_seal_without_flags"] = _invisible(None)
ACCEPTED["seal_without_appearance_with_every_flag"] = _empty(1023)


def _stamp(entries: bytes, form: int = 20) -> bytes:
    return b"<</Type/Annot/Subtype/Stamp/Rect[80 300 180 420]/F 4/AP<</N %d 0 R>>%s>>" % (
        form,
        entries,
    )


@accept
def links_with_every_flag() -> Draft:
    """A link is invisible, except for its border if it prints."""
    links = b"".join(
        b"<</Type/Annot/Subtype/Link/Rect[%d 400 %d 460]/F %d/Border[0 0 %d]"
        b"/A<</S/URI/URI(https://a.example)>>>>" % (60 * n, 60 * n + 40, 1 << n, int(n != 2))
        for n in range(10)
    )
    return Draft(annotations=links)


@accept
def link_with_a_border_that_does_not_print() -> Draft:
    return Draft(
        annotations=b"<</Type/Annot/Subtype/Link/Rect[60 400 200 460]/C[0 0 0]"
        b"/A<</S/GoTo/D[3 0 R/Fit]>>>>"
    )


@accept
def stamps_and_watermarks() -> Draft:
    watermark = b"<</Type/Annot/Subtype/Watermark/Rect[300 350 420 500]/F 68/AP<</N 21 0 R>>>>"
    return Draft(
        annotations=_stamp(b"/Name/Approved/CA 1") + watermark,
        objects=[form_object(), form_object(entries=b"/Matrix[1 0 0 2 0 0]")],
    )


MATRICES = {
    "turned": b"[0 1 -1 0 0 0]",
    "upside_down": b"[-1 0 0 -1 100 100]",
    "mirrored": b"[-1 0 0 1 0 0]",
    "slanted": b"[1 0.2 0.4 1 30 -20]",
    "turned_by_30_degrees": b"[0.866 0.5 -0.5 0.866 0 0]",
    "large": b"[37 0 0 3 500 900]",
}


def _matrix(matrix: bytes) -> Callable[[], Draft]:
    return lambda: Draft(appearance_form=form_object(entries=b"/Matrix" + matrix))


for _name, _each in MATRICES.items():
    ACCEPTED[f"seal_{_name}"] = _matrix(_each)


@accept
def seal_of_another_shape_than_its_place() -> Draft:
    return Draft(rect=b"[300 200 520 260]")


@accept
def seal_whose_place_is_given_from_the_other_corner() -> Draft:
    return Draft(rect=b"[480 320 380 220]")


@accept
def seal_beyond_the_edge_of_the_page() -> Draft:
    return Draft(rect=b"[545 -40 645 60]")


@accept
def seal_whose_box_starts_elsewhere() -> Draft:
    return Draft(appearance_form=form_object(box=b"[-20 10 90 95]"))


@accept
def seal_of_forms_within_forms() -> Draft:
    return Draft(
        appearance_form=form_object(
            b"q 0.5 0 0 0.5 40 10 cm /In Do Q", b"/Resources<</XObject<</In 20 0 R>>>>"
        ),
        objects=[form_object(b"/In Do", b"/Resources<</XObject<</In 21 0 R>>>>"), form_object()],
    )


@accept
def seal_that_is_half_transparent() -> Draft:
    return Draft(
        rect=b"[380 580 520 720]",
        appearance_form=form_object(
            b"/Half gs " + APPEARANCE,
            b"/Group<</S/Transparency>>/Resources<</ExtGState<</Half<</ca 0.5/CA 0.5>>>>>>",
        ),
    )


@accept
def seal_that_darkens_what_is_below() -> Draft:
    return Draft(
        rect=b"[380 580 520 720]",
        appearance_form=form_object(
            b"/Dark gs " + APPEARANCE,
            b"/Group<</S/Transparency/I true>>"
            b"/Resources<</ExtGState<</Dark<</Type/ExtGState/BM/Multiply>>>>>>",
        ),
    )


@accept
def seal_that_is_a_picture_with_a_soft_mask() -> Draft:
    side = 60
    colour = bytes([200, 20, 20]) * side * side
    mask = bytes(
        255 if (x - 30) ** 2 + (y - 30) ** 2 < 900 and x > 12 else 0
        for y in range(side)
        for x in range(side)
    )
    size = b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8" % (side, side)
    return Draft(
        appearance_form=form_object(
            b"q 100 0 0 100 0 0 cm /Im Do Q", b"/Resources<</XObject<</Im 20 0 R>>>>"
        ),
        objects=[
            stream(colour, size + b"/ColorSpace/DeviceRGB/SMask 21 0 R", packed=True),
            stream(mask, size + b"/ColorSpace/DeviceGray", packed=True),
        ],
    )


def _rotated(angle: int) -> Callable[[], Draft]:
    return lambda: Draft(page=b"/Rotate %d" % angle)


for _angle in (90, 180, 270):
    ACCEPTED[f"page_rotated_by_{_angle}"] = _rotated(_angle)


@accept
def page_rotated_by_its_parent() -> Draft:
    return Draft(pages=b"/Rotate 270/MediaBox[0 0 842 595]", media=b"", rect=b"[380 420 480 520]")


@accept
def page_whose_box_starts_elsewhere() -> Draft:
    return Draft(media=b"/MediaBox[-100 50 495 892]", rect=b"[0 120 100 220]")


@accept
def page_with_equal_boxes() -> Draft:
    box = b"[0 0 595 842]"
    return Draft(
        page=b"/CropBox%s/TrimBox%s/BleedBox%s/ArtBox[50 50 500 800]/UserUnit 1" % (box, box, box)
    )


@accept
def page_of_the_size_of_a_card() -> Draft:
    return Draft(media=b"/MediaBox[0 0 243 153]", rect=b"[120 20 220 120]")


@accept
def page_of_a3() -> Draft:
    return Draft(media=b"/MediaBox[0 0 842 1191]", rect=b"[600 900 700 1000]")


@accept
def two_pages() -> Draft:
    second = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 842 595]/Contents 4 0 R/Resources<<>>>>"
    return Draft(kids=b"[3 0 R 20 0 R]", count=2, objects=[second])


@accept
def content_in_three_parts() -> Draft:
    return Draft(
        contents=b"/Contents[20 0 R 21 0 R 4 0 R]",
        objects=[stream(b"q 0.5 0 0 0.5"), stream(b"40 50 cm 0 0 200 90 re f Q", packed=True)],
    )


@accept
def content_that_leaves_the_axes_turned() -> Draft:
    return Draft(content=stream(CONTENT + b" 0 2 -2 0 300 0 cm 0.5 g"))


@accept
def soft_masks_on_the_page() -> Draft:
    states = b"/ExtGState<</Mask<</SMask<</S/Luminosity/G 20 0 R>>>>/None<</SMask/None>>>>"
    group = b"/Group<</S/Transparency/CS/DeviceGray>>"
    return Draft(
        resources=b"/Resources<<%s>>" % states,
        content=stream(b"/Mask gs 60 400 300 150 re f /None gs 60 300 100 50 re f"),
        objects=[form_object(b"1 g 80 420 200 50 re f", group, b"[0 0 595 842]")],
    )


@accept
def gradients() -> Draft:
    function = b"/Function<</FunctionType 2/Domain[0 1]/C0[0.9 0.9 0.9]/C1[0.1 0.1 0.1]/N 1>>"
    shading = b"/ColorSpace/DeviceRGB/Extend[true true]" + function
    return Draft(
        resources=b"/Resources<</Shading<</A<</ShadingType 2/Coords[60 0 500 0]%s>>"
        b"/B<</ShadingType 3/Coords[200 500 10 200 500 80]%s>>>>>>" % (shading, shading),
        content=stream(b"q 60 600 400 100 re W n /A sh Q q 100 400 200 200 re W n /B sh Q"),
    )


def _picture_of(picture: Image.Image, kind: str, **options: Any) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def _chequers(mode: str) -> Image.Image:
    picture = Image.new("L", (120, 90), 255)
    for x in range(0, 120, 30):
        for y in range(0, 90, 30):
            if (x + y) // 30 % 2:
                picture.paste(x, (x, y, x + 30, y + 30))
    return picture.convert(mode)


_IMAGE = b"/Type/XObject/Subtype/Image/Width 120/Height 90/BitsPerComponent 8"


@accept
def pictures_in_four_colour_spaces() -> Draft:
    palette = b"[/Indexed/DeviceRGB 3<000000ff000000ff00ffffff>]"
    indexed = bytes((x // 30 + y // 30) % 4 for y in range(90) for x in range(120))
    jpeg = _picture_of(_chequers("RGB"), "JPEG", quality=95)
    grey_jpeg = _picture_of(_chequers("L"), "JPEG", quality=95)
    return Draft(
        resources=b"/Resources<</XObject<</A 20 0 R/B 21 0 R/C 22 0 R/D 23 0 R>>>>",
        content=stream(
            b" ".join(
                b"q 200 0 0 150 %d %d cm /%c Do Q"
                % (60 + 240 * (n % 2), 600 - 200 * (n // 2), 65 + n)
                for n in range(4)
            )
        ),
        objects=[
            stream(jpeg, _IMAGE + b"/ColorSpace/DeviceRGB/Filter/DCTDecode"),
            stream(grey_jpeg, _IMAGE + b"/ColorSpace/DeviceGray/Filter/DCTDecode"),
            stream(indexed, _IMAGE + b"/ColorSpace" + palette, packed=True),
            stream(
                _chequers("RGB").tobytes(),
                _IMAGE + b"/ColorSpace[/CalRGB<</WhitePoint[0.95 1 1.09]/Gamma[2.2 2.2 2.2]>>]",
                packed=True,
            ),
        ],
    )


@accept
def a_scan_in_black_and_white() -> Draft:
    picture = _chequers("1").resize((1240, 1754))
    head = b"/Type/XObject/Subtype/Image/Width 1240/Height 1754/BitsPerComponent 1"
    return Draft(
        resources=b"/Resources<</XObject<</Scan 20 0 R>>>>",
        content=stream(b"q 595 0 0 842 0 0 cm /Scan Do Q"),
        objects=[stream(picture.tobytes(), head + b"/ColorSpace/DeviceGray", packed=True)],
    )


@accept
def colours_by_profiles() -> Draft:
    def curve(gamma: float) -> bytes:
        profile = srgb_profile()
        at = profile.index(b"para") + 12
        return profile[:at] + struct.pack(">l", round(gamma * 65536)) + profile[at + 4 :]

    return Draft(
        resources=b"/Resources<</ColorSpace<</A[/ICCBased 20 0 R]/B[/ICCBased 21 0 R]>>"
        b"/XObject<</I 22 0 R>>>>",
        content=stream(
            b"/A cs 0.5 0.5 0.5 sc 60 600 100 100 re f /B cs 0.5 0.5 0.5 sc 200 600 100 100 re f"
            b" q 200 0 0 150 60 300 cm /I Do Q"
        ),
        objects=[
            stream(curve(2.4), b"/N 3/Alternate/DeviceRGB"),
            stream(curve(6), b"/N 3"),
            stream(
                _chequers("RGB").tobytes(), _IMAGE + b"/ColorSpace[/ICCBased 21 0 R]", packed=True
            ),
        ],
    )


@accept
def a_stencil() -> Draft:
    rows = bytes(0b10101010 if n % 16 < 8 else 0b00001111 for n in range(64 * 8))
    head = b"/Type/XObject/Subtype/Image/Width 64/Height 64/BitsPerComponent 1/ImageMask true"
    return Draft(
        resources=b"/Resources<</XObject<</M 20 0 R>>>>",
        content=stream(b"0.1 0.1 0.5 rg q 300 0 0 300 60 400 cm /M Do Q"),
        objects=[stream(rows, head, packed=True)],
    )


@accept
def the_standard_fonts() -> Draft:
    fonts = b"".join(
        b"/%s<</Type/Font/Subtype/Type1/BaseFont/%s/Encoding/WinAnsiEncoding>>" % (name, name)
        for name in (b"Helvetica", b"Times-Roman", b"Courier")
    )
    return Draft(
        resources=b"/Resources<</Font<<%s>>>>" % fonts,
        content=stream(
            b"BT /Helvetica 24 Tf 60 700 Td (Certificate) Tj /Times-Roman 24 Tf 0 -60 Td"
            b" (Certificate) Tj /Courier 24 Tf 0 -60 Td (Certificate) Tj ET"
        ),
    )


@accept
def colours_of_a_printing_press() -> Draft:
    return Draft(
        resources=b"/Resources<</ColorSpace<</Spot[/Separation/Seal/DeviceCMYK"
        b"<</FunctionType 2/Domain[0 1]/C0[0 0 0 0]/C1[0 0.9 0.9 0.1]/N 1>>]>>>>",
        content=stream(
            b"0 0 0 1 k 60 600 100 100 re f 1 1 0 0 k 200 600 100 100 re f"
            b" /Spot cs 1 scn 340 600 100 100 re f"
        ),
    )


@accept
def what_producers_add() -> Draft:
    """Entries that other producers write, and that trigger no action in any reader."""
    return Draft(
        catalog=b"/Version/1.7/Lang(zh-CN)/PageLayout/SinglePage/PageMode/UseOutlines"
        b"/ViewerPreferences<</DisplayDocTitle true/Direction/L2R/PrintScaling/None>>"
        b"/PageLabels<</Nums[0<</S/D>>]>>/MarkInfo<</Marked true>>/Outlines 20 0 R"
        b"/Names<</Dests<</Names[(top)[3 0 R/XYZ 0 842 0]]>>>>/OpenAction[3 0 R/Fit]"
        b"/Extensions<</ADBE<</BaseVersion/1.7/ExtensionLevel 8>>>>/Metadata 22 0 R"
        b"/PieceInfo<</WPS<</LastModified(D:2026)/Private<</Rev 3/Words[(a)(b)]>>>>>>"
        b"/StructTreeRoot 23 0 R",
        pages=b"/ITXT(5.5.13)/ProcSet[/PDF]",
        page=b"/LastModified(D:20261130)/Group<</S/Transparency/CS/DeviceRGB/I true>>/Tabs/S"
        b"/StructParents 0/Trans<<>>/PieceInfo<</Adobe<</LastModified(D:2026)>>>>",
        resources=b"/Resources<</ProcSet[/PDF/Text]/Properties<</MC0<</MCID 0>>>>>>",
        content=stream(b"/P /MC0 BDC " + CONTENT + b" EMC"),
        info=b"/Title(a)/Author(b)/Creator(WPS)/ModDate(D:2026)/Trapped/False/SourceModified(D:1)",
        trailer=b"/ID[<01><02>]/DocChecksum/ABCDEF",
        objects=[
            b"<</Type/Outlines/First 21 0 R/Last 21 0 R/Count 1>>",
            b"<</Title(top)/Parent 20 0 R/Dest[3 0 R/Fit]>>",
            stream(b"<x:xmpmeta/>", b"/Type/Metadata/Subtype/XML"),
            b"<</Type/StructTreeRoot/K 24 0 R/ParentTree<</Nums[0[24 0 R]]>>/RoleMap<</X/P>>>>",
            b"<</Type/StructElem/S/P/P 23 0 R/Pg 3 0 R/K[0 25 0 R]/Alt(a \\(b\\))>>",
            b"<</Type/OBJR/Obj 6 0 R/Pg 3 0 R>>",
        ],
    )


@accept
def seal_with_looks_that_its_appearance_replaces() -> Draft:
    return Draft(widget=b"/MK<</BC[0 0 0]/BG[0 0 0]>>/Border[0 0 9]/BS<</W 5/S/S>>")


@accept
def objects_that_nothing_uses() -> Draft:
    return Draft(
        objects=[
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            b"[1 2(three)<</MCID 1>>]",
            b"(left over)",
            stream(b"q Q"),
            form_object(),
            b"null",
            b"<</Type/ExtGState/ca 1>>",
            b"595",
        ]
    )


@accept
def revocation_data_of_a_long_term_seal() -> Draft:
    return Draft(
        catalog=b"/DSS<</Type/DSS/VRI<</AB12<</Cert[]/TU(D:2026)>>>>>>/Perms<</DocMDP 5 0 R>>",
        signature=b"/Reference[<</Type/SigRef/TransformMethod/DocMDP"
        b"/TransformParams<</Type/TransformParams/P 1/V/1.2>>>>]"
        b"/Prop_Build<</App<</Name/Exchange-Pro/REx(2019)>>>>/Reason(seal)",
    )
