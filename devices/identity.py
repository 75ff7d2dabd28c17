"""The one object that holds a resident's personal data, and how much its card proves.

For the session, which holds it and wipes it at its end. It must never be logged: its ``repr``
shows nothing but its level, and ``masked_name`` is the only form for the public screen.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum

LONG_TERM = date.max
"""长期: the card has no last day."""


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A day of birth of which the card knows only a part; ``None`` stands for what is unknown.

    It is no ``date`` on purpose: nothing may take it for the first of January.
    """

    year: int
    month: int | None = None
    day: int | None = None

    def isoformat(self) -> str:
        """Return ``1985``, ``1985-07`` or ``1985-XX-15`` (ISO 8601-2:2019, unspecified digits)."""
        if self.month is None and self.day is None:
            return f"{self.year:04}"
        month = "XX" if self.month is None else f"{self.month:02}"
        return f"{self.year:04}-{month}" + ("" if self.day is None else f"-{self.day:02}")


class Assurance(IntEnum):
    """What has been proved so far, in rising order (a card can be cloned, or found)."""

    CARD_FREE = 1
    """A card that anyone can read, and so copy."""
    CARD_SECURE = 2
    """A card that proved itself to a security module (SAM_V, PSAM)."""
    SECOND_FACTOR = 3
    """The card, and a code sent to the phone on record (or the card's PIN)."""
    STAFF = 4
    """A member of staff has looked at the card and the person."""


class CardKind(StrEnum):
    """Which profile read the card."""

    RESIDENT_ID = "resident_id"
    RESIDENCE_PERMIT = "residence_permit"
    FOREIGN_PERMANENT_2017 = "foreign_permanent_2017"
    FOREIGN_PERMANENT_2023 = "foreign_permanent_2023"
    SOCIAL_SECURITY = "social_security"
    THAI_ID = "thai_id"
    BELGIAN_EID = "belgian_eid"
    MYKAD = "mykad"


class Sex(StrEnum):
    """GB/T 2261.1."""

    UNKNOWN = "0"
    MALE = "1"
    FEMALE = "2"
    UNSTATED = "9"


@dataclass(slots=True, repr=False)
class PersonalRecord:
    """What the card said. ``None`` means that the card did not say it.

    Text is Unicode (NFC is *not* applied: a name is printed as it is on the card). Dates are
    civil dates; ``LONG_TERM`` stands for 长期. ``birth`` is a ``PartialDate`` if the card does not
    know the month or the day. ``warnings`` are codes for staff, no data.
    """

    kind: CardKind
    name: str | None = None
    id_number: str | None = None
    card_number: str | None = None
    card_region: str | None = None
    card_version: str | None = None
    sex: Sex = Sex.UNKNOWN
    ethnic: str | None = None
    birth: date | PartialDate | None = None
    address: str | None = None
    issuer: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    name_latin: str | None = None
    nationality: str | None = None
    photo: bytearray | None = None
    warnings: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<PersonalRecord {self.kind}>"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Identity:
    """A resident as the card presents them, and the level at which that is proved.

    ``raised`` and ``completed`` give a view on the *same* record: there is one copy of the
    personal data, and wiping any view wipes it for all. (CPython cannot promise that a string's
    memory is overwritten; what is promised is that nothing reachable holds it any more.)
    """

    _record: PersonalRecord
    assurance: Assurance
    _wiped: list[bool] = field(default_factory=lambda: [False])

    @property
    def record(self) -> PersonalRecord:
        """The personal data; ``ValueError`` once wiped."""
        if self._wiped[0]:
            raise ValueError("identity was wiped")
        return self._record

    @property
    def wiped(self) -> bool:
        """Whether the personal data is gone."""
        return self._wiped[0]

    @property
    def kind(self) -> CardKind:
        """The kind of card (not personal, so it outlives the wiping)."""
        return self._record.kind

    def raised(self, level: Assurance) -> Identity:
        """The same person at ``level`` or the present level, whichever is higher."""
        return Identity(self._record, max(level, self.assurance), self._wiped)

    def complete(self, *, name: str, id_number: str) -> None:
        """Add what the card would not say (a 3.0 social security card) and the platform did.

        Of a person who was wiped nothing is kept, also where that happens on another thread
        meanwhile.
        """
        record = self._record
        record.name = record.name or name
        record.id_number = record.id_number or id_number
        if self.wiped:
            self.wipe()

    def same_person(self, other: Identity) -> bool:
        """Whether both cards are of one person: by number, compared in constant time."""
        if self.wiped or other.wiped:
            return False
        mine, theirs = self._record, other._record
        for a, b in ((mine.id_number, theirs.id_number), (mine.card_number, theirs.card_number)):
            if a and b:
                return hmac.compare_digest(a.encode(), b.encode())
        return False

    @property
    def masked_name(self) -> str:
        """王*明; 王*; empty where the card did not say (platform conventions)."""
        name = "" if self.wiped else (self._record.name or "")
        return mask_name(name)

    @property
    def masked_number(self) -> str:
        """The last four characters of the number, after a mark (``····1234``)."""
        number = "" if self.wiped else (self._record.id_number or self._record.card_number or "")
        return f"····{number[-4:]}" if len(number) > 4 else ""

    def wipe(self) -> None:
        """Forget everything personal; safe to call twice."""
        self._wiped[0] = True
        if self._record.photo is not None:
            self._record.photo[:] = bytes(len(self._record.photo))
        for name in PersonalRecord.__slots__:
            if name not in ("kind", "sex", "warnings"):
                setattr(self._record, name, None)
        self._record.sex = Sex.UNKNOWN

    def __repr__(self) -> str:
        return f"<Identity {self.kind} assurance={self.assurance.name} wiped={self.wiped}>"

    __str__ = __repr__


def mask_name(name: str) -> str:
    """Mask a name for the public screen: first and last character stay, two-letter names keep one.

    A Latin or dotted name keeps its first part's first letter only.
    """
    if not name:
        return ""
    if len(name) == 1:
        return "*"
    if len(name) == 2 or "·" in name or name.isascii():
        return f"{name[0]}*"
    return f"{name[0]}*{name[-1]}"
