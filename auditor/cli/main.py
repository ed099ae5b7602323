"""From words to an exit code: find the command, import its module alone, run it, and tell what went wrong.

    0 finished   1 findings   2 usage   3 incomplete   70 a bug in auditor   130 interrupted   141 broken pipe

Nothing is imported before it is needed: `auditor --version` answers before there is a parser.
"""

from __future__ import annotations

import sys

from auditor import __version__
from auditor.cli.pipe import BROKEN_PIPE, check_open, let_go, write

TYPE_CHECKING = False  # what typing calls so, without the cost of typing
if TYPE_CHECKING:
    from types import ModuleType

INTERRUPTED = 130


def main(argv: list[str] | None = None) -> int:
    """Run one command line and return its exit code."""
    words = sys.argv[1:] if argv is None else argv
    try:
        check_open()
        return _run(words)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        let_go()
        return BROKEN_PIPE
    except (Exception, SystemExit) as error:  # a rule that ends the program would end it with any code it likes
        from auditor.cli.failure import told

        return told(error, words)


def _run(words: list[str]) -> int:
    if words in (["--version"], ["-V"]):
        return _tell_version()
    _make_robust(sys.stdout, sys.stderr)
    from auditor.cli.commands import COMMANDS
    from auditor.cli.options import takes_value

    command, rest = _split(words, takes_value())
    asks_help = not words or any(word in ("-h", "--help") for word in _before_dashes(rest))
    if command is None:
        return _without_command(words, asks_help=asks_help)
    if command not in COMMANDS:
        raise _unknown_command(command)
    from importlib import import_module

    module = import_module(f"auditor.cli.{command}")
    if asks_help:
        from auditor.cli.options import parser_of

        write(parser_of(command, module).format_help())
        return 0
    return _command(command, module, rest)


def _command(command: str, module: ModuleType, words: list[str]) -> int:
    from auditor.cli.options import parse, parser_of, settings_of

    args = parse(parser_of(command, module), command, words)
    if args.version:
        return _tell_version()
    _check_folder()
    settings = settings_of(args)
    from auditor.cli.console import Console

    console = Console.of(settings)
    for warning in settings.warnings:
        console.warn(warning)
    if not console.logs:
        return int(module.run(args, settings))
    from auditor.cli.logs import start

    stop = start(settings)
    console.debug(f"auditor {__version__} {command}, configuration: {settings.file or 'none'}")
    try:
        return int(module.run(args, settings))
    finally:
        stop()


def _split(words: list[str], takes_value: frozenset[str]) -> tuple[str | None, list[str]]:
    """The command, and all other words: options of every kind may stand before it."""
    skip = False
    for index, word in enumerate(words):
        if skip:
            skip = False
        elif word == "--":
            break
        elif word.startswith("-") and word != "-":
            skip = word in takes_value
        else:
            return word, [*words[:index], *words[index + 1 :]]
    return None, words


def _before_dashes(words: list[str]) -> list[str]:
    return words[: words.index("--")] if "--" in words else words


def _without_command(words: list[str], *, asks_help: bool) -> int:
    from auditor.cli.overview import overview
    from auditor.errors import UsageError

    if asks_help:
        write(overview())
        return 0
    if any(word in ("-V", "--version") for word in words):
        return _tell_version()
    raise UsageError(f"no command in `auditor {' '.join(words)}`", help=("`auditor --help` lists the commands",))


def _unknown_command(word: str) -> Exception:
    from auditor.cli.commands import COMMANDS
    from auditor.errors import UsageError
    from auditor.suggest import did_you_mean

    help = did_you_mean(word, COMMANDS) or ("`auditor --help` lists the commands",)
    return UsageError(f'unknown command "{word}"', help=help)


def _tell_version() -> int:
    write(f"auditor {__version__}\n")
    return 0


def _check_folder() -> None:
    """Refuse to run where file names lead nowhere."""
    from pathlib import Path

    try:
        Path.cwd()
    except OSError as error:
        from auditor.errors import UsageError

        raise UsageError(f"the working folder cannot be told: {error.strerror}", help=("go to another one",)) from None


def _make_robust(*streams: object) -> None:
    """Names that the terminal's encoding cannot show are escaped, and never stop a report half-way."""
    for stream in streams:
        if (reconfigure := getattr(stream, "reconfigure", None)) is not None:
            reconfigure(errors="backslashreplace")
