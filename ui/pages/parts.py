"""Parts that several pages share: names on the screen, services in a list, reasons, codes.

Names and phone numbers are always masked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from devices.health import Fault
from devices.identity import CardKind, Identity
from terminal.session.model import Language
from terminal.session.model.look import in_language

from ..look.metrics import Role
from ..widgets.card_picture import Card
from ..widgets.kit import Kit
from ..widgets.surface import IconTile
from ..widgets.text import Text
from ..wording.cards import families, family

if TYPE_CHECKING:
    from terminal.session.model import Item, Station


def shown_name(identity: Identity) -> str:
    """Return the masked name that addresses the person, with each mask centred in its square;
    empty if the name cannot be used for that."""
    return identity.masked_address.replace("*", "＊")


def look_of(kind: CardKind) -> Card:
    """Return how a card of this kind looks in a picture."""
    return Card.IDENTITY if family(kind) is CardKind.RESIDENT_ID else Card.CHIP


def looks(station: Station) -> tuple[Card, ...]:
    """Return the looks of the cards that the station reads, each once."""
    return tuple(dict.fromkeys(look_of(kind) for kind in families(station)))


def item_title(kit: Kit, item: Item) -> str:
    """Return the item's title in this language and mode."""
    return in_language(item.elder_title if kit.plain_words else item.title, kit.look.language)


def item_second(kit: Kit, item: Item) -> str:
    """Return the item's second line."""
    return in_language(item.elder_subtitle if kit.plain_words else item.subtitle, kit.look.language)


def category(item: Item, language: Language) -> str:
    """Return the item's category; empty if the catalogue gives none."""
    return in_language(item.category, language)


def formal_title(item: Item, language: Language) -> str:
    """Return the official name of the document, the same in every mode."""
    return in_language(item.title, language)


def service_line(kit: Kit, item: Item, *, second: bool = True) -> QWidget:
    """Return a service as a line of text, not a button."""
    return read_line(kit, item.icon, item_title(kit, item), item_second(kit, item) * second)


def read_line(kit: Kit, icon_name: str, title: str, second: str = "") -> QWidget:
    """Return icon and text without an edge, so that they do not look touchable."""
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(kit.sizes.space(5))
    side = round(kit.sizes.type_px(Role.HEADING) * (1.9 if second else 1.5))
    row.addWidget(IconTile(kit, icon_name, side, kit.theme.icon), 0, Qt.AlignmentFlag.AlignVCenter)
    words = QVBoxLayout()
    words.setSpacing(kit.sizes.space(0.6))
    words.addWidget(kit.text(title, Role.HEADING))
    if second:
        words.addWidget(kit.text(second, Role.BODY, colour=kit.theme.quiet))
    row.addLayout(words, 1)
    return line


class TouchLine(QWidget):
    """Holds a line that does not look touchable, and calls ``touched`` when it is touched."""

    def __init__(self, line: QWidget, touched: Callable[[], None]) -> None:
        super().__init__()
        self._touched = touched
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(line)

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        # Accept the press, so that the release comes here too.
        return

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            self._touched()


def code_line(kit: Kit, fault: Fault) -> Text:
    """Return the fault's code in small type, and what staff should do."""
    fix = kit.words.form(fault.code, "fix")
    words = fault.code if kit.sparse else kit.say("failure.code", code=fault.code, fix=fix)
    return kit.text(words, Role.SMALL, colour=kit.theme.quiet, name="fault.code")
