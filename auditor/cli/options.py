"""Options from the table of settings, and the parser of one command."""

from __future__ import annotations

import os
from argparse import SUPPRESS, ArgumentParser, Namespace, RawDescriptionHelpFormatter
from typing import TYPE_CHECKING, Any, NoReturn

from auditor.cli.commands import COMMANDS
from auditor.config import load
from auditor.errors import UsageError
from auditor.settings import LISTS, SECTIONS, SETTINGS, TABLE
from auditor.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType

    from auditor.config import Settings
    from auditor.settings import Setting

GLOBAL_VALUES = ("-c", "--config", "--set")
"""Options of every command that take a value and are not settings."""


class Parser(ArgumentParser):
    """A parser that raises UsageError where argparse would write to standard error and exit."""

    def error(self, message: str) -> NoReturn:
        """Raise UsageError."""
        raise UsageError(message, help=(f"`{self.prog} --help` lists the options",))


def takes_value() -> frozenset[str]:
    """Every option of any command's settings that is followed by a value."""
    options = {flag for setting in TABLE if setting.kind not in ("switch", "count") for flag in setting.flags}
    return frozenset(options.union(GLOBAL_VALUES))


def parser_of(command: str, module: ModuleType) -> Parser:
    """The parser of one command: its own arguments, the settings that belong to it, and the options of all."""
    parser = Parser(
        prog=f"auditor {command}",
        usage=f"auditor {command} [options]{getattr(module, 'USAGE', '')}",
        description=module.HELP,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
        add_help=False,
    )
    module.arguments(parser)
    for section, title in SECTIONS.items():
        wanted = [s for s in TABLE if s.key.startswith(f"{section}.") and s.flags and belongs(s, command)]
        if wanted:
            group = parser.add_argument_group(title)
            for setting in wanted:
                _add(group, setting)
    everywhere = parser.add_argument_group("everywhere")
    everywhere.add_argument("-c", "--config", metavar="FILE", help="read this configuration, and look for no other")
    everywhere.add_argument("--no-config", action="store_true", help="read no configuration file")
    everywhere.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="any key of auditor.toml")
    everywhere.add_argument("-V", "--version", action="store_true", help="print the version")
    everywhere.add_argument("-h", "--help", action="store_true", help="print this text")
    return parser


def belongs(setting: Setting, command: str) -> bool:
    """Whether a command has the options of a setting. `config` has all, to show what comes of them."""
    return command == "config" or command in setting.commands


def _add(group: Any, setting: Setting) -> None:
    """`group` is an argparse group, which has no public name for its type."""
    form: dict[str, Any] = {"dest": setting.key, "default": SUPPRESS, "help": setting.help}
    match setting.kind:
        case "switch":
            form |= {"action": "store_const", "const": not setting.default}
        case "count":
            form |= {"action": "count"}
        case _:
            form |= {"metavar": setting.metavar, "action": "append" if setting.kind in LISTS else "store"}
            form["help"] += _range(setting)
    group.add_argument(*setting.flags, **form)
    if setting.shortcut:
        flag, value, words = setting.shortcut
        group.add_argument(flag, dest=setting.key, default=SUPPRESS, action="store_const", const=value, help=words)


def _range(setting: Setting) -> str:
    """What may follow the option, and what is so without it."""
    parts = [" | ".join(setting.choices)] if setting.kind == "choice" else []
    default = ",".join(setting.default) if setting.kind in LISTS else str(setting.default)
    if default:
        parts.append(f"default: {default}")
    return f" ({'; '.join(parts)})" if parts else ""


def parse(parser: Parser, command: str, argv: Sequence[str]) -> Namespace:
    """Parse the arguments. Raises UsageError, with a hint for an option that is misspelt or another command's."""
    args, unknown = parser.parse_known_intermixed_args(argv)
    if unknown:
        raise _unknown(parser, command, unknown[0].partition("=")[0])
    return args


def _unknown(parser: Parser, command: str, word: str) -> UsageError:
    if not word.startswith("-"):
        return UsageError(f'too many arguments: "{word}"', help=(f"`{parser.prog} --help` shows the usage",))
    elsewhere = next((s for s in TABLE if word in s.flags or (s.shortcut and word == s.shortcut[0])), None)
    if elsewhere is not None:
        hint: tuple[str, ...] = (f"{word} belongs to {', '.join(c for c in COMMANDS if c in elsewhere.commands)}",)
    else:
        known = [flag for action in parser._actions for flag in action.option_strings if flag.startswith("--")]
        hint = did_you_mean(word, known) or (f"`{parser.prog} --help` lists the options",)
    return UsageError(f"`auditor {command}` has no option {word}", help=hint)


def settings_of(args: Namespace, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings in force under these arguments. Raises ConfigError."""
    if args.config and args.no_config:
        raise UsageError("--config and --no-config contradict each other")
    file, discover = args.config, not args.no_config
    if not file and discover:
        file = environ.get("AUDITOR_CONFIG")
        discover = environ.get("AUDITOR_NO_CONFIG", "").lower() in ("", "0", "false", "no", "off")
    given = {key: value for key, value in vars(args).items() if key in SETTINGS}
    return load(given, args.set, file=file or "", discover=discover, environ=environ)
