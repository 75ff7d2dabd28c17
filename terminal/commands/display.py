"""Whether there is a display for a window: Qt itself would abort where there is none."""

from __future__ import annotations

import ctypes
import os


def why_no_terminal() -> str | None:
    """Why a terminal cannot be shown here. Another of Qt's platforms (``eglfs``, ``offscreen``)
    that was asked for needs no display server."""
    return why_none() if _by_xcb() else None


def why_none() -> str | None:
    """Why no window can be shown to a person here; ``None`` where one can, so far as is known."""
    name = os.environ.get("DISPLAY")
    if os.environ.get("WAYLAND_DISPLAY"):
        return None
    if not name:
        return "DISPLAY is not set"
    if not _by_xcb():
        return None
    return None if _opens() else f"DISPLAY is {name}, which cannot be opened"


def _by_xcb() -> bool:
    return os.environ.get("QT_QPA_PLATFORM", "xcb").startswith("xcb")


def _opens() -> bool:
    """xcb_connect(3): a connection that failed is an object as well, and given back like any."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False  # and Qt could not open it either
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    failed = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not failed
