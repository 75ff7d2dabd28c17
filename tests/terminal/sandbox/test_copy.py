"""A copy on a phone: the page, the very bytes, the limits, and nothing personal on the way."""

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
    """王建明's deposit statement offered to his phone: token, document, address."""
    who = client.identify(sample_identity())
    assert isinstance(who, wire.Identified)
    assert isinstance(client.check_staff(who.person, STATEMENT, "1001", "2468"), wire.Proved)
    issued = client.issue(who.person, STATEMENT, "key-1", Edition.STANDARD)
    assert isinstance(issued, wire.Issued)
    copy = client.copy(who.person, issued.document_number)
    assert isinstance(copy, wire.CopyOffered)
    return who.person, issued, copy.url


def file_of(sandbox: SandboxProcess, url: str) -> str:
    """The address behind the page's one button."""
    page = get(sandbox, url)[2].decode()
    (link,) = re.findall(r'<a class="get" href="([^"]+)">', page)
    return urljoin(url, link)


def test_the_page_says_what_it_is_and_whose_without_telling(
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


def test_the_phone_gets_the_very_bytes_that_were_sealed(
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


def test_five_times_and_no_more(
    client: PlatformClient, sandbox: SandboxProcess, offered: tuple[str, wire.Issued, str]
) -> None:
    person, issued, url = offered
    link = file_of(sandbox, url)
    assert [get(sandbox, link)[0] for _ in range(6)] == [200] * 5 + [410]
    # Looking at the page costs nothing, and says what to do when the file is spent.
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


def test_ten_minutes_and_no_longer(
    sandbox: SandboxProcess, offered: tuple[str, wire.Issued, str]
) -> None:
    _, issued, url = offered
    link = file_of(sandbox, url)
    sandbox.control(clock_offset_s=540)
    assert "1 min" in get(sandbox, url)[2].decode()
    assert get(sandbox, link)[2] == issued.document
    sandbox.control(clock_offset_s=601)
    assert [get(sandbox, each)[0] for each in (url, link)] == [410, 410]


def test_an_address_that_nobody_was_given(
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


def test_nothing_is_served_after_the_platform_has_forgotten(
    sandbox: SandboxProcess, offered: tuple[str, wire.Issued, str]
) -> None:
    link = file_of(sandbox, offered[2])
    sandbox.reset()
    assert get(sandbox, link)[0] == 404
