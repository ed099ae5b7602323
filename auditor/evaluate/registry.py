"""Where rules come from: the built-in pack, installed packs and folders, all loaded the same way."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.errors import RulePackError
from auditor.evaluate.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

BUILTIN = "auditor"
GROUP = "auditor.rule_packs"
OWN = "auditor.rules"
"""The module of the built-in pack: it is an entry point like any other, and already loaded from its folder."""


def load_rules(folders: Iterable[str] = (), *, plugins: bool = True) -> dict[str, Rule]:
    """Every rule of every pack, by id. Raises RulePackError for a pack that does not import, and for clashing ids."""
    rules: dict[str, Rule] = {}
    for rule in _all(folders, plugins=plugins):
        if (other := rules.get(rule.id)) is not None:
            raise RulePackError(
                f'rule "{rule.id}" stands in two packs: {other.pack} and {rule.pack}',
                help=("give the rule of the second pack another id, prefixed with the pack's name",),
            )
        rules[rule.id] = rule
    return dict(sorted(rules.items()))


def _all(folders: Iterable[str], *, plugins: bool) -> Iterator[Rule]:
    yield from load_folder(builtin_folder(), OWN, BUILTIN)
    if plugins:
        yield from _installed()
    for number, folder in enumerate(folders):
        yield from load_folder(Path(folder), f"auditor_local_rules_{number}", str(folder))


def builtin_folder() -> Path:
    """The built-in pack: inside the installed package, or beside it in a checkout."""
    home = Path(__file__).parent.parent
    inside = home / "rules"
    return inside if inside.is_dir() else home.parent / "rules"


def load_folder(path: Path, package: str, pack: str) -> Iterator[Rule]:
    """The rules of every module of a folder, or of one file. Runs the modules: only for code that is trusted.

    Raises RulePackError.
    """
    if not path.exists():
        raise RulePackError(f"no rules at {path}: there is no such file or folder")
    files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
    for file in files:
        if file.name != "__init__.py":
            relative = file.relative_to(path).with_suffix("") if path.is_dir() else Path(file.stem)
            module = _import(file, ".".join((package, *relative.parts)))
            yield from (rule._replace(pack=pack) for rule in vars(module).values() if isinstance(rule, Rule))


def _import(file: Path, name: str) -> ModuleType:
    loaded = sys.modules.get(name)
    if loaded is not None and loaded.__file__ == str(file):
        return loaded
    spec = spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except RulePackError as error:
        del sys.modules[name]
        raise RulePackError(f"{file}: {error}", help=error.help) from error
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise RulePackError(f"{file} does not import: {type(error).__name__}: {error}") from error
    return module


def _installed() -> Iterator[Rule]:
    """Rules of installed packs. importlib.metadata is slow, so it is asked only where some package has a pack."""
    if not any(_has_pack(Path(folder)) for folder in sys.path if folder):
        return
    from importlib.metadata import entry_points

    packs = (point for point in entry_points(group=GROUP) if point.value != OWN)
    for point in sorted(packs, key=lambda point: point.name):
        try:
            module = point.load()
        except (Exception, SystemExit) as error:
            raise RulePackError(f"rule pack {point.name} does not import: {type(error).__name__}: {error}") from error
        for folder in map(Path, module.__path__):
            for rule in load_folder(folder, point.value, point.name):
                if not rule.id.startswith(f"{point.name}-"):
                    raise RulePackError(f'rule "{rule.id}" of pack {point.name} must be named "{point.name}-..."')
                yield rule


def _has_pack(folder: Path) -> bool:
    """Whether a package that is installed there has a rule pack, our own apart."""
    try:
        listed = folder.glob("*.dist-info/entry_points.txt")
        return any(_names_pack(file.read_text(encoding="utf-8", errors="replace")) for file in listed)
    except OSError:
        return False


def _names_pack(entry_points: str) -> bool:
    group = entry_points.partition(f"[{GROUP}]")[2].partition("\n[")[0]
    return any(
        equals and value.strip() != OWN for _, equals, value in (line.partition("=") for line in group.split("\n"))
    )
