"""The command line: the names and options of all commands. Other programs use them.

For `terminal.cli`, which runs the commands. Importing it loads no slow module.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ..sandbox.arguments import add_arguments

if TYPE_CHECKING:
    from ..session.model import Language

DEFAULT_CONFIG = Path("/etc/station/station.toml")
DEMO_OUT = Path("demo-output")

MOST_SECONDS = 86_400.0
"""A day. The system's wait functions accept neither infinite nor negative times."""

JSON_HELP = "print the result as JSON"
LOW_REACH_HELP = "keep all controls between 380 and 1,120 mm above the floor"
ONLY_HELP = "only this one; can be repeated"

Handler = Callable[[argparse.Namespace], int]
Fill = Callable[[argparse.ArgumentParser], None]


def _run(command: argparse.ArgumentParser) -> None:
    command.add_argument("--config", type=Path, default=DEFAULT_CONFIG, metavar="FILE",
                         help="the configuration (default: %(default)s)")  # fmt: skip
    _add_look(command, None)


def _add_look(command: argparse.ArgumentParser, default: str | None) -> None:
    """Add the options for what each visit begins with; by default that of the configuration."""
    from ..session.model import Mode, Theme  # slow: other commands do not need the session

    said = "%(default)s" if default else "that of the configuration"
    command.add_argument("--mode", choices=[each.value for each in Mode], default=default,
                         help=f"the size of the type (default: {said})")  # fmt: skip
    command.add_argument("--theme", choices=[each.value for each in Theme], default=default,
                         help=f"the colours (default: {said})")  # fmt: skip
    command.add_argument("--low-reach", action="store_true", help=LOW_REACH_HELP)


def _demo(command: argparse.ArgumentParser) -> None:
    command.add_argument("--list", action="store_true", help="list the sample cards and services")
    command.add_argument("--headless", action="store_true", help="run one journey unattended")
    command.add_argument("--card", metavar="NAME", help="headless: the sample card to use")
    command.add_argument("--service", metavar="ID", help="headless: the service to choose")
    _add_look(command, "standard")
    command.add_argument("--out", type=Path, default=DEMO_OUT, metavar="DIR",
                         help="folder for PDFs and screenshots (default: %(default)s)")  # fmt: skip
    command.add_argument("--no-screens", action="store_true", help="headless: make no screenshots")
    command.add_argument("--json", action="store_true", help="list as JSON")


def _card(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help=JSON_HELP)
    command.add_argument("--reveal", action="store_true", help="show personal data unmasked")
    command.add_argument("--config", type=Path, metavar="FILE",
                         help="use the readers of this configuration")  # fmt: skip
    command.add_argument(
        "--pcsc", metavar="NAME", help="use the PC/SC reader whose name contains NAME"
    )
    command.add_argument("--samv", metavar="PORT", help="use the SAM_V reader on this serial port")
    command.add_argument(
        "--trace", metavar="FILE", help="write a trace without personal data (-: standard error)"
    )
    command.add_argument("--timeout", type=_seconds, metavar="S", help="seconds to wait for a card")


def _personalise(command: argparse.ArgumentParser) -> None:
    command.add_argument("--role", choices=["staff", "maintainer"], help="the role of the holder")
    command.add_argument(
        "--number", metavar="N", help="the number that the platform gave the holder"
    )
    command.add_argument("--valid-from", type=_day, metavar="DATE",
                         help="first day of validity, YYYY-MM-DD (default: today)")  # fmt: skip
    command.add_argument("--valid-to", type=_day, metavar="DATE", help="last day of validity")
    command.add_argument("--key", type=Path, metavar="FILE", help="the issuing key")
    command.add_argument(
        "--new-key", type=Path, metavar="FILE", help="make an issuing key and write no card"
    )
    command.add_argument("--replace", action="store_true", help="overwrite an existing record")
    command.add_argument("--no-lock", action="store_true", help="do not lock the card")
    command.add_argument(
        "--pcsc", metavar="NAME", help="use the PC/SC reader whose name contains NAME"
    )
    command.add_argument(
        "--trace", metavar="FILE", help="write a trace of the commands (-: standard error)"
    )
    command.add_argument("--timeout", type=_seconds, metavar="S", help="seconds to wait for a card")
    command.add_argument("--json", action="store_true", help=JSON_HELP)


def _print(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", type=Path, help="the PDF")
    command.add_argument("--queue", required=True, metavar="NAME", help="the CUPS queue")
    command.add_argument("--device-uri", metavar="URI",
                         help="the device to ask for states and page counts "
                              "(default: the queue's)")  # fmt: skip
    command.add_argument(
        "--server", metavar="CUPS", help="the cupsd to use: path of a socket, or host:port"
    )
    command.add_argument("--state", type=Path, metavar="DIR", help="folder of the print journal")
    command.add_argument("--json", action="store_true", help=JSON_HELP)


def _verify(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", type=Path, help="the PDF")
    command.add_argument("--anchor", type=Path, action="append", default=[], metavar="PEM",
                         help="trust this authority (default: those of the configuration, and "
                              "this machine's demonstration authority)")  # fmt: skip
    command.add_argument("--config", type=Path, metavar="FILE",
                         help="use the anchors of this configuration")  # fmt: skip
    command.add_argument("--json", action="store_true", help=JSON_HELP)


def _diagnose(command: argparse.ArgumentParser) -> None:
    command.add_argument("--config", type=Path, default=DEFAULT_CONFIG, metavar="FILE",
                         help="the configuration (default: %(default)s)")  # fmt: skip
    command.add_argument("--json", action="store_true", help=JSON_HELP)


def _gallery(command: argparse.ArgumentParser) -> None:
    from ..session.model import Mode, Theme  # slow: other commands do not need the session

    command.add_argument("--out", type=Path, required=True, metavar="DIR",
                         help="folder for the pictures")  # fmt: skip
    command.add_argument("--page", action="append", metavar="NAME", help=ONLY_HELP)
    for name, table in (("--mode", Mode), ("--theme", Theme)):
        choices = [each.value for each in table]
        command.add_argument(name, action="append", choices=choices, help=ONLY_HELP)
    command.add_argument("--language", action="append", type=_language, metavar="TAG",
                         help=ONLY_HELP)  # fmt: skip
    command.add_argument("--screen", action="append", metavar="NAME", help=ONLY_HELP)
    command.add_argument("--low-reach", action="store_true", help=LOW_REACH_HELP)
    command.add_argument(
        "--trial", action="store_true", help="show the pages of a trial installation"
    )
    command.add_argument("--json", action="store_true", help=JSON_HELP)


def _guide(command: argparse.ArgumentParser) -> None:
    command.add_argument("--out", type=Path, required=True, metavar="DIR",
                         help="folder for the PDF files")  # fmt: skip
    command.add_argument("--config", type=Path, metavar="FILE",
                         help="the configuration (default: the demo's station)")  # fmt: skip
    command.add_argument("--json", action="store_true", help=JSON_HELP)


def _pin(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help=JSON_HELP)


COMMANDS: Mapping[str, tuple[str, Fill]] = {
    "run": ("run the terminal, full screen", _run),
    "demo": ("run the terminal with the embedded sandbox and sample cards", _demo),
    "card": ("wait for a card and show what was read, or the fault", _card),
    "personalise": ("write a staff or maintainer card, or make an issuing key", _personalise),
    "print": ("print one PDF with a print journal", _print),
    "verify": ("check that a PDF is sealed, unchanged and trusted", _verify),
    "diagnose": (
        "run all checks; exit code 0: all fine, 1: not fine or unknown, "
        "2: usage, 78: configuration",
        _diagnose,
    ),
    "gallery": ("make a picture of every page, and list faults", _gallery),
    "guide": ("write the printed guides: a poster, a leaflet and a guide for staff", _guide),
    "sandbox": ("run the stand-in for the platform", add_arguments),
    "pin": ("make the hash of a maintenance PIN for the configuration", _pin),
}
"""The description of each command, and the function that adds its options to its parser."""


def parser(run: Mapping[str, Handler], arguments: Sequence[str]) -> argparse.ArgumentParser:
    """Return the parser for these arguments. ``run`` has the handler of each command by its name.

    If the arguments begin with a command, the others are left out: making all of them takes 4 ms,
    and the first page waits for it.
    """
    made = argparse.ArgumentParser(prog="station", description="The station terminal.")
    made.add_argument("--verbose", action="store_true", help="log more on standard error")
    commands = made.add_subparsers(required=True, metavar="COMMAND")
    first = next((each for each in arguments if each != "--verbose"), "")
    for name in (first,) if first in COMMANDS else COMMANDS:
        text, fill = COMMANDS[name]
        command: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run[name])
        fill(command)
    return made


def _language(text: str) -> Language:
    from ..session.model import Language  # slow: other commands do not need the session

    try:
        return Language(text)
    except ValueError:
        every = ", ".join(Language)
        raise argparse.ArgumentTypeError(f"one of {every}, not {text}") from None


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= MOST_SECONDS:
        raise argparse.ArgumentTypeError(f"0 to {MOST_SECONDS:.0f} seconds, not {text}")
    return seconds


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"a day as YYYY-MM-DD, not {text}") from None
