"""Documents with actions, embedded files, or references to something outside of the file."""

from __future__ import annotations

from ...raw_pdf import Draft, form_object, stream
from .refused import ACTS, BREAKS, Table

ACTIONS = Table()
_SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
_FILE = b"<</Type/Filespec/F(a.txt)/EF<</F 21 0 R>>>>"
_EMBEDDED = stream(b"hidden", b"/Type/EmbeddedFile")


def _link(action: bytes) -> bytes:
    return b"<</Type/Annot/Subtype/Link/Rect[60 400 90 430]/Border[0 0 0]/A%s>>" % action


# Actions on opening the file, on printing, and on turning a page.
for _name, _part, _detail in (
    ("open_script", b"/OpenAction" + _SCRIPT, "/S of an action"),
    ("open_named_print", b"/OpenAction<</S/Named/N/Print>>", "/S of an action"),
    ("open_unknown_action", b"/OpenAction<</S/Somersault>>", "/S of an action"),
    ("open_goto_then_script", b"/OpenAction<</S/GoTo/D[3 0 R/Fit]/Next%s>>" % _SCRIPT, "/Next in"),
    ("catalog_actions", b"/AA<</WP%s>>" % _SCRIPT, "/AA in the catalog"),
    ("named_scripts", b"/Names<</JavaScript<</Names[(a)%s]>>>>" % _SCRIPT, "/JavaScript in"),
    ("embedded_files", b"/Names<</EmbeddedFiles<</Names[(a)20 0 R]>>>>", "/EmbeddedFiles in"),
    ("associated_files", b"/AF[20 0 R]", "/AF in the catalog"),
    ("portfolio", b"/Collection<</View/D>>", "/Collection in"),
    ("base_address", b"/URI<</Base(http://a.example/)>>", "/URI in the catalog"),
    ("layers", b"/OCProperties<</OCGs[20 0 R]/D<</OFF[20 0 R]>>>>", "/OCProperties in"),
    ("requirements", b"/Requirements[<</S/EnableJavaScripts>>]", "/Requirements in"),
    ("articles", b"/Threads[<</F<<>>>>]", "/Threads in"),
    ("usage_rights", b"/Perms<</UR3 5 0 R>>", "/UR3 in the permissions"),
    (
        "alternate_presentations",
        b"/Names<</AlternatePresentations<<>>>>",
        "/AlternatePresentations",
    ),
    ("renditions", b"/Names<</Renditions<</Names[]>>>>", "/Renditions in"),
    ("page_templates", b"/Names<</Templates<</Names[(a)3 0 R]>>>>", "/Templates in"),
    ("legal_statement", b"/Legal<</JavaScriptActions 0>>", "/Legal in"),
    (
        "reader_extension_of_an_unknown_kind",
        b"/Wizard<</Spell(a)>>",
        "an unknown key in the catalog",
    ),
    ("page_mode_attachments", b"/PageMode/UseAttachments", "/PageMode of the catalog"),
    ("page_mode_layers", b"/PageMode/UseOC", "/PageMode of the catalog"),
    ("needs_rendering", b"/NeedsRendering true", "/NeedsRendering of"),
    ("document_parts", b"/DPartRoot<<>>", "/DPartRoot in"),
):
    ACTIONS.draft(_name, ACTS, _detail, Draft(catalog=_part, objects=[_FILE, _EMBEDDED]))

for _name, _part, _detail in (
    ("page_action", b"/AA<</O%s>>" % _SCRIPT, "/AA in a page"),
    ("page_transition", b"/Trans<</S/Dissolve>>", "/Trans of a page"),
    ("page_steps", b"/PresSteps<</NA%s>>" % _SCRIPT, "/PresSteps in"),
    ("page_viewport", b"/VP[<</BBox[0 0 9 9]/Measure<</Subtype/RL>>>>]", "/VP in a page"),
    ("page_files", b"/AF[20 0 R]", "/AF in a page"),
    ("page_private_script", b"/PieceInfo<</A<</Private<</JS(1)>>>>>>", "/JS within private data"),
    ("page_private_object", b"/PieceInfo<</A<</Private<</S/JavaScript>>>>>>", "private data"),
    ("page_separation", b"/SeparationInfo<</DeviceColorant/Cyan>>", "/SeparationInfo in"),
):
    ACTIONS.draft(_name, ACTS, _detail, Draft(page=_part, objects=[_FILE, _EMBEDDED]))

# Links.
for _kind, _rest in (
    (b"Launch", b"/F(a.sh)"),
    (b"GoToR", b"/F(b.pdf)/D[0/Fit]"),
    (b"GoToE", b"/T<<>>"),
    (b"SubmitForm", b"/F(http://a)"),
    (b"ImportData", b"/F(a.fdf)"),
    (b"ResetForm", b""),
    (b"Hide", b"/T(Seal)"),
    (b"SetOCGState", b"/State[]"),
    (b"Rendition", b"/OP 0"),
    (b"Movie", b""),
    (b"Sound", b""),
    (b"Trans", b""),
    (b"GoTo3DView", b""),
    (b"RichMediaExecute", b""),
    (b"JavaScript", b"/JS(1)"),
    (b"Unheard", b""),
):
    ACTIONS.draft(
        f"link_{_kind.decode().lower()}",
        ACTS,
        "an action of a kind",
        Draft(annotations=_link(b"<</S/%s%s>>" % (_kind, _rest))),
    )
ACTIONS.draft(
    "link_whose_kind_stands_behind_a_reference",
    ACTS,
    "an action of a kind",
    Draft(annotations=_link(b"<</S 20 0 R/F(a.sh)>>"), objects=[b"/Launch"]),
)
ACTIONS.draft(
    "link_without_a_kind",
    ACTS,
    "an action of a kind",
    Draft(annotations=_link(b"<</Type/Action/Win<</F(cmd.exe)>>>>")),
)
ACTIONS.draft(
    "link_with_a_second_action",
    ACTS,
    "/Next in an action",
    Draft(annotations=_link(b"<</S/URI/URI(a)/Next%s>>" % _SCRIPT)),
)
ACTIONS.draft(
    "link_that_also_acts_when_touched",
    ACTS,
    "/PA in a link",
    Draft(annotations=_link(b"<</S/URI/URI(a)>>/PA<</S/URI/URI(b)>>")),
)
ACTIONS.draft(
    "outline_with_a_script",
    ACTS,
    "an action of a kind",
    Draft(
        catalog=b"/Outlines 20 0 R",
        objects=[b"<</First 21 0 R/Last 21 0 R>>", b"<</Title(a)/Parent 20 0 R/A%s>>" % _SCRIPT],
    ),
)

# Inside the structure tree, which an earlier version of the check did not read.
for _name, _root, _objects, _detail in (
    ("structure_files", b"/AF[21 0 R]", [b"null"], "/AF in the structure"),
    (
        "structure_element_files",
        b"/K 21 0 R",
        [b"<</S/P/P 20 0 R/AF[9 0 R]>>"],
        "/AF in a structure",
    ),
    (
        "structure_element_script",
        b"/K 21 0 R",
        [b"<</S/P/P 20 0 R/A<</O/X/JS(1)>>>>"],
        "/JS within",
    ),
    (
        "structure_embedded_file",
        b"/K 21 0 R",
        [b"<</S/P/P 20 0 R/A 22 0 R>>", b"<</Type/Filespec/EF<</F 23 0 R>>>>", _EMBEDDED],
        "/EF within private data",
    ),
    (
        "structure_annotation",
        b"/K<</Type/OBJR/Obj 21 0 R>>",
        [b"<</Type/Annot/Subtype/FileAttachment/Rect[0 0 9 9]/FS 22 0 R>>", _FILE, _EMBEDDED],
        "an unused object",
    ),
    (
        "structure_action",
        b"/K 21 0 R",
        [b"<</Type/Action/S/JavaScript/JS(1)>>"],
        "a structure element",
    ),
    ("structure_pronunciation", b"/PronunciationLexicon[21 0 R]", [_FILE], "an unknown key in"),
    (
        "structure_namespace_file",
        b"/Namespaces[<</NS(a)/Schema 21 0 R>>]",
        [_FILE],
        "an unknown key",
    ),
    ("structure_class_script", b"/ClassMap<</A<</O/X/AA<<>>>>>>", [], "/AA within private data"),
):
    ACTIONS.draft(
        _name,
        ACTS,
        _detail,
        Draft(
            catalog=b"/StructTreeRoot 20 0 R",
            objects=[b"<</Type/StructTreeRoot%s>>" % _root, *_objects],
        ),
    )

# Objects that nothing uses.
for _name, _object, _detail in (
    ("unused_script", _SCRIPT, "/JS in an object that nothing uses"),
    ("unused_action", b"<</Type/Action/S/Launch/F(a.sh)>>", "/F in an object that nothing uses"),
    ("unused_file", _FILE, "/EF in an object that nothing uses"),
    ("unused_embedded_file", stream(b"x", b"/Type/EmbeddedFile/Params<<>>"), "an unused object"),
    ("unused_annotation", b"<</Type/Annot/Subtype/FreeText/Rect[0 0 9 9]>>", "an unused object"),
    ("unused_field", b"<</FT/Tx/T(a)/V(1)>>", "an unused object"),
    ("unused_signature", b"<</Type/Sig/Filter/A/Contents<00>>>", "an unused object"),
    ("unused_postscript", stream(b"showpage", b"/Type/XObject/Subtype/PS"), "an XObject of a"),
    ("unused_layer", b"<</Type/OCG/Name(a)>>", "an unused object"),
    ("unused_array_with_a_script", b"[1[2%s]]" % _SCRIPT, "/JS in an object that nothing uses"),
    ("unused_xfa", stream(b"<xdp/>", b"/XFA 1"), "/XFA in an object that nothing uses"),
    ("unused_external_stream", stream(b"", b"/F(http://a)"), "/F in an object that nothing uses"),
):
    ACTIONS.draft(_name, ACTS, _detail, Draft(objects=[_object]))

# Streams and forms.
for _name, _draft, _detail in (
    (
        "external_content",
        Draft(content=stream(b"q Q", b"/F(http://a.example/)")),
        "/F in a content",
    ),
    ("external_filter", Draft(content=stream(b"q Q", b"/FFilter/FlateDecode")), "/FFilter in"),
    (
        "postscript_twice_removed",
        Draft(appearance_form=form_object(entries=b"/Subtype2/PS")),
        "/Subtype2",
    ),
    ("postscript_key", Draft(appearance_form=form_object(entries=b"/PS 20 0 R")), "/PS in a form"),
    (
        "form_of_another_file",
        Draft(appearance_form=form_object(entries=b"/Ref<</F(a.pdf)>>")),
        "/Ref in",
    ),
    (
        "form_in_a_layer",
        Draft(appearance_form=form_object(entries=b"/OC<</Type/OCG>>")),
        "/OC in a form",
    ),
    ("form_with_opi", Draft(appearance_form=form_object(entries=b"/OPI<<>>")), "/OPI in a form"),
    ("form_with_files", Draft(appearance_form=form_object(entries=b"/AF[]")), "/AF in a form"),
    (
        "postscript_object",
        Draft(
            resources=b"/Resources<</XObject<</Run 20 0 R>>>>",
            objects=[stream(b"showpage", b"/Type/XObject/Subtype/PS")],
        ),
        "an XObject of a kind",
    ),
    (
        "content_in_a_layer",
        Draft(
            resources=b"/Resources<</Properties<</L<</Type/OCG/Name(paper)>>>>>>",
            content=stream(b"/OC /L BDC 0 0 9 9 re f EMC"),
        ),
        "the properties of marked content",
    ),
    ("xfa_form", Draft(acro=b"/XFA 20 0 R", objects=[stream(b"<xdp/>")]), "/XFA in the form"),
    (
        "form_drawn_again_by_the_viewer",
        Draft(acro=b"/NeedAppearances true"),
        "/NeedAppearances of the form",
    ),
    ("form_that_calculates", Draft(acro=b"/CO[6 0 R]"), "/CO in the form"),
    ("field_action", Draft(widget=b"/AA<</K%s>>" % _SCRIPT), "/AA in the widget of a seal"),
    ("seal_action", Draft(widget=b"/A%s" % _SCRIPT), "/A in the widget of a seal"),
    ("seal_default_value", Draft(widget=b"/DV 5 0 R"), "/DV in the widget of a seal"),
):
    ACTIONS.draft(_name, ACTS, _detail, _draft)
ACTIONS.draft("encrypted", BREAKS, "encrypted", Draft(trailer=b"/Encrypt<</Filter/Standard/V 4>>"))
