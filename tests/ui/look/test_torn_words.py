"""No line break on any page splits a word."""

from __future__ import annotations

import itertools
import re

import pytest

from terminal.session.model import Language, Look, Mode
from ui.gallery.scenes import SCENES

from ..pages_rig import SMALL, Shown

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

# Taken from the pages, not from the table's list of kept words, so that the test is independent.
WORDS = (
    "使用", "身份", "证明", "打印", "读卡", "工作", "人员", "手机", "信息", "清除", "结束", "密码",
    "面板", "出纸", "保障", "公积", "社保", "缴费", "电子", "普通", "大字", "通知", "居民", "重新",
    "服务", "平台", "机器", "页面", "电源", "网络", "网线", "分钟", "自动", "退出", "返回", "选择",
)  # fmt: skip


WORD = re.compile("[A-Za-z]+")


@pytest.mark.parametrize("mode", list(Mode))
def test_lines_break_between_words(shown: Shown, mode: Mode) -> None:
    torn = set()
    broken = 0
    for name in SCENES:
        shown.scene(name, Look(mode))
        for widget in shown.painters():
            runs = widget.runs()
            for above, below in itertools.pairwise(runs):
                if above.px != below.px or not above.text or not below.text:
                    continue
                broken += 1
                if above.text[-1] + below.text[0] in WORDS:
                    torn.add(f"{name}: {above.text}|{below.text}")
    assert broken > 20, "hardly a line was broken: this looks at nothing"
    assert torn == set()


@pytest.mark.parametrize("mode", list(Mode))
def test_no_english_word_is_split(shown: Shown, mode: Mode) -> None:
    torn = set()
    broken = 0
    for name in SCENES:
        shown.scene(name, Look(mode, Language.EN))
        for widget in shown.painters():
            runs = [run.text for run in widget.runs()]
            whole = set(WORD.findall(str(getattr(widget, "text", str)())))
            for above, below in itertools.pairwise(runs):
                end, start = WORD.findall(above)[-1:], WORD.findall(below)[:1]
                if not (end and start and above.endswith(end[0]) and below.startswith(start[0])):
                    continue
                broken += 1
                if end[0] + start[0] in whole:
                    torn.add(f"{name}: {above}|{below}")
    assert broken > 20, "hardly a line was broken: this looks at nothing"
    assert torn == set()


def test_the_privacy_line_does_not_split_its_verb(qapp: object) -> None:
    shown = Shown(SMALL)
    shown.scene("welcome", Look(Mode.ELDER))
    lines = [run.text for _, run in shown.runs() if "一次" in run.text or "用，" in run.text]
    shown.close()
    assert lines
    assert not any(line.startswith("用") for line in lines)
