"""The import contract and the habits of DESIGN.md, read off the source."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted((*(ROOT / "auditor").rglob("*.py"), *(ROOT / "rules").rglob("*.py")))
LIMIT = 330
"""Lines of a module."""

BASE = {"errors", "suggest", "textfiles", "findings"}
"""What every folder may use: values, errors and files."""

ALLOWED = {
    "aws": {"errors"},
    "collect": {*BASE, "aws", "snapshot", "data"},
    "snapshot": {*BASE},
    "policy": set(),
    "access": {"errors", "findings", "textfiles", "snapshot", "policy"},
    "evaluate": {*BASE, "snapshot", "policy", "access", "frameworks"},
    "findings": {"errors", "suggest", "frameworks"},
    "report": {*BASE, "frameworks", "snapshot"},
    "schemas": set(),
    "frameworks": set(),
    "settings": {*BASE, "snapshot"},
    "config": {*BASE, "settings"},
    "claims": {"evaluate", "findings"},
    "errors": {"findings"},
    "suggest": set(),
    "textfiles": {"errors"},
    "api": {"errors", "evaluate", "findings", "policy"},
    "testing": {*BASE, "api", "evaluate", "snapshot"},
    "rules": {"api"},
}
"""Folder or module of `auditor` -> what it may import of ours, besides itself. `cli` may import everything."""

ONLY_IN = {"boto3": {"aws"}, "botocore": {"aws"}, "pydantic": {"snapshot", "collect"}, "pydantic_core": {"snapshot"}}
LATE = {"boto3", "botocore", "pydantic", "pydantic_core", "jsonschema", "policyuniverse", "tabulate", "rich", "yaml"}
AT_MODULE_LEVEL = {"aws": {"boto3", "botocore"}, "snapshot": {"pydantic", "pydantic_core"}, "collect": {"pydantic"}}
"""Folders that are themselves imported late, and the heavy packages that their modules may import at once."""

BROAD = {"cli/main.py", "evaluate/engine.py", "evaluate/registry.py"}
"""Where everything is caught: the outermost loops, and where somebody else's module is imported."""


def part_of(path):
    """The folder or module of `auditor` that a file belongs to."""
    if path.is_relative_to(ROOT / "rules"):
        return "rules"
    return path.relative_to(ROOT / "auditor").parts[0].removesuffix(".py")


def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def for_types_only(node):
    return isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def imports(node, *, inside=False):
    """Every (name of a module, whether it is imported inside a function) below a node, those for types apart."""
    for child in ast.iter_child_nodes(node):
        if for_types_only(child):
            continue
        if isinstance(child, ast.Import):
            yield from ((alias.name, inside) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, "imports are absolute"
            yield from ((f"{child.module}.{alias.name}", inside) for alias in child.names)
        else:
            function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from imports(child, inside=inside or function)


def name_of(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_arrows_point_one_way(path):
    part = part_of(path)
    if part in ("cli", "__main__", "__init__"):
        return
    ours = {name.split(".")[1] for name, _ in imports(tree_of(path)) if name.startswith("auditor.")}
    assert ours - {part, "__version__"} <= ALLOWED[part]


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_heavy_packages_are_imported_late_and_only_where_they_belong(path):
    part = part_of(path)
    for name, inside in imports(tree_of(path)):
        package = name.split(".")[0]
        assert part in ONLY_IN.get(package, {part}), f"{package} belongs to {ONLY_IN.get(package)}"
        assert inside or package not in LATE - AT_MODULE_LEVEL.get(part, set()), f"{package} at module level"
        assert inside or not name.startswith(("importlib.metadata", "importlib.resources")), name


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_what_is_imported_late_is_imported_by_nothing_early(path):
    """`aws` and `collect` import boto3 and pydantic at once, so only their own kind may import them at once."""
    if part_of(path) in ("aws", "collect"):
        return
    early = {name for name, inside in imports(tree_of(path)) if not inside}
    assert not {name for name in early if name.startswith(("auditor.aws", "auditor.collect"))}


def catches_all(handler):
    return handler.type is None or any(name in ast.unparse(handler.type) for name in ("Exception", "BaseException"))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_everything_is_caught_only_in_the_outermost_loops(path):
    broad = [
        node
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ExceptHandler) and catches_all(node) and not isinstance(node.body[-1], ast.Raise)
    ]
    allowed = part_of(path) != "rules" and str(path.relative_to(ROOT / "auditor")) in BROAD
    assert not broad or allowed, [node.lineno for node in broad]


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_nothing_prints_and_nothing_ends_the_program(path):
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called != "print"
            assert called not in ("sys.exit", "exit", "quit")
            assert called != "os._exit" or path.name == "__main__.py"
            if called.startswith(("sys.stdout.", "sys.stderr.")):
                assert part_of(path) == "cli", called


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_modules_are_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LIMIT


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_modules_only_define(path):
    """No work at module level: no loops, no bare calls, nothing opened."""
    for node in tree_of(path).body:
        assert not isinstance(node, ast.For | ast.While | ast.With | ast.Try), node.lineno
        if isinstance(node, ast.Expr):
            assert isinstance(node.value, ast.Constant), f"line {node.lineno} does something on import"
        if isinstance(node, ast.If) and not for_types_only(node):
            assert ast.unparse(node.test) == "__name__ == '__main__'"


def test_the_contract_names_what_there_is():
    parts = {part_of(path) for path in SOURCES}
    assert parts - {"cli", "__main__", "__init__"} == ALLOWED.keys()
    for name in BROAD:
        assert (ROOT / "auditor" / name).is_file()
