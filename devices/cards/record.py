"""What all profiles share: putting checked fields into one record, and whether a card is in force.

For profiles. The detail of a fault names the field and the kind of mistake, never its content.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from devices.codes import REGIONS
from devices.dates import DateProblem, parse_date
from devices.faults import CARD_DAMAGED, CARD_EXPIRED, CARD_NOT_YET_VALID
from devices.health import Fault
from devices.identity import Identity, PersonalRecord, Sex
from devices.idnumber import IdNumber, NumberKind, NumberProblem, consistency, parse_number, upgrade
from devices.text import CardText, TextProblem


class Fields:
    """Collects a card's fields while they are checked; the first mistake is kept as the fault.

    A parser fills it, asks ``fault`` once at the end, and so needs no exception to stop early.
    """

    def __init__(self) -> None:
        self.fault: Fault | None = None
        self._warnings: list[str] = []

    @property
    def warnings(self) -> tuple[str, ...]:
        """The warnings so far, each once, in order."""
        return tuple(dict.fromkeys(self._warnings))

    def damaged(self, field: str, why: str) -> None:
        """The card's data cannot be understood; ``field`` and ``why`` are names, not data."""
        self.fault = self.fault or CARD_DAMAGED.with_detail(f"{field}: {why}")

    def warn(self, codes: Iterable[str]) -> None:
        """Something for staff to know, no reason to refuse."""
        self._warnings.extend(codes)

    def text(self, field: str, decoded: CardText | TextProblem) -> str | None:
        """The text, ``None`` where blank."""
        if isinstance(decoded, TextProblem):
            self.damaged(field, decoded.value)
            return None
        self.warn(decoded.warnings)
        return decoded.text or None

    def required_text(self, field: str, decoded: CardText | TextProblem) -> str:
        """The text; a blank one is damage."""
        text = self.text(field, decoded)
        if text is None:
            self.damaged(field, "blank")
            return ""
        return text

    def date(self, field: str, text: str) -> dt.date | None:
        """A date (YYYYMMDD or 长期), ``None`` where blank; an impossible one is damage."""
        parsed = parse_date(text)
        if isinstance(parsed, DateProblem):
            self.damaged(field, parsed.value)
            return None
        return parsed

    def sex(self, text: str | None) -> Sex:
        """GB/T 2261.1; a value that the table does not have counts as not said, with a warning."""
        if not text:
            return Sex.UNKNOWN
        try:
            return Sex(text)
        except ValueError:
            self.warn(["sex-code-unknown"])
            return Sex.UNKNOWN

    def number(self, field: str, text: str, birth: dt.date | None, sex: Sex) -> str:
        """A number whose check digit is right, in its 18-character form where it has one."""
        number = parse_number(text)
        if isinstance(number, NumberProblem):
            self.damaged(field, number.value)
            return ""
        self.warn(consistency(number, birth, sex))
        self.warn(_number_warnings(number))
        return upgrade(number)


def validity_fault(record: PersonalRecord, today: dt.date) -> Fault | None:
    """Whether the card is in force on ``today``: its first and last day both count."""
    if record.valid_from is not None and today < record.valid_from:
        return CARD_NOT_YET_VALID
    if record.valid_to is not None and today > record.valid_to:
        return CARD_EXPIRED
    return None


def in_force(result: Identity | Fault, today: dt.date) -> Identity | Fault:
    """The identity, unless its card is not valid today: then it is forgotten at once."""
    if isinstance(result, Fault):
        return result
    fault = validity_fault(result.record, today)
    if fault is not None:
        result.wipe()
        return fault
    return result


def _number_warnings(number: IdNumber) -> list[str]:
    warnings = []
    if number.kind is NumberKind.CITIZEN_15:
        warnings.append("number-of-15-digits")
    has_area = number.kind in (NumberKind.CITIZEN, NumberKind.CITIZEN_15, NumberKind.PERMIT)
    if has_area and number.text[:2] not in REGIONS:
        warnings.append("area-code-unknown")
    return warnings
