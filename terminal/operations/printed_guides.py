"""What the printed guides say: poster and leaflet for residents, and the guide for staff.

For ``station guide``. The words are those of the pages, so a guide names a button as the screen
does. The guides are in Chinese. They hold no data of a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from devices.faults import CARD_MUTE, TWO_CARDS
from devices.health import Fault, Who
from printing.documents.guides import (
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
)
from printing.faults import PAPER_OUT

from ..faults import AREAS
from ..platform import wire
from ..platform.faults import UNREACHABLE
from ..services.offers import offered
from ..session.model import CardSide, Item, Language
from ..session.states import FILES
from ..words import Words, words

LANGUAGE = Language.ZH
RULES = ("consent", "codes", "papers")
"""What staff never do."""
SHOWN_FAULTS = (CARD_MUTE, TWO_CARDS, PAPER_OUT, UNREACHABLE)
"""Faults that the leaflet explains: those that residents meet most, and need not fear."""
FAULT_ORDER = (Who.STAFF, Who.RESIDENT, Who.NOBODY, Who.MAINTAINER)
"""The tables of faults, by who must act: first those in which staff do something."""


class StepName(StrEnum):
    """The steps of a visit that poster and leaflet show, in their order."""

    CARD = "card"
    AGREE = "agree"
    CHOOSE = "choose"
    TAKE = "take"


@dataclass(frozen=True, slots=True)
class FromPages:
    """What the guides take from the pages.

    ``pages``: the pictures of each page by the file name of its state. ``cards``: the cards that
    the station accepts, as the pages name them.
    """

    steps: Mapping[StepName, Picture]
    pages: Mapping[str, Sequence[Picture]]
    cards: str


@dataclass(frozen=True, slots=True)
class Subject:
    """The station that the guides are about. ``trial``: its documents are not valid."""

    name: str
    place: str
    region: str
    card_side: CardSide
    catalogue: wire.Catalogue
    trial: bool = False


def offered_items(subject: Subject, at: datetime) -> tuple[Item, ...]:
    """Return everything that the station offers at any hour."""
    return offered(subject.catalogue, region=subject.region, closed=(), at=at)


class Guides:
    """Makes the three guides of one station. ``made_at`` has a time zone."""

    def __init__(self, subject: Subject, seen: FromPages, made_at: datetime) -> None:
        self._subject, self._seen, self._made_at = subject, seen, made_at
        self._words = words(LANGUAGE)
        self._items = offered_items(subject, made_at)
        self._values: dict[str, Any] = _labels(self._words) | {
            "cards": seen.cards,
            "side": self._words.text(f"side.{subject.card_side.value}"),
        }

    def poster(self) -> Poster:
        """Return the poster."""
        return Poster(
            title=self._text("guide.poster"),
            station=self._subject.name,
            place=self._subject.place,
            made_at=self._made_at,
            offer=self._text("welcome.offer"),
            groups=self._groups(),
            how=self._text("guide.how"),
            steps=[self._step(name) for name in StepName],
            more=self._words.text("guide.more", n="{n}"),
            notes=[
                self._to_bring(),
                Passage(self._text("guide.easier"), [self._form("guide.easier", "explain")]),
                Passage(
                    self._text("guide.help"),
                    [
                        self._form("guide.help", "explain"),
                        *(
                            self._words.text("guide.ask", category=name, phone=guide.phone)
                            for name, guide in self._departments()
                        ),
                    ],
                    help=True,
                ),
            ],
        )

    def leaflet(self) -> Leaflet:
        """Return the leaflet."""
        return Leaflet(
            title=self._text("guide.leaflet"),
            station=self._subject.name,
            place=self._subject.place,
            made_at=self._made_at,
            offer=self._text("welcome.offer"),
            groups=self._groups(),
            how=self._text("guide.how"),
            steps=[self._step(name) for name in StepName],
            lede=self._form("guide.leaflet", "explain"),
            first=[self._to_bring()],
            notes=[
                Passage(
                    self._text("guide.easier"),
                    [self._form("guide.easier", "explain"), self._form("guide.easier", "more")],
                ),
                Passage(
                    self._text("guide.help"),
                    [
                        self._both("guide.help"),
                        self._text("help.never"),
                        *(
                            self._words.text(
                                "guide.ask_department",
                                category=name, department=guide.department.zh, phone=guide.phone,
                            )
                            for name, guide in self._departments()
                        ),
                    ],
                    help=True,
                ),
                Passage(
                    self._text("guide.shown"), [self._words.spoken(f.code) for f in SHOWN_FAULTS]
                ),
                Passage(
                    self._text("guide.privacy"),
                    [self._text("welcome.privacy"), self._both("guide.privacy")],
                ),
            ],
        )  # fmt: skip

    def staff(self) -> StaffGuide:
        """Return the guide for staff: an entry for each page, a row for each fault."""
        return StaffGuide(
            title=self._text("guide.staff"),
            station=self._subject.name,
            place=self._subject.place,
            made_at=self._made_at,
            lede=self._form("guide.staff", "explain"),
            rules=[self._text(f"guide.rule.{name}") for name in RULES],
            pages_heading=self._text("guide.pages"),
            pages=[self._page(file) for file in FILES.values()],
            faults=[self._faults(who) for who in FAULT_ORDER],
        )

    # -- parts -----------------------------------------------------------------------------

    def _text(self, key: str) -> str:
        return self._words.text(key, **self._values)

    def _form(self, key: str, form: str) -> str:
        return self._words.form(key, form, **self._values)

    def _both(self, key: str) -> str:
        return self._form(key, "explain") + self._form(key, "more")

    def _step(self, name: StepName) -> Step:
        key = f"guide.step.{name}"
        picture = self._seen.steps[name]
        return Step(self._text(key), self._form(key, "explain"), self._form(key, "more"), picture)

    def _groups(self) -> list[ServiceGroup]:
        """Return the services by category, in the order of the catalogue."""
        by_category: dict[str, list[Service]] = {}
        for item in self._items:
            service = Service(item.title[LANGUAGE], item.subtitle[LANGUAGE])
            by_category.setdefault(item.category[LANGUAGE], []).append(service)
        return [ServiceGroup(name, services) for name, services in by_category.items()]

    def _departments(self) -> list[tuple[str, wire.Guide]]:
        """Return each telephone number once, with the category that it is for."""
        found: dict[str, tuple[str, wire.Guide]] = {}
        for each in self._guides():
            found.setdefault(each[1].phone, each)
        return list(found.values())

    def _guides(self) -> list[tuple[str, wire.Guide]]:
        """Return the category and the guide of each service."""
        found = []
        for offered_item in self._items:
            item = self._subject.catalogue.item(offered_item.id)
            if item is not None:
                found.append((item.category.zh, item.guide))
        return found

    def _to_bring(self) -> Passage:
        """Return what to bring, and the fee if it is the same for every service."""
        bring = self._form("guide.bring", "explain")
        notice = [self._words.spoken("trial.notice")] if self._subject.trial else []
        fees = {guide.fee.zh for _, guide in self._guides()}
        if len(fees) != 1:
            return Passage(self._text("guide.bring"), [bring, *notice])
        fee = self._words.form("guide.bring_fee", "explain", fee=fees.pop())
        return Passage(self._text("guide.bring_fee"), [bring, fee, *notice])

    def _page(self, file: str) -> StaffPage:
        key = f"guide.page.{file}"
        return StaffPage(
            self._text(key),
            self._seen.pages[file],
            [
                (self._text(f"guide.{form}"), self._form(key, form))
                for form in ("what", "say", "do")
            ],
        )

    def _faults(self, who: Who) -> StaffFaults:
        key = f"guide.faults.{who}"
        columns = [
            (self._text("guide.code"), 2.1),
            (self._text("guide.screen"), 5.0),
            (self._text("guide.cause"), 7.0),
        ]
        # What a maintainer does needs tools and passwords that staff do not have.
        forms = ["text", "cause"] + ([] if who is Who.MAINTAINER else ["fix"])
        if "fix" in forms:
            columns.append((self._text("guide.fix"), 6.5))
        rows = [
            [fault.code, *(self._words.form(fault.code, form) for form in forms)]
            for fault in faults_of(who)
        ]
        return StaffFaults(self._text(key), self._form(key, "explain"), columns, rows)


def faults_of(who: Who) -> list[Fault]:
    """Return the declared faults that this person ends, by their codes."""
    every = [fault for register in AREAS.values() for fault in register]
    return sorted((fault for fault in every if fault.who is who), key=lambda fault: fault.code)


def _labels(table: Words) -> dict[str, str]:
    """Return the words on the buttons that the guides name, by the name of their placeholder."""
    keys = {
        "agree": "consent.agree",
        "leave": "consent.leave",
        "print": "preview.print",
        "back": "foot.back",
        "help": "foot.help",
        "size": "foot.size",
        "voice": "foot.voice",
        "dismiss": "help.dismiss",
        "missing": "paper.no",
        "unblock": "maintenance.unblock",
        "close": "maintenance.close",
    }
    return {name: table.text(key) for name, key in keys.items()}
