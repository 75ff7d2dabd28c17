"""Speaks the sentences of the page if the resident has turned the voice on.

For residents who cannot read the screen. A speech daemon that starts, hangs or is absent blocks its
callers. The voice therefore runs in a separate process, ``ui.voice.engine``, which the kernel ends
with the terminal. The UI thread writes to it without waiting, and replaces it if it ends or hangs.

The process takes 75 MB with its daemon. It runs from the moment the voice is turned on to the end
of the visit, and once after the start of the terminal to learn which languages can be spoken.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QProcess, QTimer, Signal, Slot

from terminal.config.voices import voice_names
from terminal.process.temporary_folders import temporary_folder
from terminal.session.model import Language, Look
from terminal.session.states import OutOfService, State, Welcome

from .commands import Command, Report
from .utterance import Sentence, Span, Utterance, sentences_heard

if TYPE_CHECKING:
    from terminal.config.sections import SpeechConfig

log = logging.getLogger(__name__)

ENGINE = (sys.executable, "-P", "-B", "-m", "ui.voice.engine")
"""``-P``: import nothing from the current folder. ``-B``: write no compiled modules."""
WAITING_BYTES = 16_384
"""Backlog limit: the sentences of about fifty pages. A process this far behind is considered hung
and is restarted."""
ANSWER_MS = 30_000
"""Time until the process has read a command. It reads none while it starts the daemon, which takes
20 s at most."""
RESTARTS_MS = (0, 1_000, 5_000, 30_000)
"""Pauses before the process is started again. The last one is repeated."""
PROBE_MS = 10_000
"""Time from ``start`` until the process is asked which languages can be spoken. Until then the
terminal itself starts."""
PROBE_AGAIN_MS = 600_000
"""Pause before it is asked again, if a language was missing."""
STOP_MS = 500
"""Time for a killed process to end, when the terminal ends."""


@dataclass(frozen=True, slots=True)
class _Saying:
    """What is spoken for one page, as the listeners hear it."""

    language: Language
    sentences: tuple[tuple[Span, ...], ...]


class Voice(QObject):
    """Speaks the sentences of each page; call ``show`` with every new state."""

    available = Signal(object)
    """The languages that can be spoken now have changed (``frozenset[Language]``)."""

    def __init__(
        self,
        utterance: Callable[[State], Utterance],
        engine: Sequence[str] = ENGINE,
        settings: SpeechConfig | None = None,
        parent: QObject | None = None,
        opening: Callable[[State], Sentence] | None = None,
    ) -> None:
        """Nothing is started before ``start``. Without ``settings`` the defaults apply. ``opening``
        is spoken once in each visit, before the first sentence."""
        super().__init__(parent)
        self._utterance = utterance
        self._command = engine
        self._opening = opening
        self._opened = False
        self._said: _Saying | None = None
        self._visited = False
        self._started = False
        self._needed = False
        """Whether the voice is on, or was in this visit: the process must run."""
        self._rate = 0.0 if settings is None else settings.rate
        self._names = voice_names({} if settings is None else settings.voices)
        """The name of the voice for each language."""
        self._languages: frozenset[Language] | None = None
        """The languages of the last report."""
        self._state: State | None = None
        self._sound: tuple[float, float] | None = None
        self._process: QProcess | None = None
        self._folder: Path | None = None
        self._output = b""
        self._number = 0
        """Of the last `_Saying` that was sent. Reports about earlier ones are ignored."""
        self._speaking: _Saying | None = None
        """What was sent and has not been spoken to its end."""
        self._done = 0
        """How many of its sentences have ended."""
        self._base = 0
        """How many had ended when it was sent."""
        self._failures = 0
        self._restart = self._timer(self._start_process)
        self._probe = self._timer(self._start_probe)
        self._answer = self._timer(lambda: self._give_up("does not answer"))

    def _timer(self, action: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(action)
        return timer

    def start(self) -> None:
        """Speak from now on. Call it after the first paint, because the process that this starts
        takes time of the processor."""
        if not self._started:
            self._started = True
            self._probe.start(PROBE_MS)
            if self._state is not None:
                self.show(self._state)

    @Slot(object)
    def show(self, state: State) -> None:
        """Speak the page of ``state``, once. Stop speaking if the voice is off or the visit is
        over."""
        self._state = state
        if not self._started:
            return
        home = isinstance(state, Welcome | OutOfService)
        if home and self._visited:
            self._stop_speaking()
            self._opened = False
        self._visited = not home
        self._set_sound(state.look)
        if not state.look.voice:
            self._fall_silent()
            if home and self._needed:
                self._needed = False
                self._end_process()
            return
        if not self._needed:
            self._needed = True
            if self._process is None:
                self._start_process()
        heard = sentences_heard(self._utterance(state), privately=state.heard_privately)
        saying = _Saying(state.look.language, heard)
        if saying == self._said:
            return
        self._said = saying
        if heard:
            opened = _Saying(saying.language, (*self._opening_of(state), *heard))
            self._say(opened)
        else:
            self._stop_speaking()

    def again(self) -> None:
        """Speak the page once more."""
        if self._said is not None and self._said.sentences:
            self._say(self._said)

    def close(self) -> None:
        """Stop speaking and end the process."""
        self._started = self._needed = False
        self._said = self._speaking = self._state = None
        self._probe.stop()
        self._end_process()
        for process in self.findChildren(QProcess):  # also one that was ended and still runs
            process.waitForFinished(STOP_MS)

    def _opening_of(self, state: State) -> tuple[tuple[Span, ...], ...]:
        """Return the opening if it has not been spoken in this visit."""
        if self._opening is None or self._opened:
            return ()
        self._opened = True
        return sentences_heard((self._opening(state),), privately=state.heard_privately)

    def _fall_silent(self) -> None:
        if self._said is not None:
            self._said = None
            self._stop_speaking()

    def _stop_speaking(self) -> None:
        self._speaking = None
        self._send(Command.STOP)

    def _set_sound(self, look: Look) -> None:
        """Set volume and speed, which are reset after each visit together with the look."""
        rate = max(-1.0, min(1.0, self._rate + look.speed.change))
        if self._sound != (look.volume.level, rate):
            self._sound = (look.volume.level, rate)
            self._send(Command.VOLUME, look.volume.level)
            self._send(Command.RATE, rate)

    def _say(self, saying: _Saying) -> None:
        self._number += 1
        self._speaking, self._done = saying, 0
        if self._process is not None and self._process.bytesToWrite() > WAITING_BYTES:
            self._give_up("does not read")
            return
        self._send_saying()

    def _send_saying(self) -> None:
        """Send what has not been spoken yet. The process counts from the first that it gets."""
        saying = self._speaking
        if saying is None or self._process is None:
            return
        left = [
            [[span.form.value, span.text] for span in spans]
            for spans in saying.sentences[self._done :]
        ]
        self._base = self._done
        self._send(Command.SAY, self._number, saying.language.value, left)
        self._answer.start(ANSWER_MS)

    # -- the process -------------------------------------------------------------------------

    def _start_probe(self) -> None:
        """Let the process report its languages. If the voice is off, it is ended after that."""
        if self._process is None:
            self._start_process()

    def _start_process(self) -> None:
        self._probe.stop()
        process = QProcess(self)
        process.setProcessChannelMode(QProcess.ProcessChannelMode.ForwardedErrorChannel)
        process.readyReadStandardOutput.connect(lambda: self._read(process))
        process.finished.connect(lambda *_: self._ended(process))
        process.errorOccurred.connect(lambda error: self._not_started(process, error))
        if self._folder is None:
            self._folder = temporary_folder("station-voice-")
        voices = json.dumps(self._names, ensure_ascii=False)
        arguments = [*self._command[1:], "--folder", str(self._folder), "--voices", voices]
        self._process, self._output = process, b""
        process.start(self._command[0], arguments)
        self._answer.start(ANSWER_MS)
        if self._sound is not None:
            self._send(Command.VOLUME, self._sound[0])
            self._send(Command.RATE, self._sound[1])
        self._send_saying()

    def _read(self, process: QProcess) -> None:
        if process is not self._process:
            return
        *lines, self._output = (self._output + process.readAllStandardOutput().data()).split(b"\n")
        for line in lines:
            name, *values = json.loads(line)
            self._handle(Report(name), *values)

    def _handle(self, report: Report, *values: Any) -> None:
        match report, values:
            case Report.VOICES, (languages,):
                self._answer.stop()
                self._report(frozenset(Language(each) for each in languages))
            case Report.TAKEN, (number,) if number == self._number:
                self._answer.stop()
            case Report.ENDED, (number, sentence) if number == self._number:
                self._failures = 0
                self._done = self._base + sentence + 1
                if self._speaking is not None and self._done >= len(self._speaking.sentences):
                    self._speaking = None

    def _report(self, languages: frozenset[Language]) -> None:
        """Report which languages can be spoken, and end a process that was only asked for them."""
        if languages != self._languages:
            self._languages = languages
            self.available.emit(languages)
        if not self._needed:
            self._end_process()

    def _give_up(self, why: str) -> None:
        """Kill the process and start another one. What was being spoken is continued."""
        log.warning("the speech process %s", why)
        self._dismiss()
        self._start_again()

    def _ended(self, process: QProcess) -> None:
        process.deleteLater()
        if process is self._process:
            log.warning("the speech process has ended")
            self._process = None
            self._start_again()

    def _not_started(self, process: QProcess, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._ended(process)

    def _start_again(self) -> None:
        self._answer.stop()
        if not self._needed:
            self._report(frozenset())
            return
        pause = RESTARTS_MS[min(self._failures, len(RESTARTS_MS) - 1)]
        if self._failures:
            self._report(frozenset())
        self._failures += 1
        self._restart.start(pause)

    def _end_process(self) -> None:
        """End the process until the voice is turned on, or until it is asked for its languages."""
        self._restart.stop()
        self._answer.stop()
        self._failures = 0
        if self._started and self._languages != frozenset(Language):
            self._probe.start(PROBE_AGAIN_MS)
        self._dismiss()

    def _dismiss(self) -> None:
        """Kill the process without waiting; ``_ended`` removes it."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()

    def _send(self, command: Command, *values: object) -> None:
        """Write a command into the pipe, without waiting until it is read."""
        if self._process is not None:
            line = json.dumps((command, *values), ensure_ascii=False) + "\n"
            self._process.write(line.encode())
