"""An IPP Everywhere printer that tests can hold at each page, make fail, and switch off.

Its engine is ``print_command`` in this folder. Tests control the engine through files in a folder.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
from dataclasses import dataclass
from pathlib import Path

from .processes import START_S, Daemon, wait_until

COMMAND = Path(__file__).with_name("print_command")


def listens(port: int) -> bool:
    """Whether a program listens on this port of the loopback."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@dataclass(frozen=True)
class Received:
    """A document that the printer received, and what its engine found in it."""

    path: Path
    job: str
    format: str
    pages: int
    sides: str
    media: str


class IppEvePrinter:
    """One printer on loopback.

    ``formats``: the document formats that it accepts (PDF or a raster). ``keys``: a folder with a
    certificate and key of ``localhost``, for TLS. ``paper_mm``: the only paper size, as width and
    height; without it the printer has the common ones.
    """

    def __init__(
        self,
        folder: Path,
        port: int,
        *,
        formats: str = "application/pdf",
        duplex: bool = False,
        keys: Path | None = None,
        paper_mm: tuple[int, int] | None = None,
    ) -> None:
        self._folder = folder
        self.port = port
        self.device_uri = f"ipp://localhost:{port}/ipp/print"
        self.control = folder / "control"
        self._spool = folder / "spool"
        for path in (self.control / "tokens", self.control / "received", self._spool):
            path.mkdir(parents=True)
        # A PPD gives the formats too; ippeveprinter does not accept -f and -P together.
        takes = ["-f", formats]
        if paper_mm is not None:
            description = folder / "description.ppd"
            description.write_text(_description(*paper_mm))
            takes = ["-P", str(description)]
        command = [
            "ippeveprinter", "-c", str(COMMAND), "-d", str(self._spool), "-p", str(port),
            "-r", "off", "-n", "localhost", *takes, *(["-2"] if duplex else []),
            *(["-K", str(keys)] if keys else []), "RIG",
        ]  # fmt: skip
        env = {**os.environ, "STATION_RIG_CONTROL": str(self.control)}
        self._daemon = Daemon(command, folder / "log", env)

    def start(self) -> None:
        """Switch the printer on."""
        self._daemon.start()
        wait_until(lambda: listens(self.port), START_S, "ippeveprinter")

    def kill(self) -> None:
        """Cut the printer's power: its queue and the work of its engine are lost."""
        self._daemon.stop(signal.SIGKILL)
        self._stop_engines()
        shutil.rmtree(self._spool)
        self._spool.mkdir()

    def stop(self) -> None:
        """Switch the printer off."""
        self._daemon.stop()
        self._stop_engines()

    def freeze(self) -> None:
        """Make the printer hang: it keeps its connections but no longer answers.

        A thread that is running when the signal is sent may still answer one request, so wait until
        the kernel has stopped every thread.
        """
        os.kill(self._daemon.pid, signal.SIGSTOP)
        wait_until(self._is_stopped, START_S, "the printer's threads are stopped")

    def _is_stopped(self) -> bool:
        threads = Path(f"/proc/{self._daemon.pid}/task").glob("*/stat")
        return all(each.read_text().rpartition(")")[2].split()[0] == "T" for each in threads)

    def thaw(self) -> None:
        """Make the printer answer again."""
        os.kill(self._daemon.pid, signal.SIGCONT)

    def _stop_engines(self) -> None:
        """End the engine's processes of this printer, which go on without it."""
        mine = f"STATION_RIG_CONTROL={self.control}".encode()
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            with contextlib.suppress(OSError):
                words = (entry / "cmdline").read_bytes().split(b"\0")
                ours = str(COMMAND).encode() in words
                if ours and mine in (entry / "environ").read_bytes().split(b"\0"):
                    os.kill(int(entry.name), signal.SIGKILL)

    # --- control of the engine

    def hold(self) -> None:
        """Make each page wait for ``release_page`` from now on."""
        (self.control / "hold").touch()

    def release_page(self) -> None:
        """Let the engine print one held page."""
        tokens = self.control / "tokens"
        number = len(list(tokens.iterdir()))
        while True:
            try:
                (tokens / f"{number:06d}").touch(exist_ok=False)
            except FileExistsError:
                number += 1
            else:
                return

    def unhold(self) -> None:
        """Let pages be printed without waiting again."""
        (self.control / "hold").unlink(missing_ok=True)
        for token in (self.control / "tokens").iterdir():
            token.unlink(missing_ok=True)

    def fault(self, keyword: str, after: int = 0) -> None:
        """Stop with this printer-state-reason when ``after`` pages of a job are printed."""
        self._write(f"fault-{keyword}", str(after))

    def clear_fault(self, keyword: str) -> None:
        """Remove this printer-state-reason."""
        (self.control / f"fault-{keyword}").unlink(missing_ok=True)

    def abort_after(self, pages: int) -> None:
        """Make the engine abort each job after this many pages."""
        self._write("abort", str(pages))

    def page_seconds(self, seconds: float) -> None:
        """Set how long one page takes."""
        self._write("page-seconds", str(seconds))

    def _write(self, name: str, text: str) -> None:
        fresh = self.control / f".{name}"
        fresh.write_text(text)
        fresh.rename(self.control / name)

    # --- results

    def received(self) -> list[Received]:
        """Return every document that the printer received, in order."""
        found = []
        for description in sorted((self.control / "received").glob("*.json")):
            facts = json.loads(description.read_text())
            path = description.with_suffix("." + facts["format"])
            found.append(Received(path, **facts))
        return found

    def pages_out(self, job: str | None = None) -> int:
        """Return the number of printed pages, of all jobs or of the job with this name."""
        log = self.control / "pages.log"
        lines = log.read_text().splitlines() if log.exists() else []
        return sum(1 for line in lines if job is None or line.split()[0] == job)


def _description(width_mm: int, height_mm: int) -> str:
    """Return the PPD of a printer that has one paper size, without margins, and accepts PDF."""
    name = f"{width_mm}x{height_mm}mm"
    points = f"{width_mm / 25.4 * 72:.2f} {height_mm / 25.4 * 72:.2f}"
    lines = [
        '*PPD-Adobe: "4.3"', '*FormatVersion: "4.3"', '*FileVersion: "1.0"',
        "*LanguageVersion: English", "*LanguageEncoding: ISOLatin1", '*PCFileName: "SMALL.PPD"',
        '*Manufacturer: "Rig"', '*Product: "(Small)"', '*ModelName: "Rig Small"',
        '*ShortNickName: "Rig Small"', '*NickName: "Rig Small"', '*PSVersion: "(3010.000) 0"',
        '*LanguageLevel: "3"', "*ColorDevice: False", "*DefaultColorSpace: Gray",
        "*FileSystem: False", '*Throughput: "10"',
        '*cupsFilter2: "application/pdf application/pdf 0 -"', "*DefaultResolution: 203dpi",
    ]  # fmt: skip
    for key in ("PageSize", "PageRegion"):
        lines += [
            f"*OpenUI *{key}/Media: PickOne",
            f"*OrderDependency: 10 AnySetup *{key}",
            f"*Default{key}: {name}",
            f'*{key} {name}/Paper: "<</PageSize[{points}]>>setpagedevice"',
            f"*CloseUI: *{key}",
        ]
    lines += [
        f"*DefaultImageableArea: {name}",
        f'*ImageableArea {name}/Paper: "0 0 {points}"',
        f"*DefaultPaperDimension: {name}",
        f'*PaperDimension {name}/Paper: "{points}"',
    ]
    return "\n".join(lines) + "\n"
