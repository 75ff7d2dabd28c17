"""Every kind of object that draws in a sealed PDF, and the keys that each may have.

For `printing.seal_whitelist`, which adds the kinds that do not draw. Clauses are of ISO 32000-1.
Whatever stands in no table is refused: before a key is added, ask whether screen and paper stay
the same with it.
"""

from __future__ import annotations

from collections.abc import Callable

from .faults import ACTIVE_CONTENT, NOT_A_PDF
from .pdf_file import Stream
from .pdf_syntax import Ref, Value
from .seal_rules import (
    BOOLEAN,
    NAME,
    NUMBER,
    SCALAR,
    SIMPLE,
    STRING,
    WHOLE,
    ArrayOf,
    Choice,
    DictionaryOf,
    Kind,
    Late,
    Plain,
    Problem,
    Rule,
    Walk,
    either,
    entries_of,
    numbers,
    one_of,
)

MAX_PIXELS = 100_000_000
"""Pixels of one image: A3 at 600 dpi has 70 million."""
MAX_IMAGE_BYTES = 64 * 1024 * 1024
"""Bytes of one image, unpacked: A3 in colour at 300 dpi takes 52 MB, A4 in grey at 600 35 MB."""
MAX_FUNCTION_BYTES = 64 * 1024
"""Bytes of one function: a table of 4,096 values takes 8 kB."""
MAX_CELL_TILES = 100_000
"""Cells of a pattern on an A4 page: cells of 2 mm are 16,000."""

RECTANGLE = numbers(4)
MATRIX = numbers(6)

# -- streams -------------------------------------------------------------------------------------

FILTERS = (
    "/ASCII85Decode", "/ASCIIHexDecode", "/CCITTFaxDecode", "/DCTDecode", "/FlateDecode",
    "/JBIG2Decode", "/JPXDecode", "/RunLengthDecode",
)  # fmt: skip
_FILTER = Plain(lambda value: value in FILTERS, "names a filter that is not accepted")
_MAX_FILTERS = 3
"""Filters of one stream: writers use one, or two where the file must be text."""
_FILTER_LIST = Plain(
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
) -> Kind:
    """A kind of stream: its own keys, and those of every stream (7.3.8.2)."""
    return Kind(noun, {**_STREAM_KEYS, **keys}, required, stream=True, also=also)


_STREAM_KEYS: dict[str, Rule] = {}
BARE_STREAM = stream_kind("a stream", {})
_PARAMETERS = Kind(
    "the parameters of a filter",
    {
        "/BitsPerComponent": WHOLE, "/BlackIs1": BOOLEAN, "/Colors": WHOLE,
        "/ColorTransform": WHOLE, "/Columns": WHOLE, "/DamagedRowsBeforeError": WHOLE,
        "/EncodedByteAlign": BOOLEAN,
        "/EndOfBlock": BOOLEAN, "/EndOfLine": BOOLEAN, "/JBIG2Globals": BARE_STREAM, "/K": WHOLE,
        "/Predictor": WHOLE, "/Rows": WHOLE,
    },
)  # fmt: skip
_NO_PARAMETERS = Plain(lambda value: value is None)
_STREAM_KEYS.update(
    {
        "/DecodeParms": either(ArrayOf(either(_NO_PARAMETERS, _PARAMETERS)), _PARAMETERS),
        "/DL": WHOLE,
        "/Filter": either(_FILTER, _FILTER_LIST),
        "/Length": WHOLE,
    }
)
BARE_STREAM.keys.update(_STREAM_KEYS)

METADATA = stream_kind(
    "a metadata packet", {"/Type": one_of("/Metadata"), "/Subtype": one_of("/XML")}
)
CONTENT = stream_kind("a content stream", {})

# -- data that no reader acts on -----------------------------------------------------------------

_DATA = Late()


def _no_object_of_the_standard(entries: dict[str, Value]) -> Problem | None:
    if isinstance(entries.get("/S"), (str, Ref)) or isinstance(entries.get("/Subtype"), (str, Ref)):
        return ACTIVE_CONTENT.with_detail("an object of the standard within private data")
    return None


class _Data(Rule):
    """Private data (14.5): numbers, words, and dictionaries of them, without anything that acts."""

    def check(self, walk: Walk, value: Value) -> Problem | None:
        if isinstance(value, list):
            return ArrayOf(_DATA).check(walk, value)
        if not isinstance(value, dict):
            return SCALAR.check(walk, value)
        active = _ACTIVE_DATA.intersection(value)
        if active:
            return ACTIVE_CONTENT.with_detail(f"{min(active)} within private data")
        return _no_object_of_the_standard(value) or DictionaryOf(_DATA).check(walk, value)


_ACTIVE_DATA = frozenset(
    {
        "/AA", "/AF", "/EF", "/EmbeddedFiles", "/JavaScript", "/JS", "/OCGs", "/OCProperties",
        "/OpenAction", "/RichMediaContent", "/URI", "/UF", "/Win", "/XFA",
    }
)  # fmt: skip
_DATA.rule = _Data()
DATA = _DATA.rule

# -- colour (8.6, 7.10) --------------------------------------------------------------------------

FUNCTION = Late()
COLOUR_SPACE = Late()
_FUNCTION_KEYS: dict[str, Rule] = {
    "/FunctionType": WHOLE,
    "/Domain": numbers(),
    "/Range": numbers(),
}


def _small_function(walk: Walk, value: Value) -> Problem | None:
    entries = entries_of(value)
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


FUNCTION.rule = Choice(
    "a function",
    "/FunctionType",
    {
        0: stream_kind(
            "a sampled function",
            {**_FUNCTION_KEYS, "/Size": numbers(), "/BitsPerSample": WHOLE, "/Order": WHOLE,
             "/Encode": numbers(), "/Decode": numbers()},
            also=_small_function,
        ),
        2: Kind(
            "an exponential function",
            {**_FUNCTION_KEYS, "/C0": numbers(), "/C1": numbers(), "/N": NUMBER},
        ),
        3: Kind(
            "a stitched function",
            {**_FUNCTION_KEYS, "/Functions": ArrayOf(FUNCTION), "/Bounds": numbers(),
             "/Encode": numbers()},
        ),
        4: stream_kind("a calculator function", _FUNCTION_KEYS, also=_small_function),
    },
)  # fmt: skip
ICC_PROFILE = stream_kind(
    "a colour profile",
    {"/N": one_of(1, 3, 4), "/Alternate": COLOUR_SPACE, "/Range": numbers(), "/Metadata": METADATA},
)
_CALIBRATED = Kind(
    "a calibrated colour space",
    {"/WhitePoint": numbers(3), "/BlackPoint": numbers(3), "/Matrix": numbers(9),
     "/Gamma": either(NUMBER, numbers(3)), "/Range": numbers(4)},
)  # fmt: skip
_SIMPLE_SPACES = one_of(
    "/DeviceGray", "/DeviceRGB", "/DeviceCMYK", "/Pattern", "/G", "/RGB", "/CMYK"
)
_SPACE_PARTS: dict[str, tuple[Rule, ...]] = {
    "/DeviceGray": (), "/DeviceRGB": (), "/DeviceCMYK": (), "/Pattern": (COLOUR_SPACE,),
    "/CalGray": (_CALIBRATED,), "/CalRGB": (_CALIBRATED,), "/Lab": (_CALIBRATED,),
    "/ICCBased": (ICC_PROFILE,),
    "/Indexed": (COLOUR_SPACE, WHOLE, either(STRING, BARE_STREAM)),
    "/Separation": (NAME, COLOUR_SPACE, FUNCTION),
    "/DeviceN": (ArrayOf(NAME), COLOUR_SPACE, FUNCTION),
}  # fmt: skip


class _ColourSpace(Rule):
    """A name, or an array that begins with one and goes on by its rules."""

    def check(self, walk: Walk, value: Value) -> Problem | None:
        if not isinstance(value, list):
            return _SIMPLE_SPACES.check(walk, value)
        parts = _SPACE_PARTS.get(value[0]) if value and isinstance(value[0], str) else None
        if parts is None or len(value) - 1 > len(parts):
            return ACTIVE_CONTENT.with_detail("a colour space of a kind that is not accepted")
        for part, rule in zip(value[1:], parts, strict=False):
            if isinstance(part, Ref):
                walk.later(part, rule, "a colour space")
            elif (problem := rule.check(walk, part)) is not None:
                return problem
        return None


COLOUR_SPACE.rule = _ColourSpace()

# -- fonts (9.5 to 9.10) -------------------------------------------------------------------------

STANDARD_FONTS = frozenset(
    {
        "/Courier", "/Courier-Bold", "/Courier-BoldOblique", "/Courier-Oblique", "/Helvetica",
        "/Helvetica-Bold", "/Helvetica-BoldOblique", "/Helvetica-Oblique", "/Symbol", "/Times-Bold",
        "/Times-BoldItalic", "/Times-Italic", "/Times-Roman", "/ZapfDingbats",
    }
)  # fmt: skip
"""The fonts that every reader and printer has (9.6.2.2)."""
_CID_SYSTEM = Kind(
    "a character collection", {"/Registry": STRING, "/Ordering": STRING, "/Supplement": WHOLE}
)
CMAP = stream_kind(
    "a character map",
    {"/Type": one_of("/CMap"), "/CMapName": NAME, "/CIDSystemInfo": _CID_SYSTEM, "/WMode": WHOLE},
)
CMAP.keys["/UseCMap"] = either(NAME, CMAP)
_FONT_FILE = stream_kind(
    "a font file",
    {"/Length1": WHOLE, "/Length2": WHOLE, "/Length3": WHOLE, "/Metadata": METADATA,
     "/Subtype": one_of("/Type1C", "/CIDFontType0C", "/OpenType")},
)  # fmt: skip
DESCRIPTOR = Kind(
    "a font descriptor",
    {
        "/Type": one_of("/FontDescriptor"), "/FontName": NAME, "/FontFamily": STRING,
        "/FontStretch": NAME, "/FontWeight": NUMBER, "/Flags": WHOLE, "/FontBBox": RECTANGLE,
        "/ItalicAngle": NUMBER, "/Ascent": NUMBER, "/Descent": NUMBER, "/Leading": NUMBER,
        "/CapHeight": NUMBER, "/XHeight": NUMBER, "/StemV": NUMBER, "/StemH": NUMBER,
        "/AvgWidth": NUMBER, "/MaxWidth": NUMBER, "/MissingWidth": NUMBER, "/FontFile": _FONT_FILE,
        "/FontFile2": _FONT_FILE, "/FontFile3": _FONT_FILE, "/CharSet": STRING,
        "/CIDSet": BARE_STREAM, "/Lang": NAME,
        "/Style": Kind("the style of a font", {"/Panose": STRING}),
    },
)  # fmt: skip
_ENCODING = Kind(
    "an encoding",
    {"/Type": one_of("/Encoding"), "/BaseEncoding": NAME, "/Differences": SIMPLE},
)
_FONT_KEYS: dict[str, Rule] = {
    "/Type": one_of("/Font"), "/Subtype": NAME, "/BaseFont": NAME, "/Name": NAME,
    "/FirstChar": WHOLE, "/LastChar": WHOLE, "/Widths": numbers(), "/FontDescriptor": DESCRIPTOR,
    "/Encoding": either(NAME, _ENCODING), "/ToUnicode": either(one_of("/Identity-H"), CMAP),
}  # fmt: skip
_FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")


def _carried(walk: Walk, value: Value) -> Problem | None:
    """The file carries the font: else the screen and the printer each take one of their own."""
    entries = entries_of(value)
    descriptor = walk.file.resolve(entries.get("/FontDescriptor"))
    if isinstance(descriptor, dict) and any(key in descriptor for key in _FONT_FILES):
        return None
    if walk.file.resolve(entries.get("/BaseFont")) in STANDARD_FONTS and (
        entries.get("/Subtype") in ("/Type1", "/TrueType")
    ):
        return None
    return ACTIVE_CONTENT.with_detail("a font that the file does not carry")


_SIMPLE_FONT = Kind("a font", _FONT_KEYS, also=_carried)
_CID_FONT = Kind(
    "a font of many characters",
    {
        "/Type": one_of("/Font"), "/Subtype": NAME, "/BaseFont": NAME,
        "/CIDSystemInfo": _CID_SYSTEM, "/FontDescriptor": DESCRIPTOR, "/DW": NUMBER, "/W": SIMPLE,
        "/DW2": numbers(2), "/W2": SIMPLE,
        "/CIDToGIDMap": either(one_of("/Identity"), BARE_STREAM),
    },
    also=_carried,
)  # fmt: skip
RESOURCES = Late()
FONT = Choice(
    "a font",
    "/Subtype",
    {
        "/Type1": _SIMPLE_FONT,
        "/MMType1": _SIMPLE_FONT,
        "/TrueType": _SIMPLE_FONT,
        "/Type0": Kind(
            "a composite font",
            {
                "/Type": one_of("/Font"), "/Subtype": NAME, "/BaseFont": NAME, "/Name": NAME,
                "/Encoding": either(NAME, CMAP), "/ToUnicode": _FONT_KEYS["/ToUnicode"],
                "/DescendantFonts": ArrayOf(
                    Choice("a font of many characters", "/Subtype",
                           {"/CIDFontType0": _CID_FONT, "/CIDFontType2": _CID_FONT})
                ),
            },
        ),
        "/Type3": Kind(
            "a font of drawings",
            {
                **_FONT_KEYS, "/FontBBox": RECTANGLE, "/FontMatrix": MATRIX,
                "/CharProcs": DictionaryOf(CONTENT), "/Resources": RESOURCES,
            },
        ),
    },
)  # fmt: skip

# -- what a page draws (8.7 to 8.10, 11.6) -------------------------------------------------------

IMAGE = Late()
TRANSPARENCY = Kind(
    "a transparency group",
    {"/Type": one_of("/Group"), "/S": one_of("/Transparency"), "/CS": COLOUR_SPACE,
     "/I": BOOLEAN, "/K": BOOLEAN},
)  # fmt: skip


def _placed(walk: Walk, value: Value) -> Problem | None:
    """The form's matrix can be undone: readers disagree about one that flattens the form."""
    entries = entries_of(value)
    matrix = walk.file.resolve(entries.get("/Matrix"))
    if matrix is not None and abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]) < 1e-9:
        return NOT_A_PDF.with_detail("a form whose matrix flattens it")
    return None


FORM = stream_kind(
    "a form",
    {
        "/Type": one_of("/XObject"), "/Subtype": one_of("/Form"), "/FormType": one_of(1),
        "/BBox": RECTANGLE, "/Matrix": MATRIX, "/Resources": RESOURCES, "/Group": TRANSPARENCY,
        "/LastModified": STRING, "/Metadata": METADATA, "/Name": NAME,
        "/PieceInfo": DATA, "/StructParent": WHOLE, "/StructParents": WHOLE,
    },
    ("/BBox",),
    also=_placed,
)  # fmt: skip
_BITS = one_of(1, 2, 4, 8, 16)


def _small_image(walk: Walk, value: Value) -> Problem | None:
    entries = entries_of(value)
    width, height = (walk.file.resolve(entries[key]) for key in ("/Width", "/Height"))
    if type(width) is not int or type(height) is not int or width < 1 or height < 1:
        return NOT_A_PDF.with_detail("an image without a size")
    if width * height > MAX_PIXELS:
        return NOT_A_PDF.with_detail(f"an image of more than {MAX_PIXELS} pixels")
    if width * height * pixel_bits(walk, entries) > 8 * MAX_IMAGE_BYTES:
        return NOT_A_PDF.with_detail(f"an image that unpacks to more than {MAX_IMAGE_BYTES} bytes")
    return None


_COMPONENTS = {
    "/DeviceGray": 1, "/G": 1, "/CalGray": 1, "/Indexed": 1, "/Separation": 1, "/DeviceCMYK": 4,
    "/CMYK": 4,
}  # fmt: skip


def pixel_bits(walk: Walk, entries: dict[str, Value]) -> int:
    """Bits of one pixel, unpacked; three components if the file does not say."""
    if entries.get("/ImageMask") is True:
        return 1
    bits = walk.file.resolve(entries.get("/BitsPerComponent", 8))
    space = walk.file.resolve(entries.get("/ColorSpace"))
    head = walk.file.resolve(space[0]) if isinstance(space, list) and space else space
    components = _COMPONENTS.get(head, 3) if isinstance(head, str) else 3
    if head == "/ICCBased" and len(space) > 1:
        profile = walk.file.resolve(space[1])
        stated = walk.file.resolve(profile.entries.get("/N")) if isinstance(profile, Stream) else 3
        components = stated if stated in (1, 3, 4) else 3
    return components * (bits if type(bits) is int and 1 <= bits <= 16 else 8)


IMAGE.rule = stream_kind(
    "an image",
    {
        "/Type": one_of("/XObject"), "/Subtype": one_of("/Image"), "/Width": WHOLE,
        "/Height": WHOLE, "/ColorSpace": COLOUR_SPACE, "/BitsPerComponent": _BITS, "/Intent": NAME,
        "/ImageMask": BOOLEAN, "/Mask": either(numbers(), IMAGE), "/Decode": numbers(),
        "/Interpolate": BOOLEAN, "/SMask": IMAGE, "/SMaskInData": WHOLE, "/Matte": numbers(),
        "/Name": NAME, "/StructParent": WHOLE, "/ID": STRING, "/Metadata": METADATA,
    },
    ("/Width", "/Height"),
    also=_small_image,
)  # fmt: skip
_XOBJECT = Choice("an XObject", "/Subtype", {"/Form": FORM, "/Image": IMAGE})
_SOFT_MASK = Kind(
    "a soft mask",
    {"/Type": one_of("/Mask"), "/S": one_of("/Alpha", "/Luminosity"), "/G": FORM,
     "/BC": numbers(), "/TR": one_of("/Identity")},
)  # fmt: skip
_NO_TRANSFER = one_of("/Identity", "/Default")
GRAPHICS_STATE = Kind(
    "a graphics state",
    {
        "/Type": one_of("/ExtGState"), "/LW": NUMBER, "/LC": WHOLE, "/LJ": WHOLE, "/ML": NUMBER,
        "/D": SIMPLE, "/RI": NAME, "/OP": one_of(False), "/op": one_of(False), "/OPM": WHOLE,
        "/FL": NUMBER, "/SM": NUMBER, "/SA": BOOLEAN, "/BM": either(NAME, ArrayOf(NAME)),
        "/SMask": either(one_of("/None"), _SOFT_MASK), "/CA": NUMBER, "/ca": NUMBER,
        "/AIS": BOOLEAN, "/TK": BOOLEAN, "/TR": _NO_TRANSFER, "/TR2": _NO_TRANSFER,
        "/BG2": one_of("/Default"), "/UCR2": one_of("/Default"), "/HT": one_of("/Default"),
    },
)  # fmt: skip
_SHADING_KEYS: dict[str, Rule] = {
    "/ShadingType": WHOLE, "/ColorSpace": COLOUR_SPACE, "/Background": numbers(),
    "/BBox": RECTANGLE, "/AntiAlias": BOOLEAN, "/Domain": numbers(2),
    "/Function": either(ArrayOf(FUNCTION), FUNCTION), "/Extend": ArrayOf(BOOLEAN),
}  # fmt: skip
SHADING = Choice(
    "a shading",
    "/ShadingType",
    {
        2: Kind("an axial shading", {**_SHADING_KEYS, "/Coords": numbers(4)}),
        3: Kind("a radial shading", {**_SHADING_KEYS, "/Coords": numbers(6)}),
    },
)


_A4_POINTS = 595.0 * 842.0


def _few_cells(walk: Walk, value: Value) -> Problem | None:
    entries = entries_of(value)
    steps = [walk.file.resolve(entries.get(key)) for key in ("/XStep", "/YStep")]
    a, b, c, d = (walk.file.resolve(entries.get("/Matrix")) or [1, 0, 0, 1])[:4]
    cell = abs(steps[0] * steps[1] * (a * d - b * c))
    if cell * MAX_CELL_TILES < _A4_POINTS:
        return NOT_A_PDF.with_detail(f"a pattern of more than {MAX_CELL_TILES} cells")
    return None


_PATTERN = Choice(
    "a pattern",
    "/PatternType",
    {
        1: stream_kind(
            "a tiling pattern",
            {
                "/Type": one_of("/Pattern"), "/PatternType": WHOLE, "/PaintType": WHOLE,
                "/TilingType": WHOLE, "/BBox": RECTANGLE, "/XStep": NUMBER, "/YStep": NUMBER,
                "/Resources": RESOURCES, "/Matrix": MATRIX,
            },
            ("/BBox", "/XStep", "/YStep"),
            also=_few_cells,
        ),
        2: Kind(
            "a shading pattern",
            {"/Type": one_of("/Pattern"), "/PatternType": WHOLE, "/Shading": SHADING,
             "/Matrix": MATRIX, "/ExtGState": GRAPHICS_STATE},
        ),
    },
)  # fmt: skip
_MARK_PROPERTIES = Kind(
    "the properties of marked content",
    {"/MCID": WHOLE, "/Lang": STRING, "/ActualText": STRING, "/Alt": STRING, "/E": STRING,
     "/Metadata": METADATA},
)  # fmt: skip
RESOURCES.rule = Kind(
    "the resources",
    {
        "/ExtGState": DictionaryOf(GRAPHICS_STATE), "/ColorSpace": DictionaryOf(COLOUR_SPACE),
        "/Pattern": DictionaryOf(_PATTERN), "/Shading": DictionaryOf(SHADING),
        "/XObject": DictionaryOf(_XOBJECT), "/Font": DictionaryOf(FONT),
        "/ProcSet": ArrayOf(NAME), "/Properties": DictionaryOf(_MARK_PROPERTIES),
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
"""By ``/Type``: the kinds that draw nothing while nothing uses them."""
