"""The two secret keys: loaded from the right place, refused wherever others could read them."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from terminal.config.keys import Keys, load_keys
from terminal.config.load import Config, load
from terminal.config.problem import ConfigProblem

SAMPLE = Path(__file__).parents[3] / "docs" / "station.example.toml"
REQUEST, TOKEN = bytes(range(32)), bytes(range(100, 140))


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """The sample configuration, with its own folders for state and keys."""
    for name in ("platform-ca.pem", "seal-root.pem"):
        (tmp_path / name).write_text("pem")
    path = tmp_path / "station.toml"
    path.write_text(
        SAMPLE.read_text(encoding="utf-8")
        .replace('"/var/lib/station"', '"state"')
        .replace('# directory = "/etc/station/keys"', 'directory = "keys"'),
        encoding="utf-8",
    )
    config = load(path)
    assert isinstance(config, Config)
    config.state.directory.mkdir()
    return config


def with_keys_in(config: Config, directory: Path | None) -> Config:
    keys = msgspec.structs.replace(config.keys, directory=directory)
    return msgspec.structs.replace(config, keys=keys)


def write_keys(folder: Path, mode: int = 0o600) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, key in (("request-key", REQUEST), ("token-key", TOKEN)):
        (folder / name).write_text(key.hex() + "\n")
        (folder / name).chmod(mode)


def refused(config: Config, environ: dict[str, str] | None = None) -> tuple[str, str]:
    problem = load_keys(config, environ or {})
    assert isinstance(problem, ConfigProblem)
    for key in (REQUEST, TOKEN):
        assert key.hex() not in str(problem)
    return problem.code, problem.key


def test_keys_readable_only_by_their_owner_are_loaded(config: Config, tmp_path: Path) -> None:
    write_keys(tmp_path / "keys")
    keys = load_keys(config, {})
    assert keys == Keys(REQUEST, TOKEN)
    assert REQUEST.hex() not in repr(keys)
    assert repr(REQUEST) not in repr(keys)


def test_systemd_credentials_have_priority(config: Config, tmp_path: Path) -> None:
    write_keys(tmp_path / "credentials", 0o440)
    assert load_keys(config, {"CREDENTIALS_DIRECTORY": str(tmp_path / "credentials")}) == Keys(
        REQUEST, TOKEN
    )


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_key_file_open_to_others_is_refused(config: Config, tmp_path: Path, mode: int) -> None:
    write_keys(tmp_path / "keys")
    (tmp_path / "keys" / "token-key").chmod(mode)
    assert refused(config) == ("SYS-109", "keys.token-key")


def test_key_in_the_state_directory_is_refused(config: Config, tmp_path: Path) -> None:
    inside = config.state.directory / "keys"
    write_keys(inside)
    within = msgspec.structs.replace(
        config, keys=msgspec.structs.replace(config.keys, directory=inside)
    )
    assert refused(within)[0] == "SYS-109"
    assert refused(config, {"CREDENTIALS_DIRECTORY": str(inside)})[0] == "SYS-109"
    (tmp_path / "keys").mkdir()
    for name in ("request-key", "token-key"):
        (tmp_path / "keys" / name).symlink_to(inside / name)
    assert refused(config)[0] == "SYS-109"


def test_missing_short_or_non_hexadecimal_key_is_refused(config: Config, tmp_path: Path) -> None:
    assert refused(config) == ("SYS-108", "keys.request-key")
    write_keys(tmp_path / "keys")
    (tmp_path / "keys" / "token-key").write_text("ab" * 31)
    assert refused(config) == ("SYS-108", "keys.token-key")
    (tmp_path / "keys" / "token-key").write_bytes(TOKEN)
    assert refused(config) == ("SYS-108", "keys.token-key")


def test_unset_key_folder_is_reported(config: Config) -> None:
    nowhere = msgspec.structs.replace(
        config, keys=msgspec.structs.replace(config.keys, directory=None)
    )
    assert refused(nowhere) == ("SYS-108", "keys.directory")
