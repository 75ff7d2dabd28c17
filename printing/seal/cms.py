"""Read the CMS structure of a signature, before any of its certificates is checked.

For `printing.seal.signature`. This module limits the cost of a signature that is not trusted yet:
its size, its certificates, and the number of paths that can be built from them.
"""

from __future__ import annotations

from asn1crypto import cms, x509

MAX_CMS_BYTES = 1024 * 1024
"""Greatest size of a CMS. One with four certificates takes 8 kB; the rest is for revocation lists.
"""
MAX_ELEMENTS = 50_000
"""Greatest number of ASN.1 elements in a CMS: about 30 for a certificate, and 5 for each entry of a
revocation list. Reading the greatest number takes 0.1 s."""
MAX_ELEMENT_DEPTH = 32
"""Greatest depth of nested ASN.1 elements; a certificate policy in a CMS is 16 deep."""
MAX_CERTIFICATES = 16
"""Greatest number of certificates in a CMS. A path needs 4 (root, policy CA, issuing CA, signer).
Some signers add the path of their time stamps and both roots."""

_CONSTRUCTED = 0x20
_LONG_TAG = 0x1F
_LONG_LENGTH = 0x80


class MalformedCmsError(ValueError):
    """The bytes are not one CMS signature in DER, followed by zeros only."""


class TooManyCertificatesError(ValueError):
    """There are more certificates than accepted, or two of them have the same subject."""


def signed_data(contents: bytes) -> cms.SignedData:
    """Return the SignedData of a PDF signature; only zeros may follow it.

    ISO 32000-1, 12.8.3.3, requires DER: each length is definite and as short as possible. So the
    bytes can be read in only one way, and no other data can be hidden in them.

    :raises MalformedCmsError: the bytes are not such a signature with exactly one signer.
    """
    end = element_length(contents)
    if contents[end:].strip(b"\0"):
        raise MalformedCmsError("data after the signature")
    info = cms.ContentInfo.load(contents[:end], strict=True)
    if info["content_type"].native != "signed_data":
        raise MalformedCmsError("not a signature")
    found = info["content"]
    if len(found["signer_infos"]) != 1:
        raise MalformedCmsError("not exactly one signer")
    if not found["signer_infos"][0]["signed_attrs"]:
        raise MalformedCmsError("no signed attributes")
    return found


def certificates(data: cms.SignedData) -> list[x509.Certificate]:
    """Return the certificates of a CMS without duplicates.

    Names connect the certificates of a path. If each subject has only one certificate, there is
    only one path. Otherwise the number of paths grows with the factorial of the number of
    certificates.

    :raises TooManyCertificatesError: there are more than `MAX_CERTIFICATES`, or two have the same
        subject.
    :raises MalformedCmsError: one of them is not an X.509 certificate.
    """
    if len(data["certificates"]) > MAX_CERTIFICATES:
        raise TooManyCertificatesError(f"more than {MAX_CERTIFICATES} certificates")
    different: dict[bytes, x509.Certificate] = {}
    for choice in data["certificates"]:
        if choice.name != "certificate":
            raise MalformedCmsError("a certificate of another kind")
        different[choice.chosen.dump()] = choice.chosen
    found = list(different.values())
    # Compare subjects as pyHanko does: case and blanks do not matter (RFC 5280, 7.1).
    if len(found) > 1 and len({each.subject.hashable for each in found}) < len(found):
        raise TooManyCertificatesError("two certificates have the same subject")
    return found


def element_length(data: bytes) -> int:
    """Return the length in bytes of the DER element at the start of ``data``.

    :raises MalformedCmsError: the element is not DER, or exceeds a limit of this module.
    """
    ends: list[int] = []
    at = count = 0
    view = data[:MAX_CMS_BYTES]
    while not count or ends:
        count += 1
        if count > MAX_ELEMENTS or len(ends) > MAX_ELEMENT_DEPTH:
            raise MalformedCmsError("more elements than are accepted")
        tag, start, end = _head(view, at)
        if end > (ends[-1] if ends else len(view)):
            raise MalformedCmsError("an element longer than the one that contains it")
        if tag & _CONSTRUCTED:
            ends.append(end)
            at = start
        else:
            at = end
        while ends and at == ends[-1]:
            ends.pop()
    return at


def _head(data: bytes, at: int) -> tuple[int, int, int]:
    """Return the tag of the element at ``at``, and the offsets of its content and of its end."""
    try:
        tag, length = data[at], data[at + 1]
        start = at + 2
        if length & _LONG_LENGTH:
            size = length & ~_LONG_LENGTH
            length = int.from_bytes(data[start : start + size], "big")
            shortest = length >= _LONG_LENGTH and data[start] != 0
            if not 1 <= size <= 4 or not shortest:
                raise MalformedCmsError("a length that is not DER")
            start += size
    except IndexError:
        raise MalformedCmsError("cut off") from None
    if tag == 0 or tag & _LONG_TAG == _LONG_TAG:
        raise MalformedCmsError("a tag that is not used in CMS")
    return tag, start, start + length
