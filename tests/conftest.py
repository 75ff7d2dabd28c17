"""What every test stands on: rig tests run only inside a rig's namespaces (`tests/rig/enter`)."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

from tests.rig.processes import give_children_default_signals

pytest_plugins = ("pytester", "tests.quick")

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# No test starts a speech daemon, except the rig of the voice, which removes this.
os.environ["SPEECHD_ADDRESS"] = "unix_socket:/nonexistent/speech-dispatcher"


def pytest_configure() -> None:
    """The programs under test react to signals, however this run was started (`nohup`, `&`)."""
    give_children_default_signals()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A rig test outside its namespaces would meet the machine's own pcscd and cupsd."""
    if os.environ.get("STATION_RIG") == "1":
        return
    outside = pytest.mark.skip(reason="rig: run it as `make test` does, inside tests/rig/enter")
    for item in items:
        if "rig" in item.keywords:
            item.add_marker(outside)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skipped rig test counts as failed, so that it is noticed."""
    report = yield
    if report.skipped and "rig" in item.keywords and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
    return report
