"""The IPP codec: the example bytes of the RFC, round trips, and hostile bytes."""

from __future__ import annotations

import struct
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printing.ipp import codec
from printing.ipp.codec import (
    Attribute,
    CodecError,
    Collection,
    Group,
    IntRange,
    Localized,
    Message,
    Resolution,
    Tag,
    Value,
    decode,
    encode,
)

RFC_8010_A1 = bytes.fromhex(
    # Print-Job request, RFC 8010 appendix A.1, up to its end tag: version 1.1, operation 2, id 1.
    "0101 0002 00000001 01"
    "47 0012 617474726962757465732d63686172736574 0005 7574662d38"
    "48 001b 617474726962757465732d6e61747572616c2d6c616e6775616765 0005 656e2d7573"
    "45 000b 7072696e7465722d757269 002c"
    "6970703a2f2f7072696e7465722e6578616d706c652e636f6d2f6970702f7072696e742f70696e65747265 65"
    "42 0008 6a6f622d6e616d65 0006 666f6f626172"
    "22 0016 6970702d6174747269627574652d666964656c697479 0001 01"
    "02"
    "21 0006 636f70696573 0004 00000014"
    "44 0005 7369646573 0013 74776f2d73696465642d6c6f6e672d65646765"
    "03"
)


def test_example_of_the_rfc_is_decoded_and_encoded() -> None:
    message = decode(RFC_8010_A1 + b"%!PS document data follows")
    assert (message.version, message.code, message.request_id) == ((1, 1), 2, 1)
    operation, job = message.groups
    assert operation.tag == Tag.OPERATION
    assert operation.text("printer-uri") == "ipp://printer.example.com/ipp/print/pinetree"
    assert operation.text("job-name") == "foobar"
    fidelity = operation.get("ipp-attribute-fidelity")
    assert fidelity is not None
    assert fidelity.first() is True
    assert job.integer("copies") == 20
    assert job.texts("sides") == ("two-sided-long-edge",)
    assert encode(message) == RFC_8010_A1


def attribute(name: bytes, *values: bytes, tag: int = Tag.KEYWORD) -> bytes:
    out = b""
    for at, value in enumerate(values):
        own = name if at == 0 else b""
        out += struct.pack(">BH", tag, len(own)) + own + struct.pack(">H", len(value)) + value
    return out


HEAD = b"\x02\x00\x00\x00\x00\x00\x00\x07\x04"


def printer_group(body: bytes) -> Group:
    (group,) = decode(HEAD + body + b"\x03").groups
    return group


def test_several_values_and_a_collection_are_decoded() -> None:
    size = (
        attribute(b"media-col-ready", b"", tag=0x34)
        + attribute(b"", b"media-size", tag=0x4A)
        + attribute(b"", b"", tag=0x34)
        + attribute(b"", b"x-dimension", tag=0x4A)
        + attribute(b"", struct.pack(">i", 21000), tag=0x21)
        + attribute(b"", b"", tag=0x37)
        + attribute(b"", b"", tag=0x37)
    )
    group = printer_group(
        attribute(b"printer-state-reasons", b"media-empty-report", b"toner-low-warning") + size
    )
    assert group.texts("printer-state-reasons") == ("media-empty-report", "toner-low-warning")
    ready = group.get("media-col-ready")
    assert ready is not None
    inner = Collection((Attribute("x-dimension", (Value(Tag.INTEGER, 21000),)),))
    expected = Collection((Attribute("media-size", (Value(Tag.BEGIN_COLLECTION, inner),)),))
    assert ready.first() == expected


def test_text_that_is_not_utf8_is_kept_and_out_of_band_values_are_none() -> None:
    group = printer_group(
        attribute(b"printer-info", "打印机".encode("gbk"), tag=Tag.TEXT)
        + attribute(b"job-impressions-completed", b"", tag=Tag.NO_VALUE)
    )
    assert "\N{REPLACEMENT CHARACTER}" in (group.text("printer-info") or "")
    assert group.integer("job-impressions-completed") is None


BAD = {
    "empty": b"",
    "short": b"\x02\x00\x00",
    "no end": HEAD,
    "cut in a name": HEAD + b"\x44\x00\x10abc",
    "cut in a value": HEAD + b"\x44\x00\x01a\x00\x10b",
    "value tag where a group is due": HEAD[:8] + b"\x44\x03",
    "value without attribute": HEAD + attribute(b"", b"x") + b"\x03",
    "integer of three octets": HEAD + attribute(b"n", b"\0\0\1", tag=0x21) + b"\x03",
    "boolean of two": HEAD + attribute(b"n", b"\2", tag=0x22) + b"\x03",
    "keyword not ASCII": HEAD + attribute(b"n", b"\xe9") + b"\x03",
    "date of ten octets": HEAD + attribute(b"n", bytes(10), tag=0x31) + b"\x03",
    "end of a collection that never began": HEAD + attribute(b"n", b"", tag=0x37) + b"\x03",
    "collection never ended": HEAD + attribute(b"n", b"", tag=0x34) + b"\x03",
    "extension tag": HEAD + attribute(b"n", bytes(4), tag=0x7F) + b"\x03",
    "member without value": HEAD
    + attribute(b"n", b"", tag=0x34)
    + attribute(b"", b"m", tag=0x4A)
    + attribute(b"", b"", tag=0x37)
    + b"\x03",
    "collections without bottom": HEAD
    + attribute(b"n", b"", tag=0x34)
    + (attribute(b"", b"m", tag=0x4A) + attribute(b"", b"", tag=0x34)) * 5000,
    "too many attributes": HEAD + attribute(b"n", b"v") * 5000 + b"\x03",
    "too many values": HEAD + attribute(b"n", *[b"v"] * 5000) + b"\x03",
    "too long": HEAD + bytes(codec.MAX_MESSAGE_BYTES),
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD.keys())
def test_invalid_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(CodecError):
        decode(data)


def groups(count: int) -> bytes:
    return HEAD[:8] + b"\x02" * count + b"\x03"


def attributes_in_groups(count: int) -> bytes:
    """Return a message with this many attributes, in groups within their own limit."""
    body = b""
    while count > 0:
        here = min(count, codec.MAX_GROUP_ATTRIBUTES)
        body += b"\x02" + attribute(b"n", b"v") * here
        count -= here
    return HEAD[:8] + body + b"\x03"


def values_in_all(count: int) -> bytes:
    """Return a message with this many values, of attributes within their own limit."""
    body = b""
    while count > 0:
        here = min(count, codec.MAX_VALUES)
        body += attribute(b"n", *[b"v"] * here)
        count -= here
    return HEAD + body + b"\x03"


def members(count: int) -> bytes:
    """Return a message with a collection that has this many members."""
    member = attribute(b"", b"m", tag=0x4A) + attribute(b"", b"v")
    end = attribute(b"", b"", tag=0x37)
    return HEAD + attribute(b"n", b"", tag=0x34) + member * count + end + b"\x03"


def nested(depth: int) -> bytes:
    start = attribute(b"n", b"", tag=0x34)
    start += (attribute(b"", b"m", tag=0x4A) + attribute(b"", b"", tag=0x34)) * (depth - 1)
    inner = attribute(b"", b"m", tag=0x4A) + attribute(b"", b"v")
    return HEAD + start + inner + attribute(b"", b"", tag=0x37) * depth + b"\x03"


LIMITS: dict[str, tuple[Callable[[int], bytes], int]] = {
    "too many groups": (groups, codec.MAX_GROUPS),
    "too many attributes in all": (attributes_in_groups, codec.MAX_ATTRIBUTES),
    "too many attributes in a group": (
        lambda count: HEAD + attribute(b"n", b"v") * count + b"\x03",
        codec.MAX_GROUP_ATTRIBUTES,
    ),
    "too many members": (lambda count: members(count - 1), codec.MAX_GROUP_ATTRIBUTES),
    "too many values": (
        lambda count: HEAD + attribute(b"n", *[b"v"] * count) + b"\x03",
        codec.MAX_VALUES,
    ),
    "too many values in all": (values_in_all, codec.MAX_MESSAGE_VALUES),
    "name too long": (
        lambda count: HEAD + attribute(b"n" * count, b"v") + b"\x03",
        codec.MAX_NAME_BYTES,
    ),
    "value too long": (
        lambda count: HEAD + attribute(b"n", b"v" * count) + b"\x03",
        codec.MAX_VALUE_BYTES,
    ),
    "collections too deep": (nested, codec.MAX_DEPTH),
}


@pytest.mark.parametrize(("build", "limit"), LIMITS.values(), ids=LIMITS.keys())
def test_each_limit_holds_at_its_boundary(build: Callable[[int], bytes], limit: int) -> None:
    assert decode(build(limit)).groups
    with pytest.raises(CodecError, match="too"):
        decode(build(limit + 1))


def test_oversized_message_is_refused_with_little_memory() -> None:
    """A group takes one byte. A megabyte of groups once took over 100 MB of memory."""
    for data in (groups(codec.MAX_MESSAGE_BYTES - 9), values_in_all(200_000)):
        tracemalloc.start()
        try:
            with pytest.raises(CodecError):
                decode(data)
            assert tracemalloc.get_traced_memory()[1] < 16 << 20
        finally:
            tracemalloc.stop()


@given(st.binary(max_size=600))
def test_random_bytes_give_a_message_or_codec_error(data: bytes) -> None:
    for candidate in (data, HEAD + data):
        try:
            message = decode(candidate)
        except CodecError:
            continue
        assert isinstance(message, Message)


@given(st.data())
def test_damaged_message_gives_a_message_or_codec_error(data: st.DataObject) -> None:
    good = bytearray(RFC_8010_A1)
    for _ in range(data.draw(st.integers(1, 4))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(good)))
    try:
        decode(bytes(good[:cut]))
    except CodecError:
        return
    assert cut > 8


INTEGERS = st.integers(-(2**31), 2**31 - 1)
ASCII = st.text(st.characters(max_codepoint=0x7F), max_size=40)
NAMES = st.from_regex(r"[a-z][a-z-]{0,30}", fullmatch=True)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
SIMPLE = st.one_of(
    st.builds(Value, st.sampled_from([Tag.INTEGER, Tag.ENUM]), INTEGERS),
    st.builds(Value, st.just(Tag.BOOLEAN), st.booleans()),
    st.builds(Value, st.sampled_from([Tag.TEXT, Tag.NAME]), TEXT),
    st.builds(
        Value,
        st.sampled_from(
            [Tag.KEYWORD, Tag.URI, Tag.URI_SCHEME, Tag.CHARSET, Tag.LANGUAGE, Tag.MIME_TYPE]
        ),
        ASCII,
    ),
    st.builds(
        Value,
        st.just(Tag.RESOLUTION),
        st.builds(Resolution, INTEGERS, INTEGERS, st.integers(-128, 127)),
    ),
    st.builds(Value, st.just(Tag.RANGE), st.builds(IntRange, INTEGERS, INTEGERS)),
    st.builds(
        Value,
        st.sampled_from([Tag.TEXT_WITH_LANGUAGE, Tag.NAME_WITH_LANGUAGE]),
        st.builds(Localized, ASCII, TEXT),
    ),
    st.builds(Value, st.just(Tag.OCTETS), st.binary(max_size=40)),
    st.builds(Value, st.just(Tag.DATE_TIME), st.binary(min_size=11, max_size=11)),
    st.builds(Value, st.sampled_from([0x10, 0x12, 0x13, 0x15]), st.none()),
)


def attributes(values: st.SearchStrategy[Value]) -> st.SearchStrategy[tuple[Attribute, ...]]:
    one = st.builds(Attribute, NAMES, st.lists(values, min_size=1, max_size=3).map(tuple))
    return st.lists(one, max_size=4).map(tuple)


VALUES = st.recursive(
    SIMPLE,
    lambda inner: st.builds(
        Value, st.just(Tag.BEGIN_COLLECTION), st.builds(Collection, attributes(inner))
    ),
    max_leaves=6,
)
GROUPS = st.builds(Group, st.sampled_from([0x01, 0x02, 0x04, 0x05]), attributes(VALUES))
MESSAGES = st.builds(
    Message,
    st.integers(0, 0xFFFF),
    INTEGERS,
    st.lists(GROUPS, max_size=3).map(tuple),
    st.tuples(st.integers(0, 255), st.integers(0, 255)),
)


@pytest.mark.slow(reason="hundreds of random messages")
@given(MESSAGES)
def test_encoded_message_decodes_to_itself(message: Message) -> None:
    assert decode(encode(message)) == message


@pytest.mark.parametrize(
    "value",
    [
        Value(Tag.INTEGER, 2**31),
        Value(Tag.INTEGER, True),
        Value(Tag.BOOLEAN, 1),
        Value(Tag.KEYWORD, "é"),
        Value(Tag.DATE_TIME, bytes(10)),
        Value(Tag.NO_VALUE, 0),
        Value(Tag.TEXT, b"bytes"),
        Value(Tag.TEXT, "x" * 70000),
        Value(Tag.END_COLLECTION, b""),
    ],
)
def test_value_that_does_not_fit_its_tag_is_not_encoded(value: Value) -> None:
    group = Group(Tag.OPERATION, (Attribute("n", (value,)),))
    with pytest.raises(CodecError):
        encode(Message(2, 1, (group,)))


@pytest.mark.parametrize("tag", [0x00, Tag.END, 0x10])
def test_only_group_tags_start_groups(tag: int) -> None:
    with pytest.raises(CodecError):
        encode(Message(2, 1, (Group(tag),)))
