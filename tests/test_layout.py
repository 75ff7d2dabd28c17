"""Where modules are and in which direction they import, so that a subject is found by its folder.

The contracts in pyproject.toml say which package may import which; these tests hold the rest.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
OWN_IDEAS = {
    "devices": {"faults", "health", "identity", "operator"},
    "printing": {
        "faults", "folder_printer", "job", "media", "outcome", "printer", "printer_group",
        "statement",
    },
    "terminal": {"__main__", "cli", "faults"},
    "ui": {"app", "bridge", "import_hook", "window"},
}  # fmt: skip
"""The files at the top of each package; everything else is in a folder."""


@pytest.mark.parametrize("package", OWN_IDEAS)
def test_the_top_of_a_package_holds_only_the_ideas_that_name_it(package: str) -> None:
    files = {path.stem for path in (ROOT / package).glob("*.py")} - {"__init__"}
    assert files == OWN_IDEAS[package]


def test_every_folder_of_the_product_is_a_package_that_says_what_it_is_for() -> None:
    for package in OWN_IDEAS:
        for folder in (ROOT / package).rglob("*"):
            if folder.is_dir() and any(folder.glob("*.py")):
                first = (folder / "__init__.py").read_text(encoding="utf-8")
                assert first.startswith('"""'), folder


def test_imports_within_a_package_are_relative() -> None:
    absolute = []
    for package in OWN_IDEAS:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_bytes())):
                if isinstance(node, ast.ImportFrom) and not node.level:
                    names = [node.module or ""]
                elif isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                else:
                    continue
                if any(name.split(".")[0] == package for name in names):
                    absolute.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert absolute == []


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """The imports of the four packages that happen when they run."""
    return grimp.build_graph(*OWN_IDEAS, exclude_type_checking_imports=True)


def test_no_module_imports_itself_by_way_of_others(graph: grimp.ImportGraph) -> None:
    imports = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    assert list(circles(imports)) == []


def test_no_folder_imports_itself_by_way_of_its_neighbours(graph: grimp.ImportGraph) -> None:
    """The folders and files within one folder import each other in one direction only."""
    assert [circle for folder in graph.modules for circle in circles(within(graph, folder))] == []


def within(graph: grimp.ImportGraph, folder: str) -> dict[str, set[str]]:
    """Which children of a folder import which others, themselves or by a module below them."""
    depth = folder.count(".") + 2
    imports: dict[str, set[str]] = {child: set() for child in graph.find_children(folder)}
    for module in graph.find_descendants(folder):
        child = ".".join(module.split(".")[:depth])
        imported = graph.find_modules_directly_imported_by(module)
        near = {".".join(name.split(".")[:depth]) for name in imported}
        imports[child] |= (near & imports.keys()) - {child}
    return imports


def circles(imports: dict[str, set[str]]) -> Iterator[list[str]]:
    """Groups of modules that reach each other (Tarjan's strongly connected components)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []

    def visit(name: str) -> Iterator[list[str]]:
        order[name] = low[name] = len(order)
        stack.append(name)
        for imported in sorted(imports[name]):
            if imported not in order:
                yield from visit(imported)
                low[name] = min(low[name], low[imported])
            elif imported in stack:
                low[name] = min(low[name], order[imported])
        if low[name] == order[name]:
            group = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(group) > 1:
                yield sorted(group)

    for name in sorted(imports):
        if name not in order:
            yield from visit(name)


def test_a_circle_is_found() -> None:
    assert list(circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}})) == [["a", "b", "c"]]


def test_a_circle_between_folders_is_found() -> None:
    graph = grimp.ImportGraph()
    for folder in ("p", "p.a", "p.b"):
        graph.add_module(folder)
    graph.add_import(importer="p.a.one", imported="p.b.one")
    graph.add_import(importer="p.b.two", imported="p.a.two")
    assert (
        list(
            circles({name: graph.find_modules_directly_imported_by(name) for name in graph.modules})
        )
        == []
    )
    assert list(circles(within(graph, "p"))) == [["p.a", "p.b"]]


MAX_TYPE_IGNORES = 20
"""More than that would show that something has the wrong type."""


def test_types_are_ignored_rarely_and_for_a_stated_reason() -> None:
    ignored = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for folder in (*OWN_IDEAS, "tests", "benchmarks", "docs")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"# type[:] ignore\b", line)
    ]
    assert len(ignored) < MAX_TYPE_IGNORES
    assert [line for line in ignored if not re.search(r"ignore\[[a-z-]+\]  # \w", line)] == []
