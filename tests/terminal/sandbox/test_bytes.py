"""The sandbox answers any bytes with a refusal from the contract, never with an internal error."""

from __future__ import annotations

import json
import secrets
import socket
import ssl
import time
from urllib.parse import urlsplit

import msgspec
import pytest
import requests

from terminal.platform import wire
from terminal.platform.signer import HmacSha256Signer, Unsigned
from terminal.platform.wire import calls
from terminal.sandbox.app import BODY_S, MAX_REQUEST_BYTES
from terminal.sandbox.process import SandboxProcess

IDENTIFY = calls.IDENTIFY.path
HEARTBEAT = calls.HEARTBEAT.path
IDENTIFIED = b'{"kind":"resident_id","card_assurance":2,"id_number":"100101195803120216"}'
ANSWER_S = 10.0
"""Time limit for one answer on a loaded machine."""

HOSTILE_BODIES = {
    "empty": b"",
    "noise": bytes(range(256)),
    "latin-1 in a text": b'{"kind":"resident_id","card_assurance":1,"name":"\xe9\xff"}',
    "a cut character": b'{"kind":"resident_id","card_assurance":1,"name":"\xe7\x8e"}',
    "an overlong character": b'{"kind":"resident_id","card_assurance":1,"name":"\xc0\xaf"}',
    "a surrogate in UTF-8": b'{"kind":"resident_id","card_assurance":1,"name":"\xed\xa0\x80"}',
    "a lone high surrogate": b'{"kind":"resident_id","card_assurance":1,"name":"\\ud800 alone"}',
    "a lone low surrogate": b'{"kind":"resident_id","card_assurance":1,"name":"\\udc00 alone"}',
    "UTF-16": IDENTIFIED.decode().encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + IDENTIFIED,
    "nested arrays": b"[" * 60_000,
    "nested objects": b'{"a":' * 10_000,
    "nested in a surplus field": b'{"x":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    "a huge number": b'{"kind":"resident_id","card_assurance":' + b"9" * 50_000 + b"}",
    "a number beyond floats": b'{"kind":"resident_id","card_assurance":1e999}',
    "not a number": b'{"kind":"resident_id","card_assurance":NaN}',
    "a broken number": b'{"kind":"resident_id","card_assurance":1.5}',
    "a truth value": b'{"kind":"resident_id","card_assurance":true}',
    "two documents": IDENTIFIED + IDENTIFIED,
    "bytes after it": IDENTIFIED + b"\x00",
    "NUL before it": b"\x00" + IDENTIFIED,
    "too long": b'{"x":"' + b"a" * MAX_REQUEST_BYTES + b'"}',
}


@pytest.fixture
def signer(sandbox: SandboxProcess) -> HmacSha256Signer:
    """A signer that works like a terminal's."""
    return HmacSha256Signer(sandbox.app_id, "T-0001", sandbox.request_key)


def signed(signer: HmacSha256Signer, path: str, body: bytes) -> dict[str, str]:
    """Sign this request, so that only its body is wrong."""
    unsigned = Unsigned("POST", path, body, int(time.time()), secrets.token_hex(16))
    return {**signer.headers(unsigned), "Content-Type": wire.MEDIA_TYPE}


def post(
    sandbox: SandboxProcess,
    signer: HmacSha256Signer,
    body: bytes,
    path: str = IDENTIFY,
    **headers: str,
) -> requests.Response:
    """Send these bytes with a valid signature; keywords are headers, with ``_`` for ``-``."""
    extra = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.post(
        sandbox.address + path,
        data=body,
        headers={**signed(signer, path, body), **extra},
        verify=str(sandbox.ca_file),
        timeout=ANSWER_S,
    )


def refusal(answer: requests.Response) -> wire.ErrorAnswer:
    """Return the refusal in this answer, decoded by the contract."""
    assert answer.headers["content-type"] == wire.MEDIA_TYPE
    return msgspec.json.decode(answer.content, type=wire.ErrorAnswer)


@pytest.mark.parametrize("name", HOSTILE_BODIES)
def test_hostile_body_is_a_bad_request(
    sandbox: SandboxProcess, signer: HmacSha256Signer, name: str
) -> None:
    answer = post(sandbox, signer, HOSTILE_BODIES[name])
    assert answer.status_code == 400
    assert refusal(answer).code is wire.ErrorCode.BAD_REQUEST


@pytest.mark.parametrize("name", ["latin-1 in a text", "nested in a surplus field", "empty"])
def test_hostile_body_for_the_switches_is_refused(sandbox: SandboxProcess, name: str) -> None:
    answer = requests.post(
        sandbox.address + "/control/switches",
        data=HOSTILE_BODIES[name],
        headers={"X-Control-Token": sandbox.control_token},
        verify=str(sandbox.ca_file),
        timeout=ANSWER_S,
    )
    assert answer.status_code == 400


def test_whole_numbers_may_be_written_as_decimals(
    sandbox: SandboxProcess, signer: HmacSha256Signer
) -> None:
    # In JSON Schema 72.0 and 7.2e1 are the integer 72, so the contract allows them.
    body = b'{"in_service":true,"catalogue_version":72.0,"devices":[]}'
    assert post(sandbox, signer, body, HEARTBEAT).status_code == 200
    body = b'{"in_service":true,"catalogue_version":7.2e1,"devices":[]}'
    assert post(sandbox, signer, body, HEARTBEAT).status_code == 200
    body = b'{"in_service":true,"catalogue_version":72.5,"devices":[]}'
    assert post(sandbox, signer, body, HEARTBEAT).status_code == 400


def test_last_value_of_a_repeated_field_counts(
    sandbox: SandboxProcess, signer: HmacSha256Signer
) -> None:
    body = IDENTIFIED.replace(b'"card_assurance":2', b'"card_assurance":9,"card_assurance":2')
    assert post(sandbox, signer, body).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Content_Type": "text/plain"},
        {"Content_Type": "application/json, text/plain"},
        {"Content_Type": "application/xml"},
        {"Content_Encoding": "gzip"},
        {"Content_Encoding": "br, identity"},
    ],
)
def test_body_that_is_not_plain_json_is_refused(
    sandbox: SandboxProcess, signer: HmacSha256Signer, headers: dict[str, str]
) -> None:
    answer = post(sandbox, signer, IDENTIFIED, **headers)
    assert answer.status_code == 400
    assert refusal(answer).code is wire.ErrorCode.BAD_REQUEST


@pytest.mark.parametrize(
    "headers",
    [
        {"Content_Type": "Application/JSON"},
        {"Content_Type": "application/json; charset=utf-8"},
        {"Content_Encoding": "identity"},
    ],
)
def test_other_spellings_of_plain_json_are_accepted(
    sandbox: SandboxProcess, signer: HmacSha256Signer, headers: dict[str, str]
) -> None:
    assert post(sandbox, signer, IDENTIFIED, **headers).status_code == 200


# -- bytes that an HTTP library would not send ---------------------------------------------------


def raw(sandbox: SandboxProcess, *sent: bytes) -> bytes:
    """Send these bytes over TLS; return everything received until the sandbox closes."""
    peer = urlsplit(sandbox.address)
    context = ssl.create_default_context(cafile=str(sandbox.ca_file))
    with (
        socket.create_connection((peer.hostname, peer.port), ANSWER_S + BODY_S) as plain,
        context.wrap_socket(plain, server_hostname=peer.hostname) as stream,
    ):
        for piece in sent:
            stream.sendall(piece)
        received = b""
        while chunk := stream.recv(65_536):
            received += chunk
        return received


def head(signer: HmacSha256Signer, *lines: bytes, path: bytes = IDENTIFY.encode()) -> bytes:
    """Return a signed request head; these lines replace its headers of the same name."""
    replaced = {line.partition(b":")[0].decode().lower() for line in lines}
    given = [
        f"{name}: {value}".encode()
        for name, value in signed(signer, IDENTIFY, IDENTIFIED).items()
        if name.lower() not in replaced
    ]
    first = [b"POST " + path + b" HTTP/1.1", b"Host: localhost", b"Connection: close"]
    return b"\r\n".join([*first, *given, *lines, b"", b""])


LENGTH = b"Content-Length: %d" % len(IDENTIFIED)


def status(received: bytes) -> int:
    """Return the status of an answer."""
    return int(received.split(b" ", 2)[1])


def test_valid_raw_request_is_accepted(sandbox: SandboxProcess, signer: HmacSha256Signer) -> None:
    assert status(raw(sandbox, head(signer, LENGTH), IDENTIFIED)) == 200


@pytest.mark.parametrize(
    "line",
    [
        b"X-Station-Nonce: \xe9\xe9",
        b"X-Station-Timestamp: " + "１２".encode(),
        b"X-Station-Signature: \xff",
        b"X-Other: a\x00b",
        b"Transfer-Encoding: gzip, chunked",
        b"Transfer-Encoding: \xff",
        b"Content-Length: 1e3",
        b"Content-Type: \xff\xff",
        b"Content-Encoding: \xff",
    ],
    ids=lambda line: ascii(line[:30]),
)
def test_hostile_headers_cause_no_internal_error(
    sandbox: SandboxProcess, signer: HmacSha256Signer, line: bytes
) -> None:
    assert 400 <= status(raw(sandbox, head(signer, line, LENGTH), IDENTIFIED)) < 500


@pytest.mark.parametrize("line", [b"X-Other: \xff\xfe\xe9", b"X-Other: " + b"a" * 30_000])
def test_unknown_headers_are_ignored(
    sandbox: SandboxProcess, signer: HmacSha256Signer, line: bytes
) -> None:
    assert status(raw(sandbox, head(signer, line, LENGTH), IDENTIFIED)) == 200


@pytest.mark.parametrize(
    "path",
    [b"/v1/identify?x=%FF%00", b"/v1/identify?\xff", b"/v1/identify%00", b"/v/%FF%FE", b"*",
     b"/copy/%ED%A0%80/document.pdf", b"//v1/identify", b"/v1/identify?" + b"x" * 30_000],
    ids=lambda path: ascii(path[:30]),
)  # fmt: skip
def test_hostile_paths_cause_no_internal_error(
    sandbox: SandboxProcess, signer: HmacSha256Signer, path: bytes
) -> None:
    assert 400 <= status(raw(sandbox, head(signer, LENGTH, path=path), IDENTIFIED)) < 500


@pytest.mark.parametrize(
    "chunk", [b"zz\r\nxx\r\n", b"-5\r\nxx\r\n", b"ffffffffffffffffffff\r\nxx\r\n"]
)
def test_malformed_chunks_are_a_bad_request(
    sandbox: SandboxProcess, signer: HmacSha256Signer, chunk: bytes
) -> None:
    begun = head(signer, b"Transfer-Encoding: chunked")
    assert status(raw(sandbox, begun, chunk)) == 400


def test_endless_chunks_are_read_only_up_to_the_limit(
    sandbox: SandboxProcess, signer: HmacSha256Signer
) -> None:
    chunk = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    received = raw(sandbox, head(signer, b"Transfer-Encoding: chunked"), chunk, chunk)
    assert status(received) == 400
    assert json.loads(received.partition(b"\r\n\r\n")[2])["code"] == "bad_request"


def test_unfinished_body_is_refused_after_the_time_limit(
    sandbox: SandboxProcess, signer: HmacSha256Signer
) -> None:
    began = time.monotonic()
    received = raw(sandbox, head(signer, LENGTH), IDENTIFIED[:-1])
    assert status(received) == 400
    assert BODY_S - 0.5 <= time.monotonic() - began < ANSWER_S + BODY_S


def test_sandbox_still_serves_afterwards(sandbox: SandboxProcess, signer: HmacSha256Signer) -> None:
    for body in (HOSTILE_BODIES["latin-1 in a text"], HOSTILE_BODIES["nested arrays"]):
        post(sandbox, signer, body)
    assert post(sandbox, signer, IDENTIFIED).status_code == 200
