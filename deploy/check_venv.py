"""Check that .venv works and belongs to this folder; `deploy/set-up` runs it with .venv's Python.

The exit code is 0 if it does; otherwise it is 1, with the reason on standard error. It takes less
than 100 ms, because it runs before each `make` command: it imports only packages that are built for
one Python and one system (Qt and the bindings of CUPS, PC/SC and OpenSSL), and looks for the other
packages without importing them. `python -I` excludes the caller's folder and PYTHONPATH from the
search.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
from pathlib import Path

OURS = ("terminal", "ui", "devices", "printing")
IMPORTED = ("PySide6.QtCore", "cups", "smartcard.scard", "cryptography.hazmat.bindings._rust")
FOUND = (
    "requests", "serial", "msgspec", "reportlab", "pyhanko", "pyhanko_certvalidator", "segno",
    "platformdirs", "pypinyin", "fastapi", "uvicorn", "pytest", "pytestqt", "xdist",
    "pytest_timeout", "hypothesis", "schemathesis", "time_machine", "pytest_benchmark", "mypy",
    "importlinter", "PIL", "pikepdf", "page", "setuptools",
)  # fmt: skip
PROGRAMS = ("station", "lint-imports", "mypy")
"""Scripts of .venv/bin that name their Python by its full path (ruff and uv are not scripts)."""


def problem(tree: Path) -> str | None:
    """Return why the environment that runs this does not fit the project in ``tree``, or
    ``None``."""
    for name in (*OURS, *FOUND):
        found = importlib.util.find_spec(name)
        if found is None:
            return f"the package {name} is missing"
        if name in OURS and not Path(found.origin or "").resolve().is_relative_to(tree):
            return f"the package {name} is of another folder, {found.origin}"
    for name in IMPORTED:
        try:
            importlib.import_module(name)
        except Exception as error:
            return f"the package {name} cannot be imported ({type(error).__name__})"
    for name in PROGRAMS:
        script = Path(sys.prefix) / "bin" / name
        try:
            head = script.read_text("utf-8")[:1000]
        except (OSError, UnicodeDecodeError):
            return f"the program {script} is missing"
        # Either "#!/path/python", or for a long path "#!/bin/sh" and 'exec' "/path/python".
        python = re.search(r"(?:#!|'''exec' \"?)(/.*?/bin/)python", head)
        if python is None or Path(python[1]).resolve() != script.parent.resolve():
            return f"the program {script} is of another folder"
    return None


def main() -> int:
    """Check, and print what is wrong."""
    tree = Path(__file__).resolve().parents[1]
    if Path(sys.prefix).resolve() != (tree / ".venv").resolve():
        why: str | None = f"its Python is of another folder, {sys.prefix}"
    else:
        why = problem(tree)
    if why is not None:
        sys.stderr.write(f"{why}\n")
    return 0 if why is None else 1


if __name__ == "__main__":
    sys.exit(main())
