"""The fictional residents and their emulated cards. Their area code 100101 was never assigned.

For rig tests that present cards: ``social_security_card("wang")``, ``resident_text("wang")``. The
values are literals, equal to those of the sandbox's residents; it imports nothing of the code under
test.
"""

from __future__ import annotations

from dataclasses import dataclass

from .vcard import SocialSecurityCard


@dataclass(frozen=True)
class Person:
    """One resident. ``birth`` is YYYYMMDD, ``ethnic`` the two-digit code, ``name_gb`` the name in
    GB 18030."""

    key: str
    name: str
    name_gb: bytes
    sex: str
    ethnic: str
    birth: str
    number: str
    card_number: str
    address: str
    valid_from: str
    valid_to: str
    card_version: str = "2.00"


PEOPLE: dict[str, Person] = {
    person.key: person
    for person in (
        Person(
            "wang", "王建明", bytes.fromhex("CDF5BDA8C3F7"), "1", "01", "19580312",
            "100101195803120216", "A10010011", "样例市样例区样例路1号", "20150312", "长期",
        ),
        Person(
            "li", "李秀英", bytes.fromhex("C0EED0E3D3A2"), "2", "01", "19430905",
            "10010119430905014X", "A10010022", "样例市样例区样例路2号", "20100905", "长期",
        ),
        Person(
            "rare", "𠮷㛃䶮𬀩", bytes.fromhex("9534B2358230B731FE9F99318739"),
            "2", "01", "19620718",
            "100101196207180321", "A10010033", "样例市样例区样例路3号", "20180718", "长期",
        ),
        Person(
            "long", "阿卜杜热合曼·买买提明·阿卜拉",
            bytes.fromhex("B0A2B2B7B6C5C8C8BACFC2FCA1A4C2F2C2F2CCE1C3F7A1A4B0A2B2B7C0AD"),
            "1", "05", "19750601",
            "100101197506010458", "A10010044", "样例市样例区样例路4号", "20210601", "长期",
        ),
        Person(
            "three", "赵国芳", bytes.fromhex("D5D4B9FAB7BC"), "2", "01", "19880229",
            "100101198802290161", "A10010055", "样例市样例区样例路5号", "20250301", "20450301",
            card_version="3.00",
        ),
        Person(
            "nophone", "孙桂兰", bytes.fromhex("CBEFB9F0C0BC"), "2", "01", "19510815",
            "100101195108150288", "A10010066", "样例市样例区样例路6号", "20110815", "长期",
        ),
    )
}  # fmt: skip

PHOTO = bytes((i * 7 + 3) % 256 for i in range(1024))
"""Arbitrary bytes instead of a picture, because the terminal never decodes it."""


def social_security_card(key: str) -> SocialSecurityCard:
    """Return the resident's 社会保障卡. That of "three" is a 3.0 card and refuses EF06."""
    person = PEOPLE[key]
    ef05 = {
        0x01: bytes.fromhex("100101") + bytes.fromhex("D156000005") + person.number[-8:].encode(),
        0x02: b"2",
        0x03: person.card_version.encode(),
        0x04: bytes.fromhex("915600000210010112345678"),
        0x05: bytes.fromhex("20200101"),
        0x06: bytes.fromhex("20991231"),
        0x07: person.card_number.encode(),
    }
    ef06 = {
        0x08: person.number.encode(),
        0x09: person.name_gb.ljust(30, b"\x00"),
        0x0A: person.sex.encode(),
        0x0B: bytes.fromhex(person.ethnic),
        0x0C: bytes.fromhex("100101"),
        0x0D: bytes.fromhex(person.birth),
    }
    return SocialSecurityCard(ef05, ef06, protected=person.card_version == "3.00")


def resident_text(key: str) -> bytes:
    """Return the 256 bytes of the resident's 居民身份证, as a SAM_V module returns them."""
    person = PEOPLE[key]
    return text_256(
        (0, person.name),
        (30, person.sex),
        (32, person.ethnic),
        (36, person.birth),
        (52, person.address),
        (122, person.number),
        (158, "样例市公安局样例分局"),
        (188, person.valid_from),
        (204, person.valid_to),
    )


def text_256(*items: tuple[int, str]) -> bytes:
    """Return 256 bytes of UTF-16LE spaces, with each text at its byte offset."""
    text = bytearray(b"\x20\x00" * 128)
    for offset, value in items:
        data = value.encode("utf-16-le")
        text[offset : offset + len(data)] = data
    return bytes(text)
