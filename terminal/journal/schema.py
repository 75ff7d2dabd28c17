"""The journal's tables, one migration after the other, and what a column may hold.

For ``terminal.journal``. No column holds personal data: ids are opaque and of one pattern, words
are short and of one alphabet, a person is a keyed token. SQLite itself refuses anything else.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence


def _id(column: str) -> str:
    """An opaque id: hexadecimal digits and dashes, 1 to 64."""
    return f"CHECK (length({column}) BETWEEN 1 AND 64 AND {column} NOT GLOB '*[^0-9a-f-]*')"


def _word(column: str, *, least: int = 1, most: int = 64) -> str:
    """A name that means nothing outside: item, page, fault code, document number, reason."""
    return (
        f"CHECK (length({column}) BETWEEN {least} AND {most}"
        f" AND {column} NOT GLOB '*[^A-Za-z0-9._:-]*')"
    )


DETAIL_CHARACTERS = 200
"""Of a fault's detail: enough for an error's name and numbers, too little for a record."""

# Times are Unix seconds (REAL). Row ids give the order in which things were written.
_FIRST = (
    f"""CREATE TABLE jobs (
        id INTEGER PRIMARY KEY,
        job TEXT NOT NULL UNIQUE {_id("job")},
        stage TEXT NOT NULL CHECK (stage IN ('planned', 'held', 'loaded', 'released', 'closed')),
        pages INTEGER NOT NULL CHECK (pages BETWEEN 0 AND 1000),
        queue TEXT NOT NULL {_word("queue", least=0, most=127)},
        service TEXT NOT NULL {_word("service", least=0)},
        cups_job INTEGER,
        pages_done INTEGER NOT NULL CHECK (pages_done BETWEEN 0 AND 1000),
        outcome TEXT NOT NULL {_word("outcome", least=0)},
        evidence TEXT NOT NULL {_word("evidence", least=0)},
        at REAL NOT NULL
    ) STRICT""",
    "CREATE INDEX open_jobs ON jobs (id) WHERE stage <> 'closed'",
    f"""CREATE TABLE visits (
        id INTEGER PRIMARY KEY,
        visit TEXT NOT NULL UNIQUE {_id("visit")},
        token TEXT NOT NULL {_id("token")},
        began REAL NOT NULL,
        ended REAL,
        reason TEXT {_word("reason")}
    ) STRICT""",
    f"""CREATE TABLE documents (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE {_id("key")},
        visit TEXT NOT NULL {_id("visit")},
        item TEXT NOT NULL {_word("item")},
        number TEXT {_word("number")},
        at REAL NOT NULL
    ) STRICT""",
    f"""CREATE TABLE prints (
        job TEXT PRIMARY KEY {_id("job")},
        key TEXT NOT NULL {_id("key")},
        at REAL NOT NULL
    ) STRICT""",
    f"""CREATE TABLE outbox (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE {_id("key")},
        kind TEXT NOT NULL CHECK (kind IN ('outcome', 'help')),
        number TEXT {_word("number")},
        outcome TEXT {_word("outcome")},
        pages INTEGER CHECK (pages BETWEEN 0 AND 1000),
        evidence TEXT {_word("evidence", least=0)},
        reason TEXT {_word("reason")},
        page TEXT {_word("page")},
        fault TEXT {_word("fault", least=0)},
        at REAL NOT NULL,
        settled REAL,
        answer TEXT {_word("answer", least=0)},
        CHECK ((kind = 'outcome') = (number IS NOT NULL AND outcome IS NOT NULL
               AND pages IS NOT NULL AND evidence IS NOT NULL)),
        CHECK ((kind = 'help') = (reason IS NOT NULL AND page IS NOT NULL AND fault IS NOT NULL))
    ) STRICT""",
    "CREATE INDEX unsettled ON outbox (id) WHERE settled IS NULL",
    f"""CREATE TABLE faults (
        id INTEGER PRIMARY KEY,
        code TEXT NOT NULL {_word("code")},
        detail TEXT NOT NULL CHECK (length(detail) <= {DETAIL_CHARACTERS}),
        page TEXT NOT NULL {_word("page", least=0)},
        at REAL NOT NULL
    ) STRICT""",
    # A device that flaps for days must not fill the disk.
    """CREATE TRIGGER keep_faults AFTER INSERT ON faults BEGIN
        DELETE FROM faults WHERE id <= NEW.id - 5000;
    END""",
    f"""CREATE TABLE devices (
        name TEXT PRIMARY KEY {_word("name")},
        status TEXT NOT NULL {_word("status")},
        fault TEXT NOT NULL {_word("fault", least=0)},
        at REAL NOT NULL
    ) STRICT""",
    """CREATE TABLE pin (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        wrong INTEGER NOT NULL CHECK (wrong >= 0),
        at REAL NOT NULL
    ) STRICT""",
)

# Sheets, reprints and copies: what was given out, and by what right a second time.
_SECOND = (
    "ALTER TABLE jobs ADD COLUMN sheets INTEGER NOT NULL DEFAULT 0"
    " CHECK (sheets BETWEEN 0 AND 1000)",
    f"""ALTER TABLE documents ADD COLUMN edition TEXT NOT NULL DEFAULT 'standard'
        {_word("edition")}""",
    "CREATE INDEX documents_of_visit ON documents (visit)",
    "CREATE INDEX visits_of_person ON visits (token)",
    "CREATE INDEX prints_of_document ON prints (key)",
    f"""CREATE TABLE reprints (
        job TEXT PRIMARY KEY {_id("job")},
        of_job TEXT NOT NULL {_id("of_job")},
        reason TEXT NOT NULL CHECK (reason IN ('nothing_came_out', 'staff')),
        card TEXT NOT NULL CHECK (card NOT GLOB '*[^0-9a-f]*' AND length(card) <= 16),
        at REAL NOT NULL
    ) STRICT""",
    # Whatever the session does: no document goes to the printer again without a right to it.
    """CREATE TRIGGER printed_once BEFORE INSERT ON prints
        WHEN EXISTS (SELECT 1 FROM prints WHERE key = NEW.key AND job <> NEW.job)
        AND NOT EXISTS (SELECT 1 FROM reprints WHERE job = NEW.job)
    BEGIN
        SELECT RAISE(ABORT, 'a document is printed again without a right to it');
    END""",
    f"""CREATE TABLE copies (
        id INTEGER PRIMARY KEY,
        item TEXT NOT NULL {_word("item")},
        visit TEXT NOT NULL {_id("visit")},
        at REAL NOT NULL
    ) STRICT""",
    f"""CREATE TABLE openings (
        id INTEGER PRIMARY KEY,
        role TEXT NOT NULL {_word("role")},
        card TEXT NOT NULL CHECK (card NOT GLOB '*[^0-9a-f]*' AND length(card) <= 16),
        at REAL NOT NULL
    ) STRICT""",
)

MIGRATIONS: tuple[Sequence[str], ...] = (_FIRST, _SECOND)
"""Step n leads from schema version n to n + 1 (``user_version``). Never change one that shipped."""

TOTALS = """
SELECT item, sum(job), sum(sheets), sum(copy), sum(reprint) FROM (
    SELECT service AS item, outcome <> 'queued' AND evidence <> 'device-none' AS job, sheets,
           0 AS copy, 0 AS reprint
    FROM jobs WHERE stage = 'closed' AND at >= ?
    UNION ALL SELECT item, 0, 0, 1, 0 FROM copies WHERE at >= ?
    UNION ALL SELECT item, 0, 0, 0, 1
    FROM reprints JOIN prints USING (job) JOIN documents USING (key) WHERE reprints.at >= ?
) GROUP BY item HAVING sum(job) + sum(sheets) + sum(copy) + sum(reprint) > 0
ORDER BY sum(job) + sum(copy) DESC, item
"""
"""By item: jobs that may have left paper, sheets, copies, reprints; asks three times since when."""
TOTALS_SINCE = 2
"""The schema's version from which on they can be asked for."""

NEWEST = """
SELECT max(at) FROM (
    SELECT max(began) AS at FROM visits UNION ALL SELECT max(ended) FROM visits
    UNION ALL SELECT max(at) FROM jobs UNION ALL SELECT max(at) FROM documents
    UNION ALL SELECT max(at) FROM prints UNION ALL SELECT max(at) FROM reprints
    UNION ALL SELECT max(at) FROM outbox UNION ALL SELECT max(settled) FROM outbox
    UNION ALL SELECT max(at) FROM faults UNION ALL SELECT max(at) FROM devices
    UNION ALL SELECT max(at) FROM pin UNION ALL SELECT max(at) FROM copies
    UNION ALL SELECT max(at) FROM openings
)
"""
"""The time of the newest row in Unix seconds, whatever it says; NULL if there is none."""


def migrate(connection: sqlite3.Connection, steps: Sequence[Sequence[str]] = MIGRATIONS) -> None:
    """Bring the database to the newest version: each step whole or not at all."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    for number in range(version, len(steps)):
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in steps[number]:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number + 1}")
            connection.execute("COMMIT")
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
