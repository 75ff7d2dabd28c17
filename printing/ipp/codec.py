"""Encoding and decoding of IPP messages (RFC 8010).

Used by the IPP client. Decoding is strict and bounded: for any bytes, it raises nothing but
``CodecError`` and builds nothing beyond the limits below.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import IntEnum

MAX_MESSAGE_BYTES = 1 << 20
"""A full Get-Printer-Attributes answer of a large device is about 60 kB."""
MAX_GROUPS = 512
"""In one message. A Get-Jobs answer has one group per job; a shared device holds a few dozen."""
MAX_ATTRIBUTES = 8192
"""In one message, members of collections included."""
MAX_GROUP_ATTRIBUTES = 1024
"""Limit for one group, with the members of its collections. A large device has about 300 in all."""
MAX_VALUES = 1024
"""Limit for one attribute. The longest one of real devices (media-supported) has about 200."""
MAX_MESSAGE_VALUES = 16384
"""Limit for all attributes of one message together."""
MAX_NAME_BYTES = 255
"""RFC 8010 §3.1.4 sets no limit; a keyword has at most 255 bytes (RFC 8011 §5.1.4)."""
MAX_VALUE_BYTES = 4096
"""Text and URIs have at most 1023 bytes (RFC 8011 §5.1), and so have the records of supplies."""
MAX_DEPTH = 8
"""Nesting of collections. media-col-database nests three deep."""


class CodecError(ValueError):
    """The bytes are not an IPP message within the limits (or the message cannot be encoded)."""


class Tag(IntEnum):
    """Delimiter and value tags (RFC 8010 §3.5)."""

    OPERATION = 0x01
    JOB = 0x02
    END = 0x03
    PRINTER = 0x04
    UNSUPPORTED_GROUP = 0x05

    UNSUPPORTED = 0x10
    UNKNOWN = 0x12
    NO_VALUE = 0x13
    NOT_SETTABLE = 0x15
    DELETE_ATTRIBUTE = 0x16
    ADMIN_DEFINE = 0x17

    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    OCTETS = 0x30
    DATE_TIME = 0x31
    RESOLUTION = 0x32
    RANGE = 0x33
    BEGIN_COLLECTION = 0x34
    TEXT_WITH_LANGUAGE = 0x35
    NAME_WITH_LANGUAGE = 0x36
    END_COLLECTION = 0x37
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    URI_SCHEME = 0x46
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME_TYPE = 0x49
    MEMBER_NAME = 0x4A


_OUT_OF_BAND = range(0x10, 0x20)
_INTEGERS = frozenset({Tag.INTEGER, Tag.ENUM})
_UTF8 = frozenset({Tag.TEXT, Tag.NAME})
_ASCII = frozenset({Tag.KEYWORD, Tag.URI, Tag.URI_SCHEME, Tag.CHARSET, Tag.LANGUAGE, Tag.MIME_TYPE})
_WITH_LANGUAGE = frozenset({Tag.TEXT_WITH_LANGUAGE, Tag.NAME_WITH_LANGUAGE})


@dataclass(frozen=True, slots=True)
class Resolution:
    """Dots per unit; ``unit`` 3 is an inch, 4 a centimetre (PWG's enum)."""

    cross_feed: int
    feed: int
    unit: int


@dataclass(frozen=True, slots=True)
class IntRange:
    """From ``lower`` to ``upper``, both included."""

    lower: int
    upper: int


@dataclass(frozen=True, slots=True)
class Localized:
    """A text or name with its own language (RFC 8010 §3.9)."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection's members (RFC 8010 §3.1.6)."""

    members: tuple[Attribute, ...]


Datum = int | bool | str | bytes | Resolution | IntRange | Localized | Collection | None


@dataclass(frozen=True, slots=True)
class Value:
    """One value with its syntax. ``datum`` is ``None`` only for the out-of-band values.

    ``DATE_TIME`` is kept as its eleven octets (RFC 2579).
    """

    tag: int
    datum: Datum


@dataclass(frozen=True, slots=True)
class Attribute:
    """A name and at least one value."""

    name: str
    values: tuple[Value, ...]

    def first(self) -> Datum:
        """Return the first value's datum."""
        return self.values[0].datum


@dataclass(frozen=True, slots=True)
class Group:
    """The attributes after one delimiter tag."""

    tag: int
    attributes: tuple[Attribute, ...] = ()

    def get(self, name: str) -> Attribute | None:
        """Return the attribute of this name; ``None`` if the group does not have it."""
        return next((each for each in self.attributes if each.name == name), None)

    def integer(self, name: str) -> int | None:
        """Return the first value if it is a number; otherwise ``None``."""
        found = self.get(name)
        datum = found.first() if found else None
        return datum if isinstance(datum, int) and not isinstance(datum, bool) else None

    def boolean(self, name: str) -> bool | None:
        """Return the first value if it is a boolean; otherwise ``None``."""
        found = self.get(name)
        datum = found.first() if found else None
        return datum if isinstance(datum, bool) else None

    def text(self, name: str) -> str | None:
        """Return the first textual value; ``None`` if there is none."""
        texts = self.texts(name)
        return texts[0] if texts else None

    def texts(self, name: str) -> tuple[str, ...]:
        """Return every textual value of the attribute, in order."""
        found = self.get(name)
        data = [value.datum for value in found.values] if found else []
        texts = [each.text if isinstance(each, Localized) else each for each in data]
        return tuple(each for each in texts if isinstance(each, str))


@dataclass(frozen=True, slots=True)
class Message:
    """A request, whose ``code`` is an operation, or a response, whose ``code`` is a status."""

    code: int
    request_id: int
    groups: tuple[Group, ...] = field(default=())
    version: tuple[int, int] = (2, 0)

    def all(self, tag: Tag) -> tuple[Group, ...]:
        """Return every group with this tag, in order. Get-Jobs returns one group per job."""
        return tuple(group for group in self.groups if group.tag == tag)


# ---------------------------------------------------------------- encoding


def encode(message: Message) -> bytes:
    """Return the bytes of a message.

    :raises CodecError: a value does not fit its tag.
    """
    try:
        out = bytearray(struct.pack(">BBHi", *message.version, message.code, message.request_id))
        for group in message.groups:
            if not 0x01 <= group.tag <= 0x0F or group.tag == Tag.END:
                raise CodecError(f"not a group tag: {group.tag:#x}")
            out.append(group.tag)
            for attribute in group.attributes:
                _put_attribute(out, attribute, 0)
    except (struct.error, UnicodeEncodeError) as error:
        raise CodecError("value out of range") from error
    out.append(Tag.END)
    if len(out) > MAX_MESSAGE_BYTES:
        raise CodecError("message too long")
    return bytes(out)


def _put(out: bytearray, tag: int, name: bytes, value: bytes) -> None:
    out += struct.pack(">BH", tag, len(name)) + name + struct.pack(">H", len(value)) + value


def _put_attribute(out: bytearray, attribute: Attribute, depth: int) -> None:
    if not attribute.values or not attribute.name:
        raise CodecError("attribute without name or value")
    name = attribute.name.encode("ascii")
    for value in attribute.values:
        _put_value(out, name, value, depth)
        name = b""


def _put_value(out: bytearray, name: bytes, value: Value, depth: int) -> None:
    if value.tag != Tag.BEGIN_COLLECTION:
        _put(out, value.tag, name, _value_bytes(value))
        return
    if not isinstance(value.datum, Collection) or depth >= MAX_DEPTH:
        raise CodecError("not a collection, or too deep")
    _put(out, Tag.BEGIN_COLLECTION, name, b"")
    for member in value.datum.members:
        if not member.values or not member.name:
            raise CodecError("member without name or value")
        _put(out, Tag.MEMBER_NAME, b"", member.name.encode("ascii"))
        for each in member.values:
            _put_value(out, b"", each, depth + 1)
    _put(out, Tag.END_COLLECTION, b"", b"")


def _value_bytes(value: Value) -> bytes:
    match value.tag, value.datum:
        case tag, None if tag in _OUT_OF_BAND:
            return b""
        case Tag.BOOLEAN, bool() as flag:
            return b"\x01" if flag else b"\x00"
        case tag, int() as number if tag in _INTEGERS and not isinstance(number, bool):
            return struct.pack(">i", number)
        case tag, str() as text if tag in _UTF8:
            return text.encode("utf-8")
        case tag, str() as text if tag in _ASCII:
            return text.encode("ascii")
        case Tag.RESOLUTION, Resolution(cross, feed, unit):
            return struct.pack(">iib", cross, feed, unit)
        case Tag.RANGE, IntRange(lower, upper):
            return struct.pack(">ii", lower, upper)
        case tag, Localized(language, text) if tag in _WITH_LANGUAGE:
            first, second = language.encode("ascii"), text.encode("utf-8")
            return struct.pack(">H", len(first)) + first + struct.pack(">H", len(second)) + second
        case Tag.DATE_TIME, bytes() as octets if len(octets) == 11:
            return octets
        case tag, bytes() as octets if _is_raw(tag):
            return octets
        case _:
            raise CodecError(f"value does not fit tag {value.tag:#x}")


def _is_raw(tag: int) -> bool:
    """Whether values of this tag are kept as octets: octetString and unknown syntaxes."""
    known = tag in _INTEGERS or tag in _UTF8 or tag in _ASCII or tag in _WITH_LANGUAGE
    return tag == Tag.OCTETS or (
        0x20 <= tag <= 0xFF
        and not known
        and tag
        not in (
            Tag.BOOLEAN,
            Tag.DATE_TIME,
            Tag.RESOLUTION,
            Tag.RANGE,
            Tag.BEGIN_COLLECTION,
            Tag.END_COLLECTION,
            Tag.MEMBER_NAME,
            0x7F,
        )
    )


# ---------------------------------------------------------------- decoding


def decode(data: bytes) -> Message:
    """Return the message in ``data``. Bytes after its end tag (document data) are ignored.

    Text that is not UTF-8 is decoded with replacement characters, because some devices send GBK in
    printer-info. Everything else is strict.

    :raises CodecError: ``data`` is not a message, or exceeds a limit.
    """
    if len(data) > MAX_MESSAGE_BYTES:
        raise CodecError("message too long")
    return _Decoder(data).message()


class _Decoder:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._attributes = 0
        self._group_attributes = 0
        self._values = 0

    def _take(self, count: int) -> bytes:
        end = self._at + count
        if end > len(self._data):
            raise CodecError(f"cut off at byte {len(self._data)}")
        taken = self._data[self._at : end]
        self._at = end
        return taken

    def _byte(self) -> int:
        return self._take(1)[0]

    def _short(self) -> int:
        return int.from_bytes(self._take(2), "big")

    def _peek(self) -> int:
        if self._at >= len(self._data):
            raise CodecError("no end tag")
        return self._data[self._at]

    def message(self) -> Message:
        major, minor, code, request_id = struct.unpack(">BBHi", self._take(8))
        groups: list[Group] = []
        while (tag := self._byte()) != Tag.END:
            if not 0x01 <= tag <= 0x0F:
                raise CodecError(f"group tag expected, found {tag:#x}")
            if len(groups) >= MAX_GROUPS:
                raise CodecError("too many groups")
            groups.append(Group(tag, self._group()))
        return Message(code, request_id, tuple(groups), (major, minor))

    def _group(self) -> tuple[Attribute, ...]:
        found: list[tuple[str, list[Value]]] = []
        self._group_attributes = 0
        while self._peek() > 0x0F:
            tag = self._byte()
            name = self._name(self._take(self._short()))
            value = self._value(tag, self._take(self._short()), 0)
            if name:
                self._count_attribute()
                found.append((name, [value]))
            elif not found:
                raise CodecError("additional value without attribute")
            else:
                self._append(found[-1][1], value)
        return tuple(Attribute(name, tuple(values)) for name, values in found)

    def _count_attribute(self) -> None:
        self._attributes += 1
        self._group_attributes += 1
        if self._attributes > MAX_ATTRIBUTES or self._group_attributes > MAX_GROUP_ATTRIBUTES:
            raise CodecError("too many attributes")

    def _name(self, octets: bytes) -> str:
        if len(octets) > MAX_NAME_BYTES:
            raise CodecError("name too long")
        return self._ascii(octets)

    @staticmethod
    def _append(values: list[Value], value: Value) -> None:
        if len(values) >= MAX_VALUES:
            raise CodecError("too many values")
        values.append(value)

    @staticmethod
    def _ascii(octets: bytes) -> str:
        try:
            return octets.decode("ascii")
        except UnicodeDecodeError as error:
            raise CodecError("not ASCII") from error

    def _collection(self, depth: int) -> tuple[Attribute, ...]:
        if depth > MAX_DEPTH:
            raise CodecError("collections too deep")
        members: list[tuple[str, list[Value]]] = []
        while True:
            tag = self._byte()
            if self._take(self._short()):
                raise CodecError("named attribute within a collection")
            octets = self._take(self._short())
            if tag == Tag.END_COLLECTION:
                if octets or (members and not members[-1][1]):
                    raise CodecError("collection not ended correctly")
                return tuple(Attribute(name, tuple(values)) for name, values in members)
            if tag == Tag.MEMBER_NAME:
                if members and not members[-1][1]:
                    raise CodecError("member without value")
                self._count_attribute()
                members.append((self._name(octets), []))
                if not members[-1][0]:
                    raise CodecError("member without name")
            elif not members:
                raise CodecError("value before any member name")
            else:
                self._append(members[-1][1], self._value(tag, octets, depth))

    def _value(self, tag: int, octets: bytes, depth: int) -> Value:
        self._values += 1
        if self._values > MAX_MESSAGE_VALUES:
            raise CodecError("too many values in all")
        if len(octets) > MAX_VALUE_BYTES:
            raise CodecError("value too long")
        if tag in _OUT_OF_BAND:
            # RFC 8010 §3.8 requires no octets. Some devices send some; they have no meaning.
            return Value(tag, None)
        if tag in _INTEGERS:
            return Value(tag, int.from_bytes(self._sized(octets, 4), "big", signed=True))
        if tag == Tag.BOOLEAN:
            flag = self._sized(octets, 1)[0]
            if flag > 1:
                raise CodecError("boolean is neither 0 nor 1")
            return Value(tag, bool(flag))
        if tag in _UTF8:
            return Value(tag, octets.decode("utf-8", "replace"))
        if tag in _ASCII:
            return Value(tag, self._ascii(octets))
        if tag == Tag.RESOLUTION:
            return Value(tag, Resolution(*struct.unpack(">iib", self._sized(octets, 9))))
        if tag == Tag.RANGE:
            return Value(tag, IntRange(*struct.unpack(">ii", self._sized(octets, 8))))
        if tag in _WITH_LANGUAGE:
            return Value(tag, self._localized(octets))
        if tag == Tag.BEGIN_COLLECTION:
            self._sized(octets, 0)
            return Value(tag, Collection(self._collection(depth + 1)))
        if tag == Tag.DATE_TIME:
            return Value(tag, self._sized(octets, 11))
        if _is_raw(tag):
            return Value(tag, octets)
        raise CodecError(f"value tag {tag:#x} is not allowed here")

    @staticmethod
    def _sized(octets: bytes, size: int) -> bytes:
        if len(octets) != size:
            raise CodecError(f"value of {len(octets)} octets, expected {size}")
        return octets

    def _localized(self, octets: bytes) -> Localized:
        inner = _Decoder(octets)
        language = self._ascii(inner._take(inner._short()))
        text = inner._take(inner._short()).decode("utf-8", "replace")
        if inner._at != len(octets):
            raise CodecError("octets after a localized value")
        return Localized(language, text)
