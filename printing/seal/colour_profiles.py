"""Check that every reader can use a colour profile of a sealed PDF (ISO 15076-1).

For `printing.seal.graphics`. A reader that cannot use a profile shows different colours than other
readers.
"""

from __future__ import annotations

from ..pdf.syntax import MalformedPdfError, Value

_HEAD_BYTES = 128
_TAG_BYTES = 12
_MAX_TAGS = 100
"""Greatest number of entries in the tag table: profiles of scanners have thirty."""
_SPACES = {1: b"GRAY", 3: b"RGB ", 4: b"CMYK"}
_MATRIX = frozenset({b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC"})
_NEEDED: dict[int, tuple[frozenset[bytes], ...]] = {
    1: (frozenset({b"kTRC"}), frozenset({b"A2B0"})),
    3: (_MATRIX, frozenset({b"A2B0"})),
    4: (frozenset({b"A2B0"}),),
}
"""By number of components: sets of tags, of which the profile must have at least one (8.3, 8.4)."""


def check_profile(data: bytes, components: Value) -> None:
    """Check that the header and the tags of a profile fit the number of components.

    :raises MalformedPdfError: some readers could not use the profile.
    """
    if (
        len(data) < _HEAD_BYTES + 4
        or data[36:40] != b"acsp"
        or data[16:20] != _SPACES.get(components)
        or int.from_bytes(data[:4], "big") > len(data)
    ):
        raise MalformedPdfError("an invalid colour profile")
    count = int.from_bytes(data[_HEAD_BYTES : _HEAD_BYTES + 4], "big")
    begin = _HEAD_BYTES + 4
    if count > _MAX_TAGS or begin + count * _TAG_BYTES > len(data):
        raise MalformedPdfError("an invalid colour profile")
    tags = set()
    for at in range(begin, begin + count * _TAG_BYTES, _TAG_BYTES):
        offset, length = (int.from_bytes(data[at + i : at + i + 4], "big") for i in (4, 8))
        if offset + length > len(data):
            raise MalformedPdfError("an incomplete colour profile")
        tags.add(data[at : at + 4])
    if not any(needed <= tags for needed in _NEEDED[components]):
        raise MalformedPdfError("a colour profile without its curves")
