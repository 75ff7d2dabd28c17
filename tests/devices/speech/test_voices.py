"""A voice is chosen by name, and only if it speaks the language intelligibly."""

from __future__ import annotations

import pytest

from devices.speech.voices import Reads, Voice, chosen

PINYIN = Voice("Chinese (Mandarin, latin as Pinyin)", "cmn-LATN-PINYIN", "espeak-ng")
SPELLS = Voice("Chinese (Mandarin, latin as English)", "cmn", "espeak-ng")
NEURAL = Voice("Xiaoxiao", "zh-CN", "neural")
ENGLISH = Voice("English (America)", "en-US", "espeak-ng")
ALL = (Voice("Bishnupriya Manipuri", "bpy", "espeak-ng"), SPELLS, PINYIN, NEURAL, ENGLISH)


@pytest.mark.parametrize(
    ("name", "language", "expected"),
    [
        (PINYIN.name, "zh", PINYIN),
        (NEURAL.name, "zh", NEURAL),
        (ENGLISH.name, "en", ENGLISH),
        (SPELLS.name, "zh", None),  # it reads out "Chinese letter"
        (ENGLISH.name, "zh", None),
        (PINYIN.name, "en", None),
        ("Bishnupriya Manipuri", "zh", None),
        ("no such voice", "zh", None),
    ],
)
def test_a_voice_is_chosen_by_name_and_language(
    name: str, language: str, expected: Voice | None
) -> None:
    assert chosen(ALL, name, language) == expected


def test_only_a_pinyin_voice_is_given_pinyin() -> None:
    assert PINYIN.reads is Reads.PINYIN
    assert (NEURAL.reads, ENGLISH.reads) == (Reads.TEXT, Reads.TEXT)
