"""The speech process: reads commands, and speaks them through speech-dispatcher.

``ui.voice.speaker`` starts it (`ENGINE`). It loads no Qt. It may wait for
the daemon, because it is the only one that does. It ends when its standard input is closed, and the
daemon, which is its child, ends with it.

`ui.voice.commands` has its commands and reports.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import logging
import os
import selectors
import signal
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from devices.speech.daemon import Daemon
from devices.speech.ssip import Connection, Notice, SpeechLostError
from devices.speech.voices import Voice, chosen
from devices.system.memory import keep_memory_private
from devices.system.prctl import Option, prctl
from terminal.process.logs import log_to_stderr, name_bugs_only

from .commands import Command, Report
from .reading.aloud import aloud, load
from .utterance import Form, Span

log = logging.getLogger(__name__)

CLIENT = "voice"
READ_BYTES = 65_536
BEGIN_S = 5.0
"""Time from the daemon's acceptance of a message, when nothing else is spoken, to its first sound.
0.01 s on an idle machine. A daemon whose synthesiser has died never begins."""
SENTENCE_S = 60.0
"""The longest time for one sentence. The longest of any page takes 15 s."""
RETRIES_S = (0.0, 1.0, 5.0, 30.0)
"""Pauses before new attempts to reach a working daemon. The last one is repeated."""
PROOF = ","
"""Spoken at volume 0 after connecting: without a sound device the daemon never ends it."""
MOST_LOSSES = 2
"""A sentence during which the daemon is lost this often is left out: it may be the cause."""


@dataclass
class Job:
    """What is being spoken: the sentences of one page. ``next`` is the first that has not ended."""

    number: int
    language: str
    sentences: Sequence[Sequence[Span]]
    next: int = 0
    losses: int = 0
    messages: dict[int, int] = field(default_factory=dict)
    """The sentence of each message, by the daemon's number."""
    waiting_since: float | None = None
    """When the daemon should have begun or should be finished; ``None``: nothing is expected."""
    speaking: bool = False


class Engine:
    """Speaks the newest command through the daemon, and keeps a working daemon."""

    def __init__(
        self, daemon: Daemon, voices: Mapping[str, str], report: Callable[..., None]
    ) -> None:
        """``voices`` has the name of the voice for each language. ``report`` is called with a
        `Report` and its values."""
        self._daemon, self._names, self._report = daemon, voices, report
        self._connection: Connection | None = None
        self._found: dict[str, Voice] = {}
        self._current: Voice | None = None
        self._modules: list[int] = []
        self._job: Job | None = None
        self._proof: int | None = None
        self._proof_since = 0.0
        self._volume, self._rate = 1.0, 0.0
        self._rest = b""
        self._failures = 0
        self._retry_at: float | None = 0.0
        self._reported: list[str] | None = None

    # -- what the loop needs ---------------------------------------------------------------

    def sources(self) -> list[int]:
        """Return the descriptors to wait for, beside the commands: daemon and synthesisers."""
        return [] if self._connection is None else [self._connection.fileno(), *self._modules]

    def due_at(self) -> float | None:
        """Return when `check` must be called (monotonic s); ``None`` if never."""
        if self._connection is None:
            return self._retry_at
        if self._proof is not None:
            return self._proof_since + BEGIN_S
        job = self._job
        if job is None or job.waiting_since is None:
            return None
        return job.waiting_since + (SENTENCE_S if job.speaking else BEGIN_S)

    def check(self) -> None:
        """Connect again if it is time, and replace a daemon that is silent."""
        due = self.due_at()
        if due is None or time.monotonic() < due:
            return
        if self._connection is None:
            self._connect()
        else:
            self._lost("silent")

    def heard(self, ready: Iterable[int]) -> None:
        """Handle what the daemon reported, or its end, or the end of a synthesiser."""
        ready = set(ready)
        connection = self._connection
        if connection is None:
            return
        if connection.fileno() in ready:
            try:
                for notice, message in connection.read_notices():
                    self._noticed(notice, message)
            except SpeechLostError as error:
                self._lost(str(error))
                return
        if ready.intersection(self._modules):
            self._lost("a synthesiser has ended")

    def take(self, data: bytes) -> None:
        """Carry out the commands in ``data``. Only the newest page is spoken."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        commands = [json.loads(line) for line in lines]
        newest = [each for each in commands if each[0] in (Command.SAY, Command.STOP)][-1:]
        before = (self._volume, self._rate)
        for name, *values in commands:
            if name == Command.VOLUME:
                self._volume = float(values[0])
            elif name == Command.RATE:
                self._rate = float(values[0])
        changed = (self._volume, self._rate) != before
        if changed:
            self._try(self._set_sound)
        if not newest and changed and self._job is not None:
            # The daemon sets volume and speed for messages that come later: queue them again.
            self._job.messages.clear()
            self._try(self._silence)
            self._try(self._speak)
        elif newest:
            self._job = None
            self._try(self._silence)
            if newest[0][0] == Command.SAY:
                _, number, language, sentences = newest[0]
                spans = [[Span(text, Form(form)) for form, text in each] for each in sentences]
                self._job = Job(number, language, spans)
                self._report(Report.TAKEN, number)
                self._try(self._speak)

    def close(self) -> None:
        """Stop speaking, and end the daemon."""
        self._drop()
        self._daemon.stop()

    # -- the daemon --------------------------------------------------------------------------

    def _connect(self) -> None:
        self._retry_at = None
        try:
            connection = self._daemon.connected(CLIENT)
        except SpeechLostError as error:
            self._failed(str(error))
            return
        self._connection = connection
        try:
            voices = connection.voices()
            self._daemon.empty_log()
            connection.want_notices()
        except SpeechLostError as error:
            self._lost(str(error))
            return
        # The kernel makes the descriptor readable when the process ends.
        for pid in self._daemon.modules():
            with contextlib.suppress(OSError):
                self._modules.append(os.pidfd_open(pid))
        found = {each: chosen(voices, name, each) for each, name in self._names.items()}
        self._found = {each: voice for each, voice in found.items() if voice is not None}
        for language in sorted(set(found) - set(self._found)):
            log.warning("no voice for %s: the terminal is silent in it", language)
        self._try(self._prove)
        self._try(self._set_sound)
        self._try(self._speak)

    def _lost(self, why: str) -> None:
        """Drop the daemon, and try again. What was being spoken is repeated from its sentence."""
        job = self._job
        if job is not None:
            job.messages.clear()
            job.waiting_since, job.speaking = None, False
            job.losses += 1
            if job.losses >= MOST_LOSSES:
                job.next, job.losses = job.next + 1, 0
        self._failed(why)

    def _failed(self, why: str) -> None:
        self._drop()
        self._daemon.stop()
        pause_s = RETRIES_S[min(self._failures, len(RETRIES_S) - 1)]
        self._failures += 1
        self._retry_at = time.monotonic() + pause_s
        log.warning("no speech daemon (%s); next attempt in %g s", why, pause_s)
        if pause_s > 0:  # a single loss heals at once and is not shown
            self._found = {}
            self._report_voices()

    def _works(self) -> None:
        """Note that the daemon has spoken to the end."""
        self._failures = 0
        self._report_voices()

    def _drop(self) -> None:
        self._proof = None
        if self._connection is not None:
            self._connection.close()
        for descriptor in self._modules:
            os.close(descriptor)
        self._connection, self._modules, self._current = None, [], None

    def _report_voices(self) -> None:
        languages = sorted(self._found)
        if languages != self._reported:
            self._reported = languages
            self._report(Report.VOICES, languages)

    # -- speaking -----------------------------------------------------------------------------

    def _try(self, action: Callable[[Connection], None]) -> None:
        """Do this with the connection, if there is one."""
        if self._connection is None:
            return
        try:
            action(self._connection)
        except SpeechLostError as error:
            self._lost(str(error))
            return
        for notice, message in self._connection.notices():
            self._noticed(notice, message)

    def _prove(self, connection: Connection) -> None:
        connection.set_volume(0.0)
        self._proof, self._proof_since = connection.speak(PROOF), time.monotonic()

    def _set_sound(self, connection: Connection) -> None:
        connection.set_volume(self._volume)
        connection.set_rate(self._rate)

    def _silence(self, connection: Connection) -> None:
        connection.cancel()

    def _speak(self, connection: Connection) -> None:
        """Queue the sentences that are left, each as a message of its own."""
        job = self._job
        if job is None:
            return
        voice = self._found.get(job.language)
        if voice is None:  # never speak a language with the voice of another one
            self._job = None
            return
        if voice != self._current:
            load(voice.reads)
            connection.choose(voice)
            self._current = voice
        if job.next < len(job.sentences):
            job.waiting_since = time.monotonic()
        for i in range(job.next, len(job.sentences)):
            text = aloud(job.sentences[i], job.language, voice.reads)
            job.messages[connection.speak(text)] = i

    def _noticed(self, notice: Notice, message: int) -> None:
        job = self._job
        if message == self._proof:
            if notice is not Notice.BEGAN:
                self._proof = None
                self._works()
                if job is not None and job.waiting_since is not None:
                    job.waiting_since = time.monotonic()
            return
        if job is None or message not in job.messages:
            return  # a message of a page that is no longer shown
        i = job.messages[message]
        match notice:
            case Notice.BEGAN:
                job.speaking, job.waiting_since = True, time.monotonic()
                self._report(Report.BEGAN, job.number, i)
            case Notice.ENDED | Notice.CANCELLED:
                job.speaking, job.next, job.losses = False, i + 1, 0
                job.waiting_since = time.monotonic() if job.next < len(job.sentences) else None
                self._works()
                self._report(Report.ENDED, job.number, i)


def serve(engine: Engine, commands: int) -> None:
    """Run until ``commands`` is closed."""
    with selectors.DefaultSelector() as selector:
        selector.register(commands, selectors.EVENT_READ)
        while True:
            engine.check()
            for each in engine.sources():
                selector.register(each, selectors.EVENT_READ)
            sources = engine.sources()
            due = engine.due_at()
            wait_s = None if due is None else max(0.0, due - time.monotonic())
            ready = {key.fd for key, _ in selector.select(wait_s)}
            for each in sources:
                selector.unregister(each)
            if commands in ready:
                data = os.read(commands, READ_BYTES)
                if not data:
                    return
                engine.take(data)
            engine.heard(ready - {commands})


def main() -> int:
    """Run until standard input is closed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="private folder for the daemon")
    parser.add_argument("--voices", required=True, help="JSON: the voice of each language")
    options = parser.parse_args()
    keep_memory_private()  # a sentence may contain a resident's name
    log_to_stderr(verbose=False, service=False)
    name_bugs_only()
    # Optional: the process also ends with its input.
    with contextlib.suppress(OSError):
        prctl(Option.PDEATHSIG, signal.SIGKILL)
    # The terminal decides when the voice ends; in a demo Ctrl-C is for the terminal.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)

    def report(what: Report, *values: object) -> None:
        sys.stdout.write(json.dumps((what, *values)) + "\n")
        sys.stdout.flush()

    engine = Engine(Daemon(options.folder), json.loads(options.voices), report)
    gc.freeze()
    try:
        serve(engine, sys.stdin.fileno())
    except BrokenPipeError:
        pass  # the terminal has ended
    finally:
        engine.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
