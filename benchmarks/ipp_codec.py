"""The IPP codec beside pycups' ``IPPRequest``: the same answers, ordinary and hostile.

Run as ``python -m benchmarks.ipp_codec``. Each case has a process of its own, because some cases
crash it. The result is recorded in ``docs/decisions/1-own-ipp-codec.md``.
"""

from __future__ import annotations

import argparse
import io
import signal
import statistics
import struct
import subprocess
import sys
import time

from printing.ipp.codec import Attribute as Named
from printing.ipp.codec import CodecError, Group, IntRange, Message, Tag, decode, encode
from printing.ipp.codec import Value as Typed

RUNS = 100
HEAD = b"\x02\x00\x00\x00\x00\x00\x00\x07\x04"
"""Version 2.0, status 0, request 7, and the tag of a printer's group."""
END = b"\x03"
OWN, PEER = "own", "IPPRequest"


def value(octets: bytes, tag: int, name: bytes = b"") -> bytes:
    """Return one value as it is sent; an empty name continues the attribute before it."""
    head = struct.pack(">BH", tag, len(name)) + name
    return head + struct.pack(">H", len(octets)) + octets


def attribute(tag: int, *octets: bytes) -> bytes:
    """Return a whole answer with one attribute."""
    first, *others = octets
    return HEAD + value(first, tag, b"n") + b"".join(value(each, tag) for each in others) + END


def status() -> bytes:
    """Return the answer to a poll of the printer's state."""
    state = Named("printer-state", (Typed(Tag.ENUM, 3),))
    reasons = Named("printer-state-reasons", (Typed(Tag.KEYWORD, "none"),))
    accepting = Named("printer-is-accepting-jobs", (Typed(Tag.BOOLEAN, True),))
    printer = Group(Tag.PRINTER, (state, reasons, accepting))
    return encode(Message(0, 7, (Group(Tag.OPERATION), printer)))


def many_keywords() -> bytes:
    """Return an answer with 300 attributes of two keywords."""
    pair = (Typed(Tag.KEYWORD, "some-keyword"), Typed(Tag.KEYWORD, "other-keyword"))
    named = tuple(Named(f"attr-{number}", pair) for number in range(300))
    return encode(Message(0, 7, (Group(Tag.OPERATION), Group(Tag.PRINTER, named))))


def jobs(count: int = 20) -> bytes:
    """Return a list of jobs."""
    groups = (
        Group(
            Tag.JOB,
            (
                Named("job-id", (Typed(Tag.INTEGER, number),)),
                Named("job-name", (Typed(Tag.NAME, f"station-{number}"),)),
                Named("job-state", (Typed(Tag.ENUM, 9),)),
            ),
        )
        for number in range(count)
    )
    return encode(Message(0, 7, (Group(Tag.OPERATION), *groups)))


def cases() -> dict[str, bytes]:
    """Return the answers by what is special about them."""
    collection = value(b"", 0x34, b"c") + value(b"m", 0x4A) + value(bytes(4), 0x21)
    nested = value(b"", 0x34, b"c") + (value(b"m", 0x4A) + value(b"", 0x34)) * 20_000
    ends = Typed(Tag.RANGE, IntRange(1, 2))
    return {
        "status": status(),
        "300 attributes": many_keywords(),
        "20 jobs": jobs(),
        "no-value": attribute(Tag.NO_VALUE, b""),
        "20,000 nested collections": HEAD + nested + END,
        "octet string": attribute(Tag.OCTETS, b"type=toner;level=4;"),
        "date": attribute(Tag.DATE_TIME, bytes([7, 0xE6, 1, 2, 3, 4, 5, 6, 0x2B, 0, 0])),
        "resolution": attribute(Tag.RESOLUTION, struct.pack(">iib", 600, 600, 3)),
        "text with language": attribute(Tag.TEXT_WITH_LANGUAGE, b"\0\2en\0\3abc"),
        "collection": HEAD + collection + value(b"", 0x37) + END,
        "range 1 to 2": encode(Message(0, 7, (Group(Tag.PRINTER, (Named("n", (ends,)),)),))),
        "text in GBK": attribute(Tag.TEXT, "打印机".encode("gbk")),
        "boolean with the value 2": attribute(Tag.BOOLEAN, b"\2"),
        "keyword that is not ASCII": attribute(Tag.KEYWORD, b"\xe9"),
        "two types": HEAD + value(bytes(4), 0x21, b"n") + value(b"a", 0x44) + END,
        "value cut off": HEAD + b"\x44\x00\x01a\xff\x00b" + END,
        "integer of 3 octets": attribute(Tag.INTEGER, bytes(3)),
        "250,000 empty groups": HEAD + b"\x02" * 250_000 + END,
        "200,000 values": attribute(Tag.KEYWORD, *[b""] * 200_000),
        "12 MB": HEAD + value(b"x" * 1000, 0x44, b"n") * 12_000 + END,
    }


def _read(parser: str, data: bytes) -> str:
    if parser == OWN:
        try:
            return f"read {sum(len(group.attributes) for group in decode(data).groups)} attributes"
        except CodecError as error:
            return f"refused: {error}"
    import cups

    request = cups.IPPRequest()
    if request.readIO(io.BytesIO(data).read, True) != cups.IPP_STATE_DATA:
        return "refused"
    values = [each.values for each in request.attributes]
    return f"read {len(values)} attributes; the last is {ascii(values[-1:])[:40]}"


def _timed(parser: str, data: bytes) -> str:
    """Read ``data`` and say how, and the median of the milliseconds that it takes."""
    times = []
    try:
        found = _read(parser, data)
        for _ in range(RUNS if len(data) < 100_000 else 1):
            began = time.thread_time()
            _read(parser, data)
            times.append((time.thread_time() - began) * 1000)
    except (SystemError, UnicodeError) as error:
        return f"{type(error).__name__}: {error}"
    return f"{statistics.median(times):8.3f} ms  {found}"


def main() -> int:
    """Print a line for each case and parser."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--parser", choices=[OWN, PEER], help="read standard input once")
    parser = options.parse_args().parser
    if parser is not None:
        print(_timed(parser, sys.stdin.buffer.read()))
        return 0
    for name, data in cases().items():
        for each in (OWN, PEER):
            command = [sys.executable, "-m", "benchmarks.ipp_codec", "--parser", each]
            done = subprocess.run(command, input=data, capture_output=True, check=False)
            how = done.stdout.decode().strip()
            if done.returncode < 0:
                how = f"the process crashes: {signal.Signals(-done.returncode).name}"
            print(f"{name:28} {each:10} {how}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
