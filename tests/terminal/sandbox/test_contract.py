"""The sandbox follows its contract for random valid and invalid calls from its OpenAPI document."""

from __future__ import annotations

import copy
import json
import secrets
import time
import warnings
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

import hypothesis
import jsonschema_rs
import pytest
import requests
from hypothesis import strategies as st
from requests.auth import AuthBase

from terminal.platform import wire
from terminal.platform.signer import HmacSha256Signer, Unsigned
from terminal.platform.wire import calls
from terminal.sandbox.process import SandboxProcess

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # warnings from its own imports
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
"""Examples per call; enough to try every field with wrong types, limits and surplus fields."""


class Signed(AuthBase):
    """Signs every request as a terminal would."""

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
    """Return the OpenAPI document that the sandbox serves."""
    answer = requests.get(
        f"{sandbox_process.address}/openapi.json", verify=str(sandbox_process.ca_file), timeout=5
    )
    drawn: dict[str, Any] = answer.json()
    return drawn


def test_contract_contains_every_call_with_its_signature(contract: dict[str, Any]) -> None:
    assert set(contract["paths"]) == {call.path for call in wire.CALLS}
    signed = set(contract["components"]["securitySchemes"])
    assert signed == {
        wire.HEADER_APP, wire.HEADER_TERMINAL, wire.HEADER_TIMESTAMP, wire.HEADER_NONCE,
        wire.HEADER_DIGEST, wire.HEADER_SIGNATURE,
    }  # fmt: skip
    for path, methods in contract["paths"].items():
        for call in methods.values():
            needed = {name for each in call["security"] for name in each}
            assert needed == (set() if path == calls.TIME.path else signed)


def test_no_path_can_contain_personal_data(contract: dict[str, Any]) -> None:
    for path, methods in contract["paths"].items():
        assert "{" not in path
        assert not any(call.get("parameters") for call in methods.values())


def _unlocked(contract: dict[str, Any]) -> dict[str, Any]:
    """Return the contract without signatures: `Signed` adds them to every request of these
    tests, and unsigned requests have their own test."""
    unlocked = copy.deepcopy(contract)
    for methods in unlocked["paths"].values():
        for call in methods.values():
            call["security"] = []
    return unlocked


@pytest.mark.parametrize("operation", [call.name for call in wire.CALLS])
def test_random_calls_are_answered_according_to_the_contract(
    contract: dict[str, Any], sandbox: SandboxProcess, operation: str
) -> None:
    schema = schemathesis.openapi.from_dict(_unlocked(contract))
    found = schema.find_operation_by_id(operation)
    session = requests.Session()
    session.trust_env = False
    ca_file = str(sandbox.ca_file)
    statuses: list[int] = []

    def check(case: schemathesis.Case[Any]) -> None:
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


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=70)
    | st.sampled_from(["", "X", "\x00", "1", "a\n", 0, 1.0, 2.0, 3, 72.0, 2**70]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2)
    ),
    max_leaves=4,
)
"""Any JSON, mostly small, with values on which a schema and a server often disagree."""
COMPARED = 60
"""Valid bodies for each call."""


@st.composite
def nearly_right(draw: st.DrawFn, bodies: st.SearchStrategy[Any]) -> Any:
    """Return a valid body with up to two changes: a changed, added or removed field."""
    body = copy.deepcopy(draw(bodies))
    for _ in range(draw(st.integers(0, 2))):
        place = body
        while inner := [each for each in _inside(place) if each]:
            if not draw(st.booleans()):
                break
            place = draw(st.sampled_from(inner))
        _change(draw, place)
    return body


def _inside(value: Any) -> list[Any]:
    held = value.values() if isinstance(value, dict) else value
    return [each for each in held if isinstance(each, dict | list)]


def _change(draw: st.DrawFn, place: Any) -> None:
    keys = list(place) if isinstance(place, dict) else list(range(len(place)))
    key = draw(st.sampled_from(keys)) if keys else None
    match draw(st.sampled_from(["replace", "remove", "add", "as float"])):
        case "replace" if key is not None:
            place[key] = draw(JSON_VALUES)
        case "remove" if key is not None:
            del place[key]
        case "as float" if key is not None and type(place[key]) is int:
            place[key] = float(place[key])
        case _ if isinstance(place, dict):
            place[draw(st.text(max_size=8))] = draw(JSON_VALUES)
        case _:
            place.append(draw(JSON_VALUES))


@pytest.mark.parametrize(
    "operation",
    [call.name for call in wire.CALLS if call.request is not None],
)
def test_server_accepts_exactly_the_described_bodies(
    contract: dict[str, Any], sandbox: SandboxProcess, operation: str
) -> None:
    described = next(
        call
        for methods in contract["paths"].values()
        for call in methods.values()
        if call["operationId"] == operation
    )["requestBody"]["content"][wire.MEDIA_TYPE]["schema"]
    whole = {**described, "components": contract["components"]}
    fits = jsonschema_rs.Draft202012Validator(whole).is_valid
    session = requests.Session()
    session.trust_env = False
    verdicts: Counter[bool] = Counter()
    found = schemathesis.openapi.from_dict(_unlocked(contract)).find_operation_by_id(operation)
    bodies = found.as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE)

    @hypothesis.given(nearly_right(bodies.map(lambda case: case.body)))
    @hypothesis.settings(
        max_examples=COMPARED, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip
    def compare(body: Any) -> None:
        (path,) = (call.path for call in wire.CALLS if call.name == operation)
        answer = session.post(
            sandbox.address + path,
            data=json.dumps(body).encode(),
            headers={"Content-Type": wire.MEDIA_TYPE},
            auth=Signed(sandbox),
            verify=str(sandbox.ca_file),
            timeout=10,
        )
        assert answer.status_code < 500
        accepted = answer.status_code != 400
        verdicts[accepted] += 1
        assert accepted == fits(body), f"{answer.status_code} {answer.text}: {body!r}"

    compare()
    session.close()
    assert verdicts[True] >= COMPARED // 10
    assert verdicts[False] >= COMPARED // 10


RIGHT = {"kind": "resident_id", "card_assurance": 2, "id_number": "100101195803120216"}


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        ({}, True),
        ({"card_assurance": 1.0}, True),
        ({"card_assurance": 3}, False),
        ({"card_assurance": 0}, False),
        ({"id_number": None}, False),
        ({"id_number": None, "card_number": "A10010011"}, True),
        ({"card_number": None}, True),
        ({"card_number": ""}, False),
        ({"surplus": 1}, False),
    ],
)
def test_contract_states_what_identify_requires(
    contract: dict[str, Any], sandbox: SandboxProcess, change: dict[str, Any], fits: bool
) -> None:
    schema = {"$ref": "#/components/schemas/Identify", "components": contract["components"]}
    body = RIGHT | change
    assert jsonschema_rs.Draft202012Validator(schema).is_valid(body) is fits
    answer = requests.post(
        sandbox.address + calls.IDENTIFY.path,
        data=json.dumps(body).encode(),
        headers={"Content-Type": wire.MEDIA_TYPE},
        auth=Signed(sandbox),
        verify=str(sandbox.ca_file),
        timeout=10,
    )
    assert (answer.status_code != 400) is fits
