"""Estimate how much a page of a sealed PDF draws, without drawing it.

For `printing.seal.content`, after every object has passed the whitelist. A form can draw another
form a hundred times, and that one a third form a hundred times: then a small file takes hours.
Glyphs of Type 3 fonts and objects under a soft mask are not counted here; the limits of the kernel
on the document process apply to them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from devices.health import Fault

from ..faults import NOT_A_PDF
from ..pdf.file import PdfFile, Stream
from ..pdf.operators import read_operators
from ..pdf.syntax import MalformedPdfError, Value
from .images import size_of, unpacked_bytes

MAX_OPERATOR_BYTES = 4 * 1024 * 1024
"""Greatest size of the operators that a page draws; those of a form count each time that it is
drawn. A certificate has 0.1 MB, an engraved background 2 MB."""
MAX_DRAWN_IMAGE_BYTES = 256 * 1024 * 1024
"""Greatest size of the decoded images that a page draws: a colour scan at 300 dpi takes 26 MB."""
AREA_COST = 4096
"""Bytes of operators counted for one shading or soft mask, which paints every pixel of its area."""
MAX_FORM_DEPTH = 12
"""Greatest depth of nested forms: a seal has three levels, drawing programs make six."""


class _Cost(NamedTuple):
    operators: int
    image_bytes: int
    levels: int
    """Depth of nested forms."""


_NOTHING = _Cost(0, 0, 0)
_OWN_SPACES = frozenset({"/DeviceCMYK", "/DeviceGray", "/DeviceRGB", "/Pattern"})


@dataclass(slots=True)
class Drawings:
    """The cost of drawing each form of the file; pages may share their forms."""

    file: PdfFile
    known: dict[tuple[int, int], _Cost] = field(default_factory=dict)
    open: set[int] = field(default_factory=set)
    """The forms being read now, each nested in the previous one."""

    def stream(self, stream: Stream, inherited: Value) -> _Cost:
        """Return the cost of drawing ``stream`` once; ``inherited``: its parent's resources."""
        resources = self.file.resolve(stream.entries.get("/Resources", inherited)) or {}
        key = id(stream), id(resources)
        if key not in self.known:
            if id(stream) in self.open or len(self.open) > MAX_FORM_DEPTH:
                raise MalformedPdfError("forms nested too deep")
            self.open.add(id(stream))
            cost = self.content(self.file.decode(stream), resources)
            self.known[key] = cost._replace(levels=cost.levels + 1)
            self.open.remove(id(stream))
        if len(self.open) + self.known[key].levels > MAX_FORM_DEPTH:
            raise MalformedPdfError("forms nested too deep")
        return self.known[key]

    def content(self, operators: bytes, resources: dict[str, Value]) -> _Cost:
        """Return the cost of these operators."""
        uses = read_operators(operators)
        cost, images, levels = len(operators), 4 * uses.inline_pixels, 0
        for (group, name), times in uses.names.items():
            used = self._used(group, name, resources)
            cost += used.operators * times
            images += used.image_bytes * times
            levels = max(levels, used.levels)
        return _Cost(cost, images, levels)

    def _used(self, group: str, name: str, resources: dict[str, Value]) -> _Cost:
        resolve = self.file.resolve
        found = resolve((resolve(resources.get(group)) or {}).get(name))
        if found is None:
            if group == "/ColorSpace" and name in _OWN_SPACES:
                return _NOTHING
            # If a resource is missing, some readers draw nothing, others use a substitute.
            raise MalformedPdfError("operators that use a missing resource")
        if group == "/Font":
            return self._font(found, resources)
        if group == "/ExtGState":
            mask = resolve(found.get("/SMask"))
            if not isinstance(mask, dict):
                return _NOTHING
            drawn = self.stream(resolve(mask["/G"]), resources)
            return drawn._replace(operators=drawn.operators + AREA_COST)
        if group in ("/Shading", "/Pattern"):
            return _Cost(AREA_COST, 0, 0)
        if not isinstance(found, Stream):
            return _NOTHING
        if resolve(found.entries.get("/Subtype")) == "/Image":
            return _Cost(0, self._image_bytes(found), 0)
        return self.stream(found, resources)

    def _font(self, font: dict[str, Value], resources: dict[str, Value]) -> _Cost:
        """Check the glyphs of a Type 3 font; how often each one is drawn is not counted."""
        resolve = self.file.resolve
        own = resolve(font.get("/Resources")) or resources
        levels = 0
        for glyph in (resolve(font.get("/CharProcs")) or {}).values():
            drawing = resolve(glyph)
            if isinstance(drawing, Stream):
                levels = max(levels, self.stream(drawing, own).levels)
        return _Cost(0, 0, levels)

    def _image_bytes(self, image: Stream) -> int:
        parts = [image, *(self.file.resolve(image.entries.get(key)) for key in ("/SMask", "/Mask"))]
        return sum(
            unpacked_bytes(size_of(self.file, part.entries))
            for part in parts
            if isinstance(part, Stream)
        )


def page_fault(drawings: Drawings, page: dict[str, Value], seals: list[Stream]) -> Fault | None:
    """Return a fault if ``page``, with the ``seals`` drawn on it, is too much to draw.

    :raises MalformedPdfError: the operators break the grammar.
    """
    file = drawings.file
    contents = file.resolve(page.get("/Contents"))
    parts = contents if isinstance(contents, list) else [contents]
    streams = [part for part in map(file.resolve, parts) if isinstance(part, Stream)]
    # An operator and its operands may be in different parts.
    whole = b"\n".join(map(file.decode, streams))
    costs = [drawings.content(whole, file.resolve(page.get("/Resources")) or {})]
    costs += [drawings.stream(seal, None) for seal in seals]
    if sum(cost.operators for cost in costs) > MAX_OPERATOR_BYTES:
        return NOT_A_PDF.with_detail(f"a page that draws more than {MAX_OPERATOR_BYTES} bytes")
    if sum(cost.image_bytes for cost in costs) > MAX_DRAWN_IMAGE_BYTES:
        return NOT_A_PDF.with_detail(
            f"a page that draws more than {MAX_DRAWN_IMAGE_BYTES} bytes of images"
        )
    return None
