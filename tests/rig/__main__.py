"""`make rig`: the real stacks with a whole terminal on them, left running to play with.

pcscd with a virtual reader, a SAM_V module on a pty, cupsd with an IPP printer, and the sandbox.
With a display the terminal's window opens; without one the situations are told on the console.
Everything is steered by the words that it lists, and is gone when it ends.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from devices.readers.pcsc.reader import PcscReader
from devices.readers.samv.serial_reader import SamvSerialReader
from printing.cups.printer import CupsPrinter
from terminal.platform.client import PlatformClient
from terminal.runtime.assembly import Plan, Terminal
from terminal.runtime.loop import Runtime
from terminal.sandbox.process import SandboxProcess
from terminal.session.model import Station
from terminal.session.states import State
from terminal.staff.pin import PinKeeper, hash_pin
from ui.documents.process import COMMAND

from .pcscd import READERS, VPCD_PORTS, Pcscd
from .people import PEOPLE, PHOTO, resident_text, social_security_card
from .print_fixtures import PrintHouse, PrintRig
from .samv_emulator import ResidentCard, SamvEmulator
from .vcard import VirtualSlot

PIN = "135790"
WORDS = f"""
  card NAME     lay a social security card on the PC/SC reader: {", ".join(PEOPLE)}
  id NAME       lay a resident ID card on the SAM_V reader
  lift          take the cards away
  paper out     the printer runs out of paper; paper in: it is put in again
  pcscd kill    the card service dies; pcscd start: it is back
  code          the code last sent to a phone (the maintenance PIN is {PIN})
  quit
"""


def main() -> int:
    """Start everything, obey until it is told to quit."""
    if os.environ.get("STATION_RIG") != "1":
        print("run it as `make rig`: it needs namespaces of its own", file=sys.stderr)
        return 2
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="rig-"))
        stack.callback(shutil.rmtree, folder, True)
        say("starting pcscd, cupsd, the printer and the sandbox ...")
        pcscd = Pcscd(folder / "pcscd.log")
        pcscd.start()
        stack.callback(pcscd.stop)
        slot = VirtualSlot(VPCD_PORTS[0], READERS[0])
        stack.callback(slot.lift)
        samv = SamvEmulator(folder)
        stack.callback(samv.unplug)
        house = PrintHouse(Path(tempfile.mkdtemp(prefix="printing-", dir="/run")))
        house.folder.chmod(0o755)
        house.start()
        stack.callback(house.stop)
        printer = house.rig()
        stack.callback(printer.close)
        sandbox = stack.enter_context(SandboxProcess(folder / "sandbox"))
        runtime = Runtime(Station(readers=(), printers=(), platform=None))
        terminal = Terminal(runtime, plan(folder, samv, printer, sandbox), COMMAND)
        hands = Hands(slot, samv, printer, pcscd, sandbox)
        say(f"papers come to {printer.folder}\n{WORDS}")
        if os.environ.get("DISPLAY"):
            return with_window(runtime, terminal, hands)
        stack.callback(terminal.stop)
        runtime.subscribe(Teller())
        terminal.start()
        hands.obey()
    return 0


def with_window(runtime: Runtime, terminal: Terminal, hands: Hands) -> int:
    """The terminal's window; the console is obeyed beside it."""
    from ui.app import Place, run_window
    from ui.look.metrics import Screen

    def quit_with_console() -> None:
        hands.obey()
        os.kill(os.getpid(), 15)

    threading.Thread(target=quit_with_console, daemon=True).start()
    try:
        return run_window(
            runtime, Screen(540, 960, 540 / 268.0), Place("便民服务站", "样例站", "right"),
            production=False, on_painted=lambda _at: terminal.start(),
        )  # fmt: skip
    finally:
        terminal.stop()


def plan(folder: Path, samv: SamvEmulator, printer: PrintRig, sandbox: SandboxProcess) -> Plan:
    """A station on these stacks."""
    client = PlatformClient(
        sandbox.address, ca_file=sandbox.ca_file, app_id=sandbox.app_id,
        request_key=sandbox.request_key, terminal_id="rig", catalogue_key=sandbox.catalogue_key,
    )  # fmt: skip
    return Plan(
        state_directory=folder / "state",
        token_key=os.urandom(32),
        pins=lambda journal: PinKeeper(hash_pin(PIN), journal),
        readers=lambda: (PcscReader("pcsc"), SamvSerialReader("samv", str(samv.port))),
        printer=lambda journal: CupsPrinter(
            printer.queue, printer.device_uri, journal, cups_server=printer.cups_server
        ),
        client=lambda: client,
        anchors=lambda: (sandbox.anchors.read_bytes(),),
        catalogue_key=lambda: sandbox.catalogue_key,
        demonstration=True,
        region="100101",
        station_name="样例站",
    )


class Hands:
    """What the person at the console does to the stacks."""

    def __init__(
        self, slot: VirtualSlot, samv: SamvEmulator, printer: PrintRig, pcscd: Pcscd,
        sandbox: SandboxProcess,
    ) -> None:  # fmt: skip
        self._slot, self._samv, self._sandbox = slot, samv, sandbox
        self._acts: dict[str, Callable[[], None]] = {
            "lift": self._lift,
            "paper out": printer.paper_out,
            "paper in": printer.refill,
            "pcscd kill": pcscd.kill,
            "pcscd start": pcscd.start,
            "code": self._code,
        }

    def obey(self) -> None:
        """Read words until `quit` or the end of the input."""
        for line in sys.stdin:
            words = " ".join(line.split())
            if words == "quit":
                return
            if words and not self._do(words):
                say(WORDS)

    def _do(self, words: str) -> bool:
        kind, _, name = words.partition(" ")
        if words in self._acts:
            self._acts[words]()
        elif kind == "card" and name in PEOPLE:
            self._slot.lay(social_security_card(name))
        elif kind == "id" and name in PEOPLE:
            self._samv.lay(ResidentCard(resident_text(name), PHOTO))
        else:
            return False
        return True

    def _lift(self) -> None:
        self._slot.lift()
        self._samv.lift()

    def _code(self) -> None:
        codes = self._sandbox.codes()
        say(codes[-1].code if codes else "none was sent yet")


class Teller:
    """Tells each new situation on the console."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, state: State) -> None:
        fault = getattr(state, "fault", None)
        told = f"{type(state).__name__}{f' ({fault.code})' if fault else ''}"
        if told != self._last:
            self._last = told
            say(f"  -> {told}")


def say(text: str) -> None:
    """A line to the console."""
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
