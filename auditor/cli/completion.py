"""`auditor completion`: scripts by which shells complete commands, options and their values."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from auditor.cli.commands import COMMANDS
from auditor.cli.options import parser_of
from auditor.cli.pipe import write
from auditor.report import FORMATS
from auditor.settings import SETTINGS

if TYPE_CHECKING:
    from argparse import Action, ArgumentParser, Namespace
    from collections.abc import Iterable, Iterator

    from auditor.config import Settings

HELP = """\
Print a completion script. To use it:

  bash        source <(auditor completion bash)
  zsh         auditor completion zsh > a folder of your $fpath, as _auditor
  fish        auditor completion fish > ~/.config/fish/completions/auditor.fish
  powershell  auditor completion powershell | Out-String | Invoke-Expression
"""
USAGE = " bash|zsh|fish|powershell"

FILES = "files"
RULES = "rules"
RULE_IDS = "auditor rules 2>/dev/null | awk 'NR > 1 { print $1 }'"


class Option(NamedTuple):
    """An option: its spellings, what it does, what its value is called (empty: it has none), and what that may be.

    `values` are words, or the one word FILES.
    """

    flags: tuple[str, ...]
    help: str
    value: str
    values: tuple[str, ...]


class Command(NamedTuple):
    """A command: what follows it besides options is one of `words`, or FILES or RULES."""

    name: str
    help: str
    options: tuple[Option, ...]
    words: tuple[str, ...]


def arguments(parser: ArgumentParser) -> None:
    """Add what belongs to this command alone."""
    parser.add_argument("shell", choices=tuple(SCRIPTS), help="which shell")


def run(args: Namespace, settings: Settings) -> int:
    """Run the command and return its exit code."""
    write(SCRIPTS[args.shell](tuple(_command(name, line) for name, line in COMMANDS.items())))
    return 0


def _command(name: str, line: str) -> Command:
    actions = parser_of(name, import_module(f"auditor.cli.{name}"))._actions
    options = tuple(map(_option, (action for action in actions if action.option_strings)))
    return Command(name, line, options, next(map(_words, (a for a in actions if not a.option_strings)), ()))


def _option(action: Action) -> Option:
    setting = SETTINGS.get(action.dest)
    values = tuple(action.choices or (setting.choices if setting else ()))
    value = "" if action.nargs == 0 else str(action.metavar or action.dest)
    if action.dest == "report.format":
        values = tuple(FORMATS)
    elif value in ("FILE", "PATH,…"):
        values = (FILES,)
    return Option(tuple(action.option_strings), action.help or "", value, values if value else ())


def _words(action: Action) -> tuple[str, ...]:
    return tuple(action.choices or ((RULES,) if action.metavar == "RULE" else (FILES,)))


# -- bash --------------------------------------------------------------------------------------------------------------


def _bash(commands: Iterable[Command]) -> str:
    return _BASH.format(
        commands=" ".join(COMMANDS),
        pattern="|".join(COMMANDS),
        values="\n".join(f"        {line}" for command in commands for line in _bash_values(command)),
        words="\n".join(f"        {line}" for command in commands for line in _bash_words(command)),
    )


def _bash_values(command: Command) -> Iterator[str]:
    """What may follow an option; where nothing is said, the shell offers files."""
    free = []
    for option in command.options:
        patterns = [f"{command.name}:{flag}" for flag in option.flags] if option.value else []
        if option.values in ((), (FILES,)):
            free += patterns
        else:
            yield f'{"|".join(patterns)}) COMPREPLY=($(compgen -W "{" ".join(option.values)}" -- "$cur")); return ;;'
    yield f"{'|'.join(free)}) return ;;"


def _bash_words(command: Command) -> Iterator[str]:
    flags = " ".join(flag for option in command.options for flag in option.flags)
    words = " ".join(word for word in command.words if word not in (FILES, RULES))
    if RULES in command.words:
        words = f"$({RULE_IDS})"
    yield f'{command.name}) if [[ $cur == -* ]]; then words="{flags}"; else words="{words}"; fi ;;'


_BASH = """\
# bash completion for auditor
_auditor() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}} command= words= word
    for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case $word in {pattern}) command=$word; break ;; esac
    done
    COMPREPLY=()
    case $command:$prev in
{values}
    esac
    case $command in
{words}
        *) words="{commands} --help --version" ;;
    esac
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
}}
complete -o default -F _auditor auditor
"""


# -- zsh ---------------------------------------------------------------------------------------------------------------


def _zsh(commands: Iterable[Command]) -> str:
    listed = tuple(commands)
    return _ZSH.format(
        commands="\n".join(f"        {_single(f'{command.name}:{command.help}')}" for command in listed),
        cases="\n".join(_zsh_case(command) for command in listed),
    )


def _zsh_case(command: Command) -> str:
    lines = [f"        {command.name}) _arguments \\"]
    for option in command.options:
        words = option.help.replace("[", "(").replace("]", ")").replace(":", r"\:")
        value = f":{option.value.replace(':', '')}:{_zsh_action(option.values)}" if option.value else ""
        lines += [f"            {_single(f'*{flag}[{words}]{value}')} \\" for flag in option.flags]
    return "\n".join((*lines, f"            {_single(f'*:argument:{_zsh_action(command.words)}')} ;;"))


def _zsh_action(words: tuple[str, ...]) -> str:
    match words:
        case ():
            return " "
        case (word,) if word == FILES:
            return "_files"
        case (word,) if word == RULES:
            return '(${(f)"$(' + RULE_IDS + ')"})'
    return f"({' '.join(words)})"


_ZSH = """\
#compdef auditor
_auditor() {{
    local -a commands
    commands=(
{commands}
    )
    if (( CURRENT == 2 )); then
        _describe command commands
        return
    fi
    shift words
    (( CURRENT-- ))
    case $words[1] in
{cases}
    esac
}}
if [[ $funcstack[1] == _auditor ]]; then _auditor "$@"; else compdef _auditor auditor; fi
"""


# -- fish --------------------------------------------------------------------------------------------------------------


def _fish(commands: Iterable[Command]) -> str:
    lines = ["# fish completion for auditor", "complete -c auditor -f"]
    for command in commands:
        lines.append(f"complete -c auditor -n __fish_use_subcommand -a {command.name} -d {_single(command.help)}")
        inside = f"complete -c auditor -n '__fish_seen_subcommand_from {command.name}'"
        lines += [f"{inside}{_fish_option(option)}" for option in command.options]
        lines.append(f"{inside}{_fish_words(command.words)}")
    return "\n".join(lines) + "\n"


def _fish_option(option: Option) -> str:
    flags = "".join(f" -l {flag[2:]}" if flag.startswith("--") else f" -s {flag[1:]}" for flag in option.flags)
    value = ""
    if option.value:
        words = " ".join(option.values)
        value = " -r -F" if option.values == (FILES,) else f" -x -a '{words}'" if words else " -x"
    return f"{flags}{value} -d {_single(option.help)}"


def _fish_words(words: tuple[str, ...]) -> str:
    if words == (FILES,):
        return " -F"
    return f" -a {_single(f'({RULE_IDS})' if words == (RULES,) else ' '.join(words))}"


# -- powershell --------------------------------------------------------------------------------------------------------


def _powershell(commands: Iterable[Command]) -> str:
    listed = tuple(commands)
    return _POWERSHELL.format(
        commands=", ".join(f"'{command.name}'" for command in listed),
        words="\n".join(f"        '{command.name}' = {_ps_words(command)}" for command in listed),
        values="\n".join(
            f"        '{command.name} {flag}' = {_ps_list(option.values)}"
            for command in listed
            for option in command.options
            if option.values not in ((), (FILES,))
            for flag in option.flags
        ),
    )


def _ps_words(command: Command) -> str:
    words = () if command.words in ((FILES,), (RULES,)) else command.words
    return _ps_list((*words, *(flag for option in command.options for flag in option.flags)))


def _ps_list(words: Iterable[str]) -> str:
    return f"@({', '.join(_ps_single(word) for word in words)})"


def _ps_single(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"


_POWERSHELL = """\
# PowerShell completion for auditor
Register-ArgumentCompleter -Native -CommandName auditor -ScriptBlock {{
    param($wordToComplete, $commandAst, $cursorPosition)
    $commands = @({commands})
    $words = @{{
{words}
    }}
    $values = @{{
{values}
    }}
    $before = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object {{ $_.ToString() }})
    if ($wordToComplete -and $before.Count) {{ $before = @($before | Select-Object -SkipLast 1) }}
    $command = $before | Where-Object {{ $commands -contains $_ }} | Select-Object -First 1
    $last = $before | Select-Object -Last 1
    $found = if (-not $command) {{ $commands }}
        elseif ($values.ContainsKey("$command $last")) {{ $values["$command $last"] }}
        else {{ $words[$command] }}
    $found | Where-Object {{ $_ -like "$wordToComplete*" }} | ForEach-Object {{
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }}
}}
"""


def _single(text: str) -> str:
    """A word in single quotes, for a POSIX shell; fish takes it too, as no help text ends in a backslash."""
    return "'" + text.replace("'", "'\\''") + "'"


SCRIPTS = {"bash": _bash, "zsh": _zsh, "fish": _fish, "powershell": _powershell}
