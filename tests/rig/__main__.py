"""``make rig``: run a whole terminal on the real stacks, to try things by hand.

It starts pcscd with a virtual reader, a SAM_V module on a pty, cupsd with an IPP printer, and the
sandbox. With a display it opens the terminal's window; without one it prints each new state. The
commands that it lists control cards and devices. It removes everything when it ends.
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
from terminal.session.model import CardSide, Station
from terminal.session.states import State
from terminal.staff.pin import PinKeeper, hash_pin
from ui.documents.process import COMMAND

from .pcscd import READERS, VPCD_PORTS, Pcscd
from .people import PEOPLE, PHOTO, resident_text, social_security_card
from .print_fixtures import PrintRig, PrintStack
from .samv_emulator import ResidentCard, SamvEmulator
from .vcard import VirtualSlot

PIN = "135790"
COMMANDS = f"""
  card NAME     present a social security card to the PC/SC reader: {", ".join(PEOPLE)}
  id NAME       present a resident ID card to the SAM_V reader
  lift          remove the cards
  paper out     the printer runs out of paper; paper in: it has paper again
  pcscd kill    kill the card service; pcscd start: start it again
  code          show the last code sent to a phone (the maintenance PIN is {PIN})
  quit
"""


def main() -> int:
    """Start everything, and execute commands until ``quit``."""
    if os.environ.get("STATION_RIG") != "1":
        print("run it as `make rig`: it needs separate namespaces", file=sys.stderr)
        return 2
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="rig-"))
        stack.callback(shutil.rmtree, folder, True)
        say("starting pcscd, cupsd, the printer and the sandbox ...")
        pcscd = Pcscd(folder / "pcscd.log")
        pcscd.start()
        stack.callback(pcscd.stop)
        slot = VirtualSlot(VPCD_PORTS[0], READERS[0])
        stack.callback(slot.remove)
        samv = SamvEmulator(folder)
        stack.callback(samv.unplug)
        print_stack = PrintStack(Path(tempfile.mkdtemp(prefix="printing-", dir="/run")))
        print_stack.folder.chmod(0o755)
        print_stack.start()
        stack.callback(print_stack.stop)
        printer = print_stack.rig()
        stack.callback(printer.close)
        sandbox = stack.enter_context(SandboxProcess(folder / "sandbox"))
        runtime = Runtime(Station(readers=(), printers=(), platform=None))
        terminal = Terminal(runtime, plan(folder, samv, printer, sandbox), COMMAND)
        console = Console(slot, samv, printer, pcscd, sandbox)
        say(f"printed papers are in {printer.folder}\n{COMMANDS}")
        if os.environ.get("DISPLAY"):
            return with_window(runtime, terminal, console)
        stack.callback(terminal.stop)
        runtime.subscribe(StatePrinter())
        terminal.start()
        console.run()
    return 0


def with_window(runtime: Runtime, terminal: Terminal, console: Console) -> int:
    """Run the terminal's window, and execute the commands of the console on another thread."""
    from ui.app import run_window
    from ui.look.metrics import Screen
    from ui.widgets.kit import Place

    def quit_with_console() -> None:
        console.run()
        os.kill(os.getpid(), 15)

    threading.Thread(target=quit_with_console, daemon=True).start()
    try:
        return run_window(
            runtime, Screen(540, 960, 540 / 268.0), Place("便民服务站", "样例站", CardSide.RIGHT),
            production=False, on_painted=lambda _at: terminal.start(),
        )  # fmt: skip
    finally:
        terminal.stop()


def plan(folder: Path, samv: SamvEmulator, printer: PrintRig, sandbox: SandboxProcess) -> Plan:
    """Return the plan of a station on these stacks."""
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


class Console:
    """Executes the commands that a person types."""

    def __init__(
        self, slot: VirtualSlot, samv: SamvEmulator, printer: PrintRig, pcscd: Pcscd,
        sandbox: SandboxProcess,
    ) -> None:  # fmt: skip
        self._slot, self._samv, self._sandbox = slot, samv, sandbox
        self._acts: dict[str, Callable[[], None]] = {
            "lift": self._remove_cards,
            "paper out": printer.paper_out,
            "paper in": printer.refill,
            "pcscd kill": pcscd.kill,
            "pcscd start": pcscd.start,
            "code": self._code,
        }

    def run(self) -> None:
        """Execute commands until ``quit`` or the end of the input."""
        for line in sys.stdin:
            words = " ".join(line.split())
            if words == "quit":
                return
            if words and not self._do(words):
                say(COMMANDS)

    def _do(self, words: str) -> bool:
        kind, _, name = words.partition(" ")
        if words in self._acts:
            self._acts[words]()
        elif kind == "card" and name in PEOPLE:
            self._slot.present(social_security_card(name))
        elif kind == "id" and name in PEOPLE:
            self._samv.present(ResidentCard(resident_text(name), PHOTO))
        else:
            return False
        return True

    def _remove_cards(self) -> None:
        self._slot.remove()
        self._samv.remove()

    def _code(self) -> None:
        codes = self._sandbox.codes()
        say(codes[-1].code if codes else "none was sent yet")


class StatePrinter:
    """Prints each new state of the session."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, state: State) -> None:
        fault = getattr(state, "fault", None)
        shown = f"{type(state).__name__}{f' ({fault.code})' if fault else ''}"
        if shown != self._last:
            self._last = shown
            say(f"  -> {shown}")


def say(text: str) -> None:
    """Print a line to the console."""
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
