"""The configuration: valid values are loaded; a wrong one is reported with its key and line."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import msgspec
import pytest

from terminal.config.load import (
    Config,
    ConfigProblem,
    PcscReaderConfig,
    SamvReaderConfig,
    TimeoutsConfig,
    load,
)
from terminal.config.sections import CardConfig, OperatorsConfig, SpeechConfig
from terminal.config.toml_lines import key_lines, line_of
from terminal.journal.pin_tries import PinTries
from terminal.runtime.from_config import printer_timing
from terminal.session.model import Limits, Mode, Theme
from terminal.staff.pin import PinKeeper
from tests.terminal.config_world import SAMPLE, Edit, line_with


def test_sample_configuration_is_valid(edit: Edit, folder: Path) -> None:
    config = edit("[state]", "[state]")
    assert isinstance(config, Config)
    assert config.station.name == "24小时政务便民服务站"
    assert config.screen.portrait
    assert config.readers == (
        SamvReaderConfig("resident-id", "/dev/serial/by-id/usb-reader", 115_200),
        PcscReaderConfig("social-security", ""),
    )
    assert config.platform.ca_file == folder / "platform-ca.pem"
    assert config.seal.anchors == (folder / "seal-root.pem",)
    assert config.platform.catalogue_key[:4] == bytes.fromhex("d75a9801")
    assert config.state.directory == Path("/var/lib/station")


def test_sample_hash_matches_the_documented_pin(edit: Edit) -> None:
    config = edit("[state]", "[state]")
    assert isinstance(config, Config)

    class Memory:
        def pin_tries(self) -> PinTries:
            return PinTries()

        def keep_pin_tries(self, tries: PinTries) -> None:
            pass

    assert PinKeeper(config.maintenance.pin_hash, Memory()).check("407318").ok


def test_sample_shows_every_key() -> None:
    text = SAMPLE.read_text(encoding="utf-8")

    def names(kind: type[msgspec.Struct]) -> set[str]:
        found = set()
        for field in msgspec.structs.fields(kind):
            found.add(field.name)
            inner = msgspec.inspect.type_info(field.type)
            if isinstance(inner, msgspec.inspect.StructType):
                found |= names(inner.cls)
        return found

    every = names(Config) | names(PcscReaderConfig) | names(SamvReaderConfig)
    assert {"width_px", "quiet_s", "match", "ca_file"} <= every
    assert not {name for name in every if name not in text}


def test_omitted_sections_use_the_sessions_limits(edit: Edit) -> None:
    assert TimeoutsConfig().limits() == Limits()
    shown = edit("[state]", "[state]")
    assert isinstance(shown, Config)
    defaults = (TimeoutsConfig(), SpeechConfig(), CardConfig(), OperatorsConfig())
    assert (shown.timeouts, shown.speech, shown.card, shown.operators) == defaults
    config = edit("quiet_s = 180", "quiet_s = 240")
    assert isinstance(config, Config)
    limits = config.timeouts.limits()
    assert limits.quiet(Mode.ELDER) == 240
    assert limits.quiet(Mode.STANDARD) == 90
    assert len(fields(Limits)) == len(msgspec.structs.fields(TimeoutsConfig)) - 2


@pytest.mark.parametrize(
    ("old", "new", "code", "key", "word"),
    [
        ("width_px", "widht_px", "SYS-104", "screen.widht_px", "did you mean width_px"),
        ("port =", "prot =", "SYS-104", "readers[0].prot", "did you mean port"),
        ("match =", "mtach =", "SYS-104", "readers[1].mtach", "did you mean match"),
        ("[seal]", "[saels]", "SYS-104", "saels", "did you mean seal"),
        ("[timeouts.elder]", "[timeouts.elders]", "SYS-104", "timeouts.elders", "elder"),
        ("width_px = 1080", "width_px = '1080'", "SYS-106", "screen.width_px", "int"),
        ("enabled = false", "enabled = 0", "SYS-106", "speech.enabled", "bool"),
        ("rate = 0.0", "rate = nan", "SYS-106", "speech.rate", "-1"),
        ("warning_s = 20", "warning_s = 5", "SYS-106", "timeouts.standard.warning_s", "20"),
        ('kind = "samv"', 'kind = "usb"', "SYS-106", "readers[0].kind", "usb"),
        ("baud = 115200", "baud = 115201", "SYS-106", "readers[0].baud", "9600"),
        ('name = "social-security"', 'name = "resident-id"', "SYS-106", "readers[1].name", "two"),
        ('media = "iso_a4_210x297mm"', 'media = "a4"', "SYS-106", "printers[0].media", "matching"),
        ("duplex =", "duplx =", "SYS-104", "printers[0].duplx", "did you mean duplex"),
        ("[[printers]]", "[printer]", "SYS-104", "printer", "write [[printers]]"),
        ('side = "below"', 'side = "top"', "SYS-106", "card.side", "top"),
        ('region = "100101"', 'region = "1001"', "SYS-106", "station.region", "[0-9]"),
        ('address = "https:', 'address = "http:', "SYS-106", "platform.address", "https"),
        ("11qYAYKx", "11qY", "SYS-106", "platform.catalogue_key", "length"),
        ("width_mm = 268.0", "width_mm = 568.0", "SYS-106", "screen.width_mm", "orientation"),
        ('directory = "/var/lib/station"', "directory = 3", "SYS-106", "state.directory", "path"),
        ("seal-root.pem", "other.pem", "SYS-107", "seal.anchors[0]", "No such file"),
        ("card_away_s = 30", "card_away_s = = 30", "SYS-103", "card_away_s", "not TOML"),
        ("rate = 0.0", "rate = 0.0\nrate = 1.0", "SYS-103", "rate", "overwrite"),
    ],
)  # fmt: skip
def test_wrong_key_or_value_is_reported_with_its_line(
    edit: Edit, folder: Path, old: str, new: str, code: str, key: str, word: str
) -> None:
    problem = edit(old, new)
    assert isinstance(problem, ConfigProblem)
    assert (problem.code, problem.key) == (code, key)
    assert word in problem.sentence
    wanted = line_with(new.split("\n")[-1], folder / "station.toml")
    assert problem.line == wanted
    assert str(problem).startswith(f"{code} line {wanted}: ")


@pytest.mark.parametrize(
    ("old", "key"),
    [
        ('"ST-100101-0001"', "station.id"),
        ('region = "100101"', "station.region"),
        ('name = "resident-id"', "readers[0].name"),
        ('queue = "station"', "printers[0].queue"),
        ('media = "iso_a4_210x297mm"', "printers[0].media"),
        ('address = "https://platform.example/station"', "platform.address"),
        ('xx_mqqTxw7a0_uYSWhy_Y1rBokoiLH1zjW6iMI"', "maintenance.pin_hash"),
    ],
)
def test_line_feed_at_the_end_of_a_value_is_refused(edit: Edit, old: str, key: str) -> None:
    """A long string in TOML ends with a line feed if its closing quotes are on their own line."""
    problem = edit(old, old[:-1] + '\\n"')
    assert isinstance(problem, ConfigProblem)
    assert (problem.code, problem.key) == ("SYS-106", key)


def test_missing_key_is_reported_with_its_sections_line(edit: Edit, folder: Path) -> None:
    problem = edit('name = "resident-id"', "")
    assert isinstance(problem, ConfigProblem)
    assert (problem.code, problem.key) == ("SYS-105", "readers[0].name")
    assert problem.line == line_with('kind = "samv"', folder / "station.toml") - 1


def test_missing_section_is_reported_without_a_line(folder: Path) -> None:
    path = folder / "station.toml"
    path.write_text(
        '[station]\nid = "S-1"\nname = "n"\nplace = "p"\nregion = "100101"\n'
        'operator = "o"\ntelephone = "12345"\n'
    )
    problem = load(path)
    assert isinstance(problem, ConfigProblem)
    assert (problem.code, problem.key, problem.line) == ("SYS-105", "platform", None)


def test_missing_file_folder_or_non_utf8_file_is_reported(tmp_path: Path) -> None:
    missing = load(tmp_path / "absent.toml")
    assert isinstance(missing, ConfigProblem)
    assert missing.code == "SYS-101"
    assert "absent.toml" in missing.sentence
    gb = tmp_path / "gb.toml"
    gb.write_bytes(b'[station]\nid = "S"\nname = "' + "服务站".encode("gb18030") + b'"\n')
    problem = load(gb)
    assert isinstance(problem, ConfigProblem)
    assert (problem.code, problem.line) == ("SYS-102", 3)
    folder = load(tmp_path)
    assert isinstance(folder, ConfigProblem)
    assert folder.code == "SYS-101"


def test_unterminated_string_is_reported_with_the_last_line(edit: Edit, folder: Path) -> None:
    text = SAMPLE.read_text(encoding="utf-8") + 'x = """never closed\nand on'
    path = folder / "station.toml"
    path.write_text(text, encoding="utf-8")
    problem = load(path)
    assert isinstance(problem, ConfigProblem)
    assert (problem.code, problem.line) == ("SYS-103", len(text.split("\n")))


def test_pin_hash_is_never_shown(edit: Edit) -> None:
    problem = edit("scrypt$14$8$5$", "scrypt$99$8$5$")
    assert isinstance(problem, ConfigProblem)
    assert problem.key == "maintenance.pin_hash"
    assert "99" not in problem.sentence


def test_lines_of_keys_are_found_among_long_values() -> None:
    text = "\r\n".join(
        [
            'a = """',  # 1
            "[not.a.header]",
            'b = 1"""',
            "list = [",  # 4
            "  1,",
            "  # c = 2",
            "]",
            "[t.u] # comment",  # 8
            '"odd key" = 1',  # 9
            "x.y = 2",  # 10
            "[[t.v]]",  # 11
            "k = 1",
            "[[t.v]]",  # 13
            "k = 2",  # 14
            "[t.v.w]",  # 15
            "z = {q = 1}",  # 16
        ]
    )
    lines = key_lines(text)
    assert lines[("a",)] == 1
    assert ("b",) not in lines
    assert lines[("list",)] == 4
    assert lines[("t", "u", "odd key")] == 9
    assert lines[("t", "u", "x", "y")] == 10
    assert lines[("t", "v", 0, "k")] == 12
    assert lines[("t", "v", 1)] == 13
    assert lines[("t", "v", 1, "k")] == 14
    assert lines[("t", "v", 1, "w", "z")] == 16
    assert line_of(lines, ("list", 0)) == 4
    assert line_of(lines, ("absent",)) is None


@pytest.mark.parametrize(
    ("height_mm", "fits"), [(476.0, True), (490.0, True), (600.0, False), (380.0, False)]
)
def test_screen_must_have_square_pixels(
    edit: Edit, folder: Path, height_mm: float, fits: bool
) -> None:
    result = edit("height_mm = 476.0", f"height_mm = {height_mm}")
    assert isinstance(result, Config) is fits
    if isinstance(result, ConfigProblem):
        assert (result.code, result.key) == ("SYS-106", "screen.height_mm")
        assert result.line == line_with("height_mm", folder / "station.toml")
        assert "4.03 pixels a mm across" in result.sentence


@pytest.mark.parametrize("seconds", [1, 30, 300, 900, 7200])
def test_printer_limits_follow_the_configured_times(edit: Edit, seconds: int) -> None:
    """The printer's own limits must neither cut short nor exceed the configured times."""
    config = edit("paper_wait_s = 900", f"paper_wait_s = {seconds}")
    assert isinstance(config, Config)
    timing = printer_timing(config.timeouts.limits())
    assert seconds < timing.stall_s <= seconds + 60
    assert timing.job_s > timing.stall_s
    config = edit("clear_s = 30", f"clear_s = {seconds}")
    assert isinstance(config, Config)
    timing = printer_timing(config.timeouts.limits())
    assert seconds / 2 <= timing.clear_s < seconds


def test_the_screen_says_how_each_visit_begins(edit: Edit) -> None:
    shown = edit("[state]", "[state]")
    assert isinstance(shown, Config)
    screen = shown.screen
    assert (screen.mode, screen.theme) == (Mode.STANDARD, Theme.STANDARD)
    assert (screen.viewing_distance_mm, screen.help_key) == (600.0, "F1")
    changed = edit('mode = "standard"', 'mode = "extra-large"')
    assert isinstance(changed, Config)
    assert changed.screen.mode is Mode.EXTRA_LARGE
    dark = edit('theme = "standard"', 'theme = "contrast-dark"')
    assert isinstance(dark, Config)
    assert dark.screen.theme is Theme.CONTRAST_DARK


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('mode = "standard"', 'mode = "huge"', "screen.mode"),
        ('theme = "standard"', 'theme = "neon"', "screen.theme"),
        ('help_key = "F1"', 'help_key = "Escape"', "screen.help_key"),
        ("viewing_distance_mm = 600", "viewing_distance_mm = 60", "screen.viewing_distance_mm"),
    ],
)
def test_a_wrong_look_is_refused(edit: Edit, old: str, new: str, key: str) -> None:
    result = edit(old, new)
    assert not isinstance(result, Config)
    assert (result.code, result.key) == ("SYS-106", key)
