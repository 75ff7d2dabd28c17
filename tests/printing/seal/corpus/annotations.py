"""Documents with annotations or fields that differ between screen and paper, or could change."""

from __future__ import annotations

from functools import partial

from printing import faults

from ...raw_pdf import Draft, form_object
from .refused import ACTS, BREAKS, Table

ANNOTATIONS = Table()


def annotation(kind: bytes, rest: bytes = b"/F 4") -> bytes:
    """Return an annotation of any kind, with an appearance."""
    return b"<</Type/Annot/Subtype/%s/Rect[60 400 160 500]/AP<</N 20 0 R>>%s>>" % (kind, rest)


def _with(kind: bytes, rest: bytes = b"/F 4") -> Draft:
    return Draft(annotations=annotation(kind, rest), objects=[form_object()])


# The seal itself, with flags that show it only on the screen or only on paper.
for _flags, _detail in (
    (None, "does not print"),
    (0, "does not print"),
    (1, "does not print"),
    (2, "does not print"),
    (8, "does not print"),
    (16, "does not print"),
    (32, "does not print"),
    (64, "does not print"),
    (128, "does not print"),
    (256, "does not print"),
    (512, "does not print"),
    (4 | 1, "annotation flag"),
    (4 | 2, "annotation flag"),
    (4 | 8, "annotation flag"),
    (4 | 16, "annotation flag"),
    (4 | 32, "annotation flag"),
    (4 | 256, "annotation flag"),
    (4 | 1024, "annotation flag"),
    (1023, "annotation flag"),
):
    ANNOTATIONS.draft(f"seal_with_flags_{_flags}", ACTS, _detail, Draft(flags=_flags))
ANNOTATIONS.draft("stamp_that_does_not_print", ACTS, "does not print", _with(b"Stamp", b"/F 0"))
ANNOTATIONS.draft("stamp_that_hides", ACTS, "annotation flag", _with(b"Stamp", b"/F 6"))
ANNOTATIONS.draft(
    "watermark_that_is_not_viewed", ACTS, "annotation flag", _with(b"Watermark", b"/F 36")
)
ANNOTATIONS.draft(
    "watermark_with_a_place_on_paper",
    ACTS,
    "/FixedPrint in a stamp",
    _with(b"Watermark", b"/F 4/FixedPrint<</Type/FixedPrint/H 0.5>>"),
)
ANNOTATIONS.draft(
    "stamp_without_an_appearance",
    ACTS,
    "a stamp without an appearance",
    Draft(annotations=b"<</Type/Annot/Subtype/Stamp/Rect[60 400 160 500]/F 4/Name/Approved>>"),
)
ANNOTATIONS.draft("half_transparent_stamp", ACTS, "/CA of a stamp", _with(b"Stamp", b"/F 4/CA 0.1"))
ANNOTATIONS.draft(
    "seal_without_area_that_prints", ACTS, "without area", Draft(rect=b"[300 300 300 400]")
)
ANNOTATIONS.draft(
    "link_whose_border_prints",
    ACTS,
    "a link with a border",
    Draft(annotations=b"<</Type/Annot/Subtype/Link/Rect[60 400 160 500]/F 4>>"),
)
ANNOTATIONS.draft(
    "link_with_a_style_that_prints",
    ACTS,
    "a link with a border",
    Draft(annotations=b"<</Subtype/Link/Rect[60 400 160 500]/F 4/Border[0 0 0]/BS<</W 3>>>>"),
)

# Appearances.
for _name, _part, _detail in (
    ("appearance_when_pressed", b"/AP<</N 7 0 R/D 7 0 R>>", "/D in the appearances"),
    ("appearance_when_touched", b"/AP<</N 7 0 R/R 7 0 R>>", "/R in the appearances"),
):
    ANNOTATIONS.draft(_name, ACTS, _detail, Draft(appearance=_part))
ANNOTATIONS.draft(
    "appearance_by_state",
    BREAKS,
    "a form",
    Draft(appearance=b"/AP<</N<</On 7 0 R/Off 20 0 R>>>>", objects=[form_object(b"")]),
)
ANNOTATIONS.draft("appearance_state", ACTS, "an unknown key in the widget", Draft(widget=b"/AS/On"))
ANNOTATIONS.draft(
    "characteristics_without_an_appearance",
    ACTS,
    "appearance characteristics",
    Draft(appearance=b"", widget=b"/MK<</BC[0 0 0]/BG[0 0 0]>>"),
)
ANNOTATIONS.draft(
    "appearance_that_is_flattened",
    BREAKS,
    "no inverse",
    Draft(appearance_form=form_object(entries=b"/Matrix[1 0 0 0 0 0]")),
)
ANNOTATIONS.draft("seal_in_a_layer", ACTS, "/OC in the widget", Draft(widget=b"/OC<</Type/OCG>>"))

# Kinds that are not accepted.
for _kind in (
    b"Text",
    b"FreeText",
    b"Line",
    b"Square",
    b"Circle",
    b"Polygon",
    b"Highlight",
    b"StrikeOut",
    b"Ink",
    b"Popup",
    b"FileAttachment",
    b"Sound",
    b"Movie",
    b"Screen",
    b"3D",
    b"RichMedia",
    b"PrinterMark",
    b"TrapNet",
    b"Redact",
    b"Caret",
    b"Projection",
    b"Unheard",
):
    ANNOTATIONS.draft(
        f"annotation_{_kind.decode().lower()}", ACTS, "an annotation of a kind", _with(_kind)
    )

# Fields.
_FIELD = b"<</FT/Tx/T(amount)/V(1)>>"
ANNOTATIONS.draft(
    "text_field", ACTS, "/FT of a form field", Draft(seal=b"[6 0 R 20 0 R]", objects=[_FIELD])
)
ANNOTATIONS.draft(
    "second_seal_field",
    ACTS,
    "1 empty signature fields",
    Draft(seal=b"[6 0 R 20 0 R]", objects=[b"<</FT/Sig/T(Other)>>"]),
)
ANNOTATIONS.draft(
    "form_without_fields", ACTS, "without a signature field", Draft(seal=b"[]", flags=132)
)
_ORPHAN = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Other)/Rect[60 400 160 500]/F 4/AP<</N 21 0 R>>>>"
ANNOTATIONS.draft(
    "widget_in_no_form",
    ACTS,
    "not in the form",
    Draft(annotations=b"20 0 R", objects=[_ORPHAN, form_object()]),
)
ANNOTATIONS.draft(
    "widget_written_into_the_page",
    ACTS,
    "not in the form",
    Draft(annotations=_ORPHAN, objects=[b"null", form_object()]),
)
ANNOTATIONS.draft(
    "widget_on_no_page_and_in_no_form",
    ACTS,
    "/AP in an object that nothing uses",
    Draft(objects=[_ORPHAN, form_object()]),
)
ANNOTATIONS.draft(
    "widget_on_no_page",
    ACTS,
    "on no page",
    Draft(
        seal=b"[20 0 R]",
        objects=[
            b"<</FT/Sig/T(Seal)/V 5 0 R/Kids[6 0 R 21 0 R]>>",
            b"<</Type/Annot/Subtype/Widget/Parent 20 0 R/Rect[60 400 160 500]/F 4/AP<</N 7 0 R>>>>",
        ],
        field=b"/Parent 20 0 R",
    ),
)
ANNOTATIONS.draft("widget_listed_twice", ACTS, "listed twice", Draft(annotations=b"6 0 R"))
ANNOTATIONS.draft(
    "annotation_of_another_page",
    ACTS,
    "names another page",
    Draft(
        annotations=annotation(b"Stamp", b"/F 4/P 21 0 R"),
        kids=b"[3 0 R 21 0 R]",
        count=2,
        objects=[
            form_object(),
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>",
        ],
    ),
)
ANNOTATIONS.draft(
    "field_within_itself",
    BREAKS,
    "listed twice in the form",
    Draft(seal=b"[20 0 R]", objects=[b"<</FT/Sig/T(a)/V 5 0 R/Kids[20 0 R]>>"]),
)
ANNOTATIONS.draft(
    "field_of_another_parent", BREAKS, "whose /Parent is not", Draft(widget=b"/Parent 2 0 R")
)
ANNOTATIONS.draft(
    "permissions_of_another_signature",
    faults.SEAL_BROKEN,
    "another signature",
    Draft(catalog=b"/Perms<</DocMDP 20 0 R>>", objects=[b"<</Type/Sig/Filter/A/Contents<00>>>"]),
)
_KID = b"<</Type/Annot/Subtype/Widget/Parent 20 0 R/Rect[0 0 0 0]%s>>"
for _name, _entries, _other in (
    ("fields_of_its_own", b"/Kids[22 0 R]", b"<</FT/Sig/T(Other)/Parent 21 0 R>>"),
    ("a_signature_of_its_own", b"/V 22 0 R", b"<</Type/Sig/Filter/A/Contents<00>>>"),
):
    ANNOTATIONS.draft(
        f"widget_with_{_name}",
        BREAKS,
        "mixes fields and widgets",
        Draft(
            seal=b"[20 0 R]",
            field=b"/Parent 20 0 R",
            objects=[b"<</FT/Sig/T(Seal)/V 5 0 R/Kids[6 0 R 21 0 R]>>", _KID % _entries, _other],
        ),
    )
ANNOTATIONS.mangled(
    "signature_that_is_in_another_entry",
    faults.SEAL_BROKEN,
    "not the one over the file",
    lambda pdf: pdf.replace(b"/Contents<0000", b"/Location<0000"),
)


def _with_form(form: bytes, pdf: bytes) -> bytes:
    return pdf.replace(b"adbe.pkcs7.detached", form)


for _form in (b"adbe.x509.rsa_sha1 ", b"adbe.pkcs7.sha1    ", b"ETSI.RFC3161       "):
    ANNOTATIONS.mangled(
        f"signature_of_the_form_{_form.decode().strip().replace('.', '_').lower()}",
        faults.SEAL_BROKEN,
        "a signature of another form",
        partial(_with_form, _form),
    )
