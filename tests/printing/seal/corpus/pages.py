"""Documents in which readers find different pages, or crop or rotate them differently."""

from __future__ import annotations

from ...raw_pdf import Draft
from .refused import ACTS, BREAKS, Table

PAGES = Table()
_SECOND = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>"

for _name, _fault, _detail, _draft in (
    (
        "page_cut_by_its_crop_box",
        ACTS,
        "/CropBox of a page",
        Draft(page=b"/CropBox[50 50 400 600]"),
    ),
    (
        "page_cut_by_its_trim_box",
        ACTS,
        "/TrimBox of a page",
        Draft(page=b"/TrimBox[50 50 400 600]"),
    ),
    (
        "page_cut_by_an_inherited_crop_box",
        ACTS,
        "/CropBox of a page",
        Draft(pages=b"/CropBox[0 0 595 400]"),
    ),
    ("page_enlarged_by_user_unit", ACTS, "/UserUnit of a page", Draft(page=b"/UserUnit 2")),
    ("page_reduced_by_user_unit", ACTS, "/UserUnit of a page", Draft(page=b"/UserUnit 0.0001")),
    ("page_turned_by_45_degrees", ACTS, "/Rotate of a page", Draft(page=b"/Rotate 45")),
    ("page_of_no_size", BREAKS, "a page of 0", Draft(media=b"/MediaBox[0 0 0 0]")),
    ("page_without_a_box", BREAKS, "a page without a size", Draft(media=b"")),
    ("page_of_1400_metres", BREAKS, "a page of", Draft(media=b"/MediaBox[0 0 4000000 842]")),
    ("page_whose_box_is_a_name", BREAKS, "/MediaBox of a page", Draft(media=b"/MediaBox/A4")),
    (
        "page_whose_box_has_three_sides",
        BREAKS,
        "/MediaBox of a page",
        Draft(media=b"/MediaBox[0 0 595]"),
    ),
    (
        "print_area_of_its_own",
        ACTS,
        "/PrintArea of",
        Draft(catalog=b"/ViewerPreferences<</PrintArea/MediaBox>>"),
    ),
    (
        "view_clip_of_its_own",
        ACTS,
        "/ViewClip of",
        Draft(catalog=b"/ViewerPreferences<</ViewClip/ArtBox>>"),
    ),
    ("nine_copies", ACTS, "/NumCopies of", Draft(catalog=b"/ViewerPreferences<</NumCopies 9>>")),
    ("tree_that_counts_too_many", BREAKS, "a wrong /Count", Draft(count=2)),
    (
        "tree_that_counts_too_few",
        BREAKS,
        "a wrong /Count",
        Draft(kids=b"[3 0 R 20 0 R]", objects=[_SECOND]),
    ),
    ("tree_that_counts_none", BREAKS, "a wrong /Count", Draft(count=0)),
    ("page_listed_twice", BREAKS, "listed twice", Draft(kids=b"[3 0 R 3 0 R]", count=2)),
    (
        "page_within_the_tree",
        BREAKS,
        "listed twice",
        Draft(kids=b"[3 0 R <</Type/Page/Parent 2 0 R>>]", count=2),
    ),
    ("tree_within_itself", BREAKS, "listed twice", Draft(kids=b"[3 0 R 2 0 R]", count=2)),
    (
        "page_of_another_parent",
        BREAKS,
        "whose /Parent is not",
        Draft(
            kids=b"[3 0 R 20 0 R]",
            count=2,
            objects=[
                b"<</Type/Page/Parent 21 0 R/MediaBox[0 0 595 842]/Resources<<>>>>",
                b"<</Type/Pages/Kids[]/Count 0>>",
            ],
        ),
    ),
    ("no_pages", BREAKS, "no pages", Draft(kids=b"[]", count=0)),
    (
        "page_of_unknown_type",
        ACTS,
        "a page of a kind",
        Draft(kids=b"[3 0 R 20 0 R]", objects=[b"<</Type/Template>>"]),
    ),
    ("page_that_is_missing", BREAKS, "listed twice", Draft(kids=b"[3 0 R 99 0 R]", count=2)),
    ("output_intent_of_a_page", ACTS, "an unknown key in a page", Draft(page=b"/OutputIntents[]")),
    ("box_colours", ACTS, "an unknown key in a page", Draft(page=b"/BoxColorInfo<<>>")),
):
    PAGES.draft(_name, _fault, _detail, _draft)
