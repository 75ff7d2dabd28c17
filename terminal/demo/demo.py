"""The demo's parts: the embedded sandbox, a tray of sample cards, a printer that writes PDF files.

Used by the composition root and by people who try the terminal without its devices. Each part
implements the same protocol as the real one; the terminal never checks whether this is the demo.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from devices.identity import CardKind

from ..process.temporary_folders import temporary_folder

if TYPE_CHECKING:
    from devices.readers.simulated import SimulatedReader
    from printing.folder_printer import FolderPrinter
    from printing.printer import JobJournal

    from ..platform.client import PlatformClient
    from ..runtime.assembly import Plan
    from ..sandbox.process import SandboxProcess

DEMO_PIN = "135790"
"""The demo's maintenance PIN. It protects nothing: a real station configures its own."""
STATION_NAME = "便民服务站"
PLACE = "人民路药房站"
PROCESSORS = ("样例区政务服务中心", "样例市政务服务平台", "12345")
"""The fictional operator and handler that the consent page names, and a telephone number."""
REGION = "100101"
"""Not assigned in GB/T 2260."""
ACCEPTS = (CardKind.RESIDENT_ID, CardKind.SOCIAL_SECURITY)
"""The kinds of cards in the tray."""
CARD_S = 0.35
"""About as long as reading a social security card takes; the headless demo does not wait."""
SECONDS_PER_PAGE = 2.5
"""About as long as an office printer takes per page; the headless demo does not wait."""


def sandbox_directory() -> Path:
    """Return the folder of this machine's demonstration authority (0700)."""
    import platformdirs

    return platformdirs.user_data_path("station-terminal") / "sandbox"


def demonstration_anchors() -> tuple[bytes, ...]:
    """Return this machine's demonstration anchor (PEM); empty before the first demo."""
    import contextlib

    from ..sandbox.signing import DemoAuthority

    with contextlib.suppress(OSError, ValueError):
        return (DemoAuthority.load(sandbox_directory() / "authority").anchor.read_bytes(),)
    return ()


class Demo:
    """The demo's parts: ``plan`` connects them; a person or a rehearsal controls them.

    The printer writes its PDF files to ``out``. ``quick`` skips the waiting times of card and
    paper. Everything else is in a temporary directory of the demo. Import and creation are light,
    because they happen before the first page is painted; each part is made when it is first used.
    """

    def __init__(self, out: Path, *, quick: bool = False) -> None:
        self.out = out
        self._quick = quick
        self.printer: FolderPrinter | None = None
        self._client: PlatformClient | None = None
        self._before: set[Path] = set()

    @cached_property
    def state_directory(self) -> Path:
        """The folder of the journal and the catalogue, removed at the end."""
        return temporary_folder("station-demo-")

    @cached_property
    def sandbox(self) -> SandboxProcess:
        """The sandbox's process."""
        from ..sandbox.process import SandboxProcess

        return SandboxProcess(sandbox_directory())

    def start(self) -> None:
        """Start the sandbox without waiting for it; its users wait until it is ready."""
        self.out.mkdir(parents=True, exist_ok=True)
        self._before = set(self.out.glob("*.pdf"))
        self.sandbox.start()

    def started(self) -> Plan:
        """Start the sandbox, and return the plan. For after the first paint."""
        self.start()
        return self.plan()

    def stop(self) -> None:
        """Stop the sandbox and delete everything except the PDF files."""
        import shutil

        if self._client is not None:
            self._client.close()
        self.sandbox.stop()
        shutil.rmtree(self.state_directory, ignore_errors=True)

    @cached_property
    def reader(self) -> SimulatedReader:
        """The simulated reader with the tray of sample cards."""
        from devices.readers.simulated import SimulatedReader

        from .sample_cards import sample_cards

        return SimulatedReader("tray", sample_cards(), 0.0 if self._quick else CARD_S)

    def plan(self) -> Plan:
        """Return the plan from which the terminal is assembled."""
        import secrets

        from ..runtime.assembly import Plan
        from ..staff.pin import PinKeeper, hash_pin

        return Plan(
            state_directory=self.state_directory,
            token_key=secrets.token_bytes(32),
            pins=lambda journal: PinKeeper(hash_pin(DEMO_PIN), journal, journal.clock),
            readers=lambda: (self.reader,),
            printer=self._make_printer,
            client=self.client,
            anchors=lambda: (self.sandbox.anchors.read_bytes(),),
            catalogue_key=lambda: self.sandbox.catalogue_key,
            demonstration=True,
            region=REGION,
            station_name=STATION_NAME,
            warm_up=self.sandbox.wait_until_warm,
        )

    def client(self) -> PlatformClient:
        """Return the client of the embedded sandbox; wait until the sandbox listens."""
        if self._client is None:
            from ..platform.client import PlatformClient

            self._client = PlatformClient(
                self.sandbox.address,
                ca_file=self.sandbox.ca_file,
                app_id=self.sandbox.app_id,
                request_key=self.sandbox.request_key,
                terminal_id="demo",
                catalogue_key=self.sandbox.catalogue_key,
            )
        return self._client

    def last_code(self) -> str:
        """Return the last code that the sandbox "sent" to a phone; empty if there is none."""
        codes = self.sandbox.codes()
        return codes[-1].code if codes else ""

    def printed(self) -> tuple[Path, ...]:
        """Return the PDF files that this demo's printer wrote, oldest first."""
        new = set(self.out.glob("*.pdf")) - self._before
        return tuple(sorted(new, key=lambda path: path.stat().st_mtime_ns))

    def services(self) -> list[dict[str, str]]:
        """Return the services in the sandbox's catalogue: id, kind, title and a sample card.

        The holder of that card can get the service (not everyone has a pension). Waits until the
        sandbox listens; raises ``SandboxError`` if it does not start.
        """
        from devices.health import Fault

        from ..sandbox.process import SandboxError

        signed = self.client().catalogue()
        if isinstance(signed, Fault):
            raise SandboxError(f"the sandbox gives no catalogue: {signed.code} {signed.detail}")
        return [
            {
                "id": item.code,
                "kind": item.kind.value,
                "title": item.title.zh,
                "card": _card_for(item.code),
            }
            for item in signed.catalogue.items
        ]

    def _make_printer(self, journal: JobJournal) -> FolderPrinter:
        from printing.folder_printer import FolderPrinter

        pace = 0.0 if self._quick else SECONDS_PER_PAGE
        self.printer = FolderPrinter(self.out, journal, seconds_per_page=pace)
        return self.printer


def _card_for(code: str) -> str:
    from datetime import datetime

    from ..sandbox.items import holders
    from .sample_cards import sample_cards

    tray = {card.name for card in sample_cards()}
    today = datetime.now().astimezone().date()
    named = (f"{each.key}-ssc" for each in holders(code, today))
    return next(name for name in named if name in tray)
