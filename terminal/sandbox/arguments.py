"""The options of ``station sandbox``; imports nothing, so that the command line stays quick."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add them; ``terminal.sandbox.server.serve`` takes what the parser gives."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=0, help="port (0: any that is free)")
    parser.add_argument("--state", type=Path, metavar="DIR", help="where its keys are kept")
    parser.add_argument("--json", action="store_true", help="the ready line as JSON")
    parser.add_argument("--until-eof", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--parent", type=int, default=0, help=argparse.SUPPRESS)
