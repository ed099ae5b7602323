"""What `auditor` says without a command."""

from __future__ import annotations

from auditor.cli.commands import COMMANDS

_TEXT = """\
usage: auditor COMMAND [options]

A linter for AWS accounts: looks once, judges by rules, and never takes what it could not see for a pass.

commands:
{commands}

`auditor COMMAND --help` lists the options of a command. They may be set by AUDITOR_… variables and in
auditor.toml as well: `auditor config show` tells which value is in force, and where it comes from.

exit codes:
  0    finished, and nothing fails the gate (--fail-on, high and above unless set)
  1    finished, and at least one finding fails the gate
  2    the command line, the configuration or an input makes no sense
  3    something could not be looked at, so there is no clean verdict
  70   a bug in auditor
"""


def overview() -> str:
    """The commands, a line each, and the exit codes."""
    width = max(map(len, COMMANDS))
    return _TEXT.format(commands="\n".join(f"  {name:{width}}  {line}" for name, line in COMMANDS.items()))
