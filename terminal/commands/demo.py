"""`station demo` without a window of its own: what it offers, and every journey offscreen.

For those who try the terminal where there is no display. A journey is made in a process of its own,
as the command line makes it; nothing here draws.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from terminal.demo.demo import Demo
from terminal.demo.sample_cards import sample_cards
from terminal.sandbox.process import SandboxError

from .exit_codes import DemoExit
from .output import answer, say

MODES = ("standard", "elder")


def offered(out: Path, *, as_json: bool) -> int:
    """The sample cards and services; with each service a card whose holder can be given it."""
    cards = [{"name": card.name, "kind": card.kind, "title": card.title} for card in sample_cards()]
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
    """Go through the journey of each service, in both modes; exit code 0 when all were printed.

    ``why`` there is no display.
    """
    say(f"There is no display here ({why}), so the journeys are made offscreen.")
    services = _services(out)
    if services is None:
        return DemoExit.FAILED
    good = True
    for service in services:
        for mode in MODES:
            folder = out / f"{service['id']}-{mode}"
            told = _journey(service["id"], service["card"], mode, folder)
            good = good and told["outcome"] == "printed"
            say(f"{service['title']} ({mode}): {told['outcome']}")
            say(f"  document     {told['document']}")
            say(f"  screenshots  {folder / 'screens'}")
    say("To see it in a window, run `make demo` on a desktop.")
    return DemoExit.DONE if good else DemoExit.FAILED


def _services(out: Path) -> list[dict[str, str]] | None:
    """What the sandbox offers; ``None``, and said why, where it does not serve."""
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
            said, _ = journey.communicate()
        except BaseException:
            journey.terminate()  # told, not killed: it takes its own folder away
            raise
    told: dict[str, Any] = json.loads(said or b'{"outcome": "crashed", "document": null}')
    return told
