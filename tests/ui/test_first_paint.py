"""Before the first page is painted, only what it needs is imported, and no thread is started."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.process

PAGE = {
    "devices", "devices.faults", "devices.health", "devices.identity",
    "devices.signals", "devices.signals.protocol",
    "printing", "printing.faults", "printing.media", "printing.outcome", "printing.printer",
    "terminal", "terminal.platform", "terminal.platform.items", "terminal.process",
    "terminal.process.exit_codes",
    "terminal.session", "terminal.session.deadline", "terminal.session.model",
    "terminal.session.model.look", "terminal.session.model.station", "terminal.session.state",
    "terminal.session.states", "terminal.session.states.welcome", "terminal.words",
    "ui", "ui.app", "ui.bridge", "ui.import_hook", "ui.look", "ui.look.fonts", "ui.look.icons",
    "ui.look.line_breaking", "ui.look.metrics", "ui.look.theme", "ui.pages", "ui.pages.base",
    "ui.pages.parts", "ui.pages.welcome", "ui.widgets", "ui.widgets.button",
    "ui.widgets.card_picture", "ui.widgets.frame", "ui.widgets.kit", "ui.widgets.overlay",
    "ui.widgets.pictures", "ui.widgets.surface", "ui.widgets.text", "ui.window", "ui.wording",
    "ui.wording.cards", "ui.wording.unavailable",
}  # fmt: skip
"""The welcome page in its window: one state, the model of the station, widgets and words."""
RUNTIME = {"terminal.runtime", "terminal.runtime.loop", "terminal.session.home"}
"""What holds the first state and takes events until the session's thread runs."""
COMMAND = {
    "devices.system", "devices.system.memory", "devices.system.prctl", "terminal.cli",
    "terminal.commands", "terminal.commands.display", "terminal.commands.options",
    "terminal.commands.output", "terminal.demo", "terminal.demo.demo", "terminal.demo.hands",
    "terminal.process.figures", "terminal.process.logs", "terminal.process.signals",
    "terminal.process.temporary_folders", "terminal.sandbox", "terminal.sandbox.arguments",
    "ui.headless", "ui.headless.run",
}  # fmt: skip
"""The command line of the demo, and what makes its window."""

SHOW = """
import sys
before = set(sys.modules)  # what the virtual environment itself has loaded
import threading
from pathlib import Path

def show():
    own = {"devices", "printing", "terminal", "ui"}
    libraries = {"PySide6", "shiboken6", "shibokensupport", "signature_bootstrap", "__feature__"}
    known = sys.stdlib_module_names | libraries
    for name in set(sys.modules) - before:
        top = name.partition(".")[0]
        if top in own or top not in known and top != "__main__":
            print(name)
    for thread in threading.enumerate():
        if thread is not threading.main_thread():
            print("thread", thread.name)
    sys.stdout.flush()
"""
WINDOW = """
from terminal.runtime.loop import Runtime
from terminal.session.model import CardSide, Station
from ui.app import run_window
from ui.look.metrics import Screen
from ui.widgets.kit import Place

def painted(at):
    show()
    os._exit(0)

import os
runtime = Runtime(Station((), (), None))
run_window(runtime, Screen(600, 800, 4.0), Place("站", "地", CardSide.RIGHT),
           production=True, on_painted=painted)
"""
LATER = """
import os
from PySide6.QtCore import QTimer
from terminal.runtime.loop import Runtime
from terminal.session.model import CardSide, Station
from ui.app import run_window
from ui.look.metrics import Screen
from ui.widgets.kit import Place
from terminal.session.states import FILES

def look():
    if all(f"ui.pages.{file}" in sys.modules for file in FILES.values()):
        print("all")
        sys.stdout.flush()
        os._exit(0)

timer = QTimer()
timer.timeout.connect(look)
runtime = Runtime(Station((), (), None))
run_window(runtime, Screen(600, 800, 4.0), Place("站", "地", CardSide.RIGHT),
           production=True, on_painted=lambda at: timer.start(10))
"""
DEMO = """
import os
from terminal.cli import main

def heard(event, arguments):
    # The first import after the paint.
    if event == "import" and arguments[0] == "ui.headless.journey":
        show()
        os._exit(0)

sys.addaudithook(heard)
main(["demo", "--headless", "--no-screens", "--card", "wang-id", "--service", "100101-SI-0101",
      "--out", sys.argv[1]])
"""


def loaded(program: str, *arguments: str) -> set[str]:
    """Return our own and other people's modules that are loaded when the page is painted."""
    done = subprocess.run(
        [sys.executable, "-c", SHOW + program, *arguments],
        stdout=subprocess.PIPE, check=True, text=True, timeout=60, cwd=Path(__file__).parents[2],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    return set(done.stdout.split())


def test_window_loads_only_what_the_welcome_page_needs() -> None:
    assert loaded(WINDOW) == PAGE | RUNTIME


def test_demo_loads_only_what_the_welcome_page_and_its_command_need(tmp_path: Path) -> None:
    assert loaded(DEMO, str(tmp_path)) == PAGE | RUNTIME | COMMAND


def test_pages_are_loaded_after_the_first_paint_and_before_a_visit() -> None:
    assert loaded(LATER) == {"all"}
