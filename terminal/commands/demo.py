"""`station demo` without its own window: lists what it offers, and runs every journey offscreen.

For machines without a display. Each journey runs in its own process, like the command line's;
nothing here draws.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from ..demo.demo import Demo
from ..demo.sample_cards import sample_cards
from ..process.exit_codes import DemoExit
from ..sandbox.process import SandboxError
from ..session.model import Mode
from .output import answer, say


def offered(out: Path, *, as_json: bool) -> int:
    """List the sample cards and services, and for each service a card whose holder can get it."""
    cards = [
        {"name": card.name, "kind": card.kind.value, "title": card.title} for card in sample_cards()
    ]
    services = _services(out)
    if services is None:
        return DemoExit.FAILED
    text = "\n".join(
        ["cards:", *(f"  {card['name']:16} {card['title']}" for card in cards),
         "services:", *(f"  {service['id']:16} {service['title']} ({service['card']})"
                        for service in services)]
    )  # fmt: skip
    answer({"cards": cards, "services": services}, as_json=as_json, text=text)
    return DemoExit.DONE


def walk(out: Path, why: str) -> int:
    """Run the journey of each service in each mode; return 0 if every document was printed.

    ``why`` says why there is no display.
    """
    say(f"There is no display here ({why}), so the journeys are made offscreen.")
    services = _services(out)
    if services is None:
        return DemoExit.FAILED
    good = True
    for service in services:
        for mode in Mode:
            folder = out / f"{service['id']}-{mode}"
            result = _journey(service["id"], service["card"], mode, folder)
            good = good and result["outcome"] == "printed"
            say(f"{service['title']} ({mode}): {result['outcome']}")
            say(f"  document     {result['document']}")
            say(f"  screenshots  {folder / 'screens'}")
    say("To see it in a window, run `make demo` on a desktop.")
    return DemoExit.DONE if good else DemoExit.FAILED


def _services(out: Path) -> list[dict[str, str]] | None:
    """Return what the sandbox offers; if it does not start, print why and return ``None``."""
    demo = Demo(out, quick=True)
    demo.sandbox.start()
    try:
        return demo.services()
    except SandboxError as error:
        say(f"station demo: {error}")
        return None
    finally:
        demo.stop()


def _journey(service: str, card: str, mode: str, out: Path) -> dict[str, Any]:
    command = [
        sys.executable, "-m", "terminal", "demo", "--headless", "--card", card,
        "--service", service, "--mode", mode, "--out", str(out),
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE) as journey:
        try:
            output, _ = journey.communicate()
        except BaseException:
            journey.terminate()  # SIGTERM, not SIGKILL: it removes its own folder
            raise
    result: dict[str, Any] = json.loads(output or b'{"outcome": "crashed", "document": null}')
    return result
