"""The public pages, and the protection of the control page."""

from __future__ import annotations

import http.client
import ssl
from urllib.parse import urlsplit

import pytest

from printing.outcome import Outcome
from terminal.platform import wire
from terminal.platform.client import PlatformClient
from terminal.sandbox.process import SandboxProcess
from tests.sandbox_fixture import sample_identity

INSURANCE = "100101-SI-0101"


def get(
    sandbox: SandboxProcess, path: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], str]:
    peer = urlsplit(sandbox.address)
    context = ssl.create_default_context(cafile=str(sandbox.ca_file))
    connection = http.client.HTTPSConnection(
        str(peer.hostname), peer.port, timeout=5, context=context
    )
    try:
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read().decode()
    finally:
        connection.close()


def test_invented_phone_shows_the_code(client: PlatformClient, sandbox: SandboxProcess) -> None:
    path = urlsplit(sandbox.pages).path
    assert "还没有短信" in get(sandbox, path)[2]
    who = client.identify(sample_identity())
    assert isinstance(who, wire.Identified)
    client.send_code(who.person)
    status, headers, page = get(sandbox, path)
    assert status == 200
    assert sandbox.codes()[-1].code in page
    assert "130****0001" in page
    assert "王" not in page
    assert headers["cache-control"] == "no-store"
    assert "script" not in page
    assert headers["content-security-policy"].startswith("default-src 'none'")


def test_anyone_can_check_whether_a_document_is_genuine(
    client: PlatformClient, sandbox: SandboxProcess
) -> None:
    who = client.identify(sample_identity())
    assert isinstance(who, wire.Identified)
    issued = client.issue(who.person, INSURANCE, "key-1")
    assert isinstance(issued, wire.Issued)
    status, _, page = get(sandbox, f"/v/{issued.verification_code.lower()}")
    assert status == 200
    assert "此文件由本平台开具" in page
    assert "issued by this platform" in page
    assert issued.document_number in page
    assert "打印" not in page
    # Anyone who finds a document's code sees only the first character of the name.
    assert "王**" in page
    assert "王建明" not in page
    assert "100101195803120216" not in page
    number = issued.document_number
    nothing = client.confirm_printed("job-1", number, Outcome.QUEUED, 0)
    assert isinstance(nothing, wire.Done), nothing
    assert "打印" not in get(sandbox, f"/v/{issued.verification_code}")[2]
    noted = client.confirm_printed("job-2", number, Outcome.PRINTED, issued.pages)
    assert isinstance(noted, wire.Done), noted
    assert "打印" in get(sandbox, f"/v/{issued.verification_code}")[2]


@pytest.mark.parametrize("code", ["AAAA-BBBB-CCCC-DDDD", "%3Cscript%3E", "x" * 300])
def test_unknown_code_is_not_genuine_and_not_repeated(sandbox: SandboxProcess, code: str) -> None:
    status, _, page = get(sandbox, f"/v/{code}")
    assert status == 404
    assert "查不到此校验码" in page
    assert "此文件由本平台开具" not in page
    assert code not in page
    assert "script" not in page


def test_control_page_requires_its_token(sandbox: SandboxProcess) -> None:
    for path, method in (
        ("/control/switches", "POST"),
        ("/control/reset", "POST"),
        ("/control/codes", "GET"),
        ("/control/counts", "GET"),
        ("/control/warm", "GET"),
    ):
        assert get(sandbox, path, method)[0] == 401
        assert get(sandbox, path, method, **{"X-Control-Token": "0" * 64})[0] == 401


def test_unknown_switch_is_an_error(sandbox: SandboxProcess) -> None:
    with pytest.raises(ValueError, match="unknown field `slow`"):
        sandbox.control(slow=10)
    with pytest.raises(ValueError, match="400"):
        sandbox.control(fault="nonsense")


def test_unknown_path_gets_a_refusal_of_the_contract(sandbox: SandboxProcess) -> None:
    status, headers, body = get(sandbox, "/v1/nothing")
    assert (status, headers["content-type"]) == (404, "application/json")
    assert '"not_found"' in body
    status, headers, body = get(sandbox, "/v1/identify")
    assert (status, headers["allow"]) == (405, "POST")
    assert '"bad_request"' in body
