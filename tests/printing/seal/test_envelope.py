"""The check of streams before a file is parsed: limits on time, memory and number."""

from __future__ import annotations

import gc
import time
import tracemalloc
import zlib

import pytest

from devices.health import Fault
from printing import faults
from printing.seal.envelope import MAX_EXPANDED, MAX_STREAMS, expansion_fault

pytestmark = pytest.mark.slow(reason="streams up to the limits of size")


MEGABYTE = 1024 * 1024


def expanded(pdf: bytes) -> tuple[Fault | None, int, float]:
    """Return the result for ``pdf``, the peak memory (bytes) and the processor time (s)."""
    gc.collect()
    tracemalloc.start()
    began = time.process_time()
    try:
        fault = expansion_fault(pdf)
        return fault, tracemalloc.get_traced_memory()[1], time.process_time() - began
    finally:
        tracemalloc.stop()


def zlib_errors(size: int) -> bytes:
    """Return data that zlib begins to decompress and then reports as damaged."""
    return b"\x78\x9c" + b"\x07" * size


UNTERMINATED = {
    "words alone": b"stream\n" * (2 * MEGABYTE // 7),
    "few with long rests": (b"stream\nABC" + b"\x80" * 2000) * 1000,
    "damaged zlib data": (b"stream\n" + zlib_errors(1500)) * 1300,
    "hexadecimal without an end": (b"stream\n" + b"41" * 500) * 1900,
    "base 85 without an end": (b"stream\n" + b"z!u " * 250) * 1900,
}


@pytest.mark.parametrize("kind", UNTERMINATED)
@pytest.mark.parametrize("end", [b"", b"\nendstream"], ids=["no end", "one end for all"])
def test_overlapping_streams_are_not_copied(kind: str, end: bytes) -> None:
    """Each stream extends to the end of the file. Copies of all took 3 GB for a file of 2 MB."""
    pdf = UNTERMINATED[kind] + end
    assert len(pdf) > 1.5 * MEGABYTE
    fault, most, seconds = expanded(pdf)
    assert fault is not None
    assert fault.same_as(faults.NOT_A_PDF)
    assert most < 20 * MEGABYTE
    assert seconds < 10


def test_streams_up_to_the_limit_are_accepted() -> None:
    stream = b"<<>>\nstream\nABC\nendstream\n"
    assert expansion_fault(stream * MAX_STREAMS) is None
    fault = expansion_fault(stream * (MAX_STREAMS + 1))
    assert fault is not None
    assert fault.same_as(faults.NOT_A_PDF)
    assert "streams" in fault.detail


def packed(size: int) -> bytes:
    return b"stream\n" + zlib.compress(bytes(size), 9) + b"\nendstream\n"


def test_decompressed_bytes_up_to_the_limit_are_accepted() -> None:
    assert expansion_fault(packed(MAX_EXPANDED)) is None
    assert expansion_fault(packed(MAX_EXPANDED // 2) * 2) is None
    for pdf in (packed(MAX_EXPANDED + 1), packed(MAX_EXPANDED // 2) * 2 + packed(1)):
        fault = expansion_fault(pdf)
        assert fault is not None
        assert "unpacks to more" in fault.detail


def test_zlib_data_containing_endstream_is_decompressed_to_its_end() -> None:
    """Readers use the stated length, and an uncompressed zlib block may contain any word."""
    packer = zlib.compressobj(0)
    begin = packer.compress(b"endstream endobj") + packer.flush(zlib.Z_FULL_FLUSH)
    bomb = zlib.compressobj(9, zlib.DEFLATED, -15)
    rest = bomb.compress(bytes(MAX_EXPANDED + 1)) + bomb.flush()
    pdf = b"stream\n" + begin + rest + b"\nendstream\n"
    assert b"endstream" in begin
    fault = expansion_fault(pdf)
    assert fault is not None
    assert "unpacks to more" in fault.detail


@pytest.mark.parametrize("blank", [b"", b" ", b"\n", b"\0"])
def test_blanks_in_hexadecimal_do_not_hide_zlib_data(blank: bytes) -> None:
    inner = zlib.compress(bytes(MAX_EXPANDED + 1), 9).hex().encode()
    digits = blank.join(inner[at : at + 60] for at in range(0, len(inner), 60))
    fault = expansion_fault(b"stream\n" + digits + b">\nendstream\n")
    assert fault is not None
    assert "unpacks to more" in fault.detail


def test_shared_zlib_data_is_not_read_beyond_the_limit() -> None:
    """Many streams with little data may share one long part, which each of them reads."""
    blocks = b"\x00\x00\x00\xff\xff" * MEGABYTE  # uncompressed, empty, not the last block
    starts, count = [], 40
    for number in range(count):
        # The header of an uncompressed block that contains all later starts.
        rest = (count - 1 - number) * 24
        head = b"\x00" + rest.to_bytes(2, "little") + (rest ^ 0xFFFF).to_bytes(2, "little")
        starts.append(b"endstream\nstream\n\x78\x9c" + head)
    assert {len(start) for start in starts} == {24}
    fault, most, _ = expanded(b"".join(starts) + blocks)
    assert fault is not None
    assert "unpacks to more" in fault.detail
    assert most < 20 * MEGABYTE


def test_ascii85_is_not_decoded_beyond_the_limit() -> None:
    """In ASCII85 the letter z stands for four zero bytes."""
    fault, most, _ = expanded(b"stream\n" + b"z" * 18 * MEGABYTE + b"~>\nendstream")
    assert fault is not None
    assert "unpacks to more" in fault.detail
    assert most < 40 * MEGABYTE
