"""The options of ``station sandbox``; imports nothing, so that the command line stays quick."""

from __future__ import annotations

import argparse
from pathlib import Path

MOST = 65_535
"""The highest TCP port."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the sandbox, for ``terminal.sandbox.server.serve``."""
    parser.add_argument("--host", default="127.0.0.1",
                        help="address to listen on (default: %(default)s)")  # fmt: skip
    parser.add_argument(
        "--port", type=_port, default=0, help="port to listen on (0: any free port)"
    )
    parser.add_argument("--state", type=Path, metavar="DIR", help="folder for its keys")
    parser.add_argument("--json", action="store_true", help="print the ready message as JSON")
    parser.add_argument("--until-eof", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--parent", type=int, default=0, help=argparse.SUPPRESS)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > MOST:
        raise argparse.ArgumentTypeError(f"0 to {MOST}, not {text}")
    return int(text)
