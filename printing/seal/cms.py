"""The CMS structure of a signature, before any of its certificates is checked.

For `printing.seal.signature`. It bounds the cost of a signature that is not yet trusted: its size,
its certificates, and the number of paths that can be built of them.
"""

from __future__ import annotations

from asn1crypto import cms, x509

MAX_CMS_BYTES = 1024 * 1024
"""Largest CMS accepted. One with four certificates takes 8 kB; revocation lists take the rest."""
MAX_ELEMENTS = 50_000
"""ASN.1 elements in a CMS, some 30 in a certificate and 5 for each entry of a revocation list.
Reading so many takes 0.1 s."""
MAX_ELEMENT_DEPTH = 32
"""ASN.1 elements within each other; a certificate policy in a CMS is 16 deep."""
MAX_CERTIFICATES = 16
"""Certificates in a CMS. A path needs 4 (root, policy CA, issuing CA, signer); some signers add
the path of their time stamps and both roots."""

_CONSTRUCTED = 0x20
_LONG_TAG = 0x1F
_LONG_LENGTH = 0x80


class MalformedCmsError(ValueError):
    """The bytes are not one CMS signature in DER with zeros behind it."""


class TooManyCertificatesError(ValueError):
    """The certificates exceed a limit, or two of them have the same subject."""


def signed_data(contents: bytes) -> cms.SignedData:
    """Return the SignedData of a PDF signature; only zeros may follow it.

    DER is required, as by ISO 32000-1, 12.8.3.3: each length is definite and as short as possible.
    So there is one way to read the bytes, and nothing else fits into them.

    :raises MalformedCmsError: something else.
    """
    end = element_length(contents)
    if contents[end:].strip(b"\0"):
        raise MalformedCmsError("something follows the signature")
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
    """Return the certificates of a CMS, each once.

    A path is built by names. If each subject has one certificate, there is one path; otherwise
    the number of paths grows with the factorial of the certificates.

    :raises TooManyCertificatesError: more than `MAX_CERTIFICATES`, or two with one subject.
    :raises MalformedCmsError: something that is not an X.509 certificate.
    """
    if len(data["certificates"]) > MAX_CERTIFICATES:
        raise TooManyCertificatesError(f"more than {MAX_CERTIFICATES} certificates")
    different: dict[bytes, x509.Certificate] = {}
    for choice in data["certificates"]:
        if choice.name != "certificate":
            raise MalformedCmsError("a certificate of another kind")
        different[choice.chosen.dump()] = choice.chosen
    found = list(different.values())
    # As pyHanko compares subjects: without regard to case and blanks (RFC 5280, 7.1).
    if len(found) > 1 and len({each.subject.hashable for each in found}) < len(found):
        raise TooManyCertificatesError("two certificates have the same subject")
    return found


def element_length(data: bytes) -> int:
    """Return the length in bytes of the DER element at the start of ``data``.

    :raises MalformedCmsError: it is not DER, or exceeds a limit of this module.
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
            raise MalformedCmsError("an element is longer than what holds it")
        if tag & _CONSTRUCTED:
            ends.append(end)
            at = start
        else:
            at = end
        while ends and at == ends[-1]:
            ends.pop()
    return at


def _head(data: bytes, at: int) -> tuple[int, int, int]:
    """Return the tag of the element at ``at``, where its content starts, and where it ends."""
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
        raise MalformedCmsError("a tag that no CMS has")
    return tag, start, start + length
