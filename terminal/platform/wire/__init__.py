"""The messages between terminal and platform, typed and with limits.

Shared by the client and the sandbox, which share nothing else. Personal data is in bodies only,
and no type here shows it in its ``repr``. Unknown fields are refused in requests (the sender is
ours) and ignored in answers and in the catalogue (the platform may be newer than the terminal).
Encoding: JSON, UTF-8; ``bytes`` are base64; times are whole Unix seconds unless noted otherwise.
"""

from __future__ import annotations

from ..items import ItemKind, NeededDevice
from ..kinds import HelpProgress, NoticeKind
from .calls import CALLS, SHARED_REFUSALS, Call
from .catalogue import Catalogue, CatalogueEnvelope, Guide, Hours, Item, Text
from .clock import ServerTime
from .codes import CODE_TRIES, CheckCode, CodeSent, SendCode
from .copies import AskCopy, CopyOffered
from .errors import ErrorAnswer, ErrorCode
from .heartbeat import DeviceState, Heartbeat, HeartbeatAnswer
from .help import AskHelpAnswer, CallHelp, HelpAnswer, HelpCalled, HelpReason
from .identity import Factor, Identified, Identify, Proved
from .information import (
    MAX_NEARBY,
    MAX_NOTICES,
    Information,
    Nearby,
    NearbyStation,
    Notice,
    Notices,
    SignedInformation,
)
from .issuing import Issue, Issued
from .messages import MEDIA_TYPE, canonical
from .outcomes import ConfirmPrinted, Done
from .screen import Heading, Sentence
from .signature import (
    HEADER_APP,
    HEADER_DIGEST,
    HEADER_NONCE,
    HEADER_SIGNATURE,
    HEADER_TERMINAL,
    HEADER_TIMESTAMP,
    WINDOW_S,
)
from .staff import CheckStaff
from .values import Media, Opaque

__all__ = [
    "CALLS",
    "CODE_TRIES",
    "HEADER_APP",
    "HEADER_DIGEST",
    "HEADER_NONCE",
    "HEADER_SIGNATURE",
    "HEADER_TERMINAL",
    "HEADER_TIMESTAMP",
    "MAX_NEARBY",
    "MAX_NOTICES",
    "MEDIA_TYPE",
    "SHARED_REFUSALS",
    "WINDOW_S",
    "AskCopy",
    "AskHelpAnswer",
    "Call",
    "CallHelp",
    "Catalogue",
    "CatalogueEnvelope",
    "CheckCode",
    "CheckStaff",
    "CodeSent",
    "ConfirmPrinted",
    "CopyOffered",
    "DeviceState",
    "Done",
    "ErrorAnswer",
    "ErrorCode",
    "Factor",
    "Guide",
    "Heading",
    "Heartbeat",
    "HeartbeatAnswer",
    "HelpAnswer",
    "HelpCalled",
    "HelpProgress",
    "HelpReason",
    "Hours",
    "Identified",
    "Identify",
    "Information",
    "Issue",
    "Issued",
    "Item",
    "ItemKind",
    "Media",
    "Nearby",
    "NearbyStation",
    "NeededDevice",
    "Notice",
    "NoticeKind",
    "Notices",
    "Opaque",
    "Proved",
    "SendCode",
    "Sentence",
    "ServerTime",
    "SignedInformation",
    "Text",
    "canonical",
]
