"""The kinds of objects that a sealed PDF may contain, and the keys that each kind may have.

For `printing.seal.content`. The kinds that draw are in `printing.seal.graphics`. Clauses are those
of ISO 32000-1. A key or a kind that is in no table is refused. Before you add one, check that
screen and paper still look the same, and that no reader runs an action because of it.
"""

from __future__ import annotations

import re

from ..faults import ACTIVE_CONTENT
from ..pdf.annotations import Annotation, difference
from ..pdf.file import PdfFile, Stream
from ..pdf.syntax import Ref, Value
from . import rules
from .graphics import (
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
from .rules import Problem, Rule, Walk

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
"""The bytes of an ordinary structure element. An object that matches is not parsed.

A tagged list has hundreds of them per page, and parsing them would take most of the time."""

TEXTS = rules.either(rules.STRING, rules.ArrayOf(rules.STRING))

# -- places in the document, and links to them (12.3, 12.5, 12.6) --------------------------------


class _Destination(Rule):
    """A destination: an array of page, name and numbers; or the name of a destination."""

    def check(self, walk: Walk, value: Value) -> Problem | None:
        if isinstance(value, (str, bytes)):
            return None
        if isinstance(value, list) and value and isinstance(value[0], Ref):
            return rules.SIMPLE.check(walk, value[1:])
        return "has an invalid type"


_DESTINATION = _Destination()
_GO_TO = rules.Kind(
    "an action",
    {
        "/Type": rules.one_of("/Action"),
        "/S": rules.one_of("/GoTo"),
        "/D": _DESTINATION,
        "/SD": rules.SIMPLE,
    },
)
_LINK_ACTION = rules.Choice(
    "an action",
    "/S",
    {
        "/GoTo": _GO_TO,
        "/URI": rules.Kind(
            "an action",
            {
                "/Type": rules.one_of("/Action"),
                "/S": rules.one_of("/URI"),
                "/URI": rules.STRING,
                "/IsMap": rules.BOOLEAN,
            },
        ),
    },
)
_NAMED_DESTINATION = rules.either(_DESTINATION, rules.Kind("a destination", {"/D": _DESTINATION}))
_DESTINATION_TREE = rules.Kind("a tree of destinations", {"/Limits": rules.ArrayOf(rules.STRING)})


class _Pairs(Rule):
    """An array of alternating keys and values (7.9.6); each value follows ``rule``."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule

    def check(self, walk: Walk, value: Value) -> Problem | None:
        if not isinstance(value, list) or len(value) % 2:
            return "has an invalid type"
        return rules.SIMPLE.check(walk, value[::2]) or rules.ArrayOf(self._rule).check(
            walk, value[1::2]
        )


_DESTINATION_TREE.keys.update(
    {"/Kids": rules.ArrayOf(_DESTINATION_TREE), "/Names": _Pairs(_NAMED_DESTINATION)}
)
_OUTLINE_ITEM = rules.Kind(
    "an outline's item",
    {
        "/Title": rules.STRING, "/Parent": rules.LINK, "/Prev": rules.LINK, "/Count": rules.WHOLE,
        "/Dest": _DESTINATION,
        "/A": _LINK_ACTION, "/SE": rules.LINK, "/C": rules.numbers(3), "/F": rules.WHOLE,
    },
)  # fmt: skip
_OUTLINE_ITEM.keys.update({"/Next": _OUTLINE_ITEM, "/First": _OUTLINE_ITEM, "/Last": _OUTLINE_ITEM})
_OUTLINES = rules.Kind(
    "the outlines",
    {"/Type": rules.one_of("/Outlines"), "/First": _OUTLINE_ITEM, "/Last": _OUTLINE_ITEM,
     "/Count": rules.WHOLE},
)  # fmt: skip

# -- annotations: the rule is in `printing.pdf.annotations` ---------------------------------------

_APPEARANCES = rules.Kind("the appearances of an annotation", {"/N": FORM})
_BORDER_STYLE = rules.Kind(
    "a border",
    {"/Type": rules.one_of("/Border"), "/W": rules.NUMBER, "/S": rules.NAME, "/D": rules.SIMPLE},
)
_ANNOTATION_KEYS: dict[str, Rule] = {
    "/Type": rules.one_of("/Annot"), "/Subtype": rules.NAME, "/Rect": RECTANGLE,
    "/Contents": rules.STRING,
    "/P": rules.LINK, "/NM": rules.STRING, "/M": rules.STRING, "/F": rules.WHOLE,
    "/StructParent": rules.WHOLE,
    "/Border": rules.SIMPLE, "/BS": _BORDER_STYLE, "/C": rules.numbers(),
}  # fmt: skip
_MARKUP_KEYS: dict[str, Rule] = {
    **_ANNOTATION_KEYS, "/AP": _APPEARANCES, "/T": rules.STRING, "/CreationDate": rules.STRING,
    "/Subj": rules.STRING, "/Name": rules.NAME, "/CA": rules.one_of(1, 1.0), "/Rotate": rules.WHOLE,
}  # fmt: skip


def annotation_of(file: PdfFile, entries: dict[str, Value]) -> Annotation:
    """Return the properties that determine whether an annotation is drawn."""
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


def _check_same_on_paper(walk: Walk, value: Value) -> Problem | None:
    """Check that the annotation looks the same on screen and paper."""
    entries = rules.entries_of(value)
    problem = difference(annotation_of(walk.file, entries))
    return None if problem is None else ACTIVE_CONTENT.with_detail(problem)


TRANSFORM = rules.Kind(
    "the parameters of a signature",
    {
        "/Type": rules.NAME,
        "/P": rules.WHOLE,
        "/V": rules.NAME,
        "/Action": rules.NAME,
        "/Fields": rules.ArrayOf(rules.STRING),
    },
)
SIGNATURE = rules.Kind(
    "a signature",
    {
        "/Type": rules.one_of("/Sig", "/DocTimeStamp"), "/Filter": rules.NAME,
        "/SubFilter": rules.NAME,
        "/Contents": rules.STRING, "/Cert": TEXTS, "/ByteRange": rules.numbers(),
        "/Reference": rules.ArrayOf(
            rules.Kind(
                "the reference of a signature",
                {
                    "/Type": rules.one_of("/SigRef"), "/TransformParams": TRANSFORM,
                    "/Data": rules.LINK,
                    "/TransformMethod": rules.one_of("/DocMDP", "/FieldMDP"),
                    "/DigestMethod": rules.NAME,
                    "/DigestLocation": rules.SIMPLE, "/DigestValue": rules.STRING,
                },
            )
        ),
        "/Changes": rules.numbers(3), "/Name": rules.STRING, "/M": rules.STRING,
        "/Location": rules.STRING,
        "/Reason": rules.STRING, "/ContactInfo": rules.STRING, "/R": rules.WHOLE,
        "/V": rules.WHOLE, "/Prop_Build": DATA,
        "/Prop_AuthTime": rules.WHOLE, "/Prop_AuthType": rules.NAME,
    },
)  # fmt: skip
_LOCK = rules.Kind(
    "the lock of a field",
    {
        "/Type": rules.one_of("/SigFieldLock"),
        "/Action": rules.NAME,
        "/Fields": rules.ArrayOf(rules.STRING),
        "/P": rules.WHOLE,
    },
)
_FIELD_KEYS: dict[str, Rule] = {
    "/FT": rules.one_of("/Sig"), "/Parent": rules.LINK, "/T": rules.STRING, "/TU": rules.STRING,
    "/TM": rules.STRING,
    "/Ff": rules.WHOLE, "/V": SIGNATURE, "/Lock": _LOCK, "/SV": DATA, "/DA": rules.STRING,
    "/Q": rules.WHOLE,
}  # fmt: skip


def _check_widget(walk: Walk, value: Value) -> Problem | None:
    """Check the widget as an annotation, and refuse /MK without an appearance.

    Without an appearance, Ghostscript draws the border and background of /MK.
    """
    if "/MK" in value and "/AP" not in value:
        return ACTIVE_CONTENT.with_detail(
            "appearance characteristics of a field without an appearance"
        )
    return _check_same_on_paper(walk, value)


WIDGET = rules.Kind(
    "the widget of a seal",
    {
        **_ANNOTATION_KEYS, **_FIELD_KEYS, "/AP": _APPEARANCES, "/H": rules.NAME,
        "/MK": rules.Kind(
            "appearance characteristics",
            {"/R": rules.one_of(0), "/BC": rules.numbers(), "/BG": rules.numbers(),
             "/CA": rules.STRING},
        ),
    },
    also=_check_widget,
)  # fmt: skip
FIELD = rules.Kind("a form field", dict(_FIELD_KEYS))
_FIELD_OR_WIDGET = rules.Choice("a form field", "/Subtype", {None: FIELD, "/Widget": WIDGET})
FIELD.keys["/Kids"] = WIDGET.keys["/Kids"] = rules.ArrayOf(_FIELD_OR_WIDGET)
STAMP = rules.Kind("a stamp", _MARKUP_KEYS, also=_check_same_on_paper)
PAGE_LINK = rules.Kind(
    "a link",
    {**_ANNOTATION_KEYS, "/A": _LINK_ACTION, "/Dest": _DESTINATION, "/H": rules.NAME,
     "/QuadPoints": rules.numbers()},
    also=_check_same_on_paper,
)  # fmt: skip
ANNOTATION = rules.Choice(
    "an annotation",
    "/Subtype",
    {"/Widget": WIDGET, "/Stamp": STAMP, "/Watermark": STAMP, "/Link": PAGE_LINK},
)

# -- structure (14.7, 14.8) ----------------------------------------------------------------------

ELEMENT = rules.Late()
_ATTRIBUTES = rules.Late()


class _Attributes(Rule):
    """Attributes of a structure element: strings, numbers, and arrays or dictionaries of them."""

    def check(self, walk: Walk, value: Value) -> Problem | None:
        return DATA.check(walk, value)


_ATTRIBUTES.rule = _Attributes()
_MARK = rules.Kind(
    "a mark in the structure",
    {
        "/Type": rules.one_of("/MCR"),
        "/Pg": rules.LINK,
        "/Stm": rules.LINK,
        "/StmOwn": rules.LINK,
        "/MCID": rules.WHOLE,
    },
)
_OBJECT_MARK = rules.Kind(
    "an object in the structure",
    {"/Type": rules.one_of("/OBJR"), "/Pg": rules.LINK, "/Obj": rules.LINK},
)
_NAMESPACE = rules.Kind(
    "a namespace", {"/Type": rules.one_of("/Namespace"), "/NS": rules.STRING, "/RoleMapNS": DATA}
)
_ELEMENT_KIND = rules.Kind(
    "a structure element",
    {
        "/Type": rules.one_of("/StructElem"), "/S": rules.NAME, "/P": rules.LINK,
        "/ID": rules.STRING, "/Pg": rules.LINK,
        "/A": _ATTRIBUTES, "/C": rules.either(rules.NAME, rules.SIMPLE), "/R": rules.WHOLE,
        "/T": rules.STRING, "/Lang": rules.STRING,
        "/Alt": rules.STRING, "/E": rules.STRING, "/ActualText": rules.STRING, "/NS": _NAMESPACE,
    },
)  # fmt: skip
_ELEMENT_OR_MARK = rules.Choice(
    "a structure element",
    "/Type",
    {None: _ELEMENT_KIND, "/StructElem": _ELEMENT_KIND, "/MCR": _MARK, "/OBJR": _OBJECT_MARK},
)
_KID = rules.either(rules.WHOLE, _ELEMENT_OR_MARK)
_KIDS = rules.either(rules.WHOLE, rules.ArrayOf(_KID), _ELEMENT_OR_MARK)
_ELEMENT_KIND.keys["/K"] = _KIDS
_ELEMENT_KIND.keys["/Ref"] = rules.ArrayOf(rules.LINK)
ELEMENT.rule = _ELEMENT_OR_MARK
_PARENT_TREE = rules.Kind("the parents in the structure", {"/Limits": rules.numbers(2)})
_PARENT = rules.either(rules.Plain(lambda value: value is None), ELEMENT)
_PARENTS = rules.either(rules.ArrayOf(_PARENT), ELEMENT)
_PARENT_TREE.keys.update({"/Kids": rules.ArrayOf(_PARENT_TREE), "/Nums": _Pairs(_PARENTS)})
_ID_TREE = rules.Kind("the names in the structure", {"/Limits": rules.ArrayOf(rules.STRING)})
_ID_TREE.keys.update({"/Kids": rules.ArrayOf(_ID_TREE), "/Names": _Pairs(ELEMENT)})
STRUCTURE = rules.Kind(
    "the structure",
    {
        "/Type": rules.one_of("/StructTreeRoot"), "/K": _KIDS, "/IDTree": _ID_TREE,
        "/ParentTree": _PARENT_TREE, "/ParentTreeNextKey": rules.WHOLE,
        "/RoleMap": rules.DictionaryOf(rules.NAME),
        "/ClassMap": rules.DictionaryOf(_ATTRIBUTES), "/Namespaces": rules.ArrayOf(_NAMESPACE),
    },
)  # fmt: skip

ELEMENT_RULES = frozenset({_ELEMENT_OR_MARK, _KID, _KIDS, _PARENT, _PARENTS, ELEMENT})
"""The rules that every object with bytes matching `PLAIN_ELEMENT` follows."""

# -- the document (7.7) --------------------------------------------------------------------------

_BOXES: dict[str, Rule] = {"/MediaBox": RECTANGLE, "/CropBox": RECTANGLE}
PAGE = rules.Kind(
    "a page",
    {
        **_BOXES, "/Type": rules.one_of("/Page"), "/Parent": rules.LINK,
        "/LastModified": rules.STRING,
        "/Resources": RESOURCES, "/BleedBox": RECTANGLE, "/TrimBox": RECTANGLE,
        "/ArtBox": RECTANGLE, "/Contents": rules.either(rules.ArrayOf(CONTENT), CONTENT),
        "/Rotate": rules.one_of(0, 90, 180, 270, 360, -90, -180, -270), "/Group": TRANSPARENCY,
        "/Thumb": IMAGE, "/Annots": rules.ArrayOf(ANNOTATION), "/Metadata": METADATA,
        "/PieceInfo": DATA,
        "/StructParents": rules.WHOLE, "/Tabs": rules.NAME, "/UserUnit": rules.one_of(1, 1.0),
        "/Trans": rules.one_of({}),  # ReportLab writes an empty dictionary
    },
)  # fmt: skip
PAGES = rules.Kind(
    "the page tree",
    {
        **_BOXES, "/Type": rules.one_of("/Pages"), "/Parent": rules.LINK, "/Count": rules.WHOLE,
        "/Resources": RESOURCES, "/Rotate": PAGE.keys["/Rotate"],
        "/ITXT": rules.STRING,  # name and version of iText
        "/ProcSet": rules.ArrayOf(rules.NAME),  # written here by Qt
    },
    ("/Kids", "/Count"),
)  # fmt: skip
_PAGE_OR_PAGES = rules.Choice("a page", "/Type", {"/Page": PAGE, "/Pages": PAGES})
PAGES.keys["/Kids"] = rules.ArrayOf(_PAGE_OR_PAGES)
_SPARE_STREAMS = rules.ArrayOf(BARE_STREAM)
_REVOCATION = rules.Kind(
    "the store of revocation data",
    {
        "/Type": rules.one_of("/DSS"), "/Certs": _SPARE_STREAMS, "/CRLs": _SPARE_STREAMS,
        "/OCSPs": _SPARE_STREAMS,
        "/VRI": rules.DictionaryOf(
            rules.Kind(
                "the revocation data of a signature",
                {
                    "/Type": rules.one_of("/VRI"), "/Cert": _SPARE_STREAMS, "/CRL": _SPARE_STREAMS,
                    "/OCSP": _SPARE_STREAMS, "/TU": rules.STRING, "/TS": BARE_STREAM,
                },
            )
        ),
    },
)  # fmt: skip
_LABEL_TREE = rules.Kind("the page labels", {"/Limits": rules.numbers(2)})
_LABEL_TREE.keys.update(
    {
        "/Kids": rules.ArrayOf(_LABEL_TREE),
        "/Nums": _Pairs(
            rules.Kind(
                "a page label",
                {
                    "/Type": rules.one_of("/PageLabel"),
                    "/S": rules.NAME,
                    "/P": rules.STRING,
                    "/St": rules.WHOLE,
                },
            )
        ),
    }
)
FORM_FIELDS = rules.Kind(
    "the form",
    {
        "/Fields": rules.ArrayOf(_FIELD_OR_WIDGET), "/SigFlags": rules.WHOLE, "/DA": rules.STRING,
        "/DR": RESOURCES,
        "/Q": rules.WHOLE, "/NeedAppearances": rules.one_of(False),
    },
)  # fmt: skip
_INTENT = rules.Kind(
    "an output intent",
    {
        "/Type": rules.one_of("/OutputIntent"), "/S": rules.NAME, "/OutputCondition": rules.STRING,
        "/OutputConditionIdentifier": rules.STRING, "/RegistryName": rules.STRING,
        "/Info": rules.STRING,
        "/DestOutputProfile": ICC_PROFILE,
    },
)  # fmt: skip
_VIEWING = rules.Kind(
    "the viewer's preferences",
    {
        "/HideToolbar": rules.BOOLEAN, "/HideMenubar": rules.BOOLEAN,
        "/HideWindowUI": rules.BOOLEAN,
        "/FitWindow": rules.BOOLEAN, "/CenterWindow": rules.BOOLEAN,
        "/DisplayDocTitle": rules.BOOLEAN,
        "/NonFullScreenPageMode": rules.NAME, "/Direction": rules.NAME,
        "/PrintScaling": rules.NAME, "/Duplex": rules.NAME,
        "/PickTrayByPDFSize": rules.BOOLEAN, "/NumCopies": rules.one_of(1),
        # Only /CropBox: the screen shows the crop box, and the paper must show the same.
        "/ViewArea": rules.one_of("/CropBox"), "/ViewClip": rules.one_of("/CropBox"),
        "/PrintArea": rules.one_of("/CropBox"), "/PrintClip": rules.one_of("/CropBox"),
    },
)  # fmt: skip
CATALOG = rules.Kind(
    "the catalog",
    {
        "/Type": rules.one_of("/Catalog"), "/Version": rules.NAME, "/Extensions": DATA,
        "/Pages": PAGES,
        "/PageLabels": _LABEL_TREE, "/ViewerPreferences": _VIEWING, "/PageLayout": rules.NAME,
        "/Names": rules.Kind("the names", {"/Dests": _DESTINATION_TREE}),
        "/Dests": rules.DictionaryOf(_NAMED_DESTINATION),
        "/PageMode": rules.one_of("/UseNone", "/UseOutlines", "/UseThumbs", "/FullScreen"),
        "/Outlines": _OUTLINES,
        "/OpenAction": rules.either(_DESTINATION, _GO_TO), "/AcroForm": FORM_FIELDS,
        "/Metadata": METADATA, "/StructTreeRoot": STRUCTURE, "/Lang": rules.STRING,
        "/MarkInfo": rules.Kind(
            "the mark information",
            {"/Type": rules.one_of("/MarkInfo"), "/Marked": rules.BOOLEAN,
             "/UserProperties": rules.BOOLEAN, "/Suspects": rules.BOOLEAN},
        ),
        "/OutputIntents": rules.ArrayOf(_INTENT), "/PieceInfo": DATA,
        "/Perms": rules.Kind("the permissions", {"/DocMDP": SIGNATURE}), "/DSS": _REVOCATION,
        "/NeedsRendering": rules.one_of(False),
    },
    ("/Pages",),
)  # fmt: skip


class _Info(Rule):
    """The document information (14.3.3): any strings and numbers."""

    def check(self, walk: Walk, value: Value) -> Problem | None:
        return rules.DictionaryOf(rules.SCALAR).check(walk, value)


_IDENTITY = rules.ArrayOf(rules.STRING)
TRAILER = rules.Kind(
    "the trailer",
    {
        "/Size": rules.WHOLE, "/Root": CATALOG, "/Info": _Info(), "/ID": _IDENTITY,
        "/Prev": rules.WHOLE,
        "/XRefStm": rules.WHOLE, "/DocChecksum": rules.SCALAR,
    },
    ("/Root",),
)  # fmt: skip
TABLE_KEYS = frozenset({"/DecodeParms", "/Filter", "/Index", "/Length", "/Type", "/W", "/DL"})
"""Keys of a cross-reference stream in addition to those of the trailer; `PdfFile` checks them."""

# -- objects that nothing uses -------------------------------------------------------------------

_OBJECT_STREAM = stream_kind(
    "an object stream",
    {
        "/Type": rules.one_of("/ObjStm"),
        "/N": rules.WHOLE,
        "/First": rules.WHOLE,
        "/Extends": rules.LINK,
    },
)
_LINEARIZED = rules.Kind(
    "the head of a linearized file",
    {
        "/Linearized": rules.NUMBER, "/L": rules.WHOLE, "/H": rules.numbers(), "/O": rules.WHOLE,
        "/E": rules.WHOLE, "/N": rules.WHOLE,
        "/T": rules.WHOLE, "/P": rules.WHOLE,
    },
)  # fmt: skip
_HINTS = stream_kind(
    "the hints of a linearized file",
    {
        f"/{key}": rules.WHOLE
        for key in ("S", "P", "T", "O", "A", "E", "V", "I", "C", "L", "R", "B")
    },
)


def _is_information(value: Value) -> bool:
    """Return whether all values are strings, as in the document information.

    An action does not match, because it also contains names. /Trapped may be a name.
    """
    return isinstance(value, dict) and all(
        isinstance(word, bytes) or key == "/Trapped" for key, word in value.items()
    )


_SPARE_INFO = rules.Plain(_is_information)
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
"""By ``/Type``: the kinds accepted for an object that no other object uses. They include no
annotation, field, signature or action: such an object must be in use, and is checked there."""
REPLACED: dict[Value, tuple[Rule, ...]] = {
    "/Annot": (ANNOTATION,),
    "/Sig": (SIGNATURE,),
    None: (FIELD, FORM_FIELDS),
}
"""Further kinds for an object that a later revision replaced, such as the empty signature field."""
