"""Opens the terminal's window for an unattended visit, and runs the visit once the page is painted.

For ``station demo --headless`` and for end-to-end tests. What presses the controls is imported only
after the first paint, as every part that the first page does not need.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QTimer

from ..app import FirstPaint, application, prepare
from ..bridge import Bridge, Runtime
from ..look.metrics import Screen
from ..widgets.kit import Place
from ..window import TerminalWindow

if TYPE_CHECKING:
    from terminal.session.model import Mode

    from .journey import Rehearsal
    from .result import HeadlessResult

LIMIT_S = 120.0
"""Time limit for the whole journey; the longest valid one (a slow platform, asked four times) takes
60 s."""


def run_headless(
    runtime: Runtime,
    screen: Screen,
    place: Place,
    rehearsal: Rehearsal,
    *,
    mode: Mode,
    service_id: str,
    out: Path | None,
    on_painted: Callable[[float], None] = lambda _at: None,
    warmed: Callable[[], bool] = lambda: True,
    limit_s: float = LIMIT_S,
) -> HeadlessResult:
    """Go through one visit and return how it ended, within ``limit_s`` seconds.

    ``out`` is the folder for a picture of each page, ``NN-situation.png``; it is created if needed.
    With ``None`` no pictures are taken, as for measurements. ``on_painted`` is called as in
    ``run_window``: it starts the runtime's workers. ``warmed`` returns whether they have started
    up. The card is presented only after that, so that the timings do not include the start. Raise
    ``OSError`` if the pictures cannot be written.
    """
    application()
    window = TerminalWindow(screen, runtime.post, place, production=False)
    bridge = Bridge(runtime, window.show_state)
    try:
        painted_at = _shown(window, limit_s)
        from .journey import Journey

        journey = Journey(
            runtime, window, bridge, rehearsal, mode, service_id, out, limit_s, warmed
        )
        try:
            if painted_at is not None:
                journey.mark("painted", painted_at)
                on_painted(painted_at)
                prepare(window)
            return journey.run()
        finally:
            journey.close()
    finally:
        from .driver import settle

        bridge.close()
        window.close()
        window.deleteLater()
        settle()


def _shown(window: TerminalWindow, limit_s: float) -> float | None:
    """Show the window. Return when it was painted (monotonic s), or ``None`` after the limit."""
    loop = QEventLoop()
    painted: list[float] = []

    def note(at: float) -> None:
        painted.append(at)
        loop.quit()

    watcher = FirstPaint(window, note)
    window.show()
    QTimer.singleShot(round(limit_s * 1000), loop, loop.quit)
    loop.exec()
    watcher.forget()
    return painted[0] if painted else None
