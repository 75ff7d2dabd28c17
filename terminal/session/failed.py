"""The fact that something asked of the platform failed, naming what was asked for.

For the workers that ask. A failure must find its way to the page that waits for it, and to no
other: not to the next item that was chosen, and not to another edition.
"""

from __future__ import annotations

from devices.health import Fault

from . import effects as ef
from .events import PlatformFailed
from .model import Request


def failed(ask: ef.Ask, fault: Fault) -> PlatformFailed:
    """That ``ask`` failed, and why."""
    visit = ask.visit.id
    match ask:
        case ef.AskIdentify():
            return PlatformFailed(visit, Request.IDENTIFY, fault)
        case ef.AskCode(item=item):
            return PlatformFailed(visit, Request.SEND_CODE, fault, item.id)
        case ef.AskCheckCode(item=item):
            return PlatformFailed(visit, Request.CHECK_CODE, fault, item.id)
        case ef.AskCheckStaff(item=item):
            return PlatformFailed(visit, Request.CHECK_STAFF, fault, item.id)
        case ef.AskIssue(item=item, edition=edition):
            return PlatformFailed(visit, Request.ISSUE, fault, item.id, edition)
        case ef.AskCopy(item=item, document=paper):
            return PlatformFailed(visit, Request.COPY, fault, item.id, paper.edition, paper.number)
