"""The pages of faults, one for each register in ``terminal.faults.AREAS``."""

from __future__ import annotations

import sys
from types import ModuleType

from devices.health import Cause, Device, Fault, FaultRegister, Who
from terminal.faults import AREAS
from terminal.words import words

from .declared import UndocumentedError, docstring
from .markdown import code, page, table
from .provoked import provoked

DEVICES = {
    Device.CARD_READER: ("card reader", "读卡器"),
    Device.PRINTER: ("printer", "打印机"),
    Device.PLATFORM: ("platform", "平台"),
    Device.DOCUMENT: ("document", "文书"),
    Device.TERMINAL: ("terminal", "终端"),
}
CAUSES = {
    Cause.HARDWARE: ("hardware", "硬件"),
    Cause.SOFTWARE: ("software", "软件"),
    Cause.PERSON: ("person", "人员操作"),
    Cause.NETWORK: ("network", "网络"),
}
ACTORS = {
    Who.RESIDENT: ("resident", "居民"),
    Who.STAFF: ("staff", "工作人员"),
    Who.MAINTAINER: ("maintainer", "维护人员"),
    Who.NOBODY: ("nobody: it ends by itself", "无需处理：会自行恢复"),
}
FORMS = (
    ("text", "On the screen", "屏幕显示"),
    ("explain", "What happens next", "接下来"),
    ("cause", "Cause", "原因"),
    ("fix", "Fix", "处理"),
)
LANGUAGES = ("en", "zh")
INTRODUCTION = """\
One section for each fault of this area, sorted by code. *Who acts* is the person who can end the
fault. The texts are those of the screen, the maintenance page and `station diagnose`. A test that
provokes the fault runs in the rig (real pcscd or its real library) or on a pty (real serial
library)."""


def pages() -> dict[str, str]:
    """Return the text of each page by its file name."""
    return {f"faults-{area}.md": _page(area, register) for area, register in AREAS.items()}


def _page(area: str, register: FaultRegister) -> str:
    module = _module_of(register)
    faults = sorted(register, key=lambda fault: fault.code)
    names = {value.code: name for name, value in vars(module).items() if isinstance(value, Fault)}
    overview = table(
        ("Code", "Device", "Cause", "Who acts", "Meaning", "含义"),
        (
            (
                f"[{fault.code}](#{fault.code.lower()})",
                DEVICES[fault.device][0],
                CAUSES[fault.cause][0],
                fault.who.value,
                *texts(fault, names[fault.code], "cause"),
            )
            for fault in faults
        ),
    )
    declared = f"They are declared in {code(module.__name__)}."
    sections = (_section(fault, names[fault.code], module) for fault in faults)
    return page(f"Faults: {area}", f"{INTRODUCTION}\n{declared}", overview, *sections)


def texts(fault: Fault, name: str, form: str) -> tuple[str, str]:
    """Return one form of the fault's words, English and Chinese."""
    for language in LANGUAGES:
        if not words(language).has(fault.code, form):
            raise UndocumentedError(
                f"{fault.code} ({name}) has no words: "
                f'add "{form}" to [{fault.code}] in terminal/words/{language}.toml'
            )
    english, chinese = (words(language).form(fault.code, form) for language in LANGUAGES)
    return english, chinese


def _section(fault: Fault, name: str, module: ModuleType) -> str:
    described = [
        ("Device", "设备", DEVICES[fault.device]),
        ("Kind of cause", "原因类别", CAUSES[fault.cause]),
        ("Who acts", "处理人", ACTORS[fault.who]),
        *((head, head_zh, texts(fault, name, form)) for form, head, head_zh in FORMS),
    ]
    rows = ((f"{head} {head_zh}", *cells) for head, head_zh, cells in described)
    meaning = docstring(module, name)
    section = f"## {fault.code}\n\n{code(name)}: {meaning}\n\n"
    section += table(("", "English", "中文"), rows)
    tests = [
        (each.where, each.how, code(f"{each.file}::{each.test}"))
        for each in provoked()
        if each.code == fault.code
    ]
    if tests:
        section += "\n\n" + table(("Provoked in", "How", "Test, below `tests/`"), tests)
    return section


def _module_of(register: FaultRegister) -> ModuleType:
    """Return the module that declares the register: its docstrings are the meanings."""
    return next(
        module for module in list(sys.modules.values()) if vars(module).get("FAULTS") is register
    )
