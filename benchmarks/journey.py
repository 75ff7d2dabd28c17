"""The whole journey, measured as `station demo --headless` tells it, beside a bare Qt window.

The peer is the smallest PySide6 program that paints a line of Chinese: what any terminal built
on the same toolkit must at least take.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from .figures import Figure, median

RUNS = 7
SERVICE = "100101-SI-0101"

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
        print((time.monotonic() - start) * 1000, pss / 1000)
        app.quit()
window = Bare("您好，请放卡")
font = window.font(); font.setFamily("Noto Sans CJK SC"); font.setPixelSize(60)
window.setFont(font)
window.resize(1080, 1920)
window.show()
app.exec()
"""


def measure() -> list[Figure]:
    """Cold start, memory, card to identity, and the whole machine time of one certificate."""
    told, bare = [], []
    for _ in range(RUNS):
        bare.append(_bare())
        told.append(_journey())
    timings = [each["timings_ms"] for each in told]
    return [
        median("cold start to welcome", [t["cold_start"] for t in timings], "ms", bar=450,
               peer="bare Qt window", peer_samples=[b[0] for b in bare]),
        median("memory (PSS) after a journey", [sum(t["memory_mb"].values()) for t in told], "MB",
               bar=150, peer="bare Qt window", peer_samples=[b[1] for b in bare],
               note="the terminal and its document process"),
        median("memory of the document process", [t["memory_mb"]["pss_documents"] for t in told],
               "MB", note="part of the figure above"),
        median("card to identity", [t["card_to_identity"] for t in timings], "ms", bar=20,
               note="simulated card, which takes no time of its own"),
        median("machine time of one certificate", [t["machine_total"] for t in timings], "ms",
               bar=150, note="sandbox, seal, preview and hand-over included; paper takes none"),
    ]  # fmt: skip


def _journey() -> dict[str, dict[str, float]]:
    with tempfile.TemporaryDirectory() as out:
        done = subprocess.run(
            [sys.executable, "-m", "terminal", "demo", "--headless", "--no-screens",
             "--card", "wang-id", "--service", SERVICE, "--out", out],
            stdout=subprocess.PIPE, check=True, cwd=Path(__file__).parents[1],
        )  # fmt: skip
    told: dict[str, dict[str, float]] = json.loads(done.stdout)
    return told


def _bare() -> tuple[float, float]:
    done = subprocess.run(
        [sys.executable, "-c", BARE_WINDOW], stdout=subprocess.PIPE, check=True, text=True
    )
    start_ms, pss_mb = done.stdout.split()
    return float(start_ms), float(pss_mb)
