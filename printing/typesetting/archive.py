"""The parts of a file that PDF/A-2 (archiving) and PDF/UA-1 (accessibility) require.

`writer` uses the XMP metadata packet and the ICC colour profile of the output intent. Only the
title and the date differ between files. This module never reads the clock.
"""

from __future__ import annotations

import struct
from datetime import datetime
from functools import cache

_MARKER = "\ufeff"
# The standard fixes this identifier for all packets (XMP specification, part 1, 7.3.2).
_PACKET = (
    f'<?xpacket begin="{_MARKER}" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" pdf:Producer="{producer}" xmp:CreateDate="{created}"'
    ' pdfaid:part="2" pdfaid:conformance="A" pdfuaid:part="1"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
    ' xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"'
    ' xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"'
    ' xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    ' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
    ' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
    '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>'
    # PDF/A does not define the PDF/UA schema, so the file must describe its one property
    # (ISO 19005-2, 6.6.2.3).
    '<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    "<pdfaSchema:schema>PDF/UA</pdfaSchema:schema>"
    "<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    "<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
    '<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">'
    "<pdfaProperty:name>part</pdfaProperty:name>"
    "<pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    "<pdfaProperty:category>internal</pdfaProperty:category>"
    "<pdfaProperty:description>Its part</pdfaProperty:description>"
    "</rdf:li></rdf:Seq></pdfaSchema:property>"
    "</rdf:li></rdf:Bag></pdfaExtension:schemas>"
    "</rdf:Description></rdf:RDF>"
    '<?xpacket end="r"?>'
)


def packet(*, title: str, producer: str, created: datetime) -> bytes:
    """Return the XMP packet in UTF-8; ``created`` has a time zone."""
    return _PACKET.format(
        title=_escaped(title),
        producer=_escaped(producer),
        created=created.isoformat(timespec="seconds"),
    ).encode()


def _escaped(text: str) -> str:
    """Escape ``text`` for XML. The function of the standard library would import urllib."""
    return (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    )


@cache
def srgb_profile() -> bytes:
    """Return the sRGB colour space (IEC 61966-2-1) as an ICC profile (ISO 15076-1:2005, 4.2).

    A display profile with three primaries and one curve. It is computed here so that its bytes are
    the same on every machine.
    """
    primaries = (
        (b"rXYZ", (0.436066, 0.222488, 0.013916)),
        (b"gXYZ", (0.385147, 0.716873, 0.097076)),
        (b"bXYZ", (0.143066, 0.060608, 0.714096)),
    )
    # From D65 to D50, the white of the profile connection space, by the Bradford method.
    adaptation = (
        1.047882, 0.022919, -0.050201, 0.029587, 0.990479, -0.017059, -0.009232, 0.015076, 0.751678,
    )  # fmt: skip
    # Function type 3: Y = ((X + 0.055) / 1.055) ** 2.4 if X >= 0.04045, else X / 12.92.
    curve = b"para" + struct.pack(">4xHH", 3, 0)
    curve += _fixed(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    white = (0.9642, 1.0, 0.8249)
    tags = [
        (b"desc", _words("sRGB")),
        (b"cprt", _words("CC0")),
        (b"wtpt", b"XYZ " + bytes(4) + _fixed(*white)),
        (b"chad", b"sf32" + bytes(4) + _fixed(*adaptation)),
        *((name, b"XYZ " + bytes(4) + _fixed(*values)) for name, values in primaries),
        *((name, curve) for name in (b"rTRC", b"gTRC", b"bTRC")),
    ]
    directory, bodies, places = [], b"", {}
    begin = 128 + 4 + 12 * len(tags)
    for name, body in tags:
        if body not in places:
            places[body] = begin + len(bodies)
            bodies += body + bytes(-len(body) % 4)
        directory.append(struct.pack(">4sLL", name, places[body], len(body)))
    rest = struct.pack(">L", len(tags)) + b"".join(directory) + bodies
    header = struct.pack(
        ">L4sL4s4s4s6H4s4sL4s4sQL12s4s",
        128 + len(rest), b"", 0x04200000, b"mntr", b"RGB ", b"XYZ ",
        2026, 1, 1, 0, 0, 0, b"acsp", b"", 0, b"", b"", 0, 0, _fixed(*white), b"",
    )  # fmt: skip
    return header.ljust(128, b"\0") + rest


def _fixed(*values: float) -> bytes:
    """Encode ``values`` as s15Fixed16 numbers."""
    return struct.pack(f">{len(values)}l", *(round(value * 65536) for value in values))


def _words(text: str) -> bytes:
    """Encode ``text`` as a multiLocalizedUnicode tag with one English entry."""
    encoded = text.encode("utf-16-be")
    return b"mluc" + struct.pack(">4xLL2s2sLL", 1, 12, b"en", b"US", len(encoded), 28) + encoded
