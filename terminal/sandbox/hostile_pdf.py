"""Creates documents as an attacker or a broken platform would send them.

Used by the switches that prove that the terminal refuses to print them.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

NOT_A_PDF = "<html>这不是文件</html>".encode()


def broken(sealed: bytes) -> bytes:
    """Flip one bit of the signed bytes, so that the digest differs."""
    at = sealed.index(b"stream") + len(b"stream") + 20
    return sealed[:at] + bytes([sealed[at] ^ 0x01]) + sealed[at + 1 :]


def changed(sealed: bytes) -> bytes:
    """Add a note to a page with an incremental update after the signature (ISO 32000-2, 7.5.6)."""
    generic, writer = _opened(sealed)
    page = writer.root["/Pages"]["/Kids"][0]
    note = writer.add_object(
        _dictionary(
            generic,
            Type=generic.pdf_name("/Annot"),
            Subtype=generic.pdf_name("/FreeText"),
            Rect=generic.ArrayObject([generic.NumberObject(n) for n in (72, 700, 400, 720)]),
            Contents=generic.pdf_string("added"),
        )
    )
    notes = page.get("/Annots", generic.ArrayObject())  # the last page holds the seal's annotation
    page["/Annots"] = generic.ArrayObject([*map(notes.raw_get, range(len(notes))), note])
    writer.update_container(page)
    return _written(writer)


def scripted(unsigned: bytes) -> bytes:
    """Add an action that would run a script when the document is opened."""
    generic, writer = _opened(unsigned)
    writer.root["/OpenAction"] = _dictionary(
        generic,
        S=generic.pdf_name("/JavaScript"),
        JS=generic.pdf_string("app.alert('x')"),
    )
    writer.update_root()
    return _written(writer)


def _opened(pdf: bytes) -> tuple[Any, Any]:
    """Return pyHanko's object types and an incremental writer (pyHanko has no type hints)."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    return generic, IncrementalPdfFileWriter(BytesIO(pdf))


def _dictionary(generic: Any, **entries: object) -> Any:
    return generic.DictionaryObject(
        {generic.pdf_name(f"/{name}"): value for name, value in entries.items()}
    )


def _written(writer: Any) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
