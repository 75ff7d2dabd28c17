"""Speaks the sentence of the page if the resident has turned the voice on.

For residents who cannot read the screen. A speech daemon that starts, hangs or is absent blocks its
callers, and Python with them. The engine therefore runs in a separate process,
``ui.voice.engine``. The UI thread writes to it without waiting, and can kill it.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, Slot

from terminal.session.model import Language
from terminal.session.states import OutOfService, State, Welcome
from terminal.words import words

from .commands import Command

if TYPE_CHECKING:
    from terminal.config.sections import SpeechConfig

log = logging.getLogger(__name__)

ENGINE = (sys.executable, "-m", "ui.voice.engine")
"""Reads one command per line (`ui.voice.commands`)."""
VOLUME = 0.8
"""Volume at the start of each visit, from 0 to 1 (EN 301 549: reset after each use)."""
WAITING_BYTES = 16_384
"""Backlog limit: the sentences of about fifty pages. An engine this far behind is considered hung
and is restarted."""
STOP_MS = 500
"""Time for a killed process to end."""


class Voice(QObject):
    """Speaks the sentence of each page; call ``show`` with every new state."""

    def __init__(
        self,
        sentence: Callable[[State], str],
        engine: Sequence[str] = ENGINE,
        settings: SpeechConfig | None = None,
        parent: QObject | None = None,
        opening: Callable[[State], str] | None = None,
    ) -> None:
        """Without ``settings`` the voice's own apply. ``opening`` is spoken once in each visit,
        before the first sentence."""
        super().__init__(parent)
        self._settings = settings
        self._sentence = sentence
        self._engine = engine
        self._opening = opening
        self._opened = False
        self._said: tuple[str, Language] | None = None
        self._visited = False
        self._process: QProcess | None = None

    @Slot(object)
    def show(self, state: State) -> None:
        """Speak the page of ``state``, once. Stop speaking if the voice is off or the visit is
        over."""
        home = isinstance(state, Welcome | OutOfService)
        if home and self._visited:
            self._send(Command.STOP)
            self._send(Command.VOLUME, VOLUME)
            self._opened = False
        self._visited = not home
        if not state.look.voice:
            self._fall_silent()
            return
        saying = (self._sentence(state), state.look.language)
        if saying == self._said:
            return
        self._said = saying
        if saying[0]:
            self._say(self._opening_text(state) + saying[0], saying[1])
        else:
            self._send(Command.STOP)

    def again(self) -> None:
        """Speak the page once more."""
        if self._said is not None and self._said[0]:
            self._say(*self._said)

    def close(self) -> None:
        """Stop speaking and end the engine's process."""
        self._said = None
        self._kill()

    def _opening_text(self, state: State) -> str:
        """Return the opening if it has not been spoken in this visit, else an empty string."""
        if self._opening is None or self._opened:
            return ""
        self._opened = True
        return self._opening(state) + words(state.look.language).text("voice.pause")

    def _fall_silent(self) -> None:
        if self._said is not None:
            self._said = None
            self._send(Command.STOP)

    def _say(self, sentence: str, language: Language) -> None:
        if self._process is not None and self._process.bytesToWrite() > WAITING_BYTES:
            log.warning("the speech engine does not respond: restarting it")
            self._kill()
        if self._process is None or self._process.state() is QProcess.ProcessState.NotRunning:
            self._start()
        self._send(Command.SAY, sentence, words(language).text("voice.locale"))

    def _start(self) -> None:
        process = QProcess(self)
        process.setProcessChannelMode(QProcess.ProcessChannelMode.ForwardedErrorChannel)
        process.setStandardOutputFile(QProcess.nullDevice())
        process.start(self._engine[0], list(self._engine[1:]))
        self._process = process
        self._send(Command.VOLUME, VOLUME)
        if self._settings is not None and self._settings.rate:
            self._send(Command.RATE, self._settings.rate)

    def _send(self, command: Command, *values: str | float) -> None:
        """Write a command into the engine's pipe, without waiting until it is read."""
        if self._process is not None:
            line = json.dumps((command, *values), ensure_ascii=False) + "\n"
            self._process.write(line.encode())

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.state() is not QProcess.ProcessState.NotRunning:
            process.kill()
            process.waitForFinished(STOP_MS)
