"""Settings in force: options over environment variables over auditor.toml over defaults, each with its origin."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from auditor.errors import ConfigError
from auditor.settings import LISTS, PREFIX, SECTIONS, SETTINGS, TABLE, Setting, Unfit, checked, from_text, setting_of
from auditor.suggest import did_you_mean
from auditor.textfiles import read_text, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

FILE = "auditor.toml"
PROJECT = "pyproject.toml"
OWN_VARIABLES = ("AUDITOR_CONFIG", "AUDITOR_NO_CONFIG")
"""Variables that say where settings come from."""

MAX_BYTES = 1_000_000
"""Largest configuration file that is read."""


class Value(NamedTuple):
    """A value in force, and where it came from: an option, a variable, `file:line`, or `default`."""

    value: Any
    origin: str


class Settings:
    """Every setting's value, by key. `file` is the configuration file that was read, empty where there is none."""

    def __init__(self, values: dict[str, Value], file: str = "", warnings: tuple[str, ...] = ()) -> None:
        self.values = values
        self.file = file
        self.warnings = warnings

    def __getitem__(self, key: str) -> Any:
        """The value of a setting; of a table setting, its values by name, rules' options by rule and then name."""
        if not SETTINGS[key].is_table:
            return self.values[key].value
        table: dict[str, Any] = {}
        for name, value in self.leaves(key):
            rule, dot, option = name.partition(".")
            if dot:
                table.setdefault(rule, {})[option] = value.value
            else:
                table[name] = value.value
        return table

    def origin(self, key: str) -> str:
        """Where a value came from; of a table setting, where its first value did."""
        if SETTINGS[key].is_table:
            return next((value.origin for _, value in self.leaves(key)), "default")
        return self.values[key].origin

    def leaves(self, key: str) -> Iterator[tuple[str, Value]]:
        """The values of a table setting with their names, sorted."""
        start = f"{key}."
        for full in sorted(self.values):
            if full.startswith(start):
                yield full.removeprefix(start), self.values[full]


def load(
    flags: Mapping[str, Any] | None = None,
    assignments: Iterable[str] = (),
    *,
    file: str = "",
    discover: bool = True,
    environ: Mapping[str, str] = os.environ,
) -> Settings:
    """The settings in force.

    `flags` are what options say, by key: texts (a list of them where an option repeats), true, false or a count.
    `assignments` are the texts of `--set`; `file` is the one that `--config` names, and then no other is looked for.
    Raises ConfigError, and InputError for a file that cannot be read.
    """
    values = {setting.key: Value(setting.default, "default") for setting in TABLE if not setting.is_table}
    found = file or (_discovered() if discover else "")
    if found:
        values.update(_from_file(Path(found)))
    values.update(_from_environment(environ))
    values.update(map(_assigned, assignments))
    values.update(_from_flags(flags or {}))
    return Settings(values, found, _strangers(environ))


def _value(setting: Setting, key: str, value: Any, origin: str, label: str = "") -> Value:
    """A checked value; `label` is what a message calls it where that is more than the origin."""
    try:
        return Value(checked(setting, value, key), origin)
    except Unfit as problem:
        raise ConfigError(f"{label or origin} {problem}", help=(f"{setting.key}: {setting.help}",)) from None


def _from_flags(flags: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
    for key, given in flags.items():
        setting = SETTINGS[key]
        value = given
        if isinstance(given, str):
            value = from_text(setting, given)
        elif setting.kind in LISTS:
            value = [part for text in given for part in from_text(setting, text)]
        yield key, _value(setting, key, value, setting.flags[-1])


def _from_environment(environ: Mapping[str, str]) -> Iterator[tuple[str, Value]]:
    """What variables say; an empty one says nothing."""
    for setting in TABLE:
        if setting.env and (text := environ.get(setting.env)):
            value = from_text(setting, text)
            if setting.turns_off and isinstance(value, bool):
                value = not value
            yield setting.key, _value(setting, setting.key, value, f"env {setting.env}", setting.env)


def _strangers(environ: Mapping[str, str]) -> tuple[str, ...]:
    known = {*OWN_VARIABLES, *(setting.env for setting in TABLE if setting.env)}
    return tuple(
        f"{name} sets nothing: {' '.join(did_you_mean(name, known, PREFIX)) or 'there is no such option'}"
        for name in sorted(environ)
        if name.startswith(PREFIX) and name not in known
    )


def _assigned(text: str) -> tuple[str, Value]:
    """What one `--set key=value` says."""
    key, equals, value = text.partition("=")
    key = key.strip()
    if not equals:
        raise ConfigError(f"--set {shown(text)} is not key=value", help=("for example --set gate.fail_on=critical",))
    setting = setting_of(key)
    if setting is None:
        raise _unknown(key, "--set")
    return key, _value(setting, key, from_text(setting, value), "--set", f"--set {key}")


# -- files -------------------------------------------------------------------------------------------------------------


def _discovered() -> str:
    """auditor.toml here, else in the Git root, else pyproject.toml at either place if it speaks of auditor."""
    folders = [Path()]
    if (root := _git_root()) is not None:
        folders.append(root)
    for name in (FILE, PROJECT):
        for folder in folders:
            path = folder / name
            if path.is_file() and (name == FILE or _tables(path, read_text(str(path), MAX_BYTES)) is not None):
                _refuse_strangers_file(path)
                return str(path)
    return ""


def _git_root() -> Path | None:
    """The nearest folder above this one that holds `.git`, as a relative path; None where that is here, or nowhere."""
    here = Path.cwd()
    for steps, folder in enumerate((here, *here.parents)):
        if (folder / ".git").exists():
            return Path(*[".."] * steps) if steps else None
    return None


def _refuse_strangers_file(path: Path) -> None:
    """A file found further up can have code run (`rules.paths`), so it must not be somebody else's."""
    if path.parent != Path() and path.stat().st_uid not in (0, os.geteuid()):
        raise ConfigError(
            f"{path} belongs to another user, so it is not read",
            help=(f"if you trust it: --config {path}", "to do without: --no-config"),
        )


def _tables(path: Path, text: str) -> dict[str, Any] | None:
    """Our tables of a file; None where a pyproject.toml has none."""
    project = path.name == PROJECT
    if project and "auditor" not in text:
        return None
    from tomllib import TOMLDecodeError, loads

    try:
        content = loads(text)
    except (TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"{path} is not TOML: {error}") from error
    if not project:
        return content
    tool = content.get("tool")
    tables = tool.get("auditor") if isinstance(tool, dict) else None
    if tables is not None and not isinstance(tables, dict):
        raise ConfigError(f"{path}: tool.auditor must be a table, not {shown(tables)}")
    return tables


def _from_file(path: Path) -> Iterator[tuple[str, Value]]:
    text = read_text(str(path), MAX_BYTES)
    places = _places(text)
    for key, value in _flat(_tables(path, text) or {}, ""):
        where = _where(path, places, f"tool.auditor.{key}" if path.name == PROJECT else key)
        setting = setting_of(key)
        if setting is None:
            raise _unknown(key, where, value)
        ready = _value(setting, key, value, where, f"{where}: {key}")
        yield key, ready._replace(value=_from_folder(setting, ready.value, path.parent))


def _flat(table: dict[str, Any], start: str) -> Iterator[tuple[str, Any]]:
    """Keys in full, and their values: tables that hold settings, or names of a table setting, are walked into."""
    for name, value in table.items():
        key = start + name
        walked = key in SECTIONS or (key in SETTINGS and SETTINGS[key].is_table) or key.startswith("rules.options.")
        if walked and isinstance(value, dict):
            yield from _flat(value, f"{key}.")
        else:
            yield key, value


def _from_folder(setting: Setting, value: Any, folder: Path) -> Any:
    """File names in a configuration file start from the folder of that file."""
    if folder == Path():
        return value
    match setting.kind:
        case "file":
            return str(folder / value) if value else value
        case "files":
            return tuple(str(folder / item) for item in value)
        case "outputs":
            parts = (item.partition("=") for item in value)
            return tuple(f"{form}={folder / file}" if file not in ("", "-") else form for form, _, file in parts)
    return value


_HEADER = re.compile(r"\s*\[([^\[\]]+)\]\s*(#.*)?")
_KEY = re.compile(r"\s*([A-Za-z0-9_.\" '-]+?)\s*=")


def _places(text: str) -> dict[str, int]:
    """Key in full -> the line that it stands on. Good for people to find the place; nothing is decided by it."""
    places: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if (header := _HEADER.fullmatch(line)) is not None:
            table = _plain(header[1]) + "."
            places.setdefault(table[:-1], number)
        elif (key := _KEY.match(line)) is not None:
            places.setdefault(table + _plain(key[1]), number)
    return places


def _plain(key: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in key.split("."))


def _where(path: Path, places: dict[str, int], key: str) -> str:
    """The line of a key, or of the table that it stands in."""
    while key:
        if key in places:
            return f"{path}:{places[key]}"
        key = key.rpartition(".")[0]
    return str(path)


def _unknown(key: str, where: str, value: Any = None) -> ConfigError:
    """The error for a key that means nothing, or that should have been a table."""
    if key in SECTIONS or (key in SETTINGS and SETTINGS[key].is_table):
        if value is None:
            return ConfigError(f"{where}: {key} is a table", help=(f"give {key}.NAME=value",))
        return ConfigError(f"{where}: {key} must be a table, not {shown(value)}")
    section, _, name = key.rpartition(".")
    elsewhere = [known for known in SETTINGS if known.endswith(f".{name}")]
    inside = [known for known in SETTINGS if known.rpartition(".")[0] == section]
    hint = did_you_mean(key, inside) or did_you_mean(key, [*elsewhere, *SETTINGS, *SECTIONS])
    return ConfigError(f"{where}: unknown key {shown(key)}", help=(*hint, "`auditor config show` lists all keys"))
