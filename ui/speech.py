"""The voice: says the sentence of the page, where a resident has turned it on.

For those who cannot read the screen. It must never make a page wait: the engine lives on a
thread of its own, because a speech daemon that is starting, stuck or absent blocks its callers.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from terminal.session.model import Language
from terminal.session.states import OutOfService, State, Welcome

log = logging.getLogger(__name__)

VOLUME = 0.8
"""Of 1; the loudness that each visit starts with (EN 301 549: reset after each use)."""
STOP_MS = 500
"""For the engine's thread to end. A daemon that is stuck is left behind."""

LOCALES = {Language.ZH: "zh_CN", Language.EN: "en_US"}


class Engine(Protocol):
    """What says a sentence. Called on the voice's thread only; any method may block there."""

    def say(self, sentence: str, locale: str) -> None:
        """Begin to say it in the voice of ``locale`` ("zh_CN"); returns before it is said."""
        ...

    def stop(self) -> None:
        """Fall silent at once."""
        ...

    def set_volume(self, volume: float) -> None:
        """Loudness, 0 to 1."""
        ...


class QtEngine:
    """Qt TextToSpeech with the engine of this name (``speechd``: speech-dispatcher)."""

    def __init__(self, name: str, rate: float = 0.0) -> None:
        # On the voice's thread and only once somebody wants it: the module brings Qt Multimedia.
        from PySide6.QtTextToSpeech import QTextToSpeech

        self._speech = QTextToSpeech(name)
        self._speech.setRate(rate)
        self._locale = ""

    def say(self, sentence: str, locale: str) -> None:
        from PySide6.QtCore import QLocale

        if locale != self._locale:
            self._speech.setLocale(QLocale(locale))
            self._locale = locale
        self._speech.say(sentence)

    def stop(self) -> None:
        self._speech.stop()

    def set_volume(self, volume: float) -> None:
        self._speech.setVolume(volume)


def system_engine(rate: float = 0.0) -> Engine | None:
    """The station's speech engine; ``None`` where there is none (the terminal is silent then).

    ``rate`` is how fast it speaks, -1 to 1; 0 is the voice's own.
    """
    from PySide6.QtTextToSpeech import QTextToSpeech

    return QtEngine("speechd", rate) if "speechd" in QTextToSpeech.availableEngines() else None


class _Speaker(QObject):
    """On the voice's thread: makes the engine when it is first needed, and speaks."""

    def __init__(self, make: Callable[[], Engine | None]) -> None:
        super().__init__()
        self._make = make
        self._engine: Engine | None = None
        self._made = False

    @Slot(str, str)
    def say(self, sentence: str, locale: str) -> None:
        if not self._made:
            self._made = True
            self._engine = self._make()
            if self._engine is None:
                log.warning("no speech engine: the terminal is silent")
            else:
                self._engine.set_volume(VOLUME)
        if self._engine is not None:
            self._engine.stop()
            self._engine.say(sentence, locale)

    @Slot()
    def hush(self) -> None:
        if self._engine is not None:
            self._engine.stop()

    @Slot()
    def reset(self) -> None:
        if self._engine is not None:
            self._engine.stop()
            self._engine.set_volume(VOLUME)

    @Slot()
    def finish(self) -> None:
        self.hush()
        # Let go of here: a QObject is destroyed on the thread that it lives on.
        self._engine = None
        self.thread().quit()


class Voice(QObject):
    """Follows the pages: ``show`` with each state; says its sentence while the voice is on."""

    _say = Signal(str, str)
    _hush = Signal()
    _reset = Signal()
    _finish = Signal()

    def __init__(
        self,
        sentence: Callable[[State], str],
        make: Callable[[], Engine | None] = system_engine,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._sentence = sentence
        self._said: tuple[str, Language] | None = None
        self._visited = False
        self._thread = QThread(self)
        self._thread.setObjectName("voice")
        self._speaker = _Speaker(make)
        self._speaker.moveToThread(self._thread)
        queued = Qt.ConnectionType.QueuedConnection
        self._say.connect(self._speaker.say, queued)
        self._hush.connect(self._speaker.hush, queued)
        self._reset.connect(self._speaker.reset, queued)
        self._finish.connect(self._speaker.finish, queued)

    @Slot(object)
    def show(self, state: State) -> None:
        """The page of ``state`` is on the screen: say it, once; fall silent when it is gone."""
        home = isinstance(state, Welcome | OutOfService)
        if home and self._visited:
            self._reset.emit()
        self._visited = not home
        if not state.look.voice:
            self._fall_silent()
            return
        saying = (self._sentence(state), state.look.language)
        if saying == self._said:
            return
        self._said = saying
        if not saying[0]:
            self._hush.emit()
            return
        if not self._thread.isRunning():
            self._thread.start()
        self._say.emit(saying[0], LOCALES[saying[1]])

    def again(self) -> None:
        """Say the page once more."""
        if self._said is not None and self._said[0]:
            self._say.emit(self._said[0], LOCALES[self._said[1]])

    def close(self) -> None:
        """Fall silent and let the engine go; waits half a second at most."""
        self._said = None
        if not self._thread.isRunning():
            return
        self._finish.emit()
        if not self._thread.wait(STOP_MS):
            # Blocked inside the daemon's library; the process is about to end.
            log.warning("the speech engine did not stop in time")
            self._thread.terminate()
            self._thread.wait(STOP_MS)

    def _fall_silent(self) -> None:
        if self._said is not None:
            self._said = None
            self._hush.emit()
