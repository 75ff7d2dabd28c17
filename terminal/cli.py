"""The command `station`: the composition root, which creates the parts and connects them.

Only `terminal.__main__` imports this module. It is the only one in this package that may import
`ui`. Each command imports what it needs itself, so that every command starts as fast as possible.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from devices.system.memory import keep_memory_private, pss_bytes

from .commands.options import parser
from .process.exit_codes import CommandError, DemoExit, GalleryExit, SharedExit
from .process.figures import process_start
from .process.logs import log_to_stderr, name_bugs_only, show_any_name
from .process.signals import accept_signals, ended_in_order

if TYPE_CHECKING:
    from ui.look.metrics import Screen

    from .commands.guide import Shown
    from .config.load import Config
    from .config.sections import SpeechConfig
    from .demo.demo import Demo
    from .operations.printed_guides import FromPages
    from .runtime.assembly import Plan, Terminal
    from .runtime.loop import Runtime
    from .session.model import Look, Processors

DEMO_SCREEN = (1080, 1920, 267.8)
"""The 21.5" portrait screen: width and height in pixels, width in millimetres."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    options = parser(
        {
            "run": _run,
            "demo": _demo,
            "card": _card,
            "personalise": _personalise,
            "print": _print,
            "verify": _verify,
            "diagnose": _diagnose,
            "gallery": _gallery,
            "guide": _guide,
            "sandbox": _sandbox,
            "pin": _pin,
        },
        arguments,
    ).parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    accept_signals()
    show_any_name()
    log_to_stderr(verbose=options.verbose, service=run is _run)
    keep_memory_private()
    try:
        return run(options)
    except CommandError as error:
        from .commands.output import say

        say(str(error))
        return error.code
    except KeyboardInterrupt:
        return SharedExit.INTERRUPTED


# -- the terminal on a screen ---------------------------------------------------------------


def _run(options: argparse.Namespace) -> int:
    from .commands.run import prepared

    # Other users cannot read the files that it writes, even if they created the state directory.
    os.umask(0o077)
    name_bugs_only()
    _collect_garbage_later()
    station = prepared(options.config)
    from ui.widgets.kit import Place

    from .runtime.from_config import accepts, plan
    from .session.model import Look, Mode, Processors, Theme

    config = station.config
    screen = _configured_screen(config, low_reach=options.low_reach)
    look = Look(
        mode=Mode(options.mode or config.screen.mode),
        theme=Theme(options.theme or config.screen.theme),
        voice=config.speech.enabled,
    )
    try:
        return _show(
            lambda: plan(config, station.keys),
            screen,
            Place.configured(config),
            look=look,
            limits=config.timeouts.limits(),
            accepts=accepts(config),
            operators=bool(config.operators.issuers),
            processors=Processors(
                config.station.operator, config.platform.handler, config.station.telephone
            ),
            production=True,
            speech=config.speech,
            help_key=config.screen.help_key,
        )
    finally:
        station.lock.release()


def _show(
    plan: Callable[[], Plan],
    screen: Screen,
    place: Any,
    *,
    look: Look,
    limits: Any,
    accepts: Any,
    processors: Processors,
    production: bool,
    operators: bool = True,
    speech: SpeechConfig | None = None,
    help_key: str | None = None,
    demo: Any = None,
) -> int:
    from ui.app import run_window

    from .runtime.loop import Runtime
    from .session.model import Station

    station = Station(
        (), (), None, limits=limits, home=look, accepts=accepts, operators=operators,
        elder_voice=speech is not None and speech.elder, processors=processors,
    )  # fmt: skip
    runtime = Runtime(station)
    terminal: list[Terminal] = []

    def painted(_at: float) -> None:
        terminal.append(_equipped(runtime, plan))

    try:
        return run_window(
            runtime,
            screen,
            place,
            production=production,
            demo=demo,
            on_painted=painted,
            speech=speech,
            help_key=help_key,
        )
    finally:
        gc.enable()
        for started in terminal:
            started.stop()


def _collect_garbage_later() -> None:
    """Collect no garbage until the first page is painted (`_equipped`).

    Classes and functions of the modules that are loaded live on. Going through them again and again
    to find that out takes 20 ms.
    """
    gc.disable()


def _equipped(runtime: Runtime, plan: Callable[[], Plan]) -> Terminal:
    """Return the terminal, started. Slow imports and devices follow the first page's paint."""
    from ui.documents.process import COMMAND

    from .runtime.assembly import Terminal

    gc.enable()
    terminal = Terminal(runtime, plan(), COMMAND)
    terminal.start()
    return terminal


def _demo(options: argparse.Namespace) -> int:
    from .commands.display import why_none

    offscreen = None if options.list or options.headless else why_none()
    with ended_in_order(at_once=not options.list and offscreen is None):
        return _demonstrate(options, offscreen)


def _demonstrate(options: argparse.Namespace, offscreen: str | None) -> int:
    if options.list:
        from .commands.demo import offered

        return offered(options.out, as_json=options.json)
    if options.headless:
        return _demo_headless(options)
    from .commands.output import say, unwritable

    if (why := unwritable(options.out)) is not None:
        say(f"station demo: {why}")
        return SharedExit.USAGE
    if offscreen is not None:
        from .commands.demo import walk

        return walk(options.out, offscreen)
    _collect_garbage_later()
    from ui.widgets.kit import Place

    from .demo.demo import ACCEPTS, PLACE, PROCESSORS, STATION_NAME, Demo
    from .demo.hands import Controls
    from .session.model import CardSide, Limits, Look, Mode, Processors, Theme

    demo = Demo(options.out)
    try:
        return _show(
            demo.started,
            _demo_screen(low_reach=options.low_reach),
            Place(STATION_NAME, PLACE, CardSide.RIGHT),
            look=Look(mode=Mode(options.mode), theme=Theme(options.theme)),
            limits=Limits(),
            accepts=ACCEPTS,
            processors=Processors(*PROCESSORS),
            production=False,
            demo=Controls(demo),
        )
    finally:
        _stop_demo(demo)


def _stop_demo(demo: Demo) -> None:
    from .commands.output import say

    if (why := demo.sandbox.failure) is not None:
        say(f"station demo: {why}")
    demo.stop()


def _configured_screen(config: Config, *, low_reach: bool = False) -> Screen:
    from ui.look.metrics import Screen

    screen = config.screen
    return Screen(
        screen.width_px,
        screen.height_px,
        screen.width_px / screen.width_mm,
        screen.viewing_distance_mm,
        screen.lower_edge_mm,
        low_reach or screen.low_reach,
    )


def _demo_screen(*, low_reach: bool = False) -> Screen:
    from ui.look.metrics import Screen

    width, height, width_mm = DEMO_SCREEN
    return Screen(width, height, width / width_mm, low_reach=low_reach)


def _demo_headless(options: argparse.Namespace) -> int:
    import json

    from .commands.output import say, unwritable
    from .demo.hands import UnknownCardError

    if options.card is None or options.service is None:
        say("station demo --headless: --card and --service are needed; see station demo --list")
        return SharedExit.USAGE
    screens = None if options.no_screens else options.out / "screens"
    if (why := unwritable(screens or options.out)) is not None:
        say(f"station demo --headless: {why}")
        return SharedExit.USAGE
    try:
        result = _rehearse(options, screens)
    except UnknownCardError as error:
        say(f"station demo --headless: {error}")
        return SharedExit.USAGE
    from ui.headless.result import Outcome

    print(json.dumps(result, ensure_ascii=False, indent=2))
    return DemoExit.DONE if result["outcome"] == Outcome.PRINTED else DemoExit.FAILED


def _rehearse(options: argparse.Namespace, screens: Path | None) -> dict[str, Any]:
    """Run one journey through the real pages, offscreen; return its result, ready for JSON."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    began = process_start()
    _collect_garbage_later()
    from ui.headless.run import run_headless
    from ui.widgets.kit import Place

    from .demo.demo import ACCEPTS, PLACE, PROCESSORS, STATION_NAME, Demo
    from .demo.hands import Rehearsal
    from .runtime.loop import Runtime
    from .session.model import CardSide, Look, Mode, Processors, Station, Theme

    demo = Demo(options.out, quick=True)
    # A visit begins in standard type, and the resident chooses another.
    home = Look(theme=Theme(options.theme))
    station = Station(
        (), (), platform=None, home=home, accepts=ACCEPTS, processors=Processors(*PROCESSORS)
    )
    runtime = Runtime(station)
    terminal: list[Terminal] = []
    shown: list[float] = []

    def painted(at: float) -> None:
        shown.append(at)
        terminal.append(_equipped(runtime, demo.started))

    try:
        result = run_headless(
            runtime,
            _demo_screen(low_reach=options.low_reach),
            Place(STATION_NAME, PLACE, CardSide.RIGHT),
            Rehearsal(demo, options.card),
            mode=Mode(options.mode),
            service_id=options.service,
            out=screens,
            on_painted=painted,
            warmed=lambda: bool(terminal) and terminal[0].warmed.is_set(),
        )
        memory = {"pss": _megabytes(pss_bytes())}
        if terminal and (documents := terminal[0].documents.pss_bytes()) is not None:
            memory["pss_documents"] = _megabytes(documents)
    finally:
        gc.enable()
        for started in terminal:
            started.stop()
        printed = demo.printed()
        _stop_demo(demo)
    cold = {"cold_start": round((shown[0] - began) * 1000, 1)} if shown else {}
    return {
        "outcome": result.outcome.value,
        "state": result.state,
        "fault": result.fault or None,
        "detail": result.detail,
        "document": str(printed[-1]) if printed else None,
        "screens": [str(path) for path in result.screens],
        "timings_ms": cold | result.timings_ms(),
        "memory_mb": memory,
    }


def _megabytes(size: int) -> float:
    """Return bytes as megabytes of 1,000,000 bytes, to one decimal."""
    return round(size / 1_000_000, 1)


# -- commands without a screen ----------------------------------------------------------------


def _card(options: argparse.Namespace) -> int:
    from .commands.card_readers import read

    return read(options)


def _personalise(options: argparse.Namespace) -> int:
    from .commands.card_readers import write

    return write(options)


def _print(options: argparse.Namespace) -> int:
    from .commands.print_file import print_file

    return print_file(
        options.file,
        queue_name=options.queue,
        device_uri=options.device_uri,
        server=options.server,
        state_directory=options.state,
        as_json=options.json,
    )


def _verify(options: argparse.Namespace) -> int:
    from ui.documents.process import COMMAND

    from .commands.anchors import trusted
    from .commands.verify import verify

    anchors = trusted(options.anchor, options.config)
    return verify(options.file, anchors, COMMAND, as_json=options.json)


def _diagnose(options: argparse.Namespace) -> int:
    from .commands.configured import configured
    from .commands.diagnose import diagnose

    return diagnose(configured(options.config), as_json=options.json)


def _gallery(options: argparse.Namespace) -> int:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from .commands.output import answer, say, unwritable

    if (why := unwritable(options.out)) is not None:
        say(f"station gallery: {why}")
        return SharedExit.USAGE
    from ui.app import application
    from ui.gallery import SCREENS, make_gallery

    from .session.model import Language, Mode, Theme

    application()

    def progress(done: int, total: int) -> None:
        if done % 20 == 0 or done == total:
            say(f"{done} of {total} pictures")

    try:
        report = make_gallery(
            options.out,
            pages=options.page,
            modes=[Mode(each) for each in options.mode or Mode],
            themes=[Theme(each) for each in options.theme or Theme],
            languages=options.language or tuple(Language),
            screens=options.screen or tuple(SCREENS),
            trial=options.trial,
            low_reach=options.low_reach,
            progress=progress,
        )
    except KeyError as error:
        say(f"station gallery: there is no {error}")
        return SharedExit.USAGE
    counts = {str(kind): count for kind, count in report.counts().items()}
    result = {"out": str(options.out), "pictures": len(report.pictures), "findings": counts}
    found = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count) or "no findings"
    text = f"{len(report.pictures)} pictures in {options.out} (index.html): {found}"
    answer(result, as_json=options.json, text=text)
    return GalleryExit.FINDINGS if any(counts.values()) else GalleryExit.NO_FINDINGS


def _guide(options: argparse.Namespace) -> int:
    from .commands.guide import guide

    return guide(options.out, options.config, _guide_pictures, as_json=options.json)


def _guide_pictures(shown: Shown) -> FromPages:
    """Return the pictures of the pages of this station, taken offscreen."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from ui.app import application
    from ui.gallery.guide_pictures import guide_pictures
    from ui.widgets.kit import Place

    from .demo.demo import PLACE, STATION_NAME
    from .session.model import CardSide

    application()
    config = shown.config
    if config is None:
        screen, place = _demo_screen(), Place(STATION_NAME, PLACE, CardSide.RIGHT)
    else:
        screen, place = _configured_screen(config), Place.configured(config)
    return guide_pictures(screen, place, shown.items, shown.accepts)


def _sandbox(options: argparse.Namespace) -> int:
    from .sandbox.server import serve

    return serve(options)


def _pin(options: argparse.Namespace) -> int:
    from .commands.pin import pin

    return pin(as_json=options.json)
