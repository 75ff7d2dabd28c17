"""The terminal's window as a process: first paint, signals, exceptions, and late imports."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from PySide6.QtCore import QRect

from tests.devices.speech.fake_daemon import FakeDaemon
from ui.app import DESK_GAP_PX, TITLE_BAR_PX, fitted
from ui.demo.panel import WIDTH_PX
from ui.gallery import SCREENS

PROGRAM = """
import logging, sys
logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(message)s")
from terminal.runtime.loop import Runtime
from terminal.session.model import CardSide, Station
from ui.app import run_window
from ui.look.metrics import Screen
from ui.widgets.kit import Place

class Watched(Runtime):
    def post(self, event):
        {on_post}
        super().post(event)

runtime = Watched(Station((), (), None))
def painted(at):
    runtime.start()
    slow = {{"PySide6.QtPdf", "PySide6.QtTextToSpeech", "PySide6.QtMultimedia", "reportlab",
            "pyhanko", "requests", "cups", "smartcard", "cryptography", "segno", "pypinyin"}}
    print("painted", sorted(slow & set(sys.modules)), flush=True)
    {on_painted}
code = run_window(runtime, Screen(600, 800, 4.0), Place("站", "地", CardSide.RIGHT),
                  production={production}, on_painted=painted)
runtime.stop()
sys.exit(code)
"""


def start(
    on_painted: str = "pass", on_post: str = "pass", production: bool = True
) -> subprocess.Popen[str]:
    program = PROGRAM.format(on_painted=on_painted, on_post=on_post, production=production)
    return subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        cwd=Path(__file__).parents[3],
    )  # fmt: skip


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_process_cleanly_after_a_fast_first_paint(number: signal.Signals) -> None:
    with start() as process:
        assert process.stdout is not None
        # Nothing slow was imported before the first page was painted.
        assert process.stdout.readline() == "painted []\n"
        process.send_signal(number)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 0, err
    assert f"stopping on signal {number.value}" in err


def test_the_session_learns_after_the_first_paint_which_languages_can_be_spoken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The terminal itself never loads the dictionary of pinyin."""
    report = (
        "if type(event).__name__ == 'VoicesChanged': "
        "print(*sorted(event.languages), 'pypinyin' in sys.modules, flush=True)"
    )
    # The path of a socket must be short.
    with tempfile.TemporaryDirectory(prefix="app-") as folder:
        daemon = FakeDaemon(Path(folder) / "socket")
        monkeypatch.setenv("SPEECHD_ADDRESS", f"unix_socket:{daemon.address}")
        at_once = "import ui.voice.speaker as speaker; speaker.PROBE_MS = 0"
        with start(on_painted=at_once, on_post=report) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "painted []\n"
            assert process.stdout.readline() == "en zh False\n"
            process.terminate()
            process.communicate(timeout=20)
        daemon.die()
    assert process.returncode == 0


def test_closing_the_window_does_not_end_the_process_in_production() -> None:
    close = (
        "from PySide6.QtWidgets import QApplication as A; from PySide6.QtCore import QTimer; "
        "A.topLevelWidgets()[0].close(); QTimer.singleShot(300, lambda: print('open', flush=True))"
    )
    with start(close) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert process.stdout.readline() == "open\n"
        process.terminate()
        process.communicate(timeout=20)
    assert process.returncode == 0


def test_an_exception_on_the_ui_thread_ends_the_process_without_logging_values() -> None:
    bug = (
        "from PySide6.QtCore import QTimer; "
        "QTimer.singleShot(0, lambda: {}['王建明 100101195803120216'])"
    )
    with start(bug) as process:
        out, err = process.communicate(timeout=20)
    assert process.returncode == 70, out
    assert "the screen failed: KeyError at" in err
    assert "王建明" not in err
    assert "100101" not in err


def test_a_demo_terminal_fits_beside_its_panel_and_keeps_its_size_in_millimetres() -> None:
    desktop = QRect(0, 0, 1366, 768)
    for screen in SCREENS.values():
        small = fitted(screen, desktop)
        assert small.width_px + WIDTH_PX + 3 * DESK_GAP_PX <= desktop.width()
        assert small.height_px + TITLE_BAR_PX + DESK_GAP_PX <= desktop.height()
        assert small.width_mm == pytest.approx(screen.width_mm, rel=0.005)
        assert small.height_mm == pytest.approx(screen.height_mm, rel=0.005)


def test_a_screen_that_fits_is_shown_in_its_own_size() -> None:
    screen = SCREENS["landscape-15"]
    assert fitted(screen, QRect(0, 0, 3840, 2160)) == screen
