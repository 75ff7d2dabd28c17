"""Signals may be emitted for years: no bool is given away that cannot be spared."""

from __future__ import annotations

import subprocess
import sys

EMITS = """
import ui
from PySide6.QtCore import QCoreApplication, QObject, Signal
class Source(QObject):
    told = Signal()
app = QCoreApplication([])
source = Source()
for _ in range(20000):
    source.told.connect(app.objectName)
    source.told.emit()
    source.told.disconnect(app.objectName)
print("still here")
"""


def test_twenty_thousand_signals_do_not_end_the_interpreter() -> None:
    ran = subprocess.run([sys.executable, "-c", EMITS], capture_output=True, text=True)
    assert ran.stdout == "still here\n"
    assert ran.returncode == 0, ran.stderr
