"""The logs of a process, and the names that its standard output can show.

Used by the composition root and by the document process. Only kind and place of an unexpected error
are logged, because its message and values may be personal data.
"""

from __future__ import annotations

import io
import logging
import sys
import threading
from types import TracebackType

log = logging.getLogger(__name__)

OUR_LOGGERS = ("terminal", "ui", "devices", "printing")
MUTE_LOGGERS = ("pyhanko", "pyhanko_certvalidator")
"""They warn with names from a document that does not verify; our own fault reports that."""


def log_to_stderr(*, verbose: bool, service: bool) -> None:
    """Log to standard error.

    A service logs what happens, without personal data. Messages of libraries below a warning are
    left out, because no one has checked them for personal data.
    """
    logging.basicConfig(
        level=logging.WARNING,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    level = logging.DEBUG if verbose else logging.INFO if service else logging.WARNING
    for name in OUR_LOGGERS:
        logging.getLogger(name).setLevel(level)
    for name in MUTE_LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def show_any_name() -> None:
    """Let standard output show file names that are not valid in the system's encoding.

    Python keeps such bytes as lone surrogates, which cannot be encoded. They are written as
    ``\\udcXX``: in JSON that is the same name, elsewhere it is readable. (Standard error does this
    by default.)
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def name_bugs_only() -> None:
    """Log an uncaught error on any thread by its kind and place only.

    The message and values that Python would print may be personal data.
    """

    def log_place(kind: type[BaseException] | None, tb: TracebackType | None) -> None:
        while tb is not None and tb.tb_next is not None:
            tb = tb.tb_next
        place = f"{tb.tb_frame.f_code.co_filename}:{tb.tb_lineno}" if tb is not None else "?"
        name = kind.__name__ if kind is not None else "?"
        log.critical("%s: %s at %s", threading.current_thread().name, name, place)

    sys.excepthook = lambda kind, _error, tb: log_place(kind, tb)
    sys.unraisablehook = lambda what: log_place(what.exc_type, what.exc_traceback)
    threading.excepthook = lambda what: log_place(what.exc_type, what.exc_traceback)
