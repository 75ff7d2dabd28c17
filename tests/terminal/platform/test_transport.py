"""A broken connection to the platform: the right fault, within the time limit, with no leak."""

from __future__ import annotations

import gc
import http.server
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
from terminal.platform.wire import calls
from terminal.sandbox.process import SandboxProcess
from terminal.sandbox.signing import DemoAuthority
from tests.sandbox_fixture import ClientMaker, sample_identity

INSURANCE = "100101-SI-0101"
SHORT = Timeouts(connect_s=5.0, read_s=0.3, total_s=1.5, retry_after_s=(0.01, 0.02))
USUAL = Timeouts(connect_s=5.0, read_s=10.0, total_s=15.0, retry_after_s=(0.01, 0.02))
SLACK_S = 5.0
"""Tolerance for a busy machine, on top of the limit of the call itself."""

Asking = Callable[[PlatformClient], object]
ASKED: dict[str, Asking] = {
    "identify": lambda client: client.identify(sample_identity()),
    "catalogue": lambda client: client.catalogue(),
    "send_code": lambda client: client.send_code("p"),
    "check_code": lambda client: client.check_code("p", "123456"),
    "check_staff": lambda client: client.check_staff("p", INSURANCE, "1001", "2468"),
    "issue": lambda client: client.issue("p", INSURANCE, "k"),
    "copy": lambda client: client.copy("p", "n"),
    "confirm_printed": lambda client: client.confirm_printed("k", "n", Outcome.PRINTED, 1),
    "call_help": lambda client: client.call_help("k", wire.HelpReason.FAULT, "page"),
    "help_answer": lambda client: client.help_answer("k"),
    "notices": lambda client: client.notices(),
    "nearby": lambda client: client.nearby(),
    "heartbeat": lambda client: client.heartbeat(True, 1, ()),
    "time": lambda client: client.time(),
}
REPEATED = {
    "identify", "catalogue", "issue", "copy", "confirm_printed", "call_help", "notices", "nearby",
    "time",
}  # fmt: skip
"""Written apart from the declarations: a repeated ``check_code`` would use up two tries."""


def fault_of(answer: object) -> Fault:
    fault = answer.fault if isinstance(answer, CodeRefused) else answer
    assert isinstance(fault, Fault), answer
    return fault


def test_list_contains_every_call_of_the_contract() -> None:
    assert set(ASKED) == {call.name for call in wire.CALLS}


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
def test_faulty_platform_is_a_fault_within_the_time_limit(
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


def test_endless_answer_is_read_only_up_to_the_limit(
    client: PlatformClient, sandbox: SandboxProcess
) -> None:
    sandbox.control(fault="huge")  # 64 MB of white space
    assert "above 8388608 bytes" in fault_of(client.catalogue()).detail


@pytest.mark.parametrize("operation", ASKED)
def test_slow_platform_times_out_without_a_retry(
    new_client: ClientMaker, sandbox: SandboxProcess, operation: str
) -> None:
    client = new_client(timeouts=SHORT)
    sandbox.control(slow_s=10.0)
    began = time.monotonic()
    answer = fault_of(ASKED[operation](client))
    assert time.monotonic() - began < SHORT.read_s + SLACK_S
    assert answer.same_as(faults.TIMED_OUT), answer
    assert sandbox.counts()[operation] == 1


def test_slightly_slow_platform_is_accepted(
    client: PlatformClient, sandbox: SandboxProcess
) -> None:
    sandbox.control(slow_s=0.7)
    began = time.monotonic()
    assert isinstance(client.catalogue(), SignedCatalogue)
    assert time.monotonic() - began >= 0.7


@pytest.mark.parametrize("switch", ["absent", "truncated", "error_503"])
def test_idempotent_call_survives_two_failures(
    client: PlatformClient, sandbox: SandboxProcess, switch: str
) -> None:
    identified = client.identify(sample_identity())
    assert isinstance(identified, wire.Identified)
    sandbox.control(fault=switch, times=2, quota=1)
    issued = client.issue(identified.person, INSURANCE, "key-1")
    assert isinstance(issued, wire.Issued), issued
    assert sandbox.counts()["issue"] == 3
    # A lost answer is fetched again without a new document: a quota of one is enough.
    assert client.issue(identified.person, INSURANCE, "key-1") == issued


def test_no_retry_starts_that_cannot_end_in_time(
    new_client: ClientMaker, sandbox: SandboxProcess
) -> None:
    client = new_client(timeouts=Timeouts(total_s=20.0, retry_after_s=(0.01, 60.0)))
    sandbox.control(fault="absent")
    began = time.monotonic()
    assert fault_of(client.catalogue()).same_as(faults.UNREACHABLE)
    assert time.monotonic() - began < 20.0
    assert sandbox.counts()["catalogue"] == 2


def test_switch_can_be_limited_to_some_calls(
    client: PlatformClient, sandbox: SandboxProcess
) -> None:
    sandbox.control(fault="error_500", only=["catalogue"])
    assert isinstance(client.identify(sample_identity()), wire.Identified)
    assert fault_of(client.catalogue()).same_as(faults.SERVER_ERROR)


def test_code_check_is_never_retried_automatically(
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
    assert answer.tries_left == 1  # two tries count: the lost one and this one


# --- no platform -------------------------------------------------------------------------------


def test_refused_connection_is_unreachable(new_client: ClientMaker) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    began = time.monotonic()
    fault = fault_of(new_client(f"https://127.0.0.1:{port}").catalogue())
    assert fault.same_as(faults.UNREACHABLE)
    assert time.monotonic() - began < SLACK_S


def test_silent_peer_times_out(new_client: ClientMaker) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
        client = new_client(f"https://127.0.0.1:{port}", timeouts=SHORT)
        began = time.monotonic()
        assert fault_of(client.heartbeat(True, 1, ())).same_as(faults.TIMED_OUT)
        assert time.monotonic() - began < SHORT.total_s + SLACK_S


def test_peer_without_tls_is_refused(new_client: ClientMaker) -> None:
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


def test_peer_without_http_is_garbage(new_client: ClientMaker, tmp_path: Path) -> None:
    authority = DemoAuthority.create(tmp_path / "authority")
    pair = authority.issue_server_certificate(["127.0.0.1"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def answer() -> None:
            raw, _ = listener.accept()
            with context.wrap_socket(raw, server_side=True) as peer:
                asked = b""
                while not asked.endswith(b"}"):  # unread bytes would reset the connection
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
    """A platform with a valid certificate that sends its *headers* one byte at a time."""
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


def test_slow_headers_do_not_block_a_worker(
    new_client: ClientMaker, dripping: tuple[str, Path]
) -> None:
    address, anchor = dripping
    client = new_client(address, ca_file=anchor, timeouts=SHORT)
    began = time.monotonic()
    assert fault_of(client.catalogue()).same_as(faults.TIMED_OUT)
    assert time.monotonic() - began < SHORT.total_s + SLACK_S


# --- trusted certificates ------------------------------------------------------------------------


def test_certificate_of_another_ca_is_refused(new_client: ClientMaker, tmp_path: Path) -> None:
    stranger = DemoAuthority.create(tmp_path / "stranger")
    fault = fault_of(new_client(ca_file=stranger.tls_anchor).identify(sample_identity()))
    assert fault.same_as(faults.TLS_REFUSED), fault


def test_document_anchor_is_not_trusted_for_tls(
    new_client: ClientMaker, sandbox: SandboxProcess
) -> None:
    fault = fault_of(new_client(ca_file=sandbox.anchors).catalogue())
    assert fault.same_as(faults.TLS_REFUSED), fault


def test_certificate_for_another_name_is_refused(
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
def test_unusable_ca_file_is_a_fault(
    new_client: ClientMaker, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    assert fault_of(new_client(ca_file=path).catalogue()).same_as(faults.TLS_REFUSED)


def test_environment_is_ignored(
    client: PlatformClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "missing.pem"))
    assert isinstance(client.catalogue(), SignedCatalogue)


# --- requests ------------------------------------------------------------------------------------


def raw_post(sandbox: SandboxProcess, headers: dict[str, str], body: bytes) -> requests.Response:
    return requests.post(
        sandbox.address + calls.IDENTIFY.path,
        data=body,
        headers=headers | {"Content-Type": "application/json"},
        verify=str(sandbox.ca_file),
        timeout=5,
    )


def test_intercepted_request_cannot_be_replayed(sandbox: SandboxProcess) -> None:
    body = b'{"kind":"resident_id","card_assurance":2,"id_number":"100101195803120216"}'
    signer = HmacSha256Signer(sandbox.app_id, "T-0001", sandbox.request_key)
    path = calls.IDENTIFY.path
    headers = signer.headers(Unsigned("POST", path, body, int(time.time()), "nonce-1"))
    assert raw_post(sandbox, headers, body).status_code == 200
    replayed = raw_post(sandbox, headers, body)
    assert (replayed.status_code, replayed.json()["code"]) == (401, "nonce_replayed")
    changed = raw_post(sandbox, headers, body.replace(b"0216", b"0217"))
    assert (changed.status_code, changed.json()["code"]) == (401, "signature_refused")
    assert (unsigned := raw_post(sandbox, {}, body)).status_code == 401
    assert unsigned.json()["code"] == "signature_refused"


def test_oversized_request_is_not_read(sandbox: SandboxProcess) -> None:
    body = b" " * (64 * 1024 + 1)
    signer = HmacSha256Signer(sandbox.app_id, "T-0001", sandbox.request_key)
    path = calls.IDENTIFY.path
    headers = signer.headers(Unsigned("POST", path, body, int(time.time()), "nonce-1"))
    refused = raw_post(sandbox, headers, body)
    assert (refused.status_code, refused.json()["message"]) == (400, "above 65536 bytes")


def test_no_personal_data_is_logged_or_shown(
    client: PlatformClient, sandbox: SandboxProcess, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answers: list[object] = []
    for fault in ("none", "garbage", "truncated", "wrong_types", "error_500"):
        sandbox.control(fault=fault)
        answers.append(client.identify(sample_identity(card_number="A10010011")))
    shown = caplog.text + repr(answers)
    assert "/v1/identify" in caplog.text  # the library does log, so a leak would be visible
    for personal in ("王建明", "100101195803120216", "A10010011", sandbox.request_key.hex()):
        assert personal not in shown


def test_threads_do_not_share_a_connection(client: PlatformClient) -> None:
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


class Heartbeats(http.server.BaseHTTPRequestHandler):
    """Answers heartbeats, and notes each connection."""

    protocol_version = "HTTP/1.1"
    connections: list[object]

    def setup(self) -> None:
        super().setup()
        self.connections.append(self.client_address)

    def do_POST(self) -> None:  # http.server requires this name
        self.rfile.read(int(self.headers["Content-Length"]))
        answer = b'{"server_time": 1, "catalogue_version": 1, "closed_items": []}'
        self.send_response(200)
        self.send_header("Content-Type", wire.MEDIA_TYPE)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_arguments: object) -> None:
        """Write nothing."""


def test_next_request_uses_the_same_connection_on_another_thread(
    new_client: ClientMaker, tmp_path: Path
) -> None:
    class Handler(Heartbeats):
        connections: list[object] = []

    authority = DemoAuthority.create(tmp_path / "authority")
    pair = authority.issue_server_certificate(["127.0.0.1"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    answers: list[object] = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        client = new_client(f"https://127.0.0.1:{server.server_port}", ca_file=authority.tls_anchor)
        for _ in range(3):
            thread = threading.Thread(target=lambda: answers.append(client.heartbeat(True, 1, ())))
            thread.start()
            thread.join()
        client.close()
        server.shutdown()
        serving.join()
    assert [type(answer) for answer in answers] == [wire.HeartbeatAnswer] * 3
    assert len(Handler.connections) == 1


def test_ended_threads_leave_no_open_connection(client: PlatformClient) -> None:
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
