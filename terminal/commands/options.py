"""The command line: every command's name and options, on which others rely.

For `terminal.cli`, which carries the commands out. Light to import, whatever the command.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from terminal.sandbox.arguments import add_arguments

DEFAULT_CONFIG = Path("/etc/station/station.toml")
DEMO_OUT = Path("demo-output")

MOST_SECONDS = 86_400.0
"""A day. The system's own waiting takes no endless number of seconds, and none below nothing."""

Handler = Callable[[argparse.Namespace], int]


def parser(run: Mapping[str, Handler]) -> argparse.ArgumentParser:
    """The parser; each command's handler stands in ``run`` under the command's name."""
    made = argparse.ArgumentParser(prog="station", description="The station terminal.")
    made.add_argument("--verbose", action="store_true", help="say what is done on stderr")
    commands = made.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, text: str) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
        added.set_defaults(run=run[name])
        return added

    station = command("run", "the terminal, full screen")
    station.add_argument("--config", type=Path, default=DEFAULT_CONFIG, metavar="FILE")

    demo = command("demo", "the terminal on the embedded sandbox, with sample cards")
    demo.add_argument("--list", action="store_true", help="the sample cards and services")
    demo.add_argument("--headless", action="store_true", help="the whole journey, nobody there")
    demo.add_argument("--card", metavar="NAME", help="headless: a sample card")
    demo.add_argument("--service", metavar="ID", help="headless: a service")
    demo.add_argument("--mode", choices=["standard", "elder"], default="standard")
    demo.add_argument("--out", type=Path, default=DEMO_OUT, metavar="DIR",
                      help="where PDFs and screenshots go (default: %(default)s)")  # fmt: skip
    demo.add_argument("--no-screens", action="store_true", help="headless: no screenshots")
    demo.add_argument("--json", action="store_true")

    card = command("card", "wait for a card, and say what was read or which fault")
    card.add_argument("--json", action="store_true")
    card.add_argument("--reveal", action="store_true", help="show the personal data, unmasked")
    card.add_argument("--config", type=Path, metavar="FILE", help="the station's readers")
    card.add_argument("--pcsc", metavar="NAME", help="a PC/SC reader whose name contains this")
    card.add_argument("--samv", metavar="PORT", help="a SAM_V reader on this serial port")
    card.add_argument("--trace", metavar="FILE", help="what was said, no personal data (-: stderr)")
    card.add_argument("--timeout", type=_seconds, metavar="S", help="seconds to wait for a card")

    writes = command("personalise", "write a staff or maintainer card, or make the key for it")
    writes.add_argument("--role", choices=["staff", "maintainer"])
    writes.add_argument("--number", metavar="N", help="the holder's number at the platform")
    writes.add_argument("--valid-from", type=_day, metavar="DATE",
                        help="YYYY-MM-DD (default: today)")  # fmt: skip
    writes.add_argument("--valid-to", type=_day, metavar="DATE", help="the last day")
    writes.add_argument("--key", type=Path, metavar="FILE", help="the issuing key")
    writes.add_argument("--new-key", type=Path, metavar="FILE", help="make an issuing key instead")
    writes.add_argument("--replace", action="store_true", help="write over a record that is there")
    writes.add_argument("--no-lock", action="store_true", help="leave the card writable")
    writes.add_argument("--pcsc", metavar="NAME", help="a PC/SC reader whose name contains this")
    writes.add_argument("--trace", metavar="FILE", help="what was said to the card (-: stderr)")
    writes.add_argument("--timeout", type=_seconds, metavar="S", help="seconds to wait for a card")
    writes.add_argument("--json", action="store_true")

    prints = command("print", "print one PDF through the print journal")
    prints.add_argument("file", type=Path)
    prints.add_argument("--queue", required=True, metavar="NAME", help="the CUPS queue")
    prints.add_argument("--device-uri", metavar="URI",
                        help="the device to ask for the truth (default: the queue's)")  # fmt: skip
    prints.add_argument("--server", metavar="CUPS", help="cupsd: a socket's path or host:port")
    prints.add_argument("--state", type=Path, metavar="DIR", help="where the print journal is")
    prints.add_argument("--json", action="store_true")

    verify = command("verify", "is this PDF sealed, whole and trusted")
    verify.add_argument("file", type=Path)
    verify.add_argument("--anchor", type=Path, action="append", default=[], metavar="PEM",
                        help="trust this authority (default: the configuration's, and this "
                             "machine's demonstration authority)")  # fmt: skip
    verify.add_argument("--config", type=Path, metavar="FILE")
    verify.add_argument("--json", action="store_true")

    diagnose = command(
        "diagnose",
        "check everything; exit code 0: all fine, 1: not fine or unknown, "
        "2: usage, 78: configuration",
    )
    diagnose.add_argument("--config", type=Path, default=DEFAULT_CONFIG, metavar="FILE")
    diagnose.add_argument("--json", action="store_true")

    gallery = command("gallery", "every page as a picture, and what is wrong with it")
    gallery.add_argument("--out", type=Path, required=True, metavar="DIR")
    gallery.add_argument("--page", action="append", metavar="NAME")
    gallery.add_argument("--mode", action="append", choices=["standard", "elder"])
    gallery.add_argument("--theme", action="append", metavar="NAME")
    gallery.add_argument("--language", action="append", choices=["zh", "en"])
    gallery.add_argument("--screen", action="append", metavar="NAME")
    gallery.add_argument("--trial", action="store_true", help="as a trial installation shows them")
    gallery.add_argument("--json", action="store_true")

    sandbox = command("sandbox", "the platform's stand-in")
    add_arguments(sandbox)

    pin = command("pin", "make the hash of a maintenance PIN for the configuration")
    pin.add_argument("--json", action="store_true")
    return made


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
