"""The same certificate, typeset by WeasyPrint, fpdf2 and Typst, for `documents`.

Each has the same text, rows, typefaces and QR code, and makes the PDF in memory. Each is warm: it
keeps its fonts loaded and its compiler, as far as it can. A peer that is not installed is left out;
``make bench`` installs them.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import segno

from printing.documents import Insurance
from printing.documents.certificates.insurance import InsuranceCertificate
from printing.typesetting import font_chain

Setter = Callable[[], bytes]
HEADS = (
    "年月", "养老基数", "养老个人", "医疗基数", "医疗个人", "失业基数", "失业个人", "状态", "单位",
)  # fmt: skip
WIDTHS = (15, 16.5, 15, 16.5, 15, 16.5, 15, 16.5, 44)
NOTES = (
    "本证明根据社会保险经办系统的记录生成。",
    "本证明有效期至2027年2月20日。",
    "凭此校验码可网上确认真伪。",
    "金额单位为元；“—”表示当月无该险种缴费记录。",
)
_FACE_PATHS = [
    path
    for name in (font_chain.LATIN, font_chain.HAN[0])
    for directory in font_chain.DIRECTORIES
    for path in directory.rglob(name)
]


def _rows(document: InsuranceCertificate) -> list[list[str]]:
    rows = []
    for month in document.months:
        amounts = []
        for part in (month.pension, month.medical, month.unemployment):
            assert part is not None
            amounts += [f"{part.base:,.2f}", f"{part.personal:,.2f}"]
        rows.append([str(month.month), *amounts, month.state or "", month.employer or ""])
    return rows


def _facts(document: InsuranceCertificate) -> list[tuple[str, str]]:
    return [
        ("姓名", document.name),
        ("性别", document.sex or ""),
        ("社会保障号码", document.id_number),
        ("现单位参保月数", f"{document.months_with_employer} 个月"),
    ]


def _states(document: InsuranceCertificate) -> list[tuple[str, str]]:
    known = {state.insurance: state.state or "" for state in document.states}
    return [(insurance.value, known[insurance]) for insurance in Insurance]


def _footer(document: InsuranceCertificate) -> list[str]:
    issue = document.issue
    return [
        f"校验码：{issue.verification_code}",
        "凭此校验码可网上确认真伪，也可扫描左侧二维码核验",
        issue.verify_url,
        f"{issue.station}　编号 {issue.document_number}　第 1 页　共 1 页",
    ]


def _code(document: InsuranceCertificate) -> segno.QRCode:
    return segno.make(document.issue.verify_url, error="m", micro=False, mask=2)


def weasyprint(document: InsuranceCertificate) -> Setter:
    """Typeset with HTML and CSS."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    configuration = FontConfiguration()
    widths = "".join(
        f"table.r td:nth-child({n}) {{ width: {width}mm }}" for n, width in enumerate(WIDTHS, 1)
    )
    style = CSS(
        string=f"""
        @page {{ size: A4; margin: 15mm 20mm }}
        body {{ font: 9pt "Liberation Serif", "BabelStone Han" }}
        h1 {{ text-align: center; font-size: 21pt; font-weight: normal }}
        table {{ border-collapse: collapse; width: 170mm }}
        td, th {{ border: 0.25pt solid black; padding: 0.8mm; font-weight: normal }}
        {widths}
        .n {{ text-align: right }} svg {{ width: 18mm; height: 18mm }}
        """,
        font_config=configuration,
    )

    def setter() -> bytes:
        escape = html.escape
        row = "<tr>{}</tr>".format
        cell = "<td>{}</td>".format
        out = BytesIO()
        _code(document).save(out, kind="svg", xmldecl=False, svgns=True, border=0)
        facts = "".join(cell(escape(k)) + cell(escape(v)) for k, v in _facts(document))
        states = "".join(cell(k) for k, _ in _states(document))
        values = "".join(cell(v) for _, v in _states(document))
        head = row("".join(f"<th>{name}</th>" for name in HEADS))
        rows = "".join(row("".join(cell(escape(v)) for v in each)) for each in _rows(document))
        issue = document.issue
        page = (
            f"<h1>社会保险个人参保证明</h1><p>编号：{issue.document_number} "
            f"打印日期：{issue.issued_on}</p><table>{row(facts)}</table>"
            f"<table>{row(states)}{row(values)}</table>"
            f'<table class="r"><thead>{head}</thead>{rows}</table>'
            + "".join(f"<p>{n}. {note}</p>" for n, note in enumerate(NOTES, 1))
            + f"<p>{issue.authority}</p>{out.getvalue().decode()}"
            + "".join(f"<p>{escape(line)}</p>" for line in _footer(document))
        )
        made = HTML(string=page).write_pdf(stylesheets=[style], font_config=configuration)
        assert isinstance(made, bytes)
        return made

    return setter


def fpdf2(document: InsuranceCertificate) -> Setter:
    """Place each cell. Documents of fpdf2 cannot share fonts, so each document opens them, as it
    must for any user of fpdf2."""
    from fpdf import FPDF

    latin, han = _FACE_PATHS

    def setter() -> bytes:
        pdf = FPDF()
        pdf.add_font("latin", fname=str(latin))
        pdf.add_font("han", fname=str(han))
        pdf.set_fallback_fonts(["han"])
        pdf.set_margins(20, 15)
        pdf.set_auto_page_break(auto=False)
        pdf.add_page()
        pdf.set_font("latin", size=21)
        pdf.cell(170, 14, "社会保险个人参保证明", align="C", new_x="LMARGIN", new_y="NEXT")
        pdf.set_font("latin", size=9)
        issue = document.issue
        head = f"编号：{issue.document_number}  打印日期：{issue.issued_on}"
        pdf.cell(170, 5, head, new_x="LMARGIN", new_y="NEXT")
        for name, value in _facts(document):
            pdf.cell(27, 6, name, border=1)
            pdf.cell(58, 6, value, border=1, new_x="LMARGIN", new_y="NEXT")
        for line in zip(*_states(document), strict=True):
            for value in line:
                pdf.cell(34, 5.3, value, border=1)
            pdf.ln()
        for row in [list(HEADS), *_rows(document)]:
            for value, width in zip(row, WIDTHS, strict=True):
                pdf.cell(width, 5.3, value, border=1)
            pdf.ln()
        for note in (*NOTES, issue.authority or "", *_footer(document)):
            pdf.cell(170, 4.4, note, new_x="LMARGIN", new_y="NEXT")
        matrix = _code(document).matrix
        side = 18 / len(matrix)
        for y, modules in enumerate(matrix):
            for x, dark in enumerate(modules):
                if dark:
                    pdf.rect(20 + x * side, 260 + y * side, side, side, style="F")
        return bytes(pdf.output())

    return setter


_TYPST = """
#set page("a4", margin: (x: 20mm, y: 15mm))
#set text(font: ("Liberation Serif", "BabelStone Han"), size: 9pt, lang: "zh")
#let d = json(bytes(sys.inputs.data))
#align(center, text(size: 21pt)[社会保险个人参保证明])
#d.head
#table(columns: 4, ..d.facts)
#table(columns: 5, ..d.states)
#table(columns: d.widths.map(w => w * 1mm), stroke: 0.25pt, inset: 0.8mm,
  table.header(..d.heads), ..d.rows)
#for note in d.notes [+ #note
]
#d.authority
#image(bytes(d.code), format: "svg", width: 18mm)
#for line in d.footer [#line \\
]
"""


def typst(document: InsuranceCertificate, folder: Path) -> Setter:
    """Keep the compiler with its fonts and caches; only the data change between runs."""
    import json

    import typst as engine

    source = folder / "certificate.typ"
    source.write_text(_TYPST, encoding="utf-8")
    paths = sorted({str(path.parent) for path in _FACE_PATHS})
    compiler = engine.Compiler(root=str(folder), font_paths=paths, ignore_system_fonts=True)
    runs = 0

    def setter() -> bytes:
        nonlocal runs
        runs += 1
        out = BytesIO()
        _code(document).save(out, kind="svg", xmldecl=False, svgns=True, border=0)
        issue = document.issue
        data = {
            "head": f"编号：{issue.document_number}-{runs}  打印日期：{issue.issued_on}",
            "facts": [text for fact in _facts(document) for text in fact],
            "states": [text for line in zip(*_states(document), strict=True) for text in line],
            "widths": WIDTHS,
            "heads": HEADS,
            # One text differs in each run, so that the compiler typesets the table and does not
            # reuse it.
            "rows": [*[v for row in _rows(document) for v in row][:-1], f"单位{runs}"],
            "notes": NOTES,
            "authority": issue.authority,
            "code": out.getvalue().decode(),
            "footer": _footer(document),
        }
        made = compiler.compile(
            input=str(source),
            format="pdf",
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )
        assert isinstance(made, bytes)
        return made

    return setter


def peers(document: InsuranceCertificate, folder: Path) -> dict[str, Setter]:
    """Return the installed peers, by name."""
    found: dict[str, Setter] = {}
    builders: tuple[tuple[str, Callable[[], Setter]], ...] = (
        ("Typst", lambda: typst(document, folder)),
        ("WeasyPrint", lambda: weasyprint(document)),
        ("fpdf2", lambda: fpdf2(document)),
    )
    for name, build in builders:
        try:
            found[name] = build()
        except ImportError:
            continue
    return found
