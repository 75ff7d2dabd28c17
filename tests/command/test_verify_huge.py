"""`station verify` refuses a file that is far too large without reading it into memory."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import pytest

from printing.faults import NOT_A_PDF
from terminal.commands.verify import verify
from ui.documents.process import COMMAND

pytestmark = pytest.mark.process


HUGE = 100 * 1024 * 1024


def test_a_huge_file_is_not_read_into_memory(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "huge.pdf"
    with path.open("wb") as file:
        file.write(b"%PDF-1.7\n")
        file.truncate(HUGE)
    tracemalloc.start()
    try:
        code = verify(path, [], COMMAND, as_json=True)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert code == 1
    assert json.loads(capsys.readouterr().out)["fault"] == NOT_A_PDF.code
    assert peak < HUGE / 2
