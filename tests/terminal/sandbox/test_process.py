"""The sandbox as a child process: ready quickly, keys private, ends with its parent."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from terminal.platform.client import ClockReading, PlatformClient
from terminal.sandbox.process import SandboxProcess
from terminal.sandbox.state import State

pytestmark = pytest.mark.process


ROOT = Path(__file__).parents[3]
WARM_LIMIT_S = 60.0
"""The warm-up takes a second on an idle machine, and more than 4 s on a loaded one."""


def until(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Return whether the condition became true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        threading.Event().wait(0.02)
    return True


def gone(pid: int) -> bool:
    """Whether the process has ended (it may still be a zombie)."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text("ascii")
    except FileNotFoundError:
        return True
    return status.rpartition(")")[2].split()[0] in "ZX"


def client_of(sandbox: SandboxProcess) -> PlatformClient:
    return PlatformClient(
        sandbox.address,
        ca_file=sandbox.ca_file,
        app_id=sandbox.app_id,
        request_key=sandbox.request_key,
        terminal_id="T-0001",
        catalogue_key=sandbox.catalogue_key,
    )


def test_start_does_not_wait_and_stop_is_final(tmp_path: Path) -> None:
    directory = tmp_path / "state"
    directory.mkdir()
    sandbox = SandboxProcess(directory)
    with (directory / "lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # while locked, no sandbox becomes ready here
        sandbox.start()
        assert sandbox.running
        assert sandbox.failure is None
    sandbox.wait()
    assert sandbox.failure is None
    client = client_of(sandbox)
    assert isinstance(client.time(), ClockReading)
    client.close()
    pid = sandbox.pid
    assert pid is not None
    sandbox.stop()
    sandbox.stop()
    assert gone(pid)
    assert not sandbox.running


def test_sandbox_listens_before_it_warms_up(tmp_path: Path) -> None:
    with SandboxProcess(tmp_path / "state") as sandbox:
        assert sandbox.wait_until_warm(WARM_LIMIT_S)
        assert sandbox.counts() == {}  # the warm-up is not counted as a request


def test_keys_are_private_and_kept(tmp_path: Path) -> None:
    directory = tmp_path / "state"
    kept = []
    for _ in range(2):
        with SandboxProcess(directory) as sandbox:
            kept.append(
                (
                    sandbox.request_key,
                    sandbox.catalogue_key,
                    sandbox.ca_file.read_bytes(),
                    sandbox.anchors.read_bytes(),
                )
            )
    assert kept[0] == kept[1]
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    secret = [path for path in directory.rglob("*") if path.suffix in (".key", ".token")]
    assert len(secret) >= 6
    for path in secret:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_each_directory_has_its_own_authority(
    tmp_path: Path, sandbox_process: SandboxProcess
) -> None:
    with SandboxProcess(tmp_path / "state") as other:
        assert other.request_key != sandbox_process.request_key
        assert other.anchors.read_bytes() != sandbox_process.anchors.read_bytes()
        assert other.catalogue_key != sandbox_process.catalogue_key


def test_two_sandboxes_may_start_on_one_directory(tmp_path: Path) -> None:
    pair = [SandboxProcess(tmp_path / "state") for _ in range(2)]
    try:
        for each in pair:
            each.start()
        for each in pair:
            each.wait()
            client = client_of(each)
            assert isinstance(client.time(), ClockReading)
            client.close()
        assert pair[0].address != pair[1].address
    finally:
        for each in pair:
            each.stop()


def test_incomplete_authority_is_created_again(tmp_path: Path) -> None:
    directory = tmp_path / "state"
    with SandboxProcess(directory) as sandbox:
        sandbox.anchors.unlink()
    with SandboxProcess(directory) as sandbox:
        client = client_of(sandbox)
        assert isinstance(client.time(), ClockReading)
        client.close()


@pytest.mark.parametrize("left", ["", "ab12\n", "no hexadecimal\n"])
@pytest.mark.parametrize("name", ["request.key", "catalogue.key", "control.token"])
def test_incomplete_secret_is_created_again(tmp_path: Path, name: str, left: str) -> None:
    """The process that created it was killed before writing the secret."""
    directory = tmp_path / "state"
    directory.mkdir()
    (directory / name).write_text(left)
    state = State(directory, "https://127.0.0.1:1")
    made = (directory / name).read_text().strip()
    assert len(bytes.fromhex(made)) == 32
    assert stat.S_IMODE((directory / name).stat().st_mode) == 0o600
    again = State(directory, "https://127.0.0.1:1")
    assert (again.request_key, again.catalogue_key, again.control_token) == (
        state.request_key, state.catalogue_key, state.control_token,
    )  # fmt: skip


def test_used_port_is_reported(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        sandbox = SandboxProcess(tmp_path / "state", port=listener.getsockname()[1])
        sandbox.start()
        with pytest.raises(RuntimeError, match=r"cannot listen on 127\.0\.0\.1:.*in use"):
            sandbox.wait()
        assert "in use" in str(sandbox.failure)
        sandbox.stop()


def test_sandbox_that_was_not_started_raises(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="not started"):
        _ = SandboxProcess(tmp_path / "state").address


PARENT = """
import sys, threading
from pathlib import Path
from terminal.sandbox.process import SandboxProcess
from terminal.sandbox.state import State
sandbox = SandboxProcess(Path(sys.argv[1]))
if sys.argv[2] == "worker":
    thread = threading.Thread(target=sandbox.start)
    thread.start()
    thread.join()
else:
    sandbox.start()
sandbox.wait()
print(sandbox.pid, flush=True)
sys.stdin.readline()
print(sandbox.running, flush=True)
sys.stdin.readline()
"""


@pytest.mark.parametrize("thread", ["main", "worker"])
def test_sandbox_ends_with_its_parent(tmp_path: Path, thread: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path / "state"), thread],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        # The worker thread that started it may end without ending the child.
        parent.stdin.write("\n")
        parent.stdin.flush()
        assert parent.stdout.readline().strip() == "True"
        assert not gone(pid)
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        assert until(lambda: gone(pid))


def test_command_prints_its_address_and_ends_on_a_signal(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "terminal.sandbox", "--state", str(tmp_path / "s"), "--json"],
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    ) as command:
        assert command.stdout is not None
        ready = json.loads(command.stdout.readline())
        assert ready["address"].startswith("https://127.0.0.1:")
        assert Path(ready["ca_file"]).is_file()
        secret = Path(ready["request_key_file"]).read_text("ascii").strip()
        assert secret not in json.dumps(ready)
        command.send_signal(signal.SIGTERM)
        assert command.wait(10) in (0, -signal.SIGTERM)
