"""Every fault of the way to the platform, and every refusal of the platform's own.

For the session and the words' catalogue, which has one entry for each code. 1xx is the way to
the platform, 2xx is the person and the proof, 3xx is the item asked for.
"""

from __future__ import annotations

from devices.health import Cause, Device, FaultRegister, Who

FAULTS = FaultRegister({"NET": Device.PLATFORM})

UNREACHABLE = FAULTS.declare("NET-101", Cause.NETWORK, Who.NOBODY)
"""No connection, or it broke before an answer came."""
TIMED_OUT = FAULTS.declare("NET-102", Cause.NETWORK, Who.NOBODY)
"""No whole answer within the time allowed."""
TLS_REFUSED = FAULTS.declare("NET-103", Cause.SOFTWARE, Who.MAINTAINER)
"""The peer's certificate does not lead to the pinned CA, or the CA file cannot be read."""
GARBAGE = FAULTS.declare("NET-104", Cause.SOFTWARE, Who.MAINTAINER)
"""The answer is not of the contract: type, size, form or meaning."""
CLOCK_SKEW = FAULTS.declare("NET-105", Cause.SOFTWARE, Who.MAINTAINER)
"""The clocks differ by more than the signature's window; the detail names the seconds."""
SIGNATURE_REFUSED = FAULTS.declare("NET-106", Cause.SOFTWARE, Who.MAINTAINER)
"""The platform does not accept the request's signature, nonce or application."""
SERVER_ERROR = FAULTS.declare("NET-107", Cause.NETWORK, Who.NOBODY)
"""The platform failed by its own account (5xx)."""
REQUEST_REFUSED = FAULTS.declare("NET-108", Cause.SOFTWARE, Who.MAINTAINER)
"""The platform does not understand the request: the two versions disagree."""
CATALOGUE_UNSIGNED = FAULTS.declare("NET-110", Cause.SOFTWARE, Who.MAINTAINER)
"""The catalogue's signature does not fit the configured key."""
CATALOGUE_EXPIRED = FAULTS.declare("NET-111", Cause.SOFTWARE, Who.MAINTAINER)
"""The catalogue is past its last moment."""
CATALOGUE_OLDER = FAULTS.declare("NET-112", Cause.SOFTWARE, Who.MAINTAINER)
"""A genuine catalogue, but older than the one already held."""

PERSON_UNKNOWN = FAULTS.declare("NET-201", Cause.PERSON, Who.STAFF)
"""The platform knows no such person, or the card's items do not belong together."""
PERSON_LAPSED = FAULTS.declare("NET-202", Cause.PERSON, Who.RESIDENT)
"""The identification has run out: the card must be laid on again."""
NO_PHONE = FAULTS.declare("NET-203", Cause.PERSON, Who.STAFF)
"""No phone on record, so no code can be sent: staff can check instead."""
CODE_WRONG = FAULTS.declare("NET-204", Cause.PERSON, Who.RESIDENT)
CODE_EXPIRED = FAULTS.declare("NET-205", Cause.PERSON, Who.RESIDENT)
"""The code is too old, or none was sent."""
CODE_LOCKED = FAULTS.declare("NET-206", Cause.PERSON, Who.STAFF)
"""Too many wrong codes for this person; staff can check instead."""
STAFF_REFUSED = FAULTS.declare("NET-207", Cause.PERSON, Who.STAFF)
"""Helper, PIN, terminal and item do not fit together."""
STAFF_LOCKED = FAULTS.declare("NET-208", Cause.PERSON, Who.STAFF)
"""Too many wrong PINs for this member of staff."""
ASSURANCE_TOO_LOW = FAULTS.declare("NET-209", Cause.PERSON, Who.RESIDENT)
"""The item needs more proof than has been given."""

ITEM_UNKNOWN = FAULTS.declare("NET-301", Cause.SOFTWARE, Who.MAINTAINER)
ITEM_CLOSED = FAULTS.declare("NET-302", Cause.NETWORK, Who.NOBODY)
"""The item is outside its hours, or the department behind it does not answer."""
QUOTA_SPENT = FAULTS.declare("NET-303", Cause.PERSON, Who.RESIDENT)
"""As many as one person may have of this item today."""
NO_RECORD = FAULTS.declare("NET-304", Cause.PERSON, Who.RESIDENT)
"""The department has no record of this person: there is nothing to certify."""
KEY_REUSED = FAULTS.declare("NET-305", Cause.SOFTWARE, Who.MAINTAINER)
"""The idempotency key already belongs to another request."""
