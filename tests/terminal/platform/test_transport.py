"""The way to the platform when it is broken: the right fault, in bounded time, nothing leaked."""

from __future__ import annotations

import gc
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests

from devices.health import Fault
from printing.outcome import Outcome
from terminal.platform import faults, wire
from terminal.platform.client import CodeRefused, PlatformClient, SignedCatalogue, Timeouts
from terminal.platform.signer import HmacSha256Signer, Unsigned
from terminal.sandbox.process import SandboxProcess
from terminal.sandbox.signing import DemoAuthority
from tests.sandbox_fixture import ClientMaker, sample_identity

INSURANCE = "100101-SI-0101"
SHORT = Timeouts(connect_s=5.0, read_s=0.3, total_s=1.5, retry_after_s=(0.01, 0.02))
USUAL = Timeouts(connect_s=5.0, read_s=10.0, total_s=15.0, retry_after_s=(0.01, 0.02))
SLACK_S = 5.0
"""For a busy machine, above the time that a call may take by itself."""

Asking = Callable[[PlatformClient], object]
ASKED: dict[str, Asking] = {
    "identify": lambda client: client.identify(sample_identity()),
    "catalogue": lambda client: client.catalogue(),
    "send_code": lambda client: client.send_code("p"),
    "check_code": lambda client: client.check_code("p", "123456"),
    "check_staff": lambda client: client.check_staff("p", INSURANCE, "1001", "2468"),
    "issue": lambda client: client.issue("p", INSURANCE, "k"),
    "confirm_printed": lambda client: client.confirm_printed("k", "n", Outcome.PRINTED, 1),
    "call_help": lambda client: client.call_help("k", wire.HelpReason.FAULT, "page"),
    "heartbeat": lambda client: client.heartbeat(True, 1, ()),
    "time": lambda client: client.time(),
}
REPEATED = {"identify", "catalogue", "issue", "confirm_printed", "call_help", "time"}


def fault_of(answer: object) -> Fault:
    fault = answer.fault if isinstance(answer, CodeRefused) else answer
    assert isinstance(fault, Fault), answer
    return fault


# --- every switch, every call -----------------------------------------------------------------


@pytest.mark.parametrize("operation", ASKED)
@pytest.mark.parametrize(
    ("switch", "fault"),
    [
        ("garbage", faults.GARBAGE),
        ("content_type", faults.GARBAGE),
        ("wrong_types", faults.GARBAGE),
        ("redirect", faults.GARBAGE),
        ("huge", faults.GARBAGE),
        ("truncated", faults.UNREACHABLE),
        ("absent", faults.UNREACHABLE),
        ("error_500", faults.SERVER_ERROR),
        ("error_503", faults.SERVER_ERROR),
        ("drip", faults.TIMED_OUT),
    ],
)
def test_a_broken_platform_is_a_fault_in_bounded_time(
    new_client: ClientMaker, sandbox: SandboxProcess, switch: str, fault: Fault, operation: str
) -> None:
    timeouts = SHORT if switch == "drip" else USUAL
    client = new_client(timeouts=timeouts)
    sandbox.control(fault=switch)
    began = time.monotonic()
    answer = fault_of(ASKED[operation](client))
    assert time.monotonic() - began < timeouts.total_s + SLACK_S
    assert answer.same_as(fault), answer
    repeats = operation in REPEATED and switch in ("truncated", "absent", "error_503")
    assert sandbox.counts()[operation] == (3 if repeats else 1)


def test_an_answer_without_end_is_not_read_to_its_end(
    client: PlatformClient, sandbox: SandboxProcess
) -> None:
    sandbox.control(fault="huge")  # 64 MB of white space, which no decoder would take either
    assert "above 8388608 bytes" in fault_of(client.catalogue()).detail


@pytest.mark.parametrize("operation", ASKED)
def test_a_slow_platform_times_out_and_is_asked_once(
    new_client: ClientMaker, sandbox: SandboxProcess, operation: str
) -> None:
    client = new_client(timeouts=SHORT)
    sandbox.control(slow_s=10.0)
    began = time.monotonic()
    answer = fault_of(ASKED[operation](client))
    assert time.monotonic() - began < SHORT.read_s + SLACK_S
    assert answer.same_as(faults.TIMED_OUT), answer
    assert sandbox.counts()[operation] == 1


def test_a_platform_that_is_slow_but_not_too_slow_serves(
    client: PlatformClient, sandbox: SandboxProcess
) -> None:
    sandbox.control(slow_s=0.7)
    began = time.monotonic()
    assert isinstance(client.catalogue(), SignedCatalogue)
    assert time.monotonic() - began >= 0.7


@pytest.mark.parametrize("switch", ["absent", "truncated", "error_503"])
def test_what_may_be_repeated_survives_two_failures(
    client: PlatformClient, sandbox: SandboxProcess, switch: str
) -> None:
    identified = client.identify(sample_identity())
    assert isinstance(identified, wire.Identified)
    sandbox.control(fault=switch, times=2, quota=1)
    issued = client.issue(identified.person, INSURANCE, "key-1")
    assert isinstance(issued, wire.Issued), issued
    assert sandbox.counts()["issue"] == 3
    # A lost answer is fetched again, not issued again: the quota of one was enough.
    assert client.issue(identified.person, INSURANCE, "key-1") == issued


def test_no_repeat_begins_that_could_not_end_in_time(
    new_client: ClientMaker, sandbox: SandboxProcess
) -> None:
    client = new_client(timeouts=Timeouts(total_s=20.0, retry_after_s=(0.01, 60.0)))
    sandbox.control(fault="absent")
    began = time.monotonic()
    assert fault_of(client.catalogue()).same_as(faults.UNREACHABLE)
    assert time.monotonic() - began < 20.0
    assert sandbox.counts()["catalogue"] == 2


def test_a_switch_can_be_for_some_calls_only(
    client: PlatformClient, sandbox: SandboxProcess
) -> None:
    sandbox.control(fault="error_500", only=["catalogue"])
    assert isinstance(client.identify(sample_identity()), wire.Identified)
    assert fault_of(client.catalogue()).same_as(faults.SERVER_ERROR)


def test_a_code_is_never_tried_twice_by_itself(
    client: PlatformClient, sandbox: SandboxProcess
) -> None:
    identified = client.identify(sample_identity())
    assert isinstance(identified, wire.Identified)
    client.send_code(identified.person)
    sandbox.control(fault="truncated", times=1)
    wrong = f"{(int(sandbox.codes()[-1].code) + 1) % 1_000_000:06d}"
    assert fault_of(client.check_code(identified.person, wrong)).same_as(faults.UNREACHABLE)
    answer = client.check_code(identified.person, wrong)
    assert isinstance(answer, CodeRefused)
    assert answer.tries_left == 1  # two were seen: the lost one, and this one


# --- no platform at all ------------------------------------------------------------------------


def test_nobody_listens(new_client: ClientMaker) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    began = time.monotonic()
    fault = fault_of(new_client(f"https://127.0.0.1:{port}").catalogue())
    assert fault.same_as(faults.UNREACHABLE)
    assert time.monotonic() - began < SLACK_S


def test_somebody_accepts_and_says_nothing(new_client: ClientMaker) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
        client = new_client(f"https://127.0.0.1:{port}", timeouts=SHORT)
        began = time.monotonic()
        assert fault_of(client.heartbeat(True, 1, ())).same_as(faults.TIMED_OUT)
        assert time.monotonic() - began < SHORT.total_s + SLACK_S


def test_something_else_listens(new_client: ClientMaker) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def answer() -> None:
            peer, _ = listener.accept()
            with peer:
                peer.recv(4096)
                peer.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        client = new_client(f"https://127.0.0.1:{listener.getsockname()[1]}", timeouts=SHORT)
        assert fault_of(client.heartbeat(True, 1, ())).same_as(faults.TLS_REFUSED)
        thread.join()


def test_a_peer_that_does_not_speak_http_is_garbage(
    new_client: ClientMaker, tmp_path: Path
) -> None:
    authority = DemoAuthority.create(tmp_path / "authority")
    pair = authority.issue_server_certificate(["127.0.0.1"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def answer() -> None:
            raw, _ = listener.accept()
            with context.wrap_socket(raw, server_side=True) as peer:
                asked = b""
                while not asked.endswith(b"}"):  # what is left unread would reset the connection
                    asked += peer.recv(4096)
                peer.sendall(b"+OK POP3 ready\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        client = new_client(
            f"https://127.0.0.1:{listener.getsockname()[1]}", ca_file=authority.tls_anchor
        )
        assert fault_of(client.heartbeat(True, 1, ())).same_as(faults.GARBAGE)
        thread.join()


@pytest.fixture
def dripping(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A platform with the right certificate that sends its *headers* a byte at a time."""
    authority = DemoAuthority.create(tmp_path / "authority")
    pair = authority.issue_server_certificate(["127.0.0.1"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    done = threading.Event()
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def drip() -> None:
            raw, _ = listener.accept()
            try:
                with context.wrap_socket(raw, server_side=True) as peer:
                    peer.recv(4096)
                    for byte in b"HTTP/1.1 200 OK\r\nX-Filler: " + b"a" * 4096:
                        peer.sendall(bytes([byte]))
                        if done.wait(0.1):
                            return
            except OSError:
                return

        thread = threading.Thread(target=drip)
        thread.start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}", authority.tls_anchor
        done.set()
        thread.join()


def test_headers_that_trickle_do_not_hold_a_worker(
    new_client: ClientMaker, dripping: tuple[str, Path]
) -> None:
    address, anchor = dripping
    client = new_client(address, ca_file=anchor, timeouts=SHORT)
    began = time.monotonic()
    assert fault_of(client.catalogue()).same_as(faults.TIMED_OUT)
    assert time.monotonic() - began < SHORT.total_s + SLACK_S


# --- whom the client trusts ----------------------------------------------------------------------


def test_another_ca_is_refused(new_client: ClientMaker, tmp_path: Path) -> None:
    stranger = DemoAuthority.create(tmp_path / "stranger")
    fault = fault_of(new_client(ca_file=stranger.tls_anchor).identify(sample_identity()))
    assert fault.same_as(faults.TLS_REFUSED), fault


def test_the_anchor_of_documents_is_none_for_tls(
    new_client: ClientMaker, sandbox: SandboxProcess
) -> None:
    fault = fault_of(new_client(ca_file=sandbox.anchors).catalogue())
    assert fault.same_as(faults.TLS_REFUSED), fault


def test_a_certificate_for_another_name_is_refused(
    new_client: ClientMaker, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    authority = DemoAuthority.create(tmp_path / "authority")
    pair = authority.issue_server_certificate(["platform.invalid"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def greet() -> None:
            raw, _ = listener.accept()
            with raw:
                try:
                    context.wrap_socket(raw, server_side=True).close()
                except OSError:
                    return

        thread = threading.Thread(target=greet)
        thread.start()
        client = new_client(
            f"https://127.0.0.1:{listener.getsockname()[1]}", ca_file=authority.tls_anchor
        )
        assert fault_of(client.heartbeat(True, 1, ())).same_as(faults.TLS_REFUSED)
        thread.join()


@pytest.mark.parametrize("content", [None, b"not a certificate"])
def test_a_ca_file_that_cannot_be_used_is_a_fault(
    new_client: ClientMaker, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    assert fault_of(new_client(ca_file=path).catalogue()).same_as(faults.TLS_REFUSED)


def test_the_environment_changes_nothing(
    client: PlatformClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "missing.pem"))
    assert isinstance(client.catalogue(), SignedCatalogue)


# --- what is sent --------------------------------------------------------------------------------


def raw_post(sandbox: SandboxProcess, headers: dict[str, str], body: bytes) -> requests.Response:
    return requests.post(
        sandbox.address + wire.Operation.IDENTIFY.value,
        data=body,
        headers=headers | {"Content-Type": "application/json"},
        verify=str(sandbox.ca_file),
        timeout=5,
    )


def test_a_request_caught_on_its_way_serves_nobody(sandbox: SandboxProcess) -> None:
    body = b'{"kind":"resident_id","card_assurance":2,"id_number":"100101195803120216"}'
    signer = HmacSha256Signer(sandbox.app_id, "T-0001", sandbox.request_key)
    path = wire.Operation.IDENTIFY.value
    headers = signer.headers(Unsigned("POST", path, body, int(time.time()), "nonce-1"))
    assert raw_post(sandbox, headers, body).status_code == 200
    replayed = raw_post(sandbox, headers, body)
    assert (replayed.status_code, replayed.json()["code"]) == (401, "nonce_replayed")
    changed = raw_post(sandbox, headers, body.replace(b"0216", b"0217"))
    assert (changed.status_code, changed.json()["code"]) == (401, "signature_refused")
    assert (unsigned := raw_post(sandbox, {}, body)).status_code == 401
    assert unsigned.json()["code"] == "signature_refused"


def test_a_request_beyond_all_bounds_is_not_read(sandbox: SandboxProcess) -> None:
    body = b" " * (64 * 1024 + 1)
    signer = HmacSha256Signer(sandbox.app_id, "T-0001", sandbox.request_key)
    path = wire.Operation.IDENTIFY.value
    headers = signer.headers(Unsigned("POST", path, body, int(time.time()), "nonce-1"))
    refused = raw_post(sandbox, headers, body)
    assert (refused.status_code, refused.json()["message"]) == (400, "above 65536 bytes")


def test_nothing_personal_is_logged_or_told(
    client: PlatformClient, sandbox: SandboxProcess, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answers: list[object] = []
    for fault in ("none", "garbage", "truncated", "wrong_types", "error_500"):
        sandbox.control(fault=fault)
        answers.append(client.identify(sample_identity(card_number="A10010011")))
    told = caplog.text + repr(answers)
    assert "/v1/identify" in caplog.text  # the library does log, so there was a chance to leak
    for personal in ("王建明", "100101195803120216", "A10010011", sandbox.request_key.hex()):
        assert personal not in told


def test_workers_do_not_share_a_connection(client: PlatformClient) -> None:
    answers: list[object] = []
    started = threading.Barrier(4)

    def ask() -> None:
        started.wait()
        answers.extend(client.identify(sample_identity()) for _ in range(5))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({answer.person for answer in answers if isinstance(answer, wire.Identified)}) == 20


def test_threads_that_come_and_go_leave_no_connection(client: PlatformClient) -> None:
    def ask() -> None:
        assert isinstance(client.catalogue(), SignedCatalogue)

    def in_a_thread() -> int:
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
        gc.collect()
        return len(list(Path("/proc/self/fd").iterdir()))

    in_a_thread()
    before = in_a_thread()
    assert [in_a_thread() for _ in range(5)][-1] <= before
