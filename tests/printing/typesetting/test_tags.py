"""The structure for those who hear a document: read back by poppler and by pikepdf."""

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


def tree_of(pdf: bytes) -> str:
    """The structure as poppler tells it, with the text of each node."""
    command = ["pdfinfo", "-struct-text", "-"]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True)
    return done.stdout.decode("utf-8")


def test_a_certificate_is_heard_in_its_order() -> None:
    tree = tree_of(made(samples.insurance(2)))
    lines = [line.strip() for line in tree.splitlines()]
    assert lines[:2] == ["Document", "H1 (block)"]
    assert [line for line in lines if line.startswith("H2")] == ["H2 (block)"] * 2
    said = [line.strip('"') for line in lines if line.startswith('"')]
    order = [
        "社会保险个人参保证明", "姓　　名", "王建明", "社会保障号码", "100101195803120216",
        "目前参保状态", "生育保险", "未提供", "近 24 个月缴费情况", "年月", "养老保险", "医疗保险",
        "失业保险", "缴费状态", "参保单位", "缴费基数", "2026-09", "5,939.00", "2026-10",
        "5,940.00", "说明",
    ]  # fmt: skip
    at = -1
    for words in order:
        at = said.index(words, at + 1)
    assert "校验码：7KQ2M9XD4T8B" in said[-2]
    assert said[-1] == ""  # the code: a figure, with words of its own
    last = [line.strip(":") for line in lines if line.startswith(("Form", "Figure"))]
    assert last == [
        "Form", "Figure",
    ]  # fmt: skip
    # The place of the seal is a form field, read where it stands.
    assert lines[lines.index("Form") + 1].startswith("Object")


def test_names_are_heads_of_rows_and_columns_of_columns() -> None:
    tree = tree_of(made(samples.insurance(2)))
    name = tree[tree.index("TH", tree.index("Table")) : tree.index('"姓　　名"')]
    assert "/Scope /Row" in name
    group = tree[: tree.index('"养老保险"', tree.index("近 24 个月"))].rsplit("TH", 1)[1]
    assert "/Scope /Column" in group
    assert re.search(r"/ColSpan 2", group)
    month = tree[: tree.index('"年月"')].rsplit("TH", 1)[1]
    assert re.search(r"/RowSpan 2", month)


def test_a_long_table_is_one_table_with_one_head() -> None:
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
def test_every_text_is_tagged_or_furniture_and_every_tag_is_found(
    kind: str, edition: Edition
) -> None:
    pdf = render(EVERY[kind], sample=True, edition=edition)
    assert isinstance(pdf, bytes)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.Root.MarkInfo.Marked is True
        tree = opened.Root.StructTreeRoot
        parents = list(tree.ParentTree.Nums)
        assert [int(n) for n in parents[: 2 * len(opened.pages) : 2]] == [*range(len(opened.pages))]
        _check_field(opened, parents[2 * len(opened.pages) :])
        for index, page in enumerate(opened.pages):
            assert int(page.StructParents) == index
            marks, depth = [], 0
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) in ("BDC", "BMC"):
                    depth += 1
                    if str(operator) == "BDC":
                        marks.append((str(operands[0]), int(operands[1].MCID)))
                elif str(operator) == "EMC":
                    depth -= 1
                elif str(operator) in ("Tj", "f", "S", "Do"):
                    assert depth == 1, f"{operator} outside of any mark"
            assert depth == 0
            marks.sort(key=lambda each: each[1])  # a figure is drawn under the text
            assert [mark for _, mark in marks] == list(range(len(marks)))
            entries = parents[2 * index + 1]
            assert len(entries) == len(marks)
            for (role, mark), element in zip(marks, entries, strict=True):
                assert str(element.S) == role
                _holds(element, page, mark)
        _check_node(tree.K, tree)


def _check_field(opened: pikepdf.Pdf, parents: list[pikepdf.Object]) -> None:
    """The place for the seal, if there is one, stands in the tags, and the other way round."""
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
    """``element`` claims the mark on that page."""
    kids = element.K if isinstance(element.K, pikepdf.Array) else [element.K]
    for kid in kids:
        if isinstance(kid, pikepdf.Dictionary) and "/MCID" in kid:
            if int(kid.MCID) == mark and kid.Pg.objgen == page.objgen:
                return
        elif not isinstance(kid, pikepdf.Dictionary) and int(kid) == mark:
            assert element.Pg.objgen == page.objgen
            return
    raise AssertionError(f"mark {mark} belongs to nobody")


_WITHIN = {
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
def test_what_is_heard_is_what_is_read(kind: str) -> None:
    """The tags hold all the words of the pages but the furniture."""
    pdf = made(EVERY[kind])
    heard = squeezed("".join(re.findall(r'^\s*"(.*)"$', tree_of(pdf), re.MULTILINE)))
    read = squeezed(text_of(pdf))
    lacking = set(read) - set(heard)
    # A paper without a verification code has only page number and station in its footer.
    assert lacking <= set("第1页共" + samples.ISSUE.station + "编号"), lacking


def test_a_paragraph_over_two_pages_is_one() -> None:
    long = replace(samples_more.form(), declaration="本人承诺所填内容真实有效。" * 120)
    tree = tree_of(made(long))
    paragraphs = tree.split("P (block)")
    (said,) = [squeezed(each) for each in paragraphs if "本人承诺" in each]
    assert said.replace('"', "").count("真实有效") == 120
