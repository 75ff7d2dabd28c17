"""The authority and the documents that the tests of seals share."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from devices.health import Fault
from printing.documents import render
from printing.seal import verify as seal
from terminal.sandbox.signing import DemoAuthority

from . import samples

NOW = datetime.now(UTC)


class Authority(NamedTuple):
    """A demonstration authority, its folder, and the anchors that the terminal trusts."""

    demo: DemoAuthority
    directory: Path
    anchors: list[bytes]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    directory = tmp_path_factory.mktemp("authority")
    demo = DemoAuthority.create(directory)
    return Authority(demo, directory, [demo.anchor.read_bytes()])


@pytest.fixture(scope="module")
def unsigned() -> bytes:
    pdf = render(samples.insurance(), sample=True)
    assert isinstance(pdf, bytes)
    return pdf


class QuietBytes(bytes):
    """The bytes of a file, of which a failing test shows only the length."""

    def __repr__(self) -> str:
        return f"<{len(self)} bytes>"


@pytest.fixture(scope="module")
def sealed(authority: Authority, unsigned: bytes) -> bytes:
    return QuietBytes(authority.demo.sign(unsigned, verification_code=samples.CODE))


EXPECTED = seal.Expectation("insurance_certificate", samples.NAME, samples.ID_NUMBER, samples.CODE)


def refused(pdf: bytes, authority: Authority, expect: seal.Expectation | None = EXPECTED) -> Fault:
    found = seal.verify(pdf, anchors=authority.anchors, at=NOW, expect=expect)
    assert isinstance(found, Fault), found
    assert samples.NAME not in found.detail
    assert samples.ID_NUMBER not in found.detail
    return found
