"""pyHanko is loaded without the unused aiohttp and lxml, and aiohttp stays usable for others."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from printing.pdf.offline import no_http_client

from ..seal_fixtures import Authority, authority, sealed, unsigned

__all__ = ["authority", "sealed", "unsigned"]

PROGRAM = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from printing.seal import verify as seal
from printing.seal.preview import preview_copy
pdf = sys.stdin.buffer.read()
report = seal.verify(pdf, anchors=[Path(sys.argv[1]).read_bytes()], at=datetime.now(UTC))
drawn = preview_copy(pdf) != pdf
loaded = [name for name in ("aiohttp", "lxml.etree") if name in sys.modules]
import aiohttp
print(json.dumps([type(report).__name__, drawn, loaded, hasattr(aiohttp, "FormData")]))
"""


@pytest.mark.process
def test_verify_and_preview_do_not_load_aiohttp_or_lxml(
    authority: Authority, sealed: bytes
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(authority.demo.anchor)],
        input=sealed, stdout=subprocess.PIPE, check=True, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    assert json.loads(done.stdout) == ["SealReport", True, [], True]


def test_loaded_aiohttp_is_not_replaced() -> None:
    with no_http_client():
        assert sys.modules["aiohttp"] is aiohttp
    assert sys.modules["aiohttp"] is aiohttp


def test_stand_in_raises_and_is_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "aiohttp")
    monkeypatch.delitem(sys.modules, "pyhanko.sign", raising=False)
    with no_http_client(), pytest.raises(TypeError, match="fetches nothing"):
        sys.modules["aiohttp"].ClientSession()
    assert "aiohttp" not in sys.modules
