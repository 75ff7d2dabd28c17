"""The process of the speech engine: reads commands and speaks them with Qt TextToSpeech.

``ui.voice.speaker`` starts it when a resident turns the voice on. It speaks only what it is given,
and ends when its standard input is closed.
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

from devices.system.memory import keep_memory_private
from devices.system.prctl import Option, prctl

from .commands import Command

log = logging.getLogger(__name__)

ENGINE = "speechd"
"""speech-dispatcher. The operator chooses the voice in its configuration."""
EXIT_NO_ENGINE = 3
READ_BYTES = 65_536
_SPOKEN = (Command.SAY, Command.STOP)


class Speech(Protocol):
    """The part of ``QTextToSpeech`` that is used."""

    def say(self, text: str) -> None: ...
    def stop(self) -> None: ...
    def setVolume(self, volume: float) -> None: ...
    def setRate(self, rate: float) -> None: ...
    def setLocale(self, locale: QLocale) -> None: ...


class Commands:
    """Executes the commands that arrive."""

    def __init__(self, speech: Speech) -> None:
        self._speech = speech
        self._locale = ""
        self._rest = b""

    def take(self, data: bytes) -> None:
        """Read bytes from the pipe and execute each complete line; only the newest sentence is
        spoken."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        commands = [json.loads(line) for line in lines]
        said = [i for i, command in enumerate(commands) if command[0] in _SPOKEN]
        for i, (name, *values) in enumerate(commands):
            match Command(name):
                case Command.VOLUME:
                    self._speech.setVolume(*values)
                case Command.RATE:
                    self._speech.setRate(*values)
                case Command.SAY | Command.STOP if i != said[-1]:
                    pass  # It belongs to a page that is no longer shown.
                case Command.STOP:
                    self._speech.stop()
                case Command.SAY:
                    self._speech.stop()
                    self._say(*values)

    def _say(self, sentence: str, locale: str) -> None:
        if locale != self._locale:
            self._speech.setLocale(QLocale(locale))
            self._locale = locale
        self._speech.say(sentence)


def main() -> int:
    """Run until standard input is closed."""
    keep_memory_private()  # a sentence may contain a resident's name
    # Optional: the process also ends with its input, but a hung daemon could delay that.
    with contextlib.suppress(OSError):
        prctl(Option.PDEATHSIG, signal.SIGKILL)
    # The terminal decides when the voice ends; in a demo Ctrl-C is for the terminal.
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
