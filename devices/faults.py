"""Every fault a card reader or a card can have, in their order of precedence.

The first that applies is the one reported. The words for each stand in the terminal's one
table (`terminal/words`), found by the code; a test proves that neither list has a gap.
"""

from __future__ import annotations

from .health import Cause, Device, Fault, FaultRegister, Who

FAULTS = FaultRegister({"CRD": Device.CARD_READER})

SERVICE_DOWN = FAULTS.declare("CRD-101", Cause.SOFTWARE, Who.NOBODY)
"""The PC/SC service does not run; it is asked again until it does."""
SERVICE_MISMATCH = FAULTS.declare("CRD-102", Cause.SOFTWARE, Who.MAINTAINER)
"""PC/SC library and daemon differ in version (SCARD_E_SERVICE_STOPPED on Linux)."""
ACCESS_DENIED = FAULTS.declare("CRD-103", Cause.SOFTWARE, Who.MAINTAINER)
"""The service refuses this user (polkit, or too many contexts)."""
NO_READER = FAULTS.declare("CRD-104", Cause.HARDWARE, Who.MAINTAINER)
"""No reader is attached."""
READER_UNPLUGGED = FAULTS.declare("CRD-105", Cause.HARDWARE, Who.STAFF)
"""A reader that was there is gone."""
READER_NO_DRIVER = FAULTS.declare("CRD-106", Cause.SOFTWARE, Who.MAINTAINER)
"""A reader is on USB, but no driver serves it."""
READER_BUSY = FAULTS.declare("CRD-107", Cause.SOFTWARE, Who.MAINTAINER)
"""Another program holds the reader."""
READER_STUCK = FAULTS.declare("CRD-108", Cause.HARDWARE, Who.MAINTAINER)
"""A library call has not come back; the reader is being restarted."""
READER_FAILED = FAULTS.declare("CRD-109", Cause.HARDWARE, Who.MAINTAINER)
"""The reader or its security module reports an error of its own."""
CARD_MUTE = FAULTS.declare("CRD-201", Cause.PERSON, Who.RESIDENT)
"""The card does not answer: upside down, worn, or not a chip card."""
CARD_UNSUPPORTED = FAULTS.declare("CRD-202", Cause.PERSON, Who.RESIDENT)
"""The card answers, and no profile knows it."""
CARD_NEEDS_SAM = FAULTS.declare("CRD-203", Cause.HARDWARE, Who.RESIDENT)
"""The card can only be read by a reader with a security module."""
CARD_PULLED = FAULTS.declare("CRD-204", Cause.PERSON, Who.RESIDENT)
"""The card was lifted before it was read."""
CARD_DAMAGED = FAULTS.declare("CRD-205", Cause.HARDWARE, Who.RESIDENT)
"""The card's data cannot be understood (bad record, wrong check digit, impossible date)."""
CARD_EXPIRED = FAULTS.declare("CRD-206", Cause.PERSON, Who.RESIDENT)
"""The card is past its last day."""
CARD_NOT_YET_VALID = FAULTS.declare("CRD-207", Cause.PERSON, Who.RESIDENT)
"""The card is before its first day."""
TWO_CARDS = FAULTS.declare("CRD-208", Cause.PERSON, Who.RESIDENT)
"""Two cards lie on the reader."""
CARD_LEFT_BEHIND = FAULTS.declare("CRD-209", Cause.PERSON, Who.RESIDENT)
"""The session is over and the card still lies there."""
OPERATOR_CARD_REFUSED = FAULTS.declare("CRD-210", Cause.PERSON, Who.STAFF)
"""A staff or maintainer card that proves nothing here: a strange issuer, a signature that does not
fit, a revoked card, or a copy on another chip."""

_RANKS = {fault.code: rank for rank, fault in enumerate(FAULTS)}


def precedence(fault: Fault | None) -> int:
    """A fault's place in the order, the first being the one to report; others come last."""
    return len(_RANKS) if fault is None else _RANKS.get(fault.code, len(_RANKS))
