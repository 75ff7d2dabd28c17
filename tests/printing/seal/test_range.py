"""The byte range covers every byte of a file except the signature."""

from __future__ import annotations

import re

import pytest

from devices.health import Fault
from printing import faults
from printing.pdf.limits import MAX_BYTES
from printing.seal.envelope import CoveredBytes, find_seal


def with_range(pdf: bytes, *numbers: int) -> bytes:
    """Return ``pdf`` with another byte range in the same space, so that the signature is wrong."""
    found = re.search(rb"/ByteRange \[[^\]]*\]", pdf)
    assert found is not None
    text = b"/ByteRange [" + b" ".join(str(number).encode() for number in numbers)
    text = text.ljust(len(found[0]) - 1) + b"]"
    assert len(text) == len(found[0])
    return pdf[: found.start()] + text + pdf[found.end() :]


def the_range(pdf: bytes) -> tuple[int, int, int, int]:
    found = find_seal(pdf)
    assert isinstance(found, CoveredBytes)
    return found.byte_range


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ((1, 0, 0, 0), faults.CHANGED_AFTER_SIGNING),
        ((0, -1, 0, 0), faults.CHANGED_AFTER_SIGNING),
        ((0, 1, 0, 0), faults.CHANGED_AFTER_SIGNING),
        ((0, 0, 1, -1), faults.CHANGED_AFTER_SIGNING),
        ((0, 0, -1, 1), faults.CHANGED_AFTER_SIGNING),
        ((0, 0, 0, -1), faults.CHANGED_AFTER_SIGNING),
        ((0, 0, 0, 1), faults.SEAL_BROKEN),
    ],
)
def test_a_byte_range_that_is_off_by_one_is_refused(
    sealed: bytes, change: tuple[int, ...], reason: Fault
) -> None:
    numbers = [number + by for number, by in zip(the_range(sealed), change, strict=True)]
    found = find_seal(with_range(sealed, *numbers))
    assert isinstance(found, Fault), found
    assert found.same_as(reason)


def test_a_byte_range_without_a_gap_is_refused(sealed: bytes) -> None:
    _, _, after, length = the_range(sealed)
    for before in (after, after + 1):  # no gap between the two parts; overlapping parts
        found = find_seal(with_range(sealed, 0, before, after, length))
        assert isinstance(found, Fault), found
        assert found.same_as(faults.CHANGED_AFTER_SIGNING)


def test_two_byte_ranges_over_the_whole_file_are_refused(sealed: bytes) -> None:
    """A second dictionary could name another signature for the same bytes."""
    zero, before, after, length = the_range(sealed)
    for _ in range(2):  # the numbers may need more digits after the first try
        added = f"/ByteRange [{zero} {before} {after} {length}]\n%%EOF\n".encode()
        length = len(sealed) + len(added) - after
    found = find_seal(with_range(sealed, zero, before, after, length) + added)
    assert isinstance(found, Fault), found
    assert found.same_as(faults.SEAL_BROKEN)
    assert "two signatures" in found.detail


def test_gap_that_is_not_hexadecimal_is_refused(sealed: bytes) -> None:
    _, before, after, _ = the_range(sealed)
    digits = sealed[before + 1 : after - 1]
    for gap in (b" " + digits[1:], digits[:-2] + b"0G", b"<" + digits[1:], digits[:-1] + b">"):
        assert len(gap) == len(digits)
        found = find_seal(sealed[: before + 1] + gap + sealed[after - 1 :])
        assert isinstance(found, Fault), found
        assert found.same_as(faults.CHANGED_AFTER_SIGNING)


def test_the_largest_file_is_accepted_and_one_byte_more_is_not() -> None:
    head, tail = b"%PDF-1.7\n", b"\n%%EOF\n"
    pdf = head + bytes(MAX_BYTES - len(head) - len(tail)) + tail
    found = find_seal(pdf)
    assert isinstance(found, Fault)
    assert found.same_as(faults.UNSIGNED)
    found = find_seal(head + b"\0" + pdf[len(head) :])
    assert isinstance(found, Fault)
    assert found.same_as(faults.NOT_A_PDF)
