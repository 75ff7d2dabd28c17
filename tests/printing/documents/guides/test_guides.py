"""The printed guides: PDF/A and PDF/UA, large print, and everything that they must hold."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import page as validator
import pikepdf
import pytest
from PIL import Image

from devices.health import Fault
from printing.documents.guides import (
    Guide,
    Leaflet,
    Passage,
    Picture,
    Poster,
    Service,
    ServiceGroup,
    StaffFaults,
    StaffGuide,
    StaffPage,
    Step,
    typeset,
)
from printing.faults import FONT_MISSING, GLYPH_MISSING

from ..test_documents import squeezed, text_of

MADE_AT = datetime(2026, 11, 21, 6, 26, tzinfo=UTC)
PROFILES = [validator.ValidationProfile.PDF_A_2A, validator.ValidationProfile.PDF_UA_1]
A3, A4 = (842, 1191), (595, 842)
"""Sizes in whole points."""
PORTRAIT, LANDSCAPE = (108, 192), (192, 108)


def picture(name: str = "图", size: tuple[int, int] = PORTRAIT) -> Picture:
    out = io.BytesIO()
    colour = (len(name) * 40 % 256, 90, 60)  # differs, so that each picture is embedded
    Image.new("RGB", size, colour).save(out, "PNG")
    return Picture(out.getvalue(), name)


def steps(size: tuple[int, int] = PORTRAIT) -> list[Step]:
    names = ("放卡", "点同意", "选要办的", "先卡后纸")
    return [
        Step(name, f"先{name}，再往下看。", f"{name}的说明。", picture(f"{name}的图", size))
        for name in names
    ]


GROUPS = [
    ServiceGroup("社保", [Service("参保证明", "近两年"), Service("缴费证明", "每个月")]),
    ServiceGroup("公积金", [Service("缴存证明", "余额")]),
]
HELP = Passage("要人帮忙", ["点右下角的按钮。"], help=True)
POSTER = Poster(
    title="放一张卡，自己就能办", station="便民服务站", place="人民路药房", made_at=MADE_AT,
    offer="在这里可以办", groups=GROUPS, how="四步办好", steps=steps(), more="还有 {n} 项。",
    notes=[Passage("要带什么", ["请带身份证。"]), Passage("看不清", ["点大字。"]), HELP],
)  # fmt: skip
LEAFLET = Leaflet(
    title="自助办事说明", station="便民服务站", place="人民路药房", made_at=MADE_AT,
    offer="在这里可以办", groups=GROUPS, how="四步办好", steps=steps(), lede="不用填表。",
    first=[Passage("要带什么", ["请带身份证。"])], notes=[HELP, Passage("您的信息", ["不留。"])],
)  # fmt: skip
STAFF = StaffGuide(
    title="工作人员手册", station="便民服务站", place="人民路药房", made_at=MADE_AT,
    lede="写给工作人员。", rules=["不替居民点。"], pages_heading="每一页",
    pages=[
        StaffPage("等人放卡", [picture("放卡页")], [("这是什么", "没有人。"), ("您要做", "等。")]),
        StaffPage("核对", [picture("验证码页一"), picture("核对页二号")], [("这是什么", "核对。")]),
    ],
    faults=[StaffFaults("您来处理", "照做。", [("代码", 2), ("怎么办", 5)], [["PRN-104", "加纸"]])],
)  # fmt: skip
GUIDES: dict[str, Guide] = {"poster": POSTER, "leaflet": LEAFLET, "staff": STAFF}


def made(guide: Guide) -> bytes:
    pdf = typeset(guide)
    assert isinstance(pdf, bytes), pdf
    return pdf


def failures(pdf: bytes) -> list[str]:
    """Return the rules of PDF/A and PDF/UA that the file breaks."""
    found = []
    for profile in PROFILES:
        report = validator.validate_pdf_bytes(pdf, profile=profile)
        assert report.rules.total > 100
        found += [f"{each.rule_id} {each.message}" for each in report.failures]
    return found


def page_sizes(pdf: bytes) -> list[tuple[int, int]]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return [(round(float(p.mediabox[2])), round(float(p.mediabox[3]))) for p in opened.pages]


def type_sizes(pdf: bytes) -> Counter[float]:
    """Return how many characters are set in each type size, in points."""
    found: Counter[float] = Counter()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for page in opened.pages:
            size = 0.0
            for each in pikepdf.parse_content_stream(page):
                if str(each.operator) == "Tf":
                    size = float(each.operands[1])
                elif str(each.operator) == "Tj":
                    found[size] += len(bytes(each.operands[0])) // 2
    return found


def alternatives(pdf: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return [
            str(each.Alt)
            for each in opened.objects
            if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/Figure"
        ]


@pytest.mark.parametrize("name", GUIDES)
def test_validator_accepts_every_guide(name: str) -> None:
    assert failures(made(GUIDES[name])) == []


@pytest.mark.parametrize("name", ["poster", "leaflet"])
def test_validator_accepts_pictures_of_a_landscape_screen(name: str) -> None:
    guide = GUIDES[name]
    assert not isinstance(guide, StaffGuide)
    assert failures(made(replace(guide, steps=steps(LANDSCAPE)))) == []


def test_each_guide_has_its_paper() -> None:
    assert page_sizes(made(POSTER)) == [A3]
    assert set(page_sizes(made(LEAFLET))) == {A4}
    assert set(page_sizes(made(STAFF))) == {A4}


def test_every_picture_is_a_figure_with_its_words() -> None:
    wanted = [step.picture.alternative for step in POSTER.steps]
    assert alternatives(made(POSTER)) == wanted
    assert alternatives(made(LEAFLET)) == wanted
    assert alternatives(made(STAFF)) == [
        each.alternative for page in STAFF.pages for each in page.pictures
    ]


def test_a_picture_shows_the_pixels_of_its_file() -> None:
    with pikepdf.open(io.BytesIO(made(POSTER))) as opened:
        images = [
            pikepdf.PdfImage(each).as_pil_image()
            for each in opened.objects
            if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == "/Image"
        ]
    wanted = {Image.open(io.BytesIO(step.picture.png)).getpixel((5, 5)) for step in POSTER.steps}
    assert {image.getpixel((5, 5)) for image in images} == wanted
    assert {image.size for image in images} == {PORTRAIT}


def test_the_leaflet_is_in_large_print() -> None:
    sizes = type_sizes(made(LEAFLET))
    body, _ = sizes.most_common(1)[0]
    assert body >= 16
    assert max(sizes) > 1.5 * body  # the title
    assert any(body < size < max(sizes) for size in sizes)  # the headings
    assert min(sizes) >= 12


def test_the_poster_can_be_read_from_a_metre_away() -> None:
    assert min(type_sizes(made(POSTER))) >= 19.5


@pytest.mark.process
@pytest.mark.parametrize("name", ["poster", "leaflet"])
def test_residents_find_services_steps_and_help(name: str) -> None:
    guide = GUIDES[name]
    assert isinstance(guide, Poster | Leaflet)
    text = squeezed(text_of(made(guide)))
    wanted = [guide.title, guide.station, guide.place, guide.offer, guide.how]
    wanted += [service.name for group in guide.groups for service in group.services]
    wanted += [part for step in guide.steps for part in (step.name, step.text)]
    wanted += [part for note in guide.notes for part in (note.heading, *note.paragraphs)]
    for part in wanted:
        assert squeezed(part) in text, part


@pytest.mark.process
def test_staff_find_every_page_and_fault() -> None:
    text = squeezed(text_of(made(STAFF)))
    for part in ("等人放卡", "没有人。", "核对", "不替居民点。", "PRN-104", "加纸"):
        assert part in text


@pytest.mark.process
def test_a_poster_without_space_for_all_services_says_how_many_are_left_out() -> None:
    services = [Service(f"第{number}种证明", "") for number in range(60)]
    guide = replace(POSTER, groups=[ServiceGroup("社保", services)])
    pdf = made(guide)
    text = squeezed(text_of(pdf))
    shown = len(re.findall(r"第\d+种证明", text))
    assert 0 < shown < 60
    assert f"还有{60 - shown}项。" in text
    assert page_sizes(pdf) == [A3]


@pytest.mark.process
def test_a_leaflet_lists_every_service_on_as_many_pages_as_it_needs() -> None:
    services = [Service(f"第{number}种证明", "用处") for number in range(60)]
    pdf = made(replace(LEAFLET, groups=[ServiceGroup("", services)]))
    text = squeezed(text_of(pdf))
    assert len(re.findall(r"第\d+种证明", text)) == 60
    assert failures(pdf) == []


def test_the_longest_name_and_place_stay_on_the_coloured_band() -> None:
    """White text below the band would be invisible."""
    long = replace(POSTER, station="站" * 80, place="地" * 80)
    with pikepdf.open(io.BytesIO(made(long))) as opened:
        (page,) = opened.pages
        content = page.Contents.read_bytes().decode("ascii")
    band = re.search(r"q 0\.055 0\.227 0\.310 rg \S+ (\S+) m", content)
    assert band is not None
    assert baseline_of_last_white_line(content, before="0.055 0.227 0.310 rg") > float(band[1])


def baseline_of_last_white_line(content: str, before: str) -> float:
    """Return the height above the paper's lower edge of the last line before that colour."""
    text = content[content.index("BT ") :]
    head = text[: text.index(before)]
    return sum(float(y) for _, y in re.findall(r"(\S+) (\S+) Td", head))


@pytest.mark.parametrize("name", GUIDES)
def test_a_character_without_a_glyph_is_a_fault(name: str) -> None:
    found = typeset(replace(GUIDES[name], station="站\ue123"))
    assert isinstance(found, Fault)
    assert GLYPH_MISSING.same_as(found)


def test_missing_fonts_are_a_fault(tmp_path: Path) -> None:
    found = typeset(POSTER, directories=[tmp_path])
    assert isinstance(found, Fault)
    assert FONT_MISSING.same_as(found)
