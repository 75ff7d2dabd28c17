"""The checks of `station diagnose`, one function each, created from a station's configuration.

They do not disturb a running terminal: the state of a reader that it uses is read from its journal.
No check prints, reads a card, or sends a heartbeat in the terminal's place.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from devices.health import DeviceStatus, Fault
from devices.readers.protocol import CardRead, Reader, ReaderEvent
from printing.faults import QUEUE_DOWN, QUEUE_MISSING, QUEUE_UNSAFE

from .. import faults
from ..config.files import CERTIFICATE_BYTES, read_file
from ..config.problem import ConfigProblem
from ..config.voices import voice_names
from ..journal.file import Inspection, has_journal, inspect, newest_in
from ..journal.plausible_time import LATEST, RELEASED, SLACK_S
from .diagnose import Finding, Probe, Section, broken, fine, not_yet, unknown
from .lock import FILE_NAME as LOCK_NAME
from .lock import Holder, Program, holder, why_unwritable
from .memory_on_disk import probe_core_dumps, probe_swap
from .speech import probe_speech_log, probe_voices

if TYPE_CHECKING:
    from ..config.keys import Keys
    from ..config.load import Config, PrinterConfig
    from ..platform.client import PlatformClient

READER_LIMIT_S = 6.0
"""A SAM_V module at a wrong baud rate is found in 3 s; a PC/SC service answers within 1 s."""
PRINTER_LIMIT_S = 8.0
"""Longer than the IPP client's own limit of about 6 s."""
PLATFORM_LIMIT_S = 12.0
"""Longer than the platform client's 10 s for a whole call."""
QUEUE_ANSWER_S = 5.0
"""cupsd restarts at midnight and refuses for a few seconds; a hanging one never answers."""
VOICE_LIMIT_S = 12.0
"""Starting speech-dispatcher and listing its voices takes 1 s on an idle machine."""
LOCAL_LIMIT_S = 10.0
"""Disk, fonts, journal: milliseconds on a healthy machine, unlimited on a failing disk."""

LEAST_FREE_BYTES = 200 * 1024 * 1024
"""Enough for the journal, the catalogue, a day of logs and an update."""
LEAST_FREE_INODES = 1000
LEAST_SPOOL_BYTES = 32 * 1024 * 1024
"""Enough for a few dozen certificates with their rasters."""
SPOOL = Path("/var/spool/cups")
"""RequestRoot of CUPS (cups-files.conf(5))."""
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
"""Host names of a cupsd on this machine, if it is not named by its socket; a port may follow."""
IN_MEMORY = ("tmpfs", "ramfs")

SKEW_S = 60.0
"""A fifth of what signatures allow (300 s), so that it is reported before residents notice."""

RARE = "𠮷㛃䶮𬀩"
"""Characters used in names: two outside the Basic Plane, two of Extension A (GB 18030-2022)."""


def probes(
    config: Config,
    keys: Keys | ConfigProblem,
    make_readers: Callable[[Config], Sequence[Reader]],
    make_client: Callable[[Config, Keys], PlatformClient],
) -> tuple[Probe, ...]:
    """Return every check of this station, in the order of the sections."""
    state, printers = config.state.directory, config.printers
    journal = state / "journal"

    def reader(reader: Reader) -> Probe:
        return Probe(
            Section.READERS, reader.name, lambda: probe_reader(reader, state), READER_LIMIT_S
        )

    def with_client(section: Section, ask: Callable[[PlatformClient | None], Finding]) -> Probe:
        def run() -> Finding:
            if isinstance(keys, ConfigProblem):
                return ask(None)
            client = make_client(config, keys)
            try:
                return ask(client)
            finally:
                client.close()

        return Probe(section, "", run, PLATFORM_LIMIT_S)

    def platform(client: PlatformClient | None) -> Finding:
        if client is None:
            assert isinstance(keys, ConfigProblem)
            sentences = "; ".join(each.sentence for each in keys.every)
            return broken(Section.PLATFORM, keys.fault.with_detail(sentences))
        return probe_platform(client, state)

    return (
        Probe(Section.SERVICE, "", lambda: probe_service(state), LOCAL_LIMIT_S),
        *((Probe(Section.SERVICE, "trial", probe_trial, LOCAL_LIMIT_S),) if config.trial else ()),
        *(reader(each) for each in make_readers(config)),
        *(
            probe
            for each in printers
            for probe in (
                Probe(Section.PRINTER, each.name, partial(probe_device, each), PRINTER_LIMIT_S),
                Probe(Section.PRINTER, each.queue, partial(probe_queue, each), PRINTER_LIMIT_S),
            )
        ),
        with_client(Section.PLATFORM, platform),
        Probe(Section.SEAL, "", lambda: probe_anchors(config.seal.anchors), LOCAL_LIMIT_S),
        with_client(Section.CLOCK, lambda client: probe_clock(client, journal=journal)),
        Probe(Section.FONTS, "", probe_fonts, LOCAL_LIMIT_S),
        Probe(
            Section.VOICE,
            "",
            lambda: probe_voices(
                voice_names(config.speech.voices), with_sound=not terminal_of(state)
            ),
            VOICE_LIMIT_S,
        ),
        Probe(Section.VOICE, "log", probe_speech_log, LOCAL_LIMIT_S),
        Probe(Section.DISK, "state", lambda: probe_disk(state), LOCAL_LIMIT_S),
        Probe(Section.DISK, "spool", lambda: probe_spool(printers), LOCAL_LIMIT_S),
        Probe(Section.DISK, "swap", probe_swap, LOCAL_LIMIT_S),
        Probe(Section.DISK, "core dumps", probe_core_dumps, LOCAL_LIMIT_S),
        Probe(Section.JOURNAL, "", lambda: probe_journal(journal), LOCAL_LIMIT_S),
    )


def terminal_of(state: Path) -> Holder | None:
    """Return the terminal that runs on this state directory; ``None`` if there is none.

    `station print` also holds the lock, because of the journal, but it is not a terminal: it
    serves no one, uses no reader and sends no heartbeat.
    """
    found = holder(state)
    return None if found is None or found.program is Program.PRINT else found


def has_run(state: Path) -> bool:
    """Whether a terminal ever ran on this state directory. ``OSError`` if it cannot be read."""
    return os.path.lexists(state / LOCK_NAME) or has_journal(state / "journal")


def probe_service(state: Path) -> Finding:
    """Check whether a terminal runs on this state directory, and which program it is."""
    found = terminal_of(state)
    if found is None:
        if not has_run(state):
            return not_yet(Section.SERVICE, "diagnose.service.notyet")
        return broken(Section.SERVICE, faults.SERVICE_DOWN)
    match found.program:
        case Program.DEMO:
            return fine(Section.SERVICE, "diagnose.service.demo", pid=found.pid)
        case Program.TRIAL:
            return fine(Section.SERVICE, "diagnose.service.trial", pid=found.pid)
        case Program.RUN | Program.PRINT | None:
            return fine(Section.SERVICE, "diagnose.service.run", pid=found.pid)


def probe_trial() -> Finding:
    """Report that this is a trial installation, which is never fit for service."""
    return broken(Section.SERVICE, faults.TRIAL, "trial")


def probe_reader(reader: Reader, state: Path, limit_s: float = READER_LIMIT_S - 1.0) -> Finding:
    """Check the reader itself, or its recorded state if a running terminal uses it."""
    section, name = Section.READERS, reader.name
    if terminal_of(state) is not None:
        return _noted_reader(name, inspect(state / "journal"))
    changed = threading.Event()

    def on_event(event: ReaderEvent) -> None:
        if isinstance(event, CardRead):
            event.identity.wipe()  # a card happens to be present; its data is not needed
        changed.set()

    until = time.monotonic() + limit_s
    reader.start(on_event)
    try:
        while reader.status().status is DeviceStatus.UNKNOWN and time.monotonic() < until:
            changed.wait(max(0.0, until - time.monotonic()))
            changed.clear()
        status = reader.status()
    finally:
        reader.stop(timeout_s=0.5)
    if status.status in (DeviceStatus.ONLINE, DeviceStatus.BUSY) and status.fault is None:
        return fine(section, "diagnose.reader.ok", name)
    if status.fault is not None:
        return broken(section, status.fault.with_detail(status.fault.detail or status.detail), name)
    return Finding(section, None, name, faults.PROBE_TIMED_OUT.with_detail(status.detail))


def _noted_reader(name: str, journal: Inspection | Fault) -> Finding:
    section = Section.READERS
    noted = None if isinstance(journal, Fault) else journal.devices.get(name)
    if noted is None:
        return unknown(section, "diagnose.reader.held", name)
    status, code = noted
    if code:
        from devices.faults import FAULTS

        fault = next((each for each in FAULTS if each.code == code), faults.PROBE_FAILED)
        return broken(section, fault, name)
    if status in (DeviceStatus.ONLINE, DeviceStatus.BUSY):
        return fine(section, "diagnose.reader.noted", name)
    return unknown(section, "diagnose.reader.held", name)


def probe_device(printer: PrinterConfig) -> Finding:
    """Check the printer itself by IPP: its state, paper and toner."""
    from printing.ipp.client import IppClient, speaks_ipp
    from printing.ipp.status import printer_status

    section, subject = Section.PRINTER, printer.name
    if printer.device_uri is None or not speaks_ipp(printer.device_uri):
        return unknown(section, "diagnose.printer.mute", subject)
    ca_file = str(printer.ca_file) if printer.ca_file else None
    client = IppClient(printer.device_uri, ca_file=ca_file)
    try:
        status = printer_status(client.printer_attributes())
    finally:
        client.close()
    if status.can_print:
        paper, toner = f"paper.{status.paper.value}", f"toner.{status.toner.value}"
        found = fine(section, "diagnose.printer.device", subject)
        return replace(found, named={"paper": paper, "toner": toner})
    if status.faults:
        reasons = " ".join(status.reasons)
        first = status.faults[0]
        return broken(section, first.with_detail(first.detail or reasons), subject)
    return unknown(section, "diagnose.printer.mute", subject)


def probe_queue(printer: PrinterConfig) -> Finding:
    """Check that the CUPS queue exists, is not stopped and accepts jobs."""
    from printing.cups.queue import CupsQueue, Problem, QueueFailure

    section = Section.PRINTER
    queue = CupsQueue(printer.queue, server=printer.server)
    try:
        answer = queue.state().result(QUEUE_ANSWER_S)
    except FutureTimeoutError:
        return broken(section, QUEUE_DOWN.with_detail("no answer from cupsd"), printer.queue)
    finally:
        queue.worker.close()
    if isinstance(answer, QueueFailure):
        fault = QUEUE_MISSING if answer.problem is Problem.MISSING else QUEUE_DOWN
        return broken(section, fault.with_detail(answer.detail), printer.queue)
    if answer.state == 5:
        stopped = QUEUE_DOWN.with_detail(f"stopped: {' '.join(answer.reasons)}")
        return broken(section, stopped, printer.queue)
    if not answer.accepting:
        return broken(section, QUEUE_DOWN.with_detail("does not accept jobs"), printer.queue)
    if answer.cautions:
        unsafe = QUEUE_UNSAFE.with_detail(" ".join(answer.cautions))
        return broken(section, unsafe, printer.queue)
    return fine(section, "diagnose.printer.queue", printer.queue)


def probe_platform(client: PlatformClient, state: Path) -> Finding:
    """Check TLS, a signed request and the catalogue's signature.

    Also send a heartbeat, unless a running terminal sends its own.
    """
    got = client.catalogue()
    if isinstance(got, Fault):
        return broken(Section.PLATFORM, got)
    version = got.catalogue.version
    if terminal_of(state) is None:
        beat = client.heartbeat(False, version, ())
        if isinstance(beat, Fault):
            return broken(Section.PLATFORM, beat)
    return fine(
        Section.PLATFORM, "diagnose.platform.ok", version=version, items=len(got.catalogue.items)
    )


def probe_anchors(anchors: Sequence[Path], clock: Callable[[], float] = time.time) -> Finding:
    """Check that each seal anchor can be read and is valid now."""
    from ..config.anchors import in_force, judged_at

    section = Section.SEAL
    moment = judged_at(clock())
    if moment is None:
        return unknown(section, "diagnose.seal.clock")
    ends = []
    for index, path in enumerate(anchors):
        try:
            found = in_force(read_file(path, CERTIFICATE_BYTES)[0], moment)
        except OSError as error:
            missing = faults.CONFIG_FILE_MISSING.with_detail(f"{error.strerror}")
            return broken(section, missing, path.name)
        if isinstance(found, str):
            unfit = faults.CONFIG_WRONG_VALUE.with_detail(f"seal.anchors[{index}] {found}")
            return broken(section, unfit, path.name)
        ends.append(found.until)
    return fine(section, "diagnose.seal.ok", count=len(ends), until=f"{min(ends):%Y-%m-%d}")


def probe_clock(
    client: PlatformClient | None,
    clock: Callable[[], float] = time.time,
    journal: Path | None = None,
) -> Finding:
    """Check the year, and the difference from the platform's clock.

    If the platform cannot be asked, check that the clock is not before the journal's newest row.
    """
    now = clock()
    if not RELEASED <= now <= LATEST:
        year = time.gmtime(now).tm_year
        return broken(Section.CLOCK, faults.CLOCK_WRONG.with_detail(f"year {year}"))
    reading = client.time() if client is not None else None
    if reading is None or isinstance(reading, Fault):
        newest = newest_in(journal) if journal is not None else None
        if newest is not None and now < newest - SLACK_S:
            days = f"{(newest - now) / 86_400:.0f} days behind the newest row of the journal"
            return broken(Section.CLOCK, faults.CLOCK_WRONG.with_detail(days))
        return unknown(Section.CLOCK, "diagnose.clock.alone")
    if abs(reading.skew_s) > SKEW_S:
        side = "ahead of" if reading.skew_s > 0 else "behind"
        detail = f"{abs(reading.skew_s):.0f} s {side} the platform"
        return broken(Section.CLOCK, faults.CLOCK_WRONG.with_detail(detail))
    return fine(Section.CLOCK, "diagnose.clock.ok", seconds=round(abs(reading.skew_s)))


def probe_fonts(directories: Sequence[Path] | None = None) -> Finding:
    """Check that every font for documents is installed and has the rare characters of names."""
    from printing.typesetting.font_chain import DIRECTORIES, load_chain

    chain = load_chain(directories if directories is not None else DIRECTORIES)
    if isinstance(chain, Fault):
        return broken(Section.FONTS, chain)
    missing = chain.check([RARE])
    if missing is not None:
        return broken(Section.FONTS, missing)
    return fine(Section.FONTS, "diagnose.fonts.ok", count=len(chain.faces))


def probe_disk(
    state: Path,
    least_bytes: int = LEAST_FREE_BYTES,
    least_inodes: int = LEAST_FREE_INODES,
) -> Finding:
    """Check that the state directory is writable (write, sync and remove a file) and has space.

    Before the first start it may be missing: the terminal creates it.
    """
    section, subject = Section.DISK, "state"
    if not os.path.lexists(state):
        why = why_unwritable(state)
        if why is None:
            return not_yet(section, "diagnose.disk.notyet", subject)
        return broken(section, faults.DISK_UNWRITABLE.with_detail(why), subject)
    try:
        with tempfile.TemporaryFile(dir=state) as file:
            file.write(b"\0" * 4096)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return broken(section, faults.DISK_UNWRITABLE.with_detail(f"{error.strerror}"), subject)
    about = os.statvfs(state)
    free = about.f_bavail * about.f_frsize
    low = _low(free, least_bytes, about, least_inodes)
    if low is not None:
        return broken(section, low, subject)
    return fine(section, "diagnose.disk.ok", subject, megabytes=free // 1_000_000)


def _low(free: int, least: int, about: os.statvfs_result, inodes: int) -> Fault | None:
    if free < least:
        return faults.DISK_LOW.with_detail(f"{free // 1_000_000} MB left")
    if about.f_files > 0 and about.f_favail < inodes:
        return faults.DISK_LOW.with_detail(f"{about.f_favail} inodes left")
    return None


def probe_spool(
    printers: Sequence[PrinterConfig],
    spool: Path = SPOOL,
    mounts: Path = Path("/proc/self/mounts"),
) -> Finding:
    """Check that CUPS's spool has space and is in memory (documents are lost at power-off)."""
    section, subject = Section.DISK, "spool"
    if not any(_on_this_machine(each.server or "/") for each in printers):
        return fine(section, "diagnose.disk.elsewhere", subject)
    try:
        about = os.statvfs(spool)
    except OSError as error:
        return Finding(section, None, subject, faults.PROBE_FAILED.with_detail(f"{error.strerror}"))
    kind = file_system(spool, mounts)
    if kind not in IN_MEMORY:
        return broken(section, faults.SPOOL_ON_DISK.with_detail(f"{spool} is on {kind}"), subject)
    free = about.f_bavail * about.f_frsize
    low = _low(free, LEAST_SPOOL_BYTES, about, 1)
    if low is not None:
        return broken(section, low, subject)
    return fine(section, "diagnose.disk.spool", subject, megabytes=free // 1_000_000)


def _on_this_machine(server: str) -> bool:
    host = server.rpartition(":")[0] if ":" in server.rpartition("]")[2] else server
    return server.startswith("/") or host.lower() in LOOPBACK


def file_system(path: Path, mounts: Path) -> str:
    """Return the file system type of ``path`` (proc(5), /proc/self/mounts)."""
    real = path.resolve()
    best, kind = -1, ""
    for line in mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        _, point, found, *_ = line.split(" ")
        where = Path(point.replace("\\040", " "))
        # Of two mounts on the same point, the later one hides the earlier one.
        if real.is_relative_to(where) and len(where.parts) >= best:
            best, kind = len(where.parts), found
    return kind


def probe_journal(directory: Path) -> Finding:
    """Check that every page of the journal is intact and that a row can be written."""
    with suppress(OSError):  # inspect() reports the reason
        if not has_run(directory.parent):
            return not_yet(Section.JOURNAL, "diagnose.journal.notyet")
    found = inspect(directory)
    if isinstance(found, Fault):
        return broken(Section.JOURNAL, found)
    given = found.totals
    return fine(
        Section.JOURNAL, "diagnose.journal.ok", jobs=found.open_jobs, unsent=found.unsent,
        printed=sum(total.jobs for total in given), sheets=sum(total.sheets for total in given),
        copies=sum(total.copies for total in given),
        reprints=sum(total.reprints for total in given),
    )  # fmt: skip
