"""The printer checks of `station diagnose`, with a real cupsd and device."""

from __future__ import annotations

import subprocess

import pytest

from terminal.config.load import PrinterConfig
from terminal.operations.probes import probe_device, probe_queue
from terminal.words import words
from tests.rig.print_fixtures import PrintRig

pytestmark = [pytest.mark.rig, pytest.mark.xdist_group("cups")]


def config_of(rig: PrintRig, queue: str) -> PrinterConfig:
    return PrinterConfig("paper", queue, rig.device_uri, server=rig.cups_server)


def test_diagnose_finds_the_printer_and_its_queue(print_rig: PrintRig) -> None:
    config = config_of(print_rig, print_rig.queue)
    device = probe_device(config)
    assert device.ok is True
    assert words("en").text("paper.full") in device.sentence(words("en"))
    assert probe_queue(config).ok is True


def test_diagnose_reports_a_missing_queue(print_rig: PrintRig) -> None:
    config = config_of(print_rig, "nobody")
    found = probe_queue(config)
    assert found.ok is False
    assert found.fault is not None
    assert found.fault.code == "PRN-103"


def test_diagnose_reports_a_printer_that_is_switched_off(print_rig: PrintRig) -> None:
    config = config_of(print_rig, print_rig.queue)
    print_rig.kill_device()
    found = probe_device(config)
    assert found.ok is False
    assert found.fault is not None
    assert found.fault.code == "PRN-101"


def test_diagnose_reports_a_queue_that_could_print_twice(print_rig: PrintRig) -> None:
    """With a queue made by `lpadmin -m everywhere`, cupsd keeps a document until it is printed."""
    subprocess.run(
        ["lpadmin", "-h", print_rig.cups_server, "-p", print_rig.queue, "-v", print_rig.device_uri],
        check=True,
    )
    config = config_of(print_rig, print_rig.queue)
    found = probe_queue(config)
    assert found.ok is False
    assert found.fault is not None
    assert found.fault.code == "PRN-112"
    assert "waitjob=false" in found.fix(words("en"))
