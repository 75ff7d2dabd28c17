"""The CMS of a signature: one signer, DER, nothing after it, and only one possible path."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from asn1crypto import cms

from devices.health import Fault
from printing import faults
from printing.seal import verify as seal
from printing.seal.cms import (
    MAX_CERTIFICATES,
    MAX_CMS_BYTES,
    MAX_ELEMENT_DEPTH,
    MAX_ELEMENTS,
    MalformedCmsError,
    element_length,
)
from printing.seal.revocation import MAX_ITEMS

from . import certificate_maker as make
from .certificate_maker import Pair, authority, issue
from .certificates import AT, template


def sealed(signer: Pair, *others: Pair, **options: Any) -> bytes:
    """Return the CMS of ``signer`` over the bytes of the template."""
    return make.detached_cms(template().covered, signer, others, at=AT, **options)


def verdict(contents: bytes, anchor: Pair) -> seal.SealReport | Fault:
    return seal.verify(template().sealed(contents), anchors=[anchor.der], at=AT)


def refused(contents: bytes, anchor: Pair, reason: Fault, words: str) -> None:
    found = verdict(contents, anchor)
    assert isinstance(found, Fault), found
    assert found.same_as(reason), found
    assert words in found.detail


@pytest.fixture(scope="module")
def signer() -> Pair:
    """A signer that is also the anchor."""
    return issue("电子印章", at=AT)


def test_zeros_after_the_cms_are_accepted(signer: Pair) -> None:
    contents = sealed(signer)
    assert isinstance(verdict(contents, signer), seal.SealReport)
    assert isinstance(verdict(contents + bytes(100), signer), seal.SealReport)


@pytest.mark.parametrize("behind", [b"\1", b"\0\0\1", b"\x30\0", b"\0" * 40_000 + b"hidden"])
def test_other_bytes_after_the_cms_are_refused(signer: Pair, behind: bytes) -> None:
    refused(sealed(signer) + behind, signer, faults.SEAL_BROKEN, "malformed")


def test_second_cms_after_the_first_is_refused(signer: Pair) -> None:
    contents = sealed(signer)
    refused(contents + contents, signer, faults.SEAL_BROKEN, "malformed")


def indefinite(contents: bytes) -> bytes:
    """Return BER: the outermost element has no length and ends with two zeros."""
    assert contents[1] == 0x82
    return contents[:1] + b"\x80" + contents[4:] + b"\0\0"


def long_length(contents: bytes) -> bytes:
    """Return the CMS with an outermost length that is one byte longer than necessary."""
    assert contents[1] == 0x82
    return contents[:1] + b"\x83\0" + contents[2:]


@pytest.mark.parametrize("change", [indefinite, long_length])
def test_ber_is_refused(signer: Pair, change: Callable[[bytes], bytes]) -> None:
    refused(change(sealed(signer)), signer, faults.SEAL_BROKEN, "malformed")


def nested(depth: int) -> bytes:
    found = b"\x05\0"
    for _ in range(depth):
        found = b"\x30" + length(len(found)) + found
    return found


def length(number: int) -> bytes:
    if number < 0x80:
        return bytes([number])
    digits = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(digits)]) + digits


def many(count: int) -> bytes:
    inner = b"\x05\0" * (count - 1)
    return b"\x30" + length(len(inner)) + inner


def test_size_and_depth_of_the_structure_are_limited() -> None:
    for fits in (nested(MAX_ELEMENT_DEPTH), many(MAX_ELEMENTS), many(1)):
        assert element_length(fits + b"\0\1") == len(fits)
    large = b"\x04" + length(MAX_CMS_BYTES) + bytes(MAX_CMS_BYTES)
    for exceeds in (nested(MAX_ELEMENT_DEPTH + 1), many(MAX_ELEMENTS + 1), large):
        with pytest.raises(MalformedCmsError):
            element_length(exceeds)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"\x30\x01",
        b"\x30\x80\0\0",
        b"\x30\x81\x01\x05",
        b"\x30\x82\0\x80",
        b"\x30\x85\1\0\0\0\0",
        b"\x30\x03\x04\x02a",
        b"\x1f\x20\0",
        b"\0\0",
    ],
)
def test_malformed_der_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedCmsError):
        element_length(data)


def test_two_signers_are_refused(signer: Pair) -> None:
    refused(sealed(signer, signers=2), signer, faults.SEAL_BROKEN, "malformed")


def test_a_signature_without_signed_attributes_is_refused(signer: Pair) -> None:
    """It signs the bytes directly, so signed attributes of another CMS could be used as a file."""
    refused(sealed(signer, attributes=False), signer, faults.SEAL_BROKEN, "malformed")


def cross_named(count: int) -> list[Pair]:
    """Return CAs with the same name and key, so that each could be the issuer of each."""
    key = make.new_key()
    return [authority("交叉 CA", at=AT, key=key) for _ in range(count)]


@pytest.mark.parametrize("count", [2, 9, MAX_CERTIFICATES - 1])
def test_cas_with_the_same_name_are_refused_before_a_path_is_built(count: int) -> None:
    """Nine took 158 s, and each further one ten times more: without the check, this never ends."""
    crossed = cross_named(count)
    low = issue("电子印章", crossed[0], at=AT)
    root = authority("根", at=AT)
    contents = sealed(low, *crossed)
    seal.warm_up()
    began = time.process_time()
    refused(contents, root, faults.SIGNER_UNTRUSTED, "the same subject")
    assert time.process_time() - began < 5


def test_other_certificates_with_the_same_name_are_refused_too() -> None:
    """A path is built by names only, before anything checks which certificates are authorities."""
    root = authority("根", at=AT)
    twins = [issue("同名", root, at=AT, ca=None) for _ in range(2)]
    refused(
        sealed(issue("电子印章", twins[0], at=AT), *twins),
        root,
        faults.SIGNER_UNTRUSTED,
        "the same subject",
    )


def test_names_that_differ_in_case_and_blanks_are_equal() -> None:
    root = authority("根", at=AT)
    others = [authority(name, root, at=AT) for name in ("Issuing CA", "ISSUING  ca")]
    refused(
        sealed(issue("电子印章", others[0], at=AT), *others),
        root,
        faults.SIGNER_UNTRUSTED,
        "the same subject",
    )


def test_duplicate_certificate_counts_once() -> None:
    root = authority("根", at=AT)
    assert isinstance(verdict(sealed(issue("电子印章", root, at=AT), root, root), root),
                      seal.SealReport)  # fmt: skip


def test_more_certificates_than_the_limit_are_refused() -> None:
    root = authority("根", at=AT)
    low = issue("电子印章", root, at=AT)
    others = [authority(f"{number} 号", root, at=AT) for number in range(MAX_CERTIFICATES)]
    assert isinstance(verdict(sealed(low, *others[1:]), root), seal.SealReport)
    refused(sealed(low, *others), root, faults.SIGNER_UNTRUSTED, f"{MAX_CERTIFICATES} certificates")


def test_time_stamp_in_the_signature_is_ignored(signer: Pair) -> None:
    """A time stamp has its own certificates without a limit, and no anchor is configured for it."""
    crossed = cross_named(9)
    token = make.detached_cms(b"", issue("时间戳", crossed[0], at=AT), crossed, at=AT)
    stamp = cms.CMSAttribute(
        {"type": "signature_time_stamp_token", "values": [cms.ContentInfo.load(token)]}
    )
    found = verdict(sealed(signer, unsigned=[stamp]), signer)
    assert isinstance(found, seal.SealReport), found
    assert found.signed_at == AT


def test_any_certificate_of_the_path_can_mark_a_demonstration() -> None:
    root = authority("DEMONSTRATION root", at=AT)
    middle = authority("中间 CA", root, at=AT)
    low = issue("电子印章", middle, at=AT)
    for anchor in (root, middle):
        found = verdict(sealed(low, middle), anchor)
        assert isinstance(found, seal.SealReport)
        assert found.trust is seal.Trust.DEMONSTRATION
    real = authority("真实根", at=AT)
    found = verdict(sealed(issue("电子印章", real, at=AT)), real)
    assert isinstance(found, seal.SealReport)
    assert found.trust is seal.Trust.TRUSTED


def test_revocation_data_up_to_the_limit_is_evaluated() -> None:
    root = authority("根", at=AT)
    low = issue("电子印章", root, at=AT)
    empty = [make.revocation_list(root, [], at=AT) for _ in range(MAX_ITEMS - 1)]
    listed = make.revocation_list(root, [low], at=AT)
    refused(sealed(low, crls=[*empty, listed]), root, faults.SEAL_EXPIRED, "REVOKED")
    assert isinstance(verdict(sealed(low, crls=empty), root), seal.SealReport)
    too_many = [*empty, *empty[:2]]
    refused(sealed(low, crls=too_many), root, faults.SEAL_BROKEN, "revocation data")


def test_certificate_removed_from_a_crl_is_not_revoked() -> None:
    root = authority("根", at=AT)
    low = issue("电子印章", root, at=AT)
    removed = make.revocation_list(root, [low], at=AT, reason="remove_from_crl")
    assert isinstance(verdict(sealed(low, crls=[removed]), root), seal.SealReport)


def test_an_expired_anchor_among_others_is_not_used(signer: Pair) -> None:
    """The anchor of the seal has expired, and another anchor is valid."""
    old = issue("电子印章", at=AT, begins=AT - 9 * make.DAY, ends=AT - make.DAY)
    pdf = template().sealed(sealed(old))
    found = seal.verify(pdf, anchors=[old.der, signer.der], at=AT)
    assert isinstance(found, Fault)
    assert found.same_as(faults.SEAL_EXPIRED)


def test_unknown_signer_is_untrusted_not_expired() -> None:
    """An expired anchor does not turn the seals of unknown signers into expired ones."""
    old = authority("期外根", at=AT, begins=AT - 9 * make.DAY, ends=AT - make.DAY)
    unknown = issue("电子印章", authority("期外根", at=AT), at=AT)
    refused(sealed(unknown), old, faults.SIGNER_UNTRUSTED, "")


def test_signer_is_not_taken_for_an_anchor_with_its_name_and_key(signer: Pair) -> None:
    """Neither while the anchor is valid nor after it has expired: it is another certificate."""
    again = issue("电子印章", at=AT, key=signer.key)
    old = issue("电子印章", at=AT, key=signer.key, begins=AT - 9 * make.DAY, ends=AT - make.DAY)
    for anchor in (signer, old):
        refused(sealed(again), anchor, faults.SIGNER_UNTRUSTED, "")


def test_a_renewed_signer_with_its_old_key_chains_to_its_issuer(signer: Pair) -> None:
    root = authority("根", at=AT)
    first = issue("电子印章", root, at=AT)
    renewed = issue("电子印章", root, at=AT, key=first.key)
    pdf = template().sealed(sealed(renewed))
    found = seal.verify(pdf, anchors=[first.der, root.der], at=AT)
    assert isinstance(found, seal.SealReport), found


def test_signature_with_embedded_content_is_refused() -> None:
    signer = issue("电子印章", at=AT)
    for content in (b"", b"another document", template().covered):
        refused(sealed(signer, own_content=content), signer, faults.SEAL_BROKEN, "malformed")


def test_anchor_of_an_unknown_version_is_refused() -> None:
    signer = issue("电子印章", at=AT)
    odd = signer.der.replace(bytes.fromhex("a003020102"), bytes.fromhex("a003020109"), 1)
    with pytest.raises(ValueError, match="version"):
        seal.verify(template().sealed(sealed(signer)), anchors=[odd], at=AT)
