"""What the printed guides say. Every text comes from the caller's tables of words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a page: a PNG file (RGB, 8 bits), and its text for screen readers."""

    png: bytes
    alternative: str


@dataclass(frozen=True, slots=True)
class Service:
    """A service by its name, and what it is for."""

    name: str
    purpose: str


@dataclass(frozen=True, slots=True)
class ServiceGroup:
    """The services of one category."""

    name: str
    services: Sequence[Service]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, with the page on which it is done. The poster leaves out ``more``."""

    name: str
    text: str
    more: str
    picture: Picture


@dataclass(frozen=True, slots=True)
class Passage:
    """A heading with paragraphs. ``help``: it is about help, and has the colour of help."""

    heading: str
    paragraphs: Sequence[str]
    help: bool = False


@dataclass(frozen=True, slots=True)
class Resident:
    """What poster and leaflet have in common. ``made_at`` has a time zone."""

    title: str
    station: str
    place: str
    made_at: datetime
    offer: str
    """Heading above the services."""
    groups: Sequence[ServiceGroup]
    how: str
    """Heading above the steps."""
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True)
class Poster(Resident):
    """海报: one page of A3."""

    TYPE: ClassVar = "guide_poster"

    more: str
    """Below the services if there is no space for all of them; ``{n}`` is the number of others."""
    notes: Sequence[Passage]


@dataclass(frozen=True, slots=True)
class Leaflet(Resident):
    """说明书: A4 in large print. ``first`` is set before the steps, ``notes`` after them."""

    TYPE: ClassVar = "guide_leaflet"

    lede: str
    first: Sequence[Passage]
    notes: Sequence[Passage]


@dataclass(frozen=True, slots=True)
class StaffPage:
    """A page of the terminal: its pictures, and what staff should know, each with its label."""

    name: str
    pictures: Sequence[Picture]
    facts: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class StaffFaults:
    """A table of faults: the columns' titles and relative widths, and a row for each fault."""

    heading: str
    note: str
    columns: Sequence[tuple[str, float]]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class StaffGuide:
    """工作人员手册: every page, and every fault. ``made_at`` has a time zone."""

    TYPE: ClassVar = "guide_staff"

    title: str
    station: str
    place: str
    made_at: datetime
    lede: str
    rules: Sequence[str]
    pages_heading: str
    pages: Sequence[StaffPage]
    faults: Sequence[StaffFaults]


Guide = Poster | Leaflet | StaffGuide
