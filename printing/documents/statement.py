"""What a document says of itself in its file: kind, verification code, and whose it is.

Written by the typesetter, covered by the seal, read by `printing.seal`. The person stands there
only as a digest. The wire form is laid down in docs/documents.md.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass

INFO_TYPE = "StationDocumentType"
INFO_CODE = "StationVerificationCode"
INFO_HOLDER = "StationHolder"
SEAL_FIELD = "Seal"
"""Name of the empty signature field that the typesetter leaves for the platform's seal."""


def holder_digest(document_type: str, verification_code: str, name: str, id_number: str) -> str:
    """SHA-256, in hexadecimal, over the four values in UTF-8, each ended by a line feed.

    Name in NFC without outer spaces; ID number in capitals (a final x is X). The verification
    code is the salt: it differs in every document. The digest binds a file to a person; it hides
    nobody from someone who can guess, and need not: the same page names the person in clear.
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
    """The three entries of the Info dictionary; a document about nobody has no holder."""

    document_type: str
    verification_code: str | None = None
    holder: str | None = None

    def entries(self) -> dict[str, str]:
        """Info keys and values."""
        found = {
            INFO_TYPE: self.document_type,
            INFO_CODE: self.verification_code,
            INFO_HOLDER: self.holder,
        }
        return {key: value for key, value in found.items() if value is not None}
