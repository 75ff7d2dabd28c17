"""`station diagnose`: runs every probe of a station and prints what it found and what to do."""

from __future__ import annotations

from ..config.keys import load_keys
from ..config.load import Config
from ..operations.diagnose import (
    exit_code,
    finding_text,
    report_json,
    report_text,
    run,
)
from ..operations.probes import probes
from ..runtime.from_config import make_client, make_readers
from ..words import words
from .output import answer, say


def diagnose(config: Config, *, as_json: bool) -> int:
    """Run the probes and print each finding on standard error as it arrives."""
    chinese, english = words("zh"), words("en")
    found = run(
        probes(config, load_keys(config), make_readers, make_client),
        on_finding=(lambda finding: say(finding_text(finding, english))) if as_json else None,
    )
    text = f"{report_text(found, chinese)}\n\n{report_text(found, english)}"
    answer(report_json(found, (chinese, english)), as_json=as_json, text=text)
    return exit_code(found)
