"""The voice: says the sentence of the page, where a resident has turned it on.

For those who cannot read the screen. It must never make a page wait: a speech daemon that starts,
hangs or is absent blocks its callers (and Python with them), so the engine lives in a process of
its own, ``ui.voice.engine``, which is written to without waiting and can be killed.
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

if TYPE_CHECKING:
    from terminal.config.sections import SpeechConfig

log = logging.getLogger(__name__)

ENGINE = (sys.executable, "-m", "ui.voice.engine")
"""Reads one JSON list a line: ``["say", sentence, locale]``, ``["stop"]``, ``["volume", 0.8]``."""
VOLUME = 0.8
"""Of 1; the loudness that each visit starts with (EN 301 549: reset after each use)."""
WAITING_BYTES = 16_384
"""Unread words for about fifty pages: an engine that is so far behind hangs, and is killed."""
STOP_MS = 500
"""For a killed process to be gone."""

LOCALES = {Language.ZH: "zh_CN", Language.EN: "en_US"}


class Voice(QObject):
    """Follows the pages: ``show`` with each state; says its sentence while the voice is on."""

    def __init__(
        self,
        sentence: Callable[[State], str],
        engine: Sequence[str] = ENGINE,
        settings: SpeechConfig | None = None,
        parent: QObject | None = None,
        opening: Callable[[State], str] | None = None,
    ) -> None:
        """Use the voice's own settings if there are none. ``opening`` is spoken once in each visit,
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
        """The page of ``state`` is on the screen: say it, once; fall silent when it is gone."""
        home = isinstance(state, Welcome | OutOfService)
        if home and self._visited:
            self._tell("stop")
            self._tell("volume", VOLUME)
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
            self._say(self._opened_by(state) + saying[0], saying[1])
        else:
            self._tell("stop")

    def again(self) -> None:
        """Say the page once more."""
        if self._said is not None and self._said[0]:
            self._say(*self._said)

    def close(self) -> None:
        """Fall silent and let the engine go."""
        self._said = None
        self._kill()

    def _opened_by(self, state: State) -> str:
        """The opening if this visit has not heard it yet, else nothing."""
        if self._opening is None or self._opened:
            return ""
        self._opened = True
        return self._opening(state) + ("" if state.look.language is Language.ZH else " ")

    def _fall_silent(self) -> None:
        if self._said is not None:
            self._said = None
            self._tell("stop")

    def _say(self, sentence: str, language: Language) -> None:
        if self._process is not None and self._process.bytesToWrite() > WAITING_BYTES:
            log.warning("the speech engine hangs: it is started anew")
            self._kill()
        if self._process is None or self._process.state() is QProcess.ProcessState.NotRunning:
            self._start()
        self._tell("say", sentence, LOCALES[language])

    def _start(self) -> None:
        process = QProcess(self)
        process.setProcessChannelMode(QProcess.ProcessChannelMode.ForwardedErrorChannel)
        process.setStandardOutputFile(QProcess.nullDevice())
        process.start(self._engine[0], list(self._engine[1:]))
        self._process = process
        self._tell("volume", VOLUME)
        if self._settings is not None and self._settings.rate:
            self._tell("rate", self._settings.rate)

    def _tell(self, *what: str | float) -> None:
        """Put words into the engine's pipe; never waits for them to be read."""
        if self._process is not None:
            line = json.dumps(what, ensure_ascii=False) + "\n"
            self._process.write(line.encode())

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.state() is not QProcess.ProcessState.NotRunning:
            process.kill()
            process.waitForFinished(STOP_MS)
