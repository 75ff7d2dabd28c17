"""Runs the terminal on a screen: sets Qt up, opens the window, and stops it on a signal.

Used by the composition root. Nothing slow is imported before the first page is painted, and nothing
on the UI thread waits. An unexpected exception on the UI thread ends the process; the watchdog then
restarts it.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType, TracebackType
from typing import TYPE_CHECKING

# Before the imports that it makes faster.
from . import import_hook  # noqa: F401

# isort: split
from PySide6.QtCore import (
    QEvent,
    QMessageLogContext,
    QObject,
    QRect,
    QSocketNotifier,
    QTimer,
    QtMsgType,
    QVariantAnimation,
    qInstallMessageHandler,
)
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from terminal import session
from terminal.process.exit_codes import RunExit, SharedExit

from .bridge import Bridge, Runtime
from .look.fonts import font
from .look.metrics import Screen
from .pages import load_all
from .widgets.kit import Place
from .window import HELP_KEY, LAST_WARNING_S, TerminalWindow, Warned

if TYPE_CHECKING:
    from terminal.config.sections import SpeechConfig
    from terminal.session.events import Event
    from terminal.session.states import State

    from .demo.panel import DemoControls, DemoPanel
    from .voice.speaker import Voice
    from .voice.utterance import Sentence, Utterance

log = logging.getLogger(__name__)
qt_log = logging.getLogger("qt")

DESK_GAP_PX = 16
"""Gap between the two windows of the demo, and around them."""
TITLE_BAR_PX = 40
"""Height kept free for the desktop's title bar above the demo's window."""

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def application() -> QApplication:
    """Return the one application object, and create it on the first call.

    The pages compute their sizes in millimetres, so Qt's own scaling is switched off. Qt's messages
    go to the log.
    """
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    os.environ["QT_ENABLE_HIGHDPI_SCALING"] = "0"
    for scaling in ("QT_SCALE_FACTOR", "QT_SCREEN_SCALE_FACTORS", "QT_FONT_DPI"):
        os.environ.pop(scaling, None)
    qInstallMessageHandler(_to_log)
    app = QApplication([sys.argv[0] or "station"])
    app.setApplicationName("station")
    app.setFont(font(16))
    return app


def _to_log(kind: QtMsgType, context: QMessageLogContext, message: str | None) -> None:
    qt_log.log(_LEVELS[kind], "%s: %s", context.category or "default", message)


def run_window(
    runtime: Runtime,
    screen: Screen,
    place: Place,
    *,
    production: bool,
    demo: DemoControls | None = None,
    on_painted: Callable[[float], None] = lambda _at: None,
    speech: SpeechConfig | None = None,
    help_key: str | None = None,
) -> int:
    """Show the terminal until SIGTERM or SIGINT; in the demo also until a window is closed.

    ``on_painted`` is called once, on the UI thread, with the monotonic time in seconds at which the
    first page was painted. Start workers and slow imports then. ``speech`` has the settings of the
    voice, and ``help_key`` names the key for help. Return the exit code of the process.
    """
    app = application()
    app.setQuitOnLastWindowClosed(False)
    if demo is not None:
        screen = fitted(screen, QGuiApplication.primaryScreen().availableGeometry())

    voices: list[Voice] = []

    def post(event: Event) -> None:
        if isinstance(event, session.events.VoiceChosen) and event.on:
            # The resident asks to hear the page again. The state does not change, so the bridge
            # would not report it.
            for voice in voices:
                voice.again()
        runtime.post(event)

    def painted(at: float) -> None:
        on_painted(at)
        prepare(window)
        voices.append(_add_voice(runtime, window, bridge, speech, trial=place.trial))

    window = TerminalWindow(
        screen, post, place, production=production, guarded=True, help_key=help_key or HELP_KEY
    )
    bridge = Bridge(runtime, window.show_state)
    watcher = FirstPaint(window, painted)
    panel = None if demo is None else _open_panel(demo, window, app)
    with _exit_on_signals(app), _exit_on_exception(app):
        window.present()
        code = app.exec()
    bridge.close()
    for voice in voices:
        voice.close()
    watcher.forget()
    if panel is not None:
        panel.close()
    window.hide()
    window.deleteLater()
    return code


def prepare(window: TerminalWindow) -> None:
    """Load what the first visit needs. In small steps, so that the first page can be used."""
    steps = load_all()
    timer = QTimer(window)

    def step() -> None:
        try:
            next(steps)
        except StopIteration:
            timer.stop()
            # Qt creates its timer of animations with the first one, and PySide prepares all classes
            # of QtCore for the window's event filter to see it (10 ms). Not during a visit.
            animation = QVariantAnimation(window)
            animation.setDuration(1)
            animation.start(QVariantAnimation.DeletionPolicy.DeleteWhenStopped)

    timer.timeout.connect(step)
    timer.start(0)


def _add_voice(
    runtime: Runtime,
    window: TerminalWindow,
    bridge: Bridge,
    settings: SpeechConfig | None,
    *,
    trial: bool,
) -> Voice:
    """Return the voice of the window's pages, which speaks the current one if it is on."""
    # Not needed for the first page.
    from terminal.words import words

    from .pages import spoken
    from .voice.speaker import Voice
    from .voice.utterance import Sentence, Span

    def utterance(state: State) -> Utterance:
        if window.warning is not None:
            return (Sentence((Span(warning_sentence(state, window.warning)),)),)
        return spoken(state, words(state.look.language), window.current_page.in_sight())

    def trial_notice(state: State) -> Sentence:
        return Sentence((Span(words(state.look.language).spoken("trial.notice")),))

    voice = Voice(utterance, settings=settings, opening=trial_notice if trial else None)
    voice.available.connect(lambda languages: runtime.post(session.events.VoicesChanged(languages)))
    bridge.shown.connect(voice.show)
    window.turned.connect(voice.show)
    window.warned.connect(voice.show)
    voice.start()
    if window.state is not None:
        voice.show(window.state)
    return voice


def warning_sentence(state: State, warning: Warned) -> str:
    """Return what the voice says while ``warning`` is shown.

    A new sentence interrupts the one before: the warning that of the page, and after a touch the
    page that of the warning, so that who cannot see the page hears again where they are.
    """
    from terminal.words import words

    limits = state.station.limits
    seconds = LAST_WARNING_S if warning.last else limits.warning(state.look.mode)
    key = (
        "overlay.longest.voice"
        if warning.final
        else "banner.voice"
        if warning.beside
        else "overlay.voice"
    )
    said = words(state.look.language)
    return said.spoken(key, forms=state.look.mode.forms, seconds=round(seconds))


def fitted(screen: Screen, desktop: QRect) -> Screen:
    """Return ``screen`` made small enough to fit on a desktop beside the demo's panel.

    Only the pixels per millimetre change. Sizes in millimetres stay the same, and so does the
    layout.
    """
    from .demo.panel import WIDTH_PX

    width = desktop.width() - WIDTH_PX - 3 * DESK_GAP_PX
    height = desktop.height() - TITLE_BAR_PX - DESK_GAP_PX
    scale = min(1.0, width / screen.width_px, height / screen.height_px)
    return replace(
        screen, width_px=round(screen.width_px * scale), height_px=round(screen.height_px * scale),
        px_per_mm=screen.px_per_mm * scale,
    )  # fmt: skip


def _open_panel(demo: DemoControls, window: TerminalWindow, app: QApplication) -> DemoPanel:
    from .demo.panel import DemoPanel

    panel = DemoPanel(demo)
    desktop = QGuiApplication.primaryScreen().availableGeometry()
    left = desktop.left() + max(
        0, (desktop.width() - window.width() - panel.width() - DESK_GAP_PX) // 2
    )
    top = desktop.top() + TITLE_BAR_PX
    window.move(left, top)
    panel.move(left + window.width() + DESK_GAP_PX, top)
    panel.closed.connect(app.quit)
    window.installEventFilter(_Closing(window, app.quit))
    panel.show()
    return panel


class _Closing(QObject):
    """Calls back when a window of the demo is closed."""

    def __init__(self, window: QObject, closed: Callable[[], None]) -> None:
        super().__init__(window)
        self._closed = closed

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Close:
            self._closed()
        return False


class FirstPaint(QObject):
    """Calls back once, after the window's first page has reached the screen."""

    def __init__(self, window: TerminalWindow, painted: Callable[[float], None]) -> None:
        super().__init__(window)
        self._painted = painted
        self._window: TerminalWindow | None = window
        window.installEventFilter(self)

    def forget(self) -> None:
        """Cancel the call-back."""
        self._window = None

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        window = self._window
        if window is not None and event.type() is QEvent.Type.Paint and window.state is not None:
            window.removeEventFilter(self)
            # Qt paints the children and flushes the picture within this same event, so call back
            # after it.
            QTimer.singleShot(0, self, self._report)
        return False

    def _report(self) -> None:
        if self._window is not None:
            self._window = None
            self._painted(time.monotonic())


@contextmanager
def _exit_on_signals(app: QApplication) -> Iterator[None]:
    """End the event loop on SIGTERM and SIGINT, even while it sleeps.

    Python runs signal handlers only between its own instructions, and a sleeping Qt loop runs none.
    The interpreter therefore writes a byte into a pipe, which wakes the loop.
    """
    readable, writable = os.pipe()
    for end in (readable, writable):
        os.set_blocking(end, False)
    notifier = QSocketNotifier(readable, QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda *_: os.read(readable, 64))

    def stop(number: int, _frame: FrameType | None) -> None:
        log.info("stopping on signal %d", number)
        app.exit(RunExit.STOPPED)

    before_wakeup = signal.set_wakeup_fd(writable, warn_on_full_buffer=False)
    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(before_wakeup)
        notifier.setEnabled(False)
        os.close(readable)
        os.close(writable)


@contextmanager
def _exit_on_exception(app: QApplication) -> Iterator[None]:
    """End the process on an exception on the UI thread, and log its type and place.

    Its message and values are never logged, because they may contain a resident's data.
    """

    def crashed(kind: type[BaseException], _error: BaseException, tb: TracebackType | None) -> None:
        while tb is not None and tb.tb_next is not None:
            tb = tb.tb_next
        where = f"{tb.tb_frame.f_code.co_filename}:{tb.tb_lineno}" if tb is not None else "?"
        log.critical("the screen failed: %s at %s", kind.__name__, where)
        app.exit(SharedExit.CRASHED)

    before = sys.excepthook
    sys.excepthook = crashed
    try:
        yield
    finally:
        sys.excepthook = before
