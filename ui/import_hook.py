"""Takes PySide6's import hook out again. For the programs that load Qt, before anything else.

PySide6.QtCore replaces ``__import__`` to see whether a module asks for ``__feature__`` (snake_case
names). For that it reads the source of every module imported later and keeps the lines in memory.
This costs about 20 ms up to the first page and more after it, and nothing here uses the feature.
"""

from __future__ import annotations

import builtins

import PySide6.QtCore  # noqa: F401  It installs the hook, and keeps the original function.

builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
