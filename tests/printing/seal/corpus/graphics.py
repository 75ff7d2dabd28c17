"""Documents that QtPdf, poppler and Ghostscript draw differently."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image

from printing.typesetting.archive import srgb_profile

from ...raw_pdf import CONTENT, Draft, form_object, stream
from .refused import ACTS, BREAKS, Table

GRAPHICS = Table()
_SIZE = b"/Type/XObject/Subtype/Image/Width 120/Height 90/BitsPerComponent 8"
_GREY = bytes(range(120)) * 90


def _image(data: bytes, entries: bytes, *others: bytes, packed: bool = True) -> Draft:
    return Draft(
        resources=b"/Resources<</XObject<</I 20 0 R>>>>",
        content=stream(b"q 300 0 0 225 60 400 cm /I Do Q"),
        objects=[stream(data, entries, packed=packed), *others],
    )


def _encoded(kind: str, mode: str = "L") -> bytes:
    out = BytesIO()
    Image.frombytes("L", (120, 90), _GREY).convert(mode).save(out, kind)
    return out.getvalue()


_GREYS = _SIZE + b"/ColorSpace/DeviceGray"
_JPEG, _JPEG2000 = _encoded("JPEG"), _encoded("JPEG2000")
for _name, _draft, _fault, _detail in (
    ("print_image", _image(_GREY, _GREYS + b"/Alternates[]"), ACTS, "/Alternates in an image"),
    ("image_in_a_layer", _image(_GREY, _GREYS + b"/OC<<>>"), ACTS, "/OC in an image"),
    ("image_with_opi", _image(_GREY, _GREYS + b"/OPI<<>>"), ACTS, "/OPI in an image"),
    ("image_cut_off", _image(_GREY[:5000], _GREYS), BREAKS, "an incomplete image"),
    ("image_empty", _image(b"", _GREYS, packed=False), BREAKS, "an incomplete image"),
    (
        "image_damaged",
        _image(b"\x78\x9c\xff\xff\xff", _GREYS + b"/Filter/FlateDecode", packed=False),
        BREAKS,
        "a damaged image",
    ),
    (
        "image_with_other_rows",
        _image(_GREY, _GREYS + b"/DecodeParms<</Predictor 15/Columns 60>>"),
        BREAKS,
        "rows are of another length",
    ),
    (
        "jpeg_cut_off",
        _image(_JPEG[: len(_JPEG) // 2], _GREYS + b"/Filter/DCTDecode", packed=False),
        BREAKS,
        "an incomplete image",
    ),
    (
        "jpeg_of_another_size",
        _image(_JPEG, _GREYS.replace(b"120", b"100") + b"/Filter/DCTDecode", packed=False),
        BREAKS,
        "another size",
    ),
    (
        "jpeg_of_other_colours",
        _image(_encoded("JPEG", "RGB"), _GREYS + b"/Filter/DCTDecode", packed=False),
        BREAKS,
        "other colours",
    ),
    (
        "jpeg_packed_twice_of_another_size",
        _image(
            _JPEG, _GREYS.replace(b"90", b"80") + b"/Filter[/FlateDecode/DCTDecode]", packed=False
        ),
        BREAKS,
        "a damaged stream",
    ),
    (
        "jpeg2000_of_another_size",
        _image(_JPEG2000, _GREYS.replace(b"90", b"80") + b"/Filter/JPXDecode", packed=False),
        BREAKS,
        "another size",
    ),
    (
        "jpeg2000_cut_off",
        _image(_JPEG2000[:-200], _GREYS + b"/Filter/JPXDecode", packed=False),
        BREAKS,
        "an incomplete image",
    ),
    (
        "fax_of_another_size",
        _image(
            b"\0" * 99,
            _GREYS.replace(b"Component 8", b"Component 1") + b"/Filter/CCITTFaxDecode",
            packed=False,
        ),
        BREAKS,
        "an image",
    ),
    (
        "image_of_an_old_filter",
        _image(_GREY, _GREYS + b"/Filter/LZWDecode", packed=False),
        BREAKS,
        "a filter that is not accepted",
    ),
    (
        "image_through_four_filters",
        _image(
            _GREY,
            _GREYS + b"/Filter[/FlateDecode/FlateDecode/FlateDecode/FlateDecode]",
            packed=False,
        ),
        BREAKS,
        "a filter that is not accepted",
    ),
    (
        "image_through_an_encryption_filter",
        _image(_GREY, _GREYS + b"/Filter/Crypt", packed=False),
        BREAKS,
        "a filter that is not accepted",
    ),
    (
        "small_image_that_is_smoothed",
        _image(_GREY, _GREYS + b"/Interpolate true"),
        BREAKS,
        "a small image",
    ),
    (
        "soft_mask_cut_off",
        _image(_GREY, _GREYS + b"/SMask 21 0 R", stream(b"", _GREYS, packed=True)),
        BREAKS,
        "an incomplete image",
    ),
):
    GRAPHICS.draft(_name, _fault, _detail, _draft)


def _state(entries: bytes, *others: bytes) -> Draft:
    return Draft(
        resources=b"/Resources<</ExtGState<</G<<%s>>>>>>" % entries,
        content=stream(b"/G gs " + CONTENT),
        objects=others,
    )


for _name, _entries, _detail in (
    ("transfer_function", b"/TR 20 0 R", "a value of a graphics state"),
    ("transfer_function_named", b"/TR2/Invert", "/TR2 of a graphics state"),
    ("halftone", b"/HT 20 0 R", "a value of a graphics state"),
    ("overprint", b"/OP true", "/OP of a graphics state"),
    ("overprint_of_fills", b"/op true/OPM 1", "/op of a graphics state"),
    ("black_generation", b"/BG2 20 0 R", "a value of a graphics state"),
    ("no_opacity", b"/ca 0", "/ca of a graphics state"),
    ("blend_modes_to_choose", b"/BM[/Unheard/Multiply]", "/BM of a graphics state"),
    ("flatness", b"/FL 100", "/FL of a graphics state"),
    ("halftone_origin", b"/HTO[0 0]", "an unknown key in a graphics state"),
    ("soft_mask_with_transfer", b"/SMask<</S/Alpha/G 7 0 R/TR 20 0 R>>", "a value of a soft mask"),
):
    GRAPHICS.draft(
        _name,
        BREAKS if _name in ("no_opacity", "flatness") else ACTS,
        _detail,
        _state(_entries, b"<</FunctionType 2/Domain[0 1]/C0[1]/C1[0]/N 1>>"),
    )


def _space(space: bytes, *others: bytes, paint: bytes = b"/S cs 1 scn") -> Draft:
    return Draft(
        resources=b"/Resources<</ColorSpace<</S%s>>>>" % space,
        content=stream(paint + b" 60 600 100 100 re f"),
        objects=others,
    )


_TINT = b"<</FunctionType 2/Domain[0 1]/C0[1]/C1[1]/N 1>>"
for _name, _draft, _fault, _detail in (
    (
        "black_ink_that_is_white",
        _space(b"[/Separation/Black/DeviceGray%s]" % _TINT),
        ACTS,
        "an ink that some printers print directly",
    ),
    (
        "every_ink",
        _space(b"[/Separation/All/DeviceGray%s]" % _TINT),
        ACTS,
        "an ink that some printers print directly",
    ),
    (
        "inks_of_a_press",
        _space(b"[/DeviceN[/Spot/Cyan]/DeviceGray 20 0 R]", stream(b"{pop}", b"/FunctionType 4")),
        ACTS,
        "an ink that some printers print directly",
    ),
    (
        "grey_that_is_replaced",
        Draft(
            resources=b"/Resources<</ColorSpace<</DefaultGray[/CalGray<</WhitePoint[1 1 1]>>]>>>>"
        ),
        ACTS,
        "replaces a device colour space",
    ),
    (
        "grey_of_a_steep_curve",
        _space(b"[/CalGray<</WhitePoint[0.95 1 1.09]/Gamma 8>>]"),
        BREAKS,
        "a gamma",
    ),
    ("colour_space_of_unknown_type", _space(b"[/Rainbow]"), ACTS, "a colour space of a kind"),
    (
        "group_that_blends_in_ink",
        Draft(page=b"/Group<</S/Transparency/CS/DeviceCMYK>>"),
        ACTS,
        "blends in ink or grey",
    ),
    (
        "group_that_blends_in_grey",
        Draft(page=b"/Group<</S/Transparency/CS/DeviceGray>>"),
        ACTS,
        "blends in ink or grey",
    ),
    ("knockout_group", Draft(page=b"/Group<</S/Transparency/K true>>"), ACTS, "/K of a transp"),
    ("group_of_unknown_type", Draft(page=b"/Group<</S/Opacity>>"), ACTS, "/S of a transparency"),
):
    GRAPHICS.draft(_name, _fault, _detail, _draft)

_FUNCTION = b"/Function<</FunctionType 2/Domain[0 1]/C0[1]/C1[0]/N 1>>"
for _type in (1, 4, 5, 6, 7):
    GRAPHICS.draft(
        f"shading_{_type}",
        ACTS,
        "a shading of a kind",
        Draft(
            resources=b"/Resources<</Shading<</S 20 0 R>>>>",
            content=stream(b"/S sh"),
            objects=[
                (b"<</ShadingType 1/ColorSpace/DeviceGray%s>>" % _FUNCTION)
                if _type == 1
                else stream(b"", b"/ShadingType %d/ColorSpace/DeviceGray" % _type)
            ],
        ),
    )
_TILE = (
    b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 20 20]/XStep 20/YStep 20"
    b"/Resources<<>>"
)
GRAPHICS.draft(
    "tiles_that_drift",
    ACTS,
    "a pattern of a kind",
    Draft(
        resources=b"/Resources<</Pattern<</P 20 0 R>>>>",
        content=stream(b"/Pattern cs /P scn 60 400 400 300 re f"),
        objects=[stream(b"0 0 10 10 re f", _TILE)],
    ),
)
GRAPHICS.draft(
    "function_of_unknown_type",
    ACTS,
    "a function of a kind",
    _space(b"[/Separation/Spot/DeviceGray<</FunctionType 9>>]"),
)

_PROFILE = srgb_profile()
for _name, _profile, _components, _detail in (
    ("profile_of_junk", b"junk", 3, "an invalid colour profile"),
    ("profile_of_another_kind", _PROFILE, 4, "an invalid colour profile"),
    ("profile_without_curves", _PROFILE.replace(b"rTRC", b"xTRC"), 3, "without its curves"),
    ("profile_cut_off", _PROFILE[:300], 3, "an invalid colour profile"),
):
    GRAPHICS.draft(
        _name,
        BREAKS,
        _detail,
        _space(b"[/ICCBased 20 0 R]", stream(_profile, b"/N %d" % _components), paint=b"/S cs"),
    )
_STEPPED = (
    b"<</FunctionType 3/Domain[0 1]/Bounds[0.5]/Encode[0 1 0 1]/Functions["
    b"<</FunctionType 2/Domain[0 1]/C0[0]/C1[0]/N 1>>"
    b"<</FunctionType 2/Domain[0 1]/C0[1]/C1[1]/N 1>>]>>"
)
for _name, _function, _more in (
    ("shading_with_a_step", _STEPPED, ()),
    (
        "shading_that_is_calculated",
        b"20 0 R",
        (stream(b"{0.5 gt {0} {1} ifelse}", b"/FunctionType 4"),),
    ),
):
    GRAPHICS.draft(
        _name,
        ACTS,
        "a shading with a sharp edge",
        Draft(
            resources=b"/Resources<</Shading<</S<</ShadingType 2/ColorSpace/DeviceGray"
            b"/Coords[0 0 500 0]/Function %s>>>>>>" % _function,
            content=stream(b"/S sh"),
            objects=_more,
        ),
    )
_PALETTE = _SIZE + b"/ColorSpace[/Indexed/DeviceRGB 3<000000ff000000ff00ffffff>]"
for _name, _draft, _detail in (
    ("palette_that_is_too_short", _image(_GREY, _PALETTE.replace(b" 3<", b" 9<")), "too short"),
    ("palette_without_a_colour", _image(_GREY, _PALETTE), "beyond its palette"),
    ("values_that_are_stretched", _image(_GREY, _GREYS + b"/Decode[0 5]"), "a /Decode range"),
    (
        "soft_mask_in_colour",
        _image(
            _GREY,
            _GREYS + b"/SMask 21 0 R",
            stream(_GREY * 3, _SIZE + b"/ColorSpace/DeviceRGB", packed=True),
        ),
        "/ColorSpace of a soft mask",
    ),
):
    GRAPHICS.draft(_name, ACTS if "mask" in _name else BREAKS, _detail, _draft)
GRAPHICS.draft(
    "white_that_is_dark",
    BREAKS,
    "a point that is not accepted",
    _space(b"[/CalRGB<</WhitePoint[0.2 0.2 0.2]>>]", paint=b"/S cs"),
)

# Fonts.
_CHINESE = (
    b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[<<"
    b"/Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)"
    b"/Ordering(GB1)/Supplement 4>>/DW 1000>>]>>"
)
for _name, _font in (
    ("chinese_font_that_is_not_embedded", _CHINESE),
    ("ornaments_that_are_not_embedded", b"<</Type/Font/Subtype/Type1/BaseFont/ZapfDingbats>>"),
    ("latin_font_that_is_not_embedded", b"<</Type/Font/Subtype/TrueType/BaseFont/Arial>>"),
    (
        "font_descriptor_without_a_file",
        b"<</Type/Font/Subtype/Type1/BaseFont/SimSun/FontDescriptor<</Type/FontDescriptor"
        b"/FontName/SimSun/Flags 4>>>>",
    ),
):
    GRAPHICS.draft(
        _name,
        ACTS,
        "a font that is not embedded",
        Draft(
            resources=b"/Resources<</Font<</F 20 0 R>>>>",
            content=stream(b"BT /F 40 Tf 60 600 Td <8BC1660E> Tj ET"),
            objects=[_font],
        ),
    )
GRAPHICS.draft(
    "font_of_unknown_type",
    ACTS,
    "a font of a kind",
    Draft(resources=b"/Resources<</Font<</F<</Type/Font/Subtype/Type42>>>>>>"),
)

GRAPHICS.draft(
    "form_without_a_box",
    BREAKS,
    "a form without /BBox",
    Draft(
        resources=b"/Resources<</XObject<</F 20 0 R>>>>",
        content=stream(b"/F Do"),
        objects=[stream(b"0 0 9 9 re f", b"/Type/XObject/Subtype/Form")],
    ),
)
GRAPHICS.draft(
    "profile_without_components",
    BREAKS,
    "a colour profile without /N",
    _space(b"[/ICCBased 20 0 R]", stream(_PROFILE), paint=b"/S cs"),
)

# Operators.
for _name, _content, _detail in (
    ("operator_that_is_unknown", b"0 g foo 50 50 50 50 re f", "operators that break the grammar"),
    ("operator_without_its_operands", b"50 50 re f", "operators that break the grammar"),
    ("operator_with_words_for_numbers", b"(a) (b) m", "operators that break the grammar"),
    (
        "string_without_an_end",
        b"0 g 50 50 50 50 re f (a 150 50 50 50 re f",
        "operators that break the grammar",
    ),
    ("malformed_number", b"0 g 5-0 50 50 50 re f", "operators that break the grammar"),
    ("bracket_that_is_stray", b"0 g 50 50 50 50 re f ]", "operators that break the grammar"),
    ("state_restored_that_was_not_saved", b"Q Q 0 0 0 rg 9 9 9 9 re f", "that was not saved"),
    ("state_restored_too_often", b"q Q Q 9 9 9 9 re f", "that was not saved"),
    ("states_saved_too_often", b"q " * 300, "graphics states saved"),
    (
        "path_inside_a_text_object",
        b"BT 9 9 9 9 re f ET",
        "misplaced inside or outside a text object",
    ),
    ("text_outside_a_text_object", b"(a) Tj", "misplaced inside or outside a text object"),
    ("nested_text_objects", b"BT BT ET ET", "misplaced inside or outside a text object"),
    ("text_without_an_end", b"BT 9 Tr", "operators that break the grammar"),
    ("font_that_is_missing", b"BT /Nope 40 Tf (a) Tj ET", "a missing resource"),
    ("form_that_is_missing", b"/Nope Do", "a missing resource"),
    ("state_that_is_missing", b"/Nope gs", "a missing resource"),
    ("inline_image_without_end", b"BI /W 4 /H 4 /BPC 8 /CS /G ID abcd", "without its end"),
    (
        "inline_image_that_is_huge",
        b"BI /W 60000 /H 60000 /BPC 1 /CS /G ID \x00 EI",
        "an inline image of more",
    ),
):
    GRAPHICS.draft(_name, BREAKS, _detail, Draft(content=stream(_content)))
GRAPHICS.draft(
    "seal_restores_what_the_page_saved",
    BREAKS,
    "that was not saved",
    Draft(appearance_form=form_object(b"Q 0 0 100 100 re f")),
)
GRAPHICS.draft(
    "glyph_with_an_unknown_operator",
    BREAKS,
    "operators that break the grammar",
    Draft(
        resources=b"/Resources<</Font<</T 20 0 R>>>>",
        content=stream(b"BT /T 40 Tf 60 600 Td (a) Tj ET"),
        objects=[
            b"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[0.1 0 0 0.1 0 0]"
            b"/FirstChar 97/LastChar 97/Widths[9]/Encoding<</Differences[97/a]>>"
            b"/CharProcs<</a 21 0 R>>/Resources<<>>>>",
            stream(b"9 0 d0 print"),
        ],
    ),
)

_FORM_DRAWN: dict[str, Any] = {
    "resources": b"/Resources<</XObject<</F 20 0 R>>>>",
    "content": stream(b"/F Do"),
}
for _name, _box in (("is_null", b" null"), ("is_missing", b" 99 0 R")):
    GRAPHICS.draft(
        f"form_whose_box_{_name}",
        BREAKS,
        "a form without /BBox",
        Draft(objects=[form_object(box=_box)], **_FORM_DRAWN),
    )
for _name, _mask, _detail in (
    ("without_its_form", b"<</S/Alpha>>", "a soft mask without /G"),
    ("whose_form_is_missing", b"<</S/Alpha/G 99 0 R>>", "a soft mask without /G"),
    ("without_its_kind", b"<</G 20 0 R>>", "a soft mask without /S"),
):
    GRAPHICS.draft(
        f"soft_mask_{_name}",
        BREAKS,
        _detail,
        Draft(
            resources=b"/Resources<</ExtGState<</G<</SMask%s>>>>>>" % _mask,
            objects=[form_object(entries=b"/Group<</S/Transparency>>")],
        ),
    )
for _name, _written, _fault, _detail in (
    ("ink_behind_a_reference", b"[/DeviceN[20 0 R]/DeviceGray 21 0 R]", ACTS, "an ink that"),
    ("profile_that_is_missing", b"[/ICCBased 99 0 R]", BREAKS, "an incomplete colour space"),
    ("palette_that_is_missing", b"[/Indexed/DeviceRGB 1]", BREAKS, "an incomplete colour space"),
    ("base_that_is_null", b"[/Separation/Spot null 21 0 R]", BREAKS, "an incomplete colour space"),
):
    GRAPHICS.draft(
        f"colour_space_with_an_{_name}" if _name[0] in "aeiou" else f"colour_space_with_a_{_name}",
        _fault,
        _detail,
        Draft(
            resources=b"/Resources<</ColorSpace<</C %s>>>>" % _written,
            objects=[b"/Cyan", b"<</FunctionType 2/Domain[0 1]/N 1>>"],
        ),
    )
GRAPHICS.draft(
    "font_whose_file_is_missing",
    ACTS,
    "a font that is not embedded",
    Draft(
        resources=b"/Resources<</Font<</F<</Type/Font/Subtype/TrueType/BaseFont/Own/FontDescriptor"
        b"<</Type/FontDescriptor/FontName/Own/FontFile2 99 0 R>>>>>>>>"
    ),
)
_SHADES = b"/ShadingType 2/ColorSpace/DeviceGray/Coords[0 0 9 9]"
_BLACK_TO_WHITE = b"/Function<</FunctionType 2/Domain[0 1]/N 1>>"
for _name, _shading, _detail in (
    ("without_its_function", _SHADES, "without /Function"),
    ("without_its_place", b"/ShadingType 2/ColorSpace/DeviceGray" + _BLACK_TO_WHITE, "/Coords"),
    ("without_its_colours", b"/ShadingType 2/Coords[0 0 9 9]" + _BLACK_TO_WHITE, "/ColorSpace"),
):
    GRAPHICS.draft(
        f"shading_{_name}",
        BREAKS,
        _detail,
        Draft(resources=b"/Resources<</Shading<</S<<%s>>>>>>" % _shading),
    )
GRAPHICS.draft(
    "pattern_with_a_graphics_state",
    ACTS,
    "an unknown key in a shading pattern",
    Draft(
        resources=b"/Resources<</Pattern<</P<</PatternType 2/ExtGState<</ca 0.5>>/Shading<<%s>>"
        b">>>>>>" % (_SHADES + _BLACK_TO_WHITE)
    ),
)
for _name, _entries in (
    ("decode_of_another_length", b"/Decode[0 1 0]"),
    ("decode_that_is_short", b"/Decode[0]"),
    ("mask_of_another_length", b"/Mask[0 1 0 1]"),
    ("mask_that_is_no_range", b"/Mask[0 300]"),
    ("mask_that_is_empty", b"/Mask[]"),
):
    GRAPHICS.draft(
        f"image_with_a_{_name}",
        BREAKS,
        "whose /Decode or /Mask does not fit",
        _image(_GREY, _GREYS + _entries),
    )
