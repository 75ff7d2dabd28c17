"""Invalid configuration files, and files that they name: an error with code 78, never a hang."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from terminal.config.files import read_file
from terminal.config.keys import Keys, load_keys
from terminal.config.load import MOST_BYTES, Config, ConfigProblem, load
from terminal.config.toml_lines import key_lines
from tests.terminal.config_world import SAMPLE, Edit, line_with

HANG_S = 10.0
"""Reading a small file takes milliseconds; a test that waits this long hangs."""


def problem(path: Path) -> ConfigProblem:
    """Return the problem that `load` finds; fail if it hangs."""
    found: list[Config | ConfigProblem] = []
    loading = threading.Thread(target=lambda: found.append(load(path)), daemon=True)
    loading.start()
    loading.join(HANG_S)
    assert found, f"load hangs on {path}"
    assert isinstance(found[0], ConfigProblem)
    return found[0]


# -- the file itself -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda path: None, "No such file"),
        (Path.mkdir, "Is a directory"),
        (os.mkfifo, "not a regular file"),
        (lambda path: path.symlink_to("/dev/zero"), "not a regular file"),
        (lambda path: path.symlink_to("/dev/tty"), "not a regular file"),
        (lambda path: path.symlink_to(path), "Too many levels"),
        (lambda path: path.write_bytes(b"#" * (MOST_BYTES + 1)), "larger than"),
    ],
    ids=["absent", "folder", "pipe", "endless", "console", "loop", "too large"],
)
def test_unsuitable_file_is_refused_at_once(
    tmp_path: Path, make: Callable[[Path], object], word: str
) -> None:
    path = tmp_path / "station.toml"
    make(path)
    found = problem(path)
    assert (found.code, found.line) == ("SYS-101", None)
    assert word in found.sentence
    assert str(path) in found.sentence


def test_file_of_the_maximum_size_is_read(folder: Path) -> None:
    text = SAMPLE.read_bytes()
    path = folder / "station.toml"
    path.write_bytes(text + b"\n#" + b"x" * (MOST_BYTES - len(text) - 2))
    assert isinstance(load(path), Config)


@pytest.mark.parametrize("name", ["no\0name", "n" * 300])
def test_impossible_file_name_is_reported(tmp_path: Path, name: str) -> None:
    assert problem(tmp_path / name).code == "SYS-101"


def test_undecodable_file_name_is_shown_escaped(tmp_path: Path) -> None:
    found = problem(tmp_path / "gb\udcce\udcf1.toml")
    assert found.code == "SYS-101"
    assert "gb\\udcce\\udcf1.toml" in str(found)
    str(found).encode("utf-8")


@pytest.mark.parametrize(
    ("data", "code", "line", "key"),
    [
        (b"\xef\xbb\xbf[station]\n", "SYS-103", 1, "station"),
        (b'\xef\xbb\xbfid = "x"\n', "SYS-103", 1, "id"),
        (b"\xef\xbb\xbf# words\n", "SYS-103", 1, ""),
        (b"\xef\xbb\xbf", "SYS-103", 1, ""),
        (b"\xff\xfe[\0s\0]\0", "SYS-102", 1, ""),
        (b"\xfe\xff\0[\0s\0]", "SYS-102", 1, ""),
        (b"[station]\n\nid = '\xb7'\n", "SYS-102", 3, ""),
        (b"[station]\nid = 'a\0b'\n", "SYS-103", 2, "id"),
        (b"[station]\nid = 'a\x1bb'\n", "SYS-103", 2, "id"),
        (b"[station]\n\x0cid = 'a'\n", "SYS-103", 2, "id"),
        (b"[station]\nid = 'a\x7f'\n", "SYS-103", 2, "id"),
        (b"[station]\rid = 'a'\n", "SYS-103", 1, "station"),
        (b"[station\n", "SYS-103", 1, ""),
        (b"id = " + b"9" * 5000, "SYS-103", None, ""),
        (b"id = " + b"[" * 5000 + b"]" * 5000, "SYS-103", None, ""),
        (b"id = '\\ud800'\n[station]\nid = \"\\ud800\"", "SYS-103", 3, "id"),
        (b"id = 1979-13-45\n", "SYS-103", 1, "id"),
        (b"", "SYS-105", None, "station"),
    ],
)
def test_invalid_toml_is_reported_with_key_and_line(
    tmp_path: Path, data: bytes, code: str, line: int | None, key: str
) -> None:
    path = tmp_path / "station.toml"
    path.write_bytes(data)
    found = problem(path)
    assert (found.code, found.line, found.key) == (code, line, key)
    assert str(found).isprintable()


def test_byte_order_mark_is_reported(folder: Path) -> None:
    path = folder / "station.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SAMPLE.read_bytes())
    assert "byte order mark" in problem(path).sentence


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=some.data())
def test_no_corrupted_sample_raises(folder: Path, data: some.DataObject) -> None:
    text = bytearray(SAMPLE.read_bytes())
    for _ in range(data.draw(some.integers(1, 4))):
        at = data.draw(some.integers(0, len(text)))
        piece = data.draw(
            some.one_of(
                some.binary(min_size=1, max_size=3),
                some.sampled_from([b"\0", b'"', b"'''", b'"""', b"[", b"]", b"{", b"#", b"\n"]),
            )
        )
        text[at : at + data.draw(some.integers(0, 40))] = piece
    path = folder / "station.toml"
    path.write_bytes(text)
    found = load(path)
    assert isinstance(found, Config) or str(found).isprintable()


def test_lines_of_a_long_array_are_found_quickly() -> None:
    """Parsing a long array again for each of its lines made 20 000 lines take hours."""
    text = "a = [\n" + "  1, # ]\n" * 20_000 + "]\nb = 2\n"
    found: list[dict[tuple[str | int, ...], int]] = []
    reading = threading.Thread(target=lambda: found.append(key_lines(text)), daemon=True)
    reading.start()
    reading.join(HANG_S)
    assert found == [{("a",): 1, ("b",): 20_003}]


def test_lines_are_found_after_misleading_strings() -> None:
    text = '\n'.join(
        [
            "a = '''",  # 1
            'b = """',
            "[c] ''''",
            'd = """x\\"""',  # 4
            '"""""',
            "e = '#[' # [",  # 6
            'f = ["]", {g = "}"}, [',  # 7
            "]]",
            "[h.'i#j']",  # 9
            '"k\\"l" = 1',  # 10
        ]
    )  # fmt: skip
    assert key_lines(text) == {
        ("a",): 1, ("d",): 4, ("e",): 6, ("f",): 7, ("h",): 9, ("h", "i#j"): 9,
        ("h", "i#j", 'k"l'): 10,
    }  # fmt: skip


# -- values --------------------------------------------------------------------------------------

PATHS = [
    ('ca_file = "platform-ca.pem"', "platform.ca_file"),
    ('anchors = ["seal-root.pem"]', "seal.anchors[0]"),
    ('directory = "/var/lib/station"', "state.directory"),
    ('# directory = "/etc/station/keys"', "keys.directory"),
    ('# ca_file = "printer-ca.pem"', "printers[0].ca_file"),
]


@pytest.mark.parametrize("bad", ["\\u0000", "\\n", "\\u001b", "\\u007f", "\\u0085", "\\t"])
@pytest.mark.parametrize(("old", "key"), PATHS)
def test_control_character_in_a_path_is_reported_with_its_line(
    edit: Edit, folder: Path, old: str, key: str, bad: str
) -> None:
    start, _, rest = old.removeprefix("# ").partition('"')
    new = f'{start}"a{bad}{rest}'
    found = edit(old, new)
    assert isinstance(found, ConfigProblem)
    assert (found.code, found.key) == ("SYS-106", key)
    assert found.line == line_with(new, folder / "station.toml")
    assert str(found).isprintable()


@pytest.mark.parametrize(
    "bad", ["\\u0000", "\\n", "\\u001b", "\\u2028", "\\u202e", "\\u2067", "\\ufeff", "\\u0085"]
)
@pytest.mark.parametrize(
    ("old", "key"),
    [
        ('name = "24小时', "station.name"),
        ('place = "某某', "station.place"),
        ('match = "', "readers[1].match"),
        ('port = "/dev/', "readers[0].port"),
        ('device_uri = "ipp://', "printers[0].device_uri"),
        ('address = "https://', "platform.address"),
        ('app_id = "', "platform.app_id"),
        ('queue = "', "printers[0].queue"),
    ],
)
def test_invisible_character_is_refused_in_every_text(
    edit: Edit, folder: Path, old: str, key: str, bad: str
) -> None:
    found = edit(old, f"{old}{bad}")
    assert isinstance(found, ConfigProblem)
    assert (found.code, found.key) == ("SYS-106", key)
    assert found.line == line_with(old, folder / "station.toml")


@pytest.mark.parametrize("host", ["[", "[::1", "host:port", "host:70000", ":443", "[zz]"])
def test_address_without_a_host_is_reported_with_its_line(
    edit: Edit, folder: Path, host: str
) -> None:
    found = edit("https://platform.example/", f"https://{host}/")
    assert isinstance(found, ConfigProblem)
    assert (found.code, found.key) == ("SYS-106", "platform.address")
    assert found.line == line_with("address =", folder / "station.toml")


# -- the files that it names ---------------------------------------------------------------------


@pytest.fixture
def several(folder: Path) -> Path:
    """A configuration that names four missing files."""
    text = SAMPLE.read_text(encoding="utf-8")
    text = text.replace('["seal-root.pem"]', '["one.pem", "two.pem"]')
    text = text.replace('"platform-ca.pem"', '"three.pem"').replace("# ca_file", "ca_file")
    path = folder / "station.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_all_missing_files_are_reported_together(several: Path) -> None:
    found = problem(several)
    assert [(each.code, each.key) for each in found.every] == [
        ("SYS-107", "platform.ca_file"),
        ("SYS-107", "printers[0].ca_file"),
        ("SYS-107", "seal.anchors[0]"),
        ("SYS-107", "seal.anchors[1]"),
    ]
    lines = [each.line for each in found.every]
    assert lines == [
        line_with("three.pem", several), line_with("printer-ca.pem", several),
        line_with("one.pem", several), line_with("two.pem", several),
    ]  # fmt: skip
    for each in found.every:
        assert "No such file" in each.sentence
        assert each.more == ()


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (Path.mkdir, "Is a directory"),
        (os.mkfifo, "not a regular file"),
        (lambda path: path.symlink_to("/dev/zero"), "not a regular file"),
        (lambda path: path.write_bytes(bytes(1024 * 1024 + 1)), "larger than"),
    ],
    ids=["folder", "pipe", "endless", "too large"],
)
def test_unsuitable_certificate_file_is_not_read(
    edit: Edit, folder: Path, make: Callable[[Path], object], word: str
) -> None:
    make(folder / "other.pem")
    text = SAMPLE.read_text(encoding="utf-8").replace("seal-root.pem", "other.pem")
    path = folder / "station.toml"
    path.write_text(text, encoding="utf-8")
    found = problem(path)
    assert (found.code, found.key) == ("SYS-107", "seal.anchors[0]")
    assert word in found.sentence


def test_both_missing_keys_are_reported_together(edit: Edit, folder: Path) -> None:
    config = edit('# directory = "/etc/station/keys"', 'directory = "keys"')
    assert isinstance(config, Config)
    found = load_keys(config, {})
    assert isinstance(found, ConfigProblem)
    assert [each.key for each in found.every] == ["keys.request-key", "keys.token-key"]


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero"), Path.mkdir])
def test_unsuitable_key_file_is_not_read(
    edit: Edit, folder: Path, make: Callable[[Path], object]
) -> None:
    config = edit('# directory = "/etc/station/keys"', 'directory = "keys"')
    assert isinstance(config, Config)
    (folder / "keys").mkdir()
    for name in ("request-key", "token-key"):
        make(folder / "keys" / name)
    found: list[Keys | ConfigProblem] = []
    reading = threading.Thread(target=lambda: found.append(load_keys(config, {})), daemon=True)
    reading.start()
    reading.join(HANG_S)
    assert isinstance(found[0], ConfigProblem)
    assert [each.code for each in found[0].every] == ["SYS-108"] * 2


@pytest.mark.parametrize("name", ["a\0b", "gb\udcce", "n" * 300])
def test_odd_credentials_folder_name_is_reported_as_missing_keys(edit: Edit, name: str) -> None:
    config = edit("[state]", "[state]")
    assert isinstance(config, Config)
    found = load_keys(config, {"CREDENTIALS_DIRECTORY": f"/run/{name}"})
    assert isinstance(found, ConfigProblem)
    assert {each.code for each in found.every} == {"SYS-108"}


def test_file_is_read_only_up_to_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 100)
    assert read_file(path, 100)[0] == b"x" * 100
    with pytest.raises(OSError, match="larger than 99 bytes"):
        read_file(path, 99)
