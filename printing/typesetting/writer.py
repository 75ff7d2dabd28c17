"""Puts finished pages into a PDF file, in memory, with ReportLab's object layer.

PDF 1.7 by the rules of PDF/A-2 and PDF/UA-1, language and title set, no clock read: the same data
gives the same bytes. Metadata hold nothing about a person but the digest of the statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reportlab.pdfbase import pdfdoc

from ..documents.statement import SEAL_FIELD, Statement
from . import archive
from .packing import FieldDictionary, PackedDocument, Stream, TreeRoot
from .tags import Element
from .typeface import Typeface

PRODUCER = "Station Terminal"
LANGUAGE = "zh-CN"


@dataclass(frozen=True, slots=True)
class PageContent:
    """One finished page: size in points and its operators."""

    width: float
    height: float
    operators: str


class _Info(pdfdoc.PDFInfo):
    """The Info dictionary with exactly our entries."""

    def __init__(self, entries: Mapping[str, str]) -> None:
        super().__init__()
        self._entries = entries

    def digest(self, md5object: object) -> None:
        """Nothing: the file identifier comes from the pages."""

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
    """The PDF of ``pages``; ``images`` are XObjects by resource name, ``created`` has a zone.

    ``structure`` is the root of the tags.

    ``seal_field``: page index and rectangle of the signature field left empty for the seal.
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
    # Small ones stand in the catalog itself: whoever reads the file looks up less.
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
    """The metadata packet and the output intent."""
    packet = archive.packet(title=title, producer=PRODUCER, created=created)
    catalog = document.Catalog
    # In clear, for those who look for it without reading PDF (and PDF/A-1 asked for that).
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
    """``place``: its number among those who stand in the tags."""
    left, bottom, right, top = rectangle
    box = pdfdoc.PDFArray([0, 0, f"{right - left:.2f}", f"{top - bottom:.2f}"])
    # Until somebody seals it, nothing is seen of it; but PDF/A wants that stated.
    entries = {"Type": "/XObject", "Subtype": "/Form", "BBox": box, "Resources": "<<>>"}
    nothing = document.Reference(Stream(b"", clear=True, **entries), "unsealed")
    field = {
        "Type": "/Annot",
        "Subtype": "/Widget",
        "FT": "/Sig",
        "T": pdfdoc.PDFString(SEAL_FIELD),
        "TU": pdfdoc.PDFString("签章处"),
        "Rect": pdfdoc.PDFArray([f"{value:.2f}" for value in rectangle]),
        "F": 132,  # printed, and locked in its place
        "P": document.thisPageRef(),
        "AP": pdfdoc.PDFDictionary({"N": nothing}),
        "StructParent": place,
    }
    return document.Reference(FieldDictionary(field), "seal")
