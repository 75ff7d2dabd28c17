"""How the pages look to a resident, and how long the terminal waits for one.

For the states and the pages; nothing here does anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mode(StrEnum):
    """How large and how plain the pages are."""

    STANDARD = "standard"
    ELDER = "elder"


class Language(StrEnum):
    """The language of the screen and the voice (BCP 47)."""

    ZH = "zh"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Look:
    """What the resident chose for the screen; back to the station's own after each visit."""

    mode: Mode = Mode.STANDARD
    language: Language = Language.ZH
    voice: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the terminal waits, in seconds; by mode where people are waited for.

    The warning is part of the time before the end: 90 s quiet + 20 s warning in standard,
    180 s + 30 s in elder mode (accessibility reference; WCAG 2.2.1 asks for 20 s at least).
    """

    quiet_s: float = 90.0
    warning_s: float = 20.0
    elder_quiet_s: float = 180.0
    elder_warning_s: float = 30.0
    card_away_s: float = 30.0
    """To lay a card back that was lifted too early; then the warning."""
    card_read_s: float = 15.0
    """A card that is not read by then will not be: the slowest serial read takes 3 s."""
    answer_s: float = 60.0
    """Beyond every time-out and retry of the platform client: a worker was lost."""
    paper_wait_s: float = 900.0
    """For paper to be refilled in the middle of a job; then the rest is cancelled."""
    collect_s: float = 30.0
    """To take paper and card before the warning; then the terminal goes home."""
    assisted_s: float = 300.0
    """For staff to arrive while the page waits for them; then the warning."""
    ending_s: float = 4.0
    """The farewell stays at least this long, so that it can be read."""
    clear_s: float = 30.0
    """For the printer's own list to become empty; then it is out of service."""
    left_card_s: float = 60.0
    """A card that still lies there after the end: the terminal asks for this long."""
    maintenance_s: float = 600.0
    """A maintenance page that nobody touches closes itself."""
    longest_visit_s: float = 1800.0
    """The longest visit, from the first card on, however often the screen is touched: moisture or
    an object on the screen looks like touches. Three services in elder mode take half of it."""
    longest_maintenance_s: float = 7200.0
    """The longest maintenance, for the same reason."""
    help_call_s: float = 300.0
    """A call for help stays open this long: until then the help button makes no second call."""

    def quiet(self, mode: Mode) -> float:
        """Seconds of quiet before the warning."""
        return self.elder_quiet_s if mode is Mode.ELDER else self.quiet_s

    def warning(self, mode: Mode) -> float:
        """Seconds of warning before the end."""
        return self.elder_warning_s if mode is Mode.ELDER else self.warning_s
