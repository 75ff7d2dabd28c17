"""A trial installation: a real reader and printer on a platform whose documents are not valid.

Used by the configuration, `station run` and `station diagnose`. A trial trusts demonstration
authorities only, and a station in service never continues its journal.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from cryptography import x509

from printing.seal import DEMONSTRATION_MARK

from .. import faults
from ..journal.file import sync_folder
from .anchors import certificates
from .problem import ConfigProblem

MARK_FILE = "trial"
"""Name of the file that marks the state directory of a trial."""
_MARK = "This directory belongs to a trial: its journal counts papers that are worth nothing.\n"


def demonstrates(certificate: x509.Certificate) -> bool:
    """Whether this certificate belongs to a demonstration authority."""
    return DEMONSTRATION_MARK in certificate.subject.rfc4514_string()


def production_anchor(anchors: Sequence[Path]) -> int | None:
    """Return the index of the first file with a certificate that is not a demonstration's.

    A file without a usable certificate is reported by `terminal.runtime.from_config.unfit_anchor`.
    """
    for index, path in enumerate(anchors):
        try:
            found = certificates(path.read_bytes())
        except ValueError:
            continue
        if not all(demonstrates(each) for each in found):
            return index
    return None


def claim_state(directory: Path, *, trial: bool) -> ConfigProblem | None:
    """Mark the state directory of a trial; return a problem if it is used by the other kind.

    The mark is on the disk before the journal is created, and stays when a journal is set aside.
    """
    marked = (directory / MARK_FILE).exists()
    if marked and not trial:
        why = "belongs to a trial: use another directory, or delete this one"
        return _at_odds(directory, why)
    if not trial or marked:
        return None
    if any(directory.glob("journal*")):
        why = "holds the journal of a station in service: give the trial a directory of its own"
        return _at_odds(directory, why)
    try:
        _write_mark(directory)
    except OSError as error:
        sentence = f"state.directory: {directory} cannot be written: {error.strerror}"
        return ConfigProblem(faults.DISK_UNWRITABLE, "state.directory", None, sentence)
    return None


def _at_odds(directory: Path, why: str) -> ConfigProblem:
    sentence = f"state.directory: {directory} {why}"
    return ConfigProblem(faults.CONFIG_WRONG_VALUE, "state.directory", None, sentence)


def _write_mark(directory: Path) -> None:
    """Write the file so that it survives a power cut."""
    with (directory / MARK_FILE).open("w", encoding="ascii") as file:
        file.write(_MARK)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(directory)
