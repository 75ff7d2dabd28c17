"""The steps of docs/trial.md are read from the page, and everything that they name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.trial.page import PAGE, Code, Enter, Expected, Touch, Typed, steps
from ui.gallery.scenes import SCENES

ROOT = Path(__file__).parents[3]
STEPS = steps(PAGE.read_text(encoding="utf-8"))


def typed() -> list[str]:
    """Return every line that the reader types."""
    return [line for step in STEPS if isinstance(step, Typed) for line in step.lines]


def test_the_page_has_each_kind_of_step() -> None:
    kinds = {type(step) for step in STEPS}
    assert kinds == {Typed, Expected, Touch, Code, Enter}


def test_the_scenes_of_the_steps_exist() -> None:
    assert {step.scene for step in STEPS if isinstance(step, Touch)} <= set(SCENES)


def test_the_files_that_are_typed_exist() -> None:
    named = {
        path for line in typed() for path in re.findall(r"(?:^|\s)((?:docs|deploy)/\S+)", line)
    }
    assert {"deploy/set-up", "deploy/trial/printer", "docs/station.example.toml"} <= named
    assert all((ROOT / path).exists() for path in named)


def test_no_typed_line_needs_sudo() -> None:
    assert not [line for line in typed() if re.match(r"\s*sudo\b", line)]


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_no_line_of_the_readmes_needs_sudo(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    assert not re.findall(r"^\s*sudo\b.*$", text, re.MULTILINE)
    assert "as_root=$(command -v sudo || true)" in text
    assert "docs/trial.md" in text


def test_an_unknown_comment_is_not_a_step() -> None:
    with pytest.raises(ValueError, match="no step"):
        steps("<!-- dance -->")
