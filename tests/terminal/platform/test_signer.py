"""The request signature matches vectors made by openssl and reveals no secret."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import pytest

from terminal.platform import wire
from terminal.platform.signer import HmacSha256Signer, Unsigned
from terminal.sandbox.gate import Gate
from terminal.sandbox.refusal import Refusal

KEY = bytes(range(32))
BODY = b'{"kind":"resident_id"}'
NOW = 1_700_000_000


def post(**other: Any) -> Unsigned:
    usual: dict[str, Any] = {
        "method": "POST",
        "path": "/v1/identify",
        "body": BODY,
        "timestamp": NOW,
        "nonce": "00112233445566778899aabbccddeeff",
    }
    return Unsigned(**(usual | other))


def signed(request: Unsigned) -> dict[str, str]:
    return HmacSha256Signer("station-demo", "T-0001", KEY).headers(request)


def test_published_vectors_match() -> None:
    # printf 'STATION-HMAC-SHA256\nPOST\n…' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0001…1f
    headers = signed(post())
    assert headers == {
        "X-Station-App": "station-demo",
        "X-Station-Terminal": "T-0001",
        "X-Station-Timestamp": "1700000000",
        "X-Station-Nonce": "00112233445566778899aabbccddeeff",
        "X-Station-Digest": "97a3d109e0b60d63ea1ebd526f1dbba7ee4c8e87c4fc66a6f6ec10d921010b9d",
        "X-Station-Signature": "6f550725351585706992a11ef3464f1de1c998ae5c6ff656da54921f02f33f0c",
    }
    empty = signed(Unsigned("GET", "/v1/catalogue", b"", NOW, "n1"))
    assert empty[wire.HEADER_DIGEST] == (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
    assert empty[wire.HEADER_SIGNATURE] == (
        "770baa7cc04d7a5956d8d5029726a999061f3a8ce8e71a104ee9047ea195ac7c"
    )


def test_hmac_matches_rfc_4231() -> None:
    # RFC 4231, test case 1.
    digest = hmac.new(b"\x0b" * 20, b"Hi There", hashlib.sha256).hexdigest()
    assert digest == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"


@pytest.mark.parametrize(
    "other",
    [
        {"method": "GET"},
        {"path": "/v1/identify?x=1"},
        {"body": BODY + b" "},
        {"timestamp": NOW + 1},
        {"nonce": "00112233445566778899aabbccddeefe"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_every_part_is_signed(other: dict[str, object]) -> None:
    mine, theirs = signed(post()), signed(post(**other))
    assert mine[wire.HEADER_SIGNATURE] != theirs[wire.HEADER_SIGNATURE]


def test_repr_shows_neither_key_nor_body() -> None:
    signer = HmacSha256Signer("station-demo", "T-0001", KEY)
    assert KEY.hex() not in repr(signer)
    assert repr(KEY) not in repr(signer)
    assert "resident" not in repr(post())
    assert "resident" not in str(signed(post()))


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        HmacSha256Signer("station-demo", "T-0001", KEY[:31])


@pytest.mark.parametrize("wrong", ["", "厦门-1", "a b", "a\n", "x" * 65])
def test_id_that_does_not_fit_into_a_header_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="terminal id"):
        HmacSha256Signer("station-demo", wrong, KEY)
    with pytest.raises(ValueError, match="app id"):
        HmacSha256Signer(wrong, "T-0001", KEY)


# --- the platform's check, written from the same page ---------------------------------------


def admitted(gate: Gate, headers: dict[str, str], now: float = NOW, body: bytes = BODY) -> object:
    answer = gate.admit("POST", "/v1/identify", headers, body, now=now)
    return answer.code if isinstance(answer, Refusal) else answer


def test_gate_admits_a_request_only_once() -> None:
    gate = Gate("station-demo", KEY)
    assert admitted(gate, signed(post())) == "T-0001"
    assert admitted(gate, signed(post())) is wire.ErrorCode.NONCE_REPLAYED
    assert admitted(gate, signed(post(nonce="another"))) == "T-0001"


def test_nonce_is_kept_while_its_timestamp_is_valid() -> None:
    gate = Gate("station-demo", KEY)
    ahead = signed(post(timestamp=NOW + 300))
    assert admitted(gate, ahead) == "T-0001"
    # Ten minutes later, within the window of a timestamp that was five minutes ahead.
    assert admitted(gate, ahead, NOW + 600) is wire.ErrorCode.NONCE_REPLAYED
    assert admitted(gate, ahead, NOW + 601) is wire.ErrorCode.CLOCK_SKEW


@pytest.mark.parametrize(("seconds", "good"), [(300, True), (-300, True), (301, False)])
def test_timestamp_window_is_five_minutes_either_way(seconds: int, good: bool) -> None:
    answer = admitted(Gate("station-demo", KEY), signed(post(timestamp=NOW + seconds)))
    assert answer == ("T-0001" if good else wire.ErrorCode.CLOCK_SKEW)


@pytest.mark.parametrize(
    "name",
    [
        wire.HEADER_APP,
        wire.HEADER_TERMINAL,
        wire.HEADER_TIMESTAMP,
        wire.HEADER_NONCE,
        wire.HEADER_DIGEST,
        wire.HEADER_SIGNATURE,
    ],
)
@pytest.mark.parametrize("value", ["", "x", "\n", "１７"])
def test_changed_header_is_refused(name: str, value: str) -> None:
    gate = Gate("station-demo", KEY)
    headers = signed(post()) | {name: value}
    assert admitted(gate, headers) is wire.ErrorCode.SIGNATURE_REFUSED
    assert admitted(gate, signed(post())) == "T-0001"  # the refused request did not use its nonce


def test_changed_body_is_refused() -> None:
    gate = Gate("station-demo", KEY)
    answer = admitted(gate, signed(post()), body=BODY.replace(b"resident", b"stranger"))
    assert answer is wire.ErrorCode.SIGNATURE_REFUSED
