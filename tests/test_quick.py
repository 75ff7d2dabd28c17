"""`pytest --quick`: the rules by which tests are left out, and what fails a test."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[1]


@pytest.fixture
def quick(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder whose conftest loads the rules of this project's quick run."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeini("[pytest]\nmarkers =\n  rig\n  window\n  process\n  slow(reason)\n")
    pytester.makeconftest('pytest_plugins = ("tests.quick",)')
    return pytester


def run(folder: pytest.Pytester, *options: str) -> pytest.RunResult:
    return folder.runpytest_subprocess("-p", "no:cacheprovider", *options)


def test_only_unmarked_tests_run(quick: pytest.Pytester) -> None:
    quick.makepyfile("""
        import pytest

        @pytest.fixture
        def server(child_process):
            pass

        def test_plain(): pass
        def test_page(qtbot): pass
        def test_server(server): pass
        @pytest.mark.process
        def test_command(): pass
        @pytest.mark.slow(reason="a million cases")
        def test_many(): pass
        @pytest.mark.rig
        def test_printer(): pass
    """)
    run(quick, "--quick").assert_outcomes(passed=1, deselected=5)
    run(quick).assert_outcomes(passed=6)


@pytest.mark.parametrize(
    "start",
    [
        "subprocess.run(['true'])",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "os.system('true')",
        "os._exit(0) if os.fork() == 0 else os.wait()",
    ],
)
def test_a_process_without_the_mark_fails_the_test(quick: pytest.Pytester, start: str) -> None:
    quick.makepyfile(f"""
        import os, subprocess

        def test_start(): {start}
        def test_next(): pass
    """)
    result = run(quick, "--quick")
    result.stdout.fnmatch_lines(["*mark this test or its module `process`*"])
    assert result.parseoutcomes()["failed"] == 1
    assert result.parseoutcomes()["passed"] == 1
    assert "failed" not in run(quick).parseoutcomes()


def test_a_process_on_another_thread_fails_the_test(quick: pytest.Pytester) -> None:
    quick.makepyfile("""
        import subprocess, threading

        def start():
            try:
                subprocess.run(["true"])
            except AssertionError:
                pass

        def test_start():
            thread = threading.Thread(target=start)
            thread.start()
            thread.join()
    """)
    result = run(quick, "--quick")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*subprocess.Popen: mark this test or its module `process`*"])


def test_a_qt_application_without_the_fixture_fails_the_test(quick: pytest.Pytester) -> None:
    quick.makepyfile("""
        def test_application():
            from PySide6.QtCore import QCoreApplication
            test_application.kept = QCoreApplication([])
    """)
    result = run(quick, "--quick")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*a Qt application exists: use the fixture `qapp`*"])


def test_slow_needs_a_reason(quick: pytest.Pytester) -> None:
    quick.makepyfile("""
        import pytest

        @pytest.mark.slow
        def test_many(): pass
    """)
    result = run(quick)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*pytest.mark.slow needs a reason*"])
