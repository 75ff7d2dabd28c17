"""Create the sealed test page of the document process: ``python -m
tests.printing.document_worker.make_self_test``.

This is needed again if the rules for sealed documents change and the present page is refused.
"""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

import time_machine

from devices.health import Fault
from printing.document_worker.self_test import ANCHOR, PAGE, SEALED_AT
from printing.documents import TestPage, render
from terminal.sandbox.signing import DemoAuthority


def main() -> None:
    """Write the two files. The key is deleted with the temporary folder."""
    with tempfile.TemporaryDirectory() as folder, time_machine.travel(SEALED_AT, tick=False):
        authority = DemoAuthority.create(Path(folder), valid_from=SEALED_AT - timedelta(days=1))
        page = render(TestPage(station="", printed_at=SEALED_AT, lines=()), sample=True)
        if isinstance(page, Fault):
            raise SystemExit(page.code)
        PAGE.write_bytes(authority.sign(page, verification_code=""))
        ANCHOR.write_bytes(authority.anchor.read_bytes())


if __name__ == "__main__":
    main()
