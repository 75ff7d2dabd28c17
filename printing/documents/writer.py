"""Puts finished pages into a PDF file, in memory, with ReportLab's object layer.

PDF 1.7, language and title set, no clock read: the same data gives the same bytes. Metadata hold
nothing about a person but the digest of the statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reportlab.pdfbase import pdfdoc

from .packing import PackedDocument, TreeRoot
from .statement import SEAL_FIELD, Statement
from .tags import Element
from .typeface import Typeface

PRODUCER = "Station Terminal"


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
    document: Any = PackedDocument(invariant=1, pdfVersion=(1, 7), lang="zh-CN")
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
    document.Catalog.MarkInfo = pdfdoc.PDFDictionary({"Marked": "true"})
    document.Catalog.StructTreeRoot = TreeRoot(structure)
    resources = pdfdoc.PDFDictionary({"Font": typeface.embed(document)})
    if images:
        references = {name: document.Reference(image, name) for name, image in images.items()}
        resources["XObject"] = pdfdoc.PDFDictionary(references)
    shared = document.Reference(resources, "resources")
    for number, content in enumerate(pages):
        page: Any = pdfdoc.PDFPage()
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        if seal_field is not None and seal_field[0] == number:
            field = _seal_field(document, seal_field[1])
            page.Annots = pdfdoc.PDFArray([field])
            document.Catalog.AcroForm = pdfdoc.PDFDictionary(
                {"Fields": pdfdoc.PDFArray([field]), "SigFlags": 1}
            )
        page.MediaBox = pdfdoc.PDFArray([0, 0, f"{content.width:.2f}", f"{content.height:.2f}"])
        page.Parent = document.Pages
        page.Resources = shared
        page.Contents = pdfdoc.PDFStream(
            content=content.operators.encode("ascii"), filters=[pdfdoc.PDFZCompress]
        )
        page.StructParents = number
        page.Tabs = "/S"
        document.updateSignature(content.operators.encode("ascii"))
        document.addPage(page)
    written: bytes = document.GetPDFData(None)
    return written


def _seal_field(document: Any, rectangle: Sequence[float]) -> object:
    field = {
        "Type": "/Annot",
        "Subtype": "/Widget",
        "FT": "/Sig",
        "T": pdfdoc.PDFString(SEAL_FIELD),
        "Rect": pdfdoc.PDFArray([f"{value:.2f}" for value in rectangle]),
        "F": 132,  # printed, and locked in its place
        "P": document.thisPageRef(),
    }
    return document.Reference(pdfdoc.PDFDictionary(field), "seal")
