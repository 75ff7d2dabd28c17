"""Checks whether there is a display for a window, because Qt itself would abort without one."""

from __future__ import annotations

import ctypes
import os


def why_no_terminal() -> str | None:
    """Return why a terminal cannot be shown here. If another Qt platform (``eglfs``,
    ``offscreen``) was chosen, no display server is needed."""
    return why_none() if _by_xcb() else None


def why_none() -> str | None:
    """Return why no window can be shown here; ``None`` if one can, as far as is known."""
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
    """Whether the display opens. xcb_connect(3) returns an object even if the connection failed."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False  # then Qt cannot open a display either
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    failed = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not failed
