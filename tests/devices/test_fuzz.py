"""A short run of the fuzz test, and a check that it can fail."""

from __future__ import annotations

import pytest

from devices.readers.samv.frame import FrameParser
from tests.devices import fuzz


def test_random_and_mutated_input_gives_only_declared_results() -> None:
    summary = fuzz.run(8_000, seed=20261121)
    assert summary.inputs == 8_000


def test_the_fuzz_finds_a_parser_that_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(parser: FrameParser, data: bytes) -> list[object]:
        raise IndexError

    monkeypatch.setattr(FrameParser, "feed", broken)
    with pytest.raises(AssertionError, match="input 0 of seed 1"):
        fuzz.run(4, seed=1)
