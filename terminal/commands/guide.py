"""`station guide`: writes the poster, the leaflet and the staff guide of a station as PDF files."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from devices.health import Fault
from devices.identity import CardKind
from printing.documents.guides import Guide, typeset
from printing.pdf.pages import page_count

from ..config.load import Config
from ..operations.printed_guides import FromPages, Guides, Subject, offered_items
from ..platform.catalogue import CACHE_FILE, open_catalogue
from ..platform.wire import Catalogue
from ..process.exit_codes import CommandError, GuideExit, SharedExit
from ..session.model import CardSide, Item
from ..words import words
from .configured import configured
from .output import answer, say, unwritable


@dataclass(frozen=True, slots=True)
class Shown:
    """The station as its pages show it. ``config``: ``None`` for the demo's station."""

    config: Config | None
    items: tuple[Item, ...]
    accepts: tuple[CardKind, ...]


def guide(
    out: Path, config_file: Path | None, take: Callable[[Shown], FromPages], *, as_json: bool
) -> GuideExit:
    """Write the three files to ``out``; ``take`` returns the pictures of the station's pages.

    :raises CommandError: the configuration or its catalogue cannot be used, or a guide not made.
    """
    if (why := unwritable(out)) is not None:
        raise CommandError(SharedExit.USAGE, f"station guide: {why}")
    now = datetime.now().astimezone()
    config = None if config_file is None else configured(config_file)
    subject, accepts = _demonstration() if config is None else _configured(config)
    say("station guide: taking pictures of the pages")
    seen = take(Shown(config, offered_items(subject, now), accepts))
    guides = Guides(subject, seen, now)
    written = {
        "poster.pdf": _typeset(guides.poster()),
        "leaflet.pdf": _typeset(guides.leaflet()),
        "staff.pdf": _typeset(guides.staff()),
    }
    files = []
    for name, (pdf, pages) in written.items():
        try:
            (out / name).write_bytes(pdf)
        except OSError as error:
            why = f"station guide: {out / name}: {error.strerror}"
            raise CommandError(SharedExit.USAGE, why) from None
        files.append({"file": str(out / name), "pages": pages, "bytes": len(pdf)})
        say(f"station guide: {name}, {pages} {'page' if pages == 1 else 'pages'}")
    text = "\n".join(str(each["file"]) for each in files)
    answer({"out": str(out), "files": files}, as_json=as_json, text=text)
    return GuideExit.DONE


def _typeset(made: Guide) -> tuple[bytes, int]:
    """Return the file and its number of pages."""
    pdf = typeset(made)
    if isinstance(pdf, Fault):
        raise _failed(pdf)
    pages = page_count(pdf)
    if isinstance(pages, Fault):
        raise _failed(pages)
    return pdf, pages


def _demonstration() -> tuple[Subject, tuple[CardKind, ...]]:
    """Return the demo's station, with the sandbox's catalogue."""
    from ..demo.demo import ACCEPTS, PLACE, REGION, STATION_NAME
    from ..sandbox.items import ITEMS, LIFE_S, VERSION

    now = int(time.time())
    name = words("zh").text("guide.demo", station=STATION_NAME)
    catalogue = Catalogue(VERSION, now, now + LIFE_S, ITEMS)
    return Subject(name, PLACE, REGION, CardSide.RIGHT, catalogue), ACCEPTS


def _configured(config: Config) -> tuple[Subject, tuple[CardKind, ...]]:
    from ..runtime.from_config import TRIAL_NAME, accepts

    station = config.station
    name = TRIAL_NAME.format(name=station.name) if config.trial else station.name
    subject = Subject(
        name, station.place, station.region, config.card.side, _cached(config), config.trial
    )
    return subject, accepts(config)


def _cached(config: Config) -> Catalogue:
    """Return the catalogue that the terminal fetched last, verified and in force."""
    path = config.state.directory / CACHE_FILE
    try:
        envelope = path.read_bytes()
    except OSError as error:
        why = f"{path}: {error.strerror}"
        raise CommandError(
            GuideExit.FAILED,
            f"station guide: {why}\n  The terminal writes this file once it reaches the platform.",
        ) from None
    opened = open_catalogue(envelope, config.platform.catalogue_key, now=time.time())
    if isinstance(opened, Fault):
        raise _failed(opened)
    return opened


def _failed(fault: Fault) -> CommandError:
    reason = words("en").form(fault.code, "cause")
    return CommandError(
        GuideExit.FAILED, f"station guide: {fault.code} {reason}\n  {fault.detail}".rstrip()
    )
