"""How much a page of a sealed PDF draws, counted without drawing it.

For `printing.seal_content`, after the whitelist has passed every object. A form may be drawn a
hundred times by a form that is itself drawn a hundred times: a small file that never finishes. The
kernel's limit on the worker that draws is the second wall.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from devices.health import Fault

from .faults import NOT_A_PDF
from .pdf_file import PdfFile, Stream
from .pdf_syntax import MalformedPdfError, Value
from .seal_graphics import pixel_bits
from .seal_rules import Walk

MAX_OPERATOR_BYTES = 8 * 1024 * 1024
"""Operators that a page draws, in bytes, each as often as it is drawn: a certificate has 0.1 MB, a
detailed map 4 MB."""
MAX_DRAWN_IMAGE_BYTES = 256 * 1024 * 1024
"""Image bytes, unpacked, that a page draws: a scan in colour at 300 dpi takes 26 MB."""
MAX_FORM_DEPTH = 12
"""Forms within forms: a seal has three levels, drawing programs make six."""
MAX_INLINE_PIXELS = 1_000_000
"""Pixels of an image within operators; the standard asks for 4 kB at most."""

_USE = re.compile(rb"/([^\0\t\n\f\r ()<>\[\]{}/%]+)[\0\t\n\f\r ]+(Do|gs|scn|SCN)\b")
_INLINE = re.compile(rb"(?<![^\0\t\n\f\r ])BI[\0\t\n\f\r ]([^>]{0,400}?)[\0\t\n\f\r ]ID\b")
_SIDE = re.compile(rb"/(?:W|Width|H|Height)[\0\t\n\f\r ]+(\d{1,10})\b")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")


class _Cost(NamedTuple):
    operators: int
    image_bytes: int
    depth: int


@dataclass(slots=True)
class _Draws:
    """The costs that are known, and the streams that are being looked at."""

    file: PdfFile
    known: dict[tuple[int, int], _Cost]
    open: set[int]

    def stream(self, stream: Stream, inherited: Value) -> _Cost:
        """What drawing ``stream`` once costs; ``inherited`` are its parent's resources."""
        resources = self.file.resolve(stream.entries.get("/Resources", inherited)) or {}
        key = id(stream), id(resources)
        if key not in self.known:
            if id(stream) in self.open or len(self.open) > MAX_FORM_DEPTH:
                raise MalformedPdfError("forms within forms")
            self.open.add(id(stream))
            self.known[key] = self.content(self.file.decode(stream), resources)
            self.open.remove(id(stream))
        return self.known[key]

    def content(self, operators: bytes, resources: Value) -> _Cost:
        """What these operators cost."""
        cost, images, depth = len(operators), _inline_bytes(operators), 0
        uses: dict[tuple[bytes, bytes], int] = {}
        for use in _USE.findall(operators):
            uses[use] = uses.get(use, 0) + 1
        for (name, operator), times in uses.items():
            used = self._used(_name(name), operator, resources)
            cost += used.operators * times
            images += used.image_bytes * times
            depth = max(depth, used.depth)
        return _Cost(cost, images, depth + 1)

    def _used(self, name: str, operator: bytes, resources: dict[str, Value]) -> _Cost:
        resolve = self.file.resolve
        group = {b"Do": "/XObject", b"gs": "/ExtGState"}.get(operator, "/Pattern")
        found = resolve((resolve(resources.get(group)) or {}).get(name))
        if operator == b"gs":
            mask = resolve(found.get("/SMask")) if isinstance(found, dict) else None
            found = resolve(mask.get("/G")) if isinstance(mask, dict) else None
        if not isinstance(found, Stream):
            return _Cost(0, 0, 0)
        if resolve(found.entries.get("/Subtype")) == "/Image":
            return _Cost(0, self._image_bytes(found), 0)
        return self.stream(found, resources)

    def _image_bytes(self, image: Stream) -> int:
        resolve = self.file.resolve
        total = 0
        for part in (
            image,
            resolve(image.entries.get("/SMask")),
            resolve(image.entries.get("/Mask")),
        ):
            if isinstance(part, Stream):
                width, height = (resolve(part.entries[key]) for key in ("/Width", "/Height"))
                total += width * height * pixel_bits(Walk(self.file), part.entries) // 8
        return total


def page_fault(file: PdfFile, page: dict[str, Value], seals: list[Stream]) -> Fault | None:
    """Why ``page``, with the ``seals`` drawn on it, is too much to draw, if it is."""
    draws = _Draws(file, {}, set())
    contents = file.resolve(page.get("/Contents"))
    parts = contents if isinstance(contents, list) else [contents]
    streams = [part for part in map(file.resolve, parts) if isinstance(part, Stream)]
    # A name and its operator may stand in two parts.
    whole = b"\n".join(map(file.decode, streams))
    costs = [draws.content(whole, file.resolve(page.get("/Resources")) or {})]
    costs += [draws.stream(seal, None) for seal in seals]
    if sum(cost.operators for cost in costs) > MAX_OPERATOR_BYTES:
        return NOT_A_PDF.with_detail(f"a page that draws more than {MAX_OPERATOR_BYTES} bytes")
    if sum(cost.image_bytes for cost in costs) > MAX_DRAWN_IMAGE_BYTES:
        return NOT_A_PDF.with_detail(
            f"a page that draws more than {MAX_DRAWN_IMAGE_BYTES} bytes of images"
        )
    return None


def _inline_bytes(operators: bytes) -> int:
    total = 0
    for entries in _INLINE.findall(operators):
        pixels = 1
        for side in _SIDE.findall(entries):
            pixels *= int(side)
        if pixels > MAX_INLINE_PIXELS:
            raise MalformedPdfError(
                f"an image within operators of more than {MAX_INLINE_PIXELS} pixels"
            )
        total += 4 * pixels
    return total


def _name(raw: bytes) -> str:
    plain = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), raw)
    return "/" + plain.decode("latin-1")
