"""Every error that auditor raises on purpose.

    AuditorError                  70  (never raised itself)
    ├── UsageError                 2  the command line or the rules asked for make no sense
    │   ├── ConfigError            2  auditor.toml, an environment variable or --set
    │   ├── InputError             2  a snapshot, a credential report or another input file
    │   ├── OutputError            2  a report or snapshot could not be written
    │   └── RulePackError          2  a rule pack does not import or breaks the rules for rules
    └── NothingEvaluated           3  there was nothing to look at
        └── CredentialsError       3  no credentials, or AWS does not accept them

Two more are signals between a rule and the engine, and never reach a user as errors: `NotApplicable` (the question
makes no sense here) and `NotCollected` (the answer could not be seen).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from auditor.findings.model import Blind


class AuditorError(Exception):
    """A failure with a sentence for the user, lines of help, and the exit code that the command ends with.

    `usual_help` is what helps where whoever raises the error knows nothing better.
    """

    exit_code = 70
    usual_help: tuple[str, ...] = ()

    def __init__(self, message: str, *, help: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.help = tuple(help) or self.usual_help


class UsageError(AuditorError):
    """What was asked for makes no sense."""

    exit_code = 2
    usual_help = ("`auditor COMMAND --help` tells what a command takes",)


class ConfigError(UsageError):
    """A setting is unknown or has a wrong value, wherever it was given."""

    usual_help = ("`auditor config show` lists all settings, and where their values come from",)


class InputError(UsageError):
    """An input file cannot be read or is not what it should be."""

    usual_help = ("make or fetch the file once more; `auditor check --help` tells what is read",)


class OutputError(UsageError):
    """An output file cannot be written."""

    usual_help = ("choose another place for it",)


class RulePackError(UsageError):
    """A rule pack does not import, or a rule in it is malformed."""

    usual_help = ("mend the rules, or do without them: --rules and --no-plugins say which ones are loaded",)


class NothingEvaluated(AuditorError):
    """Nothing could be looked at, so there is no verdict."""

    exit_code = 3


class CredentialsError(NothingEvaluated):
    """There are no credentials, or AWS does not accept them."""

    usual_help = ("does `aws sts get-caller-identity` work here, with the same profile?",)


class NotApplicable(Exception):
    """Raised by a rule whose question makes no sense for the subject; the text says why."""


class NotCollected(Exception):
    """Raised when a rule touches what the snapshot does not hold; the engine makes it `unknown`."""

    def __init__(self, *blind: Blind) -> None:
        super().__init__("; ".join(spot.reason for spot in blind))
        self.blind = blind
