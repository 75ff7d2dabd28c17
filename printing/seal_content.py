"""What a sealed PDF holds: pages, statement, and anything that could act or change.

For `printing.seal`, called only for files whose signature is trusted and whose size is bounded.
It walks every object that the file reaches, and follows no address out of it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from devices.health import Fault

from .documents.statement import INFO_CODE, INFO_HOLDER, INFO_TYPE, Statement
from .faults import ACTIVE_CONTENT, CHANGED_AFTER_SIGNING, NOT_A_PDF, SEAL_BROKEN
from .pdf_objects import value_of
from .pdf_reader import QuickReader
from .seal import PageSize

MAX_PAGES = 100
"""Pages of one document; 240 months take ten."""
MAX_OBJECTS = 20_000
"""Objects that are looked at: some 200 a page in the worst of real documents."""
MAX_DEPTH = 64
"""Levels of a page tree, or of values within values."""
MAX_PIXELS = 100_000_000
"""Pixels of one image: A3 at 600 dpi is 70 million."""
_POINT_MM = 25.4 / 72
_ACCEPTED_SIDE_MM = (40.0, 450.0)
"""Shortest and longest side of a page: from a card to A3."""

_ACTIVE_KEYS = frozenset(
    {
        "/AA", "/Alternates", "/AF", "/Collection", "/EF", "/EmbeddedFiles", "/JS", "/JavaScript",
        "/OCProperties", "/OPI", "/OpenAction", "/RichMediaContent", "/RichMediaSettings",
        "/XFA",
    }
)  # fmt: skip
"""Keys under which a file can act, carry another, or look otherwise on paper than on screen."""
_SILENT_KEYS = frozenset({"/StructTreeRoot"})
"""What draws nothing and acts on nothing, and may hold ten objects for each line of text."""
_ACTIONS_ALLOWED = frozenset({"/GoTo", "/URI"})
_ACTIONS = frozenset(
    {
        "/GoTo3DView", "/GoToDp", "/GoToE", "/GoToR", "/Hide", "/ImportData", "/JavaScript",
        "/Launch", "/Movie", "/Named", "/Rendition", "/ResetForm", "/RichMediaExecute",
        "/SetOCGState", "/Sound", "/SubmitForm", "/Thread", "/Trans",
    }
)  # fmt: skip
_ANNOTATIONS_ALLOWED = frozenset({"/Link", "/Stamp", "/Watermark", "/Widget"})
_FILTERS_ALLOWED = frozenset(
    {
        "/ASCII85Decode", "/ASCIIHexDecode", "/CCITTFaxDecode", "/DCTDecode", "/FlateDecode",
        "/JBIG2Decode", "/JPXDecode", "/RunLengthDecode",
    }
)  # fmt: skip

# Everything that pyHanko is known to raise on a file that is not what it should be.
PARSE_ERRORS = (
    PdfError, ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError,
    OSError, RecursionError, TypeError, ValueError, zlib.error,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Content:
    """What the file states, its pages, and the revocation data that it carries (DER)."""

    statement: Statement | None
    pages: tuple[PageSize, ...]
    certificates: tuple[bytes, ...]
    crls: tuple[bytes, ...]
    ocsp_responses: tuple[bytes, ...]
    signed_at: str


def inspect(pdf: bytes, byte_range: tuple[int, int, int, int]) -> Content | Fault:
    """The content of ``pdf``, whose trusted signature covers ``byte_range``."""
    try:
        reader = QuickReader(BytesIO(pdf), strict=False)
        if reader.encrypted:
            return NOT_A_PDF.with_detail("encrypted")
        fault = _walk(reader) or _check_form(reader, byte_range)
        if fault is not None:
            return fault
        pages = _pages(reader)
        if isinstance(pages, Fault):
            return pages
        return Content(
            _statement(reader),
            pages,
            _streams(reader, "/Certs"),
            _streams(reader, "/CRLs"),
            _streams(reader, "/OCSPs"),
            str(value_of(_signature(reader), "/M", "")),
        )
    except PARSE_ERRORS as error:
        return NOT_A_PDF.with_detail(f"cannot be parsed: {type(error).__name__}")


def _walk(reader: PdfFileReader) -> Fault | None:
    """Look at every object that the trailer reaches."""
    trailer: Any = reader.trailer
    waiting: list[tuple[Any, int]] = [
        (trailer.raw_get(key), 0) for key in ("/Root", "/Info") if key in trailer
    ]
    seen: set[tuple[int, int]] = set()
    looked = 0
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, generic.IndirectObject):
            reference = (value.idnum, value.generation)
            if reference in seen:
                continue
            seen.add(reference)
            target: Any = value
            value = target.get_object()
            depth = 0
        looked += 1
        if looked > MAX_OBJECTS * 10 or len(seen) > MAX_OBJECTS:
            return NOT_A_PDF.with_detail(f"more than {MAX_OBJECTS} objects")
        if depth > MAX_DEPTH:
            return NOT_A_PDF.with_detail(f"values nested more than {MAX_DEPTH} deep")
        if isinstance(value, generic.DictionaryObject):
            fault = _check_dictionary(value)
            if fault is not None:
                return fault
            waiting += [(value.raw_get(key), depth + 1) for key in value if key not in _SILENT_KEYS]
        elif isinstance(value, generic.ArrayObject):
            waiting += [
                (value.raw_get(i), depth + 1)
                for i in range(len(value))
                if not isinstance(value.raw_get(i), generic.NumberObject)
            ]
    return None


def _check_dictionary(found: Any) -> Fault | None:
    active = _ACTIVE_KEYS.intersection(found)
    if active:
        return ACTIVE_CONTENT.with_detail(f"{min(active)} in the file")
    action = value_of(found, "/S")
    kind = value_of(found, "/Type")
    if action in _ACTIONS and kind in (None, "/Action"):
        return ACTIVE_CONTENT.with_detail(f"an action {action}")
    if kind == "/Action" and action not in _ACTIONS_ALLOWED:
        return ACTIVE_CONTENT.with_detail("an action of another kind")
    if value_of(found, "/NeedAppearances"):
        return ACTIVE_CONTENT.with_detail("a form that is drawn anew")
    if value_of(found, "/Type") == "/Filespec":
        return ACTIVE_CONTENT.with_detail("a file specification")
    if isinstance(found, generic.StreamObject):
        return _check_stream(found)
    return None


def _check_stream(stream: Any) -> Fault | None:
    if "/F" in stream or "/FFilter" in stream:
        return ACTIVE_CONTENT.with_detail("a stream that lies outside the file")
    if value_of(stream, "/Subtype") == "/PS":
        return ACTIVE_CONTENT.with_detail("PostScript")
    if value_of(stream, "/Subtype") == "/Form" and "/Ref" in stream:
        return ACTIVE_CONTENT.with_detail("a page of another file")
    filters = value_of(stream, "/Filter", ())
    names = [filters] if isinstance(filters, str) else [str(name) for name in filters]
    if not _FILTERS_ALLOWED.issuperset(names):
        return NOT_A_PDF.with_detail("a filter that is not accepted")
    if value_of(stream, "/Subtype") == "/Image":
        pixels = int(value_of(stream, "/Width", 0)) * int(value_of(stream, "/Height", 0))
        if not 0 <= pixels <= MAX_PIXELS:
            return NOT_A_PDF.with_detail(f"an image of {pixels} pixels")
    return None


def _check_form(reader: PdfFileReader, byte_range: tuple[int, int, int, int]) -> Fault | None:
    """There is one form field in the file, it is the seal, and it is the signature we verified."""
    fields = _fields(reader)
    for field in fields:
        if _inherited(field, "/FT") != "/Sig":
            return ACTIVE_CONTENT.with_detail("a form field that could change")
    signed = [field for field in fields if value_of(field, "/V") is not None]
    if len(signed) != len(fields) or not fields:
        return ACTIVE_CONTENT.with_detail(f"{len(fields) - len(signed)} empty signature fields")
    if len(signed) > 1:
        return CHANGED_AFTER_SIGNING.with_detail(f"{len(signed)} signatures")
    stated = tuple(int(number) for number in signed[0]["/V"]["/ByteRange"])
    if stated != byte_range:
        return SEAL_BROKEN.with_detail("the field's signature is not the one over the file")
    return None


def _fields(reader: PdfFileReader) -> list[Any]:
    """The terminal fields of the form."""
    form = value_of(reader.root, "/AcroForm")
    found: list[Any] = []
    waiting = [(field, 0) for field in (value_of(form, "/Fields", ()) if form is not None else ())]
    while waiting:
        field, depth = waiting.pop()
        if depth > MAX_DEPTH or len(found) > MAX_OBJECTS:
            raise ValueError("a form without an end")
        field = field.get_object()
        kids = [kid.get_object() for kid in value_of(field, "/Kids", ())]
        below = [(kid, depth + 1) for kid in kids if "/T" in kid]
        waiting += below
        if not below:
            found.append(field)
    return found


def _inherited(node: Any, key: str) -> Any:
    for _ in range(MAX_DEPTH):
        if key in node:
            return node[key]
        node = value_of(node, "/Parent")
        if node is None:
            return None
    raise ValueError("a tree without an end")


def _signature(reader: PdfFileReader) -> Any:
    return _fields(reader)[0]["/V"]


def _page_nodes(node: Any, room: Iterator[int], depth: int = 0) -> Iterator[Any]:
    """The pages below ``node``; ``room`` has an item for each node that is looked at."""
    if depth > MAX_DEPTH or next(room, None) is None:
        raise ValueError("a tree without an end")
    for kid in node["/Kids"]:
        page = kid.get_object()
        if "/Kids" in page:
            yield from _page_nodes(page, room, depth + 1)
        else:
            yield page


def _pages(reader: PdfFileReader) -> tuple[PageSize, ...] | Fault:
    sizes: list[PageSize] = []
    for page in _page_nodes(reader.root["/Pages"], iter(range(MAX_OBJECTS))):
        if len(sizes) == MAX_PAGES:
            return NOT_A_PDF.with_detail(f"more than {MAX_PAGES} pages")
        for annotation in value_of(page, "/Annots", ()):
            if value_of(annotation.get_object(), "/Subtype") not in _ANNOTATIONS_ALLOWED:
                return ACTIVE_CONTENT.with_detail("an annotation that could change")
        box = _inherited(page, "/CropBox") or _inherited(page, "/MediaBox")
        left, bottom, right, top = (float(number) for number in box)
        unit = float(value_of(page, "/UserUnit", 1)) * _POINT_MM
        width, height = abs(right - left) * unit, abs(top - bottom) * unit
        shortest, longest = _ACCEPTED_SIDE_MM
        if not (shortest <= min(width, height) and max(width, height) <= longest):
            return NOT_A_PDF.with_detail(f"a page of {width:.0f} × {height:.0f} mm")
        if int(_inherited(page, "/Rotate") or 0) % 180:
            width, height = height, width
        sizes.append(PageSize(round(width, 1), round(height, 1)))
    if not sizes:
        return NOT_A_PDF.with_detail("no pages")
    return tuple(sizes)


def _statement(reader: PdfFileReader) -> Statement | None:
    trailer: Any = reader.trailer
    info = value_of(trailer, "/Info", {})
    if f"/{INFO_TYPE}" not in info:
        return None

    def text(key: str) -> str | None:
        value = value_of(info, f"/{key}")
        return None if value is None else str(value)

    return Statement(str(info[f"/{INFO_TYPE}"]), text(INFO_CODE), text(INFO_HOLDER))


def _streams(reader: PdfFileReader, key: str) -> tuple[bytes, ...]:
    """Streams of the document security store (PAdES B-LT), if the file carries one."""
    store = value_of(reader.root, "/DSS")
    if store is None:
        return ()
    return tuple(item.get_object().data for item in value_of(store, key, ()))
