"""The pinyin of sentences: readings by context, tones that change, names, letters, pauses."""

from __future__ import annotations

import pytest

from devices.speech.voices import Reads
from ui.voice.reading.aloud import aloud
from ui.voice.reading.pinyin import LETTERS, name, pinyin
from ui.voice.utterance import Form, Span


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("您好，请放卡。", "nin2 hao3, qing3 fang4 ka3."),
        ("重新打印", "chong2 xin1 da3 yin4"), ("整份重打", "zheng3 fen4 chong2 da3"),
        ("长者", "zhang3 zhe3"), ("银行", "yin2 hang2"), ("了解", "liao3 jie3"),
        ("都出来了吗？", "dou1 chu1 lai2 le5 ma5?"), ("还没办完", "hai2 mei2 ban4 wan2"),
        ("没有打的页", "mei2 you3 da3 de5 ye4"), ("参保缴费", "can1 bao3 jiao3 fei4"),
        ("不是", "bu2 shi4"), ("不能", "bu4 neng2"), ("一张卡", "yi4 zhang1 ka3"),
        ("一次", "yi2 ci4"), ("一个", "yi2 ge4"), ("第一页", "di4 yi1 ye4"),
        ("一月", "yi1 yue4"), ("二十一页", "er4 shi2 yi1 ye4"), ("看一看", "kan4 yi5 kan4"),
        ("女", "nv3"), ("《证明》（A）", "zheng4 ming2 ei1"), ("PDF", "pi4 di4 ai2 fu2"),
        ("幺三八", "yao1 san1 ba1"), ("", ""),
    ],
)  # fmt: skip
def test_a_text_has_this_pinyin(text: str, read: str) -> None:
    assert pinyin(text) == read


@pytest.mark.parametrize(
    ("person", "read"),
    [
        ("单某某", "shan4 mou3 mou3"), ("曾某", "zeng1 mou3"), ("欧阳某", "ou1 yang2 mou3"),
        ("尉迟某", "yu4 chi2 mou3"), ("王某明", "wang2 mou3 ming2"), ("解", "xie4"),
    ],
)  # fmt: skip
def test_a_surname_has_its_own_reading(person: str, read: str) -> None:
    assert name(person) == read


def test_every_letter_has_a_reading() -> None:
    assert sorted(LETTERS) == [chr(code) for code in range(ord("A"), ord("Z") + 1)]


def test_the_spans_of_a_sentence_are_read_by_their_form() -> None:
    spans = (
        Span("单某", Form.NAME, personal=True), Span("，您好，尾号 "),
        Span("1101", Form.PHONE, personal=True), Span("，编号 "), Span("3021", Form.DIGITS),
        Span("，2 页。"),
    )  # fmt: skip
    assert aloud(spans, "zh", Reads.PINYIN) == (
        "shan4 mou3, nin2 hao3, wei3 hao4 yao1 yao1 ling2 yao1, "
        "bian1 hao4 san1 ling2 er4 yi1, liang3 ye4."
    )
    assert aloud(spans, "zh", Reads.TEXT) == ("单某，您好，尾号 幺幺零幺，编号 三零二一，两页。")
    assert aloud((Span("Page 2, "), Span("1101", Form.PHONE)), "en", Reads.TEXT) == (
        "Page 2, 1 1 0 1"
    )
