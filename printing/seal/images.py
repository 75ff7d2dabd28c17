"""Check that the data of an image in a sealed PDF is complete and has the stated size.

For `printing.seal.graphics`. If a part of an image is missing, readers paint it black, white, or
not at all. DCT, JPX, CCITT and JBIG2 data is not decoded here: only the size in its header is
compared, if it has one, and damaged data is not detected.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple

from ..pdf.file import PdfFile, Stream
from ..pdf.syntax import MalformedPdfError, Value

MAX_PIXELS = 100_000_000
"""Greatest number of pixels of one image: A3 at 600 dpi has 70 million."""
MAX_IMAGE_BYTES = 64 * 1024 * 1024
"""Greatest size of one decoded image: A3 in colour at 300 dpi takes 52 MB, A4 in grey at 600 dpi
takes 35 MB."""
MIN_SMOOTHED_SIDE = 200
"""Smallest side in pixels of an image with interpolation: across A4, each pixel is 1 mm wide."""
_PIECE = 1 << 20
"""Number of bytes decompressed at a time, to count them."""
_AFTER_END = 64
"""Greatest number of bytes after the end mark of a JPEG."""

_COMPONENTS = {
    "/DeviceGray": 1, "/G": 1, "/CalGray": 1, "/Indexed": 1, "/Separation": 1, "/DeviceRGB": 3,
    "/RGB": 3, "/CalRGB": 3, "/Lab": 3, "/DeviceCMYK": 4, "/CMYK": 4,
}  # fmt: skip
_TEXT_FILTERS = frozenset({"/FlateDecode", "/ASCIIHexDecode", "/ASCII85Decode", "/RunLengthDecode"})


class Size(NamedTuple):
    """Width and height in pixels, components, bits per component; ``None`` if not stated."""

    width: int
    height: int
    components: int | None
    bits: int | None


def size_of(file: PdfFile, entries: dict[str, Value]) -> Size:
    """Return the size that the dictionary of the image states.

    :raises MalformedPdfError: the dictionary states no size.
    """
    width, height = (file.resolve(entries.get(key)) for key in ("/Width", "/Height"))
    if type(width) is not int or type(height) is not int or width < 1 or height < 1:
        raise MalformedPdfError("an image without a size")
    if file.resolve(entries.get("/ImageMask")) is True:
        return Size(width, height, 1, 1)
    bits = file.resolve(entries.get("/BitsPerComponent"))
    return Size(width, height, _components(file, entries), bits if type(bits) is int else None)


def _components(file: PdfFile, entries: dict[str, Value]) -> int | None:
    space = file.resolve(entries.get("/ColorSpace"))
    if not isinstance(space, list) or not space:
        return _COMPONENTS.get(space) if isinstance(space, str) else None
    head = file.resolve(space[0])
    if head == "/ICCBased" and len(space) > 1:
        profile = file.resolve(space[1])
        stated = file.resolve(profile.entries.get("/N")) if isinstance(profile, Stream) else None
        return stated if type(stated) is int else None
    if head == "/DeviceN" and len(space) > 1:
        return len(file.resolve(space[1]))
    return _COMPONENTS.get(head) if isinstance(head, str) else None


def unpacked_bytes(size: Size) -> int:
    """Return the size of the decoded image in bytes; by default, three components of one byte."""
    bits = (size.components or 3) * (size.bits or 8)
    return size.height * ((size.width * bits + 7) // 8)


def check_image(file: PdfFile, image: Stream) -> None:
    """Check the data of the image against the size that its dictionary states.

    :raises MalformedPdfError: the image is too large or incomplete, or its size differs.
    """
    size = size_of(file, image.entries)
    if size.width * size.height > MAX_PIXELS:
        raise MalformedPdfError(f"an image of more than {MAX_PIXELS} pixels")
    if unpacked_bytes(size) > MAX_IMAGE_BYTES:
        raise MalformedPdfError(f"an image that unpacks to more than {MAX_IMAGE_BYTES} bytes")
    if file.resolve(image.entries.get("/Interpolate")) and min(size[:2]) < MIN_SMOOTHED_SIDE:
        raise MalformedPdfError("a small image that readers interpolate differently")
    _check_values(file, image, size)
    filters = file.resolve(image.entries.get("/Filter")) or []
    filters = filters if isinstance(filters, list) else [filters]
    last = file.resolve(filters[-1]) if filters else None
    if last is None or last in _TEXT_FILTERS:
        _check_rows(file, image, size)
    elif last == "/DCTDecode":
        _compare(size, _jpeg_size(_packed(file, image, filters)))
    elif last == "/JPXDecode":
        _compare(size, _jpeg2000_size(_packed(file, image, filters)))
    elif last == "/CCITTFaxDecode":
        _check_fax(file, image, size)


def _check_values(file: PdfFile, image: Stream, size: Size) -> None:
    """Check how values are mapped to colours: the range of /Decode, and the length of a palette."""
    space = file.resolve(image.entries.get("/ColorSpace"))
    most = 1
    if isinstance(space, list) and space and file.resolve(space[0]) == "/Indexed":
        base, last, palette = (file.resolve(part) for part in space[1:4])
        components = _components(file, {"/ColorSpace": base}) or 3
        table = file.decode(palette) if isinstance(palette, Stream) else palette
        most = (1 << (size.bits or 8)) - 1
        if not 0 <= last <= most or len(table) < (last + 1) * components:
            raise MalformedPdfError("an image with a palette that is too short")
        if last < most:
            _check_indices(file, image, size, last)
    decode = file.resolve(image.entries.get("/Decode")) or []
    _check_ranges(file, image, size, decode)
    if any(not 0 <= value <= most for value in decode):
        raise MalformedPdfError("an image with a /Decode range that is not accepted")


def _check_ranges(file: PdfFile, image: Stream, size: Size, decode: list[Value]) -> None:
    """Check the number of values in /Decode, and the ranges in a colour key /Mask.

    If they do not fit the number of components, some readers do not draw the image.
    """
    wanted = None if size.components is None else 2 * size.components
    key = file.resolve(image.entries.get("/Mask"))
    most = (1 << (size.bits or 8)) - 1
    is_odd = decode and wanted is not None and len(decode) != wanted
    if isinstance(key, list):
        is_odd = is_odd or len(key) != wanted
        is_odd = is_odd or any(type(part) is not int or not 0 <= part <= most for part in key)
    if is_odd:
        raise MalformedPdfError("an image whose /Decode or /Mask does not fit its colour space")


def _check_indices(file: PdfFile, image: Stream, size: Size, last: int) -> None:
    """Refuse a value beyond the end of the palette: each reader shows a different colour for it.

    Only data without a predictor and with at most one byte per value is checked, which is cheap.
    """
    filters = file.resolve(image.entries.get("/Filter")) or []
    filters = filters if isinstance(filters, list) else [filters]
    if not _TEXT_FILTERS.issuperset(map(file.resolve, filters)) or size.bits not in (1, 2, 4, 8):
        return
    if _parameters(file, image).get("/Predictor", 1) != 1:
        return
    data = file.decode(image)
    mask = (1 << size.bits) - 1
    highest = bytes(
        max(byte >> shift & mask for shift in range(0, 8, size.bits)) for byte in range(256)
    )
    if data and max(data.translate(highest)) > last:
        raise MalformedPdfError("an image with values beyond its palette")


def _packed(file: PdfFile, image: Stream, filters: list[Value]) -> bytes:
    """Return the data in the image's own format, without the outer filters."""
    if len(filters) == 1:
        return image.raw
    entries = {**image.entries, "/Filter": filters[:-1]}
    return file.decode(Stream(entries, image.raw))


def _parameters(file: PdfFile, image: Stream) -> dict[str, Value]:
    found = file.resolve(image.entries.get("/DecodeParms"))
    if isinstance(found, list):
        found = file.resolve(found[-1]) if found else None
    return {key: file.resolve(value) for key, value in (found or {}).items()}


def _check_rows(file: PdfFile, image: Stream, size: Size) -> None:
    if size.components is None or size.bits is None:
        raise MalformedPdfError("an image without components")
    expected = unpacked_bytes(size)
    settings = _parameters(file, image)
    if settings.get("/Predictor", 1) != 1:
        stated = (
            settings.get("/Colors", 1),
            settings.get("/BitsPerComponent", 8),
            settings.get("/Columns", 1),
        )
        if stated != (size.components, size.bits, size.width):
            raise MalformedPdfError("an image whose rows are of another length")
        if settings["/Predictor"] >= 10:
            expected += size.height
    filters = file.resolve(image.entries.get("/Filter"))
    if filters in ("/FlateDecode", ["/FlateDecode"]):
        length = _inflated_length(image.raw, expected)
    else:
        length = len(file.decode(Stream({**image.entries, "/DecodeParms": None}, image.raw)))
    if length < expected:
        raise MalformedPdfError("an incomplete image")


def _inflated_length(data: bytes, enough: int) -> int:
    packer, length = zlib.decompressobj(), 0
    try:
        while length < enough and not packer.eof:
            piece = packer.decompress(data, _PIECE)
            length += len(piece)
            data = packer.unconsumed_tail
            if not piece and not data:
                break
    except zlib.error as error:
        raise MalformedPdfError("a damaged image") from error
    return length


def _compare(stated: Size, found: Size) -> None:
    if stated[:2] != found[:2]:
        raise MalformedPdfError("an image of another size than stated")
    if stated.components is not None and stated.components != found.components:
        raise MalformedPdfError("an image of other colours than stated")


def _jpeg_size(data: bytes) -> Size:
    """Return the size in the frame header of a JPEG (ITU-T T.81, B.2.2)."""
    if data[:2] != b"\xff\xd8" or data.rfind(b"\xff\xd9") < len(data) - _AFTER_END:
        raise MalformedPdfError("an incomplete image")
    at = 2
    while at + 10 <= len(data) and data[at] == 0xFF:
        kind = data[at + 1]
        if kind == 0xFF:
            at += 1
        elif 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            if data[at + 4] != 8:
                break
            height, width = (int.from_bytes(data[at + i : at + i + 2], "big") for i in (5, 7))
            return Size(width, height, data[at + 9], 8)
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    raise MalformedPdfError("a JPEG without a size")


def _jpeg2000_size(data: bytes) -> Size:
    """Return the size in the SIZ marker of a JPEG 2000 code stream (ITU-T T.800, A.5.1)."""
    begin = data.find(b"\xff\x4f\xff\x51")
    if begin < 0 or data.rfind(b"\xff\xd9") < len(data) - _AFTER_END:
        raise MalformedPdfError("an incomplete image")
    right, bottom, left, top = (
        int.from_bytes(data[begin + i : begin + i + 4], "big") for i in (8, 12, 16, 20)
    )
    components = int.from_bytes(data[begin + 40 : begin + 42], "big")
    return Size(right - left, bottom - top, components, None)


def _check_fax(file: PdfFile, image: Stream, size: Size) -> None:
    settings = _parameters(file, image)
    if (
        settings.get("/Columns", 1728) != size.width
        or settings.get("/Rows", size.height) not in (0, size.height)
        or size.bits != 1
        or size.components != 1
    ):
        raise MalformedPdfError("an image of another size than stated")
