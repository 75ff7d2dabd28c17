"""Write finished pages to a PDF file in memory, with ReportLab's object layer.

The file is PDF 1.7 and follows PDF/A-2 and PDF/UA-1. The clock is not read, so the same data gives
the same bytes. The only personal data in the metadata is the holder digest of the `Statement`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reportlab.pdfbase import pdfdoc

from ..statement import SEAL_FIELD, Statement
from . import archive
from .packing import FieldDictionary, PackedDocument, Stream, TreeRoot
from .tags import Element
from .typeface import Typeface

PRODUCER = "Station Terminal"
LANGUAGE = "zh-CN"


@dataclass(frozen=True, slots=True)
class PageContent:
    """One finished page: its size in points and its operators."""

    width: float
    height: float
    operators: str


class _Info(pdfdoc.PDFInfo):
    """The Info dictionary with only the given entries, without those that ReportLab adds."""

    def __init__(self, entries: Mapping[str, str]) -> None:
        super().__init__()
        self._entries = entries

    def digest(self, md5object: object) -> None:
        """Do nothing: the file identifier is computed from the pages only."""

    def format(self, document: pdfdoc.PDFDocument) -> bytes:
        entries = {key: pdfdoc.PDFString(value) for key, value in self._entries.items()}
        written: bytes = pdfdoc.PDFDictionary(entries).format(document)
        return written


def write(
    pages: Sequence[PageContent],
    typeface: Typeface,
    images: Mapping[str, pdfdoc.PDFStream],
    structure: Element,
    *,
    title: str,
    created: datetime,
    statement: Statement,
    seal_field: tuple[int, Sequence[float]] | None = None,
) -> bytes:
    """Return the PDF file with ``pages``.

    ``images``: XObjects by resource name. ``structure``: root of the tags. ``created`` has a time
    zone. ``seal_field``: page index and rectangle of the empty signature field for the seal.
    """
    document: Any = PackedDocument(invariant=1, pdfVersion=(1, 7), lang=LANGUAGE)
    stamp = created.strftime("D:%Y%m%d%H%M%S%z")
    document.info = _Info(
        {
            "Title": title,
            "Producer": PRODUCER,
            "CreationDate": f"{stamp[:-2]}'{stamp[-2:]}'",
            **statement.entries(),
        }
    )
    document.Catalog.ViewerPreferences = pdfdoc.PDFDictionary(
        {"DisplayDocTitle": "true", "PrintScaling": "/None"}
    )
    # Write these small dictionaries into the catalog itself, so readers need fewer look-ups.
    direct = ("MarkInfo", "ViewerPreferences")
    document.Catalog.__Refs__ = [key for key in document.Catalog.__Refs__ if key not in direct]
    document.Catalog.MarkInfo = pdfdoc.PDFDictionary({"Marked": "true"})
    document.Catalog.StructTreeRoot = TreeRoot(structure)
    _archival(document, title, created)
    resources = pdfdoc.PDFDictionary({"Font": typeface.embed(document)})
    if images:
        references = {name: document.Reference(image, name) for name, image in images.items()}
        resources["XObject"] = pdfdoc.PDFDictionary(references)
    shared = document.Reference(resources, "resources")
    for number, content in enumerate(pages):
        page: Any = pdfdoc.PDFPage()
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        if seal_field is not None and seal_field[0] == number:
            field = _seal_field(document, seal_field[1], len(pages))
            page.Annots = pdfdoc.PDFArray([field])
            document.Catalog.AcroForm = pdfdoc.PDFDictionary(
                {"Fields": pdfdoc.PDFArray([field]), "SigFlags": 1}
            )
        page.MediaBox = pdfdoc.PDFArray([0, 0, f"{content.width:.2f}", f"{content.height:.2f}"])
        page.Parent = document.Pages
        page.Resources = shared
        operators = content.operators.encode("ascii")
        page.Contents = Stream(operators)
        page.StructParents = number
        page.Tabs = "/S"
        document.updateSignature(operators)
        document.addPage(page)
    written: bytes = document.GetPDFData(None)
    return written


def _archival(document: Any, title: str, created: datetime) -> None:
    """Add the metadata packet and the output intent to the catalog."""
    packet = archive.packet(title=title, producer=PRODUCER, created=created)
    catalog = document.Catalog
    # Not compressed, for programs that search for the packet without reading PDF. PDF/A-1 required
    # this too.
    catalog.Metadata = Stream(packet, clear=True, Type="/Metadata", Subtype="/XML")
    profile = document.Reference(Stream(archive.srgb_profile(), N=3), "profile")
    intent = {
        "Type": "/OutputIntent",
        "S": "/GTS_PDFA1",
        "OutputConditionIdentifier": "(sRGB)",
        "DestOutputProfile": profile,
    }
    catalog.__NoDefault__ = [*catalog.__NoDefault__, "OutputIntents"]
    catalog.OutputIntents = pdfdoc.PDFArray([pdfdoc.PDFDictionary(intent)])


def _seal_field(document: Any, rectangle: Sequence[float], place: int) -> object:
    """Return the empty signature field; ``place`` is its key in the parent tree of the tags."""
    left, bottom, right, top = rectangle
    box = pdfdoc.PDFArray([0, 0, f"{right - left:.2f}", f"{top - bottom:.2f}"])
    # The field is invisible until it is sealed, but PDF/A requires an appearance all the same.
    entries = {"Type": "/XObject", "Subtype": "/Form", "BBox": box, "Resources": "<<>>"}
    nothing = document.Reference(Stream(b"", clear=True, **entries), "unsealed")
    field = {
        "Type": "/Annot",
        "Subtype": "/Widget",
        "FT": "/Sig",
        "T": pdfdoc.PDFString(SEAL_FIELD),
        "TU": pdfdoc.PDFString("签章处"),
        "Rect": pdfdoc.PDFArray([f"{value:.2f}" for value in rectangle]),
        "F": 132,  # flags Print and Locked
        "P": document.thisPageRef(),
        "AP": pdfdoc.PDFDictionary({"N": nothing}),
        "StructParent": place,
    }
    return document.Reference(FieldDictionary(field), "seal")
