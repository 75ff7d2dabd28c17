"""Import pyHanko without aiohttp, the HTTP client for time stamps and revocation lists.

For the modules that verify with pyHanko. The terminal fetches nothing, but pyHanko imports aiohttp,
which takes 10 MB and 0.1 s. Other code must still be able to import the real aiohttp, so the
stand-in module exists only while pyHanko is imported.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

CLIENT = "aiohttp"
NAMED_AT_IMPORT = ("BasicAuth", "ClientError", "ClientSession")
"""Names that pyHanko's modules import from aiohttp; calling one raises ``TypeError``."""


@contextmanager
def no_http_client() -> Iterator[None]:
    """Import pyHanko inside this context. Does nothing if aiohttp or pyHanko is already loaded."""
    if CLIENT in sys.modules or "pyhanko.sign" in sys.modules:
        yield
        return
    stand_in = ModuleType(CLIENT, "Nothing is fetched.")
    for name in NAMED_AT_IMPORT:
        setattr(stand_in, name, type(name, (Exception,), {"__init__": _refuse}))
    sys.modules[CLIENT] = stand_in
    try:
        yield
    finally:
        if sys.modules.get(CLIENT) is stand_in:
            del sys.modules[CLIENT]


def _refuse(self: object, *_: object, **__: object) -> None:
    raise TypeError(f"{type(self).__name__}: the terminal fetches nothing")
