"""The registry of certificates: complete, without duplicates, and cheap to import."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys

import pytest

from printing.documents import Certificate, certificates
from printing.documents.certificates.registry import CERTIFICATES


def test_registry_has_the_certificate_of_every_module() -> None:
    declared = {
        each
        for module in pkgutil.iter_modules(certificates.__path__, f"{certificates.__name__}.")
        for each in vars(importlib.import_module(module.name)).values()
        if isinstance(each, type) and issubclass(each, Certificate) and each is not Certificate
    }
    assert declared == set(CERTIFICATES)


@pytest.mark.parametrize("name", ["TYPE", "TITLE"])
def test_no_two_certificates_share_a_type_or_a_title(name: str) -> None:
    assert len({getattr(each, name) for each in CERTIFICATES}) == len(CERTIFICATES)


@pytest.mark.process
def test_importing_the_registry_loads_no_library_of_the_typesetting() -> None:
    """The sandbox imports it before it listens; ReportLab takes longer than all the rest."""
    code = (
        "import sys, printing.documents.certificates.registry\n"
        "print(*sorted({'reportlab', 'segno', 'PIL'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
