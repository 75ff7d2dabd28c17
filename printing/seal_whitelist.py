"""Every kind of object that a sealed PDF may contain, and the keys that each may have.

For `printing.seal_content`; the kinds that draw are in `printing.seal_graphics`. Clauses are of
ISO 32000-1. Whatever stands in no table is refused: before a key is added, ask whether screen and
paper stay the same with it, and whether a reader acts on it.
"""

from __future__ import annotations

import re

from .faults import ACTIVE_CONTENT
from .pdf_annotations import Annotation, difference
from .pdf_file import PdfFile, Stream
from .pdf_syntax import Ref, Value
from .seal_graphics import (
    BARE_STREAM,
    CONTENT,
    DATA,
    FORM,
    ICC_PROFILE,
    IMAGE,
    METADATA,
    RECTANGLE,
    RESOURCES,
    SPARE_GRAPHICS,
    TRANSPARENCY,
    stream_kind,
)
from .seal_rules import (
    BOOLEAN,
    LINK,
    NAME,
    NUMBER,
    SCALAR,
    SIMPLE,
    STRING,
    WHOLE,
    ArrayOf,
    Choice,
    DictionaryOf,
    Kind,
    Late,
    Plain,
    Problem,
    Rule,
    Walk,
    either,
    entries_of,
    numbers,
    one_of,
)

_SEPARATE = rb"[\0\t\n\f\r ]"
_SHORT_NAME = rb"/[A-Za-z0-9_.\-]{1,40}+"
_REF = rb"\d{1,10}+" + _SEPARATE + rb"++\d{1,5}+" + _SEPARATE + rb"++R(?![A-Za-z0-9])"
_NUMBER_OR_REF = rb"(?:" + _REF + rb"|\d{1,10}+(?![\w.]))"
_PLAIN_MARK = (
    rb"<<" + _SEPARATE + rb"*+(?:/(?:Type" + _SEPARATE + rb"*+/MCR|Pg" + _SEPARATE + rb"*+" + _REF
    + rb"|MCID" + _SEPARATE + rb"*+\d{1,10}+(?![\w.]))" + _SEPARATE + rb"*+){0,4}+>>"
)  # fmt: skip
PLAIN_ELEMENT = re.compile(
    (
        rb"{s}*+<<{s}*+(?:/(?:"
        rb"Type{s}*+/StructElem(?![A-Za-z0-9])"
        rb"|S{s}*+{name}"
        rb"|P{s}*+{ref}|Pg{s}*+{ref}"
        rb"|K{s}*+(?:{item}|{mark}|\[{s}*+(?:(?:{item}|{mark}){s}*+)*+\])"
        rb"|A{s}*+<<{s}*+(?:/(?:O|Scope|ListNumbering|Placement){s}*+{name}{s}*+"
        rb"|/(?:RowSpan|ColSpan){s}*+\d{1,6}+{s}*+){0,8}+>>"
        rb"|(?:Lang|Alt|T|ActualText|E){s}*+(?:\([^()\\\r]*+\)|<[0-9A-Fa-f]*+>)"
        rb"){s}*+){1,16}+>>{s}*+(?:endobj|\Z)"
    )
    .replace(b"{s}", _SEPARATE)
    .replace(b"{name}", _SHORT_NAME)
    .replace(b"{ref}", _REF)
    .replace(b"{item}", _NUMBER_OR_REF)
    .replace(b"{mark}", _PLAIN_MARK)
)
"""The bytes of an ordinary structure element, which are not read any further.

A tagged list has hundreds of these for each page, and reading them would take most of the time."""

TEXTS = either(STRING, ArrayOf(STRING))

# -- places in the document, and links to them (12.3, 12.5, 12.6) --------------------------------


class _Destination(Rule):
    """A page and what of it to show: the page, a name, and numbers; or a name for all that."""

    def check(self, walk: Walk, value: Value) -> Problem | None:
        if isinstance(value, (str, bytes)):
            return None
        if isinstance(value, list) and value and isinstance(value[0], Ref):
            return SIMPLE.check(walk, value[1:])
        return "is not as the standard has it"


_DESTINATION = _Destination()
_GO_TO = Kind(
    "an action",
    {"/Type": one_of("/Action"), "/S": one_of("/GoTo"), "/D": _DESTINATION, "/SD": SIMPLE},
)
_LINK_ACTION = Choice(
    "an action",
    "/S",
    {
        "/GoTo": _GO_TO,
        "/URI": Kind(
            "an action",
            {"/Type": one_of("/Action"), "/S": one_of("/URI"), "/URI": STRING, "/IsMap": BOOLEAN},
        ),
    },
)
_NAMED_DESTINATION = either(_DESTINATION, Kind("a destination", {"/D": _DESTINATION}))
_DESTINATION_TREE = Kind("a tree of destinations", {"/Limits": ArrayOf(STRING)})


class _Pairs(Rule):
    """Keys and values in turn (7.9.6): each value follows ``rule``."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule

    def check(self, walk: Walk, value: Value) -> Problem | None:
        if not isinstance(value, list) or len(value) % 2:
            return "is not as the standard has it"
        return SIMPLE.check(walk, value[::2]) or ArrayOf(self._rule).check(walk, value[1::2])


_DESTINATION_TREE.keys.update(
    {"/Kids": ArrayOf(_DESTINATION_TREE), "/Names": _Pairs(_NAMED_DESTINATION)}
)
_OUTLINE_ITEM = Kind(
    "an outline's item",
    {
        "/Title": STRING, "/Parent": LINK, "/Prev": LINK, "/Count": WHOLE, "/Dest": _DESTINATION,
        "/A": _LINK_ACTION, "/SE": LINK, "/C": numbers(3), "/F": WHOLE,
    },
)  # fmt: skip
_OUTLINE_ITEM.keys.update({"/Next": _OUTLINE_ITEM, "/First": _OUTLINE_ITEM, "/Last": _OUTLINE_ITEM})
_OUTLINES = Kind(
    "the outlines",
    {"/Type": one_of("/Outlines"), "/First": _OUTLINE_ITEM, "/Last": _OUTLINE_ITEM,
     "/Count": WHOLE},
)  # fmt: skip

# -- annotations: the rule is in `pdf_annotations` ------------------------------------------------

_APPEARANCES = Kind("the appearances of an annotation", {"/N": FORM})
_BORDER_STYLE = Kind(
    "a border", {"/Type": one_of("/Border"), "/W": NUMBER, "/S": NAME, "/D": SIMPLE}
)
_ANNOTATION_KEYS: dict[str, Rule] = {
    "/Type": one_of("/Annot"), "/Subtype": NAME, "/Rect": RECTANGLE, "/Contents": STRING,
    "/P": LINK, "/NM": STRING, "/M": STRING, "/F": WHOLE, "/StructParent": WHOLE,
    "/Border": SIMPLE, "/BS": _BORDER_STYLE, "/C": numbers(),
}  # fmt: skip
_MARKUP_KEYS: dict[str, Rule] = {
    **_ANNOTATION_KEYS, "/AP": _APPEARANCES, "/T": STRING, "/CreationDate": STRING,
    "/Subj": STRING, "/Name": NAME, "/CA": one_of(1, 1.0), "/Rotate": WHOLE,
}  # fmt: skip


def annotation_of(file: PdfFile, entries: dict[str, Value]) -> Annotation:
    """What of an annotation decides whether it is drawn."""
    resolve = file.resolve
    appearances = resolve(entries.get("/AP"))
    form = resolve(appearances.get("/N")) if isinstance(appearances, dict) else None
    style = resolve(entries.get("/BS"))
    return Annotation.read(
        subtype=resolve(entries.get("/Subtype")),
        flags=resolve(entries.get("/F")),
        rectangle=resolve(entries.get("/Rect")),
        form_box=resolve(form.entries.get("/BBox")) if isinstance(form, Stream) else None,
        form_is_empty=isinstance(form, Stream) and not form.raw,
        border=resolve(entries.get("/Border")),
        border_style=resolve(style.get("/W", 1)) if isinstance(style, dict) else None,
    )


def _same_on_paper(walk: Walk, value: Value) -> Problem | None:
    """The annotation looks the same on screen and paper."""
    entries = entries_of(value)
    problem = difference(annotation_of(walk.file, entries))
    return None if problem is None else ACTIVE_CONTENT.with_detail(problem)


TRANSFORM = Kind(
    "the parameters of a signature",
    {"/Type": NAME, "/P": WHOLE, "/V": NAME, "/Action": NAME, "/Fields": ArrayOf(STRING)},
)
SIGNATURE = Kind(
    "a signature",
    {
        "/Type": one_of("/Sig", "/DocTimeStamp"), "/Filter": NAME, "/SubFilter": NAME,
        "/Contents": STRING, "/Cert": TEXTS, "/ByteRange": numbers(),
        "/Reference": ArrayOf(
            Kind(
                "the reference of a signature",
                {
                    "/Type": one_of("/SigRef"), "/TransformParams": TRANSFORM, "/Data": LINK,
                    "/TransformMethod": one_of("/DocMDP", "/FieldMDP"), "/DigestMethod": NAME,
                    "/DigestLocation": SIMPLE, "/DigestValue": STRING,
                },
            )
        ),
        "/Changes": numbers(3), "/Name": STRING, "/M": STRING, "/Location": STRING,
        "/Reason": STRING, "/ContactInfo": STRING, "/R": WHOLE, "/V": WHOLE, "/Prop_Build": DATA,
        "/Prop_AuthTime": WHOLE, "/Prop_AuthType": NAME,
    },
)  # fmt: skip
_LOCK = Kind(
    "the lock of a field",
    {"/Type": one_of("/SigFieldLock"), "/Action": NAME, "/Fields": ArrayOf(STRING), "/P": WHOLE},
)
_FIELD_KEYS: dict[str, Rule] = {
    "/FT": one_of("/Sig"), "/Parent": LINK, "/T": STRING, "/TU": STRING, "/TM": STRING,
    "/Ff": WHOLE, "/V": SIGNATURE, "/Lock": _LOCK, "/SV": DATA, "/DA": STRING, "/Q": WHOLE,
}  # fmt: skip


def _seal_same_on_paper(walk: Walk, value: Value) -> Problem | None:
    """As for any annotation; Ghostscript draws border and background if there is no appearance."""
    if "/MK" in value and "/AP" not in value:
        return ACTIVE_CONTENT.with_detail("the looks of a field without an appearance")
    return _same_on_paper(walk, value)


WIDGET = Kind(
    "the place of a seal",
    {
        **_ANNOTATION_KEYS, **_FIELD_KEYS, "/AP": _APPEARANCES, "/H": NAME,
        "/MK": Kind(
            "the looks of a field",
            {"/R": one_of(0), "/BC": numbers(), "/BG": numbers(), "/CA": STRING},
        ),
    },
    also=_seal_same_on_paper,
)  # fmt: skip
FIELD = Kind("a form field", dict(_FIELD_KEYS))
_FIELD_OR_WIDGET = Choice("a form field", "/Subtype", {None: FIELD, "/Widget": WIDGET})
FIELD.keys["/Kids"] = WIDGET.keys["/Kids"] = ArrayOf(_FIELD_OR_WIDGET)
STAMP = Kind("a stamp", _MARKUP_KEYS, also=_same_on_paper)
PAGE_LINK = Kind(
    "a link",
    {**_ANNOTATION_KEYS, "/A": _LINK_ACTION, "/Dest": _DESTINATION, "/H": NAME,
     "/QuadPoints": numbers()},
    also=_same_on_paper,
)  # fmt: skip
ANNOTATION = Choice(
    "an annotation",
    "/Subtype",
    {"/Widget": WIDGET, "/Stamp": STAMP, "/Watermark": STAMP, "/Link": PAGE_LINK},
)

# -- structure (14.7, 14.8) ----------------------------------------------------------------------

ELEMENT = Late()
_ATTRIBUTES = Late()


class _Attributes(Rule):
    """Words and numbers about an element; arrays and dictionaries of them."""

    def check(self, walk: Walk, value: Value) -> Problem | None:
        return DATA.check(walk, value)


_ATTRIBUTES.rule = _Attributes()
_MARK = Kind(
    "a mark in the structure",
    {"/Type": one_of("/MCR"), "/Pg": LINK, "/Stm": LINK, "/StmOwn": LINK, "/MCID": WHOLE},
)
_OBJECT_MARK = Kind(
    "an object in the structure", {"/Type": one_of("/OBJR"), "/Pg": LINK, "/Obj": LINK}
)
_NAMESPACE = Kind("a namespace", {"/Type": one_of("/Namespace"), "/NS": STRING, "/RoleMapNS": DATA})
_ELEMENT_KIND = Kind(
    "a structure element",
    {
        "/Type": one_of("/StructElem"), "/S": NAME, "/P": LINK, "/ID": STRING, "/Pg": LINK,
        "/A": _ATTRIBUTES, "/C": either(NAME, SIMPLE), "/R": WHOLE, "/T": STRING, "/Lang": STRING,
        "/Alt": STRING, "/E": STRING, "/ActualText": STRING, "/NS": _NAMESPACE,
    },
)  # fmt: skip
_ELEMENT_OR_MARK = Choice(
    "a structure element",
    "/Type",
    {None: _ELEMENT_KIND, "/StructElem": _ELEMENT_KIND, "/MCR": _MARK, "/OBJR": _OBJECT_MARK},
)
_KID = either(WHOLE, _ELEMENT_OR_MARK)
_KIDS = either(WHOLE, ArrayOf(_KID), _ELEMENT_OR_MARK)
_ELEMENT_KIND.keys["/K"] = _KIDS
_ELEMENT_KIND.keys["/Ref"] = ArrayOf(LINK)
ELEMENT.rule = _ELEMENT_OR_MARK
_PARENT_TREE = Kind("the parents in the structure", {"/Limits": numbers(2)})
_PARENT = either(Plain(lambda value: value is None), ELEMENT)
_PARENTS = either(ArrayOf(_PARENT), ELEMENT)
_PARENT_TREE.keys.update({"/Kids": ArrayOf(_PARENT_TREE), "/Nums": _Pairs(_PARENTS)})
_ID_TREE = Kind("the names in the structure", {"/Limits": ArrayOf(STRING)})
_ID_TREE.keys.update({"/Kids": ArrayOf(_ID_TREE), "/Names": _Pairs(ELEMENT)})
STRUCTURE = Kind(
    "the structure",
    {
        "/Type": one_of("/StructTreeRoot"), "/K": _KIDS, "/IDTree": _ID_TREE,
        "/ParentTree": _PARENT_TREE, "/ParentTreeNextKey": WHOLE, "/RoleMap": DictionaryOf(NAME),
        "/ClassMap": DictionaryOf(_ATTRIBUTES), "/Namespaces": ArrayOf(_NAMESPACE),
    },
)  # fmt: skip

ELEMENT_RULES = frozenset({_ELEMENT_OR_MARK, _KID, _KIDS, _PARENT, _PARENTS, ELEMENT})
"""The rules that an object follows whose bytes match `PLAIN_ELEMENT`."""

# -- the document (7.7) --------------------------------------------------------------------------

_BOXES: dict[str, Rule] = {"/MediaBox": RECTANGLE, "/CropBox": RECTANGLE}
PAGE = Kind(
    "a page",
    {
        **_BOXES, "/Type": one_of("/Page"), "/Parent": LINK, "/LastModified": STRING,
        "/Resources": RESOURCES, "/BleedBox": RECTANGLE, "/TrimBox": RECTANGLE,
        "/ArtBox": RECTANGLE, "/Contents": either(ArrayOf(CONTENT), CONTENT),
        "/Rotate": one_of(0, 90, 180, 270, 360, -90, -180, -270), "/Group": TRANSPARENCY,
        "/Thumb": IMAGE, "/Annots": ArrayOf(ANNOTATION), "/Metadata": METADATA, "/PieceInfo": DATA,
        "/StructParents": WHOLE, "/Tabs": NAME, "/UserUnit": one_of(1, 1.0),
        "/Trans": one_of({}),  # ReportLab writes an empty one
    },
)  # fmt: skip
PAGES = Kind(
    "the page tree",
    {
        **_BOXES, "/Type": one_of("/Pages"), "/Parent": LINK, "/Count": WHOLE,
        "/Resources": RESOURCES, "/Rotate": PAGE.keys["/Rotate"],
        "/ITXT": STRING,  # iText's name and version
        "/ProcSet": ArrayOf(NAME),  # Qt writes it here
    },
    ("/Kids", "/Count"),
)  # fmt: skip
_PAGE_OR_PAGES = Choice("a page", "/Type", {"/Page": PAGE, "/Pages": PAGES})
PAGES.keys["/Kids"] = ArrayOf(_PAGE_OR_PAGES)
_SPARE_STREAMS = ArrayOf(BARE_STREAM)
_REVOCATION = Kind(
    "the store of revocation data",
    {
        "/Type": one_of("/DSS"), "/Certs": _SPARE_STREAMS, "/CRLs": _SPARE_STREAMS,
        "/OCSPs": _SPARE_STREAMS,
        "/VRI": DictionaryOf(
            Kind(
                "the revocation data of a signature",
                {
                    "/Type": one_of("/VRI"), "/Cert": _SPARE_STREAMS, "/CRL": _SPARE_STREAMS,
                    "/OCSP": _SPARE_STREAMS, "/TU": STRING, "/TS": BARE_STREAM,
                },
            )
        ),
    },
)  # fmt: skip
_LABEL_TREE = Kind("the page labels", {"/Limits": numbers(2)})
_LABEL_TREE.keys.update(
    {
        "/Kids": ArrayOf(_LABEL_TREE),
        "/Nums": _Pairs(
            Kind(
                "a page label",
                {"/Type": one_of("/PageLabel"), "/S": NAME, "/P": STRING, "/St": WHOLE},
            )
        ),
    }
)
FORM_FIELDS = Kind(
    "the form",
    {
        "/Fields": ArrayOf(_FIELD_OR_WIDGET), "/SigFlags": WHOLE, "/DA": STRING, "/DR": RESOURCES,
        "/Q": WHOLE, "/NeedAppearances": one_of(False),
    },
)  # fmt: skip
_INTENT = Kind(
    "an output intent",
    {
        "/Type": one_of("/OutputIntent"), "/S": NAME, "/OutputCondition": STRING,
        "/OutputConditionIdentifier": STRING, "/RegistryName": STRING, "/Info": STRING,
        "/DestOutputProfile": ICC_PROFILE,
    },
)  # fmt: skip
_VIEWING = Kind(
    "the viewer's preferences",
    {
        "/HideToolbar": BOOLEAN, "/HideMenubar": BOOLEAN, "/HideWindowUI": BOOLEAN,
        "/FitWindow": BOOLEAN, "/CenterWindow": BOOLEAN, "/DisplayDocTitle": BOOLEAN,
        "/NonFullScreenPageMode": NAME, "/Direction": NAME, "/PrintScaling": NAME, "/Duplex": NAME,
        "/PickTrayByPDFSize": BOOLEAN, "/NumCopies": one_of(1),
        # Only these: the screen shows the crop box, and so must the paper.
        "/ViewArea": one_of("/CropBox"), "/ViewClip": one_of("/CropBox"),
        "/PrintArea": one_of("/CropBox"), "/PrintClip": one_of("/CropBox"),
    },
)  # fmt: skip
CATALOG = Kind(
    "the catalog",
    {
        "/Type": one_of("/Catalog"), "/Version": NAME, "/Extensions": DATA, "/Pages": PAGES,
        "/PageLabels": _LABEL_TREE, "/ViewerPreferences": _VIEWING, "/PageLayout": NAME,
        "/Names": Kind("the names", {"/Dests": _DESTINATION_TREE}),
        "/Dests": DictionaryOf(_NAMED_DESTINATION),
        "/PageMode": one_of("/UseNone", "/UseOutlines", "/UseThumbs", "/FullScreen"),
        "/Outlines": _OUTLINES,
        "/OpenAction": either(_DESTINATION, _GO_TO), "/AcroForm": FORM_FIELDS,
        "/Metadata": METADATA, "/StructTreeRoot": STRUCTURE, "/Lang": STRING,
        "/MarkInfo": Kind(
            "the mark information",
            {"/Type": one_of("/MarkInfo"), "/Marked": BOOLEAN, "/UserProperties": BOOLEAN,
             "/Suspects": BOOLEAN},
        ),
        "/OutputIntents": ArrayOf(_INTENT), "/PieceInfo": DATA,
        "/Perms": Kind("the permissions", {"/DocMDP": SIGNATURE}), "/DSS": _REVOCATION,
        "/NeedsRendering": one_of(False),
    },
    ("/Pages",),
)  # fmt: skip


class _Info(Rule):
    """Any words and numbers (14.3.3)."""

    def check(self, walk: Walk, value: Value) -> Problem | None:
        return DictionaryOf(SCALAR).check(walk, value)


_IDENTITY = ArrayOf(STRING)
TRAILER = Kind(
    "the trailer",
    {
        "/Size": WHOLE, "/Root": CATALOG, "/Info": _Info(), "/ID": _IDENTITY, "/Prev": WHOLE,
        "/XRefStm": WHOLE, "/DocChecksum": SCALAR,
    },
    ("/Root",),
)  # fmt: skip
TABLE_KEYS = frozenset({"/DecodeParms", "/Filter", "/Index", "/Length", "/Type", "/W", "/DL"})
"""Keys of a cross-reference stream beside those of the trailer; `pdf_file` has read them."""

# -- objects that nothing uses -------------------------------------------------------------------

_OBJECT_STREAM = stream_kind(
    "an object stream", {"/Type": one_of("/ObjStm"), "/N": WHOLE, "/First": WHOLE, "/Extends": LINK}
)
_LINEARIZED = Kind(
    "the head of a linearized file",
    {
        "/Linearized": NUMBER, "/L": WHOLE, "/H": numbers(), "/O": WHOLE, "/E": WHOLE, "/N": WHOLE,
        "/T": WHOLE, "/P": WHOLE,
    },
)  # fmt: skip
_HINTS = stream_kind(
    "the hints of a linearized file",
    {f"/{key}": WHOLE for key in ("S", "P", "T", "O", "A", "E", "V", "I", "C", "L", "R", "B")},
)


def _is_information(value: Value) -> bool:
    """Whether all values are words, as in the information of a file; an action has names too."""
    return isinstance(value, dict) and all(
        isinstance(word, bytes) or key == "/Trapped" for key, word in value.items()
    )


_SPARE_INFO = Plain(_is_information)
SPARE: dict[Value, tuple[Rule, ...]] = {
    **SPARE_GRAPHICS,
    "/ObjStm": (_OBJECT_STREAM,),
    "/Outlines": (_OUTLINES,),
    "/StructElem": (_ELEMENT_KIND,),
    "/StructTreeRoot": (STRUCTURE,),
    "/MCR": (_MARK,),
    "/Namespace": (_NAMESPACE,),
    "/Pages": (PAGES,),
    "/Page": (PAGE,),
    "/Catalog": (CATALOG,),
    "/OutputIntent": (_INTENT,),
    "/DSS": (_REVOCATION,),
    None: (
        *SPARE_GRAPHICS[None], _LINEARIZED, _HINTS, _ELEMENT_KIND, _PARENT_TREE, _DESTINATION_TREE,
        _OUTLINE_ITEM, _LABEL_TREE, _VIEWING, _SPARE_INFO,
    ),
}  # fmt: skip
"""By ``/Type``: the kinds of an object that nothing uses. None of them is an annotation, a field, a
signature, or an action: such an object must be in use, and then it was looked at."""
REPLACED: dict[Value, tuple[Rule, ...]] = {
    "/Annot": (ANNOTATION,),
    "/Sig": (SIGNATURE,),
    None: (FIELD, FORM_FIELDS),
}
"""More kinds, for an object that a later revision replaced: the seal's place before the sealing."""
