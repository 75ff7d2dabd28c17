"""Files that take much time or memory: small ones, and large ones that take even more."""

from __future__ import annotations

import re
import zlib

from ...raw_pdf import Draft, form_object, stream
from .refused import ACTS, BREAKS, Table
from .syntax import object_stream

BOMBS = Table()


def _forms(levels: int, times: int) -> Draft:
    """Make forms that each draw the next one ``times`` times."""
    forms = [
        form_object(b"/F Do " * times, b"/Resources<</XObject<</F %d 0 R>>>>" % (21 + level))
        for level in range(levels)
    ]
    return Draft(
        resources=b"/Resources<</XObject<</F 20 0 R>>>>",
        content=stream(b"/F Do"),
        objects=[*forms, form_object()],
    )


def _masks(levels: int) -> Draft:
    """Make soft masks that each set the next one ten times."""
    forms = [
        form_object(
            b"/G gs " * 20 + b"0 0 9 9 re f",
            b"/Group<</S/Transparency>>/Resources<</ExtGState"
            b"<</G<</SMask<</S/Alpha/G %d 0 R>>>>>>>>" % (21 + level),
        )
        for level in range(levels)
    ]
    return Draft(
        resources=b"/Resources<</XObject<</F 20 0 R>>>>",
        content=stream(b"/F Do"),
        objects=[*forms, form_object(entries=b"/Group<</S/Transparency>>")],
    )


def _functions(levels: int, times: int) -> Draft:
    """Make stitching functions that each contain the next one ``times`` times."""
    stitched = [
        b"<</FunctionType 3/Domain[0 1]/Bounds[%s]/Encode[%s]/Functions[%s]>>"
        % (
            b" ".join(b"%.4f" % ((n + 1) / times) for n in range(times - 1)),
            b"0 1 " * times,
            b"%d 0 R " % (21 + level) * times,
        )
        for level in range(levels)
    ]
    last = b"<</FunctionType 2/Domain[0 1]/C0[0]/C1[1]/N 1>>"
    return Draft(
        resources=b"/Resources<</ColorSpace<</S[/Separation/Spot/DeviceGray 20 0 R]>>>>",
        content=stream(b"/S cs 1 scn 0 0 9 9 re f"),
        objects=[*stitched, last],
    )


def _image(entries: bytes, data: bytes = b"", draws: int = 1) -> Draft:
    return Draft(
        resources=b"/Resources<</XObject<</I 20 0 R>>>>",
        content=stream(b"/I Do " * draws),
        objects=[stream(data, b"/Type/XObject/Subtype/Image" + entries, packed=True)],
    )


def _zeros(count: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(count)) + packer.flush()


def _packed(data: bytes, entries: bytes = b"") -> bytes:
    return stream(data, entries + b"/Filter/FlateDecode")


def _revisions(count: int) -> bytes:
    pdf = Draft().build()
    for _ in range(count):
        begin = int(re.findall(rb"startxref\n(\d+)", pdf)[-1])
        pdf += (
            b"xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 9/Root 1 0 R/Info 8 0 R/Prev %d>>\n"
            b"startxref\n%d\n%%%%EOF\n" % (begin, len(pdf))
        )
    return pdf


def _table_of_a_million_rows() -> bytes:
    pdf = Draft().build()
    begin = int(re.findall(rb"startxref\n(\d+)", pdf)[-1])
    rows = zlib.compress(bytes(40_000_000), 9)
    table = stream(
        rows,
        b"/Type/XRef/Size 10000000/W[1 2 1]/Root 1 0 R/Prev %d/Filter/FlateDecode" % begin,
    )
    return pdf + b"30 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, len(pdf))


def _object_stream_of_a_million_objects() -> bytes:
    heads = b" ".join(b"%d %d" % (100 + n, n * 5) for n in range(1_000_000)) + b" "
    return object_stream(heads, b"null " * 1_000_000, 1_000_000, [(100, 29, 0)])


def _object_stream_of_one_array() -> bytes:
    return object_stream(b"21 0 ", b"[" + b"0 " * 12_000_000 + b"]", 1, [(21, 29, 0)])


def _objects(body: bytes, count: int) -> bytes:
    return Draft(objects=[body] * count).build()


def _tree(levels: int) -> Draft:
    """Make page tree nodes that each contain the next one twice."""
    nodes = [
        b"<</Type/Pages/Parent %d 0 R/Count 0/Kids[%d 0 R %d 0 R]>>"
        % (2 if level == 0 else 19 + level, 21 + level, 21 + level)
        for level in range(levels)
    ]
    return Draft(
        kids=b"[3 0 R 20 0 R]",
        objects=[*nodes, b"<</Type/Pages/Parent %d 0 R/Count 0/Kids[]>>" % (19 + levels)],
    )


def _many_pages(count: int) -> Draft:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>"
    kids = b" ".join(b"%d 0 R" % (20 + n) for n in range(count))
    return Draft(kids=b"[3 0 R %s]" % kids, count=count + 1, objects=[page] * count)


def _stamps(count: int) -> Draft:
    stamp = b"<</Type/Annot/Subtype/Stamp/Rect[0 0 500 800]/F 4/AP<</N 7 0 R>>>>"
    return Draft(annotations=stamp * count)


def _comments(count: int) -> bytes:
    """Make objects that each begin in a comment of the previous one, and all end with one array."""
    heads = b"%".join(b"%d 0 obj " % number for number in range(20, 20 + count))
    pdf = Draft().build()
    at = pdf.rindex(b"xref\n0 1")
    body = heads + b"\n[" + b"0 " * 500_000 + b"]\nendobj\n"
    entries = b"".join(
        b"%010d 00000 n \n" % (at + found.start()) for found in re.finditer(rb"\d+ 0 obj ", heads)
    )
    table = pdf[at : pdf.rindex(b"trailer")] + b"20 %d\n%s" % (count, entries)
    end = pdf[pdf.rindex(b"trailer") : pdf.rindex(b"startxref")]
    return pdf[:at] + body + table + end + b"startxref\n%d\n%%%%EOF\n" % (at + len(body))


_GREY = b"/ColorSpace/DeviceGray/BitsPerComponent 8"
for _name, _detail, _draft in (
    ("forms_drawn_a_million_times", "a page that draws more", _forms(6, 100)),
    ("forms_drawn_by_twos", "a page that draws more", _forms(11, 8)),
    ("forms_within_forms_without_end", "forms nested too deep", _forms(40, 1)),
    ("masks_within_masks", "a page that draws more", _masks(6)),
    (
        "thousands_of_shadings",
        "a page that draws more",
        Draft(
            resources=b"/Resources<</Shading<</S<</ShadingType 2/ColorSpace/DeviceGray"
            b"/Coords[0 0 500 0]/Function<</FunctionType 2/Domain[0 1]/C0[0]/C1[1]/N 1>>>>>>>>",
            content=stream(b"/S sh " * 2000),
        ),
    ),
    ("functions_of_functions", "functions", _functions(10, 10)),
    ("image_of_3600_megapixels", "an image of more", _image(b"/Width 60000/Height 60000" + _GREY)),
    (
        "image_of_90_megabytes",
        "an image that unpacks",
        _image(b"/Width 6000/Height 5000/ColorSpace/DeviceRGB/BitsPerComponent 8"),
    ),
    (
        "image_drawn_a_thousand_times",
        "bytes of images",
        _image(b"/Width 1000/Height 1000" + _GREY, bytes(1_000_000), 1000),
    ),
    ("page_tree_that_doubles", "listed twice", _tree(14)),
    ("page_tree_of_many_levels", "levels", _tree(40)),
    ("pages_by_the_hundred", "more than 100 pages", _many_pages(150)),
    ("arrays_within_arrays", "nested too deep", Draft(info=b"/A" + b"[" * 60 + b"]" * 60)),
    ("brackets_within_brackets", "nested too deep", Draft(info=b"/A(" + b"(" * 60 + b")" * 61)),
    ("thousands_of_dictionaries", "nested too deep", Draft(info=b"/A<<" * 5000 + b">>" * 5000)),
    ("thousands_of_stamps", "annotations", _stamps(2000)),
    (
        "function_of_a_million_samples",
        "a function of more",
        Draft(
            resources=b"/Resources<</Shading<</S<</ShadingType 2/ColorSpace/DeviceGray"
            b"/Coords[0 0 9 0]/Function 20 0 R>>>>>>",
            objects=[
                stream(b"", b"/FunctionType 0/Domain[0 1]/Range[0 1]/Size[1000000]/BitsPerSample 8")
            ],
        ),
    ),
    ("number_of_many_digits", "many digits", Draft(info=b"/A " + b"9" * 100_000)),
):
    BOMBS.draft(_name, BREAKS, _detail, _draft)

BOMBS.draft(
    "form_within_itself",
    BREAKS,
    "forms nested too deep",
    Draft(
        resources=b"/Resources<</XObject<</F 20 0 R>>>>",
        content=stream(b"/F Do"),
        objects=[form_object(b"/F Do", b"/Resources<</XObject<</F 20 0 R>>>>")],
    ),
)
BOMBS.draft(
    "colour_space_within_itself",
    ACTS,
    "a colour space of a kind",
    Draft(
        resources=b"/Resources<</ColorSpace<</S 20 0 R>>>>",
        objects=[b"[/Indexed 20 0 R 1<0000>]"],
    ),
)
BOMBS.draft(
    "glyph_that_shows_itself",
    BREAKS,
    "forms nested too deep",
    Draft(
        resources=b"/Resources<</Font<</T 20 0 R>>>>",
        content=stream(b"BT /T 40 Tf (a) Tj ET"),
        objects=[
            b"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[0.1 0 0 0.1 0 0]"
            b"/FirstChar 97/LastChar 97/Widths[9]/Encoding<</Differences[97/a]>>"
            b"/CharProcs<</a 21 0 R>>/Resources<</Font<</T 20 0 R>>>>>>",
            stream(b"9 0 d0 BT /T 1 Tf (a) Tj ET"),
        ],
    ),
)
for _name, _detail, _build in (
    (
        "content_of_300_megabytes",
        "unpacks to more",
        lambda: Draft(content=_packed(_zeros(300))).build(),
    ),
    (
        "content_packed_twice",
        "unpacks to more",
        lambda: Draft(
            content=stream(zlib.compress(_zeros(300), 9), b"/Filter[/FlateDecode/FlateDecode]")
        ).build(),
    ),
    (
        "operators_of_20_megabytes",
        "a page that draws more",
        lambda: Draft(content=_packed(zlib.compress(b"0 0 9 9 re f " * 1_600_000))).build(),
    ),
    ("revisions_by_the_dozen", "revisions", lambda: _revisions(40)),
    ("table_of_ten_million_rows", "more than 50000 objects", _table_of_a_million_rows),
    (
        "object_stream_of_a_million_objects",
        "more than 50000 objects",
        _object_stream_of_a_million_objects,
    ),
    ("object_stream_of_one_array", "bytes of values", _object_stream_of_one_array),
    (
        "ten_megabytes_of_small_objects",
        "more than 50000 objects",
        lambda: _objects(b"<<>>", 220_000),
    ),
    (
        "nine_megabytes_of_numbers",
        "bytes of values",
        lambda: _objects(b"[" + b"0 " * 4_500_000 + b"]", 1),
    ),
    ("nine_megabytes_of_brackets", "nested too deep", lambda: _objects(b"[" * 9_000_000, 1)),
    (
        "nine_megabytes_of_names",
        "bytes of values",
        lambda: _objects(b"[" + b"/a" * 4_500_000 + b"]", 1),
    ),
    ("objects_within_comments", "bytes of values", lambda: _comments(500)),
    (
        "forty_thousand_unused_scripts",
        "/JS in an object",
        lambda: _objects(b"<</S/JavaScript/JS(1)>>", 40_000),
    ),
):
    BOMBS.built(_name, ACTS if "scripts" in _name else BREAKS, _detail, _build)


def _deep_forms(levels: int, known: int) -> Draft:
    """Make forms that each draw the next one; the page draws every ``known``-th, deepest first."""
    forms = [
        form_object(b"/N Do", b"/Resources<</XObject<</N %d 0 R>>>>" % (21 + level))
        for level in range(levels)
    ]
    first = range(levels - known, -1, -known)
    return Draft(
        resources=b"/Resources<</XObject<<%s>>>>"
        % b"".join(b"/F%d %d 0 R" % (level, 20 + level) for level in first),
        content=stream(b" ".join(b"/F%d Do" % level for level in first)),
        objects=[*forms, form_object()],
    )


BOMBS.draft("forms_within_forms_from_within", BREAKS, "forms nested too deep", _deep_forms(48, 10))


def _content(filters: bytes, data: bytes) -> Draft:
    return Draft(content=stream(zlib.compress(data, 9), b"/Filter[/FlateDecode%s]" % filters))


BOMBS.draft(
    "run_lengths_in_packed_data",
    BREAKS,
    "unpack to more than",
    _content(b"/RunLengthDecode", b"\x81 " * (5 << 20)),
)
BOMBS.draft(
    "base_85_in_packed_data",
    BREAKS,
    "unpacks to more than",
    _content(b"/ASCII85Decode", b"z" * (60 << 20) + b"~>"),
)


def _table_into_blanks(pdf: bytes) -> bytes:
    """Make thousands of entries that all point to the start of a long run of blanks."""
    at, count = pdf.rindex(b"xref\n0 1"), 40_000
    blanks = b" " * (8 << 20) + b"\n"
    table = pdf[at:].replace(
        b"trailer", b"100 %d\n%s" % (count, b"%010d 00000 n \n" % at * count) + b"trailer"
    )
    end = b"startxref\n%d\n%%%%EOF\n" % (at + len(blanks))
    return pdf[:at] + blanks + table[: table.rindex(b"startxref")] + end


BOMBS.mangled(
    "table_into_blanks",
    BREAKS,
    "points to a different object",
    _table_into_blanks,
)
