"""The options for mode and theme: which values they take, and where the default comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from terminal.commands.options import COMMANDS, parser
from terminal.session.model import Mode, Theme

RUN = dict.fromkeys(COMMANDS, lambda _options: 0)


@pytest.mark.parametrize("command", ["run", "demo"])
def test_one_mode_and_one_theme_can_be_chosen(command: str) -> None:
    for mode in Mode:
        for theme in Theme:
            arguments = [command, "--mode", mode.value, "--theme", theme.value]
            options = parser(RUN, arguments).parse_args(arguments)
            assert (Mode(options.mode), Theme(options.theme)) == (mode, theme)


def test_without_options_the_demo_is_standard_and_run_asks_the_configuration() -> None:
    demo = parser(RUN, ["demo"]).parse_args(["demo"])
    assert (demo.mode, demo.theme) == (Mode.STANDARD, Theme.STANDARD)
    run = parser(RUN, ["run"]).parse_args(["run"])
    assert (run.mode, run.theme) == (None, None)


def test_the_gallery_takes_several() -> None:
    arguments = ["gallery", "--out", "there", "--mode", "elder", "--mode", "extra-large",
                 "--theme", "contrast-dark"]  # fmt: skip
    options = parser(RUN, arguments).parse_args(arguments)
    assert options.out == Path("there")
    assert (options.mode, options.theme) == (["elder", "extra-large"], ["contrast-dark"])


@pytest.mark.parametrize("command", ["run", "demo", "gallery"])
@pytest.mark.parametrize("option", ["--mode", "--theme"])
def test_an_unknown_value_is_refused(
    command: str, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [command, option, "neon"]
    with pytest.raises(SystemExit) as ended:
        parser(RUN, arguments).parse_args(arguments)
    assert ended.value.code == 2
    assert "neon" in capsys.readouterr().err
