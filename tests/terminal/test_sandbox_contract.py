"""The sandbox keeps its own contract: random calls drawn from its OpenAPI (short form)."""

from __future__ import annotations

import copy
import secrets
import time
import warnings
from typing import Any
from urllib.parse import urlsplit

import hypothesis
import pytest
import requests
from requests.auth import AuthBase

from terminal.platform import wire
from terminal.platform.signer import HmacSha256Signer, Unsigned
from terminal.sandbox.process import SandboxProcess

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of its own imports
    import schemathesis
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks as of_openapi

CHECKS = [
    not_a_server_error,
    of_openapi.status_code_conformance,
    of_openapi.content_type_conformance,
    of_openapi.response_schema_conformance,
    of_openapi.negative_data_rejection,
]
EXAMPLES = 15
"""For each call; enough to meet every field with wrong types, bounds and surplus fields."""


class Signed(AuthBase):
    """Signs whatever is about to be sent, as a terminal would."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self._signer = HmacSha256Signer(sandbox.app_id, "T-0001", sandbox.request_key)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        body = request.body or b""
        parts = urlsplit(str(request.url))
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        unsigned = Unsigned(
            str(request.method),
            path,
            body.encode() if isinstance(body, str) else body,
            int(time.time()),
            secrets.token_hex(16),
        )
        request.headers.update(self._signer.headers(unsigned))
        return request


@pytest.fixture(scope="module")
def contract(sandbox_process: SandboxProcess) -> dict[str, Any]:
    """The OpenAPI as the sandbox serves it."""
    answer = requests.get(
        f"{sandbox_process.address}/openapi.json", verify=str(sandbox_process.ca_file), timeout=5
    )
    drawn: dict[str, Any] = answer.json()
    return drawn


def test_every_call_is_in_the_contract_and_asks_for_a_signature(contract: dict[str, Any]) -> None:
    assert set(contract["paths"]) == {operation.value for operation in wire.Operation}
    signed = set(contract["components"]["securitySchemes"])
    assert signed == {
        wire.HEADER_APP, wire.HEADER_TERMINAL, wire.HEADER_TIMESTAMP, wire.HEADER_NONCE,
        wire.HEADER_DIGEST, wire.HEADER_SIGNATURE,
    }  # fmt: skip
    for path, calls in contract["paths"].items():
        for call in calls.values():
            needed = {name for each in call["security"] for name in each}
            assert needed == (set() if path == wire.Operation.TIME.value else signed)


def test_no_address_can_hold_personal_data(contract: dict[str, Any]) -> None:
    for path, calls in contract["paths"].items():
        assert "{" not in path
        assert not any(call.get("parameters") for call in calls.values())


@pytest.mark.parametrize("operation", [each.name.lower() for each in wire.Operation])
def test_random_calls_are_answered_by_the_contract(
    contract: dict[str, Any], sandbox: SandboxProcess, operation: str
) -> None:
    # Every request is signed (`Signed`); that unsigned ones are refused has a test of its own.
    unlocked = copy.deepcopy(contract)
    for calls in unlocked["paths"].values():
        for call in calls.values():
            call["security"] = []
    schema = schemathesis.openapi.from_dict(unlocked)
    found = schema.find_operation_by_id(operation)
    session = requests.Session()
    session.trust_env = False
    ca_file = str(sandbox.ca_file)
    statuses: list[int] = []

    def check(case: schemathesis.Case) -> None:
        response = case.call(
            base_url=sandbox.address, session=session, auth=Signed(sandbox), verify=ca_file
        )
        case.validate_response(response, checks=CHECKS)
        statuses.append(response.status_code)

    modes = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]
    for mode in modes if found.body else modes[:1]:
        run = hypothesis.given(found.as_strategy(generation_mode=mode))(check)
        hypothesis.settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(hypothesis.HealthCheck),
        )(run)()
    session.close()
    assert len(statuses) >= (EXAMPLES if found.body else 1)
    assert not any(status >= 500 for status in statuses)
