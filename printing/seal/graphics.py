"""The kinds of objects that may draw in a sealed PDF, and the keys that each kind may have.

For `printing.seal.whitelist`, which adds the kinds that do not draw. Clauses are those of ISO
32000-1. A key or a kind that is in no table is refused. Before you add one, check that screen and
paper still look the same.
"""

from __future__ import annotations

from collections.abc import Callable

from ..faults import ACTIVE_CONTENT, NOT_A_PDF
from ..pdf.file import Stream
from ..pdf.syntax import Ref, Value
from . import rules
from .colour_profiles import check_profile
from .images import check_image
from .rules import Problem, Rule, Walk

MAX_FUNCTIONS = 256
"""Greatest number of parts of a stitching function, each counted as often as it is used: gradients
have ten."""
MAX_FUNCTION_DEPTH = 4
"""Greatest depth of nested stitching functions: drawing programs make two levels."""
MAX_FUNCTION_BYTES = 64 * 1024
"""Greatest size of one function: a table of 4,096 values takes 8 kB."""

RECTANGLE = rules.numbers(4)
MATRIX = rules.numbers(6)

# -- streams -------------------------------------------------------------------------------------

FILTERS = (
    "/ASCII85Decode", "/ASCIIHexDecode", "/CCITTFaxDecode", "/DCTDecode", "/FlateDecode",
    "/JBIG2Decode", "/JPXDecode", "/RunLengthDecode",
)  # fmt: skip
_FILTER = rules.Plain(lambda value: value in FILTERS, "names a filter that is not accepted")
_MAX_FILTERS = 3
"""Greatest number of filters of one stream: writers use one, or two if the file must be text."""
_FILTER_LIST = rules.Plain(
    lambda value: (
        isinstance(value, list)
        and len(value) <= _MAX_FILTERS
        and all(name in FILTERS for name in value)
    ),
    "names a filter that is not accepted",
)


def stream_kind(
    noun: str,
    keys: dict[str, Rule],
    required: tuple[str, ...] = (),
    also: Callable[[Walk, Value], Problem | None] | None = None,
) -> rules.Kind:
    """Return a kind of stream, with its own keys and those of every stream (7.3.8.2)."""
    return rules.Kind(noun, {**_STREAM_KEYS, **keys}, required, stream=True, also=also)


_STREAM_KEYS: dict[str, Rule] = {}
BARE_STREAM = stream_kind("a stream", {})
_PARAMETERS = rules.Kind(
    "the parameters of a filter",
    {
        "/BitsPerComponent": rules.WHOLE, "/BlackIs1": rules.BOOLEAN, "/Colors": rules.WHOLE,
        "/ColorTransform": rules.WHOLE, "/Columns": rules.WHOLE,
        "/DamagedRowsBeforeError": rules.WHOLE,
        "/EncodedByteAlign": rules.BOOLEAN,
        "/EndOfBlock": rules.BOOLEAN, "/EndOfLine": rules.BOOLEAN, "/JBIG2Globals": BARE_STREAM,
        "/K": rules.WHOLE,
        "/Predictor": rules.WHOLE, "/Rows": rules.WHOLE,
    },
)  # fmt: skip
_NO_PARAMETERS = rules.Plain(lambda value: value is None)
_STREAM_KEYS.update(
    {
        "/DecodeParms": rules.either(
            rules.ArrayOf(rules.either(_NO_PARAMETERS, _PARAMETERS)), _PARAMETERS
        ),
        "/DL": rules.WHOLE,
        "/Filter": rules.either(_FILTER, _FILTER_LIST),
        "/Length": rules.WHOLE,
    }
)
BARE_STREAM.keys.update(_STREAM_KEYS)

METADATA = stream_kind(
    "a metadata packet", {"/Type": rules.one_of("/Metadata"), "/Subtype": rules.one_of("/XML")}
)
CONTENT = stream_kind("a content stream", {})

# -- data that no reader acts on -----------------------------------------------------------------

_DATA = rules.Late()


def _check_private_object(entries: dict[str, Value]) -> Problem | None:
    if isinstance(entries.get("/S"), (str, Ref)) or isinstance(entries.get("/Subtype"), (str, Ref)):
        return ACTIVE_CONTENT.with_detail("an object of a standard type within private data")
    return None


class _Data(Rule):
    """Private data (14.5): numbers, strings, arrays, and dictionaries without keys for actions."""

    def check(self, walk: Walk, value: Value) -> Problem | None:
        if isinstance(value, list):
            return rules.ArrayOf(_DATA).check(walk, value)
        if not isinstance(value, dict):
            return rules.SCALAR.check(walk, value)
        active = _ACTIVE_DATA.intersection(value)
        if active:
            return ACTIVE_CONTENT.with_detail(f"{min(active)} within private data")
        return _check_private_object(value) or rules.DictionaryOf(_DATA).check(walk, value)


_ACTIVE_DATA = frozenset(
    {
        "/AA", "/AF", "/EF", "/EmbeddedFiles", "/JavaScript", "/JS", "/OCGs", "/OCProperties",
        "/OpenAction", "/RichMediaContent", "/URI", "/UF", "/Win", "/XFA",
    }
)  # fmt: skip
_DATA.rule = _Data()
DATA = _DATA.rule

# -- colour (8.6, 7.10) --------------------------------------------------------------------------

FUNCTION = rules.Late()
COLOUR_SPACE = rules.Late()
_FUNCTION_KEYS: dict[str, Rule] = {
    "/FunctionType": rules.WHOLE,
    "/Domain": rules.numbers(),
    "/Range": rules.numbers(),
}


def _check_function_size(walk: Walk, value: Value) -> Problem | None:
    entries = rules.entries_of(value)
    sizes = walk.file.resolve(entries.get("/Size", [1]))
    if isinstance(value, Stream):
        if not isinstance(sizes, list) or not all(type(size) is int for size in sizes):
            return NOT_A_PDF.with_detail("a function without its size")
        samples = 1
        for size in sizes:
            samples *= max(size, 1)
        if samples > MAX_FUNCTION_BYTES or len(value.raw) > MAX_FUNCTION_BYTES:
            return NOT_A_PDF.with_detail(f"a function of more than {MAX_FUNCTION_BYTES} values")
    return None


def _check_function_parts(walk: Walk, value: Value) -> Problem | None:
    """Limit the parts of a stitching function, each counted as often as it is used."""
    if not walk.follow or _parts(walk, value, 0) <= MAX_FUNCTIONS:
        return None
    return NOT_A_PDF.with_detail(f"a function of more than {MAX_FUNCTIONS} functions")


def _parts(walk: Walk, function: Value, depth: int) -> int:
    """Return the number of parts of ``function``; stop counting above `MAX_FUNCTIONS`."""
    parts = walk.file.resolve(function.get("/Functions")) if isinstance(function, dict) else None
    if not parts:
        return 1
    if depth == MAX_FUNCTION_DEPTH or len(parts) > MAX_FUNCTIONS:
        return MAX_FUNCTIONS + 1
    total = 0
    for part in parts:
        total += _parts(walk, walk.file.resolve(part), depth + 1)
        if total > MAX_FUNCTIONS:
            break
    return total


FUNCTION.rule = rules.Choice(
    "a function",
    "/FunctionType",
    {
        0: stream_kind(
            "a sampled function",
            {**_FUNCTION_KEYS, "/Size": rules.numbers(), "/BitsPerSample": rules.WHOLE,
             "/Order": rules.WHOLE, "/Encode": rules.numbers(), "/Decode": rules.numbers()},
            also=_check_function_size,
        ),
        2: rules.Kind(
            "an exponential function",
            {**_FUNCTION_KEYS, "/C0": rules.numbers(), "/C1": rules.numbers(), "/N": rules.NUMBER},
        ),
        3: rules.Kind(
            "a stitched function",
            {**_FUNCTION_KEYS, "/Functions": rules.ArrayOf(FUNCTION), "/Bounds": rules.numbers(),
             "/Encode": rules.numbers()},
            also=_check_function_parts,
        ),
        4: stream_kind("a calculator function", _FUNCTION_KEYS, also=_check_function_size),
    },
)  # fmt: skip
_BASE_SPACE = rules.Late()
"""The base colour space of another one. It must not have a base colour space itself."""


def _check_profile_data(walk: Walk, value: Value) -> Problem | None:
    if walk.follow:
        check_profile(walk.file.decode(value), walk.file.resolve(value.entries.get("/N")))
    return None


ICC_PROFILE = stream_kind(
    "a colour profile",
    {
        "/N": rules.one_of(1, 3, 4),
        "/Alternate": _BASE_SPACE,
        "/Range": rules.numbers(),
        "/Metadata": METADATA,
    },
    ("/N",),
    also=_check_profile_data,
)
_GAMMAS_ACCEPTED = (1.8, 2.6)
"""PDFium ignores the curve of a calibrated grey, so the curve must be similar to that of sRGB."""


def _is_gamma(value: Value) -> bool:
    least, most = _GAMMAS_ACCEPTED
    return type(value) in (int, float) and least <= value <= most


_ODD_GAMMA = "is a gamma that is not accepted"
_ODD_WHITE = "is a point that is not accepted"
_WHITE = rules.Plain(
    lambda value: (
        isinstance(value, list)
        and len(value) == 3
        and value[1] == 1
        and all(type(part) in (int, float) and 0.6 <= part <= 1.4 for part in value)
    ),
    _ODD_WHITE,
)
_BLACK = rules.Plain(lambda value: value in ([0, 0, 0], [0.0, 0.0, 0.0]), _ODD_WHITE)
_CALIBRATED_GREY = rules.Kind(
    "a calibrated colour space",
    {"/WhitePoint": _WHITE, "/BlackPoint": _BLACK, "/Gamma": rules.Plain(_is_gamma, _ODD_GAMMA)},
    ("/WhitePoint", "/Gamma"),
)
_CALIBRATED = rules.Kind(
    "a calibrated colour space",
    {
        "/WhitePoint": _WHITE, "/BlackPoint": _BLACK, "/Matrix": rules.numbers(9),
        "/Gamma": rules.Plain(
            lambda value: isinstance(value, list)
            and len(value) == 3
            and all(map(_is_gamma, value)),
            _ODD_GAMMA,
        ),
        "/Range": rules.numbers(4),
    },
    ("/WhitePoint",),
)  # fmt: skip
_SIMPLE_SPACES = rules.one_of(
    "/DeviceGray", "/DeviceRGB", "/DeviceCMYK", "/Pattern", "/G", "/RGB", "/CMYK"
)
_SPACE_PARTS: dict[str, tuple[Rule, ...]] = {
    "/DeviceGray": (), "/DeviceRGB": (), "/DeviceCMYK": (), "/Pattern": (_BASE_SPACE,),
    "/CalGray": (_CALIBRATED_GREY,), "/CalRGB": (_CALIBRATED,), "/Lab": (_CALIBRATED,),
    "/ICCBased": (ICC_PROFILE,),
    "/Indexed": (_BASE_SPACE, rules.WHOLE, rules.either(rules.STRING, BARE_STREAM)),
    "/Separation": (rules.NAME, _BASE_SPACE, FUNCTION),
    "/DeviceN": (rules.ArrayOf(rules.NAME), _BASE_SPACE, FUNCTION),
}  # fmt: skip


_INK_SPACES = frozenset({"/Separation", "/DeviceN"})
_PRINTER_INKS = frozenset({"/All", "/Black", "/Cyan", "/Magenta", "/None", "/Yellow"})
"""Names of inks that a printer prints directly, whatever colour the file defines for them."""


_SPACES_WITH_BASE = frozenset({"/DeviceN", "/Indexed", "/Pattern", "/Separation"})


class _ColourSpace(Rule):
    """A name, or an array of a name and the parts that this name requires."""

    def __init__(self, heads: frozenset[str]) -> None:
        self._heads = heads

    def check(self, walk: Walk, value: Value) -> Problem | None:
        if not isinstance(value, list):
            return _SIMPLE_SPACES.check(walk, value)
        head = value[0] if value and isinstance(value[0], str) else None
        parts = _SPACE_PARTS.get(head) if head in self._heads else None
        if parts is None or len(value) - 1 > len(parts):
            return ACTIVE_CONTENT.with_detail("a colour space of a kind that is not accepted")
        resolve = walk.file.resolve
        if head != "/Pattern" and None in (
            resolve(part) for part in _filled(value, len(parts) + 1)
        ):
            return NOT_A_PDF.with_detail("an incomplete colour space")
        if head in _INK_SPACES:
            names = resolve(value[1])
            inks = [resolve(name) for name in names] if isinstance(names, list) else [names]
            if not _PRINTER_INKS.isdisjoint(inks):
                return ACTIVE_CONTENT.with_detail("an ink that some printers print directly")
        for part, rule in zip(value[1:], parts, strict=False):
            if isinstance(part, Ref):
                walk.later(part, rule, "a colour space")
            elif (problem := rule.check(walk, part)) is not None:
                return problem
        return None


def _filled(values: list[Value], length: int) -> list[Value]:
    return [*values, *[None] * (length - len(values))]


COLOUR_SPACE.rule = _ColourSpace(frozenset(_SPACE_PARTS))
_BASE_SPACE.rule = _ColourSpace(frozenset(_SPACE_PARTS) - _SPACES_WITH_BASE)

# -- fonts (9.5 to 9.10) -------------------------------------------------------------------------

STANDARD_FONTS = frozenset(
    {
        "/Courier", "/Courier-Bold", "/Courier-BoldOblique", "/Courier-Oblique", "/Helvetica",
        "/Helvetica-Bold", "/Helvetica-BoldOblique", "/Helvetica-Oblique", "/Symbol", "/Times-Bold",
        "/Times-BoldItalic", "/Times-Italic", "/Times-Roman",
    }
)  # fmt: skip
"""Fonts that every reader has (9.6.2.2), with small differences in shape. ZapfDingbats differs too
much and is not accepted."""
_CID_SYSTEM = rules.Kind(
    "a character collection",
    {"/Registry": rules.STRING, "/Ordering": rules.STRING, "/Supplement": rules.WHOLE},
)
CMAP = stream_kind(
    "a character map",
    {
        "/Type": rules.one_of("/CMap"),
        "/CMapName": rules.NAME,
        "/CIDSystemInfo": _CID_SYSTEM,
        "/WMode": rules.WHOLE,
    },
)
CMAP.keys["/UseCMap"] = rules.either(rules.NAME, CMAP)
_FONT_FILE = stream_kind(
    "a font file",
    {"/Length1": rules.WHOLE, "/Length2": rules.WHOLE, "/Length3": rules.WHOLE,
     "/Metadata": METADATA, "/Subtype": rules.one_of("/Type1C", "/CIDFontType0C", "/OpenType")},
)  # fmt: skip
DESCRIPTOR = rules.Kind(
    "a font descriptor",
    {
        "/Type": rules.one_of("/FontDescriptor"), "/FontName": rules.NAME,
        "/FontFamily": rules.STRING,
        "/FontStretch": rules.NAME, "/FontWeight": rules.NUMBER, "/Flags": rules.WHOLE,
        "/FontBBox": RECTANGLE,
        "/ItalicAngle": rules.NUMBER, "/Ascent": rules.NUMBER, "/Descent": rules.NUMBER,
        "/Leading": rules.NUMBER,
        "/CapHeight": rules.NUMBER, "/XHeight": rules.NUMBER, "/StemV": rules.NUMBER,
        "/StemH": rules.NUMBER,
        "/AvgWidth": rules.NUMBER, "/MaxWidth": rules.NUMBER, "/MissingWidth": rules.NUMBER,
        "/FontFile": _FONT_FILE,
        "/FontFile2": _FONT_FILE, "/FontFile3": _FONT_FILE, "/CharSet": rules.STRING,
        "/CIDSet": BARE_STREAM, "/Lang": rules.NAME,
        "/Style": rules.Kind("the style of a font", {"/Panose": rules.STRING}),
    },
)  # fmt: skip
_ENCODING = rules.Kind(
    "an encoding",
    {"/Type": rules.one_of("/Encoding"), "/BaseEncoding": rules.NAME, "/Differences": rules.SIMPLE},
)
_FONT_KEYS: dict[str, Rule] = {
    "/Type": rules.one_of("/Font"), "/Subtype": rules.NAME, "/BaseFont": rules.NAME,
    "/Name": rules.NAME,
    "/FirstChar": rules.WHOLE, "/LastChar": rules.WHOLE, "/Widths": rules.numbers(),
    "/FontDescriptor": DESCRIPTOR,
    "/Encoding": rules.either(rules.NAME, _ENCODING),
    "/ToUnicode": rules.either(rules.one_of("/Identity-H"), CMAP),
}  # fmt: skip
_FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")


def _check_embedded(walk: Walk, value: Value) -> Problem | None:
    """Check that the font is embedded: otherwise screen and printer use different fonts."""
    entries = rules.entries_of(value)
    descriptor = walk.file.resolve(entries.get("/FontDescriptor"))
    if isinstance(descriptor, dict) and any(
        isinstance(walk.file.resolve(descriptor.get(key)), Stream) for key in _FONT_FILES
    ):
        return None
    if walk.file.resolve(entries.get("/BaseFont")) in STANDARD_FONTS and (
        entries.get("/Subtype") in ("/Type1", "/TrueType")
    ):
        return None
    return ACTIVE_CONTENT.with_detail("a font that is not embedded")


_SIMPLE_FONT = rules.Kind("a font", _FONT_KEYS, also=_check_embedded)
_CID_FONT = rules.Kind(
    "a CID font",
    {
        "/Type": rules.one_of("/Font"), "/Subtype": rules.NAME, "/BaseFont": rules.NAME,
        "/CIDSystemInfo": _CID_SYSTEM, "/FontDescriptor": DESCRIPTOR, "/DW": rules.NUMBER,
        "/W": rules.SIMPLE,
        "/DW2": rules.numbers(2), "/W2": rules.SIMPLE,
        "/CIDToGIDMap": rules.either(rules.one_of("/Identity"), BARE_STREAM),
    },
    also=_check_embedded,
)  # fmt: skip
RESOURCES = rules.Late()
FONT = rules.Choice(
    "a font",
    "/Subtype",
    {
        "/Type1": _SIMPLE_FONT,
        "/MMType1": _SIMPLE_FONT,
        "/TrueType": _SIMPLE_FONT,
        "/Type0": rules.Kind(
            "a composite font",
            {
                "/Type": rules.one_of("/Font"), "/Subtype": rules.NAME, "/BaseFont": rules.NAME,
                "/Name": rules.NAME,
                "/Encoding": rules.either(rules.NAME, CMAP), "/ToUnicode": _FONT_KEYS["/ToUnicode"],
                "/DescendantFonts": rules.ArrayOf(
                    rules.Choice("a CID font", "/Subtype",
                           {"/CIDFontType0": _CID_FONT, "/CIDFontType2": _CID_FONT})
                ),
            },
        ),
        "/Type3": rules.Kind(
            "a Type 3 font",
            {
                **_FONT_KEYS, "/FontBBox": RECTANGLE, "/FontMatrix": MATRIX,
                "/CharProcs": rules.DictionaryOf(CONTENT), "/Resources": RESOURCES,
            },
        ),
    },
)  # fmt: skip

# -- what a page draws (8.7 to 8.10, 11.6) -------------------------------------------------------

IMAGE = rules.Late()


def _blending_space(walk: Walk, value: Value) -> str | None:
    """Return the blending colour space of the group; for a profile, the device colour space."""
    resolve = walk.file.resolve
    space = resolve(value.get("/CS"))
    if isinstance(space, list) and len(space) > 1 and resolve(space[0]) == "/ICCBased":
        profile = resolve(space[1])
        by_components = {1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK"}
        space = by_components.get(resolve(profile.entries.get("/N")), "/Unknown")
    head = resolve(space[0]) if isinstance(space, list) and space else space
    return head if head is None or isinstance(head, str) else "/Unknown"


def _check_group_space(walk: Walk, value: Value) -> Problem | None:
    """Check that the group blends in RGB: not all readers can blend in CMYK or grey."""
    if _blending_space(walk, value) in (None, "/DeviceRGB", "/CalRGB"):
        return None
    return ACTIVE_CONTENT.with_detail("a transparency group that blends in ink or grey")


def _check_mask_space(walk: Walk, value: Value) -> Problem | None:
    """Check that the group of a soft mask blends in RGB or grey."""
    if _blending_space(walk, value) in (None, "/DeviceGray", "/CalGray", "/DeviceRGB", "/CalRGB"):
        return None
    return ACTIVE_CONTENT.with_detail("a soft mask that blends in ink")


# No knockout groups: Ghostscript and poppler draw them differently.
_GROUP_KEYS: dict[str, Rule] = {
    "/Type": rules.one_of("/Group"), "/S": rules.one_of("/Transparency"), "/CS": COLOUR_SPACE,
    "/I": rules.BOOLEAN,
    "/K": rules.one_of(False),
}  # fmt: skip
TRANSPARENCY = rules.Kind("a transparency group", _GROUP_KEYS, also=_check_group_space)
_MASK_GROUP = rules.Kind("a transparency group", _GROUP_KEYS, also=_check_mask_space)


def _check_matrix(walk: Walk, value: Value) -> Problem | None:
    """Check that the form's matrix has an inverse: otherwise readers draw the form differently."""
    entries = rules.entries_of(value)
    matrix = walk.file.resolve(entries.get("/Matrix"))
    if matrix is not None and abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]) < 1e-9:
        return NOT_A_PDF.with_detail("a form whose matrix has no inverse")
    return None


FORM = stream_kind(
    "a form",
    {
        "/Type": rules.one_of("/XObject"), "/Subtype": rules.one_of("/Form"),
        "/FormType": rules.one_of(1),
        "/BBox": RECTANGLE, "/Matrix": MATRIX, "/Resources": RESOURCES, "/Group": TRANSPARENCY,
        "/LastModified": rules.STRING, "/Metadata": METADATA, "/Name": rules.NAME,
        "/PieceInfo": DATA, "/StructParent": rules.WHOLE, "/StructParents": rules.WHOLE,
    },
    ("/BBox",),
    also=_check_matrix,
)  # fmt: skip
_BITS = rules.one_of(1, 2, 4, 8, 16)


def _check_image_data(walk: Walk, value: Value) -> Problem | None:
    if walk.follow:
        check_image(walk.file, value)
    return None


_MASK_KEYS: dict[str, Rule] = {
    "/Type": rules.one_of("/XObject"), "/Subtype": rules.one_of("/Image"), "/Width": rules.WHOLE,
    "/Height": rules.WHOLE,
    "/BitsPerComponent": _BITS, "/Decode": rules.numbers(), "/Interpolate": rules.BOOLEAN,
    "/Name": rules.NAME,
}  # fmt: skip
_SOFT_MASK_IMAGE = stream_kind(
    "a soft mask",
    {**_MASK_KEYS, "/ColorSpace": rules.one_of("/DeviceGray"), "/Matte": rules.numbers()},
    ("/Width", "/Height", "/ColorSpace"),
    also=_check_image_data,
)
_STENCIL = stream_kind(
    "a stencil",
    {**_MASK_KEYS, "/ImageMask": rules.one_of(True)},
    ("/Width", "/Height", "/ImageMask"),
    also=_check_image_data,
)
IMAGE.rule = stream_kind(
    "an image",
    {
        "/Type": rules.one_of("/XObject"), "/Subtype": rules.one_of("/Image"),
        "/Width": rules.WHOLE,
        "/Height": rules.WHOLE, "/ColorSpace": COLOUR_SPACE, "/BitsPerComponent": _BITS,
        "/Intent": rules.NAME,
        "/ImageMask": rules.BOOLEAN, "/Mask": rules.either(rules.numbers(), _STENCIL),
        "/Decode": rules.numbers(),
        "/Interpolate": rules.BOOLEAN, "/SMask": _SOFT_MASK_IMAGE, "/SMaskInData": rules.WHOLE,
        "/Name": rules.NAME,
        "/StructParent": rules.WHOLE, "/ID": rules.STRING, "/Metadata": METADATA,
    },
    ("/Width", "/Height"),
    also=_check_image_data,
)  # fmt: skip
_XOBJECT = rules.Choice("an XObject", "/Subtype", {"/Form": FORM, "/Image": IMAGE})
_MASK_FORM = stream_kind(
    "a form", {**FORM.keys, "/Group": _MASK_GROUP}, ("/BBox", "/Group"), also=_check_matrix
)
_SOFT_MASK = rules.Kind(
    "a soft mask",
    {"/Type": rules.one_of("/Mask"), "/S": rules.one_of("/Alpha", "/Luminosity"), "/G": _MASK_FORM,
     "/BC": rules.numbers(), "/TR": rules.one_of("/Identity")},
    ("/S", "/G"),
)  # fmt: skip
_BLEND_MODES = (
    "/Normal", "/Compatible", "/Multiply", "/Screen", "/Overlay", "/Darken", "/Lighten",
    "/ColorDodge", "/ColorBurn", "/HardLight", "/SoftLight", "/Difference", "/Exclusion", "/Hue",
    "/Saturation", "/Color", "/Luminosity",
)  # fmt: skip
_OPACITY = rules.Plain(
    # Ghostscript treats an opacity of 0 as 1.
    lambda value: type(value) in (int, float) and 0 < value <= 1,
    "is an opacity that is not accepted",
)
_FLATNESS = rules.Plain(
    # Above 1, Ghostscript draws curves as polygons.
    lambda value: type(value) in (int, float) and 0 <= value <= 1,
    "is a flatness that is not accepted",
)
_NO_TRANSFER = rules.one_of("/Identity", "/Default")
GRAPHICS_STATE = rules.Kind(
    "a graphics state",
    {
        "/Type": rules.one_of("/ExtGState"), "/LW": rules.NUMBER, "/LC": rules.WHOLE,
        "/LJ": rules.WHOLE, "/ML": rules.NUMBER,
        "/D": rules.SIMPLE, "/RI": rules.NAME, "/OP": rules.one_of(False),
        "/op": rules.one_of(False), "/OPM": rules.WHOLE,
        "/FL": _FLATNESS, "/SM": rules.NUMBER, "/SA": rules.BOOLEAN,
        "/BM": rules.one_of(*_BLEND_MODES),
        "/SMask": rules.either(rules.one_of("/None"), _SOFT_MASK), "/CA": _OPACITY, "/ca": _OPACITY,
        "/AIS": rules.BOOLEAN, "/TK": rules.BOOLEAN, "/TR": _NO_TRANSFER, "/TR2": _NO_TRANSFER,
        "/BG2": rules.one_of("/Default"), "/UCR2": rules.one_of("/Default"),
        "/HT": rules.one_of("/Default"),
    },
)  # fmt: skip
_SHADING_KEYS: dict[str, Rule] = {
    "/ShadingType": rules.WHOLE, "/ColorSpace": COLOUR_SPACE, "/Background": rules.numbers(),
    "/BBox": RECTANGLE, "/AntiAlias": rules.BOOLEAN, "/Domain": rules.numbers(2),
    "/Function": FUNCTION, "/Extend": rules.ArrayOf(rules.BOOLEAN),
}  # fmt: skip
_SHADING_NEEDS = ("/ColorSpace", "/Coords", "/Function")


def _check_no_edges(walk: Walk, value: Value) -> Problem | None:
    """Check that the shading has no sharp edge, which PDFium would move.

    PDFium draws a shading in 256 steps and moves each edge to the next step.
    """
    resolve = walk.file.resolve
    function = resolve(value.get("/Function"))
    if isinstance(function, Stream):
        calculated = resolve(function.entries.get("/FunctionType")) == 4
        return _SHARP_EDGE if calculated else None
    parts = resolve(function.get("/Functions")) if isinstance(function, dict) else None
    if not parts:
        return None
    turns = resolve(function.get("/Encode"))
    last: list[float] | None = None
    for place, part in enumerate(map(resolve, parts)):
        if not isinstance(part, dict) or resolve(part.get("/FunctionType")) != 2:
            return _SHARP_EDGE
        ends = [resolve(part.get("/C0", [0])), resolve(part.get("/C1", [1]))]
        if turns[2 * place] > turns[2 * place + 1]:
            ends.reverse()
        if last is not None and any(abs(a - b) > _EDGE for a, b in zip(last, ends[0], strict=True)):
            return _SHARP_EDGE
        last = ends[1]
    return None


_EDGE = 0.04
"""Greatest difference of two colours, each 0 to 1, that is not an edge but a rounding error."""
_SHARP_EDGE = ACTIVE_CONTENT.with_detail("a shading with a sharp edge")
SHADING = rules.Choice(
    "a shading",
    "/ShadingType",
    {
        2: rules.Kind(
            "an axial shading",
            {**_SHADING_KEYS, "/Coords": rules.numbers(4)},
            _SHADING_NEEDS,
            also=_check_no_edges,
        ),
        3: rules.Kind(
            "a radial shading",
            {**_SHADING_KEYS, "/Coords": rules.numbers(6)},
            _SHADING_NEEDS,
            also=_check_no_edges,
        ),
    },
)


# No tiling patterns: PDFium rounds the size of a cell to whole pixels, so the pattern has different
# positions on the screen and on paper.
_PATTERN = rules.Choice(
    "a pattern",
    "/PatternType",
    {
        2: rules.Kind(
            "a shading pattern",
            # No graphics state: PDFium ignores it, Ghostscript and poppler do not.
            {"/Type": rules.one_of("/Pattern"), "/PatternType": rules.WHOLE, "/Shading": SHADING,
             "/Matrix": MATRIX},
            ("/Shading",),
        ),
    },
)  # fmt: skip
_MARK_PROPERTIES = rules.Kind(
    "the properties of marked content",
    {"/MCID": rules.WHOLE, "/Lang": rules.STRING, "/ActualText": rules.STRING, "/Alt": rules.STRING,
     "/E": rules.STRING, "/Metadata": METADATA},
)  # fmt: skip


class _NamedSpaces(Rule):
    """Named colour spaces. None may replace a device colour space: some readers ignore that."""

    def check(self, walk: Walk, value: Value) -> Problem | None:
        if isinstance(value, dict) and not _DEVICE_REPLACEMENTS.isdisjoint(value):
            return ACTIVE_CONTENT.with_detail("a colour space that replaces a device colour space")
        return rules.DictionaryOf(COLOUR_SPACE).check(walk, value)


_DEVICE_REPLACEMENTS = frozenset({"/DefaultCMYK", "/DefaultGray", "/DefaultRGB"})
RESOURCES.rule = rules.Kind(
    "the resources",
    {
        "/ExtGState": rules.DictionaryOf(GRAPHICS_STATE), "/ColorSpace": _NamedSpaces(),
        "/Pattern": rules.DictionaryOf(_PATTERN), "/Shading": rules.DictionaryOf(SHADING),
        "/XObject": rules.DictionaryOf(_XOBJECT), "/Font": rules.DictionaryOf(FONT),
        "/ProcSet": rules.ArrayOf(rules.NAME), "/Properties": rules.DictionaryOf(_MARK_PROPERTIES),
    },
)  # fmt: skip


SPARE_GRAPHICS: dict[Value, tuple[Rule, ...]] = {
    "/Metadata": (METADATA,),
    "/XObject": (_XOBJECT,),
    "/CMap": (CMAP,),
    "/Font": (FONT, _CID_FONT),
    "/FontDescriptor": (DESCRIPTOR,),
    "/Encoding": (_ENCODING,),
    "/Group": (TRANSPARENCY,),
    "/Mask": (_SOFT_MASK,),
    "/ExtGState": (GRAPHICS_STATE,),
    "/Pattern": (_PATTERN,),
    None: (
        BARE_STREAM, ICC_PROFILE, _FONT_FILE, FORM, IMAGE, FUNCTION, SHADING, _PATTERN, RESOURCES,
        GRAPHICS_STATE, _CID_SYSTEM, _CALIBRATED, _PARAMETERS, _MARK_PROPERTIES,
    ),
}  # fmt: skip
"""By ``/Type``: the kinds of drawing objects accepted if no other object uses them."""
