"""The colours of the screen: one table for each theme, and the contrast of two colours.

Widgets ask `Kit.theme` for a role. A role is named for its purpose, and no meaning depends on the
hue alone. `Palette.pairs` lists every text with every background that it may have. A test computes
that each has 7:1 in the standard theme (WCAG 2.2, 1.4.6) and 15:1 in the two contrast themes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from terminal.session.model import Theme

LEAST_CONTRAST: Mapping[Theme, float] = {
    Theme.STANDARD: 7.0,
    Theme.CONTRAST_LIGHT: 15.0,
    Theme.CONTRAST_DARK: 15.0,
}
"""Least contrast of a text and its background."""
LEAST_FOCUS_CONTRAST = 3.0
"""Least contrast of one of the two tones of the focus frame and any background (WCAG 2.2, 1.4.11),
and of the two tones."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A background and what is drawn on it: an icon, or text."""

    ground: str
    ink: str


@dataclass(frozen=True, slots=True)
class Tone:
    """The colours of a surface or a control."""

    ground: str
    text: str
    quiet: str
    """The second line."""
    edge: str | None
    """The edge; ``None`` if it must not look touchable, or stands out without one."""
    pressed: str
    """The background while a finger is on it."""
    tile: Tile
    """The icon's tile on it."""
    strong: bool = True
    """Whether the edge is wide enough to be noticed."""


@dataclass(frozen=True, slots=True)
class PictureColours:
    """The colours of drawings. Only ``ground``, ``tray`` and ``stage`` carry a text."""

    ground: Tile
    """The machine around the reader, and its inscription."""
    pointer: str
    """The arrow, and the edge of the place where a card goes."""
    tray: Tile
    """The output tray and its inscription."""
    slot: str
    stage: str
    """The background of the tray's picture."""
    stage_ink: str
    """The number of the picture in a sequence, on ``stage``."""
    stage_edge: str
    sheet: str
    sheet_edge: str
    shadow: str
    mark: str
    """The title on a drawn card."""
    bars: str
    """Dummy lines of text."""
    bar_title: str
    identity: str
    """The drawn identity card."""
    chip: str
    """The drawn card with a chip."""
    cross: str
    """The cross over a card that is too many; all drawn cards are light."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The colours of one theme, by their role."""

    page: str
    """Background of every page."""
    text: str
    """Text on the page."""
    quiet: str
    """Secondary text on the page and on plain surfaces."""
    accent: str
    """Numbers of steps, on the page and on plain surfaces."""
    fault: str
    """Codes of faults in the rows of the maintenance page."""
    line: str
    """Thin lines, tracks, and edges of what is empty."""
    progress: str
    """The part of a bar that is done."""
    header: Tile
    """The station's name, the place and the time."""
    foot: str
    """Background of the foot's buttons."""
    trial: Tile
    """The mark of a trial."""
    warning: Tile
    """The warning before a page ends by itself."""
    focus: tuple[str, str]
    """The frame of the control that has the focus: its inner and its outer tone."""

    primary: Tone
    """Goes on with the visit."""
    secondary: Tone
    """Every other control."""
    station: Tone
    """The choices of pages with large type."""
    help: Tone
    """Help, always in the same corner."""
    absent: Tone
    """A control that cannot be chosen now. It has no edge, so it does not look touchable."""
    current: Tone
    """The one of several choices that is open already. It has no edge, because pressing it changes
    nothing."""

    plain: Tone
    """A surface that is only read."""
    failure: Tone
    remember: Tone
    done: Tone

    icon: Tile
    """An icon beside text."""
    bare_icon: Tile
    """An icon without a tile, directly on the page."""
    fine: Tile
    """What is finished, or works."""
    failed: Tile
    """What does not work."""
    attention: Tile
    """What must not be forgotten."""

    entry: Tile
    """A box to be filled, and what was entered."""
    entry_closed: Tile
    """The same while no entry is expected."""
    entry_edge: str
    """The edge of a box that is filled, or is next."""
    cursor: str
    """The line in the box that is next."""
    picture: PictureColours

    def tones(self) -> Iterator[Tone]:
        """Yield each tone."""
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, Tone):
                yield value

    def grounds(self) -> frozenset[str]:
        """Return every background on which a control can be."""
        surfaces = {tone.ground for tone in self.tones()} | {tone.pressed for tone in self.tones()}
        places = {self.page, self.foot, self.header.ground, self.trial.ground, self.warning.ground}
        return frozenset(surfaces | places | {self.picture.ground.ground, self.picture.stage})

    def pairs(self) -> frozenset[tuple[str, str]]:
        """Return each text colour that a widget may use with each background that it may have."""
        made = {(self.text, self.page), (self.quiet, self.page), (self.accent, self.page)}
        for tone in self.tones():
            for ground in (tone.ground, tone.pressed):
                made |= {(tone.text, ground), (tone.quiet, ground)}
        for surface in (self.plain, self.failure, self.remember, self.done):
            made.add((self.text, surface.ground))
        made |= {(self.fault, self.plain.ground), (self.quiet, self.plain.ground)}
        made.add((self.accent, self.plain.ground))
        tiles = (
            self.header, self.trial, self.warning, self.entry, self.entry_closed,
            self.picture.ground, self.picture.tray,
        )  # fmt: skip
        made.add((self.picture.stage_ink, self.picture.stage))
        return frozenset(made | {(tile.ink, tile.ground) for tile in tiles})


PALETTES: Mapping[Theme, Palette] = {
    # Warm paper, deep water for the station itself, green for what goes on, burnt earth for help
    # and faults, ochre only as a pointer.
    Theme.STANDARD: Palette(
        page="#F6F3EC", text="#14212B", quiet="#3A454E", accent="#0B5D4B", fault="#8A3410",
        line="#DCD5C4", progress="#0B5D4B", foot="#FFFFFF",
        header=Tile("#0E3A4F", "#FFFFFF"),
        trial=Tile("#F2B84B", "#14212B"),
        warning=Tile("#FFF6DF", "#14212B"),
        focus=("#FFD166", "#14212B"),
        primary=Tone("#0B5D4B", "#FFFFFF", "#FFFFFF", None, "#084839", Tile("#FFFFFF", "#0E3A4F")),
        secondary=Tone(
            "#FFFFFF", "#0E3A4F", "#3A454E", "#0E3A4F", "#DDEAED", Tile("#DDEAED", "#0E3A4F")
        ),
        station=Tone("#0E3A4F", "#FFFFFF", "#FFFFFF", None, "#092B3B", Tile("#FFFFFF", "#0E3A4F")),
        help=Tone("#8A3410", "#FFFFFF", "#FFFFFF", None, "#6E280B", Tile("#FFFFFF", "#0E3A4F")),
        absent=Tone("#EBE6DA", "#3A454E", "#3A454E", None, "#EBE6DA", Tile("#F6F3EC", "#3A454E")),
        current=Tone("#DDEAED", "#0E3A4F", "#0E3A4F", None, "#DDEAED", Tile("#DDEAED", "#0E3A4F")),
        plain=Tone(
            "#FFFFFF", "#14212B", "#3A454E", "#DCD5C4", "#FFFFFF", Tile("#DDEAED", "#0E3A4F"),
            strong=False,
        ),
        failure=Tone(
            "#FDF0E8", "#14212B", "#14212B", "#8A3410", "#FDF0E8", Tile("#8A3410", "#FFFFFF")
        ),
        remember=Tone(
            "#FFF6DF", "#14212B", "#14212B", "#F2B84B", "#FFF6DF", Tile("#F8DFA6", "#14212B")
        ),
        done=Tone(
            "#E3F0EA", "#14212B", "#14212B", "#0B5D4B", "#E3F0EA", Tile("#0B5D4B", "#FFFFFF")
        ),
        icon=Tile("#DDEAED", "#0E3A4F"),
        bare_icon=Tile("#F6F3EC", "#3A454E"),
        fine=Tile("#E3F0EA", "#0B5D4B"),
        failed=Tile("#8A3410", "#FFFFFF"),
        attention=Tile("#F2B84B", "#14212B"),
        entry=Tile("#FFFFFF", "#14212B"),
        entry_closed=Tile("#EBE6DA", "#14212B"),
        entry_edge="#0E3A4F",
        cursor="#F2B84B",
        picture=PictureColours(
            ground=Tile("#0E3A4F", "#FFFFFF"), pointer="#F2B84B",
            tray=Tile("#0E3A4F", "#FFFFFF"), slot="#092B3B", stage="#FFFFFF",
            stage_ink="#0B5D4B", stage_edge="#DCD5C4", sheet="#FCFBF8",
            sheet_edge="#DCD5C4", shadow="#14212B", mark="#0E3A4F", bars="#CFDCE1",
            bar_title="#8FA3AD", identity="#FBF9F4", chip="#E6EFF1", cross="#B3261E",
        ),
    ),
    # Black on white. Dark tints tell "go on" and help apart; edges and icons do so without them.
    Theme.CONTRAST_LIGHT: Palette(
        page="#FFFFFF", text="#000000", quiet="#000000", accent="#000000", fault="#500000",
        line="#000000", progress="#00291F", foot="#FFFFFF",
        header=Tile("#000000", "#FFFFFF"),
        trial=Tile("#FFE680", "#000000"),
        warning=Tile("#FFF4C2", "#000000"),
        focus=("#FFD400", "#000000"),
        primary=Tone("#00291F", "#FFFFFF", "#FFFFFF", None, "#000000", Tile("#FFFFFF", "#000000")),
        secondary=Tone(
            "#FFFFFF", "#000000", "#000000", "#000000", "#E0E8EA", Tile("#FFFFFF", "#000000")
        ),
        station=Tone("#00203A", "#FFFFFF", "#FFFFFF", None, "#000000", Tile("#FFFFFF", "#000000")),
        help=Tone("#500000", "#FFFFFF", "#FFFFFF", None, "#2A0000", Tile("#FFFFFF", "#500000")),
        absent=Tone("#EAEAEA", "#000000", "#000000", None, "#EAEAEA", Tile("#EAEAEA", "#000000")),
        current=Tone("#E0E8EA", "#000000", "#000000", None, "#E0E8EA", Tile("#E0E8EA", "#000000")),
        plain=Tone(
            "#FFFFFF", "#000000", "#000000", "#000000", "#FFFFFF", Tile("#000000", "#FFFFFF"),
            strong=False,
        ),
        failure=Tone(
            "#FFF0EA", "#000000", "#000000", "#500000", "#FFF0EA", Tile("#500000", "#FFFFFF")
        ),
        remember=Tone(
            "#FFF4C2", "#000000", "#000000", "#000000", "#FFF4C2", Tile("#000000", "#FFE680")
        ),
        done=Tone(
            "#EAF6F0", "#000000", "#000000", "#00291F", "#EAF6F0", Tile("#00291F", "#FFFFFF")
        ),
        icon=Tile("#000000", "#FFFFFF"),
        bare_icon=Tile("#FFFFFF", "#000000"),
        fine=Tile("#00291F", "#FFFFFF"),
        failed=Tile("#500000", "#FFFFFF"),
        attention=Tile("#FFD400", "#000000"),
        entry=Tile("#FFFFFF", "#000000"),
        entry_closed=Tile("#EAEAEA", "#000000"),
        entry_edge="#000000",
        cursor="#000000",
        picture=PictureColours(
            ground=Tile("#000000", "#FFFFFF"), pointer="#FFD400",
            tray=Tile("#000000", "#FFFFFF"), slot="#FFFFFF", stage="#FFFFFF",
            stage_ink="#000000", stage_edge="#000000", sheet="#FFFFFF",
            sheet_edge="#000000", shadow="#000000", mark="#000000", bars="#7A8488",
            bar_title="#3A454E", identity="#FFFFFF", chip="#FFFFFF", cross="#B00000",
        ),
    ),
    # White on black, with yellow for "go on".
    Theme.CONTRAST_DARK: Palette(
        page="#000000", text="#FFFFFF", quiet="#FFFFFF", accent="#FFE600", fault="#FFD9CC",
        line="#FFFFFF", progress="#FFE600", foot="#000000",
        header=Tile("#101A20", "#FFFFFF"),
        trial=Tile("#FFE680", "#000000"),
        warning=Tile("#1C1500", "#FFFFFF"),
        focus=("#000000", "#FFE600"),
        primary=Tone("#FFE600", "#000000", "#000000", None, "#FFF48A", Tile("#000000", "#FFE600")),
        secondary=Tone(
            "#000000", "#FFFFFF", "#FFFFFF", "#FFFFFF", "#16242C", Tile("#FFFFFF", "#000000")
        ),
        station=Tone(
            "#00141F", "#FFFFFF", "#FFFFFF", "#FFFFFF", "#16242C", Tile("#FFFFFF", "#000000")
        ),
        help=Tone("#FFD9CC", "#000000", "#000000", None, "#FFEDE6", Tile("#000000", "#FFD9CC")),
        absent=Tone("#1A1A1A", "#FFFFFF", "#FFFFFF", None, "#1A1A1A", Tile("#1A1A1A", "#FFFFFF")),
        current=Tone("#16242C", "#FFFFFF", "#FFFFFF", None, "#16242C", Tile("#16242C", "#FFFFFF")),
        plain=Tone(
            "#000000", "#FFFFFF", "#FFFFFF", "#FFFFFF", "#000000", Tile("#FFFFFF", "#000000"),
            strong=False,
        ),
        failure=Tone(
            "#1F0A00", "#FFFFFF", "#FFFFFF", "#FFD9CC", "#1F0A00", Tile("#FFD9CC", "#000000")
        ),
        remember=Tone(
            "#1C1500", "#FFFFFF", "#FFFFFF", "#FFE600", "#1C1500", Tile("#FFE600", "#000000")
        ),
        done=Tone(
            "#001A10", "#FFFFFF", "#FFFFFF", "#B8FFE0", "#001A10", Tile("#B8FFE0", "#000000")
        ),
        icon=Tile("#FFFFFF", "#000000"),
        bare_icon=Tile("#000000", "#FFFFFF"),
        fine=Tile("#B8FFE0", "#000000"),
        failed=Tile("#FFD9CC", "#000000"),
        attention=Tile("#FFE600", "#000000"),
        entry=Tile("#000000", "#FFFFFF"),
        entry_closed=Tile("#1A1A1A", "#FFFFFF"),
        entry_edge="#FFFFFF",
        cursor="#FFE600",
        picture=PictureColours(
            ground=Tile("#101A20", "#FFFFFF"), pointer="#FFE600",
            tray=Tile("#FFFFFF", "#000000"), slot="#000000", stage="#101A20",
            stage_ink="#FFFFFF", stage_edge="#FFFFFF", sheet="#FFFFFF",
            sheet_edge="#FFFFFF", shadow="#000000", mark="#000000", bars="#7A8488",
            bar_title="#3A454E", identity="#FFFFFF", chip="#FFFFFF", cross="#B00000",
        ),
    ),
}  # fmt: skip
"""The themes. The document in the preview and the QR code stay black on white in each of them."""


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#RRGGBB`` (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2, 1.4.6)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
