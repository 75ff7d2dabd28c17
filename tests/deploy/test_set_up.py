"""`deploy/set-up`: quick if .venv works, and a new .venv if it only looks as if it did.

Each test has a copy of the set-up in a folder of its own, and a Python on the path that makes a
stand-in for .venv: nothing is fetched or installed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from deploy import check_venv

ROOT = Path(__file__).parents[2]
MADE = """\
#!/bin/sh
# The stand-in for python3: makes a .venv whose Python notes what it is asked.
echo "$@" >> "$PWD/made"
rm -rf .venv
mkdir -p .venv/bin
printf '#!/bin/sh\\necho "$@" >> "$PWD/asked"\\n' > .venv/bin/python
chmod +x .venv/bin/python
"""


class Tree:
    """A project's folder with the files that set-up reads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "deploy").mkdir(parents=True)
        for name in ("set-up", "check_venv.py"):
            shutil.copy(ROOT / "deploy" / name, folder / "deploy")
        for name in ("build", "run", "test"):
            (folder / "deploy" / f"packages-{name}.txt").write_text("# none\ndpkg\n")
        for name in ("requirements-build.lock", "requirements.lock", "pyproject.toml"):
            (folder / name).write_text("# nothing\n")
        programs = folder / "programs"
        programs.mkdir()
        (programs / "python3").write_text(MADE)
        (programs / "python3").chmod(0o755)
        self.path = f"{programs}:/usr/bin:/bin"

    def set_up(self) -> str:
        """Run it; what it said."""
        done = subprocess.run(
            [self.folder / "deploy" / "set-up", "test"],
            env={"PATH": self.path}, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stderr

    def times_made(self) -> int:
        """How often a new .venv was made."""
        made = self.folder / "made"
        lines = made.read_text().splitlines() if made.exists() else []
        assert set(lines) <= {"-m venv --clear .venv"}
        return len(lines)

    @property
    def python(self) -> Path:
        """The Python of its .venv."""
        return self.folder / ".venv" / "bin" / "python"


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    tree = Tree(tmp_path / "tree")
    tree.set_up()
    return tree


@pytest.mark.process
def test_first_set_up_installs_all_locked_packages(tree: Tree) -> None:
    asked = (tree.folder / "asked").read_text()
    assert asked.count(" install ") == 3
    assert asked.count("--require-hashes") == 2
    assert tree.times_made() == 1


@pytest.mark.process
def test_working_environment_is_left_alone(tree: Tree) -> None:
    before = tree.python.stat()
    assert tree.set_up() == ""
    assert tree.python.stat() == before
    assert tree.times_made() == 1


@pytest.mark.process
def test_environment_whose_python_is_gone_is_made_again(tree: Tree) -> None:
    tree.python.unlink()
    assert "Replacing .venv" in tree.set_up()
    assert tree.times_made() == 2
    assert tree.set_up() == ""


@pytest.mark.process
def test_environment_whose_python_points_nowhere_is_made_again(tree: Tree) -> None:
    """As after the system's Python was upgraded or removed."""
    tree.python.unlink()
    tree.python.symlink_to("/usr/bin/python-that-was-removed")
    tree.set_up()
    assert tree.times_made() == 2


@pytest.mark.process
def test_environment_that_fails_its_check_is_made_again_and_says_why(tree: Tree) -> None:
    tree.python.write_text("#!/bin/sh\necho the package cups is missing >&2\nexit 1\n")
    assert "Replacing .venv: the package cups is missing" in tree.set_up()
    assert tree.times_made() == 2


@pytest.mark.process
def test_environment_that_was_not_finished_is_made_again(tree: Tree) -> None:
    (tree.folder / ".venv" / ".ready").unlink()
    tree.set_up()
    assert tree.times_made() == 2


@pytest.mark.process
def test_changed_lock_updates_a_working_environment(tree: Tree) -> None:
    (tree.folder / "requirements.lock").write_text("# something\n")
    (tree.folder / "asked").unlink()
    assert tree.set_up() != ""
    assert tree.times_made() == 1
    assert "-r requirements.lock" in (tree.folder / "asked").read_text()
    assert tree.set_up() == ""


@pytest.mark.process
def test_interrupted_update_starts_from_nothing_the_next_time(tree: Tree) -> None:
    (tree.folder / "requirements.lock").write_text("# something\n")
    tree.python.write_text('#!/bin/sh\ncase "$*" in *install*) exit 1;; esac\n')
    with pytest.raises(AssertionError):
        tree.set_up()
    tree.set_up()
    assert tree.times_made() == 2


@pytest.mark.process
def test_moved_folder_gets_an_environment_of_its_own(tmp_path: Path) -> None:
    """The check itself, with a real Python: its programs and its path name the folder of before."""
    folder = tmp_path / "moved"
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", folder / ".venv"], check=True, timeout=60
    )
    (folder / "deploy").mkdir()
    shutil.copy(ROOT / "deploy" / "check_venv.py", folder / "deploy")
    packages = next((folder / ".venv" / "lib").iterdir()) / "site-packages"

    def why() -> str:
        done = subprocess.run(
            [folder / ".venv" / "bin" / "python", "-I", folder / "deploy" / "check_venv.py"],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert (done.returncode == 0) == (done.stderr == "")
        return done.stderr

    assert "terminal is missing" in why()
    others = [p for p in sys.path if p.endswith("site-packages")]
    (packages / "tree.pth").write_text("\n".join([str(ROOT), *others]) + "\n")
    assert f"terminal is of another folder, {ROOT}" in why()
    for name in check_venv.OURS:
        (folder / name).mkdir()
        (folder / name / "__init__.py").touch()
    (packages / "tree.pth").write_text("\n".join([str(folder), *others]) + "\n")
    assert "station is missing" in why()
    for name in check_venv.PROGRAMS:
        program = folder / ".venv" / "bin" / name
        program.write_text(f"#!{folder}/.venv/bin/python\n")
    assert why() == ""
    (folder / ".venv" / "bin" / "mypy").write_text("#!/somewhere/else/.venv/bin/python3\n")
    assert "mypy is of another folder" in why()


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Callable[[], str | None]:
    """The check of the environment that runs these tests."""
    return lambda: check_venv.problem(ROOT)


def test_environment_of_these_tests_works(own: Callable[[], str | None]) -> None:
    assert own() is None


@pytest.mark.parametrize("name", ["PySide6.QtCore", "cups", "smartcard.scard"])
def test_package_that_cannot_be_imported_is_named(
    own: Callable[[], str | None], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    assert own() == f"the package {name} cannot be imported (ModuleNotFoundError)"


def test_package_that_is_deleted_is_named(
    own: Callable[[], str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_venv, "FOUND", (*check_venv.FOUND, "no_such_package"))
    assert own() == "the package no_such_package is missing"


def test_each_package_that_the_project_needs_is_looked_for() -> None:
    """Those without a module of their own (stubs, programs) are left out."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {*project["dependencies"], *project["optional-dependencies"]["dev"]}
    names = {re_name(each) for each in wanted}
    looked_for = {name.partition(".")[0] for name in (*check_venv.FOUND, *check_venv.IMPORTED)}
    modules = packages_distributions()
    found = {re_name(dist) for name in looked_for for dist in modules[name]}
    left_out = {"ruff", "uv", *(each for each in names if each.startswith("types-"))}
    assert names - left_out <= found


def re_name(requirement: str) -> str:
    """The normalised name of a requirement or distribution (PEP 503)."""
    name = "".join(each if each.isalnum() or each in "-_." else " " for each in requirement).split()
    return name[0].lower().replace("_", "-").replace(".", "-")
