"""The real speech-dispatcher with espeak-ng, and a sound card that records what is played.

The sound card is ALSA's file plug-in, which writes into a named pipe. The recorder empties it as
fast as a sound card would, so that speech takes its time and can be interrupted.
"""

from __future__ import annotations

import array
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from .processes import Daemon, wait_until
from .sound_card import LOUD, RATE

START_S = 20.0
ALSA = """pcm.record {{
  type file
  slave.pcm {{ type null }}
  file "{pipe}"
  format "raw"
}}
"""
SETTINGS = """LogLevel {level}
AudioOutputMethod "alsa"
AudioALSADevice "record"
AddModule "espeak-ng" "sd_espeak-ng" "espeak-ng.conf"
DefaultModule espeak-ng
"""
VOICE_LINE = re.compile(r"LINE here:|^2(?:00|49)-|\|200-")
"""A line of the log about one of 13,000 voices."""
MODULES = Path("/etc/speech-dispatcher/modules")


class Recorder:
    """A sound card that plays what is written into the pipe, and what it has played."""

    def __init__(self, pipe: Path) -> None:
        os.mkfifo(pipe)
        self._samples = pipe.with_name("samples")
        self._times = pipe.with_name("times")
        self._samples.touch()
        self._times.touch()
        self._from = 0
        self._card = Daemon(
            [sys.executable, "-m", "tests.rig.sound_card", str(pipe), str(self._samples),
             str(self._times)],
            pipe.with_name("sound-card"),
        )  # fmt: skip
        self._card.start()

    def close(self) -> None:
        """Stop playing."""
        self._card.stop()

    def samples(self) -> array.array[int]:
        """Return what was played since `forget`."""
        data = self._samples.read_bytes()
        return array.array("h", data[self._from * 2 : len(data) // 2 * 2])

    def first_sound_at(self) -> float | None:
        """Return when the first sound since `forget` was played (monotonic s)."""
        return next((at for at, index in self._sounds() if index >= self._from), None)

    def wait_for_silence(self, seconds: float, limit_s: float) -> None:
        """Wait until nothing but silence was played for ``seconds``."""
        began = time.monotonic()

        def silent() -> bool:
            last = max((at for at, _ in self._sounds()), default=began)
            return time.monotonic() - max(began, last) >= seconds

        wait_until(silent, limit_s, "silence")

    def forget(self) -> None:
        """Forget what was played so far."""
        self._from = self._samples.stat().st_size // 2

    def _sounds(self) -> list[tuple[float, int]]:
        lines = self._times.read_text().splitlines(keepends=True)
        pairs = [line.split() for line in lines if line.endswith("\n")]
        return [(float(at), int(index)) for at, index in pairs]


@dataclass(frozen=True)
class Sound:
    """What a recording contains."""

    seconds: float
    """From the first to the last sample that is not silence."""
    decibels: float
    """The mean level of this part, relative to one unit."""
    longest_pause_s: float


def measured(samples: array.array[int]) -> Sound:
    """Measure a recording. Without any sound everything is 0."""
    loud = [i for i, each in enumerate(samples) if abs(each) > LOUD]
    if not loud:
        return Sound(0.0, 0.0, 0.0)
    part = samples[loud[0] : loud[-1] + 1]
    power = sum(each * each for each in part) / len(part)
    pause = max((b - a for a, b in pairwise(loud)), default=0)
    return Sound(len(part) / RATE, 10 * math.log10(power), pause / RATE)


def synthesised(text: str, voice: str = "cmn-latn-pinyin") -> Sound:
    """Return what espeak-ng itself makes of this text, with the settings of speech-dispatcher."""
    done = subprocess.run(
        ["espeak-ng", "-v", voice, "--stdout", text], capture_output=True, check=True
    )
    header = 44  # a WAV file with one chunk
    data = done.stdout[header:]
    return measured(array.array("h", data[: len(data) // 2 * 2]))


@dataclass(frozen=True)
class Spoken:
    """A text that a synthesiser got, with the voice that was set for it."""

    voice: str
    text: str


class SpeechRig:
    """A folder with settings, a sound card, and on request a daemon with log level 5."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.recorder = Recorder(folder / "sound")
        self.alsa = folder / "asound.conf"
        self.alsa.write_text(ALSA.format(pipe=folder / "sound"))
        self.settings = folder / "config" / "speech-dispatcher"
        (self.settings / "modules").mkdir(parents=True)
        shutil.copy(MODULES / "espeak-ng.conf", self.settings / "modules")
        self.set_log_level(5)
        self._log, self._read = "", 0
        self.address = folder / "socket"
        self._daemon = Daemon(
            ["speech-dispatcher", "-s", "-C", str(self.settings), "-c", "unix_socket",
             "-S", str(self.address), "-P", str(folder / "pid"), "-L", str(folder), "-t", "0"],
            folder / "output", {**os.environ, "ALSA_CONFIG_PATH": str(self.alsa)},
        )  # fmt: skip

    def set_log_level(self, level: int) -> None:
        """Write the settings. A daemon reads them when it starts."""
        (self.settings / "speechd.conf").write_text(SETTINGS.format(level=level))

    def start_daemon(self) -> None:
        """Start the daemon, and wait until it listens."""
        self._daemon.start()
        wait_until(self.address.exists, START_S, "speech-dispatcher listens")

    def close(self) -> None:
        """End the daemon and the sound card."""
        self._daemon.stop()
        self.recorder.close()

    def log(self) -> str:
        """Return the log of the daemon of this rig, without the long list of voices."""
        path = self.folder / "speech-dispatcher.log"
        with path.open("rb") as file:
            file.seek(self._read)
            data = file.read()
        whole = data[: data.rfind(b"\n") + 1]
        self._read += len(whole)
        lines = whole.decode("utf-8", "replace").splitlines(keepends=True)
        self._log += "".join(line for line in lines if not VOICE_LINE.search(line))
        return self._log

    def spoken(self) -> list[Spoken]:
        """Return what the synthesiser got, without texts of punctuation alone (from the log)."""
        found, voice = [], ""
        for match in re.finditer(
            r"^synthesis_voice=(.*)$|Command sent to output module: \|<speak>(.*?)</speak>",
            self.log(), re.MULTILINE,
        ):  # fmt: skip
            if match[2] is None:
                voice = match[1]
            elif re.search(r"\w", match[2]):
                found.append(Spoken(voice, re.sub(r"<[^>]*>", "", match[2])))
        return found


@contextmanager
def rig_with_settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[SpeechRig]:
    """Make a rig, and let every speech-dispatcher that is started use its settings."""
    # The path of a socket must be short.
    with tempfile.TemporaryDirectory(prefix="speech-") as folder:
        made = SpeechRig(Path(folder))
        monkeypatch.delenv("SPEECHD_ADDRESS", raising=False)
        monkeypatch.setenv("XDG_CONFIG_HOME", str(made.folder / "config"))
        monkeypatch.setenv("ALSA_CONFIG_PATH", str(made.alsa))
        try:
            yield made
        finally:
            made.close()
