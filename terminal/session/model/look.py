"""How the pages look to a resident, and how long the terminal waits for one.

For the states and the pages. Data only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Mode(StrEnum):
    """How large and how plain the pages are."""

    STANDARD = "standard"
    ELDER = "elder"


class Language(StrEnum):
    """The language of the screen and the voice: its tag (BCP 47) and its own name.

    The tag is the file name of its table in `terminal.words`. On each page, a button leads to the
    next language and shows that language's own name.
    """

    own_name: str

    ZH = "zh", "中文"
    EN = "en", "English"

    def __new__(cls, tag: str, own_name: str = "") -> Language:
        made = str.__new__(cls, tag)
        made._value_ = tag
        made.own_name = own_name
        return made

    @property
    def following(self) -> Language:
        """The language after this one; the first one after the last."""
        every = tuple(Language)
        return every[(every.index(self) + 1) % len(every)]


def in_language(texts: Mapping[Language, str], language: Language) -> str:
    """Return the text in this language, or in Chinese if the platform does not send it; empty if
    there is none."""
    return texts.get(language) or texts.get(Language.ZH, "")


class CardSide(StrEnum):
    """Where the card is presented, as seen by the person in front of the screen."""

    LEFT = "left"
    RIGHT = "right"
    BELOW = "below"
    ABOVE = "above"


@dataclass(frozen=True, slots=True)
class Look:
    """How the resident wants the pages. After each visit the station's default applies again."""

    mode: Mode = Mode.STANDARD
    language: Language = Language.ZH
    voice: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the terminal waits, in seconds; for people it depends on the mode.

    The warning is part of the time before the end: 90 s quiet + 20 s warning in standard,
    180 s + 30 s in elder mode (accessibility reference; WCAG 2.2.1 asks for 20 s at least).
    """

    quiet_s: float = 90.0
    warning_s: float = 20.0
    elder_quiet_s: float = 180.0
    elder_warning_s: float = 30.0
    card_away_s: float = 30.0
    """Time to put back a card that was removed too early. After it the warning appears."""
    card_read_s: float = 15.0
    """Time to read a card. The slowest serial read takes 3 s."""
    answer_s: float = 60.0
    """Time for the platform's answer; longer than all time-outs and retries of the client."""
    paper_wait_s: float = 900.0
    """Time for staff to refill paper during a job; then the rest is cancelled."""
    collect_s: float = 30.0
    """Time to take paper and card; then the warning appears."""
    assisted_s: float = 300.0
    """Time for staff to arrive; then the warning appears."""
    ending_s: float = 4.0
    """The last page of a visit stays at least this long, so that it can be read."""
    clear_s: float = 30.0
    """Time for the printer's own job list to become empty; then the printer is out of service."""
    left_card_s: float = 60.0
    """Time to take a card that is still on the reader after a visit; then staff are called."""
    maintenance_s: float = 600.0
    """A maintenance page closes after this time without a touch."""
    longest_visit_s: float = 1800.0
    """A visit ends after this time, however often the screen is touched: moisture or an object on
    the screen looks like touches. Three services in elder mode take half of it."""
    longest_maintenance_s: float = 7200.0
    """Maintenance ends after this time, for the same reason as a visit."""
    help_call_s: float = 300.0
    """The help button does not call staff a second time before this time has passed."""

    def quiet(self, mode: Mode) -> float:
        """Return the seconds without a touch before the warning."""
        return self.elder_quiet_s if mode is Mode.ELDER else self.quiet_s

    def warning(self, mode: Mode) -> float:
        """Return the seconds from the warning to the end."""
        return self.elder_warning_s if mode is Mode.ELDER else self.warning_s
