"""The search for leaked personal data finds hidden data in every encoding and container.

Without this proof, its silence after a journey would mean nothing.
"""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import json
import lzma
import os
import random
import socket
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest

from devices.identity import Assurance, CardKind, Identity, PersonalRecord
from printing.documents import TestPage, render
from printing.faults import PAPER_OUT
from printing.ipp.codec import Attribute, Group, Message, Tag, Value, encode
from printing.outcome import Evidence, Outcome
from printing.printer import JobRecord, JobStage
from terminal.journal.journal import Journal
from terminal.platform.wire import HelpReason
from terminal.session.model import EndReason
from tests.leaks import Kind, Leak, encodings, find_leaks

NAME, NUMBER = "𠮷㛃䶮𬀩", "100101196207180321"
OTHERS = ["王建明", "100101195803120216"]
SECRET = f"name={NAME};number={NUMBER};".encode()


def hidden(tmp_path: Path, data: bytes, name: str = "file") -> list[Leak]:
    """Return what the search finds in a file of ``data``; it must not find another person."""
    folder = tmp_path / "root" / "deep" / ".hidden"
    folder.mkdir(parents=True)
    (folder / name).write_bytes(data)
    assert [each for each in find_leaks([tmp_path], OTHERS) if each.kind is Kind.DATA] == []
    return find_leaks([tmp_path], [NAME, NUMBER])


def needles(found: list[Leak]) -> set[str]:
    return {each.needle for each in found if each.kind is Kind.DATA}


@pytest.mark.parametrize("needle", [NAME, NUMBER, "阿卜杜热合曼·买买提明·阿卜拉"])
def test_every_encoding_is_found(tmp_path: Path, needle: str) -> None:
    for number, (encoding, raw) in enumerate(encodings(needle).items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "log").write_bytes(b"\x01 before: " + raw + b" after\n")
        found = find_leaks([folder], [needle])
        assert Leak(folder / "log", Kind.DATA, needle, encoding) in found, encoding


@pytest.mark.parametrize(
    "written",
    [
        b"\xe7\x8e\x8b\xe5\xbb\xba\xe6\x98\x8e",
        b"\x8b\x73\xfa\x5e\x0e\x66",
        b"\x73\x8b\x5e\xfa\x66\x0e",
        b"\xcd\xf5\xbd\xa8\xc3\xf7",
        b"e78e8be5bbbae6988e",
        b"<FEFF738B5EFA660E>",
        b"546L5bu65piO",
        b"IOeOi+W7uuaYjiA=",  # with a space on each side
        b"%E7%8E%8B%E5%BB%BA%E6%98%8E",
        b"%e7%8e%8b%e5%bb%ba%e6%98%8e",
        b"%CD%F5%BD%A8%C3%F7",
        rb'"\u738b\u5efa\u660e"',
        rb"b'\xe7\x8e\x8b\xe5\xbb\xba\xe6\x98\x8e'",
        rb"\347\216\213\345\273\272\346\230\216",
        b"&#29579;&#24314;&#26126;",
        b"&#x738b;&#x5efa;&#x660e;",
        b"\xc3\xa7\xc2\x8e\xc2\x8b\xc3\xa5\xc2\xbb\xc2\xba\xc3\xa6\xc2\x98\xc2\x8e",
    ],
)
def test_name_written_by_other_programs_is_found(tmp_path: Path, written: bytes) -> None:
    (tmp_path / "log").write_bytes(b"\xff, " + written + b", \xff")
    assert needles(find_leaks([tmp_path], ["王建明"])) == {"王建明"}
    assert find_leaks([tmp_path], ["李秀英"]) == []


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "gb18030"])
@pytest.mark.parametrize("before", ["", "x", "xy", "xyz"])
def test_needle_is_found_anywhere_in_base64_and_hex(
    tmp_path: Path, codec: str, before: str
) -> None:
    # A run too short to be decoded as base64: only the encoded needle itself can be found.
    text = f"{before}王".encode(codec)
    for number, raw in enumerate(
        [base64.b64encode(text), base64.urlsafe_b64encode(text), text.hex().encode()]
    ):
        (tmp_path / str(number)).write_bytes(raw)
    paths = {each.path.name for each in find_leaks([tmp_path], ["王"])}
    # In base64 a single character may share its first and last letter with its neighbours.
    assert "2" in paths
    long = f"{before}{NAME}".encode(codec)
    (tmp_path / "long").write_bytes(b"id=" + base64.b64encode(long)[:-4] + b"....")
    assert "long" in {each.path.name for each in find_leaks([tmp_path], [NAME[:2]])}


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def zipped(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.txt", data * 20)
    return out.getvalue()


def in_json(data: bytes) -> bytes:
    return json.dumps({"document": base64.b64encode(gzip.compress(data)).decode()}).encode()


def mime(data: bytes) -> bytes:
    return base64.encodebytes(zlib.compress(data + os.urandom(200)))


@pytest.mark.parametrize(
    "container",
    [
        gzip.compress,
        zlib.compress,
        deflated,
        zipped,
        bz2.compress,
        in_json,
        mime,
        bytes.hex,
        base64.b64encode,
        base64.urlsafe_b64encode,
        lambda data: lzma.compress(data * 20),
        lambda data: gzip.compress(gzip.compress(data)),
        lambda data: zlib.compress(data).hex(),
        lambda data: gzip.compress(data * 50)[:-12],
        lambda data: b"log line\n" + gzip.compress(data) + b"\nmore",
        lambda data: zlib.compress(data, 1),
        lambda data: zlib.compress(data, 9),
    ],
)
def test_every_container_is_searched(
    tmp_path: Path, container: Callable[[bytes], bytes | str]
) -> None:
    packed = container(SECRET)
    data = packed.encode() if isinstance(packed, str) else packed
    assert SECRET not in data
    assert needles(hidden(tmp_path, data)) == {NAME, NUMBER}


@pytest.mark.parametrize(
    "packed",
    [
        lambda: zlib.compress(SECRET),
        lambda: gzip.compress(SECRET),
        lambda: base64.b64encode(zlib.compress(SECRET)),
        lambda: base64.urlsafe_b64encode(zlib.compress(SECRET)),
        lambda: zlib.compress(SECRET).hex().encode(),
    ],
)
def test_packed_data_is_found_among_other_bytes(
    tmp_path: Path, packed: Callable[[], bytes]
) -> None:
    chance = random.Random(5)
    for length in range(200):
        # Letters and stream headers that start just before it, among random bytes.
        noise = bytes(chance.choice(b"xX\x08\x9ca0/_-\x1f\x8b\0%P") for _ in range(length))
        (tmp_path / "file").write_bytes(noise + packed() + noise)
        assert needles(find_leaks([tmp_path], [NAME, NUMBER])) == {NAME, NUMBER}, length


def chunk(kind: bytes, data: bytes) -> bytes:
    """A PNG chunk (ISO/IEC 15948, 5.3)."""
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


@pytest.mark.parametrize(
    "text",
    [
        chunk(b"tEXt", b"Comment\0" + SECRET),
        chunk(b"zTXt", b"Comment\0\0" + zlib.compress(SECRET)),
        chunk(b"iTXt", b"Title\0\0\0zh\0\0" + SECRET),
        chunk(b"iTXt", b"Title\0\1\0zh\0\0" + zlib.compress(SECRET)),
    ],
)
def test_texts_of_a_picture_are_searched(tmp_path: Path, text: bytes) -> None:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\0\0"))
    png = b"\x89PNG\r\n\x1a\n" + header + text + pixels + chunk(b"IEND", b"")
    assert needles(hidden(tmp_path, png, "page.png")) == {NAME, NUMBER}


def test_cups_control_file_is_searched(tmp_path: Path) -> None:
    """cupsd stores a job's attributes as an IPP message (RFC 8010)."""
    job = Group(
        Tag.JOB,
        (
            Attribute("job-name", (Value(Tag.NAME, f"参保证明-{NAME}"),)),
            Attribute("job-originating-user-name", (Value(Tag.NAME, NUMBER),)),
        ),
    )
    control = encode(Message(code=0, request_id=1, groups=(job,)))
    assert needles(hidden(tmp_path, control, "c00001")) == {NAME, NUMBER}


def with_stream(document: pikepdf.Pdf) -> None:
    document.Root.Note = pikepdf.Stream(document, SECRET)


def with_info(document: pikepdf.Pdf) -> None:
    document.docinfo["/Title"] = f"{NAME} {NUMBER}"


def with_string_in_array(document: pikepdf.Pdf) -> None:
    document.Root.Note = pikepdf.Array([pikepdf.Dictionary(A=f"{NAME} {NUMBER}")])


@pytest.mark.process
@pytest.mark.parametrize("seed", [with_stream, with_info, with_string_in_array])
@pytest.mark.parametrize("objects", list(pikepdf.ObjectStreamMode))
def test_all_parts_of_a_pdf_are_searched(
    tmp_path: Path, seed: Callable[[pikepdf.Pdf], None], objects: pikepdf.ObjectStreamMode
) -> None:
    document = pikepdf.new()
    document.add_blank_page()
    seed(document)
    out = io.BytesIO()
    document.save(out, object_stream_mode=objects, compress_streams=True)
    found = hidden(tmp_path, out.getvalue(), "d00001-001")
    assert needles(found) == {NAME, NUMBER}
    assert Kind.DOCUMENT in {each.kind for each in found}


@pytest.fixture(scope="module")
def typeset() -> bytes:
    """A typeset page with font subsets: the name is glyph numbers in a compressed stream."""
    at = datetime(2026, 11, 21, tzinfo=UTC)
    pdf = render(TestPage(station=NAME, printed_at=at, lines=[("号码", NUMBER)]), sample=True)
    assert isinstance(pdf, bytes)
    for pattern in encodings(NAME).values():
        assert pattern not in pdf
    return pdf


@pytest.mark.process
@pytest.mark.parametrize(
    "container",
    [bytes, gzip.compress, base64.b64encode, lambda pdf: b"POST / HTTP/1.1\r\n\r\n" + pdf],
)
def test_typeset_page_is_found_in_any_container(
    tmp_path: Path, typeset: bytes, container: Callable[[bytes], bytes]
) -> None:
    found = hidden(tmp_path, container(typeset))
    assert needles(found) == {NAME, NUMBER}
    assert Kind.DOCUMENT in {each.kind for each in found}


@pytest.mark.process
def test_any_document_is_reported(tmp_path: Path, typeset: bytes) -> None:
    (tmp_path / "whole").write_bytes(typeset)
    (tmp_path / "cut").write_bytes(typeset[:400])
    (tmp_path / "raster").write_bytes(b"RaS2" + bytes(100))
    (tmp_path / "innocent").write_bytes(b"a comment on %PDF-files")
    found = find_leaks([tmp_path], OTHERS)
    assert {each.path.name for each in found} == {"whole", "cut", "raster"}
    assert {each.kind for each in found} == {Kind.DOCUMENT}


def test_database_log_and_deleted_rows_are_searched(tmp_path: Path) -> None:
    folder = tmp_path / "db"
    folder.mkdir()
    connection = sqlite3.connect(folder / "x.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute('CREATE TABLE "odd "" table" (a BLOB, b)')
    connection.execute(
        'INSERT INTO "odd "" table" VALUES (?, ?)', (gzip.compress(NAME.encode()), int(NUMBER))
    )
    found = find_leaks([folder], [NAME, NUMBER])
    assert needles(found) == {NAME, NUMBER}
    assert any(each.how.startswith('sqlite odd " table.b') for each in found)
    connection.close()
    folder = tmp_path / "deleted"
    folder.mkdir()
    connection = sqlite3.connect(folder / "x.db", isolation_level=None)
    connection.execute("PRAGMA secure_delete = OFF")  # Debian enables it by default
    connection.execute("CREATE TABLE t (x)")
    connection.executemany("INSERT INTO t VALUES (?)", [(NAME,), ("other",)])
    connection.execute("DELETE FROM t WHERE x <> 'other'")
    connection.close()
    assert needles(find_leaks([folder], [NAME])) == {NAME}


def test_names_of_files_folders_and_links_are_searched(tmp_path: Path) -> None:
    (tmp_path / f"print-{NUMBER}.tmp").touch()
    (tmp_path / NAME).mkdir()
    (tmp_path / "link").symlink_to(f"/nowhere/{NAME}")
    found = find_leaks([tmp_path], [NAME, NUMBER])
    assert {each.path.name for each in found} == {f"print-{NUMBER}.tmp", NAME, "link"}


def test_special_files_do_not_block_the_search(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        assert find_leaks([tmp_path], [NAME]) == []
    (tmp_path / "loop").symlink_to(tmp_path)
    assert find_leaks([tmp_path], [NAME]) == []


def test_root_may_be_a_file_or_a_link(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(SECRET)
    (tmp_path / "link").symlink_to("log")
    assert needles(find_leaks([tmp_path / "log"], [NAME])) == {NAME}
    assert needles(find_leaks([tmp_path / "link"], [NAME])) == {NAME}


def test_search_that_cannot_find_anything_is_refused(tmp_path: Path) -> None:
    for roots, wanted in (([tmp_path], []), ([tmp_path], [""]), ([tmp_path / "absent"], [NAME])):
        with pytest.raises(ValueError, match=r"nothing to search|not there"):
            find_leaks(roots, wanted)


def test_journal_of_a_visit_contains_no_personal_data(tmp_path: Path) -> None:
    """The token represents the person and cannot be computed without its key."""
    journal = Journal.open(tmp_path / "journal", b"k" * 32)
    assert isinstance(journal, Journal)
    record = PersonalRecord(
        CardKind.RESIDENT_ID, name=NAME, id_number=NUMBER, card_number="A10010033"
    )
    identity = Identity(record, Assurance.CARD_SECURE)
    journal.visit_began("ab", journal.token(identity))
    journal.issue_asked("ab-0", "ab", "100101-SI-0101")
    journal.issued("ab-0", "SI-1")
    journal.print_planned("ab-1", "ab-0")
    journal.record(JobRecord("ab-1", JobStage.CLOSED, 1, "station", "100101-SI-0101"))
    journal.outcome_known("ab-1", "SI-1", Outcome.PRINTED, 1, Evidence.DEVICE_IMPRESSIONS)
    journal.help_called("cd", HelpReason.FAULT, "Printing", "PRN-104")
    journal.fault(PAPER_OUT, "Printing")
    journal.visit_ended("ab", EndReason.DONE)
    assert find_leaks([tmp_path], [NAME, NUMBER, "A10010033", NUMBER[6:14]]) == []
    journal.fault(PAPER_OUT.with_detail(f"for {NUMBER}"))  # a fault that leaks a number
    assert needles(find_leaks([tmp_path], [NAME, NUMBER])) == {NUMBER}
    journal.close()
