"""A connection to speech-dispatcher: its protocol SSIP, as far as the terminal uses it.

For the speech process and `station diagnose`. Every call ends within a time limit. SSIP is text in
lines (speech-dispatcher's manual, "SSIP"): a reply ends with a line that has a space after its
code, and notices (7xx) can arrive between replies.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from .voices import Voice

REPLY_S = 10.0
"""Time limit for a reply. The list of voices takes 0.4 s on an idle machine."""
READ_BYTES = 65_536
NO_VARIANT = "none"
"""espeak-ng lists each voice again for each of 100 variants (whispering, croaking)."""
FULL_VOLUME = 100
"""SSIP's volume is from -100 to 100."""


class SpeechLostError(Exception):
    """The daemon ended, did not answer in time, or refused a command."""


class Notice(StrEnum):
    """What the daemon reports about a message, by its code."""

    BEGAN = "701"
    ENDED = "702"
    CANCELLED = "703"


class Connection:
    """One connection. After a `SpeechLostError` it must be closed."""

    def __init__(self, address: Path, client: str, reply_s: float = REPLY_S) -> None:
        """Connect to the daemon's socket. ``client`` is the name under which it logs.

        :raises SpeechLostError: no daemon listens there.
        """
        self._reply_s = reply_s
        self._rest = b""
        self._notices: list[tuple[Notice, int]] = []
        self._socket = socket.socket(socket.AF_UNIX)
        try:
            self._socket.settimeout(reply_s)
            self._socket.connect(str(address))
            self._command(f"SET SELF CLIENT_NAME station:{client}:main")
        except OSError as error:
            self._socket.close()
            raise SpeechLostError(f"{error.strerror}") from error
        except SpeechLostError:
            self._socket.close()
            raise

    def fileno(self) -> int:
        """Return the descriptor of the socket, for a selector."""
        return self._socket.fileno()

    def close(self) -> None:
        """Close the connection. The daemon may finish the message that it speaks."""
        self._socket.close()

    def voices(self) -> tuple[Voice, ...]:
        """Return the voices of all synthesisers, without their variants."""
        found: list[Voice] = []
        for module in self._listed("LIST OUTPUT_MODULES"):
            self._command(f"SET SELF OUTPUT_MODULE {module}")
            for line in self._listed("LIST SYNTHESIS_VOICES"):
                name, _, rest = line.partition("\t")
                language, _, variant = rest.partition("\t")
                if variant.lower() == NO_VARIANT:
                    found.append(Voice(name, language, module))
        return tuple(found)

    def choose(self, voice: Voice) -> None:
        """Speak with this voice. Setting the language drops the voice, so it is set last."""
        self._command(f"SET SELF OUTPUT_MODULE {voice.module}")
        self._command(f"SET SELF LANGUAGE {voice.language}")
        self._command(f"SET SELF SYNTHESIS_VOICE {voice.name}")

    def set_rate(self, rate: float) -> None:
        """Set the speed, from -1 (slow) to 1 (fast)."""
        self._command(f"SET SELF RATE {round(rate * 100)}")

    def set_volume(self, volume: float) -> None:
        """Set the volume, from 0 to 1."""
        self._command(f"SET SELF VOLUME {round((2 * volume - 1) * FULL_VOLUME)}")

    def want_notices(self) -> None:
        """Ask for a notice when a message begins, ends or is cancelled."""
        self._command("SET SELF NOTIFICATION ALL OFF")
        for each in ("BEGIN", "END", "CANCEL"):
            self._command(f"SET SELF NOTIFICATION {each} ON")

    def speak(self, text: str) -> int:
        """Queue a message behind those that wait, and return its number."""
        self._command("SPEAK")
        line = " ".join(text.split())
        # A line with a single dot ends the message, so a dot at the start is doubled.
        self._send(f"{'.' if line.startswith('.') else ''}{line}\r\n.")
        reply = self._reply()
        try:
            return int(reply[0][4:])
        except (IndexError, ValueError):
            raise SpeechLostError("a message without a number") from None

    def cancel(self) -> None:
        """Stop speaking, and drop the messages of this connection that wait."""
        self._command("CANCEL SELF")

    def read_notices(self) -> Iterable[tuple[Notice, int]]:
        """Read what has arrived, without waiting. Return each notice with its message's number.

        :raises SpeechLostError: the daemon has closed the connection.
        """
        self._socket.settimeout(0.0)
        try:
            self._receive()
        except BlockingIOError:
            pass
        finally:
            self._socket.settimeout(self._reply_s)
        return self.notices()

    def notices(self) -> Iterable[tuple[Notice, int]]:
        """Return the notices that arrived with or after the replies since the last call."""
        while (reply := self._next_reply()) is not None:
            self._note(reply)
        found, self._notices = self._notices, []
        return found

    # -- lines ---------------------------------------------------------------------------

    def _command(self, line: str) -> list[str]:
        self._send(line)
        return self._reply()

    def _listed(self, line: str) -> list[str]:
        """Return the lines of a list; empty if this synthesiser has none (error 3xx)."""
        self._send(line)
        reply = self._any_reply()
        return [each[4:] for each in reply[:-1]] if reply[-1][0] == "2" else []

    def _send(self, line: str) -> None:
        try:
            self._socket.sendall(f"{line}\r\n".encode())
        except OSError as error:
            raise SpeechLostError(f"{error.strerror or error}") from error

    def _reply(self) -> list[str]:
        reply = self._any_reply()
        if reply[-1][0] != "2":
            # Only the code: the words of a reply can repeat what was sent.
            raise SpeechLostError(f"refused with {reply[-1][:3]}")
        return reply

    def _any_reply(self) -> list[str]:
        until = time.monotonic() + self._reply_s
        while True:
            while (reply := self._next_reply()) is not None:
                if reply[-1][0] != "7":
                    return reply
                self._note(reply)
            self._socket.settimeout(max(0.001, until - time.monotonic()))
            try:
                self._receive()
            except TimeoutError:
                raise SpeechLostError("no answer in time") from None
            finally:
                self._socket.settimeout(self._reply_s)

    def _receive(self) -> None:
        try:
            data = self._socket.recv(READ_BYTES)
        except (BlockingIOError, TimeoutError):
            raise
        except OSError as error:
            raise SpeechLostError(f"{error.strerror or error}") from error
        if not data:
            raise SpeechLostError("the daemon has ended")
        self._rest += data

    def _next_reply(self) -> list[str] | None:
        """Take the next whole reply from what was received."""
        lines: list[str] = []
        start = 0
        while (end := self._rest.find(b"\n", start)) >= 0:
            line = self._rest[start:end].decode("utf-8", "replace").rstrip("\r")
            start = end + 1
            lines.append(line)
            if line[3:4] != "-":
                self._rest = self._rest[start:]
                return lines
        return None

    def _note(self, reply: list[str]) -> None:
        """Keep a notice: its first line has the number of the message."""
        code, number = reply[-1][:3], reply[0][4:]
        if code in set(Notice) and number.isdigit():
            self._notices.append((Notice(code), int(number)))
