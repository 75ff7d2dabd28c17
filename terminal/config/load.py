"""The station's configuration: one strictly typed TOML file, and the problems found in it.

Used by the composition root and `station diagnose`. The file holds no secret. A misspelt key never
falls back to a default silently: every problem names its key and line. `docs/station.example.toml`
is the commented sample.
"""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from devices.health import Fault
from printing.ipp.client import speaks_ipp, wrong_address
from printing.media import media_size, same_size

from .. import faults
from .files import CERTIFICATE_BYTES, read_file
from .problem import ConfigProblem, dotted, mistyped, not_toml, with_mark
from .sections import (
    BAUD_RATES,
    SQUARE,
    CardConfig,
    KeysConfig,
    MaintenanceConfig,
    OperatorsConfig,
    PcscReaderConfig,
    PlatformConfig,
    PrinterConfig,
    ReaderConfig,
    SamvReaderConfig,
    ScreenConfig,
    SealConfig,
    SpeechConfig,
    StateConfig,
    StationConfig,
    TimeoutsConfig,
    TrayConfig,
)
from .toml_lines import Keys, key_lines, line_of

__all__ = [
    "Config",
    "ConfigProblem",
    "Examined",
    "PcscReaderConfig",
    "PrinterConfig",
    "SamvReaderConfig",
    "TimeoutsConfig",
    "examine",
    "load",
]

MOST_BYTES = 256 * 1024
"""Size limit, because a wrong path may name a file of any size. The commented sample has 6 kB."""
BYTE_ORDER_MARK = "\ufeff"


class Config(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole configuration file. The sample has the sections in this order."""

    trial: bool = False
    """If true, this is a trial with real devices and the sandbox as platform. `station sandbox`
    prints this line and the four sections below for it. Every page then says 试用, and no document
    is valid."""
    station: StationConfig
    platform: PlatformConfig
    seal: SealConfig
    keys: KeysConfig = KeysConfig()
    screen: ScreenConfig
    readers: Annotated[tuple[ReaderConfig, ...], Meta(min_length=1)]
    card: CardConfig = CardConfig()
    tray: TrayConfig = TrayConfig()
    printers: Annotated[tuple[PrinterConfig, ...], Meta(min_length=1)]
    timeouts: TimeoutsConfig = TimeoutsConfig()
    speech: SpeechConfig = SpeechConfig()
    maintenance: MaintenanceConfig
    operators: OperatorsConfig = OperatorsConfig()
    state: StateConfig


@dataclass(frozen=True, slots=True)
class Examined:
    """The result of reading a configuration file.

    ``config`` is ``None`` if the file itself cannot be used. ``lines`` finds the line of a key.
    """

    config: Config | None
    problems: tuple[ConfigProblem, ...]
    lines: dict[Keys, int]


def load(path: Path) -> Config | ConfigProblem:
    """Read and check the configuration. Relative paths start at the file's own folder.

    UTF-8, TOML 1.0. Only the first problem in the file itself is reported, but every named file
    that cannot be read (``ConfigProblem.every``).
    """
    examined = examine(path)
    if examined.config is not None and not examined.problems:
        return examined.config
    return ConfigProblem.first_of(examined.problems)


def examine(path: Path) -> Examined:
    """Like ``load``, but also return the configuration if only files that it names are missing."""

    def unusable(problem: ConfigProblem) -> Examined:
        return Examined(None, (problem,), {})

    try:
        raw, _ = read_file(path, MOST_BYTES)
    except OSError as error:
        why = f"{path} cannot be read: {error.strerror}"
        return unusable(ConfigProblem(faults.CONFIG_UNREADABLE, "", None, why))
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return unusable(
            ConfigProblem(faults.CONFIG_NOT_UTF8, "", line, "the file is not UTF-8 text")
        )
    if text.startswith(BYTE_ORDER_MARK):
        return unusable(with_mark(text.removeprefix(BYTE_ORDER_MARK)))
    try:
        data = tomllib.loads(text)
    except ValueError as error:  # also TOMLDecodeError
        return unusable(not_toml(text, str(error)))
    except RecursionError:
        return unusable(not_toml(text, "values are nested too deeply"))
    folder = path.absolute().parent
    lines = key_lines(text)
    if "printer" in data:
        sentence = "printer: a station has any number of printers now: write [[printers]], and name"
        at = line_of(lines, ("printer",))
        return unusable(ConfigProblem(faults.CONFIG_UNKNOWN_KEY, "printer", at, f"{sentence} each"))
    try:
        config = msgspec.convert(data, Config, dec_hook=lambda kind, v: _path(kind, v, folder))
    except msgspec.ValidationError as error:
        return unusable(mistyped(text, str(error), Config))
    wrong = _at_odds(config)
    if wrong is not None:
        fault, keys, sentence = wrong
        return unusable(ConfigProblem(fault, dotted(keys), line_of(lines, keys), sentence))
    missing = _missing_files(config, lines)
    if config.trial and not missing and (wrong := _trial_at_odds(config)) is not None:
        fault, keys, sentence = wrong
        return unusable(ConfigProblem(fault, dotted(keys), line_of(lines, keys), sentence))
    return Examined(config, missing, lines)


def _path(kind: type[Any], value: object, folder: Path) -> Path:
    """Convert a path: msgspec's hook for the one type that it does not support."""
    if kind is not Path:
        raise NotImplementedError(kind)
    if not isinstance(value, str) or not value:
        raise ValueError("Expected the path of a file or folder")
    if any(unicodedata.category(each) == "Cc" for each in value):
        raise ValueError("Expected a path without control characters")
    return folder / value


def _at_odds(config: Config) -> tuple[Fault, Keys, str] | None:
    """Return the first contradiction between keys; ``None`` if there is none."""
    wrong = faults.CONFIG_WRONG_VALUE
    names: set[str] = set()
    for index, reader in enumerate(config.readers):
        if reader.name in names:
            return wrong, ("readers", index, "name"), f"two readers are called {reader.name}"
        names.add(reader.name)
        if isinstance(reader, SamvReaderConfig) and reader.baud not in BAUD_RATES:
            rates = ", ".join(map(str, BAUD_RATES))
            return wrong, ("readers", index, "baud"), f"readers[{index}].baud: one of {rates}"
    for index, printer in enumerate(config.printers):
        if printer.name in names:
            sentence = f"a reader and a printer are called {printer.name}"
            return wrong, ("printers", index, "name"), sentence
        if speaks_ipp(uri := printer.device_uri or "") and (why := wrong_address(uri)):
            return wrong, ("printers", index, "device_uri"), f"printers[{index}].device_uri: {why}"
        if media_size(printer.media) is None:
            sentence = f"printers[{index}].media: {printer.media} does not include a size"
            return wrong, ("printers", index, "media"), sentence
    twin = _twin_readers(config.readers) or _twin_printers(config.printers)
    if twin is not None:
        return wrong, *twin
    screen = config.screen
    if (screen.width_mm < screen.height_mm) != (screen.width_px < screen.height_px):
        return wrong, ("screen", "width_mm"), "screen: pixels and millimetres differ in orientation"
    across, down = screen.width_px / screen.width_mm, screen.height_px / screen.height_mm
    if max(across, down) > SQUARE * min(across, down):
        sentence = f"screen: {across:.2f} pixels a mm across, {down:.2f} down: measure again"
        return wrong, ("screen", "height_mm"), sentence
    if (why_not := _no_host(config.platform.address)) is not None:
        return wrong, ("platform", "address"), f"platform.address: {why_not}"
    return None


def _missing_files(config: Config, lines: dict[Keys, int]) -> tuple[ConfigProblem, ...]:
    """Return a problem for every file that the configuration names and that cannot be read."""
    named: list[tuple[Keys, Path | None]] = [
        (("platform", "ca_file"), config.platform.ca_file),
        *((("printers", i, "ca_file"), each.ca_file) for i, each in enumerate(config.printers)),
    ]
    named += [(("seal", "anchors", i), path) for i, path in enumerate(config.seal.anchors)]
    problems = []
    for keys, path in named:
        if path is not None and (why := _unreadable(path)):
            sentence = f"{dotted(keys)}: {path} cannot be read: {why}"
            line = line_of(lines, keys)
            problems.append(ConfigProblem(faults.CONFIG_FILE_MISSING, dotted(keys), line, sentence))
    return tuple(problems)


def _no_host(address: str) -> str | None:
    """Return why this address has no host to connect to; ``None`` if it has one."""
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises if the port is not a number or too large
    except ValueError as error:
        return str(error)
    return None if parts.hostname else "no host"


def _trial_at_odds(config: Config) -> tuple[Fault, Keys, str] | None:
    """Return a seal anchor for real documents, which a trial installation must not trust."""
    from .trial import production_anchor  # reading certificates is slow to import

    index = production_anchor(config.seal.anchors)
    if index is None:
        return None
    keys: Keys = ("seal", "anchors", index)
    sentence = f"{dotted(keys)}: {config.seal.anchors[index]} is no demonstration authority"
    return faults.CONFIG_WRONG_VALUE, keys, f"{sentence}, and a trial trusts no other"


def _twin_readers(readers: tuple[ReaderConfig, ...]) -> tuple[Keys, str] | None:
    """Return two readers that would both claim the cards of one PC/SC reader."""
    for index, reader in enumerate(readers):
        for other in readers[:index]:
            if not (isinstance(reader, PcscReaderConfig) and isinstance(other, PcscReaderConfig)):
                continue
            if reader.match in other.match or other.match in reader.match:
                sentence = f"the readers {other.name} and {reader.name} match the same PC/SC reader"
                return ("readers", index, "match"), sentence
    return None


def _twin_printers(printers: tuple[PrinterConfig, ...]) -> tuple[Keys, str] | None:
    """Return two printers with the same name, queue or paper: a document could go to either."""
    for index, printer in enumerate(printers):
        for other in printers[:index]:
            if printer.name == other.name:
                return ("printers", index, "name"), f"two printers are called {printer.name}"
            if printer.queue == other.queue:
                return ("printers", index, "queue"), f"two printers have the queue {printer.queue}"
            mine, yours = media_size(printer.media), media_size(other.media)
            if mine is not None and yours is not None and same_size(mine, yours):
                sentence = f"the printers {other.name} and {printer.name} have one size of paper"
                return ("printers", index, "media"), sentence
    return None


def _unreadable(path: Path) -> str | None:
    try:
        read_file(path, CERTIFICATE_BYTES)
    except OSError as error:
        return error.strerror or type(error).__name__
    return None
