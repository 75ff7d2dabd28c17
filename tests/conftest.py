"""What every test stands on: rig tests run only inside a rig's namespaces (`tests/rig/enter`)."""

from __future__ import annotations

import os

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A rig test outside its namespaces would meet the machine's own pcscd and cupsd."""
    if os.environ.get("STATION_RIG") == "1":
        return
    outside = pytest.mark.skip(reason="rig: run it as `make test` does, inside tests/rig/enter")
    for item in items:
        if "rig" in item.keywords:
            item.add_marker(outside)
