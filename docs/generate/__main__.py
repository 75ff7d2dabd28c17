"""``python -m docs.generate [--check]``: write the generated files, or check that they are current.

Exit codes: 0 written, or current; 1 with ``--check``: a file differs from the declarations, or a
declaration has no description.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import certificates, configuration, exit_codes, faults, index, journal, platform_calls
from .declared import UndocumentedError

DOCS = Path(__file__).parents[1]


def generated() -> dict[Path, str]:
    """Return the text of every generated file by its path below ``docs/``."""
    reference = {
        **faults.pages(),
        "certificates.md": certificates.page_text(),
        "configuration.md": configuration.page_text(),
        "exit-codes.md": exit_codes.page_text(),
        "journal.md": journal.page_text(),
        "platform-calls.md": platform_calls.page_text(),
    }
    reference["README.md"] = index.page_text(reference)
    sample = {Path("station.example.toml"): configuration.sample_text()}
    return sample | {Path("reference", name): text for name, text in reference.items()}


def outdated(docs: Path, files: dict[Path, str]) -> list[Path]:
    """Return the files that are missing, differ, or are no longer generated."""
    there = {path.relative_to(docs) for path in (docs / "reference").glob("*")}
    extra = {path for path in there if path not in files}
    return sorted(
        extra
        | {
            path
            for path, text in files.items()
            if not (docs / path).is_file() or (docs / path).read_text(encoding="utf-8") != text
        }
    )


def write(docs: Path, files: dict[Path, str]) -> None:
    """Write the files that differ, and remove those that are no longer generated."""
    for path in outdated(docs, files):
        if path in files:
            (docs / path).parent.mkdir(exist_ok=True)
            (docs / path).write_text(files[path], encoding="utf-8")
        else:
            (docs / path).unlink()


def main() -> int:
    """Run the command and return its exit code."""
    options = argparse.ArgumentParser(prog="docs.generate", description="Write docs/reference.")
    options.add_argument("--check", action="store_true", help="write nothing; fail on a difference")
    try:
        files = generated()
    except UndocumentedError as error:
        print(f"docs: {error}", file=sys.stderr)
        return 1
    if not options.parse_args().check:
        write(DOCS, files)
        return 0
    for path in (different := outdated(DOCS, files)):
        print(f"docs/{path} differs from the code: run `make docs`", file=sys.stderr)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
