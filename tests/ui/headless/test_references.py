"""Emitting signals for years must not use up the references to Python's bool objects."""

from __future__ import annotations

import subprocess
import sys

EMITS = """
import ui
from PySide6.QtCore import QCoreApplication, QObject, Signal
class Source(QObject):
    sent = Signal()
app = QCoreApplication([])
source = Source()
for _ in range(20000):
    source.sent.connect(app.objectName)
    source.sent.emit()
    source.sent.disconnect(app.objectName)
print("still here")
"""


def test_twenty_thousand_signals_do_not_abort_the_interpreter() -> None:
    ran = subprocess.run([sys.executable, "-c", EMITS], capture_output=True, text=True)
    assert ran.stdout == "still here\n"
    assert ran.returncode == 0, ran.stderr
