"""How the pages look to a resident, and how long the terminal waits for one.

For the states and the pages. Data only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

E = TypeVar("E", bound=StrEnum)


class Mode(StrEnum):
    """How large and how plain the pages are; the sizes of each mode are in `ui.look.metrics`.

    A button on each page leads to the following mode, so that larger type is one touch away and
    every mode at most two. Pages ask for one of the properties below, never for a certain mode.
    """

    large: bool
    """Whether a page asks for one decision, in large type, with "back" in its foot."""
    plain_words: bool
    """Whether services have their everyday names ("打印社保参保证明"), and begin in large print."""
    forms: tuple[str, ...]
    """The forms of a message in the order of preference (`terminal.words`)."""

    STANDARD = "standard", False, False, ("text",)
    ELDER = "elder", True, True, ("elder", "text")
    EXTRA_LARGE = "extra-large", True, True, ("extra", "elder", "text")

    def __new__(
        cls, name: str, large: bool = False, plain_words: bool = False,
        forms: tuple[str, ...] = ("text",),
    ) -> Mode:  # fmt: skip
        made = str.__new__(cls, name)
        made._value_ = name
        made.large, made.plain_words, made.forms = large, plain_words, forms
        return made

    @property
    def following(self) -> Mode:
        """The mode after this one; the first one after the last."""
        return _following(self)


class Theme(StrEnum):
    """The colours of the pages; their tables are in `ui.look.theme`."""

    STANDARD = "standard"
    CONTRAST_LIGHT = "contrast-light"
    CONTRAST_DARK = "contrast-dark"


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
        return _following(self)


def _following(one: E) -> E:
    """Return the next member of an enumeration; the first one after the last."""
    every = list(type(one))
    return every[(every.index(one) + 1) % len(every)]


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


class Volume(StrEnum):
    """How loud the voice is. Measured with espeak-ng, the steps are 0, 12, 18 and 19 dB above the
    lowest (EN 301 549 8.2.1: a range of 18 dB, and one step 12 dB above the lowest)."""

    QUIET = "quiet"
    MEDIUM = "medium"
    LOUD = "loud"
    LOUDEST = "loudest"

    @property
    def level(self) -> float:
        """The amplitude from 0 to 1."""
        return {"quiet": 0.1, "medium": 0.4, "loud": 0.8, "loudest": 1.0}[self.value]


class Speed(StrEnum):
    """How fast the voice speaks, compared with the station's setting."""

    SLOW = "slow"
    NORMAL = "normal"
    FAST = "fast"

    @property
    def change(self) -> float:
        """What is added to the configured rate, which is from -1 to 1."""
        return {"slow": -0.3, "normal": 0.0, "fast": 0.3}[self.value]


class TraySide(StrEnum):
    """Where the paper comes out, as seen by the person in front of the screen."""

    LEFT = "left"
    RIGHT = "right"
    BELOW = "below"
    ABOVE = "above"
    BEHIND = "behind"


@dataclass(frozen=True, slots=True)
class Look:
    """How the resident wants the pages. After each visit the station's default applies again."""

    mode: Mode = Mode.STANDARD
    language: Language = Language.ZH
    voice: bool = False
    theme: Theme = Theme.STANDARD
    volume: Volume = Volume.LOUD
    speed: Speed = Speed.NORMAL
    private: bool = False
    """The resident has chosen to hear personal data too, although no headset was sensed."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the terminal waits for a person in one mode, in seconds.

    The warning appears after ``quiet_s`` without a touch, and the visit ends ``warning_s`` later.
    To take card and paper there is at least ``collect_least_s``, and then the warning.
    """

    quiet_s: float
    warning_s: float
    collect_least_s: float = 0.0


PATIENCE: Mapping[Mode, Patience] = {
    Mode.STANDARD: Patience(90.0, 20.0),
    Mode.ELDER: Patience(180.0, 30.0, 90.0),
    Mode.EXTRA_LARGE: Patience(180.0, 30.0, 90.0),
}
"""The times of each mode (accessibility reference; WCAG 2.2.1 asks for a warning of 20 s).

To walk to the output tray with a stick, and to sort the pages, takes an old person a minute."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the terminal waits, in seconds; for people it depends on the mode."""

    patience: Mapping[Mode, Patience] = field(default_factory=lambda: PATIENCE)
    card_away_s: float = 30.0
    """Time to put back a card that was removed too early. After it the warning appears."""
    card_read_s: float = 15.0
    """Time to read a card. The slowest serial read takes 3 s."""
    answer_s: float = 60.0
    """Time for the platform's answer; longer than all time-outs and retries of the client."""
    paper_wait_s: float = 900.0
    """Time for staff to refill paper during a job; then the rest is cancelled."""
    collect_s: float = 30.0
    """Time to take paper and card; then the warning appears. Some modes give more (`collect`)."""
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
        return self.patience[mode].quiet_s

    def warning(self, mode: Mode) -> float:
        """Return the seconds from the warning to the end."""
        return self.patience[mode].warning_s

    def collect(self, mode: Mode) -> float:
        """Return the seconds to take card and paper before the warning."""
        return max(self.collect_s, self.patience[mode].collect_least_s)
