"""A speech daemon without sound: it speaks SSIP on a socket and records what it is told.

It imports nothing of ``devices``, so that an error there is not repeated here.
"""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import TextIO

MANDARIN = ("Chinese (Mandarin, latin as Pinyin)", "cmn-LATN-PINYIN")
SPELLING = ("Chinese (Mandarin, latin as English)", "cmn")
ENGLISH = ("English (America)", "en-US")


class Mood(Enum):
    """How the daemon treats messages."""

    SPEAKS = auto()
    """It begins and ends each message at once."""
    BEGINS = auto()
    """It begins a message and never ends it: a sound device that hangs."""
    SILENT = auto()
    """It accepts messages and never begins one: its synthesiser has died."""
    DEAF = auto()
    """It answers nothing."""


@dataclass
class Message:
    """One message, with the settings that applied to it."""

    text: str
    settings: dict[str, str]


@dataclass
class FakeDaemon:
    """Listens on ``address`` from the start. ``voices`` are of the one module."""

    address: Path
    voices: list[tuple[str, str]] = field(default_factory=lambda: [SPELLING, MANDARIN, ENGLISH])
    mood: Mood = Mood.SPEAKS
    module: str = "espeak-ng"
    refuse: str = ""
    """The beginning of commands that are answered with an error."""
    commands: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._connections: list[socket.socket] = []
        self._listen()

    def _listen(self) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(self.address))
        self._socket.listen()
        threading.Thread(target=self._accept, args=(self._socket,), daemon=True).start()

    def die(self) -> None:
        """Close every connection, and listen no longer."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for each in self._connections:
            each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._connections.clear()
        self.address.unlink(missing_ok=True)

    def revive(self) -> None:
        """Listen again, as a daemon that was restarted."""
        self._listen()

    def spoken(self) -> list[str]:
        """Return the texts so far, without those at volume 0."""
        return [each.text for each in self.messages if each.settings.get("VOLUME") != "-100"]

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            self._connections.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        settings: dict[str, str] = {}
        lines = connection.makefile("r", encoding="utf-8", newline="\r\n")
        try:
            for raw in lines:
                line = raw.rstrip("\r\n")
                self.commands.append(line)
                if self.mood is Mood.DEAF:
                    continue
                self._answer(connection, line, settings, lines)
        except (OSError, ValueError):
            return

    def _answer(
        self, to: socket.socket, line: str, settings: dict[str, str], lines: TextIO
    ) -> None:
        def send(*answer: str) -> None:
            to.sendall("".join(f"{each}\r\n" for each in answer).encode())

        if self.refuse and line.startswith(self.refuse):
            send("408 ERR PARAMETER INVALID")
        elif line == "LIST OUTPUT_MODULES":
            send(f"250-{self.module}", "250 OK MODULE LIST SENT")
        elif line == "LIST SYNTHESIS_VOICES":
            listed = [
                f"249-{name}{'+' + variant if variant != 'none' else ''}\t{tag}\t{variant}"
                for name, tag in self.voices
                for variant in ("none", "whisper")
            ]
            send(*listed, "249 OK VOICE LIST SENT")
        elif line == "SPEAK":
            send("230 OK RECEIVING DATA")
            text = ""
            while (part := next(lines).rstrip("\r\n")) != ".":
                text += part.removeprefix(".") if part.startswith("..") else part
            self.messages.append(Message(text, dict(settings)))
            number = len(self.messages)
            send(f"225-{number}", "225 OK MESSAGE QUEUED")
            if self.mood in (Mood.SPEAKS, Mood.BEGINS):
                send(f"701-{number}", "701-1", "701 BEGIN")
            if self.mood is Mood.SPEAKS:
                send(f"702-{number}", "702-1", "702 END")
        elif line.startswith("SET SELF "):
            name, _, value = line.removeprefix("SET SELF ").partition(" ")
            settings[name] = value
            send("209 OK SET")
        else:
            send("210 OK DONE")
