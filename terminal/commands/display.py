"""Whether there is a display for the demo's window: Qt itself would abort where there is none."""

from __future__ import annotations

import ctypes
import os


def why_none() -> str | None:
    """Why no window can be shown here; ``None`` where one can, so far as that is known."""
    name = os.environ.get("DISPLAY")
    if os.environ.get("WAYLAND_DISPLAY"):
        return None
    if not name:
        return "DISPLAY is not set"
    if not os.environ.get("QT_QPA_PLATFORM", "xcb").startswith("xcb"):
        return None  # another of Qt's platforms was asked for
    return None if _opens() else f"DISPLAY is {name}, which cannot be opened"


def _opens() -> bool:
    """xcb_connect(3): a connection that failed is an object as well, and given back like any."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    failed = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not failed
