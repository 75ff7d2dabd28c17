"""Measures the whole journey, as `station demo --headless` reports it, with three peers.

The smallest PySide6 program that paints a line of Chinese is the least that a terminal with this
toolkit can take. Chromium in kiosk mode with an empty page is what most kiosks are built on. The
sum of its parts is the least that a certificate can take.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

from . import parts
from .figures import Figure, median

RUNS = 7
SERVICE = "100101-SI-0101"
BROWSER = "Chromium, kiosk, empty page"

BARE_WINDOW = """
import os, sys, time
from pathlib import Path
os.environ["QT_QPA_PLATFORM"] = "offscreen"
def began():
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    return time.monotonic() - (
        time.clock_gettime(time.CLOCK_BOOTTIME) - int(fields[19]) / os.sysconf("SC_CLK_TCK"))
start = began()
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication(["bare"])
class Bare(QLabel):
    def paintEvent(self, event):
        super().paintEvent(event)
        pss = next(int(line.split()[1]) for line in open("/proc/self/smaps_rollup")
                   if line.startswith("Pss:"))
        print((time.monotonic() - start) * 1000, pss * 1024 / 1_000_000)
        app.quit()
window = Bare("您好，请放卡")
font = window.font(); font.setFamily("Noto Sans CJK SC"); font.setPixelSize(60)
window.setFont(font)
window.resize(1080, 1920)
window.show()
app.exec()
"""


def measure() -> list[Figure]:
    """Measure cold start, memory, card to identity, and the whole machine time of one
    certificate."""
    from . import chromium

    journeys, bare, browser = [], [], []
    _journey()  # not counted: the first run after a change compiles the modules
    with chromium.screen() if chromium.installed() else nullcontext() as environment:
        for _ in range(RUNS):
            bare.append(_bare())
            journeys.append(_journey())
            if environment is not None:
                browser.append(chromium.run(environment))
    timings = [each["timings_ms"] for each in journeys]
    cold = [each["cold_start"] for each in timings]
    memory = [sum(each["memory_mb"].values()) for each in journeys]
    return [
        median("cold start to welcome", cold, "ms", bar=2.5, peer="bare Qt window",
               peer_samples=[each[0] for each in bare]),
        median("cold start beside Chromium", cold, "ms", bar=0.6, peer=BROWSER,
               peer_samples=[each[0] for each in browser]),
        median("memory (PSS) after a journey", memory, "MB", bar=0.5, peer=BROWSER,
               peer_samples=[each[1] for each in browser],
               note="the terminal and its document process"),
        median("memory beside a bare window", memory, "MB", peer="bare Qt window",
               peer_samples=[each[1] for each in bare]),
        median("memory of the document process",
               [each["memory_mb"]["pss_documents"] for each in journeys],
               "MB", note="part of the two figures above"),
        median("card to identity", [t["card_to_identity"] for t in timings], "ms", bar=20,
               note="simulated card, which takes no time of its own"),
        median("machine time of one certificate", [t["machine_total"] for t in timings], "ms",
               bar=1.3, peer="the sum of its parts, each alone", peer_samples=parts.sums_ms(),
               note="sandbox, seal, preview and hand-over included; paper takes none"),
    ]  # fmt: skip


def _compiled() -> dict[str, str]:
    """Return the environment for a program whose compiled modules are kept, as in operation.

    A machine for development may forbid to write them. Then each start compiles the terminal's own
    modules (about 50 ms), while those of its libraries were compiled when they were installed.
    """
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def _journey() -> dict[str, dict[str, float]]:
    with tempfile.TemporaryDirectory() as out:
        done = subprocess.run(
            [sys.executable, "-m", "terminal", "demo", "--headless", "--no-screens",
             "--card", "wang-id", "--service", SERVICE, "--out", out],
            stdout=subprocess.PIPE, check=True, cwd=Path(__file__).parents[1], env=_compiled(),
        )  # fmt: skip
    report: dict[str, dict[str, float]] = json.loads(done.stdout)
    return report


def _bare() -> tuple[float, float]:
    done = subprocess.run(
        [sys.executable, "-c", BARE_WINDOW], stdout=subprocess.PIPE, check=True, text=True
    )
    start_ms, pss_mb = done.stdout.split()
    return float(start_ms), float(pss_mb)
