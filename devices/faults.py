"""Every fault of a card reader or a card, in order of precedence.

If several apply, the first one is reported. ``terminal/words`` has the sentences for each, by code;
a test checks that both lists are complete.
"""

from __future__ import annotations

from .health import Cause, Device, FaultRegister, Who

FAULTS = FaultRegister({"CRD": Device.CARD_READER})

SERVICE_DOWN = FAULTS.declare("CRD-101", Cause.SOFTWARE, Who.NOBODY)
"""The PC/SC service (pcscd) does not run. The terminal asks again until it does."""
SERVICE_MISMATCH = FAULTS.declare("CRD-102", Cause.SOFTWARE, Who.MAINTAINER)
"""The PC/SC library and pcscd have different versions (SCARD_E_SERVICE_STOPPED on Linux)."""
ACCESS_DENIED = FAULTS.declare("CRD-103", Cause.SOFTWARE, Who.MAINTAINER)
"""pcscd or the serial port refuses this user (polkit, permissions, or no context is left)."""
NO_READER = FAULTS.declare("CRD-104", Cause.HARDWARE, Who.MAINTAINER)
"""No reader has been attached since the start."""
READER_UNPLUGGED = FAULTS.declare("CRD-105", Cause.HARDWARE, Who.STAFF)
"""A reader that was attached is no longer there."""
READER_NO_DRIVER = FAULTS.declare("CRD-106", Cause.SOFTWARE, Who.MAINTAINER)
"""A reader is attached to USB, but no driver serves it."""
READER_BUSY = FAULTS.declare("CRD-107", Cause.SOFTWARE, Who.MAINTAINER)
"""Another program holds the reader."""
READER_STUCK = FAULTS.declare("CRD-108", Cause.HARDWARE, Who.MAINTAINER)
"""A library call does not return. The terminal restarts the reader."""
READER_FAILED = FAULTS.declare("CRD-109", Cause.HARDWARE, Who.MAINTAINER)
"""The reader or its security module reports an error of its own."""
CARD_MUTE = FAULTS.declare("CRD-201", Cause.PERSON, Who.RESIDENT)
"""The card does not answer: it is upside down, worn, or not a chip card."""
CARD_UNSUPPORTED = FAULTS.declare("CRD-202", Cause.PERSON, Who.RESIDENT)
"""The card answers, but no card profile matches it."""
CARD_NEEDS_SAM = FAULTS.declare("CRD-203", Cause.HARDWARE, Who.RESIDENT)
"""Only a reader with a security module can read this card."""
CARD_PULLED = FAULTS.declare("CRD-204", Cause.PERSON, Who.RESIDENT)
"""The card was removed before it was read."""
CARD_DAMAGED = FAULTS.declare("CRD-205", Cause.HARDWARE, Who.RESIDENT)
"""The data on the card are invalid: a bad record, check digit or date, or no data in time."""
CARD_EXPIRED = FAULTS.declare("CRD-206", Cause.PERSON, Who.RESIDENT)
"""The last day of the card's validity has passed."""
CARD_NOT_YET_VALID = FAULTS.declare("CRD-207", Cause.PERSON, Who.RESIDENT)
"""The first day of the card's validity has not come yet."""
TWO_CARDS = FAULTS.declare("CRD-208", Cause.PERSON, Who.RESIDENT)
"""Two cards are on the reader."""
CARD_LEFT_BEHIND = FAULTS.declare("CRD-209", Cause.PERSON, Who.RESIDENT)
"""The visit has ended and its card is still on the reader."""
OPERATOR_CARD_REFUSED = FAULTS.declare("CRD-210", Cause.PERSON, Who.STAFF)
"""A staff or maintainer card is not accepted: unknown issuer, wrong signature, revoked, or a copy
on another chip."""

precedence = FAULTS.precedence
