"""The sandbox's notices and nearby stations: invented, signed, and changed as a switch says.

Used by `service`. No station, address or phone number here exists.
"""

from __future__ import annotations

from typing import Any, assert_never

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ..platform import wire
from ..platform.wire import Heading, Hours, NearbyStation, Notice, NoticeKind, Sentence
from .items import ITEMS
from .switches import InformationSwitch

VERSION = 3
LIFE_S = 7 * 86_400
"""As the catalogue's: a station without a network shows the stations nearby for a week."""
DAY_S = 86_400
EVERY_ITEM = tuple(item.code for item in ITEMS)
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)


def notices(terminal: str, now: int) -> wire.Notices:
    """Return the notices for this terminal: two that are valid, and one for next week."""
    until = now + 30 * DAY_S
    return wire.Notices(
        terminal=terminal,
        version=VERSION,
        expires_at=now + LIFE_S,
        notices=(
            Notice(
                Heading("这里可以打印社保和公积金证明", "Print certificates here"),
                Sentence(
                    "带上身份证或社保卡，几分钟就能拿到盖好章的证明，不收费。",
                    "Bring your ID card or social security card. A sealed certificate takes a few"
                    " minutes and is free.",
                ),
                now - DAY_S, until, NoticeKind.NEW_SERVICE,
            ),
            Notice(
                Heading("全天开放", "Open day and night"),
                Sentence(
                    "夜里也能办。工作人员在岗时间：每天 8:30 到 17:30。",
                    "You can use this station at night too. Staff are here from 8:30 to 17:30"
                    " every day.",
                ),
                now - DAY_S, until, NoticeKind.SERVICE_HOURS,
            ),
            Notice(
                Heading("谨防诈骗", "Beware of fraud"),
                Sentence(
                    "工作人员不会问您的银行密码，也不会让您转账。",
                    "Staff never ask for your bank PIN, and never ask you to transfer money.",
                ),
                now + 7 * DAY_S, until, NoticeKind.WARNING,
            ),
        ),
    )  # fmt: skip


def nearby(terminal: str, now: int) -> wire.Nearby:
    """Return the stations near this terminal; the nearest one is not open at night."""
    weekdays = Hours((1, 2, 3, 4, 5), "09:00", "17:00")
    return wire.Nearby(
        terminal=terminal,
        version=VERSION,
        expires_at=now + LIFE_S,
        stations=(
            NearbyStation(
                "DEMO-0002",
                Heading("样例街道便民服务站", "Sample Street Service Station"),
                Sentence("样例区样例街道 12 号", "12 Sample Street, Sample District"),
                350, EVERY_ITEM, (weekdays,),
                Sentence("出门左转，走到第二个路口", "Turn left at the door, second crossing"),
            ),
            NearbyStation(
                "DEMO-0003",
                Heading("样例银行二十四小时站", "Sample Bank 24-Hour Station"),
                Sentence("样例区长乐路 88 号", "88 Changle Road, Sample District"),
                900, EVERY_ITEM, (),
                Sentence("出门右转，过桥后在右边", "Turn right at the door, over the bridge"),
            ),
            NearbyStation(
                "DEMO-0004",
                Heading("样例药房服务站", "Sample Pharmacy Station"),
                Sentence("样例区和平路 5 号", "5 Heping Road, Sample District"),
                1600, EVERY_ITEM[:1], (Hours(EVERY_DAY, "08:00", "21:00"),),
            ),
        ),
    )  # fmt: skip


def signed(
    key: Ed25519PrivateKey, genuine: wire.Notices | wire.Nearby, switch: InformationSwitch, now: int
) -> wire.SignedInformation:
    """Return this information with its signature, changed as the switch says."""
    replace = msgspec.structs.replace
    match switch:
        case InformationSwitch.GENUINE:
            sent: Any = genuine
        case InformationSwitch.EMPTY:
            sent = replace(genuine, **{_entries(genuine): ()})
        case InformationSwitch.BAD_SIGNATURE:
            sent, key = genuine, Ed25519PrivateKey.generate()
        case InformationSwitch.EXPIRED:
            sent = replace(genuine, expires_at=now - 1)
        case InformationSwitch.OLDER:
            sent = replace(genuine, version=VERSION - 1)
        case InformationSwitch.OTHER_TERMINAL:
            sent = replace(genuine, terminal="ANOTHER-STATION")
        case InformationSwitch.OTHER_KIND:
            other = nearby if isinstance(genuine, wire.Notices) else notices
            sent = other(genuine.terminal, now)
        case InformationSwitch.TOO_MANY:
            sent = _changed(genuine, lambda entries: entries * 40)
        case InformationSwitch.HOSTILE:
            sent = _changed(genuine, lambda entries: [_with_markup(each) for each in entries])
        case _:
            assert_never(switch)
    payload = msgspec.json.encode(sent, order="sorted")
    return wire.SignedInformation(payload, key.sign(payload))


def _entries(information: wire.Notices | wire.Nearby) -> str:
    return "notices" if isinstance(information, wire.Notices) else "stations"


def _changed(information: wire.Notices | wire.Nearby, change: Any) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(information)
    name = _entries(information)
    return {**plain, name: change(plain[name])}


def _with_markup(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the entry with text that would load a picture and reverse the rest of the line."""
    texts = {"zh": '<img src="https://elsewhere.invalid/">', "en": "\u202eeerf"}
    return {**entry, "title" if "title" in entry else "name": texts}
