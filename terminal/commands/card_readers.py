"""Sets up the readers for `station card` and `station personalise` from the command line options,
with a trace if requested.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..process.exit_codes import SharedExit
from .card import card, tracing
from .output import say

if TYPE_CHECKING:
    from devices.cards.profiles import Profile
    from devices.readers.protocol import Reader
    from devices.readers.trace import Trace


def read(options: argparse.Namespace) -> int:
    """Wait for a card on the chosen readers; return the exit codes of `card`."""
    try:
        with tracing(options.trace) as trace:
            readers = _readers(options, trace)
            return card(
                readers, as_json=options.json, reveal=options.reveal, timeout_s=options.timeout
            )
    except OSError as error:
        say(f"station card: {error.filename}: {error.strerror}")
        return SharedExit.USAGE


def _readers(options: argparse.Namespace, trace: Trace | None) -> list[Reader]:
    """Return the chosen readers, by default the first PC/SC reader.

    :raises CommandError: the configuration that names them has problems.
    """
    readers: list[Reader] = []
    if options.config is not None:
        from ..runtime.from_config import make_readers
        from .configured import configured

        readers.extend(make_readers(configured(options.config), trace))
    if options.samv:
        from devices.readers.samv.serial_reader import SamvSerialReader

        readers.append(SamvSerialReader("samv", options.samv, trace=trace))
    if options.pcsc is not None or not readers:
        from devices.readers.pcsc.reader import PcscReader

        readers.append(PcscReader("pcsc", options.pcsc, trace=trace))
    return readers


def write(options: argparse.Namespace) -> int:
    """Make an issuing key or write a card; return the exit codes of `personalise`."""
    from devices.operator import Role

    from .issuing_key import new_key
    from .personalise import Order, personalise

    needed = {
        "--role": options.role, "--number": options.number,
        "--valid-to": options.valid_to, "--key": options.key,
    }  # fmt: skip
    if options.new_key is not None:
        if any(value is not None for value in needed.values()):
            say("station personalise: --new-key makes a key and writes no card")
            return SharedExit.USAGE
        return new_key(options.new_key, as_json=options.json)
    missing = [name for name, value in needed.items() if value is None]
    if missing:
        say(f"station personalise: missing {', '.join(missing)}")
        return SharedExit.USAGE
    order = Order(
        Role(options.role), options.number, options.valid_to, options.valid_from,
        replace=options.replace, lock=not options.no_lock,
    )  # fmt: skip
    try:
        with tracing(options.trace) as trace:

            def reader(profiles: Sequence[Profile]) -> Reader:
                from devices.readers.pcsc.reader import PcscReader

                return PcscReader("bench", options.pcsc, trace=trace, profiles=profiles)

            return personalise(
                order, options.key, reader, as_json=options.json, timeout_s=options.timeout
            )
    except OSError as error:
        say(f"station personalise: {error.filename}: {error.strerror}")
        return SharedExit.USAGE
