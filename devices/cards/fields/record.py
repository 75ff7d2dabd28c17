"""Code that all profiles share: check fields for a record, and check a card's days of validity.

For profiles. A field that the card does not have is not a fault. A field that does not follow the
card's specification is one. The detail of a fault names the field and the kind of mistake, never
the content.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping

from ...faults import CARD_DAMAGED, CARD_EXPIRED, CARD_NOT_YET_VALID
from ...health import Fault
from ...identity import LONG_TERM, Identity, PartialDate, PersonalRecord, Sex
from .codes import REGIONS
from .dates import DateProblem, parse_birth, parse_date
from .id_number import (
    IdNumber,
    NumberKind,
    NumberProblem,
    consistency,
    parse_number,
    upgrade,
)
from .text import CardText, TextProblem

GB_SEX: Mapping[str, Sex] = {sex.value: sex for sex in Sex}
"""The codes of GB/T 2261.1, which the cards of China use."""


class Fields:
    """Checks a card's fields one by one; ``fault`` is the first mistake.

    A parser checks all fields and looks at ``fault`` once at the end. So it needs no exceptions.
    """

    def __init__(self) -> None:
        self.fault: Fault | None = None
        self._warnings: list[str] = []

    @property
    def warnings(self) -> tuple[str, ...]:
        """The warnings so far, each once, in order."""
        return tuple(dict.fromkeys(self._warnings))

    def damaged(self, field: str, why: str) -> None:
        """Record that a field is damaged. ``field`` and ``why`` are names and hold no card data."""
        self.fault = self.fault or CARD_DAMAGED.with_detail(f"{field}: {why}")

    def warn(self, codes: Iterable[str]) -> None:
        """Add warnings for staff. They do not make the card refused."""
        self._warnings.extend(codes)

    def text(self, field: str, decoded: CardText | TextProblem) -> str | None:
        """Return the text; ``None`` if it is blank."""
        if isinstance(decoded, TextProblem):
            self.damaged(field, decoded.value)
            return None
        self.warn(decoded.warnings)
        return decoded.text or None

    def required_text(self, field: str, decoded: CardText | TextProblem) -> str:
        """Return the text. A blank text makes the card damaged."""
        text = self.text(field, decoded)
        if text is None:
            self.damaged(field, "blank")
            return ""
        return text

    def form(self, field: str, text: str | None, pattern: str) -> str | None:
        """Return the text; it must match the whole ``pattern``. ``None`` is allowed."""
        if text is not None and re.fullmatch(pattern, text) is None:
            self.damaged(field, "form")
        return text

    def date(self, field: str, text: str) -> dt.date | None:
        """Return the date (YYYYMMDD); ``None`` if it was never written (blank, all 0 or all F)."""
        parsed = parse_date(text) if text.isascii() else DateProblem.IMPOSSIBLE
        if isinstance(parsed, DateProblem):
            self.damaged(field, parsed.value)
            return None
        return parsed

    def required_date(self, field: str, text: str) -> dt.date | None:
        """Return a date (YYYYMMDD) that must be present; ``None`` only together with a fault.

        Without this check, a card whose record was erased would have no last day.
        """
        parsed = self.date(field, text)
        if parsed is None:
            self.damaged(field, "blank")
        return parsed

    def last_day(self, field: str, text: str, for_ever: str) -> dt.date | None:
        """Return the last day as ``required_date`` does, or ``LONG_TERM`` for ``for_ever``."""
        return LONG_TERM if text == for_ever else self.required_date(field, text)

    def birth(self, field: str, text: str) -> dt.date | PartialDate | None:
        """Return the day of birth (YYYYMMDD). Month or day may be 00, which means unknown."""
        parsed = parse_birth(text)
        if isinstance(parsed, DateProblem):
            self.damaged(field, parsed.value)
            return None
        return parsed

    def sex(self, text: str | None, codes: Mapping[str, Sex] = GB_SEX) -> Sex:
        """Return the sex for a code of one letter or digit, by the card's own table ``codes``.

        A blank code is ``UNKNOWN``. So is a code that the table does not have, with a warning.
        """
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
        """Check an ID number; return it, in its 18-character form if it has one.

        It must be of one of ``kinds`` and have a correct check digit.
        """
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
    """Return the fault if the card is not valid on ``today``. The first and last day are valid."""
    if record.valid_from is not None and today < record.valid_from:
        return CARD_NOT_YET_VALID
    if record.valid_to is not None and today > record.valid_to:
        return CARD_EXPIRED
    return None


def in_force(result: Identity | Fault, today: dt.date) -> Identity | Fault:
    """Return the identity if its card is valid on ``today``, else wipe it and return the fault."""
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
