"""A search for personal data and documents that should not be there, which decodes what it finds.

For the tests that run a whole journey and then look at everything it left. A name hides from grep
in a compressed PDF stream, a UTF-16 string or base64; here each is opened. It never passes over
what it cannot read: that raises.
"""

from __future__ import annotations

import base64
import bz2
import hashlib
import io
import json
import lzma
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import tempfile
import urllib.parse
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pikepdf

DEEPEST = 8
"""Layers within layers (a PDF in base64 in JSON in gzip in SQLite is five)."""
LARGEST = 256 * 1024 * 1024
"""Bytes of one layer. More than that is not searched in silence: it raises."""
PDF_TEXT_S = 60.0
"""For pdftotext on one document."""

_PDF = re.compile(rb"%PDF-\d\.\d[\r\n]")
_GZIP = re.compile(rb"\x1f\x8b\x08")
_ZLIB = re.compile(rb"[\x08\x18\x28\x38\x48\x58\x68\x78](?=[\x01-\xff])")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{24,}={0,2}")
_BASE64_LINES = re.compile(rb"(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{60,}\r?\n)+[A-Za-z0-9+/]*={0,2}")
_HEX = re.compile(rb"[0-9A-Fa-f]{24,}")
_OTHER_DOCUMENTS = (b"RaSt", b"tSaR", b"RaS2", b"2SaR", b"RaS3", b"3SaR", b"UNIRAST", b"%!PS")
"""CUPS and PWG raster, Apple raster, PostScript: a document on its way to the printer."""


class Kind(StrEnum):
    """What was found."""

    DATA = "data"
    """A needle."""
    DOCUMENT = "document"
    """A document that is left, whatever it says."""


@dataclass(frozen=True)
class Leak:
    """One thing found: where, and through which layers and encoding."""

    path: Path
    kind: Kind
    needle: str
    how: str


Layer = tuple[str, bytes]
"""What was opened, and what was in it."""


def find_leaks(roots: Sequence[Path], needles: Sequence[str]) -> list[Leak]:
    """Search every file below ``roots`` (names, links and contents) for ``needles``.

    ``ValueError`` for no needle, an empty one, or a root that is not there: such a search could
    only ever succeed.
    """
    if not needles or not all(needles):
        raise ValueError("nothing to search for")
    patterns = {needle: encodings(needle) for needle in needles}
    found: list[Leak] = []
    for root in roots:
        if not root.exists():
            raise ValueError(f"{root} is not there")
        for path in _walk(root.resolve()):
            found += _search_name(path, patterns)
            data = _content(path)
            if data is not None:
                found += _search(path, "", data, patterns, set(), 0)
                if data.startswith(b"SQLite format 3\0"):
                    for name, value in _sqlite(path):
                        found += _search(path, name, value, patterns, set(), 1)
    return list(dict.fromkeys(found))


def encodings(needle: str) -> dict[str, bytes]:
    """The needle as it may stand in a file, by the encoding's name."""
    utf8 = needle.encode("utf-8")
    plain = {
        "utf-8": utf8,
        "utf-16le": needle.encode("utf-16-le"),
        "utf-16be": needle.encode("utf-16-be"),
        "utf-32le": needle.encode("utf-32-le"),
        "gb18030": needle.encode("gb18030"),
    }
    found = dict(plain)
    for name, raw in plain.items():
        found[f"{name} hex"] = raw.hex().encode()
        found[f"{name} HEX"] = raw.hex().upper().encode()
        for shift in range(3):
            # The characters that do not depend on what stands before and after.
            encoded = base64.b64encode(b"\0" * shift + raw)
            whole = encoded[(0, 2, 3)[shift] : (shift + len(raw)) * 8 // 6]
            found[f"{name} base64+{shift}"] = whole
            found[f"{name} base64url+{shift}"] = whole.translate(bytes.maketrans(b"+/", b"-_"))
    quoted = "".join(f"%{byte:02X}" for byte in utf8)
    found |= {
        "percent": urllib.parse.quote(needle, safe="").encode(),
        "percent every": quoted.encode(),
        "percent lower": quoted.lower().encode(),
        "percent gbk": urllib.parse.quote(needle.encode("gb18030"), safe="").encode(),
        "json": json.dumps(needle)[1:-1].encode(),
        "python bytes": repr(utf8)[2:-1].encode(),
        "octal": "".join(f"\\{byte:03o}" for byte in utf8).encode(),
        "html": "".join(f"&#{ord(c)};" for c in needle).encode(),
        "html hex": "".join(f"&#x{ord(c):x};" for c in needle).encode(),
        "mojibake": utf8.decode("latin-1").encode("utf-8"),
    }
    # A number is the same in several encodings: each form once, under its first name.
    by_bytes: dict[bytes, str] = {}
    for name, pattern in found.items():
        by_bytes.setdefault(pattern, name)
    return {name: pattern for pattern, name in by_bytes.items()}


def _walk(root: Path) -> Iterator[Path]:
    if not root.is_dir():
        yield root
        return

    def failed(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):  # a file was deleted in the meantime
            raise error

    for folder, folders, files in os.walk(root, onerror=failed):
        for name in (*folders, *files):
            yield Path(folder, name)


def _search_name(path: Path, patterns: dict[str, dict[str, bytes]]) -> list[Leak]:
    names = os.fsencode(path.name)
    if path.is_symlink():
        names += b"\n" + os.fsencode(os.readlink(path))
    return _hits(path, "name", names, patterns)


def _content(path: Path) -> bytes | None:
    """The file's bytes; ``None`` for what has none (folders, sockets, pipes, links)."""
    try:
        about = path.lstat()
        if not stat.S_ISREG(about.st_mode):
            return None
        if about.st_size > LARGEST:
            raise ValueError(f"{path} is too large to be searched")
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _search(
    path: Path,
    how: str,
    data: bytes,
    patterns: dict[str, dict[str, bytes]],
    seen: set[bytes],
    depth: int,
) -> list[Leak]:
    """The hits in one layer and in all that can be opened within it."""
    digest = hashlib.sha256(data).digest()
    if digest in seen:
        return []
    seen.add(digest)
    if depth > DEEPEST:
        raise ValueError(f"{path}: more than {DEEPEST} layers: {how}")
    found = _hits(path, how, data, patterns)
    if _PDF.search(data) or data.startswith(_OTHER_DOCUMENTS):
        found.append(Leak(path, Kind.DOCUMENT, "", how))
    for open_layer in _OPENERS:
        for name, inner in open_layer(data):
            below = f"{how} > {name}" if how else name
            found += _search(path, below, inner, patterns, seen, depth + 1)
    return found


def _hits(path: Path, how: str, data: bytes, patterns: dict[str, dict[str, bytes]]) -> list[Leak]:
    return [
        Leak(path, Kind.DATA, needle, f"{how} > {encoding}" if how else encoding)
        for needle, encoded in patterns.items()
        for encoding, pattern in encoded.items()
        if pattern in data
    ]


# -- the layers ------------------------------------------------------------------------------------


def _inflated(data: bytes | memoryview, window: int) -> bytes:
    """What a (possibly cut or damaged) compressed stream gives before it ends."""
    stream = zlib.decompressobj(window)
    out = bytearray()
    try:
        for at in range(0, len(data), 512):
            out += stream.decompress(data[at : at + 512])
            if len(out) > LARGEST:
                raise ValueError("a stream is too large to be searched")
            if stream.eof:
                break
    except zlib.error:
        pass
    return bytes(out)


LEAST = 4
"""Bytes below which an inflated stream says nothing: noise that looks like a header."""


def _gzip(data: bytes) -> Iterator[Layer]:
    for match in _GZIP.finditer(data):
        inner = _inflated(memoryview(data)[match.start() :], 31)
        if len(inner) >= LEAST:
            yield "gzip", inner


def _zlib(data: bytes) -> Iterator[Layer]:
    view = memoryview(data)
    for match in _ZLIB.finditer(data):
        at = match.start()
        if (data[at] << 8 | data[at + 1]) % 31 or data[at + 1] & 0x20:
            continue  # RFC 1950: the header's check; no preset dictionary
        inner = _inflated(view[at:], 15)
        if len(inner) >= LEAST:
            yield "zlib", inner


def _deflate(data: bytes) -> Iterator[Layer]:
    """A raw deflate stream (RFC 1951) has no header: only one that begins the layer is found."""
    inner = _inflated(data, -15)
    if len(inner) > len(data) // 2 and len(inner) >= LEAST:
        yield "deflate", inner


def _zip(data: bytes) -> Iterator[Layer]:
    if b"PK\x05\x06" not in data:
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                yield f"zip {len(info.filename)}", info.filename.encode()
                yield "zip", archive.read(info)
    except zipfile.BadZipFile:
        return


def _xz_and_bz2(data: bytes) -> Iterator[Layer]:
    packed: tuple[tuple[str, bytes, Callable[[], lzma.LZMADecompressor | bz2.BZ2Decompressor]], ...]
    packed = (
        ("xz", b"\xfd7zXZ\0", lzma.LZMADecompressor),
        ("bz2", b"BZh", bz2.BZ2Decompressor),
    )
    for name, magic, opener in packed:
        at = data.find(magic)
        while at >= 0:
            try:
                inner = opener().decompress(data[at:])
            except (lzma.LZMAError, OSError):
                inner = b""
            if inner:
                yield name, inner
            at = data.find(magic, at + 1)


def _base64(data: bytes) -> Iterator[Layer]:
    runs = [match[0] for match in _BASE64.finditer(data)]
    runs += [re.sub(rb"\s", b"", match[0]) for match in _BASE64_LINES.finditer(data)]
    for run in runs:
        text = run.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
        for start in range(4):  # letters before it may seem to belong to it
            whole = (len(text) - start) // 4 * 4
            yield "base64", base64.b64decode(text[start : start + whole])


def _hex(data: bytes) -> Iterator[Layer]:
    for match in _HEX.finditer(data):
        digits = match[0].decode()
        for start in range(2):
            whole = (len(digits) - start) // 2 * 2
            yield "hex", bytes.fromhex(digits[start : start + whole])


def _pdf(data: bytes) -> Iterator[Layer]:
    match = _PDF.search(data)
    if match is None:
        return
    pdf = data[match.start() :]
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            for thing in document.objects:
                if isinstance(thing, pikepdf.Stream):
                    try:
                        yield "pdf stream", thing.read_bytes()
                    except pikepdf.PdfError:
                        yield "pdf raw stream", thing.read_raw_bytes()
                yield from _pdf_strings(thing)
            yield from _pdf_strings(document.trailer)
    except pikepdf.PdfError:
        pass  # cut or encrypted: its streams were inflated as zlib, and it is a document anyway
    # The glyphs of a subset font are numbers of their own: only its ToUnicode map tells the text.
    text = subprocess.run(
        ["pdftotext", "-q", "-enc", "UTF-8", "-", "-"],
        input=pdf, stdout=subprocess.PIPE, timeout=PDF_TEXT_S, check=False,
    ).stdout  # fmt: skip
    if text.strip():
        yield "pdf text", text
        yield "pdf text unspaced", re.sub(rb"\s+", b"", text)


def _pdf_strings(thing: pikepdf.Object) -> Iterator[Layer]:
    """Every string of an object; what it refers to is an object of its own."""
    waiting = [thing]
    while waiting:
        each = waiting.pop()
        if isinstance(each, pikepdf.String):
            yield "pdf string", bytes(each)
        elif isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
            waiting += [value for _, value in each.items() if _direct(value)]
        elif isinstance(each, pikepdf.Array):
            waiting += [value for value in each if _direct(value)]


def _direct(value: object) -> bool:
    return isinstance(value, pikepdf.Object) and not value.is_indirect


def _sqlite(path: Path) -> Iterator[Layer]:
    """Every value of every table, with what still stands in the write-ahead log."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "copy.db")
        shutil.copy(path, copy)
        log = path.with_name(f"{path.name}-wal")
        if log.exists():
            shutil.copy(log, f"{copy}-wal")
        connection = sqlite3.connect(copy)
        connection.text_factory = bytes
        try:
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            for (raw,) in tables.fetchall():
                table = raw.decode()
                quoted = table.replace('"', '""')
                rows = connection.execute(f'SELECT * FROM "{quoted}"')
                names = [column[0] for column in rows.description]
                for row in rows:
                    for name, value in zip(names, row, strict=True):
                        if value is not None:
                            inner = value if isinstance(value, bytes) else str(value).encode()
                            yield f"sqlite {table}.{name}", inner
        finally:
            connection.close()


_OPENERS = (_gzip, _zlib, _deflate, _zip, _xz_and_bz2, _base64, _hex, _pdf)
