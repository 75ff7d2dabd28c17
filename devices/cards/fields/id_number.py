"""Parse and check the ID numbers of citizens, permit holders and foreign permanent residents.

For card profiles and for forms in which a number is typed. An unknown area code is accepted,
because areas are renamed and dissolved. A number is never part of an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ...identity import PartialDate, Sex
from .dates import DateProblem, parse_date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"


class NumberKind(StrEnum):
    """The kind of an ID number, with the parts that it consists of."""

    CITIZEN = "citizen"
    """GB 11643-1999. Number of digits: area 6, birth 8, sequence 3, check 1."""
    CITIZEN_15 = "citizen_15"
    """GB 11643-1989, before 1999: area 6, birth 6 (19YY), sequence 3, no check digit."""
    PERMIT = "permit"
    """Residence permit for Hong Kong (81), Macao (82) or Taiwan (83) residents."""
    FOREIGN_2023 = "foreign_2023"
    """Foreign permanent resident, 2023: 9, place 2, nationality 3, birth 8, sequence 3, check 1."""
    FOREIGN_2017 = "foreign_2017"
    """Foreign permanent resident, 2017: alpha-3 nationality, place 4, birth 6, sequence, check."""


class NumberProblem(StrEnum):
    """Why a text is not a valid ID number."""

    FORMAT = "number-format"
    CHECK_DIGIT = "number-check-digit"
    BIRTH_DATE = "number-birth-date"


@dataclass(frozen=True, slots=True, repr=False)
class IdNumber:
    """A valid ID number. ``birth`` is ``None`` if the number does not contain the century.

    ``sex`` comes from the sequence number (odd is male); it is ``UNKNOWN`` for 2017 numbers.
    """

    text: str
    kind: NumberKind
    birth: date | None
    sex: Sex

    def __repr__(self) -> str:
        return f"<IdNumber {self.kind}>"


def check_character(first_17: str) -> str:
    """Return the 18th character of a number by GB 11643-1999 (ISO 7064 MOD 11-2).

    :raises ValueError: ``first_17`` is not 17 ASCII digits.
    """
    if len(first_17) != 17 or not _is_digits(first_17):
        raise ValueError("17 ASCII digits are needed")
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_17, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def parse_number(text: str) -> IdNumber | NumberProblem:
    """Parse a number of 18 or 15 characters. Letters may be lower case.

    Source: GB 11643-1999 §4. The 2023 foreign permanent resident card uses the same check digit.
    """
    text = text.strip().upper()
    if len(text) == 18:
        return _parse_18(text)
    if len(text) == 15 and _is_digits(text):
        return _parse_citizen_15(text)
    if len(text) == 15 and text[:3].isascii() and text[:3].isalpha() and _is_digits(text[3:]):
        return IdNumber(text, NumberKind.FOREIGN_2017, None, Sex.UNKNOWN)
    return NumberProblem.FORMAT


def upgrade(number: IdNumber) -> str:
    """Return the 18-character form of a 15-digit citizen number; other numbers unchanged."""
    if number.kind is not NumberKind.CITIZEN_15:
        return number.text
    first_17 = f"{number.text[:6]}19{number.text[6:]}"
    return first_17 + check_character(first_17)


def consistency(number: IdNumber, birth: date | PartialDate | None, sex: Sex) -> tuple[str, ...]:
    """Return a warning if the card's date of birth or sex differs from that in its number.

    It is not a fault: a number that was issued with a mistake is kept for life.
    """
    warnings: list[str] = []
    whole = birth if isinstance(birth, date) else None
    if number.birth is not None and whole is not None and number.birth != whole:
        warnings.append("birth-differs-from-number")
    known = (Sex.MALE, Sex.FEMALE)
    if number.sex in known and sex in known and number.sex is not sex:
        warnings.append("sex-differs-from-number")
    of_2017 = number.kind is NumberKind.FOREIGN_2017 and whole is not None
    if of_2017 and number.text[7:13] != f"{whole:%y%m%d}":
        warnings.append("birth-differs-from-number")
    return tuple(warnings)


def _parse_18(text: str) -> IdNumber | NumberProblem:
    if not _is_digits(text[:17]) or not (_is_digits(text[17]) or text[17] == "X"):
        return NumberProblem.FORMAT
    if text[17] != check_character(text[:17]):
        return NumberProblem.CHECK_DIGIT
    birth = parse_date(text[6:14])
    if birth is None or isinstance(birth, DateProblem):
        return NumberProblem.BIRTH_DATE
    if text[0] == "9":
        kind = NumberKind.FOREIGN_2023
    elif text[:2] in ("81", "82", "83"):
        kind = NumberKind.PERMIT
    else:
        kind = NumberKind.CITIZEN
    return IdNumber(text, kind, birth, _sex(text[16]))


def _parse_citizen_15(text: str) -> IdNumber | NumberProblem:
    birth = parse_date(f"19{text[6:12]}")
    if birth is None or isinstance(birth, DateProblem):
        return NumberProblem.BIRTH_DATE
    return IdNumber(text, NumberKind.CITIZEN_15, birth, _sex(text[14]))


def _sex(sequence_digit: str) -> Sex:
    return Sex.MALE if int(sequence_digit) % 2 else Sex.FEMALE


def _is_digits(text: str) -> bool:
    """Whether all characters are ASCII digits. ``str.isdigit`` alone accepts full-width digits."""
    return text.isascii() and text.isdigit()
