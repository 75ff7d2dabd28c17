"""The station's configuration: one TOML file, strictly typed, and what is wrong with it.

For the composition root and `station diagnose`. It never holds a secret, and a misspelt key is
never a default taken in silence: every problem names key and line. `docs/station.example.toml`
is the commented sample.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from devices.health import Fault
from printing.ipp.client import speaks_ipp, wrong_address
from printing.media import media_size, same_size

from . import faults
from .config_parts import (
    BAUD_RATES,
    SQUARE,
    CardConfig,
    CardSide,
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
)
from .config_problem import ConfigProblem, dotted, mistyped, not_toml
from .toml_lines import Keys, key_lines, line_of

__all__ = [
    "EX_CONFIG",
    "CardSide",
    "Config",
    "ConfigProblem",
    "PcscReaderConfig",
    "PrinterConfig",
    "SamvReaderConfig",
    "TimeoutsConfig",
    "load",
]

EX_CONFIG = 78
"""Exit code of a command that cannot use its configuration (sysexits.h)."""


class Config(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    station: StationConfig
    screen: ScreenConfig
    readers: Annotated[tuple[ReaderConfig, ...], Meta(min_length=1)]
    printers: Annotated[tuple[PrinterConfig, ...], Meta(min_length=1)]
    platform: PlatformConfig
    seal: SealConfig
    maintenance: MaintenanceConfig
    state: StateConfig
    card: CardConfig = CardConfig()
    timeouts: TimeoutsConfig = TimeoutsConfig()
    speech: SpeechConfig = SpeechConfig()
    keys: KeysConfig = KeysConfig()
    operators: OperatorsConfig = OperatorsConfig()


def load(path: Path) -> Config | ConfigProblem:
    """Read and check the configuration; relative paths in it start at the file's own folder.

    UTF-8, TOML 1.0. Only the first problem is told. Commands exit with ``EX_CONFIG`` for one.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        why = f"{path} cannot be read: {error.strerror}"
        return ConfigProblem(faults.CONFIG_UNREADABLE, "", None, why)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return ConfigProblem(faults.CONFIG_NOT_UTF8, "", line, "the file is not UTF-8 text")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return not_toml(text, str(error))
    folder = path.absolute().parent
    if "printer" in data:
        sentence = "printer: a station has any number of printers now: write [[printers]], and name"
        at = line_of(key_lines(text), ("printer",))
        return ConfigProblem(faults.CONFIG_UNKNOWN_KEY, "printer", at, f"{sentence} each")
    try:
        config = msgspec.convert(data, Config, dec_hook=lambda kind, v: _path(kind, v, folder))
    except msgspec.ValidationError as error:
        return mistyped(text, str(error), Config)
    wrong = _at_odds(config)
    if wrong is None:
        return config
    fault, keys, sentence = wrong
    return ConfigProblem(fault, dotted(keys), line_of(key_lines(text), keys), sentence)


def _path(kind: type[Any], value: object, folder: Path) -> Path:
    """msgspec's hook for the one type it does not know."""
    if kind is not Path:
        raise NotImplementedError(kind)
    if not isinstance(value, str) or not value:
        raise ValueError("Expected the path of a file or folder")
    return folder / value


def _at_odds(config: Config) -> tuple[Fault, Keys, str] | None:
    """What no single value shows: keys that contradict each other, files that are not there."""
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
            sentence = f"printers[{index}].media: {printer.media} tells no size"
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
    named: list[tuple[Keys, Path | None]] = [
        (("platform", "ca_file"), config.platform.ca_file),
        *((("printers", i, "ca_file"), each.ca_file) for i, each in enumerate(config.printers)),
    ]
    named += [(("seal", "anchors", i), path) for i, path in enumerate(config.seal.anchors)]
    for keys, path in named:
        if path is not None and (why := _unreadable(path)):
            sentence = f"{dotted(keys)}: {path} cannot be read: {why}"
            return faults.CONFIG_FILE_MISSING, keys, sentence
    return None


def _twin_readers(readers: tuple[ReaderConfig, ...]) -> tuple[Keys, str] | None:
    """Two that would both take one PC/SC reader's cards for themselves."""
    for index, reader in enumerate(readers):
        for other in readers[:index]:
            if not (isinstance(reader, PcscReaderConfig) and isinstance(other, PcscReaderConfig)):
                continue
            if reader.match in other.match or other.match in reader.match:
                sentence = f"the readers {other.name} and {reader.name} match the same PC/SC reader"
                return ("readers", index, "match"), sentence
    return None


def _twin_printers(printers: tuple[PrinterConfig, ...]) -> tuple[Keys, str] | None:
    """Two of one name, of one queue, or of one paper: a document could go to either."""
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
        with path.open("rb") as file:
            file.read(1)
    except OSError as error:
        return error.strerror or type(error).__name__
    return None
