"""`auditor permissions`: what to allow the role that looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.cli import look
from auditor.cli.choice import chosen_or_nothing, known_rules
from auditor.cli.console import Console
from auditor.cli.permission_forms import FORMS, Permissions
from auditor.cli.pipe import write
from auditor.snapshot.opt_in import OPT_IN

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from auditor.config import Settings

HELP = """\
Print the least permissions that `auditor scan` needs for the selected rules. All of them only read. `auditor collect`
looks at more than rules read at present, and tells which permissions it lacks.

The answer follows from the calls that are made for what the rules read; nobody keeps it by hand. What only the
management account of an organization and its delegated administrators can ask stands apart, and --account member
leaves it out. The forms terraform and cloudformation add the role itself, which takes an external id to assume.
"""


def arguments(parser: ArgumentParser) -> None:
    """Add what belongs to this command alone."""
    parser.add_argument("--format", choices=tuple(FORMS), default="policy", help="form (default: policy)")
    parser.add_argument(
        "--account",
        choices=("any", "member"),
        default="any",
        help="any: what every kind of account can use; member: what a member can (default: any)",
    )


def run(args: Namespace, settings: Settings) -> int:
    """Run the command and return its exit code."""
    from auditor.collect.registry import collectors, organization_permissions, permissions

    look.services_of(settings)
    rules = chosen_or_nothing(known_rules(settings), settings, settings["scan.with"], Console.of(settings))
    read = {section for rule in rules for section in rule.sections} & collectors().keys()
    asked = {section for section, name in OPT_IN.items() if name in settings["scan.with"]}
    sections = read | asked
    organization = organization_permissions(sections)
    everywhere = tuple(action for action in permissions(sections) if action not in organization)
    write(FORMS[args.format](Permissions(everywhere, organization if args.account == "any" else ())))
    return 0
