"""`pytest --quick`: only the tests that need no window and no process, and take little time.

Marks decide which tests these are, and each mark follows from the test itself:

- ``window``: the test uses ``qapp``, directly or through another fixture.
- ``process``: the test uses ``child_process``, directly or through another fixture, or its module
  says ``pytestmark = pytest.mark.process``.
- ``slow(reason)``: the test or its module carries the mark, with the reason.

In a quick run a test fails if it starts a process or makes a Qt application without the mark.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator

import pytest

OPTION = "--quick"
NOT_QUICK = frozenset({"rig", "window", "process", "slow"})
"""A test with one of these marks is left out of a quick run."""
STARTS = frozenset(
    {"os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.system", "subprocess.Popen"}
)
"""The audit events of a new process (Python documentation, "Audit events table")."""


class StartedProcessError(AssertionError):
    """A test without the mark ``process`` starts a process in a quick run."""


class Watch:
    """Refuses new processes while a test runs, and remembers that one was asked for.

    Python has no way to remove an audit hook, so the hook stays and asks ``active``.
    """

    def __init__(self) -> None:
        self.active = False
        self.refused: list[str] = []
        sys.addaudithook(self._on_event)

    def _on_event(self, event: str, _arguments: tuple[object, ...]) -> None:
        if self.active and event in STARTS:
            self.refused.append(event)
            raise StartedProcessError(f"{event}: mark this test or its module `process`")


@pytest.fixture(scope="session")
def child_process() -> None:
    """Requested by each fixture that starts a process; its tests are then marked ``process``."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(OPTION, action="store_true", help=__doc__.split("\n", 1)[0].partition(": ")[2])


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption(OPTION):
        config.pluginmanager.register(QuickRun(), "quick-run")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark ``item`` by the fixtures that it uses."""
    fixtures = getattr(item, "fixturenames", ())
    for fixture, mark in (("qapp", "window"), ("child_process", "process")):
        if fixture in fixtures:
            item.add_marker(mark)
    for slow in item.iter_markers("slow"):
        if not slow.kwargs.get("reason"):
            raise pytest.UsageError(f"{item.nodeid}: pytest.mark.slow needs a reason")


class QuickRun:
    """The rules of a quick run."""

    def __init__(self) -> None:
        self._watch = Watch()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Leave out what is not quick."""
        left_out = [item for item in items if not NOT_QUICK.isdisjoint(item.keywords)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if NOT_QUICK.isdisjoint(item.keywords)]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self) -> Iterator[None]:
        """Watch one test, its fixtures included."""
        self._watch.refused.clear()
        self._watch.active = True
        try:
            return (yield)
        finally:
            self._watch.active = False

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Fail a test that hid the refusal, and one that made a Qt application."""
        report = yield
        if report.failed:
            self._watch.refused.clear()  # reported already
        if call.when == "teardown" and report.passed:
            why = None
            if self._watch.refused:
                why = f"{', '.join(self._watch.refused)}: mark this test or its module `process`"
            elif _application_exists():
                why = "a Qt application exists: use the fixture `qapp`"
            if why is not None:
                report.outcome = "failed"
                report.longrepr = f"{item.nodeid}: {why}"
        return report


def _application_exists() -> bool:
    core = sys.modules.get("PySide6.QtCore")
    return core is not None and core.QCoreApplication.instance() is not None
