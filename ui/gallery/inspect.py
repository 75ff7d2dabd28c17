"""Inspects a window and a picture of it, and records what is wrong.

Used by the gallery and by tests of pages. What widgets report about their text is checked against
the picture; sizes are measured with the pitch of the real screen. The window is not changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFont, QFontInfo, QFontMetrics, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSlider,
    QLabel,
    QLineEdit,
    QWidget,
)

from terminal.session.model import Look

from ..look.fonts import font
from ..look.metrics import REACH_MM, Screen, Sizes
from ..look.theme import LEAST_CONTRAST, contrast
from ..widgets.focus_frame import NAME as FOCUS
from ..widgets.text import Run
from .findings import (
    LINE_EM,
    ROUNDING_MM,
    Box,
    ControlSeen,
    Finding,
    Kind,
    Seen,
    TextSeen,
)
from .glyphs import missing
from .pixels import sample
from .tremor import wrong_touches

COVERS = "overlay"
"""Object name of the widget that covers a page on purpose; widgets beneath it are not inspected."""
INK_SHARE = 0.5
"""Share of the nominal contrast that the picture must reach, because thin strokes are smoothed."""


@runtime_checkable
class PaintsText(Protocol):
    """A widget that paints its own text and reports the painted lines."""

    def runs(self) -> list[Run]:
        """Return its lines as they are now."""
        ...


@dataclass(frozen=True, slots=True)
class Minima:
    """The minima of one mode on one screen, in millimetres, and of one theme.

    ``tremor_share``: the largest share of touches with a trembling finger that may press another
    control, 0 to 1.
    """

    em_mm: float
    touch_mm: float
    gap_mm: float
    contrast: float
    tremor_share: float


def minima(look: Look, screen: Screen) -> Minima:
    """Return the minima for this look, from the tables of its mode and its theme."""
    sizes = Sizes(screen, look.mode)
    table = sizes.table
    return Minima(
        sizes.floor_mm, table.touch_mm, table.gap_mm, LEAST_CONTRAST[look.theme],
        table.tremor_share,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of text in the window's pixels, before it is compared with the picture."""

    widget: QWidget
    text: str
    box: Box
    px: float
    colour: str
    fits: bool
    font: QFont


def inspect(window: QWidget, picture: QImage, screen: Screen, minima: Minima) -> Seen:
    """Inspect ``window`` as it is shown now, and ``picture``, which was taken of it."""
    seen = Seen()
    widgets = list(_looked_at(window))
    lines = [line for widget in widgets for line in _lines(widget, window)]
    for line in lines:
        _look_at_line(line, window, picture, screen, minima, seen)
    controls = [widget for widget in widgets if _is_control(widget)]
    for control in controls:
        _look_at_control(control, window, screen, minima, seen)
    for widget in widgets:
        if _has_content(widget):
            _look_at_bounds(widget, window, seen)
    _look_between(controls, window, screen, minima, seen)
    for wrong in wrong_touches(seen.controls, 1 / screen.px_per_mm):
        if wrong.share > minima.tremor_share:
            both = f"{wrong.control.name} | {wrong.other.name}"
            seen.findings.append(
                Finding(Kind.TREMOR, both, "", round(wrong.share, 5), minima.tremor_share)
            )
    _look_at_overlaps(widgets, lines, window, seen)
    return seen


# -- finding widgets and text ------------------------------------------------------------------


def _looked_at(window: QWidget) -> Iterator[QWidget]:
    cover = window.findChild(QWidget, COVERS)
    covered = QRect()
    if cover is not None and cover.isVisible():
        covered = QRect(cover.mapTo(window, QPoint(0, 0)), cover.size())
    for widget in window.findChildren(QWidget):
        if not widget.isVisibleTo(window) or widget.isWindow():
            continue
        place = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
        beneath = covered.intersects(place) and not (
            widget is cover or (cover is not None and cover.isAncestorOf(widget))
        )
        if not beneath or not covered.contains(place):
            yield widget


def _is_control(widget: QWidget) -> bool:
    return isinstance(widget, QAbstractButton | QLineEdit | QAbstractSlider) and not (
        isinstance(widget.parent(), QAbstractScrollArea) or widget.objectName().startswith("qt_")
    )


def _has_content(widget: QWidget) -> bool:
    return _is_control(widget) or isinstance(widget, PaintsText | QLabel)


def _box(rect: QRect, widget: QWidget, window: QWidget) -> Box:
    at = widget.mapTo(window, rect.topLeft())
    return Box(at.x(), at.y(), rect.width(), rect.height())


def path(widget: QWidget, window: QWidget) -> str:
    """Return the place of a widget: the object names from its page down to it."""
    names: list[str] = []
    at: QWidget | None = widget
    while at is not None and at is not window:
        if at is widget or at.objectName():
            names.append(at.objectName() or type(at).__name__)
        at = at.parentWidget()
    return "/".join(reversed(names))


def _lines(widget: QWidget, window: QWidget) -> Iterator[_Line]:
    if isinstance(widget, PaintsText):
        for run in widget.runs():
            yield _Line(
                widget, run.text, _box(run.rect, widget, window), run.px, run.colour, run.fits,
                font(run.px),
            )  # fmt: skip
        return
    if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
        text = widget.text()
        if not text:
            return
        area = widget.contentsRect()
        wrap = isinstance(widget, QLabel) and widget.wordWrap()
        flags = int(Qt.TextFlag.TextWordWrap) if wrap else 0
        needed = QFontMetrics(widget.font()).boundingRect(area, flags, text)
        fits = needed.width() <= area.width() and needed.height() <= area.height()
        colour = widget.palette().color(widget.foregroundRole()).name()
        px = QFontInfo(widget.font()).pixelSize()
        yield _Line(widget, text, _box(area, widget, window), px, colour, fits, widget.font())


# -- checks of one part --------------------------------------------------------------------------


def _look_at_line(
    line: _Line, window: QWidget, picture: QImage, screen: Screen, minima: Minima, seen: Seen
) -> None:
    where = path(line.widget, window)
    em_mm = line.px / screen.px_per_mm
    found = sample(picture, line.box, line.colour)
    ground = found.ground if found else ""
    promised = contrast(line.colour, ground) if found else 1.0
    seen.texts.append(
        TextSeen(
            line.text, where, round(em_mm, 2), round(promised, 2), line.colour.upper(), ground,
            line.box,
        )
    )  # fmt: skip

    def report(kind: Kind, measured: float | None = None, limit: float | None = None) -> None:
        seen.findings.append(
            Finding(kind, where, line.text, None if measured is None else round(measured, 2), limit)
        )

    if em_mm < minima.em_mm - 1e-6:
        report(Kind.SMALL_TEXT, em_mm, minima.em_mm)
    if promised < minima.contrast:
        report(Kind.LOW_CONTRAST, promised, minima.contrast)
    elif found is not None and found.ratio < 1 + (promised - 1) * INK_SHARE:
        report(Kind.NOT_PAINTED, found.ratio, round(1 + (promised - 1) * INK_SHARE, 2))
    holder = _visible_part(line.widget, window)
    if not line.fits or not line.box.within(holder, slack=2):
        report(Kind.CLIPPED)
    if isinstance(line.widget, PaintsText) and line.box.w > LINE_EM * line.px:
        report(Kind.LONG_LINE, line.box.w / line.px, LINE_EM)
    lacking = missing(line.text, line.font)
    if lacking:
        seen.findings.append(Finding(Kind.NO_GLYPH, where, lacking))


def _visible_part(widget: QWidget, window: QWidget) -> Box:
    """Return the part of a widget that no parent clips."""
    rect = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
    parent = widget.parentWidget()
    while parent is not None:
        rect = rect.intersected(QRect(parent.mapTo(window, QPoint(0, 0)), parent.size()))
        if parent is window:
            break
        parent = parent.parentWidget()
    return Box(rect.x(), rect.y(), rect.width(), rect.height())


def _look_at_control(
    control: QWidget, window: QWidget, screen: Screen, minima: Minima, seen: Seen
) -> None:
    width_mm = control.width() / screen.px_per_mm
    height_mm = control.height() / screen.px_per_mm
    where = path(control, window)
    text = control.text() if isinstance(control, QAbstractButton | QLineEdit) else ""
    seen.controls.append(
        ControlSeen(
            control.objectName(), text, control.isEnabled(), round(width_mm, 2),
            round(height_mm, 2), _box(control.rect(), control, window),
        )
    )  # fmt: skip
    least = min(width_mm, height_mm)
    if least < minima.touch_mm - ROUNDING_MM:
        seen.findings.append(
            Finding(Kind.SMALL_TARGET, where, text, round(least, 2), minima.touch_mm)
        )
    if screen.low_reach:
        _look_at_reach(control, where, window, screen, seen)
    if not (control.accessibleName() or text):
        seen.findings.append(Finding(Kind.UNNAMED, where, type(control).__name__))


def _look_at_reach(
    control: QWidget, where: str, window: QWidget, screen: Screen, seen: Seen
) -> None:
    box = _box(control.rect(), control, window)
    top_mm, bottom_mm = (
        screen.lower_edge_mm + (screen.height_px - y) / screen.px_per_mm
        for y in (box.y, box.y + box.h)
    )
    least, most = REACH_MM
    if top_mm > most + ROUNDING_MM:
        seen.findings.append(Finding(Kind.OUT_OF_REACH, where, "", round(top_mm, 1), most))
    if bottom_mm < least - ROUNDING_MM:
        seen.findings.append(Finding(Kind.OUT_OF_REACH, where, "", round(bottom_mm, 1), least))


def _look_at_bounds(widget: QWidget, window: QWidget, seen: Seen) -> None:
    whole = _box(widget.rect(), widget, window)
    if not whole.within(_visible_part(widget, window), slack=0):
        seen.findings.append(Finding(Kind.OUTSIDE, path(widget, window), _words(widget)))


# -- checks of two parts ---------------------------------------------------------------------------


def _look_between(
    controls: list[QWidget], window: QWidget, screen: Screen, minima: Minima, seen: Seen
) -> None:
    boxes = [(control, _box(control.rect(), control, window)) for control in controls]
    for (one, first), (other, second) in combinations(boxes, 2):
        if one.isAncestorOf(other) or other.isAncestorOf(one) or first.meets(second):
            continue
        gap_mm = first.distance(second) / screen.px_per_mm
        if gap_mm < minima.gap_mm - ROUNDING_MM:
            both = f"{path(one, window)} | {path(other, window)}"
            seen.findings.append(
                Finding(Kind.CLOSE_TARGETS, both, "", round(gap_mm, 2), minima.gap_mm)
            )


def _look_at_overlaps(
    widgets: list[QWidget], lines: list[_Line], window: QWidget, seen: Seen
) -> None:
    """Record texts and controls that overlap, and siblings with content that overlap."""
    places: list[tuple[QWidget, Box]] = [
        (widget, _box(widget.rect(), widget, window)) for widget in widgets if _is_control(widget)
    ]
    places += [(line.widget, line.box) for line in lines if not _is_control(line.widget)]
    reported: set[tuple[int, int]] = set()

    def report(one: QWidget, other: QWidget) -> None:
        if one is other or one.isAncestorOf(other) or other.isAncestorOf(one):
            return
        pair = (min(id(one), id(other)), max(id(one), id(other)))
        if pair not in reported:
            reported.add(pair)
            where = f"{path(one, window)} | {path(other, window)}"
            seen.findings.append(Finding(Kind.OVERLAP, where, f"{_words(one)} | {_words(other)}"))

    for (one, first), (other, second) in combinations(places, 2):
        if first.meets(second):
            report(one, other)
    for one, other in combinations(widgets, 2):
        if one.parent() is not other.parent() or not (_paints(one) and _paints(other)):
            continue
        if _box(one.rect(), one, window).meets(_box(other.rect(), other, window)):
            report(one, other)


def _paints(widget: QWidget) -> bool:
    """Return whether a widget paints anything itself or contains a visible widget."""
    if widget.objectName() in (COVERS, FOCUS):
        return False
    return type(widget) is not QWidget or any(
        child.isVisibleTo(widget) for child in widget.findChildren(QWidget)
    )


def _words(widget: QWidget) -> str:
    if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
        return widget.text()
    return " ".join(run.text for run in widget.runs()) if isinstance(widget, PaintsText) else ""
