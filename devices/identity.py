"""The object that holds a resident's personal data, and what their card proves.

For the session, which wipes the object at the end of the visit. It must never be logged: its
``repr`` shows only the kind of card, the level and whether it was wiped. ``masked_name`` is the
only form of the name for the public screen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum

LONG_TERM = date.max
"""长期: the card has no last day."""


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A day of birth that the card states only in part. ``None`` means unknown.

    It is deliberately not a ``date``, so that no code treats it as the first of January.
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
    """How well a person's identity is proved, in rising order. A card alone may be a copy, or
    found by another person."""

    CARD_FREE = 1
    """A card that anyone can read, and therefore copy."""
    CARD_SECURE = 2
    """A card that a security module (SAM_V, PSAM) authenticated."""
    SECOND_FACTOR = 3
    """A card, and a code sent to the registered phone (or the card's PIN)."""
    STAFF = 4
    """A member of staff checked the card and the person."""


class CardKind(StrEnum):
    """The kind of a resident's card."""

    RESIDENT_ID = "resident_id"
    RESIDENCE_PERMIT = "residence_permit"
    FOREIGN_PERMANENT_2017 = "foreign_permanent_2017"
    FOREIGN_PERMANENT_2023 = "foreign_permanent_2023"
    SOCIAL_SECURITY = "social_security"
    THAI_ID = "thai_id"
    BELGIAN_EID = "belgian_eid"
    MYKAD = "mykad"


class Sex(StrEnum):
    """A person's sex, with the codes of GB/T 2261.1."""

    UNKNOWN = "0"
    MALE = "1"
    FEMALE = "2"
    UNSTATED = "9"


@dataclass(slots=True, repr=False)
class PersonalRecord:
    """The data of a card. ``None`` means that the card does not have the item.

    Text is Unicode and *not* normalised (NFC): a name is printed exactly as it is on the card.
    Dates are civil dates; ``LONG_TERM`` stands for 长期. ``birth`` is a ``PartialDate`` if the card
    does not state the month or the day. ``warnings`` are codes for staff, without personal data.
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
    """A resident's data from the card, and the level at which their identity is proved.

    ``raised`` returns a view on the *same* record. There is one copy of the personal data, and
    wiping any view wipes it for all. (CPython does not overwrite the memory of a string; after
    wiping, no reachable object refers to it any more.)
    """

    _record: PersonalRecord
    assurance: Assurance
    _wiped: list[bool] = field(default_factory=lambda: [False])

    @property
    def record(self) -> PersonalRecord:
        """The personal data.

        :raises ValueError: it was wiped.
        """
        if self._wiped[0]:
            raise ValueError("identity was wiped")
        return self._record

    @property
    def wiped(self) -> bool:
        """Whether the personal data was wiped."""
        return self._wiped[0]

    @property
    def kind(self) -> CardKind:
        """The kind of card. It is not personal data, so wiping keeps it."""
        return self._record.kind

    def raised(self, level: Assurance) -> Identity:
        """Return a view with ``level``, or with the current level if that is higher."""
        return Identity(self._record, max(level, self.assurance), self._wiped)

    def complete(self, *, name: str, id_number: str) -> None:
        """Add name and number from the platform if the card refused them (a 3.0 social security
        card).

        If the identity was wiped, also on another thread during this call, nothing is kept.
        """
        record = self._record
        record.name = record.name or name
        record.id_number = record.id_number or id_number
        if self.wiped:
            self.wipe()

    def same_person(self, other: Identity) -> bool:
        """Whether both cards belong to one person. Compares ID numbers, or else card numbers, in
        constant time."""
        import hmac  # loads OpenSSL (3 ms), which the first page does not need

        if self.wiped or other.wiped:
            return False
        mine, theirs = self._record, other._record
        for a, b in ((mine.id_number, theirs.id_number), (mine.card_number, theirs.card_number)):
            if a and b:
                return hmac.compare_digest(a.encode(), b.encode())
        return False

    @property
    def masked_name(self) -> str:
        """The name for the public screen (王*明, 王*); empty if the card has none."""
        name = "" if self.wiped else (self._record.name or "")
        return mask_name(name)

    @property
    def masked_address(self) -> str:
        """The masked name, if it can be used to address the person; else empty.

        It can for a Chinese name of one part and at least two characters. Of a name of several
        parts only one character is left, and "阿*，您好" reads as an interjection.
        """
        name = "" if self.wiped else (self._record.name or "")
        return "" if len(name) < 2 or "·" in name or name.isascii() else mask_name(name)

    @property
    def has_photo(self) -> bool:
        """Whether the card's photo was read, and is held."""
        return not self.wiped and self._record.photo is not None

    @property
    def masked_number(self) -> str:
        """The last four characters of the number (``····1234``); empty for fewer than five."""
        number = "" if self.wiped else (self._record.id_number or self._record.card_number or "")
        return f"····{number[-4:]}" if len(number) > 4 else ""

    def wipe(self) -> None:
        """Delete all personal data. May be called again."""
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
    """Mask a name for the public screen: keep its first and last character.

    A name of two characters, in Latin letters or with a dot (``·``) keeps only its first character.
    """
    if not name:
        return ""
    if len(name) == 1:
        return "*"
    if len(name) == 2 or "·" in name or name.isascii():
        return f"{name[0]}*"
    return f"{name[0]}*{name[-1]}"
