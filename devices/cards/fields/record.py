"""What all profiles share: putting checked fields into one record, and whether a card is in force.

For profiles. A field that the card does not have is no fault; a field that is there and is not what
the card's specification says is one. The detail of a fault names the field and the kind of mistake,
never its content.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping

from devices.cards.fields.codes import REGIONS
from devices.cards.fields.dates import DateProblem, parse_birth, parse_date
from devices.cards.fields.id_number import (
    IdNumber,
    NumberKind,
    NumberProblem,
    consistency,
    parse_number,
    upgrade,
)
from devices.cards.fields.text import CardText, TextProblem
from devices.faults import CARD_DAMAGED, CARD_EXPIRED, CARD_NOT_YET_VALID
from devices.health import Fault
from devices.identity import LONG_TERM, Identity, PartialDate, PersonalRecord, Sex

GB_SEX: Mapping[str, Sex] = {sex.value: sex for sex in Sex}
"""GB/T 2261.1, as the cards of China write it."""


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

    def form(self, field: str, text: str | None, pattern: str) -> str | None:
        """The text, which must match the whole ``pattern``; ``None`` passes as ``None``."""
        if text is not None and re.fullmatch(pattern, text) is None:
            self.damaged(field, "form")
        return text

    def date(self, field: str, text: str) -> dt.date | None:
        """A date (YYYYMMDD); ``None`` if it was never written (blank, all 0 or all F)."""
        parsed = parse_date(text) if text.isascii() else DateProblem.IMPOSSIBLE
        if isinstance(parsed, DateProblem):
            self.damaged(field, parsed.value)
            return None
        return parsed

    def required_date(self, field: str, text: str) -> dt.date | None:
        """A date (YYYYMMDD) that must be there: a card must not lose its last day to an erased
        record. ``None`` only together with a fault."""
        parsed = self.date(field, text)
        if parsed is None:
            self.damaged(field, "blank")
        return parsed

    def last_day(self, field: str, text: str, for_ever: str) -> dt.date | None:
        """As ``required_date``, or ``LONG_TERM`` if the text is what the card writes for that."""
        return LONG_TERM if text == for_ever else self.required_date(field, text)

    def birth(self, field: str, text: str) -> dt.date | PartialDate | None:
        """A day of birth (YYYYMMDD); month or day may be 00 for unknown."""
        parsed = parse_birth(text)
        if isinstance(parsed, DateProblem):
            self.damaged(field, parsed.value)
            return None
        return parsed

    def sex(self, text: str | None, codes: Mapping[str, Sex] = GB_SEX) -> Sex:
        """The sex by the card's own table (GB/T 2261.1). ``UNKNOWN`` if blank; a code that the
        table does not have counts as not said, with a warning. It is one letter or digit."""
        if text is None:
            return Sex.UNKNOWN
        if re.fullmatch("[0-9A-Z]", text) is None:
            self.damaged("sex", "form")
        elif text not in codes:
            self.warn(["sex-code-unknown"])
        return codes.get(text, Sex.UNKNOWN)

    def number(
        self,
        field: str,
        text: str,
        birth: dt.date | None,
        sex: Sex,
        kinds: Collection[NumberKind] = tuple(NumberKind),
    ) -> str:
        """A number of one of these kinds whose check digit is right, in its 18-character form if
        it has one."""
        number = parse_number(text)
        if isinstance(number, NumberProblem):
            self.damaged(field, number.value)
            return ""
        if number.kind not in kinds:
            self.damaged(field, "kind")
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
