"""`auditor config`: show, validate or begin a configuration."""

from __future__ import annotations

from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from auditor.cli.choice import choose, known_rules
from auditor.cli.console import Console
from auditor.cli.pipe import write
from auditor.config import FILE
from auditor.errors import OutputError, UsageError
from auditor.findings.gate import check_fail_on
from auditor.findings.visible import visible
from auditor.settings import SECTIONS, SETTINGS, TABLE
from auditor.snapshot.opt_in import OPT_IN
from auditor.suggest import did_you_mean
from auditor.textfiles import write_atomically

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    from auditor.config import Settings
    from auditor.settings import Setting

HELP = """\
show       the settings in force, each with where it comes from; KEY... are keys or tables (gate, gate.fail_on)
validate   check the configuration: its keys and values, and the rules, options and selectors that it names
init       write an auditor.toml in which every setting stands as a comment

Every option of every command may be given, to see what would come of it.
"""
USAGE = " show|validate|init [KEY...]"


def arguments(parser: ArgumentParser) -> None:
    """Add what belongs to this command alone."""
    parser.add_argument("action", choices=("show", "validate", "init"), help="what to do")
    parser.add_argument("keys", nargs="*", metavar="KEY", help="what to show; everything unless some are named")


def run(args: Namespace, settings: Settings) -> int:
    """Run the command and return its exit code."""
    if args.keys and args.action != "show":
        raise UsageError(f"`auditor config {args.action}` takes no keys")
    return {"show": _show, "validate": _validate, "init": _init}[args.action](args, settings)


def _show(args: Namespace, settings: Settings) -> int:
    for key in args.keys:
        if key not in SETTINGS and key not in SECTIONS:
            raise UsageError(f'there is no setting "{key}"', help=did_you_mean(key, [*SETTINGS, *SECTIONS]))
    write("".join(f"{line}\n" for line in _in_force(settings, args.keys)))
    return 0


def _in_force(settings: Settings, keys: list[str]) -> Iterator[str]:
    """Lines that are TOML themselves: a table, and for each setting its value with its origin as a comment."""
    section = ""
    for setting in TABLE:
        name, _, key = setting.key.partition(".")
        if keys and not {setting.key, name} & set(keys):
            continue
        if name != section:
            yield from ([""] if section else []) + [f"[{name}]"]
            section = name
        leaves = list(settings.leaves(setting.key)) if setting.is_table else []
        for leaf, value in leaves:
            yield f"{key}.{leaf} = {toml(value.value)}  # {visible(value.origin)}"
        if not leaves:
            yield f"{key} = {toml(settings[setting.key])}  # {visible(settings.origin(setting.key))}"


def _validate(args: Namespace, settings: Settings) -> int:
    """Loading the settings has checked keys and values; what is left is what they say about rules."""
    known = known_rules(settings)
    choose(known, settings, OPT_IN.values())
    check_fail_on(settings["gate.fail_on"], known)
    if settings["scan.services"]:
        from auditor.cli.look import services_of

        services_of(settings)
    from auditor.cli.outputs import check_frameworks, outputs_of

    outputs_of(settings)
    check_frameworks(settings)
    Console.of(settings).note(
        f"{settings.file} is valid" if settings.file else "no configuration file; the rest is valid"
    )
    return 0


def _init(args: Namespace, settings: Settings) -> int:
    path = Path(FILE)
    if path.exists():
        raise OutputError(f"{FILE} is here already, and stays as it is", help=("`auditor config show` reads it",))
    write_atomically(path, template())
    Console.of(settings).note(f"wrote {FILE}; everything in it is a comment as yet")
    return 0


def template() -> str:
    """An auditor.toml in which every setting stands with its default, commented out."""
    lines = ["# Settings of auditor. Options and AUDITOR_... variables come before what stands here.", ""]
    for section, title in SECTIONS.items():
        lines += [f"# {title}", f"[{section}]", ""]
        for setting in TABLE:
            if setting.key.startswith(f"{section}."):
                lines += [*_described(setting), f"# {setting.key.partition('.')[2]} = {toml(_example(setting))}", ""]
    return "\n".join(lines)


def _described(setting: Setting) -> Iterator[str]:
    words = f"false: {setting.help}" if setting.turns_off else setting.help
    if setting.kind in ("choice", "severities"):
        words = f"{words}: {', '.join(setting.choices)}"
    if setting.flags:
        words = f"{words} ({setting.flags[-1]}, {setting.env})"
    for line in wrap(words, 110):
        yield f"# {line}"


def _example(setting: Setting) -> Any:
    """The default, and for a table one entry to show the form."""
    return _EXAMPLES.get(setting.kind, setting.default)


_EXAMPLES = {
    "account names": {"123456789012": "production"},
    "severities": {"root-mfa-missing": "critical"},
    "options": {"user-key-not-rotated": {"max_age_days": 90}},
}


def toml(value: Any) -> str:
    """A value as auditor.toml holds it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {toml(item)}" for key, item in value.items()) + " }" if value else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml, value))}]"
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in escaped) + '"'


def _key(name: str) -> str:
    return name if name.replace("-", "").replace("_", "").isalnum() and name.isascii() else toml(name)
