"""`auditor permissions`: what to allow the role that looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.cli import look
from auditor.cli.choice import chosen_or_nothing, known_rules
from auditor.cli.console import Console
from auditor.cli.pipe import write
from auditor.snapshot.opt_in import OPT_IN

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from auditor.config import Settings

HELP = """\
Print the least permissions that `auditor scan` needs for the selected rules. All of them only read. `auditor collect`
looks at more than rules read at present, and tells which permissions it lacks.

The answer follows from the calls that are made for what the rules read; nobody keeps it by hand.
"""


def arguments(parser: ArgumentParser) -> None:
    """Add what belongs to this command alone."""
    parser.add_argument(
        "--format", choices=("policy", "list", "terraform"), default="policy", help="form (default: policy)"
    )


def run(args: Namespace, settings: Settings) -> int:
    """Run the command and return its exit code."""
    from auditor.collect.registry import collectors, permissions

    look.services_of(settings)
    rules = chosen_or_nothing(known_rules(settings), settings, settings["scan.with"], Console.of(settings))
    read = {section for rule in rules for section in rule.sections} & collectors().keys()
    asked = {section for section, name in OPT_IN.items() if name in settings["scan.with"]}
    write(_FORMS[args.format](permissions(read | asked)))
    return 0


def _policy(actions: Sequence[str]) -> str:
    """An identity policy. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html"""
    import json

    statement = {"Sid": "AuditorReads", "Effect": "Allow", "Action": actions, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2) + "\n"


def _list(actions: Sequence[str]) -> str:
    return "".join(f"{action}\n" for action in actions)


def _terraform(actions: Sequence[str]) -> str:
    listed = "\n".join(f'      "{action}",' for action in actions)
    return f"""\
data "aws_iam_policy_document" "auditor" {{
  statement {{
    sid       = "AuditorReads"
    effect    = "Allow"
    resources = ["*"]
    actions = [
{listed}
    ]
  }}
}}

resource "aws_iam_policy" "auditor" {{
  name        = "auditor-reads"
  description = "What auditor scan looks at"
  policy      = data.aws_iam_policy_document.auditor.json
}}
"""


_FORMS = {"policy": _policy, "list": _list, "terraform": _terraform}
