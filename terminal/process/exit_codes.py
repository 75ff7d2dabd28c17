"""Every exit code of `station`, by command, with its meaning, and the error that carries one.

Commands return these members. `make docs` writes `docs/reference/exit-codes.md` from them. Others
rely on the numbers: do not change one. Imports nothing, because the terminal's start needs it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum


class ExitCode(IntEnum):
    """A number with its meaning."""

    meaning: str

    def __new__(cls, number: int, meaning: str) -> ExitCode:
        """Make a member from its number and its meaning."""
        member = int.__new__(cls, number)
        member._value_ = number
        member.meaning = meaning
        return member


class CommandError(Exception):
    """A command cannot do what was asked. ``main`` prints the message on standard error and ends
    with the code. A message may have several lines."""

    def __init__(self, code: ExitCode, message: str) -> None:
        super().__init__(message)
        self.code = code


class SharedExit(ExitCode):
    """Codes that mean the same for every command that has them."""

    USAGE = 2, "The command line is wrong, or a file or folder that it names cannot be used."
    CRASHED = (
        70,
        "A bug ended the process, calls that hang made a device unusable, or the journal is damaged"
        " (EX_SOFTWARE of sysexits.h). Start it again at once.",
    )
    CONFIG = 78, "The configuration, or what it names, cannot be used (EX_CONFIG of sysexits.h)."
    HUNG_UP = 129, "SIGHUP ended the command: the console was closed."
    INTERRUPTED = 130, "Ctrl-C (SIGINT) ended the command before its work was done."
    TERMINATED = 143, "SIGTERM ended the command."


class RunExit(ExitCode):
    """`station run`."""

    STOPPED = 0, "SIGTERM or SIGINT ended the terminal."
    NO_DISPLAY = 1, "There is no display (SYS-311)."


class DemoExit(ExitCode):
    """`station demo`."""

    DONE = 0, "The window was closed, the list was printed, or each journey printed its document."
    FAILED = 1, "A journey did not end with a printed document, or the sandbox failed."


class CardExit(ExitCode):
    """`station card`."""

    READ = 0, "The card was read."
    FAULT = 1, "The card or the reader has a fault; the answer names it."
    NO_CARD = 3, "No card was presented in time."


class PersonaliseExit(ExitCode):
    """`station personalise`."""

    DONE = 0, "The card was written, read back and verified; with `--new-key`: the key was made."
    FAULT = 1, "The card or the reader has a fault, or there is no key to sign with."
    NO_CARD = 3, "No card was presented in time."
    REFUSED = 4, "The card must not or cannot be written. Nothing was written."
    BROKEN = 5, "Writing began and failed. Do not give this card to anyone."


class PrintExit(ExitCode):
    """`station print`."""

    PRINTED = 0, "The document was printed."
    UNKNOWN = 3, "It is not known whether every page came out."
    QUEUED = 4, "Nothing came out."
    SENT = 5, "It was interrupted after the printer got the job. The printer does not answer."
    PRINTING = 6, "It was interrupted during printing. The printer does not answer."


class VerifyExit(ExitCode):
    """`station verify`."""

    TRUSTED = 0, "The document is sealed, unchanged and trusted, and every page can be shown."
    REFUSED = 1, "It is not; the answer names the fault."


class DiagnoseExit(ExitCode):
    """`station diagnose`."""

    FINE = 0, "Everything is fine."
    NOT_FINE = 1, "Something is not fine, or unknown."


class GalleryExit(ExitCode):
    """`station gallery`."""

    NO_FINDINGS = 0, "All pictures were made, without a finding."
    FINDINGS = 1, "There are findings."


class GuideExit(ExitCode):
    """`station guide`."""

    DONE = 0, "The three files were written."
    FAILED = 1, "There is no usable catalogue, or a font or a character is missing."


class SandboxExit(ExitCode):
    """`station sandbox`."""

    STOPPED = 0, "The parent process ended, or closed standard input."
    FAILED = 1, "It cannot listen, or cannot keep its keys."


class PinExit(ExitCode):
    """`station pin`."""

    MADE = 0, "The hash was printed."
    TOO_WEAK = 1, "The PIN is not accepted."


_EVERY = (SharedExit.USAGE, SharedExit.INTERRUPTED)

COMMANDS: Mapping[str, tuple[type[ExitCode], tuple[SharedExit, ...]]] = {
    "run": (RunExit, (*_EVERY, SharedExit.CRASHED, SharedExit.CONFIG)),
    "demo": (
        DemoExit,
        (*_EVERY, SharedExit.CRASHED, SharedExit.HUNG_UP, SharedExit.TERMINATED),
    ),
    "card": (CardExit, (*_EVERY, SharedExit.CONFIG)),
    "personalise": (PersonaliseExit, _EVERY),
    "print": (PrintExit, _EVERY),
    "verify": (VerifyExit, (*_EVERY, SharedExit.CONFIG)),
    "diagnose": (DiagnoseExit, (*_EVERY, SharedExit.CONFIG)),
    "gallery": (GalleryExit, _EVERY),
    "guide": (GuideExit, (*_EVERY, SharedExit.CONFIG)),
    "sandbox": (SandboxExit, _EVERY),
    "pin": (PinExit, _EVERY),
}
"""What each command can end with: its own codes, and those that it shares with others."""
