"""Each check of `station diagnose`, in the good state and in each fault that it can detect."""

from __future__ import annotations

import gzip
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from operator import add
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from devices.faults import READER_STUCK, READER_UNPLUGGED
from devices.health import DeviceStatus, Fault
from devices.identity import Assurance, CardKind, Identity, PersonalRecord
from devices.readers.protocol import ReaderStatus, Sink
from devices.readers.samv.serial_reader import SamvSerialReader
from devices.readers.simulated import SampleCard, SimulatedReader
from printing.outcome import Evidence, Outcome
from printing.printer import JobRecord, JobStage
from terminal import faults
from terminal.config.keys import Keys
from terminal.config.load import Config, PrinterConfig, load
from terminal.config.problem import ConfigProblem
from terminal.journal.journal import Journal
from terminal.operations import diagnose, probes
from terminal.operations.diagnose import Finding, Section, State, exit_code
from terminal.operations.lock import Program, StationLock, holder
from terminal.operations.probes import (
    file_system,
    probe_anchors,
    probe_clock,
    probe_device,
    probe_disk,
    probe_fonts,
    probe_journal,
    probe_platform,
    probe_queue,
    probe_reader,
    probe_service,
    probe_spool,
)
from terminal.platform.client import PlatformClient
from terminal.runtime.from_config import unfit_anchor
from terminal.sandbox.process import SandboxProcess
from terminal.words import words
from tests.rig.processes import wait_until
from tests.sandbox_fixture import ClientMaker
from tests.terminal.clocks import DAY_S, START

KEY = b"k" * 32
SAMPLE = Path(__file__).parents[3] / "docs" / "station.example.toml"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    folder.mkdir()
    return folder


@pytest.fixture
def running(state: Path) -> Iterator[StationLock]:
    """A terminal that runs on this state directory."""
    lock = StationLock.take(state, Program.RUN)
    assert isinstance(lock, StationLock)
    yield lock
    lock.release()


def code(finding: Finding) -> str | None:
    return finding.fault.code if finding.fault else None


# -- service -------------------------------------------------------------------------------------


def test_service_and_journal_are_not_yet_before_the_first_run(tmp_path: Path) -> None:
    """The state directory may be missing, empty, or contain other files."""
    made = tmp_path / "made"
    made.mkdir()
    (made / "notes.txt").write_text("")
    (made / "journal").mkdir()
    for state in (tmp_path / "absent", made):
        for found in (probe_service(state), probe_journal(state / "journal")):
            assert (found.ok, found.state, found.fault) == (None, State.NOT_YET, None)
            assert found.fix(words("en"))
        assert not (state / "station.lock").exists()
    assert not (tmp_path / "absent").exists()


def test_stopped_terminal_is_a_fault(state: Path) -> None:
    lock = StationLock.take(state, Program.RUN)
    assert isinstance(lock, StationLock)
    lock.release()
    found = probe_service(state)
    assert (found.ok, code(found)) == (False, "SYS-301")
    # It has run before, so a missing journal is not a first start.
    found = probe_journal(state / "journal")
    assert (found.ok, code(found)) == (False, "SYS-203")


@pytest.mark.parametrize("left", ["journal.set-aside-1/journal.db", "journal/journal.db-wal",
                                  "journal/journal.db"])  # fmt: skip
def test_leftover_journal_files_show_that_the_terminal_has_run(state: Path, left: str) -> None:
    (state / left).parent.mkdir(parents=True)
    (state / left).write_bytes(b"")
    assert code(probe_service(state)) == "SYS-301"
    assert code(probe_journal(state / "journal")) == "SYS-201"


@pytest.mark.process
@pytest.mark.parametrize(
    ("program", "word"), [(Program.RUN, "在运行"), (Program.TRIAL, "试用"), (Program.DEMO, "沙箱")]
)
def test_running_terminal_is_reported_with_its_program_until_killed(
    state: Path, program: Program, word: str
) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from terminal.operations.lock import Program, StationLock\n"
        f"lock = StationLock.take(Path({str(state)!r}), Program.{program.name})\n"
        "print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        found = probe_service(state)
        assert found.ok is True
        sentence = found.sentence(words("zh"))
        assert str(process.pid) in sentence
        assert word in sentence
        second = StationLock.take(state, Program.RUN)
        assert isinstance(second, Fault)
        assert second.code == "SYS-302"
        assert str(process.pid) in second.detail
        process.kill()
    assert code(probe_service(state)) == "SYS-301"
    lock = StationLock.take(state, Program.RUN)
    assert isinstance(lock, StationLock)
    lock.release()


def test_station_print_does_not_count_as_a_running_terminal(
    state: Path, client: PlatformClient, sandbox: SandboxProcess
) -> None:
    """It holds the lock, but uses no reader and sends nothing to the platform."""
    journal = Journal.open(state / "journal", KEY)
    assert isinstance(journal, Journal)
    journal.device_changed("front", DeviceStatus.HARDWARE_ERROR, READER_STUCK.code)
    journal.close()
    lock = StationLock.take(state, Program.PRINT)
    assert isinstance(lock, StationLock)
    try:
        found = probe_service(state)
        assert (found.ok, code(found)) == (False, "SYS-301")
        assert probe_reader(SimulatedReader("front", ()), state).ok is True
        assert probe_platform(client, state).ok is True
        assert sandbox.counts()["heartbeat"] == 1
    finally:
        lock.release()


def test_querying_the_holder_never_blocks_a_starting_terminal(state: Path) -> None:
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            holder(state)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        for _ in range(300):
            lock = StationLock.take(state, Program.RUN)
            assert isinstance(lock, StationLock)
            lock.release()
    finally:
        stop.set()
        asking.join()


def test_lock_that_cannot_be_created_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    fault = StationLock.take(tmp_path / "file", Program.RUN)
    assert isinstance(fault, Fault)
    assert fault.code == "SYS-306"


# -- readers -------------------------------------------------------------------------------------


def test_working_reader_is_fine(state: Path) -> None:
    found = probe_reader(SimulatedReader("front", ()), state)
    assert (found.ok, found.subject, found.section) == (True, "front", Section.READERS)


def test_failed_reader_is_a_fault(state: Path) -> None:
    class Failed(SimulatedReader):
        def start(self, sink: Sink) -> None:
            super().start(sink)
            self.break_down(READER_STUCK.with_detail("for 12 s"))
            wait_until(lambda: self.status().fault is not None, 5.0, "the reader's fault")

    found = probe_reader(Failed("front", ()), state)
    assert (found.ok, code(found), found.detail) == (False, READER_STUCK.code, "for 12 s")


def test_missing_serial_port_is_a_fault(state: Path, tmp_path: Path) -> None:
    found = probe_reader(SamvSerialReader("id", str(tmp_path / "ttyUSB9")), state)
    assert found.ok is False
    assert found.fault is not None
    assert found.fault.code.startswith("CRD-10")


def test_reader_that_reports_no_state_is_unknown(state: Path) -> None:
    class Mute(SimulatedReader):
        def start(self, sink: object) -> None:
            pass

    found = probe_reader(Mute("front", ()), state, limit_s=0.05)
    assert (found.ok, code(found)) == (None, "SYS-303")


def test_card_present_during_the_check_is_wiped_at_once(state: Path) -> None:
    read: list[Identity] = []

    def make() -> Identity:
        record = PersonalRecord(CardKind.RESIDENT_ID, name="王建明", id_number="100101195803120216")
        read.append(Identity(record, Assurance.CARD_FREE))
        return read[-1]

    class CardPresentAtStart(SimulatedReader):
        def start(self, sink: Sink) -> None:
            super().start(sink)
            self.present("wang")

        def status(self) -> ReaderStatus:
            # Unknown until the card was read, so that the check waits for the reading.
            return (
                super().status() if read and read[0].wiped else ReaderStatus(DeviceStatus.UNKNOWN)
            )

    card = SampleCard("wang", CardKind.RESIDENT_ID, "", make)
    reader = CardPresentAtStart("front", (card,))
    found = probe_reader(reader, state)
    assert found.ok is True
    assert read[0].wiped


@pytest.mark.usefixtures("running")
def test_reader_of_a_running_terminal_is_not_opened(state: Path) -> None:
    class Untouchable(SimulatedReader):
        def start(self, sink: object) -> None:
            raise AssertionError("the running terminal's reader was touched")

    reader = Untouchable("front", ())
    assert probe_reader(reader, state).ok is None  # without a journal the state is unknown
    journal = Journal.open(state / "journal", KEY)
    assert isinstance(journal, Journal)
    assert probe_reader(reader, state).ok is None
    journal.device_changed("front", DeviceStatus.ONLINE)
    assert probe_reader(reader, state).ok is True
    journal.device_changed("front", DeviceStatus.NO_DEVICE, READER_UNPLUGGED.code)
    found = probe_reader(reader, state)
    assert (found.ok, code(found)) == (False, READER_UNPLUGGED.code)
    assert probe_reader(Untouchable("other", ()), state).ok is None
    journal.close()


# -- printer -------------------------------------------------------------------------------------


def test_printer_that_does_not_answer_is_a_fault() -> None:
    found = probe_device(PrinterConfig("paper", "station", "ipp://127.0.0.1:1/ipp/print"))
    assert (found.ok, code(found)) == (False, "PRN-101")


@pytest.mark.parametrize("uri", [None, "usb://Maker/Model"])
def test_printer_without_ipp_is_unknown(uri: str | None) -> None:
    found = probe_device(PrinterConfig("paper", "station", uri))
    assert (found.ok, found.fault) == (None, None)
    assert "ipp-usb" in found.fix(words("en"))


def test_stopped_print_service_is_a_fault(tmp_path: Path) -> None:
    found = probe_queue(PrinterConfig("paper", "station", server=str(tmp_path / "cups.sock")))
    assert (found.ok, code(found), found.subject) == (False, "PRN-102", "station")


# -- platform and clock --------------------------------------------------------------------------


def test_platform_check_sends_a_heartbeat_if_no_terminal_runs(
    sandbox: SandboxProcess, client: PlatformClient, state: Path
) -> None:
    found = probe_platform(client, state)
    assert found.ok is True
    assert "8 items" in found.sentence(words("en"))
    assert sandbox.counts()["heartbeat"] == 1


@pytest.mark.usefixtures("running")
def test_platform_check_sends_no_heartbeat_beside_a_running_terminal(
    sandbox: SandboxProcess, client: PlatformClient, state: Path
) -> None:
    assert probe_platform(client, state).ok is True
    assert sandbox.counts().get("heartbeat", 0) == 0


@pytest.mark.parametrize(
    ("other", "wanted"),
    [
        ({"request_key": b"x" * 32}, "NET-106"),
        ({"catalogue_key": b"x" * 32}, "NET-110"),
        ({"address": "https://127.0.0.1:1"}, "NET-101"),
        ({"ca_file": SAMPLE}, "NET-103"),
    ],
)
def test_unusable_platform_is_a_fault(
    new_client: ClientMaker, state: Path, other: dict[str, object], wanted: str
) -> None:
    found = probe_platform(new_client(**other), state)
    assert (found.ok, code(found)) == (False, wanted)
    assert found.fix(words("zh"))


def test_clock_is_compared_with_the_platforms(
    sandbox: SandboxProcess, client: PlatformClient
) -> None:
    assert probe_clock(client).ok is True
    sandbox.control(clock_offset_s=120.0)
    found = probe_clock(client)
    assert (found.ok, code(found)) == (False, "SYS-308")
    seconds, side = found.detail.split(" s ")
    assert abs(int(seconds) - 120) <= 2
    assert side == "behind the platform"


@pytest.mark.parametrize(("now", "year"), [(0.0, "1970"), (5e9, "2128")])
def test_impossible_year_is_reported_without_the_platform(
    new_client: ClientMaker, now: float, year: str
) -> None:
    found = probe_clock(new_client("https://127.0.0.1:1"), clock=lambda: now)
    assert (found.ok, code(found)) == (False, "SYS-308")
    assert year in found.detail


def test_clock_without_a_comparison_is_unknown(new_client: ClientMaker) -> None:
    assert probe_clock(new_client("https://127.0.0.1:1")).ok is None


def test_clock_behind_the_journal_is_wrong_without_the_platform(
    new_client: ClientMaker, state: Path
) -> None:
    """The battery is empty and the machine starts with the date of its firmware."""
    journal = Journal.open(state / "journal", KEY, clock=lambda: START)
    assert isinstance(journal, Journal)
    journal.visit_began("aa", "ee")
    journal.close()
    away = new_client("https://127.0.0.1:1")
    for off_s, wanted in ((-20 * DAY_S, "SYS-308"), (-3600.0, None), (200 * DAY_S, None)):
        found = probe_clock(away, partial(add, START, off_s), state / "journal")
        assert code(found) == wanted
        assert found.ok is (False if wanted else None)
    found = probe_clock(away, lambda: START - 20 * DAY_S, state / "journal")
    assert found.detail == "20 days behind the newest row of the journal"
    assert probe_clock(away, lambda: START, state / "none").ok is None


def test_clock_check_creates_no_journal(new_client: ClientMaker, state: Path) -> None:
    """An empty file with the journal's name would be a damaged journal at the next start."""
    (state / "journal").mkdir()
    (state / "journal.set-aside-1").mkdir()
    assert probe_clock(new_client("https://127.0.0.1:1"), journal=state / "journal").ok is None
    assert list((state / "journal").iterdir()) == []


# -- the seal's anchors --------------------------------------------------------------------------


def anchor(folder: Path, begins: float, ends: float, name: str = "root.pem") -> Path:
    """Create a root certificate that is valid between two moments (Unix seconds)."""
    key = Ed25519PrivateKey.generate()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Sample root")])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.fromtimestamp(begins, UTC))
        .not_valid_after(datetime.fromtimestamp(ends, UTC))
        .sign(key, None)
    )
    path = folder / name
    path.write_bytes(made.public_bytes(Encoding.PEM))
    return path


VALIDITY = [
    (-1.0, 1.0, None),
    (0.0, 1.0, None),
    (-1.0, 0.0, None),
    (1.0, 10.0, "is not valid before 2027-01-15 08:00 UTC"),
    (-10.0, -1.0, "has expired on 2027-01-15 07:59 UTC"),
]


@pytest.mark.parametrize(("begins", "ends", "why"), VALIDITY)
def test_invalid_anchor_is_reported(
    tmp_path: Path, begins: float, ends: float, why: str | None
) -> None:
    good = anchor(tmp_path, START - DAY_S, START + DAY_S, "good.pem")
    other = anchor(tmp_path, START + begins, START + ends)
    found = probe_anchors((good, other), lambda: START)
    assert found.ok is (why is None)
    if why is not None:
        assert (code(found), found.subject) == ("SYS-106", "root.pem")
        assert found.detail == f"seal.anchors[1] {why}"


@pytest.mark.parametrize(("begins", "ends", "why"), VALIDITY)
def test_station_does_not_start_with_an_invalid_anchor(
    tmp_path: Path, begins: float, ends: float, why: str | None
) -> None:
    root = anchor(tmp_path, START + begins, START + ends)
    config = station_config(tmp_path, lambda text: text.replace("seal-root.pem", root.name))
    problem = unfit_anchor(config, START)
    assert (problem is None) is (why is None)
    if problem is not None:
        assert (problem.code, problem.key) == ("SYS-106", "seal.anchors[0]")
        assert problem.sentence == f"seal.anchors[0]: {root} {why}"


def test_one_expired_certificate_in_a_file_is_reported(tmp_path: Path) -> None:
    old = anchor(tmp_path, START - DAY_S, START - 1, "old.pem").read_bytes()
    both = tmp_path / "both.pem"
    both.write_bytes(anchor(tmp_path, START, START + DAY_S).read_bytes() + old)
    assert "has expired" in probe_anchors((both,), lambda: START).detail


def test_impossible_clock_makes_no_anchor_expire(tmp_path: Path) -> None:
    """A machine with a dead battery starts in 1970 and must be able to start nevertheless."""
    root = anchor(tmp_path, START, START + DAY_S)
    config = station_config(tmp_path, lambda text: text.replace("seal-root.pem", root.name))
    for impossible in (0.0, 5e9):
        assert unfit_anchor(config, impossible) is None
        found = probe_anchors((root,), partial(float, impossible))
        assert (found.ok, found.fault) == (None, None)


def test_missing_anchor_or_file_without_a_certificate_is_reported(tmp_path: Path) -> None:
    assert code(probe_anchors((tmp_path / "absent.pem",), lambda: START)) == "SYS-107"
    (tmp_path / "text.pem").write_text("no certificate")
    found = probe_anchors((tmp_path / "text.pem",), lambda: START)
    assert (code(found), found.detail) == ("SYS-106", "seal.anchors[0] holds no certificate (PEM)")


def test_anchor_with_an_unreadable_subject_is_not_a_certificate(tmp_path: Path) -> None:
    """The library parses a subject lazily, so such a file loads without an error."""
    good = anchor(tmp_path, START - DAY_S, START + DAY_S, "good.pem").read_text("ascii")
    damaged = ssl.PEM_cert_to_DER_cert(good).replace(b"Sample root", b"\xff" * 11)
    (tmp_path / "root.pem").write_text(ssl.DER_cert_to_PEM_cert(damaged), "ascii")
    for trial in ("false", "true"):

        def changed(text: str, trial: str = trial) -> str:
            text = text.replace("trial = false", f"trial = {trial}")
            return text.replace("seal-root.pem", "root.pem")

        problem = unfit_anchor(station_config(tmp_path, changed), START)
        assert problem is not None
        assert problem.sentence.endswith("root.pem holds no certificate (PEM)")


# -- fonts ---------------------------------------------------------------------------------------


def test_installed_fonts_have_rare_characters() -> None:
    assert probe_fonts().ok is True


def test_missing_font_is_a_fault(tmp_path: Path) -> None:
    found = probe_fonts([tmp_path])
    assert (found.ok, code(found)) == (False, "DOC-111")
    assert "not installed" in found.detail


def test_missing_character_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "RARE", probes.RARE + "\U0010fffd")
    found = probe_fonts()
    assert (found.ok, code(found)) == (False, "DOC-110")


# -- disk ----------------------------------------------------------------------------------------


def test_disk_with_space_is_fine(state: Path) -> None:
    found = probe_disk(state, 1, 1)
    assert found.ok is True
    assert list(state.iterdir()) == []


@pytest.mark.parametrize(
    ("least_bytes", "least_inodes", "word"), [(1 << 60, 1, "MB"), (1, 1 << 60, "inodes")]
)
def test_nearly_full_disk_is_a_fault(
    state: Path, least_bytes: int, least_inodes: int, word: str
) -> None:
    found = probe_disk(state, least_bytes, least_inodes)
    assert (found.ok, code(found)) == (False, "SYS-305")
    assert word in found.detail


def test_unwritable_state_directory_is_a_fault(state: Path) -> None:
    (state / "file").write_text("")
    for place in (state / "file", state / "file" / "below"):
        found = probe_disk(place)
        assert (found.ok, code(found)) == (False, "SYS-306")


def test_missing_state_directory_is_not_yet(state: Path) -> None:
    found = probe_disk(state / "absent" / "below")
    assert (found.ok, found.state) == (None, State.NOT_YET)
    assert not (state / "absent").exists()


def test_spool_must_be_in_memory_on_this_machine(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    printer = PrinterConfig("paper", "station")
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\ntmpfs {tmp_path} tmpfs rw 0 0\n")
    assert probe_spool((printer,), tmp_path, mounts).ok is True
    mounts.write_text(f"tmpfs / tmpfs rw 0 0\n/dev/sda1 {tmp_path} ext4 rw 0 0\n")
    found = probe_spool((printer,), tmp_path, mounts)
    assert (found.ok, code(found)) == (False, "SYS-307")
    assert "ext4" in found.detail
    assert probe_spool((printer,), tmp_path / "absent", mounts).ok is None
    remote = PrinterConfig("paper", "station", server="print.example:631")
    assert probe_spool((remote,), tmp_path, mounts).ok is True
    for here in ("localhost:631", "localhost", "LOCALHOST:631", "127.0.0.1", "[::1]:631", "[::1]"):
        near = PrinterConfig("paper", "station", server=here)
        assert probe_spool((remote, near), tmp_path, mounts).ok is False, here
    for there in ("localhost.example:631", "print.example", "[2001:db8::1]:631", "[2001:db8::1]"):
        far = PrinterConfig("paper", "station", server=there)
        assert probe_spool((far,), tmp_path, mounts).ok is True, there


def test_file_system_type_is_found() -> None:
    assert file_system(Path("/dev/shm"), Path("/proc/self/mounts")) == "tmpfs"
    assert file_system(Path("/proc/self"), Path("/proc/self/mounts")) == "proc"


# -- journal -------------------------------------------------------------------------------------


def test_intact_journal_is_checked_without_a_change(state: Path) -> None:
    journal = Journal.open(state / "journal", KEY)
    assert isinstance(journal, Journal)
    journal.record(JobRecord("ab-1", JobStage.HELD, 1, "station"))
    found = probe_journal(state / "journal")
    assert found.ok is True
    assert "1 open job," in found.sentence(words("en"))
    assert "0 unsent messages" in found.sentence(words("en"))
    assert journal.last_faults() == ()
    journal.record(JobRecord("ab-1", JobStage.LOADED, 1, "station"))  # the lock was released
    journal.close()


def test_journal_check_reports_the_totals_of_30_days(state: Path) -> None:
    journal = Journal.open(state / "journal", KEY)
    assert isinstance(journal, Journal)
    done = JobRecord(
        "ab-1", JobStage.CLOSED, 3, "station", "item", None, 3, Outcome.PRINTED, Evidence.PERSON, 2
    )
    journal.record(done)
    journal.copied("ab", "item")
    journal.copied("ab", "other")
    journal.close()
    sentence = probe_journal(state / "journal").sentence(words("en"))
    assert "in 30 days 1 print, 2 sheets, 2 copies for phones, 0 reprints" in sentence


def test_journal_of_the_previous_version_is_fine(state: Path) -> None:
    old = Path(__file__).parents[1] / "data" / "journal-v1.db.gz"
    (state / "journal").mkdir()
    (state / "journal" / "journal.db").write_bytes(gzip.decompress(old.read_bytes()))
    found = probe_journal(state / "journal")
    assert found.ok is True
    assert "1 open job," in found.sentence(words("en"))


def test_journal_check_creates_no_journal(state: Path) -> None:
    assert probe_journal(state / "journal").state is State.NOT_YET
    assert not (state / "journal").exists()


def test_damaged_journal_is_reported_and_not_moved(state: Path) -> None:
    journal = Journal.open(state / "journal", KEY)
    assert isinstance(journal, Journal)
    journal.close()
    file = state / "journal" / "journal.db"
    data = bytearray(file.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    file.write_bytes(data)
    found = probe_journal(state / "journal")
    assert (found.ok, code(found)) == (False, "SYS-201")
    assert file.read_bytes() == data
    assert [path.name for path in state.iterdir()] == ["journal"]


# -- all together --------------------------------------------------------------------------------


def station_config(folder: Path, edit: Callable[[str], str] = lambda text: text) -> Config:
    for name in ("platform-ca.pem", "seal-root.pem"):
        (folder / name).write_text("pem")
    path = folder / "station.toml"
    path.write_text(edit(SAMPLE.read_text(encoding="utf-8")), encoding="utf-8")
    config = load(path)
    assert isinstance(config, Config)
    return config


def test_new_station_without_devices_reports_all_faults(tmp_path: Path) -> None:
    config = station_config(tmp_path)
    config = msgspec.structs.replace(
        config,
        state=msgspec.structs.replace(config.state, directory=tmp_path / "state"),
        printers=(
            PrinterConfig("paper", "a4", "ipp://127.0.0.1:1/ipp/print", server=str(tmp_path / "s")),
            PrinterConfig("slips", "slip", server=str(tmp_path / "s"), media="om_slip_80x200mm"),
        ),
        platform=msgspec.structs.replace(config.platform, address="https://127.0.0.1:1"),
    )

    def client(config: Config, keys: Keys) -> PlatformClient:
        return PlatformClient(
            config.platform.address, ca_file=config.platform.ca_file, app_id="a",
            request_key=keys.request_key, terminal_id="t",
            catalogue_key=config.platform.catalogue_key,
        )  # fmt: skip

    def readers(config: Config) -> tuple[SamvSerialReader, ...]:
        return tuple(
            SamvSerialReader(each.name, str(tmp_path / each.name)) for each in config.readers
        )

    checks = probes.probes(config, Keys(KEY, KEY), readers, client)
    found = diagnose.run(checks)
    assert {each.section for each in found} == set(Section)
    assert exit_code(found) == 1
    failed = set(diagnose.sections_in(found, State.FAILED))
    assert failed - {"disk"} == {"readers", "printer", "platform", "seal", "voice"}  # disk: host
    assert diagnose.sections_in(found, State.NOT_YET) == ["service", "disk", "journal"]
    assert "clock" in diagnose.sections_in(found, State.UNKNOWN)
    assert [each.subject for each in found if each.section is Section.READERS] == [
        "resident-id",
        "social-security",
    ]
    printers = [(each.subject, each.ok) for each in found if each.section is Section.PRINTER]
    assert printers == [("paper", False), ("a4", False), ("slips", None), ("slip", False)]
    for finding in found:
        if finding.ok is not True:
            for table in (words("zh"), words("en")):
                assert finding.sentence(table)
                assert finding.fix(table)


def no_client(*_given: object) -> PlatformClient:
    """Fail: without keys no client may be made."""
    raise AssertionError


def test_platform_check_without_keys_reports_the_missing_keys(tmp_path: Path) -> None:
    problem = ConfigProblem(faults.KEY_MISSING, "keys", None, "no keys")
    checks = probes.probes(station_config(tmp_path), problem, lambda _: (), no_client)
    asked = [each for each in checks if each.section in (Section.PLATFORM, Section.CLOCK)]
    platform, clock = diagnose.run(asked)
    assert (platform.ok, code(platform)) == (False, "SYS-108")
    assert (clock.ok, clock.fault) == (None, None)
