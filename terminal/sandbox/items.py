"""The sandbox's catalogue: its certificates as data, and the catalogue's signature.

Used by the sandbox only. The departments declare their certificates in `certificates`.
"""

from __future__ import annotations

from datetime import date

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from printing.documents import Issue

from ..platform.wire import Catalogue, CatalogueEnvelope, Item, canonical
from .certificates import fund, social
from .certificates.offer import Offer
from .residents import RESIDENTS, Resident

INSURANCE = social.INSURANCE
CONTRIBUTION = social.CONTRIBUTION
PENSION = social.PENSION
DEPOSIT = fund.DEPOSIT
VERSION = 5
LIFE_S = 7 * 86_400
"""A terminal that was off for a week must fetch the catalogue before it offers anything."""
REHEARSED = (INSURANCE, DEPOSIT)
"""The items whose certificates the sandbox typesets and seals as a warm-up."""

OFFERS: tuple[Offer, ...] = (*social.OFFERS, *fund.OFFERS)
ITEMS: tuple[Item, ...] = tuple(offer.item for offer in OFFERS)


def item_of(code: str) -> Item | None:
    """Return the item with this code; ``None`` if there is none."""
    return next((item for item in ITEMS if item.code == code), None)


def offered(code: str) -> Offer:
    """Return the offer with a code that this catalogue defines."""
    return next(offer for offer in OFFERS if offer.item.code == code)


def prefix(item: Item) -> str:
    """Return the prefix of this item's document numbers: its department."""
    return item.code.split("-")[1]


def holders(code: str, on: date) -> tuple[Resident, ...]:
    """Return the residents for whom this item can be issued on this day."""
    make = offered(code).make
    nothing = Issue("", "", "", on, None, "")
    return tuple(resident for resident in RESIDENTS if make(resident, nothing) is not None)


def sign_catalogue(
    key: Ed25519PrivateKey, *, now: int, version: int = VERSION, life_s: int = LIFE_S
) -> CatalogueEnvelope:
    """Return the signed catalogue as of ``now`` (Unix seconds)."""
    payload = canonical(Catalogue(version, min(now, now + life_s), now + life_s, ITEMS))
    return CatalogueEnvelope(payload, key.sign(payload))
