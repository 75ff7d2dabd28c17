"""Each hostile document is refused for its own reason, in bounded time and memory."""

from __future__ import annotations

import gc
import time
import tracemalloc
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.health import Fault
from printing import faults
from printing.seal import verify as seal
from printing.seal.envelope import find_seal
from printing.seal.pages import MAX_PAGES
from terminal.sandbox.signing import DemoAuthority

from .. import samples
from ..seal_fixtures import EXPECTED, NOW, Authority, refused
from . import hostile

pytestmark = pytest.mark.slow(reason="hostile files up to the limits of size and time")


def test_unsigned_file_is_refused(authority: Authority, unsigned: bytes) -> None:
    assert refused(unsigned, authority).same_as(faults.UNSIGNED)


@pytest.mark.parametrize(
    "junk", [b"", b"<html>no PDF</html>", b"%PDF-1.7\n", b"\x00" * 5000, b"%PDF-1.7\n1 0 obj"]
)
def test_file_that_is_not_a_pdf_is_refused(authority: Authority, junk: bytes) -> None:
    assert refused(junk, authority).same_as(faults.NOT_A_PDF)


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_truncated_file_is_refused(authority: Authority, sealed: bytes, part: float) -> None:
    fault = refused(sealed[: int(len(sealed) * part)], authority)
    assert fault.code in (faults.NOT_A_PDF.code, faults.SEAL_BROKEN.code)


def test_changed_content_is_refused(authority: Authority, sealed: bytes) -> None:
    assert refused(hostile.flipped(sealed), authority).same_as(faults.SEAL_BROKEN)


def test_changed_signature_is_refused(authority: Authority, sealed: bytes) -> None:
    assert refused(hostile.another_key(sealed), authority).same_as(faults.SEAL_BROKEN)


def test_update_after_signing_is_refused(authority: Authority, sealed: bytes) -> None:
    assert refused(hostile.appended(sealed), authority).same_as(faults.CHANGED_AFTER_SIGNING)
    assert refused(sealed + b"\n%%EOF\n", authority).same_as(faults.CHANGED_AFTER_SIGNING)


def test_byte_range_with_a_wider_gap_is_refused(authority: Authority, sealed: bytes) -> None:
    fault = refused(hostile.widened_gap(sealed), authority)
    assert fault.same_as(faults.CHANGED_AFTER_SIGNING)


def test_unknown_authority_with_the_same_names_is_refused(
    authority: Authority, unsigned: bytes, tmp_path: Path
) -> None:
    """Another authority with copies of all names."""
    pdf = DemoAuthority.create(tmp_path).sign(unsigned, verification_code=samples.CODE)
    assert refused(pdf, authority).same_as(faults.SIGNER_UNTRUSTED)


def test_two_signatures_are_refused(authority: Authority, unsigned: bytes, tmp_path: Path) -> None:
    """The second signature covers the whole file, which differs from what the first one signed."""
    for second, reason in (
        (DemoAuthority.create(tmp_path), faults.SIGNER_UNTRUSTED),
        (authority.demo, faults.CHANGED_AFTER_SIGNING),
    ):
        pdf = hostile.signed_twice(unsigned, authority.demo, second)
        assert refused(pdf, authority).same_as(reason)


def test_tls_root_is_not_an_anchor_for_seals(authority: Authority, sealed: bytes) -> None:
    anchors = [authority.demo.tls_anchor.read_bytes()]
    found = seal.verify(sealed, anchors=anchors, at=NOW)
    assert isinstance(found, Fault)
    assert found.same_as(faults.SIGNER_UNTRUSTED)


def test_seal_outside_the_validity_is_expired(authority: Authority, sealed: bytes) -> None:
    for at in (NOW + timedelta(days=4000), NOW - timedelta(days=400)):
        found = seal.verify(sealed, anchors=authority.anchors, at=at)
        assert isinstance(found, Fault)
        assert found.same_as(faults.SEAL_EXPIRED), found


def test_expired_signer_is_refused(unsigned: bytes, tmp_path: Path) -> None:
    expired = hostile.expired_authority(tmp_path)
    pdf = expired.sign(unsigned, verification_code=samples.CODE)
    found = seal.verify(pdf, anchors=[expired.anchor.read_bytes()], at=NOW)
    assert isinstance(found, Fault)
    assert found.same_as(faults.SEAL_EXPIRED)


def test_revoked_signer_is_refused(authority: Authority, unsigned: bytes) -> None:
    pdf = hostile.revoked(authority.demo, authority.directory, unsigned, NOW)
    fault = refused(pdf, authority)
    assert fault.same_as(faults.SEAL_EXPIRED)
    assert "REVOKED" in fault.detail


@pytest.mark.parametrize("kind", hostile.ACTIVE)
def test_active_content_is_refused(authority: Authority, unsigned: bytes, kind: str) -> None:
    """It is refused even from the right signer and for the right person."""
    pdf = hostile.edited(unsigned, hostile.ACTIVE[kind])
    pdf = authority.demo.sign(pdf, verification_code=samples.CODE)
    fault = refused(pdf, authority)
    assert fault.same_as(faults.ACTIVE_CONTENT), fault
    assert fault.detail


def _named_type(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/StationDocumentType"] = pikepdf.String(f"{samples.NAME} {samples.ID_NUMBER}")


def _named_action(pdf: pikepdf.Pdf) -> None:
    kind = pikepdf.Name(f"/A{samples.ID_NUMBER}")
    pdf.Root.Next = pikepdf.Dictionary(Type=pikepdf.Name.Action, S=kind)


@pytest.mark.parametrize(
    ("edit", "reason"),
    [(_named_type, faults.WRONG_DOCUMENT), (_named_action, faults.ACTIVE_CONTENT)],
)
def test_fault_details_do_not_quote_the_file(
    authority: Authority, unsigned: bytes, edit: hostile.Edit, reason: Fault
) -> None:
    """Details are written into logs, and a file may contain any text anywhere."""
    pdf = authority.demo.sign(hostile.edited(unsigned, edit), verification_code=samples.CODE)
    fault = refused(pdf, authority)  # also checks that the detail has no personal data
    assert fault.same_as(reason)
    assert fault.detail


@pytest.mark.parametrize("kind", hostile.BEYOND_LIMITS)
def test_files_beyond_the_limits_are_refused_in_bounded_time_and_memory(
    authority: Authority, unsigned: bytes, kind: str
) -> None:
    pdf = hostile.edited(unsigned, hostile.BEYOND_LIMITS[kind])
    pdf = authority.demo.sign(pdf, verification_code=samples.CODE)
    seal.warm_up()
    gc.collect()
    tracemalloc.start()
    began = time.process_time()
    try:
        fault = refused(pdf, authority)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert fault.same_as(faults.NOT_A_PDF), fault
    assert time.process_time() - began < 5
    assert peak < 200 * 1024 * 1024


@pytest.mark.parametrize("pages", [MAX_PAGES, MAX_PAGES + 1])
def test_pages_up_to_the_limit_are_accepted(
    authority: Authority, unsigned: bytes, pages: int
) -> None:
    def add_pages(pdf: pikepdf.Pdf) -> None:
        for _ in range(pages - 1):
            pdf.pages.append(
                pikepdf.Page(
                    pikepdf.Dictionary(
                        Type=pikepdf.Name.Page, MediaBox=[0, 0, 595, 842], Resources={}
                    )
                )
            )

    pdf = hostile.edited(unsigned, add_pages)
    pdf = authority.demo.sign(pdf, verification_code=samples.CODE)
    found = seal.verify(pdf, anchors=authority.anchors, at=NOW, expect=EXPECTED)
    if pages > MAX_PAGES:
        assert isinstance(found, Fault)
        assert found.same_as(faults.NOT_A_PDF)
        assert "pages" in found.detail
    else:
        assert isinstance(found, seal.SealReport), found
        assert len(found.pages) == pages


def test_bomb_after_a_blank_is_refused(authority: Authority, unsigned: bytes) -> None:
    plain = hostile.edited(unsigned, hostile.zip_bomb)
    pdf = hostile.blank_after_stream(plain)
    assert pdf != plain
    fault = refused(authority.demo.sign(pdf, verification_code=samples.CODE), authority)
    assert fault.same_as(faults.NOT_A_PDF)
    assert "unpacks to more" in fault.detail
    good = hostile.blank_after_stream(hostile.edited(unsigned, lambda _: None))
    good = authority.demo.sign(good, verification_code=samples.CODE)
    found = seal.verify(good, anchors=authority.anchors, at=NOW, expect=EXPECTED)
    assert isinstance(found, seal.SealReport), found


def test_huge_file_is_refused_without_parsing(authority: Authority) -> None:
    pdf = b"%PDF-1.7\n" + bytes(11 * 1024 * 1024) + b"\n%%EOF\n"
    began = time.process_time()
    assert refused(pdf, authority).same_as(faults.NOT_A_PDF)
    assert time.process_time() - began < 0.1


def test_encrypted_file_is_refused(authority: Authority, unsigned: bytes) -> None:
    fault = refused(hostile.encrypted(unsigned), authority)
    assert fault.same_as(faults.NOT_A_PDF)
    assert "encrypted" in fault.detail


def test_file_of_an_untrusted_signer_is_not_parsed(
    authority: Authority, unsigned: bytes, tmp_path: Path
) -> None:
    """A bomb by an untrusted signer is refused for its signer, before it is decompressed."""
    pdf = hostile.edited(unsigned, hostile.zip_bomb)
    pdf = DemoAuthority.create(tmp_path).sign(pdf, verification_code=samples.CODE)
    assert refused(pdf, authority).same_as(faults.SIGNER_UNTRUSTED)


_PLACE = st.floats(0, 1, exclude_max=True)
"""A position in a file, as a fraction of its length."""


@settings(max_examples=300, deadline=None)
@given(place=_PLACE, value=st.integers(0, 255))
def test_file_with_a_changed_byte_is_refused(
    authority: Authority, sealed: bytes, place: float, value: int
) -> None:
    """Any byte may have any value; verification always returns a result."""
    at = int(place * len(sealed))
    changed = sealed[:at] + bytes([value]) + sealed[at + 1 :]
    found = seal.verify(changed, anchors=authority.anchors, at=NOW, expect=EXPECTED)
    found_seal = find_seal(sealed)
    assert not isinstance(found_seal, Fault)
    _, before, after, _ = found_seal.byte_range
    # A hexadecimal digit in the other case gives the same signature.
    same_digit = before <= at < after and changed.lower() == sealed.lower()
    if changed == sealed or same_digit:
        assert found == seal.verify(sealed, anchors=authority.anchors, at=NOW, expect=EXPECTED)
    else:
        assert isinstance(found, Fault), f"byte {at} as {value} passes"


@settings(max_examples=150, deadline=None)
@given(places=st.tuples(_PLACE, _PLACE, _PLACE))
def test_file_with_moved_or_missing_bytes_is_refused(
    authority: Authority, sealed: bytes, places: tuple[float, float, float]
) -> None:
    """Parts of the file are removed, duplicated or swapped."""
    cuts = sorted(int(place * len(sealed)) for place in places)
    a, b, c, d = (
        sealed[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(sealed)], strict=True)
    )
    for changed in (a + c + d, a + b + b + c + d, a + c + b + d):
        if changed != sealed:
            found = seal.verify(changed, anchors=authority.anchors, at=NOW)
            assert isinstance(found, Fault)


def _stating(code: str, unsigned: bytes, authority: Authority) -> bytes:
    def state(pdf: pikepdf.Pdf) -> None:
        pdf.docinfo["/StationVerificationCode"] = pikepdf.String(code)

    return authority.demo.sign(hostile.edited(unsigned, state), verification_code=samples.CODE)


@pytest.mark.parametrize("length", [seal.MAX_STATED + 1, 5000])
def test_statement_longer_than_the_limit_is_refused(
    authority: Authority, unsigned: bytes, length: int
) -> None:
    """The report is sent between processes, with a limit for the length of each text."""
    pdf = _stating("A" * length, unsigned, authority)
    assert refused(pdf, authority, expect=None).same_as(faults.WRONG_DOCUMENT)


def test_statement_as_long_as_the_limit_is_reported(authority: Authority, unsigned: bytes) -> None:
    code = "A" * seal.MAX_STATED
    pdf = _stating(code, unsigned, authority)
    report = seal.verify(pdf, anchors=authority.anchors, at=NOW)
    assert isinstance(report, seal.SealReport)
    assert report.verification_code == code
