"""Every fault of the way to the platform, and every refusal of the platform's own.

For the session and the words' catalogue, which has one entry for each code. 1xx is the way to
the platform, 2xx is the person and the proof, 3xx is the item asked for.
"""

from __future__ import annotations

from devices.health import Cause, Device, FaultRegister, Who

FAULTS = FaultRegister({"NET": Device.PLATFORM})

UNREACHABLE = FAULTS.declare("NET-101", Cause.NETWORK, Who.NOBODY)
"""There is no connection, or it broke before an answer came."""
TIMED_OUT = FAULTS.declare("NET-102", Cause.NETWORK, Who.NOBODY)
"""The whole answer did not arrive in time."""
TLS_REFUSED = FAULTS.declare("NET-103", Cause.SOFTWARE, Who.MAINTAINER)
"""The platform's certificate does not chain to the pinned CA, or the CA file cannot be read."""
GARBAGE = FAULTS.declare("NET-104", Cause.SOFTWARE, Who.MAINTAINER)
"""The answer does not follow the contract: its type, size, form or meaning is wrong."""
CLOCK_SKEW = FAULTS.declare("NET-105", Cause.SOFTWARE, Who.MAINTAINER)
"""The two clocks differ by more than a signature allows. The detail gives the seconds."""
SIGNATURE_REFUSED = FAULTS.declare("NET-106", Cause.SOFTWARE, Who.MAINTAINER)
"""The platform does not accept the signature, the nonce or the application id of the request."""
SERVER_ERROR = FAULTS.declare("NET-107", Cause.NETWORK, Who.NOBODY)
"""The platform reports an error of its own (5xx)."""
REQUEST_REFUSED = FAULTS.declare("NET-108", Cause.SOFTWARE, Who.MAINTAINER)
"""The platform does not understand the request, because the two versions differ."""
CATALOGUE_UNSIGNED = FAULTS.declare("NET-110", Cause.SOFTWARE, Who.MAINTAINER)
"""The signature of the catalogue does not match the configured key."""
CATALOGUE_EXPIRED = FAULTS.declare("NET-111", Cause.SOFTWARE, Who.MAINTAINER)
"""The catalogue has expired."""
CATALOGUE_OLDER = FAULTS.declare("NET-112", Cause.SOFTWARE, Who.MAINTAINER)
"""The catalogue is genuine, but older than the one in use."""
INFORMATION_REFUSED = FAULTS.declare("NET-113", Cause.SOFTWARE, Who.MAINTAINER)
"""The notices or the nearby stations are not genuine, have expired, are older than those in use, or
are for another terminal. They are not shown; the terminal serves without them."""

PERSON_UNKNOWN = FAULTS.declare("NET-201", Cause.PERSON, Who.STAFF)
"""The platform does not know the person, or the data on the card contradict each other."""
PERSON_LAPSED = FAULTS.declare("NET-202", Cause.PERSON, Who.RESIDENT)
"""The identification has expired. The card must be presented again."""
NO_PHONE = FAULTS.declare("NET-203", Cause.PERSON, Who.STAFF)
"""No phone number is on record, so no code can be sent. Staff can check instead."""
CODE_WRONG = FAULTS.declare("NET-204", Cause.PERSON, Who.RESIDENT)
"""The code is wrong."""
CODE_EXPIRED = FAULTS.declare("NET-205", Cause.PERSON, Who.RESIDENT)
"""The code has expired, or none was sent."""
CODE_LOCKED = FAULTS.declare("NET-206", Cause.PERSON, Who.STAFF)
"""The person entered too many wrong codes. Staff can check instead."""
STAFF_REFUSED = FAULTS.declare("NET-207", Cause.PERSON, Who.STAFF)
"""Staff number, PIN, terminal and item do not match."""
STAFF_LOCKED = FAULTS.declare("NET-208", Cause.PERSON, Who.STAFF)
"""Too many wrong PINs were entered for this staff number."""
ASSURANCE_TOO_LOW = FAULTS.declare("NET-209", Cause.PERSON, Who.RESIDENT)
"""The item needs a higher level of assurance than the person has proved."""

ITEM_UNKNOWN = FAULTS.declare("NET-301", Cause.SOFTWARE, Who.MAINTAINER)
"""The platform does not know the item."""
ITEM_CLOSED = FAULTS.declare("NET-302", Cause.NETWORK, Who.NOBODY)
"""The item is closed at this hour, or its department does not answer."""
QUOTA_SPENT = FAULTS.declare("NET-303", Cause.PERSON, Who.RESIDENT)
"""The person has reached today's quota for this item."""
NO_RECORD = FAULTS.declare("NET-304", Cause.PERSON, Who.RESIDENT)
"""The department has no record of this person, so there is nothing to certify."""
KEY_REUSED = FAULTS.declare("NET-305", Cause.SOFTWARE, Who.MAINTAINER)
"""The idempotency key already belongs to another request."""
