"""Check the form of a sealed PDF, its one signature field, and the annotations of the pages.

For `printing.seal.content`, after each of these objects has passed the whitelist.
"""

from __future__ import annotations

from devices.health import Fault

from ..faults import ACTIVE_CONTENT, CHANGED_AFTER_SIGNING, SEAL_BROKEN
from ..pdf.annotations import is_drawn
from ..pdf.file import PdfFile, Stream
from ..pdf.syntax import MalformedPdfError, Ref, Value
from .pages import Page
from .whitelist import annotation_of

_FORMS = ("/adbe.pkcs7.detached", "/ETSI.CAdES.detached")
"""The accepted /SubFilter values: detached CMS over the bytes of the file (ISO 32000-2, table 260).
"""
MAX_DEPTH = 16
"""Greatest depth of form fields: the field of the seal is at the first or second level."""
MAX_DRAWN = 100
"""Greatest number of annotations drawn on one page: a page has one seal, rarely three."""


def signature(
    file: PdfFile,
    catalog: dict[str, Value],
    pages: list[Page],
    byte_range: tuple[int, ...],
    contents: bytes,
) -> dict[str, Value] | Fault:
    """Return the dictionary of the only signature in the form, or a fault.

    It must have the verified ``contents`` and ``byte_range``.
    """
    form = file.resolve(catalog.get("/AcroForm")) or {}
    widgets: set[Ref] = set()
    fields = _fields(file, file.resolve(form.get("/Fields")) or [], widgets)
    signed = [value for value in fields if value is not None]
    if not fields:
        return ACTIVE_CONTENT.with_detail("a form without a signature field")
    if len(signed) != len(fields):
        return ACTIVE_CONTENT.with_detail(f"{len(fields) - len(signed)} empty signature fields")
    if len(signed) > 1:
        return CHANGED_AFTER_SIGNING.with_detail(f"{len(signed)} signatures")
    found = file.resolve(signed[0])
    if tuple(found.get("/ByteRange") or ()) != byte_range or found.get("/Contents") != contents:
        return SEAL_BROKEN.with_detail("the field's signature is not the one over the file")
    if file.resolve(found.get("/SubFilter")) not in _FORMS:
        return SEAL_BROKEN.with_detail("a signature of another form than a detached CMS")
    permissions = file.resolve(catalog.get("/Perms")) or {}
    if file.resolve(permissions.get("/DocMDP", found)) is not found:
        return SEAL_BROKEN.with_detail("the permissions name another signature")
    return _widgets_fault(file, pages, widgets) or dict(found)


def _fields(file: PdfFile, roots: list[Value], widgets: set[Ref]) -> list[Value]:
    """Return the value of each terminal field, and add its widgets to ``widgets``."""
    values: list[Value] = []
    waiting: list[tuple[Value, Ref | None, Value, Value, int]] = [
        (root, None, None, None, 0) for root in roots
    ]
    seen: set[Ref] = set()
    while waiting:
        ref, parent, kind, value, depth = waiting.pop()
        field = file.resolve(ref)
        if not isinstance(ref, Ref) or ref in seen or depth > MAX_DEPTH:
            raise MalformedPdfError("a form field listed twice in the form")
        seen.add(ref)
        if field.get("/Parent") != parent:
            raise MalformedPdfError("a form field whose /Parent is not its parent in the form")
        kind, value = field.get("/FT", kind), field.get("/V", value)
        kids = file.resolve(field.get("/Kids")) or []
        named = [kid for kid in kids if "/T" in file.resolve(kid)]
        if named and len(named) != len(kids):
            raise MalformedPdfError("a form field that mixes fields and widgets")
        if "/Subtype" in field:
            widgets.add(ref)
        waiting += [(kid, ref, kind, value, depth + 1) for kid in named]
        if named:
            continue
        if file.resolve(kind) != "/Sig":
            raise MalformedPdfError("a form field without a type")
        values.append(value)
        for kid in kids:
            if not {"/Kids", "/V"}.isdisjoint(file.resolve(kid)):
                raise MalformedPdfError("a form field that mixes fields and widgets")
            if kid in seen or not isinstance(kid, Ref) or file.resolve(kid).get("/Parent") != ref:
                raise MalformedPdfError("a form field whose /Parent is not its parent in the form")
            seen.add(kid)
            widgets.add(kid)
    return values


def _widgets_fault(file: PdfFile, pages: list[Page], widgets: set[Ref]) -> Fault | None:
    shown: set[Ref] = set()
    for page in pages:
        for item in file.resolve(page.entries.get("/Annots")) or []:
            annotation = file.resolve(item)
            if annotation is None:
                continue
            if isinstance(item, Ref):
                if item in shown:
                    return ACTIVE_CONTENT.with_detail("an annotation listed twice")
                shown.add(item)
            is_widget = file.resolve(annotation.get("/Subtype")) == "/Widget"
            if is_widget and not (isinstance(item, Ref) and item in widgets):
                return ACTIVE_CONTENT.with_detail("the widget of a seal that is not in the form")
            if annotation.get("/P", page.ref) != page.ref:
                return ACTIVE_CONTENT.with_detail("an annotation that names another page")
    for widget in widgets - shown:
        if is_drawn(annotation_of(file, file.resolve(widget))):
            return ACTIVE_CONTENT.with_detail("the widget of a seal that is on no page")
    return None


def drawn_forms(file: PdfFile, page: Page) -> list[Stream]:
    """Return the appearances of the annotations that are drawn on the page."""
    found = []
    for item in file.resolve(page.entries.get("/Annots")) or []:
        annotation = file.resolve(item)
        if annotation is not None and is_drawn(annotation_of(file, annotation)):
            found.append(file.resolve(file.resolve(annotation["/AP"])["/N"]))
    if len(found) > MAX_DRAWN:
        raise MalformedPdfError(f"more than {MAX_DRAWN} annotations on a page")
    return found
