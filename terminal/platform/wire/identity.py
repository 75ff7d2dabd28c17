"""Identify a person, and the answer of every further proof."""

from __future__ import annotations

from enum import StrEnum

from devices.cards.fields.text import problem_in
from devices.identity import Assurance, CardKind

from .messages import Private, PrivateAnswer
from .values import CardNumber, IdNumber, Line, Name, Opaque, Seconds


class Factor(StrEnum):
    """A second factor that proves more than the card does."""

    PHONE_CODE = "phone_code"
    STAFF = "staff"


class Identify(Private, frozen=True):
    """The data read from the card; at least one of the two numbers is required.

    ``card_assurance`` is the level that the reader reached: ``CARD_FREE`` (1) or ``CARD_SECURE``
    (2). Only the platform itself grants higher levels.
    """

    kind: CardKind
    card_assurance: Assurance
    id_number: IdNumber | None = None
    card_number: CardNumber | None = None
    name: Name | None = None


class Identified(PrivateAnswer, frozen=True):
    """The platform knows this person. ``person`` is an opaque token for ``expires_in_s`` seconds.

    ``factors`` are the possible second factors; a code is sent to ``masked_phone``
    (``130****0001``). This answer never contains name and number.
    """

    person: Opaque
    assurance: Assurance
    factors: tuple[Factor, ...]
    expires_in_s: Seconds
    masked_phone: Line | None = None


class Proved(PrivateAnswer, frozen=True):
    """The identity is proved at a higher level. Name and number are set only if the card lacks
    them.

    ``item`` is set if the proof is valid for that item only (staff check).
    """

    assurance: Assurance
    name: Name | None = None
    id_number: IdNumber | None = None
    item: Opaque | None = None

    def __post_init__(self) -> None:
        # The part of the name rule that no pattern can express (unassigned code points).
        problem = None if self.name is None else problem_in(self.name)
        if problem is not None:
            raise ValueError(f"name: {problem.value}")
