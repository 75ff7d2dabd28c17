"""The sections of the station's configuration, each a struct that refuses unknown keys.

For ``terminal.config``, which reads them. They hold what is written in the file and no key.

To add a key, declare it here: its type with the range, its default, and a docstring that says what
it means. ``Meta`` gives what the type cannot: ``examples`` for the sample (a key with a default
shows the default), ``description`` for the range of a pattern, ``extra["unit"]``,
``extra["choices"]``, and ``extra["secret"]`` for a value that must not be published.
``extra["recommended"]`` shows an optional key in the sample. `make docs` writes the sample and
`docs/reference/configuration.md`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from devices.cards.operator.card import OperatorTrust
from devices.cards.registry import ProfileName
from printing.job import QUEUE_NAME
from printing.media import A4, MEDIA_NAME

from ..session.model import CardSide, Language, Limits, Mode, Theme, TraySide
from ..session.model.look import PATIENCE
from ..staff.pin import HASH_PATTERN

# ``\Z`` and not ``$``, which lets a line feed pass: a long string in TOML may end with one.
Opaque = Annotated[
    str,
    Meta(pattern=r"^[A-Za-z0-9._:-]{1,64}\Z", description="1 to 64 of `A-Z a-z 0-9 . _ : -`"),
]
_SHOWN = r"[^\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
"""A character that is shown: no control character, line or paragraph separator, or mark of the
direction of writing (Unicode's Bidi_Control), which could change what a person reads."""
Text = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=80,
        pattern=rf"^{_SHOWN}+\Z",
        description="1 to 80 characters, no control characters",
    ),
]
_ADDRESS = rf"^(?={_SHOWN}+\Z)https://[^/?#\s]+(/[^?#\s]*)?\Z"
Pixels = Annotated[int, Meta(ge=320, le=16384, extra={"unit": "pixels"})]
Millimetres = Annotated[float, Meta(ge=50, le=5000, extra={"unit": "mm"})]
Seconds = Annotated[float, Meta(ge=1, le=86_400, extra={"unit": "s"})]
WarningSeconds = Annotated[float, Meta(ge=20, le=600, extra={"unit": "s"})]
"""WCAG 2.2.1: at least 20 s to say that more time is wanted."""
Ed25519Key = Annotated[
    bytes, Meta(min_length=32, max_length=32, description="32 bytes in base64 (Ed25519)")
]

_DEFAULT = Limits()


class StationConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """The identity of this terminal."""

    id: Annotated[Opaque, Meta(examples=["ST-100101-0001"])]
    """The id that is registered with the platform."""
    name: Annotated[Text, Meta(examples=["24小时政务便民服务站"])]
    """The name in the header of the screen and on the test page."""
    place: Annotated[Text, Meta(examples=["某某街道 某某银行一层"])]
    """The location, shown to the staff who are called."""
    region: Annotated[
        str,
        Meta(pattern=r"^[0-9]{6}\Z", description="six digits (GB/T 2260)", examples=["100101"]),
    ]
    """The administrative division."""
    operator: Annotated[Text, Meta(examples=["某某区政务服务中心"])]
    """Who runs this station. The consent page names them (PIPL 17)."""
    telephone: Annotated[
        str,
        Meta(
            pattern=r"^[0-9+() -]{3,20}\Z",
            description="3 to 20 of `0-9 + - ( )` and spaces",
            examples=["12345"],
        ),
    ]
    """Where residents reach the operator about their data. The consent page shows it."""


class ScreenConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """The visible area, as the panel is mounted. Type is sized in millimetres: measure them."""

    width_px: Annotated[Pixels, Meta(examples=[1080])]
    """The width."""
    height_px: Annotated[Pixels, Meta(examples=[1920])]
    """The height."""
    width_mm: Annotated[Millimetres, Meta(examples=[268.0])]
    """The width, measured."""
    height_mm: Annotated[Millimetres, Meta(examples=[476.0])]
    """The height, measured."""
    viewing_distance_mm: Annotated[float, Meta(ge=300, le=2000, extra={"unit": "mm"})] = 600.0
    """From the eyes to the screen. Extra-large type has capitals of 0.7 degrees at this distance
    (EN 301 549, 5.1.4)."""
    mode: Mode = Mode.STANDARD
    """The type with which each visit begins: standard, elder, extra-large."""
    theme: Theme = Theme.STANDARD
    """The colours with which each visit begins: standard, contrast-light, contrast-dark."""
    lower_edge_mm: Annotated[float, Meta(ge=0, le=2000, extra={"unit": "mm"})] = 700.0
    """The height of its lower edge above the floor, measured."""
    low_reach: bool = False
    """If true, all controls are between 380 and 1,120 mm above the floor (EN 301 549, 8.3.4)."""
    motion: bool = True
    """If false, nothing on the pages moves."""
    help_key: Annotated[str, Meta(pattern=r"^F([1-9]|1[0-2])\Z", description="`F1` to `F12`")] = (
        "F1"
    )
    """The key of a keypad that calls for help, as the button on each page does."""

    @property
    def portrait(self) -> bool:
        """Whether it is higher than wide."""
        return self.height_px > self.width_px


class PcscReaderConfig(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="pcsc"
):
    """A PC/SC reader, for example for social security cards. One section for each reader."""

    name: Annotated[Opaque, Meta(examples=["social-security"])]
    """Each reader and printer has a different name."""
    match: Annotated[
        str,
        Meta(
            max_length=120,
            pattern=rf"^{_SHOWN}*\Z",
            description="at most 120 characters, no control characters",
        ),
    ] = ""
    """Part of the name that `pcsc_scan` shows. Empty: any reader."""
    profiles: Annotated[tuple[ProfileName, ...], Meta(min_length=1)] = (
        ProfileName.SOCIAL_SECURITY,
    )
    """The cards that it reads; the welcome page names them. Add "samv" for a reader with a security
    module (resident ID cards). Others: "thai-id", "belgian-eid", "mykad"."""


BAUD_RATES = (115_200, 57_600, 38_400, 19_200, 9_600)
"""What a SAM_V module can be set to."""


class SamvReaderConfig(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="samv"
):
    """A resident ID card reader: a SAM_V module on a serial port (GA 450). One section for each."""

    name: Annotated[Opaque, Meta(examples=["resident-id"])]
    """Each reader and printer has a different name."""
    port: Annotated[
        str,
        Meta(
            pattern=rf"^/dev/{_SHOWN}+\Z",
            description="a path below `/dev/`",
            examples=["/dev/serial/by-id/usb-reader"],
        ),
    ]
    """The serial port. Use its name by-id, because the number in ttyUSB0 can change."""
    baud: Annotated[int, Meta(extra={"unit": "Bd", "choices": BAUD_RATES})] = 115_200
    """The rate of the serial port."""


ReaderConfig = SamvReaderConfig | PcscReaderConfig

SQUARE = 1.1
"""Pixels of panels are square but for a few percent; beyond, a side was measured wrong, and every
size on the screen would be."""


class CardConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the pictures on the pages point to."""

    side: CardSide = CardSide.BELOW
    """The position of the reader beside the screen: left, right, above, below."""


class TrayConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the pages say that the paper comes out."""

    side: TraySide = TraySide.BELOW
    """The position of the output tray beside the screen: left, right, above, below; or behind."""


class PrinterConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """One section for each CUPS queue. A document goes to the queue that has paper of its size. If
    no queue has it, the document is not printed. The first is the printer for ordinary pages."""

    name: Annotated[Opaque, Meta(examples=["paper"])]
    """Each reader and printer has a different name."""
    queue: Annotated[
        str,
        Meta(
            pattern=QUEUE_NAME,
            description="1 to 127 of `A-Z a-z 0-9 . _ -`",
            examples=["station"],
        ),
    ]
    """The CUPS queue (`lpstat -v`)."""
    device_uri: Annotated[
        Annotated[
            str,
            Meta(
                pattern=rf"^(ipps?|https?|usb|socket)://{_SHOWN}*\Z",
                description="`ipp://`, `ipps://`, `http://`, `https://`, `usb://` or `socket://`",
            ),
        ]
        | None,
        Meta(examples=["ipp://192.168.10.20/ipp/print"], extra={"recommended": True}),
    ] = None
    """The terminal asks the device itself what came out, because cupsd's answer can be wrong. Over
    USB this needs ipp-usb. Without an IPP device, the resident must confirm each print."""
    media: Annotated[
        str,
        Meta(pattern=MEDIA_NAME, max_length=80, description="a media size name of PWG 5101.1"),
    ] = A4
    """The paper in the queue. Another: "om_small-photo_100x150mm"."""
    duplex: bool = False
    """If true, two or more pages are printed on both sides, if the device can."""
    server: Annotated[Text | None, Meta(examples=["/run/cups/cups.sock"])] = None
    """Another cupsd: a socket, or host:port."""
    ca_file: Annotated[Path | None, Meta(examples=["printer-ca.pem"])] = None
    """The only CA that is accepted from an ipps:// device (PEM)."""


class PlatformConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """The service platform."""

    address: Annotated[
        str,
        Meta(
            pattern=_ADDRESS,
            description="`https://`, a host, and a path if any",
            examples=["https://platform.example/station"],
        ),
    ]
    """Where the platform is."""
    ca_file: Annotated[Path, Meta(examples=["platform-ca.pem"])]
    """The only CA that is accepted (PEM)."""
    app_id: Annotated[Opaque, Meta(examples=["station-app"])]
    """The application id that the platform has assigned."""
    catalogue_key: Annotated[
        Ed25519Key, Meta(examples=["11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="])
    ]
    """The public key that verifies the service catalogue."""
    handler: Annotated[Text, Meta(examples=["某某市一体化政务服务平台"])]
    """Who processes the data at the platform. The consent page names them (PIPL 17)."""


class SealConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """The authorities of sealed documents."""

    anchors: Annotated[tuple[Path, ...], Meta(min_length=1, examples=[["seal-root.pem"]])]
    """Every document's seal must chain to one of these roots (PEM)."""


class ModeTimes(Struct, frozen=True, forbid_unknown_fields=True):
    """If this section is in the file, it has both keys."""

    quiet_s: Seconds
    """Time without a touch; then the warning appears."""
    warning_s: WarningSeconds
    """Time that the warning stays; then the visit ends. At least 20 s (WCAG 2.2.1)."""


def _times(mode: Mode) -> ModeTimes:
    usual = PATIENCE[mode]
    return ModeTimes(usual.quiet_s, usual.warning_s)


class TimeoutsConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """How long the terminal waits."""

    # ``Limits`` documents each key: the session has the same times.

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
    standard: ModeTimes = _times(Mode.STANDARD)
    elder: ModeTimes = _times(Mode.ELDER)
    extra_large: ModeTimes = _times(Mode.EXTRA_LARGE)

    def limits(self) -> Limits:
        """The session's limits."""
        chosen = {
            Mode.STANDARD: self.standard,
            Mode.ELDER: self.elder,
            Mode.EXTRA_LARGE: self.extra_large,
        }
        patience = {
            mode: replace(
                usual, quiet_s=float(chosen[mode].quiet_s), warning_s=float(chosen[mode].warning_s)
            )
            for mode, usual in PATIENCE.items()
        }
        plain = {
            name: float(value)
            for name in self.__struct_fields__
            if not isinstance(value := getattr(self, name), ModeTimes)
        }
        return Limits(patience=patience, **plain)


class SpeechConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """The voice."""

    enabled: bool = False
    """If true, each visit begins with the voice on."""
    elder: bool = False
    """If true, choosing the elder mode switches the voice on."""
    rate: Annotated[float, Meta(ge=-1, le=1)] = 0.0
    """The speed: -1 slow, 0 normal, 1 fast."""
    voices: dict[Language, Text] = {}
    """Voices that replace those of the languages' tables: `{zh="NAME"}`, with a name that
    `spd-say -L` lists. If a voice is not installed, the terminal is silent in its language, because
    another voice would be unintelligible."""


class MaintenanceConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """The maintenance page."""

    pin_hash: Annotated[
        str,
        Meta(
            pattern=HASH_PATTERN,
            description="a hash that `station pin` printed",
            examples=[
                "scrypt$14$8$5$LUKzikhkGNiVstibzWNdXg$wQ6f2xx_mqqTxw7a0_uYSWhy_Y1rBokoiLH1zjW6iMI"
            ],
            extra={"secret": True},
        ),
    ]
    """The hash of the PIN, made by `station pin`. The sample has the PIN 407318; make your own."""


class OperatorsConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """Staff and maintainer cards (docs/operator-cards.md). Without an issuer, none is accepted."""

    issuers: tuple[Ed25519Key, ...] = ()
    """The issuers' public keys (Ed25519, base64), made by `station personalise --new-key`."""
    revoked: tuple[
        Annotated[
            str, Meta(pattern=r"^[0-9a-f]{16}\Z", description="16 hexadecimal digits, lower case")
        ],
        ...,
    ] = ()
    """Serial numbers of lost cards: 16 hexadecimal digits each."""
    bound_only: bool = False
    """If true, cards that are not bound to a chip are refused, because they can be copied."""

    def trust(self) -> OperatorTrust:
        """The same, as the readers take it."""
        return OperatorTrust(self.issuers, frozenset(self.revoked), self.bound_only)


class StateConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """What the terminal keeps."""

    directory: Annotated[Path, Meta(examples=["/var/lib/station"])]
    """The journal and the cached catalogue. The terminal makes it with mode 0700."""


class KeysConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """The files request-key and token-key: hexadecimal text, at least 32 bytes (`openssl rand -hex
    32`). Recommended: systemd, with LoadCredentialEncrypted=request-key:… and token-key:…, and no
    key in this section."""

    directory: Annotated[Path | None, Meta(examples=["/etc/station/keys"])] = None
    """Without systemd: the folder of the two files. It is outside the state directory; the files
    have mode 0600."""
