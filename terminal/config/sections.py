"""The sections of the station's configuration, each a struct that takes nothing it does not know.

For ``terminal.config``, which reads them, and whoever is given one. They hold what stands in the
file and no secret; what contradicts what is found elsewhere.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from devices.cards.operator.card import Trust
from devices.cards.registry import ProfileName
from printing.job import QUEUE_NAME
from printing.media import A4, MEDIA_NAME

from ..session.model import Limits
from ..staff.pin import HASH_PATTERN

# ``\Z`` and not ``$``, which lets a line feed pass: a long string in TOML may end with one.
Opaque = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:-]{1,64}\Z")]
_SHOWN = r"[^\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
"""A character that is shown: no control character, line or paragraph separator, or mark of the
direction of writing (Unicode's Bidi_Control), which could change what a person reads."""
Text = Annotated[str, Meta(min_length=1, max_length=80, pattern=rf"^{_SHOWN}+\Z")]
_ADDRESS = rf"^(?={_SHOWN}+\Z)https://[^/?#\s]+(/[^?#\s]*)?\Z"
Pixels = Annotated[int, Meta(ge=320, le=16384)]
Millimetres = Annotated[float, Meta(ge=50, le=5000)]
Seconds = Annotated[float, Meta(ge=1, le=86_400)]
WarningSeconds = Annotated[float, Meta(ge=20, le=600)]
"""WCAG 2.2.1: at least 20 s to say that more time is wanted."""
Ed25519Key = Annotated[bytes, Meta(min_length=32, max_length=32)]

_DEFAULT = Limits()


class StationConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """Which terminal this is. ``region``: GB/T 2260, six digits."""

    id: Opaque
    name: Text
    place: Text
    region: Annotated[str, Meta(pattern=r"^[0-9]{6}\Z")]


class ScreenConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """The panel's visible area, as it hangs: type sizes are counted in millimetres of it."""

    width_px: Pixels
    height_px: Pixels
    width_mm: Millimetres
    height_mm: Millimetres

    @property
    def portrait(self) -> bool:
        """Whether it is higher than wide."""
        return self.height_px > self.width_px


class PcscReaderConfig(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="pcsc"
):
    """The PC/SC readers whose name contains ``match`` (empty: every one), as one reader.

    ``profiles`` are the residents' cards that it reads and that the welcome page names. ID cards
    are read by a reader that carries a security module, and by no other.
    """

    name: Opaque
    match: Annotated[str, Meta(max_length=120, pattern=rf"^{_SHOWN}*\Z")] = ""
    profiles: Annotated[tuple[ProfileName, ...], Meta(min_length=1)] = (
        ProfileName.SOCIAL_SECURITY,
    )


class SamvReaderConfig(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="samv"
):
    """A resident ID card reader with a SAM_V module on a serial port (GA 450)."""

    name: Opaque
    port: Annotated[str, Meta(pattern=rf"^/dev/{_SHOWN}+\Z")]
    baud: int = 115_200


ReaderConfig = PcscReaderConfig | SamvReaderConfig

BAUD_RATES = (115_200, 57_600, 38_400, 19_200, 9_600)
"""What a SAM_V module can be set to."""


SQUARE = 1.1
"""Pixels of panels are square but for a few percent; beyond, a side was measured wrong, and every
size on the screen would be."""


class CardSide(StrEnum):
    """Where the card is laid, seen from the person before the screen."""

    LEFT = "left"
    RIGHT = "right"
    BELOW = "below"
    ABOVE = "above"


class CardConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the pages' pictures point to."""

    side: CardSide = CardSide.BELOW


class PrinterConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """A CUPS queue that takes jobs of one paper, and the device that is asked for the truth.

    Without ``device_uri`` (or with one that speaks no IPP) every job's outcome is *unknown*
    until the person confirms it. ``media``: a PWG 5101.1 name. ``duplex``: both sides of the
    paper where the device can. ``server``: cupsd elsewhere, a socket's path or host:port.
    """

    name: Opaque
    queue: Annotated[str, Meta(pattern=QUEUE_NAME)]
    device_uri: (
        Annotated[str, Meta(pattern=rf"^(ipps?|https?|usb|socket)://{_SHOWN}*\Z")] | None
    ) = None
    media: Annotated[str, Meta(pattern=MEDIA_NAME, max_length=80)] = A4
    duplex: bool = False
    server: Text | None = None
    ca_file: Path | None = None


class PlatformConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the platform is, whom it must prove to be, and who signs its catalogue."""

    address: Annotated[str, Meta(pattern=_ADDRESS)]
    ca_file: Path
    app_id: Opaque
    catalogue_key: Ed25519Key


class SealConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """The roots that sealed documents must lead to (PEM)."""

    anchors: Annotated[tuple[Path, ...], Meta(min_length=1)]


class ModeTimes(Struct, frozen=True, forbid_unknown_fields=True):
    """How long a person may be quiet before the warning, and how long that stays (seconds)."""

    quiet_s: Seconds
    warning_s: WarningSeconds


class TimeoutsConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """How long the terminal waits, in seconds; see ``Limits`` for what each is."""

    standard: ModeTimes = ModeTimes(_DEFAULT.quiet_s, _DEFAULT.warning_s)
    elder: ModeTimes = ModeTimes(_DEFAULT.elder_quiet_s, _DEFAULT.elder_warning_s)
    card_away_s: Seconds = _DEFAULT.card_away_s
    card_read_s: Seconds = _DEFAULT.card_read_s
    answer_s: Seconds = _DEFAULT.answer_s
    paper_wait_s: Seconds = _DEFAULT.paper_wait_s
    collect_s: Seconds = _DEFAULT.collect_s
    assisted_s: Seconds = _DEFAULT.assisted_s
    ending_s: Seconds = _DEFAULT.ending_s
    clear_s: Seconds = _DEFAULT.clear_s
    left_card_s: Seconds = _DEFAULT.left_card_s
    maintenance_s: Seconds = _DEFAULT.maintenance_s
    longest_visit_s: Seconds = _DEFAULT.longest_visit_s
    longest_maintenance_s: Seconds = _DEFAULT.longest_maintenance_s
    help_call_s: Seconds = _DEFAULT.help_call_s

    def limits(self) -> Limits:
        """The session's limits."""
        plain = {
            name: float(getattr(self, name))
            for name in self.__struct_fields__
            if name not in ("standard", "elder")
        }
        return Limits(
            quiet_s=self.standard.quiet_s,
            warning_s=self.standard.warning_s,
            elder_quiet_s=self.elder.quiet_s,
            elder_warning_s=self.elder.warning_s,
            **plain,
        )


class SpeechConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether a visit begins with the voice on, and how fast it speaks (-1 to 1, 0 is normal)."""

    enabled: bool = False
    rate: Annotated[float, Meta(ge=-1, le=1)] = 0.0


class MaintenanceConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """The maintenance PIN as `station pin` hashed it."""

    pin_hash: Annotated[str, Meta(pattern=HASH_PATTERN)]


class OperatorsConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose staff and maintainer cards count: issuers' Ed25519 public keys (32 bytes in base64),
    and the serials of cards that no longer do. Without an issuer none is accepted.
    ``bound_only`` refuses cards that are bound to no chip, which can be copied."""

    issuers: tuple[Ed25519Key, ...] = ()
    revoked: tuple[Annotated[str, Meta(pattern=r"^[0-9a-f]{16}\Z")], ...] = ()
    bound_only: bool = False

    def trust(self) -> Trust:
        """The same, as the readers take it."""
        return Trust(self.issuers, frozenset(self.revoked), self.bound_only)


class StateConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the journal and the cached catalogue live; made by the terminal, mode 0700."""

    directory: Path


class KeysConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the key files are when systemd gives no credentials; never in the state directory."""

    directory: Path | None = None
