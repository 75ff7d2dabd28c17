"""Checks of the voice: whether each language can be spoken, and whether a log keeps what is said.

Used by `station diagnose`.
"""

from __future__ import annotations

import os
import re
import select
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from devices.speech.daemon import Daemon
from devices.speech.ssip import Connection, Notice, SpeechLostError
from devices.speech.voices import chosen

from .. import faults
from .diagnose import Finding, Section, broken, fine

CLIENT = "diagnose"
PROOF = ","
"""Spoken at volume 0. Without a sound device the daemon never ends it."""
PROOF_S = 5.0
HIGHEST_LOG_LEVEL = 3
"""From level 4 on speech-dispatcher's log has the text of every message."""
SYSTEM_SETTINGS = Path("/etc/speech-dispatcher")

_SETTING = re.compile(r'^\s*([A-Za-z]+)\s+"?([^"#\s]+)"?')


def probe_voices(names: Mapping[str, str], *, with_sound: bool) -> Finding:
    """Check that each language has its voice. ``names`` has the configured name for each language.

    ``with_sound``: also check that the sound device takes sound. A running terminal may hold it.
    """
    section = Section.VOICE
    with tempfile.TemporaryDirectory(prefix="station-voice-") as folder:
        daemon = Daemon(Path(folder))
        try:
            connection = daemon.connected(CLIENT)
            try:
                voices = connection.voices()
                missing = [each for each in names if chosen(voices, names[each], each) is None]
                if missing:
                    listed = "; ".join(f"{each}: {names[each]}" for each in missing)
                    return broken(section, faults.VOICE_MISSING.with_detail(listed))
                if with_sound and not _sounds(connection):
                    return broken(section, faults.VOICE_SILENT.with_detail("no sound device"))
            finally:
                connection.close()
        except SpeechLostError as error:
            return broken(section, faults.VOICE_SILENT.with_detail(str(error)))
        finally:
            daemon.stop()
    return fine(section, "diagnose.voice.ok", languages=" ".join(names))


def _sounds(connection: Connection) -> bool:
    connection.want_notices()
    connection.set_volume(0.0)
    proof, until = connection.speak(PROOF), time.monotonic() + PROOF_S
    notices = list(connection.notices())
    while (Notice.ENDED, proof) not in notices:
        left = until - time.monotonic()
        if left <= 0 or not select.select([connection], [], [], left)[0]:
            return False
        notices += connection.read_notices()
    return True


def probe_speech_log(settings: Path | None = None) -> Finding:
    """Check that speech-dispatcher's configuration keeps what is spoken out of every log.

    The terminal's own daemon is started with a log level of its own. A daemon that the environment
    names uses the configured one, and so do other programs that speak.
    """
    section, subject = Section.VOICE, "log"
    folder = settings_folder() if settings is None else settings
    found = [
        f"{name} {value} in {path}"
        for path in _files(folder)
        for name, value in _settings(path)
        if _keeps_text(name.lower(), value)
    ]
    if found:
        return broken(section, faults.SPEECH_LOGGED.with_detail("; ".join(found)), subject)
    return fine(section, "diagnose.voice.log", subject)


def settings_folder() -> Path:
    """Return the folder that speech-dispatcher reads: the user's if it has a file, else /etc."""
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    own = home / "speech-dispatcher"
    return own if (own / "speechd.conf").exists() else SYSTEM_SETTINGS


def _files(folder: Path) -> Iterator[Path]:
    yield folder / "speechd.conf"
    yield from sorted((folder / "clients").glob("*.conf"))
    yield from sorted((folder / "modules").glob("*.conf"))


def _settings(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the settings of a file. A file that is missing has none: the defaults apply."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return
    for line in text.splitlines():
        if (setting := _SETTING.match(line)) is not None:
            yield setting[1], setting[2]


def _keeps_text(name: str, value: str) -> bool:
    match name:
        case "loglevel":
            return value.isdigit() and int(value) > HIGHEST_LOG_LEVEL
        case "customlogfile":  # a copy of the protocol, whatever the level
            return True
        case "debug":  # of a module: its log then has each text
            return value not in ("0", "off")
        case _:
            return False
