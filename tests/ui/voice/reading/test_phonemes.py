"""What espeak-ng makes of the pinyin of twenty sentences, in its phonemes (`espeak-ng -x`).

The digits are the tones: 55, 35, 214 and 51; 21 is a third tone before another syllable, 35 one
before a third tone, and 11, 33 and 44 are neutral.
"""

from __future__ import annotations

import subprocess

import pytest
from pypinyin.contrib.tone_convert import to_tone3
from pypinyin.pinyin_dict import pinyin_dict

from devices.speech.voices import Reads
from ui.voice.reading.aloud import aloud
from ui.voice.reading.pinyin import LETTERS, SURNAMES
from ui.voice.utterance import Span

pytestmark = pytest.mark.process

SENTENCES = (
    (
        "您好，请放卡。",
        "nin2 hao3, qing3 fang4 ka3.",
        "n'i35n X'Au214 tS;h'i21N f'a51N kh'A214",
    ),
    (
        "请把身份证平放在读卡区。",
        "qing3 ba3 shen1 fen4 zheng4 ping2 fang4 zai4 du2 ka3 qu1.",
        "tS;h'i35N p'A21 s.'@55n f'@51n ts.'@51N ph'i35N f'a51N ts'ai51 t'u35 kh'A21 tS;h'y55",
    ),
    (
        "正在读卡，请不要拿走卡。",
        "zheng4 zai4 du2 ka3, qing3 bu2 yao4 na2 zou3 ka3.",
        "ts.'@51N ts'ai51 t'u35 kh'A214 tS;h'i21N p'u35 j'Au51 n'A35 ts'ou35 kh'A214",
    ),
    (
        "长者可以选大字版。",
        "zhang3 zhe3 ke3 yi3 xuan3 da4 zi4 ban3.",
        "ts.'a35N ts.'o-35 kh'o-35 j'i35 S;'y&21n t'A51 ts'i[51 p'a214n",
    ),
    (
        "请重新放卡。",
        "qing3 chong2 xin1 fang4 ka3.",
        "tS;h'i21N ts.h'ong35 S;'i55n f'a51N kh'A214",
    ),
    (
        "到银行柜台了解一下。",
        "dao4 yin2 hang2 gui4 tai2 liao3 jie3 yi2 xia4.",
        "t'Au51 j'i35n X'a35N k'uei51 th'ai35 lj'Au35 tS;'iE21 j'i35 S;'iA51",
    ),
    (
        "参保缴费证明，不收费。",
        "can1 bao3 jiao3 fei4 zheng4 ming2, bu4 shou1 fei4.",
        "tsh'a55n p'Au35 tS;j'Au21 f'ei51 ts.'@51N m'i35N p'u51 s.'ou55 f'ei51",
    ),
    (
        "六位数字，已经发到您登记的手机。",
        "liu4 wei4 shu4 zi4, yi3 jing1 fa1 dao4 nin2 deng1 ji4 de5 shou3 ji1.",
        "l'iou51 w'ei51 s.'u51 ts'i[51 j'i21 tS;'i55N f'A55 "
        "t'Au51 n'i35n t'@55N tS;'i51 t@11 s.'ou21 tS;'i55",
    ),
    (
        "一共 2 页，还有 1 页没有打。",
        "yi2 gong4 liang3 ye4, hai2 you3 yi2 ye4 mei2 you3 da3.",
        "j'i35 k'ong51 l'iA21N j'iE51 X'ai35 j'iou21 j'i35 j'iE51 m'ei35 j'iou35 t'A214",
    ),
    (
        "已经打出 12 页，请您拿好。",
        "yi3 jing1 da3 chu1 shi2 er4 ye4, qing3 nin2 na2 hao3.",
        "j'i21 tS;'i55N t'A21 ts.h'u55 s.'i.35 '@r51 j'iE51 tS;h'i21N n'i35n n'A35 X'Au214",
    ),
    (
        "都打出来了吗？",
        "dou1 da3 chu1 lai2 le5 ma5?",
        "t'ou55 t'A21 ts.h'u55 l'ai35 l@33 mA11",
    ),
    (
        "打好以后，请先拿身份证，再拿证明。",
        "da3 hao3 yi3 hou4, qing3 xian1 na2 shen1 fen4 zheng4, zai4 na2 zheng4 ming2.",
        "t'A35 X'Au35 j'i21 X'ou51 tS;h'i21N S;'iE55n n'A35 "
        "s.'@55n f'@51n ts.'@51N ts'ai51 n'A35 ts.'@51N m'i35N",
    ),
    (
        "没有打的页正在取消，马上就好。",
        "mei2 you3 da3 de5 ye4 zheng4 zai4 qu3 xiao1, ma3 shang4 jiu4 hao3.",
        "m'ei35 j'iou35 t'A21 t@44 j'iE51 ts.'@51N "
        "ts'ai51 tS;h'y21 S;j'Au55 m'A21 s.'a51N tS;'iou51 X'Au214",
    ),
    (
        "请看一看，不对可以返回。",
        "qing3 kan4 yi5 kan4, bu2 dui4 ke3 yi3 fan3 hui2.",
        "tS;h'i21N kh'a51n ji11 kh'a51n p'u35 t'uei51 kh'o-35 j'i35 f'a21n X'uei35",
    ),
    (
        "应缴金额 12.50 元。",
        "ying1 jiao3 jin1 e2 shi2 er4 yuan2 wu3 jiao3.",
        "j'i55N tS;j'Au21 tS;'i55n 'o-35 s.'i.35 '@r51 'y&35n w'u35 tS;j'Au214",
    ),
    (
        "日期是 2026-03-05。",
        "ri4 qi1 shi4 er4 ling2 er4 liu4 nian2 san1 yue4 wu3 ri4.",
        "z.'i.51 tS;h'i55 s.'i.51 '@r51 l'i35N '@r51 l'iou51 n'iE35n s'a55n 'yE51 w'u21 z.'i.51",
    ),
    (
        "请拨打 12333 咨询。",
        "qing3 bo1 da3 yao1 er4 san1 san1 san1 zi1 xun2.",
        "tS;h'i21N p'o55 t'A21 j'Au55 '@r51 s'a55n s'a55n s'a55n ts'i[55 S;'y@35n",
    ),
    (
        "每天 08:30 到 17:00。",
        "mei3 tian1 ba1 dian3 san1 shi2 fen1 dao4 shi2 qi1 dian3.",
        "m'ei21 th'iE55n p'A55 t'iE21n s'a55n s.'i.35 f'@55n t'Au51 s.'i.35 tS;h'i55 t'iE214n",
    ),
    (
        "已经通知工作人员，请您等一等。",
        "yi3 jing1 tong1 zhi1 gong1 zuo4 ren2 yuan2, qing3 nin2 deng3 yi5 deng3.",
        "j'i21 tS;'i55N th'ong55 ts.'i.55 k'ong55 ts'uo51 "
        "z.'@35n 'y&35n tS;h'i21N n'i35n t'@21N ji44 t'@214N",
    ),
    (
        "办好了，再见。",
        "ban4 hao3 le5, zai4 jian4.",
        "p'a51n X'Au21 l@44 ts'ai51 tS;'iE51n",
    ),
)
"""Each sentence with its pinyin and its phonemes."""

WITHOUT_A_VOWEL = frozenset(["hm", "hng", "m", "n", "ng"])
"""Interjections (呣, 哼, 嗯). No word of a page has them."""


def phonemes(pinyin: str, voice: str = "cmn-latn-pinyin") -> str:
    """Return the phonemes of the voice, without the marks between words."""
    done = subprocess.run(
        ["espeak-ng", "-v", voice, "-x", "-q"], input=pinyin,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.replace("_|", "")


@pytest.mark.parametrize(("text", "pinyin", "expected"), SENTENCES, ids=lambda each: each[:8])
def test_a_sentence_has_these_phonemes(text: str, pinyin: str, expected: str) -> None:
    assert aloud((Span(text),), "zh", Reads.PINYIN) == pinyin
    assert " ".join(phonemes(pinyin).split()) == expected


def test_there_are_twenty_sentences() -> None:
    assert len({text for text, _, _ in SENTENCES}) == 20


def test_the_other_mandarin_voice_spells_characters_in_english() -> None:
    """Why `devices.speech.voices` refuses it."""
    assert "(en)" in phonemes("您好", "cmn")
    assert "(en)" not in phonemes("nin2 hao3")


def test_every_syllable_of_the_dictionary_is_one_syllable_of_the_voice() -> None:
    """espeak-ng spells what it does not know, or falls back to English, "(en)"."""
    readings = {
        to_tone3(reading, neutral_tone_with_five=True)
        for readings in pinyin_dict.values()
        for reading in readings.split(",")
    }
    ours = " ".join([*LETTERS.values(), *SURNAMES.values()]).split()
    syllables = sorted(
        each for each in readings.union(ours) if each.rstrip("12345") not in WITHOUT_A_VOWEL
    )
    assert len(syllables) > 1500
    spoken = phonemes("\n".join(f"{each}." for each in syllables)).splitlines()
    wrong = [
        (syllable, made)
        for syllable, made in zip(syllables, spoken, strict=True)
        if "(" in made or len(made.split()) != 1 or not any(each.isdigit() for each in made)
    ]
    assert wrong == []
