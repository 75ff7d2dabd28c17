"""The kinds of items in the catalogue, and the devices that an item can need.

For the wire types, which carry them, and for the session, which must not import the wire types.
"""

from __future__ import annotations

from enum import StrEnum


class ItemKind(StrEnum):
    """The kinds of items. A new item of a known kind needs no new code."""

    CERTIFICATE = "certificate"
    QUERY = "query"
    APPLICATION = "application"
    PAYMENT = "payment"
    BUNDLE = "bundle"
    GUIDE = "guide"


class NeededDevice(StrEnum):
    """A device that is required to serve the item."""

    CARD_READER = "card_reader"
    PRINTER = "printer"
