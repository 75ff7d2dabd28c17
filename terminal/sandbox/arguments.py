"""The options of ``station sandbox``, apart from the server, which is slow to import."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``station sandbox``."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=0, help="port (0: any that is free)")
    parser.add_argument("--state", type=Path, required=True, metavar="DIR", help="its keys")
    parser.add_argument("--json", action="store_true", help="one ready line of JSON")
    parser.add_argument("--until-eof", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--parent", type=int, default=0, help=argparse.SUPPRESS)
