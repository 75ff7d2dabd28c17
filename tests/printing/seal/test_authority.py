"""The demonstration authority: its keys, its signatures checked with OpenSSL, its TLS."""

from __future__ import annotations

import ssl
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from devices.health import Fault
from printing.documents import render
from printing.seal.envelope import find_seal
from terminal.sandbox.signing import DemoAuthority

from .. import samples
from ..documents.test_documents import picture, text_of


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "authority"


@pytest.fixture(scope="module")
def authority(directory: Path) -> DemoAuthority:
    return DemoAuthority.create(directory)


@pytest.fixture(scope="module")
def unsigned() -> bytes:
    pdf = render(samples.deposit(), sample=True)
    assert isinstance(pdf, bytes)
    return pdf


@pytest.fixture(scope="module")
def sealed(authority: DemoAuthority, unsigned: bytes) -> bytes:
    return authority.sign(unsigned, verification_code=samples.CODE)


def test_key_files_are_private_to_the_owner(authority: DemoAuthority, directory: Path) -> None:
    authority.issue_server_certificate(["localhost"])
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    keys = list(directory.glob("*.key"))
    assert {key.stem for key in keys} == {"root", "signer", "tls-root", "server"}
    assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o600}


def test_old_key_file_gets_mode_0600(tmp_path: Path) -> None:
    (tmp_path / "signer.key").write_text("old")
    (tmp_path / "signer.key").chmod(0o644)
    DemoAuthority.create(tmp_path)
    assert stat.S_IMODE((tmp_path / "signer.key").stat().st_mode) == 0o600


def test_each_machine_has_its_own_authority(tmp_path: Path, authority: DemoAuthority) -> None:
    other = DemoAuthority.create(tmp_path)
    assert other.anchor.read_bytes() != authority.anchor.read_bytes()


def test_a_damaged_directory_is_not_loaded(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="root"):
        DemoAuthority.load(tmp_path)
    DemoAuthority.create(tmp_path)
    (tmp_path / "signer.key").write_text("damaged")
    with pytest.raises(ValueError, match=r"."):
        DemoAuthority.load(tmp_path)


@pytest.mark.process
def test_openssl_accepts_the_signature(
    authority: DemoAuthority, sealed: bytes, tmp_path: Path
) -> None:
    found = find_seal(sealed)
    assert not isinstance(found, Fault)
    (tmp_path / "cms").write_bytes(found.cms)
    (tmp_path / "covered").write_bytes(found.covered)

    def openssl(content: str) -> int:
        command: list[str | Path] = [
            "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", tmp_path / "cms",
            "-content", tmp_path / content, "-CAfile", authority.anchor, "-purpose", "any",
            "-out", tmp_path / "out",
        ]  # fmt: skip
        return subprocess.run(command, capture_output=True, check=False).returncode

    assert openssl("covered") == 0
    (tmp_path / "other").write_bytes(found.covered + b" ")
    assert openssl("other") != 0


@pytest.mark.process
def test_poppler_sees_one_signature_over_the_whole_document(sealed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "sealed.pdf"
    path.write_bytes(sealed)
    done = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False)
    assert done.stdout.count("Signature #") == 1
    assert "Total document signed" in done.stdout
    assert "ETSI.CAdES.detached" in done.stdout
    checked = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_seal_permits_no_later_change(sealed: bytes) -> None:
    with pikepdf.open(BytesIO(sealed)) as opened:
        permission = opened.Root.Perms.DocMDP.Reference[0].TransformParams.P
        assert int(permission) == 1


@pytest.mark.process
def test_seal_is_red_and_does_not_change_the_text(sealed: bytes, unsigned: bytes) -> None:
    assert text_of(sealed) == text_of(unsigned)
    command = ["pdftoppm", "-r", "60", "-png", "-"]
    from PIL import Image

    def red(pdf: bytes) -> int:
        shown = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
        page = Image.open(BytesIO(shown)).convert("RGB")
        bands = (band.tobytes() for band in page.split())
        return sum(1 for r, g, b in zip(*bands, strict=True) if r > 150 and g < 110 and b < 110)

    assert red(unsigned) == 0
    assert red(sealed) > 300
    assert picture(sealed).size == picture(unsigned).size


def test_document_without_a_seal_field_is_sealed_on_the_last_page(
    authority: DemoAuthority,
) -> None:
    pdf = render(samples.test_page(), sample=True)
    assert isinstance(pdf, bytes)
    with pikepdf.open(BytesIO(authority.sign(pdf, verification_code="T"))) as opened:
        (field,) = opened.Root.AcroForm.Fields
        assert field.V.ByteRange is not None


def test_several_threads_sign_at_once(authority: DemoAuthority, unsigned: bytes) -> None:
    with ThreadPoolExecutor(max_workers=4) as pool:
        sealed = list(
            pool.map(
                lambda number: authority.sign(unsigned, verification_code=str(number)), range(8)
            )
        )
    from printing.seal import verify as seal

    anchors = [authority.anchor.read_bytes()]
    for pdf in sealed:
        report = seal.verify(pdf, anchors=anchors, at=datetime.now(UTC))
        assert isinstance(report, seal.SealReport), report


def test_several_threads_use_a_new_authority_at_once(
    authority: DemoAuthority, directory: Path, unsigned: bytes
) -> None:
    """The sandbox may get its first requests while it still loads the authority."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # makes threads interrupt each other often
    try:
        with ThreadPoolExecutor(max_workers=4) as pool:
            for _ in range(6):
                loaded = DemoAuthority.load(directory)
                assert loaded is not None
                sign = loaded.sign
                signed = [pool.submit(sign, unsigned, verification_code="A") for _ in range(4)]
                assert all(each.result().startswith(b"%PDF-") for each in signed)
    finally:
        sys.setswitchinterval(before)


def _handshake(server: ssl.SSLContext, client: ssl.SSLContext, host: str) -> None:
    """Do a TLS handshake in memory, without sockets and threads."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname=host),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    for _ in range(10):
        waiting = []
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                waiting.append(end)
        if not waiting:
            return
        ends = waiting
    raise AssertionError("the handshake does not end")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_tls_handshake_on_loopback_addresses(authority: DemoAuthority, host: str) -> None:
    issued = authority.issue_server_certificate(["localhost", "127.0.0.1"])
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(issued.certificate, issued.key)
    client = ssl.create_default_context(cafile=str(authority.tls_anchor))
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    _handshake(server, client, host)
    with pytest.raises(ssl.SSLCertVerificationError):
        _handshake(server, client, "elsewhere.example")
    documents_only = ssl.create_default_context(cafile=str(authority.anchor))
    with pytest.raises(ssl.SSLCertVerificationError):
        _handshake(server, documents_only, host)
