"""Check that a sealed PDF has only accepted content, and read its pages and its statement.

For `printing.seal.verify`, which calls it only for files with a trusted signature and a limited
size. Every object of the file must be of a kind in `printing.seal.whitelist`, even if no other
object uses it. Nothing outside the file is ever read.
"""

from __future__ import annotations

from dataclasses import dataclass

from devices.health import Fault

from ..faults import ACTIVE_CONTENT, NOT_A_PDF
from ..media import PageSize
from ..pdf.file import PdfFile, Place, Stream
from ..pdf.parse_errors import PARSE_ERRORS
from ..pdf.syntax import MalformedPdfError, Ref, Value, text_of
from ..statement import INFO_CODE, INFO_HOLDER, INFO_TYPE, Statement
from . import form, pages, whitelist
from .drawing import Drawings, page_fault
from .rules import ACTIVE_KEYS, SCALAR, Walk, as_fault, entries_of


@dataclass(frozen=True, slots=True)
class Content:
    """The statement of the file, its pages, and the revocation data in it (DER)."""

    statement: Statement | None
    pages: tuple[PageSize, ...]
    certificates: tuple[bytes, ...]
    crls: tuple[bytes, ...]
    ocsp_responses: tuple[bytes, ...]
    signed_at: str


def inspect(pdf: bytes, byte_range: tuple[int, int, int, int]) -> Content | Fault:
    """Check and read the content of ``pdf``, whose trusted signature covers ``byte_range``.

    :returns: the content, or ``NOT_A_PDF``, ``ACTIVE_CONTENT``, ``SEAL_BROKEN`` or
        ``CHANGED_AFTER_SIGNING``.
    """
    try:
        return _inspect(PdfFile(pdf), byte_range, _verified_contents(pdf, byte_range))
    except MalformedPdfError as error:
        return NOT_A_PDF.with_detail(str(error))
    except PARSE_ERRORS as error:
        return NOT_A_PDF.with_detail(f"cannot be parsed: {type(error).__name__}")


def _verified_contents(pdf: bytes, byte_range: tuple[int, int, int, int]) -> bytes:
    """Return the verified signature: the hexadecimal string that the byte range does not cover."""
    _, before, after, _ = byte_range
    return bytes.fromhex(pdf[before + 1 : after - 1].decode("ascii"))


def _inspect(
    file: PdfFile, byte_range: tuple[int, int, int, int], contents: bytes
) -> Content | Fault:
    fault = _objects_fault(file, sum(byte_range[2:]))
    if fault is not None:
        return fault
    catalog = file.resolve(file.trailers[0]["/Root"])
    found = pages.pages(file, catalog["/Pages"])
    sizes = pages.sizes(file, found)
    if isinstance(sizes, Fault):
        return sizes
    signature = form.signature(file, catalog, found, byte_range, contents)
    if isinstance(signature, Fault):
        return signature
    drawings = Drawings(file)
    for page in found:
        fault = page_fault(drawings, page.entries, form.drawn_forms(file, page))
        if fault is not None:
            return fault
    store = file.resolve(catalog.get("/DSS")) or {}
    return Content(
        _statement(file),
        sizes,
        _streams(file, store.get("/Certs")),
        _streams(file, store.get("/CRLs")),
        _streams(file, store.get("/OCSPs")),
        text_of(file.resolve(signature.get("/M")) or b""),
    )


def _objects_fault(file: PdfFile, size: int) -> Fault | None:
    """Compare every object of the file with the whitelist."""
    places = list(file.places())
    known = {place for place in places if file.matches(place, whitelist.PLAIN_ELEMENT)}
    walk = Walk(file, known=known, known_rules=whitelist.ELEMENT_RULES)
    root = file.trailers[0].get("/Root")
    for trailer in file.trailers:
        if "/Encrypt" in trailer:
            return NOT_A_PDF.with_detail("encrypted")
        if trailer.get("/Root", root) != root:
            return NOT_A_PDF.with_detail("two catalogs")
        own = {key: trailer[key] for key in trailer if key not in whitelist.TABLE_KEYS}
        problem = whitelist.TRAILER.check(walk, {**own, "/Root": root})
        if problem is not None:
            return as_fault(problem, "the trailer")
    fault = walk.run()
    if fault is not None:
        return fault
    for place in places:
        if place not in walk.visited and place not in known:
            fault = _spare_fault(file, place)
            if fault is not None:
                return fault
    if any(_is_whole_linearized(file, place, size) for place in places if place not in known):
        # Some readers, such as PDFium, then start with the table at the beginning of the file.
        return NOT_A_PDF.with_detail("a file that is linearized as a whole, its seal included")
    if file.unnamed_object():
        return NOT_A_PDF.with_detail("an object that no cross-reference table lists")
    return None


def _is_whole_linearized(file: PdfFile, place: Place, size: int) -> bool:
    """Return whether the object states that the file of ``size`` bytes is linearized (annex F)."""
    entries = file.read(place)
    return (
        isinstance(entries, dict)
        and "/Linearized" in entries
        and file.resolve(entries.get("/L")) == size
    )


def _spare_fault(file: PdfFile, place: Place) -> Fault | None:
    """Compare an object that no other object uses with the kinds in `whitelist.SPARE`."""
    walk = Walk(file, follow=False)
    replaced = not file.is_current(place)
    waiting = [file.read(place)]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, (dict, Stream)):
            fault = _spare_dictionary_fault(walk, value, replaced)
            if fault is not None:
                return fault
        elif not isinstance(value, Ref):
            problem = SCALAR.check(walk, value)
            if problem is not None:
                return as_fault(problem, "an object")
    return None


def _spare_dictionary_fault(walk: Walk, value: Value, replaced: bool) -> Fault | None:
    entries = entries_of(value)
    kind = walk.file.resolve(entries.get("/Type"))
    rules = whitelist.SPARE.get(kind, ()) if isinstance(kind, (str, type(None))) else ()
    if replaced and isinstance(kind, (str, type(None))):
        rules += whitelist.REPLACED.get(kind, ())
    problem = None
    for rule in rules:
        problem = rule.check(walk, value)
        if problem is None:
            return None
    active = ACTIVE_KEYS.intersection(entries)
    if active:
        return ACTIVE_CONTENT.with_detail(f"{min(active)} in an object that nothing uses")
    if len(rules) == 1 and isinstance(problem, Fault):
        return problem
    return ACTIVE_CONTENT.with_detail("an unused object of a kind that is not accepted")


def _statement(file: PdfFile) -> Statement | None:
    info = file.resolve(next((t["/Info"] for t in file.trailers if "/Info" in t), None)) or {}
    if f"/{INFO_TYPE}" not in info:
        return None

    def text(key: str) -> str | None:
        value = file.resolve(info.get(f"/{key}"))
        return None if value is None else text_of(value)

    return Statement(text(INFO_TYPE) or "", text(INFO_CODE), text(INFO_HOLDER))


def _streams(file: PdfFile, value: Value) -> tuple[bytes, ...]:
    """Decode streams of the document security store (PAdES B-LT), if the file has one."""
    return tuple(file.decode(file.resolve(item)) for item in file.resolve(value) or ())
