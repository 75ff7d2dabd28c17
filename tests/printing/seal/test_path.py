"""The rules for a path, tested without pyHanko: they apply even if pyHanko accepts it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509

from devices.health import Fault
from printing import faults
from printing.seal.certificates import MAX_PATH, path_fault

from .certificate_maker import DAY, Pair, authority, issue
from .certificates import AT


def path(*pairs: Pair) -> list[x509.Certificate]:
    return [x509.load_der_x509_certificate(pair.der) for pair in pairs]


def chain(length: int) -> list[Pair]:
    """Return a signer and its authorities up to the root."""
    found = [authority("根", at=AT)]
    for number in range(length - 2):
        found.append(authority(f"{number} 级 CA", found[-1], at=AT))
    return [issue("电子印章", found[-1], at=AT), *found[::-1]]


def test_good_path_is_accepted() -> None:
    for length in (2, 3, MAX_PATH):
        assert path_fault(path(*chain(length)), AT) is None


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("shift", [-400 * DAY, 400 * DAY], ids=["expired", "not yet valid"])
def test_each_certificate_of_the_path_must_be_valid(place: int, shift: timedelta) -> None:
    span: dict[str, Any] = {"begins": AT + shift - DAY, "ends": AT + shift + DAY}
    root = authority("根", at=AT, **(span if place == 2 else {}))
    middle = authority("中间 CA", root, at=AT, **(span if place == 1 else {}))
    signer = issue("电子印章", middle, at=AT, **(span if place == 0 else {}))
    fault = path_fault(path(signer, middle, root), AT)
    assert isinstance(fault, Fault)
    assert fault.same_as(faults.SEAL_EXPIRED)


def test_signer_that_is_the_anchor_is_checked_too() -> None:
    assert path_fault(path(issue("电子印章", at=AT)), AT) is None
    for refused in (authority("根", at=AT), issue("电子印章", at=AT, usage=["key_agreement"])):
        fault = path_fault(path(refused), AT)
        assert isinstance(fault, Fault)
        assert fault.same_as(faults.SIGNER_UNTRUSTED)


def test_self_issued_certificate_does_not_count_for_the_path_length() -> None:
    """RFC 5280, 4.2.1.9: self-issued certificates are not counted."""
    root = authority("根", at=AT, path_length=1)
    middle = authority("中间 CA", root, at=AT)
    signer = issue("电子印章", middle, at=AT)
    renewed = authority("根", root, at=AT)
    assert path_fault(path(signer, middle, renewed, root), AT) is None
    other = authority("另一 CA", root, at=AT)
    fault = path_fault(path(signer, middle, other, root), AT)
    assert isinstance(fault, Fault)
    assert fault.same_as(faults.SIGNER_UNTRUSTED)


@pytest.mark.parametrize("place", [0, 1])
def test_unreadable_name_is_a_malformed_extension(place: int) -> None:
    root = authority("根", at=AT, odd_name=place == 1)
    fault = path_fault(path(issue("电子印章", root, at=AT, odd_name=place == 0), root), AT)
    assert isinstance(fault, Fault)
    assert fault.same_as(faults.SIGNER_UNTRUSTED)
