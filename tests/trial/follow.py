"""Follows docs/trial.md: types its commands in terminals, touches the screen, checks the results.

For `in-fresh-debian`, inside the new tree, as root. It prints what each terminal shows, and how
long each step took; the last line begins with "followed" if all of it went as the page says.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import sqlite3
import subprocess
import sys
import termios
import time
from collections.abc import Callable

from .page import PAGE, Code, Enter, Expected, Step, Touch, Typed, steps

PROMPT = "trial-prompt> "
PIN = "604918"
COMMAND_S = 1200.0
"""Seconds for one command: a slow network downloads 400 MB within it."""
TEXT_S = 60.0
"""Seconds for a program to print what the page says."""
TYPING_S = 0.3
"""Seconds for which a person types one character (200 a minute)."""
TURN_S = 2.0
"""Seconds until a person has turned to the next terminal; a program is up by then."""
DISPLAY = ":7"


class FailedError(Exception):
    """The page was followed, and something else happened."""


class Terminal:
    """One terminal with a shell, as a person has it open."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.shown = ""
        self._main, side = pty.openpty()
        environment = {**os.environ, "PS1": PROMPT, "TERM": "dumb"}

        def own_terminal() -> None:
            os.setsid()
            fcntl.ioctl(side, termios.TIOCSCTTY, 0)

        self._shell = subprocess.Popen(
            ["bash", "--norc", "--noprofile", "-i"],
            stdin=side, stdout=side, stderr=side, env=environment,
            preexec_fn=own_terminal, close_fds=True,
        )  # fmt: skip
        os.close(side)
        self.read_until(lambda: self.shown.endswith(PROMPT), TEXT_S, "a prompt")

    def type(self, text: str) -> None:
        """Type a line and Enter."""
        os.write(self._main, text.encode() + b"\n")

    def run(self, line: str) -> str:
        """Type a command and wait for the next prompt; what it printed."""
        begins = len(self.shown)
        self.type(line)
        asked = begins

        def done() -> bool:
            nonlocal asked
            if "PIN: " in self.shown[asked:]:
                asked = len(self.shown)
                self.type(PIN)
            return self.shown.endswith(PROMPT) and len(self.shown) > begins + len(PROMPT)

        self.read_until(done, COMMAND_S, line)
        return self.shown[begins:]

    def read_until(self, met: Callable[[], object], limit_s: float, what: str) -> None:
        """Read what it shows until the condition holds."""
        until = time.monotonic() + limit_s
        while not met():
            left = until - time.monotonic()
            if left <= 0:
                raise FailedError(f"terminal {self.number}: not within {limit_s:g} s: {what}")
            ready, _, _ = select.select([self._main], [], [], min(left, 0.2))
            if ready:
                self._show(os.read(self._main, 65_536))

    def drain(self) -> None:
        """Read what there is."""
        while select.select([self._main], [], [], 0)[0]:
            self._show(os.read(self._main, 65_536))

    def _show(self, data: bytes) -> None:
        text = re.sub(r"\x1b\[\?2004[hl]", "", data.decode(errors="replace").replace("\r", ""))
        self.shown += text
        for line in text.splitlines():
            print(f"  {self.number}| {line}", flush=True)


class Follower:
    """A person who follows the page."""

    def __init__(self) -> None:
        self._terminals = {1: Terminal(1)}
        self._last = 1
        self._since = 0
        self.typed = 0

    def follow(self, step: Step) -> None:
        """One step of the page."""
        match step:
            case Typed(number, lines):
                self._type(number, lines)
            case Expected(texts):
                self._expect(texts)
            case Touch(scene, control, see):
                self._screen("see" if see else "touch", scene, control)
            case Code():
                shown = self._terminals[1].shown[self._since :]
                digits = re.findall(r">(\d{6})<", shown)
                if not digits:
                    raise FailedError("no code on the phone")
                for digit in digits[0]:
                    self._screen("touch", "proving-entering", f"code.key.{digit}")
            case Enter(number):
                self._terminals[number].type("")

    def _type(self, number: int, lines: tuple[str, ...]) -> None:
        if number not in self._terminals:
            self._terminals[number] = Terminal(number)
        terminal = self._terminals[number]
        self._last, self._since = number, len(terminal.shown)
        for line in lines:
            self.typed += len(line) + 1
            began = time.monotonic()
            if number == 1:
                terminal.run(line)
            else:
                terminal.type(line)
                time.sleep(TURN_S)
            took = time.monotonic() - began
            print(f"# {took:6.1f} s  {line}", flush=True)

    def _expect(self, texts: tuple[str, ...]) -> None:
        terminal = self._terminals[self._last]

        def there() -> bool:
            shown = terminal.shown[self._since :]
            return all(text in shown for text in texts)

        terminal.read_until(there, TEXT_S, " ".join(texts))

    def _screen(self, act: str, scene: str, control: str) -> None:
        for each in self._terminals.values():
            each.drain()
        command = [".venv/bin/python", "-m", "tests.trial.screen", act, scene, control]
        began = time.monotonic()
        done = subprocess.run(command, env={**os.environ, "DISPLAY": DISPLAY}, check=False)
        print(f"# {time.monotonic() - began:6.1f} s  {act} {scene} {control}", flush=True)
        if done.returncode != 0:
            for each in self._terminals.values():
                each.drain()
            raise FailedError(f"{act} {scene} {control}")


def check_journal() -> None:
    """One job, printed by the device's own count of its pages."""
    connection = sqlite3.connect("file:/var/lib/station/journal/journal.db?mode=ro", uri=True)
    jobs = connection.execute("SELECT outcome, evidence, pages_done, pages FROM jobs").fetchall()
    connection.close()
    print(f"journal: {jobs}", flush=True)
    if [job[:2] for job in jobs] != [("printed", "device-impressions")] or jobs[0][2] != jobs[0][3]:
        raise FailedError(f"the journal holds {jobs}")


def main() -> int:
    """Follow the whole page."""
    began = time.monotonic()
    person = Follower()
    try:
        for step in steps(PAGE.read_text(encoding="utf-8")):
            person.follow(step)
        check_journal()
    except FailedError as error:
        print(f"FAILED: {error}", flush=True)
        return 1
    took = time.monotonic() - began
    typing = person.typed * TYPING_S
    print(
        f"followed: {person.typed} characters typed ({typing / 60:.1f} min at 200 a minute), "
        f"{took:.0f} s of machine time in all",
        flush=True,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
