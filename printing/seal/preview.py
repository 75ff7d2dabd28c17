"""Make the copy of a sealed document that the screen shows, with its seals drawn into the pages.

QtPdf does not draw annotations, and a seal is an annotation. So in the copy for the preview, the
appearance of each annotation that prints becomes part of the page content. The printer receives the
verified bytes unchanged, because printers draw annotations.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from ..pdf.annotations import Annotation, is_drawn
from ..pdf.objects import value_of


class SealNotDrawnError(Exception):
    """An annotation that prints could not be drawn into its page."""


def preview_copy(pdf: bytes) -> bytes:
    """Return a copy of ``pdf``, which must be verified, with its seals drawn into the pages.

    If there is nothing to draw, return ``pdf`` itself. Takes some milliseconds.

    :raises SealNotDrawnError: the screen would not show the same as the paper.
    """
    from ..pdf.parse_errors import PARSE_ERRORS

    try:
        return _with_seals(pdf)
    except PARSE_ERRORS as error:
        # Only the type of the error: its message may quote the document.
        raise SealNotDrawnError(type(error).__name__) from None


def _with_seals(pdf: bytes) -> bytes:
    from pyhanko.pdf_utils import generic

    from ..pdf.revision import Revision

    tools: Any = generic
    writer: Any = Revision(pdf)
    changed = False
    for number in range(int(writer.root["/Pages"]["/Count"])):
        reference, _ = writer.find_page_for_modification(number)
        drawn = _drawn(reference.get_object())
        if not drawn:
            continue
        changed = True
        forms = tools.DictionaryObject()
        operators = [b"Q"]
        for place, (form, matrix) in enumerate(drawn):
            name = f"/Preview{number}x{place}"  # unique, because pages may share their resources
            forms[tools.NameObject(name)] = form
            # A form may use units of any size: ten decimals are enough for a scale of 1 : 100,000.
            numbers = " ".join(f"{value:.10f}" for value in matrix)
            operators.append(f"q {numbers} cm {name} Do Q".encode("ascii"))
        page = reference.get_object()
        if value_of(page, "/Contents") is None:
            page[tools.NameObject("/Contents")] = tools.ArrayObject()
            writer.update_container(page)
        # Save and restore the graphics state around the page's own operators, which may change
        # the coordinate system.
        writer.add_stream_to_page(
            number, writer.add_object(tools.StreamObject(stream_data=b"q\n")), prepend=True
        )
        writer.add_stream_to_page(
            number,
            writer.add_object(tools.StreamObject(stream_data=b"\n" + b"\n".join(operators))),
            resources=tools.DictionaryObject({tools.NameObject("/XObject"): forms}),
        )
    if not changed:
        return pdf
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _drawn(page: Any) -> list[tuple[Any, tuple[float, ...]]]:
    """Return a reference to each appearance drawn on ``page``, and the matrix of its position."""
    found = []
    for item in value_of(page, "/Annots", ()):
        annotation = item.get_object()
        if not isinstance(annotation, dict):  # a reference to an object that does not exist
            continue
        appearance = value_of(annotation, "/AP", {})
        form = value_of(appearance, "/N")
        if form is None or not is_drawn(_described(annotation, form)):
            continue
        box = [float(value) for value in form["/BBox"]]
        own = [float(value) for value in value_of(form, "/Matrix", (1, 0, 0, 1, 0, 0))]
        rectangle = [float(value) for value in annotation["/Rect"]]
        matrix = _placement(box, own, rectangle)
        if matrix is not None:
            found.append((appearance.raw_get("/N"), matrix))
    return found


def _described(annotation: Any, form: Any) -> Annotation:
    """Return the properties that determine whether ``annotation`` with ``form`` is drawn."""
    return Annotation.read(
        subtype=value_of(annotation, "/Subtype"),
        flags=value_of(annotation, "/F"),
        rectangle=value_of(annotation, "/Rect"),
        form_box=value_of(form, "/BBox"),
        form_is_empty=not form.encoded_data,
        border=None,
        border_style=None,
    )


def _placement(
    box: Sequence[float], own: Sequence[float], rectangle: Sequence[float]
) -> tuple[float, ...] | None:
    """Return the matrix that maps the form's box to the rectangle (ISO 32000-1, algorithm 8.1).

    ``own``: the matrix of the form itself. Return ``None`` if the box has no area.
    """
    a, b, c, d, e, f = own
    corners = [
        (a * x + c * y + e, b * x + d * y + f) for x in (box[0], box[2]) for y in (box[1], box[3])
    ]
    left, bottom = (min(corner[axis] for corner in corners) for axis in (0, 1))
    width, height = (
        max(corner[axis] for corner in corners) - low for axis, low in ((0, left), (1, bottom))
    )
    if not width or not height:
        return None
    x_scale = abs(rectangle[2] - rectangle[0]) / width
    y_scale = abs(rectangle[3] - rectangle[1]) / height
    x = min(rectangle[0], rectangle[2]) - left * x_scale
    y = min(rectangle[1], rectangle[3]) - bottom * y_scale
    return x_scale, 0.0, 0.0, y_scale, x, y
