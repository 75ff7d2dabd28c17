"""The tags of documents for screen readers, read back with poppler and pikepdf."""

from __future__ import annotations

import io
import re
import subprocess
from dataclasses import replace

import pikepdf
import pytest

from printing.documents import Edition, render

from .. import samples, samples_more
from ..documents.test_documents import made, squeezed, text_of
from ..samples_more import EVERY

pytestmark = pytest.mark.process


def tree_of(pdf: bytes) -> str:
    """Return the tags as poppler lists them, with the text of each element."""
    command = ["pdfinfo", "-struct-text", "-"]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True)
    return done.stdout.decode("utf-8")


def test_tags_have_the_reading_order_of_the_certificate() -> None:
    tree = tree_of(made(samples.insurance(2)))
    lines = [line.strip() for line in tree.splitlines()]
    assert lines[:2] == ["Document", "H1 (block)"]
    assert [line for line in lines if line.startswith("H2")] == ["H2 (block)"] * 2
    texts = [line.strip('"') for line in lines if line.startswith('"')]
    order = [
        "社会保险个人参保证明", "姓　　名", "王建明", "社会保障号码", "100101195803120216",
        "目前参保状态", "生育保险", "未提供", "近 24 个月缴费情况", "年月", "养老保险", "医疗保险",
        "失业保险", "缴费状态", "参保单位", "缴费基数", "2026-09", "5,939.00", "2026-10",
        "5,940.00", "说明",
    ]  # fmt: skip
    at = -1
    for words in order:
        at = texts.index(words, at + 1)
    assert "校验码：7KQ2M9XD4T8B" in texts[-2]
    assert texts[-1] == ""  # the QR code: a figure with an alternative text
    last = [line.strip(":") for line in lines if line.startswith(("Form", "Figure"))]
    assert last == [
        "Form", "Figure",
    ]  # fmt: skip
    # The seal is a form field and is read out at its place.
    assert lines[lines.index("Form") + 1].startswith("Object")


def test_head_cells_have_row_or_column_scope() -> None:
    tree = tree_of(made(samples.insurance(2)))
    name = tree[tree.index("TH", tree.index("Table")) : tree.index('"姓　　名"')]
    assert "/Scope /Row" in name
    group = tree[: tree.index('"养老保险"', tree.index("近 24 个月"))].rsplit("TH", 1)[1]
    assert "/Scope /Column" in group
    assert re.search(r"/ColSpan 2", group)
    month = tree[: tree.index('"年月"')].rsplit("TH", 1)[1]
    assert re.search(r"/RowSpan 2", month)


def test_table_over_several_pages_has_one_tagged_head() -> None:
    pdf = made(samples.insurance(60))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) > 1
    tree = tree_of(pdf)
    assert tree.count('"年月"') == 1
    assert tree.count('"个人缴费"') == 3
    assert len(re.findall(r"^    TR", tree, re.MULTILINE)) == 2 + 2 + 2 + 60
    assert text_of(pdf).count("年月") > 1


@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("kind", EVERY)
def test_all_content_is_tagged_or_an_artifact(kind: str, edition: Edition) -> None:
    pdf = render(EVERY[kind], sample=True, edition=edition)
    assert isinstance(pdf, bytes)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert bool(opened.Root.MarkInfo.Marked)
        tree = opened.Root.StructTreeRoot
        parents = list(tree.ParentTree.Nums)
        assert [int(n) for n in parents[: 2 * len(opened.pages) : 2]] == [*range(len(opened.pages))]
        _check_field(opened, parents[2 * len(opened.pages) :])
        for index, page in enumerate(opened.pages):
            assert int(page.StructParents) == index
            marks, depth = [], 0
            for instruction in pikepdf.parse_content_stream(page):
                operands, operator = instruction.operands, instruction.operator
                if str(operator) in ("BDC", "BMC"):
                    depth += 1
                    if str(operator) == "BDC":
                        marks.append((str(operands[0]), int(operands[1].MCID)))
                elif str(operator) == "EMC":
                    depth -= 1
                elif str(operator) in ("Tj", "f", "S", "Do"):
                    assert depth == 1, f"{operator} outside of any mark"
            assert depth == 0
            marks.sort(key=lambda each: each[1])  # a figure is drawn before the text
            assert [mark for _, mark in marks] == list(range(len(marks)))
            entries = parents[2 * index + 1]
            assert len(entries) == len(marks)
            for (role, mark), element in zip(marks, entries, strict=True):
                assert str(element.S) == role
                _holds(element, page, mark)
        _check_node(tree.K, tree)


def _check_field(opened: pikepdf.Pdf, parents: list[pikepdf.Object]) -> None:
    """Check that the tags contain each seal field, and no other form field."""
    fields = list(opened.Root.AcroForm.Fields) if "/AcroForm" in opened.Root else []
    assert len(parents) == 2 * len(fields)
    for field, number, form in zip(fields, parents[::2], parents[1::2], strict=True):
        assert int(field.StructParent) == int(number)
        assert form.S == "/Form"
        (kid,) = form.K
        assert kid.Type == "/OBJR"
        assert kid.Obj.objgen == field.objgen
        assert kid.Pg.objgen == field.P.objgen


def _holds(element: pikepdf.Object, page: pikepdf.Page, mark: int) -> None:
    """Check that ``element`` contains the mark on that page."""
    kids = element.K if isinstance(element.K, pikepdf.Array) else [element.K]
    for kid in kids:
        if isinstance(kid, pikepdf.Dictionary) and "/MCID" in kid:
            if int(kid.MCID) == mark and kid.Pg.objgen == page.objgen:
                return
        elif not isinstance(kid, pikepdf.Dictionary) and int(kid) == mark:
            assert element.Pg.objgen == page.objgen
            return
    raise AssertionError(f"mark {mark} belongs to no element")


_WITHIN: dict[str, set[str | None]] = {
    "/TR": {"/Table"},
    "/TH": {"/TR"},
    "/TD": {"/TR"},
    "/LI": {"/L"},
    "/LBody": {"/LI"},
    "/Document": {None},
}


def _check_node(node: pikepdf.Object, parent: pikepdf.Object) -> None:
    assert node.P.objgen == parent.objgen
    role = str(node.S)
    above = str(parent.S) if "/S" in parent else None
    assert above in _WITHIN.get(role, {"/Document"}), f"{role} in {above}"
    if "/K" not in node:
        assert role in ("/TD", "/TH"), f"an empty {role}"
        return
    kids = node.K if isinstance(node.K, pikepdf.Array) else [node.K]
    for kid in kids:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            _check_node(kid, node)


@pytest.mark.parametrize("kind", sorted(EVERY))
def test_tags_contain_all_text_except_artifacts(kind: str) -> None:
    pdf = made(EVERY[kind])
    tagged = squeezed("".join(re.findall(r'^\s*"(.*)"$', tree_of(pdf), re.MULTILINE)))
    extracted = squeezed(text_of(pdf))
    missing = set(extracted) - set(tagged)
    # The artifacts of all footers: page number, station and document number.
    assert missing <= set("第1页共" + samples.ISSUE.station + "编号"), missing


def test_paragraph_over_two_pages_is_one_element() -> None:
    long = replace(samples_more.form(), declaration="本人承诺所填内容真实有效。" * 120)
    tree = tree_of(made(long))
    paragraphs = tree.split("P (block)")
    (text,) = [squeezed(each) for each in paragraphs if "本人承诺" in each]
    assert text.replace('"', "").count("真实有效") == 120
