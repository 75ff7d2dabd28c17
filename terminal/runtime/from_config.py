"""Creates a real station's parts from its configuration.

It is imported to check the configuration before the first page is painted. The functions that make
parts import them: that takes 60 ms, and they run after the paint.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from devices.cards.operator.card import OperatorTrust
from devices.cards.registry import RESIDENT_ID_KINDS, kinds_read, profiles_for
from devices.identity import CardKind

from .. import faults
from ..config.anchors import certificates, in_force, judged_at
from ..config.keys import Keys
from ..config.load import Config, PcscReaderConfig, SamvReaderConfig
from ..config.problem import ConfigProblem
from ..config.trial import demonstrates

if TYPE_CHECKING:
    from devices.readers.protocol import Reader
    from devices.readers.trace import Trace
    from printing.job import PrinterTiming
    from printing.printer import JobJournal
    from printing.printer_group import PrinterGroup

    from ..platform.client import PlatformClient
    from ..session.model import Limits
    from .assembly import Plan

AFTER_SESSION_S = 30.0
"""How much later than the session the printer cancels a job that no session handles any more."""
BEFORE_SESSION_S = 3.0
"""How much earlier than the session's limit the printer reports that its queue could not be
cleared. One check takes a second."""
TRIAL_NAME = "{name}（试用 Trial）"
"""A trial's name on the pages that the terminal typesets itself."""


def make_readers(config: Config, trace: Trace | None = None) -> tuple[Reader, ...]:
    """Create the configured readers without starting them; ``trace`` gets their exchanges."""
    trust = config.operators.trust()
    return tuple(_reader(reader, trace, trust) for reader in config.readers)


def _reader(
    config: PcscReaderConfig | SamvReaderConfig, trace: Trace | None, trust: OperatorTrust
) -> Reader:
    match config:
        case PcscReaderConfig(name=name, match=match, profiles=named):
            from devices.readers.pcsc.reader import PcscReader

            profiles = profiles_for(trust, named)
            return PcscReader(name, match or None, trace=trace, profiles=profiles)
        case SamvReaderConfig(name=name, port=port, baud=baud):
            from devices.readers.samv.serial_reader import SamvSerialReader

            return SamvSerialReader(name, port, baud, trace=trace)


def accepts(config: Config) -> tuple[CardKind, ...]:
    """Return the kinds of cards that the configured readers can read, each once."""
    kinds: list[CardKind] = []
    for reader in config.readers:
        match reader:
            case PcscReaderConfig(profiles=named):
                kinds += kinds_read(named)
            case SamvReaderConfig():
                kinds += RESIDENT_ID_KINDS
    return tuple(dict.fromkeys(kinds))


def make_client(config: Config, keys: Keys) -> PlatformClient:
    """Create the client of the configured platform."""
    from ..platform.client import PlatformClient

    return PlatformClient(
        config.platform.address,
        ca_file=config.platform.ca_file,
        app_id=config.platform.app_id,
        request_key=keys.request_key,
        terminal_id=config.station.id,
        catalogue_key=config.platform.catalogue_key,
        trial=config.trial,
    )


def printer_timing(limits: Limits) -> PrinterTiming:
    """Derive the printer's time limits from the session's.

    The session decides when to stop waiting for paper; the printer reports whether its queue
    could be cleared.
    """
    from printing.job import PrinterTiming

    timing = PrinterTiming()
    stall_s = limits.paper_wait_s + AFTER_SESSION_S
    return replace(
        timing,
        stall_s=stall_s,
        job_s=max(timing.job_s, 2 * stall_s),
        clear_s=max(limits.clear_s - BEFORE_SESSION_S, limits.clear_s / 2),
    )


def make_printers(config: Config, journal: JobJournal) -> PrinterGroup:
    """Create the configured printers as one group, without starting them."""
    from printing.cups.device import JobNames
    from printing.cups.printer import CupsPrinter
    from printing.printer_group import PrinterGroup

    names = JobNames()
    timing = printer_timing(config.timeouts.limits())
    queues = tuple(each.queue for each in config.printers)
    return PrinterGroup(
        [
            (
                each.name,
                CupsPrinter(
                    each.queue,
                    each.device_uri,
                    journal,
                    cups_server=each.server,
                    media=each.media,
                    duplex=each.duplex,
                    ca_file=str(each.ca_file) if each.ca_file else None,
                    supply_file=config.state.directory / f"paper-{each.name}.json",
                    timing=timing,
                    names=names,
                    queues=() if at else queues,
                ),
            )
            for at, each in enumerate(config.printers)
        ]
    )


def plan(config: Config, keys: Keys) -> Plan:
    """Return the plan from which the terminal is assembled."""
    from ..staff.pin import PinKeeper
    from .assembly import Plan

    name = config.station.name
    return Plan(
        state_directory=config.state.directory,
        token_key=keys.token_key,
        pins=lambda journal: PinKeeper(config.maintenance.pin_hash, journal, journal.clock),
        readers=lambda: make_readers(config),
        printer=lambda journal: make_printers(config, journal),
        client=cache(lambda: make_client(config, keys)),
        anchors=lambda: tuple(path.read_bytes() for path in config.seal.anchors),
        catalogue_key=lambda: config.platform.catalogue_key,
        demonstration=config.trial,
        region=config.station.region,
        station_name=TRIAL_NAME.format(name=name) if config.trial else name,
    )


def unfit_anchor(config: Config, now: float | None = None) -> ConfigProblem | None:
    """Return the first anchor that must not be trusted: not valid now, or a demonstration's.

    A trial trusts demonstration anchors only (`terminal.config.load`). ``now`` is in Unix seconds
    (default: this machine's clock). If the clock cannot be right, validity is not checked.
    """
    moment = judged_at(time.time() if now is None else now)
    for index, path in enumerate(config.seal.anchors):
        why = _unfit(path.read_bytes(), moment, trial=config.trial)
        if why is not None:
            key = f"seal.anchors[{index}]"
            return ConfigProblem(faults.CONFIG_WRONG_VALUE, key, None, f"{key}: {path} {why}")
    return None


def _unfit(pem: bytes, moment: datetime | None, *, trial: bool) -> str | None:
    try:
        found = certificates(pem)
    except ValueError:
        return "holds no certificate (PEM)"
    if not trial and any(demonstrates(each) for each in found):
        return "is a demonstration authority, which proves nothing (trial = true accepts it)"
    judged = in_force(pem, moment) if moment is not None else None
    return judged if isinstance(judged, str) else None
