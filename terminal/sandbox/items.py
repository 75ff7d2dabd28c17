"""The sandbox's catalogue: the two certificates as data, and their signature.

For the sandbox alone. A new item of a known kind would be one more entry here and no code.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devices.identity import Assurance
from terminal.platform.wire import (
    Catalogue,
    CatalogueEnvelope,
    Guide,
    Item,
    ItemKind,
    NeededDevice,
    Text,
    canonical,
)

INSURANCE = "100101-SI-0101"
DEPOSIT = "100101-HF-0201"
QUOTA_PER_DAY = 200
"""For one person: generous, because a demonstration repeats itself."""
VERSION = 3
LIFE_S = 7 * 86_400
"""A terminal that was off for a week asks anew before it offers anything."""

_FREE = Text("免费", "free of charge")
_AT_ONCE = Text("当场打印", "at once")

ITEMS: tuple[Item, ...] = (
    Item(
        code=INSURANCE,
        kind=ItemKind.CERTIFICATE,
        title=Text("社会保险个人参保证明", "Social insurance certificate"),
        subtitle=Text("近 24 个月缴费情况", "contributions of the last 24 months"),
        elder_title=Text("打印社保证明", "Print my social insurance paper"),
        elder_subtitle=Text("证明您在交社保", "shows that you pay social insurance"),
        icon="shield",
        category=Text("社保", "Social insurance"),
        guide=Guide(
            who=Text("在样例市参加社会保险的人员", "people insured in Sample City"),
            materials=Text(
                "本人居民身份证或社会保障卡", "your own ID card or social security card"
            ),
            time_limit=_AT_ONCE,
            fee=_FREE,
            department=Text("样例市社会保险经办中心", "Sample City Social Insurance Centre"),
            phone="12333",
        ),
        # A card that anyone could have copied needs the code; one read securely does not.
        assurance_needed=Assurance.CARD_SECURE,
        quota_per_day=QUOTA_PER_DAY,
        document_type="insurance_certificate",
        devices=(NeededDevice.CARD_READER, NeededDevice.PRINTER),
        regions=("100101",),
    ),
    Item(
        code=DEPOSIT,
        kind=ItemKind.CERTIFICATE,
        title=Text("住房公积金缴存证明", "Housing deposit certificate"),
        subtitle=Text("账户状态与缴存余额", "state and balance of the account"),
        elder_title=Text("打印公积金证明", "Print my housing fund paper"),
        elder_subtitle=Text("证明您的公积金账户", "shows your housing fund account"),
        icon="house",
        category=Text("公积金", "Housing fund"),
        guide=Guide(
            who=Text("在样例市缴存住房公积金的职工", "employees with an account in Sample City"),
            materials=Text(
                "本人居民身份证或社会保障卡，以及在公积金中心登记的手机",
                "your own card, and the phone registered with the fund",
            ),
            time_limit=_AT_ONCE,
            fee=_FREE,
            department=Text("样例市住房公积金管理中心", "Sample City Housing Fund Centre"),
            phone="12329",
        ),
        assurance_needed=Assurance.SECOND_FACTOR,
        quota_per_day=QUOTA_PER_DAY,
        document_type="deposit_certificate",
        devices=(NeededDevice.CARD_READER, NeededDevice.PRINTER),
        regions=("100101",),
    ),
)
AUTHORITY = {INSURANCE: "样例市社会保险经办中心", DEPOSIT: "样例市住房公积金管理中心"}


def item_of(code: str) -> Item | None:
    """The item of this code."""
    return next((item for item in ITEMS if item.code == code), None)


def sign_catalogue(
    key: Ed25519PrivateKey, *, now: int, version: int = VERSION, life_s: int = LIFE_S
) -> CatalogueEnvelope:
    """The catalogue as of ``now`` (Unix seconds), signed."""
    payload = canonical(Catalogue(version, min(now, now + life_s), now + life_s, ITEMS))
    return CatalogueEnvelope(payload, key.sign(payload))
