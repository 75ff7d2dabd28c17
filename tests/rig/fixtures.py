"""Fixtures of the card rigs. A conftest.py imports those that its tests use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .pcscd import READERS, VPCD_PORTS, Pcscd
from .people import PHOTO, resident_text, social_security_card
from .samv_emulator import ResidentCard, SamvEmulator
from .vcard import Card, Faults, VirtualSlot

PresentCard = Callable[..., None]


_daemons: list[Pcscd] = []
"""The only service of this test process. Each conftest.py that imports the fixtures has its own
copy of them, but two services cannot share the socket and the ports of the virtual readers."""


@pytest.fixture(scope="session")
def pcscd_daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pcscd]:
    """The service of this test process. A test may stop it; ``pcscd`` then restarts it."""
    if not _daemons:
        _daemons.append(Pcscd(tmp_path_factory.mktemp("pcscd") / "log"))
    yield _daemons[0]
    _daemons[0].stop()


@pytest.fixture
def pcscd(pcscd_daemon: Pcscd) -> Pcscd:
    """A running pcscd that lists the virtual readers."""
    if not pcscd_daemon.running:
        pcscd_daemon.start()
    return pcscd_daemon


@pytest.fixture
def slot(pcscd: Pcscd) -> Iterator[VirtualSlot]:
    """The first slot of the virtual reader, empty."""
    slot = VirtualSlot(VPCD_PORTS[0], READERS[0])
    yield slot
    slot.remove()


@pytest.fixture
def second_slot(pcscd: Pcscd) -> Iterator[VirtualSlot]:
    """The second slot, empty."""
    slot = VirtualSlot(VPCD_PORTS[1], READERS[1])
    yield slot
    slot.remove()


@pytest.fixture
def present_card(slot: VirtualSlot) -> PresentCard:
    """A function that presents a card: ``present_card("wang")`` presents that resident's social
    security card; it also takes a ``Card``."""

    def present(card: str | Card, faults: Faults | None = None) -> None:
        slot.present(social_security_card(card) if isinstance(card, str) else card, faults)

    return present


@pytest.fixture
def samv(tmp_path: Path) -> Iterator[SamvEmulator]:
    """An attached SAM_V module on a pty, without a card; ``samv.port`` is its device."""
    emulator = SamvEmulator(tmp_path)
    yield emulator
    emulator.unplug()


@pytest.fixture
def present_resident_card(samv: SamvEmulator) -> PresentCard:
    """A function that presents a resident ID card to the SAM_V module, by the resident's key."""

    def present(card: str | ResidentCard) -> None:
        samv.present(ResidentCard(resident_text(card), PHOTO) if isinstance(card, str) else card)

    return present
