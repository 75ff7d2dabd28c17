"""The pinyin of Chinese text, for a voice that reads no characters.

For the speech process only: the dictionary of pypinyin takes 57 MB. The voice of espeak-ng changes
a third tone before another third tone itself; 一 and 不 it cannot know from their pinyin.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pypinyin import Style, lazy_pinyin

LETTERS = {
    "A": "ei1", "B": "bi4", "C": "xi1", "D": "di4", "E": "yi4", "F": "ai2 fu2", "G": "ji4",
    "H": "ei1 chi5", "I": "ai4", "J": "jie4", "K": "kei4", "L": "ai1 er5", "M": "ai1 mu5",
    "N": "en1", "O": "ou1", "P": "pi4", "Q": "kiu4", "R": "a4 er5", "S": "ai1 si5", "T": "ti4",
    "U": "you1", "V": "wei1", "W": "da2 bu5 liu5", "X": "ai1 ke5 si5", "Y": "wai4", "Z": "zei4",
}  # fmt: skip
"""Latin letters as people in China say them."""
SURNAMES = {
    "万俟": "mo4 qi2", "尉迟": "yu4 chi2", "长孙": "zhang3 sun1", "单于": "chan2 yu2",
    "单": "shan4", "解": "xie4", "仇": "qiu2", "区": "ou1", "曾": "zeng1", "查": "zha1",
    "任": "ren2", "朴": "piao2", "盖": "ge3", "华": "hua4", "翟": "zhai2", "乐": "yue4",
    "缪": "miao4", "宓": "mi4", "秘": "bi4", "冼": "xian3", "员": "yun4", "贲": "ben1",
    "繁": "po2", "逄": "pang2", "召": "shao4", "么": "yao1", "晟": "cheng2", "燕": "yan1",
    "应": "ying1", "那": "na1", "哈": "ha3", "佟": "tong2", "尹": "yin3", "黑": "he4",
    "折": "she2", "种": "chong2", "洗": "xian3", "重": "chong2", "祭": "zhai4", "车": "che1",
}  # fmt: skip
"""Surnames that are read differently from the character's usual reading, the longer first."""
PHRASES = {
    "重打": "chong2 da3", "幺": "yao1", "参保": "can1 bao3", "还没": "hai2 mei2",
    "还是": "hai2 shi4", "还要": "hai2 yao4", "还有": "hai2 you3", "还可以": "hai2 ke2 yi3",
    "都": "dou1", "缴存": "jiao3 cun2", "一月": "yi1 yue4", "打的": "da3 de5",
}  # fmt: skip
"""Readings that the dictionary lacks or gives wrongly."""
AFTER_ONE = "个次下点张页位份起样定直遍会些步切般共律面项条件种天边"
"""Characters before which 一 changes its tone."""
NO_CHANGE_AFTER = "第十百千万零〇一二三四五六七八九年月初期唯统"
"""Characters after which 一 keeps its tone: it is an ordinal or a digit."""
PAUSES = str.maketrans("，、；：。！？．", ",,;,.!?.")

_PARTS = re.compile(r"[\u3007\u3400-\u9fff\U00020000-\U000323af]+|[A-Za-z]+|[^\w\s]+|\d+")


def pinyin(text: str) -> str:
    """Return the pinyin of the text with the number of each tone, and ASCII punctuation.

    Latin letters are spelled. Digits should have been written out before (`chinese.written_out`).
    """
    parts = []
    for found in _PARTS.finditer(text.translate(PAUSES)):
        part = found[0]
        if part[0].isascii():
            if part.isalpha():
                parts.append(" ".join(LETTERS[each] for each in part.upper()))
            elif part.isdigit():
                parts.append(part)
            elif part[0] in ",.;!?":
                parts.append(part[0])
        else:
            parts.append(_characters(part))
    return joined(parts)


def joined(parts: Iterable[str]) -> str:
    """Return the parts of a sentence as one, with no space before punctuation."""
    return re.sub(r"\s+(?=[,.;!?])", "", " ".join(part for part in parts if part))


def name(text: str) -> str:
    """Return the pinyin of a person's name; its surname is read as one."""
    for surname, reading in SURNAMES.items():
        if text.startswith(surname):
            return f"{reading} {pinyin(text[len(surname) :])}".strip()
    return pinyin(text)


def _characters(text: str) -> str:
    syllables: list[str] = []
    start = 0
    for found in _PHRASE.finditer(text):
        syllables += _looked_up(text[start : found.start()])
        syllables += PHRASES[found[0]].split()
        start = found.end()
    syllables += _looked_up(text[start:])
    if len(syllables) == len(text):
        _change_tones(text, syllables)
    return " ".join(syllables)


def _looked_up(text: str) -> list[str]:
    """Return one syllable for each character. A character without a reading is left out."""
    found = lazy_pinyin(
        text, style=Style.TONE3, neutral_tone_with_five=True, v_to_u=False, errors="ignore"
    )
    return list(found)


def _change_tones(text: str, syllables: list[str]) -> None:
    """Change the tones of 一 and 不 by what follows (tone sandhi)."""
    for i, character in enumerate(text[:-1]):
        falling = syllables[i + 1].endswith("4")
        if character == "不" and falling:
            syllables[i] = "bu2"
        elif character == "一" and i > 0 and text[i - 1] == text[i + 1]:
            syllables[i] = "yi5"  # 看一看
        elif (
            character == "一" and text[i + 1] in AFTER_ONE
            and (i == 0 or text[i - 1] not in NO_CHANGE_AFTER)
        ):  # fmt: skip
            # 个 is neutral here but was a falling tone, so 一 rises before it.
            syllables[i] = "yi2" if falling or text[i + 1] == "个" else "yi4"


_PHRASE = re.compile("|".join(re.escape(each) for each in sorted(PHRASES, key=len, reverse=True)))
