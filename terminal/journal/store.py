"""Reads and writes the journal's database: each statement is durable when it returns.

Used by ``Journal`` and ``Reprints``. SQLite errors are returned as faults, never raised. A
value that the schema refuses is a bug of the caller.
"""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Any

from devices.health import Fault

from .file import fault_of


class Store:
    """The connection to the database in ``directory``, used by one thread at a time."""

    def __init__(self, connection: sqlite3.Connection, directory: Path) -> None:
        self._connection = connection
        self.directory = directory
        self._lock = threading.Lock()
        self._fault: Fault | None = None

    def close(self) -> None:
        """Close the database. The journal stays complete even if this is never called."""
        with self._lock:
            self._connection.close()

    def health(self) -> Fault | None:
        """Return the fault of the last failed read or write; ``None`` after a successful write."""
        return self._fault

    def write(self, statement: str, values: tuple[Any, ...]) -> Fault | None:
        """Run one statement as its own transaction; it is durable when this returns ``None``."""
        if any(isinstance(value, str) and "\0" in value for value in values):
            raise ValueError("journal: NUL in a value")  # SQLite's checks stop at a NUL
        with self._lock:
            try:
                self._connection.execute(statement, values)
            except sqlite3.IntegrityError as error:
                # SQLite's message names the column, never the value.
                raise ValueError(f"journal: {error}") from None
            except sqlite3.Error as error:
                self._fault = fault_of(error, self.directory)
                return self._fault
            self._fault = None
            return None

    def read(self, statement: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]] | Fault:
        """Return all rows of a query."""
        with self._lock:
            try:
                return self._connection.execute(statement, values).fetchall()
            except sqlite3.Error as error:
                self._fault = fault_of(error, self.directory)
                return self._fault
