"""A copy on a phone: its page, the sealed bytes, the limits, and no personal data in the URL."""

from __future__ import annotations

import http.client
import re
import ssl
from urllib.parse import urljoin, urlsplit

import pytest

from printing.media import Edition
from terminal.platform import wire
from terminal.platform.client import PlatformClient
from terminal.sandbox.process import SandboxProcess
from tests.sandbox_fixture import sample_identity

STATEMENT = "100101-HF-0202"


def get(
    sandbox: SandboxProcess, url: str, method: str = "GET"
) -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}" == sandbox.address
    context = ssl.create_default_context(cafile=str(sandbox.ca_file))
    connection = http.client.HTTPSConnection(
        str(parts.hostname), parts.port, timeout=5, context=context
    )
    try:
        connection.request(method, parts.path)
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
    finally:
        connection.close()


@pytest.fixture
def offered(client: PlatformClient) -> tuple[str, wire.Issued, str]:
    """Offer 王建明's deposit statement to his phone; return token, document and link."""
    who = client.identify(sample_identity())
    assert isinstance(who, wire.Identified)
    assert isinstance(client.check_staff(who.person, STATEMENT, "1001", "2468"), wire.Proved)
    issued = client.issue(who.person, STATEMENT, "key-1", Edition.STANDARD)
    assert isinstance(issued, wire.Issued)
    copy = client.copy(who.person, issued.document_number)
    assert isinstance(copy, wire.CopyOffered)
    return who.person, issued, copy.url


def file_of(sandbox: SandboxProcess, url: str) -> str:
    """Return the address behind the page's only button."""
    page = get(sandbox, url)[2].decode()
    links: list[str] = re.findall(r'<a class="get" href="([^"]+)">', page)
    (link,) = links
    return urljoin(url, link)


def test_copy_page_shows_the_document_without_personal_data(
    sandbox: SandboxProcess, offered: tuple[str, wire.Issued, str]
) -> None:
    _, issued, url = offered
    status, headers, body = get(sandbox, url)
    page = body.decode()
    assert status == 200
    assert headers["cache-control"] == "no-store"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "script" not in page
    kilobytes = -(-len(issued.document) // 1024)
    for said in (
        "住房公积金明细",
        "Housing deposit statement",
        "王**",
        f"{kilobytes} kB",
        "10 min",
    ):
        assert said in page
    for hidden in ("王建明", "100101195803120216", issued.document_number):
        assert hidden not in page
        assert hidden not in url


def test_phone_gets_the_sealed_bytes(
    sandbox: SandboxProcess, offered: tuple[str, wire.Issued, str]
) -> None:
    _, issued, url = offered
    link = file_of(sandbox, url)
    status, headers, body = get(sandbox, link)
    assert (status, body) == (200, issued.document)
    assert headers["content-type"] == "application/pdf"
    assert headers["content-disposition"] == "attachment; filename=deposit_statement.pdf"
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"


def test_copy_can_be_fetched_five_times(
    client: PlatformClient, sandbox: SandboxProcess, offered: tuple[str, wire.Issued, str]
) -> None:
    person, issued, url = offered
    link = file_of(sandbox, url)
    assert [get(sandbox, link)[0] for _ in range(6)] == [200] * 5 + [410]
    # Opening the page does not count, and it explains what to do once the link is used up.
    for spent in (url, link):
        status, headers, body = get(sandbox, spent)
        assert status == 410
        assert headers["content-type"].startswith("text/html")
        assert headers["cache-control"] == "no-store"
        assert "请回到自助终端" in body.decode()
        assert "Go back to the terminal" in body.decode()
        assert "王" not in body.decode()
    again = client.copy(person, issued.document_number)
    assert isinstance(again, wire.CopyOffered)
    assert again.url != url
    assert get(sandbox, file_of(sandbox, again.url))[2] == issued.document


def test_copy_is_available_for_ten_minutes(
    sandbox: SandboxProcess, offered: tuple[str, wire.Issued, str]
) -> None:
    _, issued, url = offered
    link = file_of(sandbox, url)
    sandbox.control(clock_offset_s=540)
    assert "1 min" in get(sandbox, url)[2].decode()
    assert get(sandbox, link)[2] == issued.document
    sandbox.control(clock_offset_s=601)
    assert [get(sandbox, each)[0] for each in (url, link)] == [410, 410]


def test_unknown_copy_link_is_refused(
    sandbox: SandboxProcess, offered: tuple[str, wire.Issued, str]
) -> None:
    _, _, url = offered
    token = urlsplit(url).path.rpartition("/")[2]
    assert len(token) >= 22  # 128 bits in base64
    for path in ("x" * 22, token[:-1], token.swapcase(), "x" * 300, "%3Cscript%3E"):
        for end in ("", "/document.pdf"):
            status, _, body = get(sandbox, f"{sandbox.address}/copy/{path}{end}")
            assert status == 404
            assert "此链接已失效" in body.decode()
            assert b"script" not in body
            assert b"%PDF" not in body
    assert get(sandbox, url, "POST")[0] == 405


def test_copy_is_refused_after_a_reset(
    sandbox: SandboxProcess, offered: tuple[str, wire.Issued, str]
) -> None:
    link = file_of(sandbox, offered[2])
    sandbox.reset()
    assert get(sandbox, link)[0] == 404
