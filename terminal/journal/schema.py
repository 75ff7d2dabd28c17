"""The journal's tables, as a list of migrations, and the values that each column accepts.

Used by ``terminal.journal``. No column holds personal data: ids are opaque and follow one pattern,
words are short and use one alphabet, and a person is a keyed token. SQLite refuses anything else.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence


def _id(column: str) -> str:
    """An opaque id: hexadecimal digits and dashes, 1 to 64."""
    return f"CHECK (length({column}) BETWEEN 1 AND 64 AND {column} NOT GLOB '*[^0-9a-f-]*')"


def _word(column: str, *, least: int = 1, most: int = 64) -> str:
    """A name without personal meaning: item, page, fault code, document number, reason."""
    return (
        f"CHECK (length({column}) BETWEEN {least} AND {most}"
        f" AND {column} NOT GLOB '*[^A-Za-z0-9._:-]*')"
    )


DETAIL_CHARACTERS = 200
"""Limit of a fault's detail: enough for an error's name and numbers, too short for a record."""

_COMMENT = re.compile(r"^\s*--.*\n", re.MULTILINE)

# Times are Unix seconds (REAL). Row ids give the order of writing. The comment above a table or
# column is its meaning: `make docs` writes `docs/reference/journal.md` from it. SQLite gets the
# statements without the comments, so a comment may change after the migration has shipped.
_FIRST = (
    f"""-- Print jobs. A job is written here before CUPS gets it.
    CREATE TABLE jobs (
        -- The order of the jobs.
        id INTEGER PRIMARY KEY,
        -- The id of the job.
        job TEXT NOT NULL UNIQUE {_id("job")},
        -- How far the job is. Closed: its outcome is final.
        stage TEXT NOT NULL CHECK (stage IN ('planned', 'held', 'loaded', 'released', 'closed')),
        -- The pages of the document.
        pages INTEGER NOT NULL CHECK (pages BETWEEN 0 AND 1000),
        -- The CUPS queue; empty if there is none.
        queue TEXT NOT NULL {_word("queue", least=0, most=127)},
        -- The item of the catalogue; empty if there is none.
        service TEXT NOT NULL {_word("service", least=0)},
        -- The number that cupsd gave the job; NULL until then.
        cups_job INTEGER,
        -- The pages that the printer has reported as done.
        pages_done INTEGER NOT NULL CHECK (pages_done BETWEEN 0 AND 1000),
        -- The print outcome; empty while the job is open.
        outcome TEXT NOT NULL {_word("outcome", least=0)},
        -- What proves the outcome; empty while the job is open.
        evidence TEXT NOT NULL {_word("evidence", least=0)},
        -- When the row was last written.
        at REAL NOT NULL
    ) STRICT""",
    "CREATE INDEX open_jobs ON jobs (id) WHERE stage <> 'closed'",
    f"""-- Visits. The person is a token.
    CREATE TABLE visits (
        -- The order of the visits.
        id INTEGER PRIMARY KEY,
        -- The id of the visit.
        visit TEXT NOT NULL UNIQUE {_id("visit")},
        -- The person: HMAC-SHA256 of the ID number or card number, keyed with the token key.
        token TEXT NOT NULL {_id("token")},
        -- When the visit began.
        began REAL NOT NULL,
        -- When the visit ended; NULL during the visit.
        ended REAL,
        -- Why the visit ended.
        reason TEXT {_word("reason")}
    ) STRICT""",
    f"""-- Documents. A document is written here before the platform is asked to issue it.
    CREATE TABLE documents (
        -- The order of the requests.
        id INTEGER PRIMARY KEY,
        -- The idempotency key of the request. It fetches the same document again.
        key TEXT NOT NULL UNIQUE {_id("key")},
        -- The visit that asked for it.
        visit TEXT NOT NULL {_id("visit")},
        -- The item of the catalogue.
        item TEXT NOT NULL {_word("item")},
        -- The document number; NULL if no answer came.
        number TEXT {_word("number")},
        -- When it was asked for.
        at REAL NOT NULL
    ) STRICT""",
    f"""-- Which document a print job prints.
    CREATE TABLE prints (
        -- The print job.
        job TEXT PRIMARY KEY {_id("job")},
        -- The key of the document.
        key TEXT NOT NULL {_id("key")},
        -- When the print was planned.
        at REAL NOT NULL
    ) STRICT""",
    f"""-- Messages for the platform: print outcomes and calls for help.
    CREATE TABLE outbox (
        -- The order of the messages.
        id INTEGER PRIMARY KEY,
        -- The idempotency key of the message. For an outcome it is the print job.
        key TEXT NOT NULL UNIQUE {_id("key")},
        -- What the message is.
        kind TEXT NOT NULL CHECK (kind IN ('outcome', 'help')),
        -- Outcome: the document number.
        number TEXT {_word("number")},
        -- Outcome: the print outcome.
        outcome TEXT {_word("outcome")},
        -- Outcome: the pages that came out.
        pages INTEGER CHECK (pages BETWEEN 0 AND 1000),
        -- Outcome: what proves it.
        evidence TEXT {_word("evidence", least=0)},
        -- Help: why staff are called.
        reason TEXT {_word("reason")},
        -- Help: the page that was shown.
        page TEXT {_word("page")},
        -- Help: the code of the fault; empty if there is none.
        fault TEXT {_word("fault", least=0)},
        -- When the message was written.
        at REAL NOT NULL,
        -- When the platform accepted or refused it for good; NULL until then.
        settled REAL,
        -- The platform's reference for a call, or the code of the fault if it was refused.
        answer TEXT {_word("answer", least=0)},
        CHECK ((kind = 'outcome') = (number IS NOT NULL AND outcome IS NOT NULL
               AND pages IS NOT NULL AND evidence IS NOT NULL)),
        CHECK ((kind = 'help') = (reason IS NOT NULL AND page IS NOT NULL AND fault IS NOT NULL))
    ) STRICT""",
    "CREATE INDEX unsettled ON outbox (id) WHERE settled IS NULL",
    f"""-- Faults. The last 5000 are kept.
    CREATE TABLE faults (
        -- The order of the faults.
        id INTEGER PRIMARY KEY,
        -- The code of the fault.
        code TEXT NOT NULL {_word("code")},
        -- Details for maintainers, without personal data.
        detail TEXT NOT NULL CHECK (length(detail) <= {DETAIL_CHARACTERS}),
        -- The page that was shown; empty if there was none.
        page TEXT NOT NULL {_word("page", least=0)},
        -- When the fault was recorded.
        at REAL NOT NULL
    ) STRICT""",
    # A device that keeps changing its state for days must not fill the disk.
    """CREATE TRIGGER keep_faults AFTER INSERT ON faults BEGIN
        DELETE FROM faults WHERE id <= NEW.id - 5000;
    END""",
    f"""-- The last state of each device, for `station diagnose`.
    CREATE TABLE devices (
        -- The name of the device in the configuration.
        name TEXT PRIMARY KEY {_word("name")},
        -- Its XFS4IoT status.
        status TEXT NOT NULL {_word("status")},
        -- The code of its fault; empty if there is none.
        fault TEXT NOT NULL {_word("fault", least=0)},
        -- When the state changed.
        at REAL NOT NULL
    ) STRICT""",
    """-- The wrong tries of the maintenance PIN, in one row.
    CREATE TABLE pin (
        -- Always 1.
        id INTEGER PRIMARY KEY CHECK (id = 1),
        -- The wrong tries in a row.
        wrong INTEGER NOT NULL CHECK (wrong >= 0),
        -- When the last try was made.
        at REAL NOT NULL
    ) STRICT""",
)

# Sheets, reprints and copies: what was given out, and what approved a reprint.
_SECOND = (
    """ALTER TABLE jobs ADD COLUMN
        -- The sheets of paper that the job used.
        sheets INTEGER NOT NULL DEFAULT 0 CHECK (sheets BETWEEN 0 AND 1000)""",
    f"""ALTER TABLE documents ADD COLUMN
        -- The edition: standard or large print.
        edition TEXT NOT NULL DEFAULT 'standard'
        {_word("edition")}""",
    "CREATE INDEX documents_of_visit ON documents (visit)",
    "CREATE INDEX visits_of_person ON visits (token)",
    "CREATE INDEX prints_of_document ON prints (key)",
    f"""-- Permissions to print a document again. A reprint is written here before its print.
    CREATE TABLE reprints (
        -- The print job that prints again.
        job TEXT PRIMARY KEY {_id("job")},
        -- The earlier print job of the same document.
        of_job TEXT NOT NULL {_id("of_job")},
        -- Who permitted it: no page of the earlier job came out, or staff did.
        reason TEXT NOT NULL CHECK (reason IN ('nothing_came_out', 'staff')),
        -- The serial number of the staff card; empty if no card was used.
        card TEXT NOT NULL CHECK (card NOT GLOB '*[^0-9a-f]*' AND length(card) <= 16),
        -- When the permission was written.
        at REAL NOT NULL
    ) STRICT""",
    # Guard against a bug in the session: a document is printed again only with an approved reprint.
    """CREATE TRIGGER printed_once BEFORE INSERT ON prints
        WHEN EXISTS (SELECT 1 FROM prints WHERE key = NEW.key AND job <> NEW.job)
        AND NOT EXISTS (SELECT 1 FROM reprints WHERE job = NEW.job)
    BEGIN
        SELECT RAISE(ABORT, 'a document is printed again without a right to it');
    END""",
    f"""-- Copies for a phone that were offered instead of paper.
    CREATE TABLE copies (
        -- The order of the copies.
        id INTEGER PRIMARY KEY,
        -- The item of the catalogue.
        item TEXT NOT NULL {_word("item")},
        -- The visit that asked for it.
        visit TEXT NOT NULL {_id("visit")},
        -- When the copy was offered.
        at REAL NOT NULL
    ) STRICT""",
    f"""-- Openings of the maintenance page.
    CREATE TABLE openings (
        -- The order of the openings.
        id INTEGER PRIMARY KEY,
        -- The role that opened it.
        role TEXT NOT NULL {_word("role")},
        -- The serial number of the card; empty if the PIN opened it.
        card TEXT NOT NULL CHECK (card NOT GLOB '*[^0-9a-f]*' AND length(card) <= 16),
        -- When it was opened.
        at REAL NOT NULL
    ) STRICT""",
)

MIGRATIONS: tuple[Sequence[str], ...] = (_FIRST, _SECOND)
"""Step n leads from schema version n to n + 1 (``user_version``). Never change a shipped step."""

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
"""Per item: jobs that may have produced paper, sheets, copies, reprints.
Its three parameters are the start time."""
TOTALS_SINCE = 2
"""The first schema version that can answer ``TOTALS``."""

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
"""The time of the newest row in Unix seconds, even if it is wrong; NULL if there is no row."""


def migrate(connection: sqlite3.Connection, steps: Sequence[Sequence[str]] = MIGRATIONS) -> None:
    """Bring the database to the newest version. Each step is applied completely or not at all."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    for number in range(version, len(steps)):
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in steps[number]:
                connection.execute(_COMMENT.sub("", statement))
            connection.execute(f"PRAGMA user_version = {number + 1}")
            connection.execute("COMMIT")
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
