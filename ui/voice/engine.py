"""The speech engine's process: reads what is to be said, and says it with Qt TextToSpeech.

For ``ui.voice.speaker``, which starts it once a resident wants to hear the pages. It ends when
nobody writes to it any more, and says nothing but what it is given.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import sys
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QLocale, QSocketNotifier

from devices.system.prctl import Option, prctl
from terminal.runtime.process import keep_memory_private

log = logging.getLogger(__name__)

ENGINE = "speechd"
"""speech-dispatcher; which voice speaks is the operator's choice, made there."""
EXIT_NO_ENGINE = 3
READ_BYTES = 65_536


class Speech(Protocol):
    """What is used of ``QTextToSpeech``."""

    def say(self, text: str) -> None: ...
    def stop(self) -> None: ...
    def setVolume(self, volume: float) -> None: ...
    def setRate(self, rate: float) -> None: ...
    def setLocale(self, locale: QLocale) -> None: ...


class Commands:
    """Carries out the lines that come in."""

    def __init__(self, speech: Speech) -> None:
        self._speech = speech
        self._locale = ""
        self._rest = b""

    def take(self, data: bytes) -> None:
        """Take in some bytes of the pipe; whole lines are carried out, the newest words win."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        commands = [json.loads(line) for line in lines]
        said = [i for i, command in enumerate(commands) if command[0] in ("say", "stop")]
        for i, command in enumerate(commands):
            if command[0] == "volume":
                self._speech.setVolume(command[1])
            elif command[0] == "rate":
                self._speech.setRate(command[1])
            elif i == said[-1]:
                # What came before it in the same breath is of a page that is gone.
                self._speech.stop()
                if command[0] == "say":
                    self._say(command[1], command[2])

    def _say(self, sentence: str, locale: str) -> None:
        if locale != self._locale:
            self._speech.setLocale(QLocale(locale))
            self._locale = locale
        self._speech.say(sentence)


def main() -> int:
    """Run until standard input ends."""
    keep_memory_private()  # a sentence may hold a resident's name
    with contextlib.suppress(OSError):  # it also ends with its input; a daemon could hold it up
        prctl(Option.PDEATHSIG, signal.SIGKILL)
    # The terminal alone decides when the voice ends; Ctrl-C in a demo goes to it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from PySide6.QtTextToSpeech import QTextToSpeech

    app = QCoreApplication([])
    if ENGINE not in QTextToSpeech.availableEngines():
        log.warning("no speech engine: the terminal is silent")
        return EXIT_NO_ENGINE
    commands = Commands(QTextToSpeech(ENGINE))
    notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)

    def read() -> None:
        data = os.read(sys.stdin.fileno(), READ_BYTES)
        if data:
            commands.take(data)
        else:
            notifier.setEnabled(False)
            app.quit()

    notifier.activated.connect(lambda *_: read())
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
