"""The worker process that verifies and draws documents: ``python -m ui.documents.process``.

The terminal starts it (`printing.document_worker.client`) with `COMMAND`. It sets its own limits
before it loads anything, and ends when the terminal closes the connection.
"""

from __future__ import annotations

import argparse
import sys

COMMAND = (sys.executable, "-P", "-B", "-m", "ui.documents.process")
"""``-P``: import nothing from the current folder. ``-B``: write no compiled modules."""


def main() -> int:
    """Serve until the terminal closes the connection."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parent", type=int, required=True, help="process id of the terminal")
    parser.add_argument(
        "--socket", type=int, required=True, help="descriptor of the socket to the terminal"
    )
    options = parser.parse_args()
    from printing.document_worker.limits import ParentGoneError, close_address_space, confine

    try:
        confine(options.parent)
    except ParentGoneError:
        return 0
    import gc
    import socket

    # Before the imports that it makes faster.
    from .. import import_hook  # noqa: F401

    # isort: split
    from PySide6.QtCore import qInstallMessageHandler
    from PySide6.QtPdf import QPdfDocument

    from devices.system.memory import give_back_memory
    from printing.document_worker import self_test
    from printing.document_worker.serving import serve
    from terminal.process.logs import log_to_stderr, name_bugs_only

    from .rasteriser import Rasteriser

    log_to_stderr(verbose=False, service=False)
    name_bugs_only()
    # Qt's warnings may quote the document.
    qInstallMessageHandler(lambda _kind, _context, _message: None)
    # QtPdf closes PDFium with the last document and opens it with the next one. Each time, 2 MB of
    # private memory stay reserved: the limit would be reached after 120 certificates.
    keeps_pdfium_open = QPdfDocument()
    if not self_test.passes(Rasteriser.opened):  # PDFium reserves its address space now, too
        return self_test.FAILED
    # Exclude the modules loaded so far from later garbage collections.
    gc.collect()
    gc.freeze()
    give_back_memory()
    close_address_space()
    with socket.socket(fileno=options.socket) as stream:
        try:
            serve(stream, Rasteriser.opened)
        except ConnectionError:
            return 0
    del keeps_pdfium_open
    return 0


if __name__ == "__main__":
    sys.exit(main())
