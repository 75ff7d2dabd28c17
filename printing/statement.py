"""The machine-readable statement in a document's file: kind, verification code, holder.

`typesetting.writer` writes it, the seal covers it, and `printing.seal` reads it. It contains the
holder only as a digest. docs/documents.md defines the format.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass

INFO_TYPE = "StationDocumentType"
INFO_CODE = "StationVerificationCode"
INFO_HOLDER = "StationHolder"
SEAL_FIELD = "Seal"
"""Name of the empty signature field for the platform's seal."""


def holder_digest(document_type: str, verification_code: str, name: str, id_number: str) -> str:
    """Return the SHA-256, in hexadecimal, of the four values in UTF-8, each ended by a line feed.

    The name is in NFC without outer spaces, the ID number in capitals (a final x is X). The
    verification code is the salt: it differs in every document. The digest binds a file to a
    person. It does not protect the name from guessing, which is not needed: the same page shows
    the name.
    """
    parts = (
        document_type,
        verification_code,
        unicodedata.normalize("NFC", name.strip()),
        id_number.strip().upper(),
    )
    return hashlib.sha256("".join(f"{part}\n" for part in parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Statement:
    """The three entries of the Info dictionary; only a document about a person has a holder."""

    document_type: str
    verification_code: str | None = None
    holder: str | None = None

    def entries(self) -> dict[str, str]:
        """Return the keys and values for the Info dictionary."""
        found = {
            INFO_TYPE: self.document_type,
            INFO_CODE: self.verification_code,
            INFO_HOLDER: self.holder,
        }
        return {key: value for key, value in found.items() if value is not None}
