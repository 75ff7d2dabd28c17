"""An independent decoder of cards, with which the fuzz tests compare the terminal's result.

Its input is the exchange on the channel: commands, and the answers that the reader received, with
their changes. Its output is the identity in those bytes, or ``NoMeaning``. It imports nothing of
the code under test and shares no table with it. Source: the byte tables of the card standards.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

Exchange = tuple[bytes, bytes]
"""A command and its answer, with the status word."""
Step = tuple[bytes, bytes, int]
"""A command, its complete data after any GET RESPONSE, and the last status word."""

FOR_EVER = date.max
ABSENT = (0x6A82, 0x6A83)


class NoMeaning(Exception):  # noqa: N818
    """These bytes contain no identity; the message is the reason."""


@dataclass(frozen=True)
class Meaning:
    """An identity in the bytes of a card. ``birth`` has the known parts (``1985``, ``1985-07``)."""

    kind: str
    name: str | None
    name_latin: str | None
    number: str | None
    card_number: str | None
    birth: str | None
    valid_from: date | None
    valid_to: date | None


def steps(exchanges: Iterable[Exchange]) -> list[Step]:
    """Join the exchanges of one command: GET RESPONSE after 61xx, and its repetition after 6Cxx."""
    recorded = list(exchanges)
    joined: list[Step] = []
    at = 0
    while at < len(recorded):
        command, answer = recorded[at]
        data = b""
        while at + 1 < len(recorded):
            following = recorded[at + 1][0]
            if answer[-2] == 0x61 and following[:3] == b"\x00\xc0\x00":
                data += answer[:-2]
            elif not (answer[-2] == 0x6C and _same(recorded[at][0], following, answer[-1])):
                break
            at += 1
            answer = recorded[at][1]
        joined.append((command, data + answer[:-2], int.from_bytes(answer[-2:], "big")))
        at += 1
    return joined


def _same(command: bytes, following: bytes, le: int) -> bool:
    """Whether ``following`` is the same command with this Le."""
    body = command if len(command) == 4 else command[:4] if len(command) == 5 else command
    if len(command) > 5:
        body = command[: 5 + command[4]]
    return following == body + bytes((le,))


# --- text, numbers and dates

_MOVED = {
    0xE7C7: 0x1E3F, 0xE78D: 0xFE10, 0xE78E: 0xFE12, 0xE78F: 0xFE11, 0xE790: 0xFE13, 0xE791: 0xFE14,
    0xE792: 0xFE15, 0xE793: 0xFE16, 0xE794: 0xFE17, 0xE795: 0xFE18, 0xE796: 0xFE19, 0xE81E: 0x9FB4,
    0xE826: 0x9FB5, 0xE82B: 0x9FB6, 0xE82C: 0x9FB7, 0xE832: 0x9FB8, 0xE843: 0x9FB9, 0xE854: 0x9FBA,
    0xE864: 0x9FBB, 0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC, 0xE831: 0x215D7,
    0xE83B: 0x2298F, 0xE855: 0x241FE,
}  # fmt: skip
"""Characters that GB 18030-2022 moved out of the private use area."""
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2000-\u200f"
    "\u2028-\u202f\u205f-\u206f\u3164\ufeff\uffa0\ufff0-\uffff\ufdd0-\ufdef\U000e0000-\U000e00ff]"
)
"""Control characters, special spaces and invisible characters. No field may contain them."""


def _text(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise NoMeaning("not text") from None
    text = text.rstrip(" \0\u3000").lstrip(" \u3000")
    if _UNSAFE.search(text):
        raise NoMeaning("an invisible character")
    return text.translate(_MOVED)


def _ascii(data: bytes) -> str:
    return _text(data.rstrip(b"\xff"), "ascii")


def _needed(text: str) -> str:
    if not text:
        raise NoMeaning("blank")
    return text


def _day(text: str) -> date:
    if not re.fullmatch("[0-9]{8}", text):
        raise NoMeaning("not a date")
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise NoMeaning("no such day") from None


def _birth(text: str, unknown: bool) -> str:
    """Return the date of birth in ISO 8601. With ``unknown``, month or day may be 00 (unknown)."""
    if unknown and re.fullmatch("[0-9]{8}", text) and "00" in (text[4:6], text[6:]):
        month, day = text[4:6], text[6:]
        _day("2000" + month.replace("00", "01") + day.replace("00", "01"))
        if text[:4] == "0000":
            raise NoMeaning("no year")
        if day == "00":
            return text[:4] if month == "00" else f"{text[:4]}-{month}"
        return f"{text[:4]}-XX-{day}"
    return _day(text).isoformat()


def _check_18(first: str) -> str:
    total = sum(2 ** (17 - at) % 11 * int(digit) for at, digit in enumerate(first))
    return "10X98765432"[total % 11]


def _chinese_number(text: str, forms: str) -> str:
    """Return the number if it has one of these forms: c(itizen, 18 digits), p(ermit), o(ld, 15),
    7 (foreign, 2017), 3 (foreign, 2023)."""
    text = text.upper()
    if "o" in forms and re.fullmatch("[0-9]{15}", text):
        _day("19" + text[6:12])
        first = text[:6] + "19" + text[6:]
        return first + _check_18(first)
    if "7" in forms and re.fullmatch("[A-Z]{3}[0-9]{12}", text):
        return text
    if re.fullmatch("[0-9]{17}[0-9X]", text) and text[17] == _check_18(text[:17]):
        _day(text[6:14])
        form = "3" if text[0] == "9" else "p" if text[:2] in ("81", "82", "83") else "c"
        if form in forms:
            return text
    raise NoMeaning("not such a number")


# --- the social security card

_EF = {
    0xEF05: {0x01: 16, 0x02: 1, 0x03: 4, 0x04: 12, 0x05: 4, 0x06: 4, 0x07: 9},
    0xEF06: {0x08: 18, 0x09: 30, 0x4E: 20, 0x0A: 1, 0x0B: 1, 0x0C: 3, 0x0D: 4},
}
_FIRST_ASKED = {0xEF05: 0x07, 0xEF06: 0x08}


def _social_security(exchanged: list[Step]) -> Meaning:
    card, _ = _records(exchanged, 0xEF05)
    if card is None:
        raise NoMeaning("EF05")
    holder, kept = _records(exchanged, 0xEF06)
    version = _needed(_ascii(card[0x03])) if 0x03 in card else ""
    if version and not re.fullmatch("[0-9][.][0-9][0-9]", version):
        raise NoMeaning("version")
    if holder is None and not (kept == "kept" or (kept == "refused" and version >= "3")):
        raise NoMeaning("EF06")
    number = _ascii(card[0x07])
    if not re.fullmatch("[0-9A-Z]{9}", number):
        raise NoMeaning("card number")
    name, id_number, birth = None, None, None
    if holder is not None:
        name, id_number, birth = _holder(holder)
    return Meaning(
        "social_security", name, None, id_number, number, birth,
        _day(card[0x05].hex()) if 0x05 in card else None,
        _day(card[0x06].hex()) if 0x06 in card else None,
    )  # fmt: skip


def _holder(holder: dict[int, bytes]) -> tuple[str, str, str | None]:
    parts = [holder.get(tag, b"") for tag in (0x09, 0x4E)]
    written = [part for part in parts if part.strip(b"\xff")]
    name = _needed(_text(b"".join(part.rstrip(b"\0 ") for part in written), "gb18030"))
    digits = holder.get(0x0D, b"").hex()
    never = not digits.strip("0") or not digits.strip("f")
    number = _chinese_number(_needed(_ascii(holder.get(0x08, b""))), "co7p3")
    return name, number, None if never else _birth(digits, unknown=False)


def _records(exchanged: list[Step], file: int) -> tuple[dict[int, bytes] | None, str]:
    """Return the items of a file, or ``None`` and how the card refused it.

    "kept": it requires authentication. "refused": another refusal. "broken": an error.
    """
    selected, open_file, statuses = False, 0, []
    by_form: dict[int, list[tuple[int, bytes, int]]] = {}
    for at, (command, data, status) in enumerate(exchanged):
        if command[:2] == b"\x00\xa4" and command[2] in (0, 2) and len(command) == 7:
            named = int.from_bytes(command[5:7], "big")
            if status == 0x9000:
                open_file = named
            if named == file:
                selected = selected or status == 0x9000
                statuses.append(status)
        elif command[:2] == b"\x00\xb2" and len(command) == 5:
            short = {0x28: 0xEF05, 0x30: 0xEF06}.get(command[3])
            again = at + 1 < len(exchanged) and exchanged[at + 1][0] == command[:4] + b"\0"
            if (short or open_file) == file and not (status == 0x6700 and again):
                by_form.setdefault(command[3], []).append((command[2], data, status))
    if any(status in (0x6982, 0x6985) for status in statuses):
        return None, "kept"
    refusals = []
    for form, asked in by_form.items():
        number, data, status = asked[0]
        whole = _record_of(data, status)
        if form == 0x04:
            if whole is not None:
                return _by_number(asked, file), ""
        elif whole is not None and whole[:2] == bytes((number, _EF[file].get(number, 0))):
            return _by_tag(asked, file), ""
        if status in (0x6982, 0x6985):
            return None, "kept"
        refusals.append(status)
    withheld = all(
        status >> 8 == 0x69 or status in (0x6A81, 0x6A82, 0x6A83, 0x6A86, 0x6D00, 0x6E00)
        for status in refusals
    )
    return None, "refused" if refusals and withheld else "broken"


def _record_of(data: bytes, status: int) -> bytes | None:
    """Return the record if it is complete: tag, length, that many bytes, and no others."""
    whole = status == 0x9000 and len(data) >= 2 and len(data) == 2 + data[1]
    return data if whole else None


def _by_tag(asked: list[tuple[int, bytes, int]], file: int) -> dict[int, bytes]:
    items = {}
    for tag, data, status in asked:
        whole = _record_of(data, status)
        if whole is not None and whole[0] == tag and whole[1] == _EF[file][tag]:
            items[tag] = whole[2:]
        elif status not in ABSENT:
            raise NoMeaning(f"item {tag:02X}")
    return items


def _by_number(asked: list[tuple[int, bytes, int]], file: int) -> dict[int, bytes]:
    items: dict[int, bytes] = {}
    strange = False
    for number, data, status in asked:
        whole = _record_of(data, status)
        if whole is None:
            if status not in ABSENT:
                raise NoMeaning(f"record {number}")
        elif whole[0] not in _EF[file]:
            strange = True
        elif whole[0] in items or whole[1] != _EF[file][whole[0]]:
            raise NoMeaning(f"record {number}")
        else:
            items[whole[0]] = whole[2:]
    if _FIRST_ASKED[file] not in items or (strange and len(items) < len(_EF[file])):
        raise NoMeaning("records")
    return items


# --- the resident ID text


def resident_text(text: bytes) -> Meaning:
    """Decode the 256 bytes of a resident ID card or of one of its variants."""

    def item(offset: int, length: int) -> str:
        return _text(text[offset : offset + length], "utf-16-le")

    if len(text) != 256:
        raise NoMeaning("text")
    kind = item(248, 2)
    latin: str | None = None
    if kind in ("", "J"):
        name, born, number = item(0, 30), item(36, 16), item(122, 36)
        item(52, 70), item(158, 30)
        found = ("resident_id", "cp") if not kind else ("residence_permit", "p")
    elif kind == "I":
        name, born, number = item(158, 30), item(220, 16), item(122, 30)
        latin, found = item(0, 120), ("foreign_permanent_2017", "7")
    elif kind == "Y":
        name, born, number = item(0, 30), item(36, 16), item(122, 36)
        latin = _text(text[52:122] + text[220:242], "utf-16-le")
        found = ("foreign_permanent_2023", "3")
    else:
        raise NoMeaning("type")
    _needed(name or latin or "")
    last = item(204, 16)
    return Meaning(
        found[0], name or None, latin or None, _chinese_number(number, found[1]), None,
        _birth(born, unknown=False), _day(item(188, 16)),
        FOR_EVER if last == "长期" else _day(last),
    )  # fmt: skip


def _pages(exchanged: list[Step]) -> Meaning:
    pages = {}
    for command, data, status in exchanged:
        if command[:2] == b"\xff\xb0" and len(command) == 5:
            if status != 0x9000:
                raise NoMeaning("page")
            pages[command[2]] = data
    sizes = [len(pages.get(page, b"")) for page in range(6)]
    if sizes[:5] != [256] * 5 or not 4 <= sizes[5] <= 256:
        raise NoMeaning("pages")
    whole = b"".join(pages[page] for page in range(6))
    if whole[:4] != b"\x01\x00\x04\x00":
        raise NoMeaning("header")
    return resident_text(whole[4:260])


def samv_frames(stream: bytes) -> list[Meaning]:
    """Return the identity in each complete read frame of these bytes of a serial line."""
    found = []
    at = stream.find(b"\xaa\xaa\xaa\x96\x69")
    while at >= 0:
        length = int.from_bytes(stream[at + 5 : at + 7], "big")
        body = stream[at + 5 : at + 7 + length]
        check = 0
        for byte in body:
            check ^= byte
        data = body[5:-1]
        whole = len(body) == 2 + length and length >= 4 and check == 0 and body[4] == 0x90
        if whole and data[:4] == b"\x01\x00\x04\x00" and len(data) == 4 + 256 + 1024:
            with contextlib.suppress(NoMeaning):
                found.append(resident_text(data[4:260]))
        at = stream.find(b"\xaa\xaa\xaa\x96\x69", at + 1)
    return found


# --- cards of other countries


def _thai(exchanged: list[Step]) -> Meaning:
    memory: dict[int, bytes] = {}
    for command, data, status in exchanged:
        if command[:2] == b"\x80\xb0" and len(command) == 7 and command[4:6] == b"\x02\x00":
            if status != 0x9000 or len(data) != command[6]:
                raise NoMeaning(f"bytes at {command[2:4].hex()}")
            memory[int.from_bytes(command[2:4], "big")] = data

    def item(offset: int) -> str:
        if offset not in memory:
            raise NoMeaning(f"nothing at {offset:04X}")
        try:
            text = memory[offset].decode("tis-620")
        except UnicodeDecodeError:
            raise NoMeaning("not text") from None
        return _text(re.sub("[# ]+", " ", text).encode(), "utf-8")

    def western(text: str) -> str:
        if not re.fullmatch("[0-9]{8}", text) or int(text[:4]) <= 543:
            raise NoMeaning("not a date")
        return f"{int(text[:4]) - 543:04}{text[4:]}"

    number = item(0x0004)
    if not re.fullmatch("[0-9]{13}", number):
        raise NoMeaning("number")
    total = sum((13 - at) * int(digit) for at, digit in enumerate(number[:12]))
    if str((11 - total % 11) % 10) != number[12]:
        raise NoMeaning("check digit")
    for offset in (0x00E1, 0x00F6, 0x1579):
        item(offset)
    last = item(0x016F)
    return Meaning(
        "thai_id", _needed(item(0x0011)), item(0x0075) or None, number, None,
        _birth(western(item(0x00D9)), unknown=True), _day(western(item(0x0167))),
        FOR_EVER if last == "99999999" else _day(western(last)),
    )  # fmt: skip


def _belgian(exchanged: list[Step]) -> Meaning:
    files: dict[bytes, bytes] = {}
    path = b""
    for command, data, status in exchanged:
        if command[:4] == b"\x00\xa4\x08\x0c":
            path = command[5:] if status == 0x9000 else b""
            if not path and command[5:].endswith(b"\x33") and status not in ABSENT:
                raise NoMeaning("address")
        elif command[:2] == b"\x00\xb0" and path and status == 0x9000:
            at = int.from_bytes(command[2:4], "big")
            if at != len(files.get(path, b"")):
                raise NoMeaning("offset")
            files[path] = files.get(path, b"") + data
        elif command[:2] == b"\x00\xb0" and path and status != 0x6B00:
            raise NoMeaning("file")
    items = _belgian_items(files.get(bytes.fromhex("3F00DF014031"), b""))
    for tag, data in _belgian_items(files.get(bytes.fromhex("3F00DF014033"), b"")).items():
        if tag in (1, 2, 3):
            _text(data, "utf-8")
    for tag in (0x03, 0x04, 0x06, 0x07, 0x08):
        if tag not in items:
            raise NoMeaning(f"tag {tag:02X}")
    given, surname = (_text(items[tag], "utf-8") for tag in (0x08, 0x07))
    name = " ".join(filter(None, (given, _needed(surname))))
    number = _text(items[0x06], "utf-8")
    if not re.fullmatch("[0-9]{11}", number):
        raise NoMeaning("number")
    rests = (97 - int(number[:9]) % 97, 97 - int("2" + number[:9]) % 97)
    if int(number[9:]) not in rests:
        raise NoMeaning("check digits")
    born = _text(items.get(0x0C, b""), "utf-8")
    return Meaning(
        "belgian_eid", name, name, number, None,
        _birth(_belgian_day(born), unknown=True) if born else None,
        _day(_belgian_day(_text(items[0x03], "utf-8"))),
        _day(_belgian_day(_text(items[0x04], "utf-8"))),
    )  # fmt: skip


def _belgian_items(data: bytes) -> dict[int, bytes]:
    items: dict[int, bytes] = {}
    data = data.rstrip(b"\0") if not data.strip(b"\0") else data
    while data.strip(b"\0"):
        tag, data = data[0], data[1:]
        length = 0
        more = True
        while more:
            if not data:
                raise NoMeaning("length")
            length += data[0]
            more = data[0] == 0xFF
            data = data[1:]
        if len(data) < length or tag in items:
            raise NoMeaning("item")
        items[tag], data = data[:length], data[length:]
    return items


_MONTHS = (
    "JAN", "FEV FEB", "MARS MAAR MÄR", "AVR APR", "MAI MEI", "JUIN JUN", "JUIL JUL", "AOUT AUG",
    "SEPT SEP", "OCT OKT", "NOV", "DEC DEZ",
)  # fmt: skip


def _belgian_day(text: str) -> str:
    if re.fullmatch("[0-9]{4}", text):
        return text + "0000"
    parts = re.split("[ .]+", text)
    if len(parts) != 3 or not re.fullmatch("[0-9]{1,2}", parts[0]):
        raise NoMeaning("date")
    if not re.fullmatch("[0-9]{4}", parts[2]):
        raise NoMeaning("date")
    if re.fullmatch("[0-9]{1,2}", parts[1]):
        month = int(parts[1])
    else:
        known = [at for at, names in enumerate(_MONTHS, 1) if parts[1].upper() in names.split()]
        if not known:
            raise NoMeaning("month")
        month = known[0]
    return f"{parts[2]}{month:02}{int(parts[0]):02}"


def _mykad(exchanged: list[Step]) -> Meaning:
    parts: dict[int, bytes] = {}
    chosen = (0, 0)
    for command, data, status in exchanged:
        if command[:4] == b"\xcc\x00\x00\x00" and len(command) == 13:
            if status >> 8 != 0x94 and status != 0x9000:
                raise NoMeaning("range")
            chosen = (
                int.from_bytes(command[9:11], "little"), int.from_bytes(command[11:13], "little"),
            )  # fmt: skip
        elif command[:4] == b"\xc8\x32\x00\x00" and status not in (0x9108, 0x9000):
            raise NoMeaning("length")
        elif command[:4] == b"\xcc\x06\x00\x00":
            if status != 0x9000 or len(data) != chosen[1]:
                raise NoMeaning("bytes")
            parts[chosen[0]] = data
    if sorted(parts) != [3, 273, 286, 295]:
        raise NoMeaning("parts")
    name = _needed(_ascii(parts[3]))
    number = _ascii(parts[273])
    if not re.fullmatch("[0-9]{12}", number):
        raise NoMeaning("number")
    digits = parts[295].hex()
    never = not digits.strip("0") or not digits.strip("f")
    birth = None if never else _birth(digits, unknown=False)
    return Meaning("mykad", name, name, number, None, birth, None, None)


def operator_record(exchanges: Iterable[Exchange]) -> tuple[bytes, bytes | None]:
    """Return the record of an operator card, and the chip's number if it was read."""
    record, uid = b"", None
    for command, data, status in steps(exchanges):
        if command[:2] == b"\x00\xb0" and status == 0x9000:
            at = int.from_bytes(command[2:4], "big")
            record = record[:at] + data
        elif command == b"\xff\xca\x00\x00\x00" and status == 0x9000:
            uid = data
    return record, uid


_BY_KIND: dict[str, Callable[[list[Step]], Meaning]] = {
    "social_security": _social_security,
    "thai_id": _thai,
    "belgian_eid": _belgian,
    "mykad": _mykad,
}


def meaning_of(kind: str, exchanges: Iterable[Exchange]) -> Meaning:
    """Return the identity in the answers of a card of this kind.

    :raises NoMeaning: the answers contain none.
    """
    return _BY_KIND.get(kind, _pages)(steps(exchanges))
