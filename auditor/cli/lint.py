"""`auditor lint`: look through policy documents in files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.cli.choice import chosen_or_nothing, known_rules
from auditor.cli.console import Console
from auditor.cli.outputs import prepared
from auditor.cli.policy_files import STDIN, TYPES, found, kind_of, look_up
from auditor.cli.verdict import tell
from auditor.errors import InputError, UsageError
from auditor.findings.gate import check_fail_on
from auditor.findings.model import Severity
from auditor.findings.summary import count_of

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    from auditor.config import Settings
    from auditor.evaluate.policy_documents import File

HELP = """\
Look through policy documents without any account or network: policies in JSON, CloudFormation templates in JSON and
YAML, and Terraform plans in JSON (`terraform show -json`).

Of a folder, every *.json, *.yaml, *.yml and *.template file below it is read, hidden folders and node_modules apart,
and what holds no policy is passed over. A file that is named must hold some, or be a template.
"""
USAGE = " FILE|DIR|-..."


def arguments(parser: ArgumentParser) -> None:
    """Add what belongs to this command alone."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="file or folder; - is standard input")
    parser.add_argument(
        "--type", choices=TYPES, help="what a policy on its own is; without it, its look decides. Others know it"
    )
    parser.add_argument("--resource-type", metavar="TYPE", help="what a resource policy is attached to: s3-bucket")
    parser.add_argument("--stdin-filename", metavar="NAME", default=STDIN, help="what to call standard input")


def run(args: Namespace, settings: Settings) -> int:
    """Run the command and return its exit code."""
    from auditor.evaluate.policy_documents import linted

    look_up(settings)
    console = Console.of(settings)
    known = known_rules(settings, "documents")
    check_fail_on(settings["gate.fail_on"], known)
    rules = chosen_or_nothing(known, settings, (), console, about="documents")
    outputs = prepared(settings, args.files)
    if any(output.format == "compliance" for output in outputs):
        raise UsageError("frameworks ask nothing of policy documents alone, so there is no compliance to report")
    severities = {rule_id: Severity(name) for rule_id, name in settings["rules.severity"].items()}
    report = linted(_files(args, console), rules, severities)
    return tell(report, outputs, settings, known, console)


def _files(args: Namespace, console: Console) -> Iterator[File]:
    """The files that hold policies, or might. Raises InputError for a named one that is something else."""
    from auditor.evaluate.policy_documents import File, documents

    kind, resource_type = kind_of(args.type, args.resource_type)
    passed_over = 0
    for path, text, named in found(args.files, args.stdin_filename):
        policies = documents(text, kind, resource_type, named=named)
        if policies is not None:
            yield File(path, text, policies)
        elif named:
            raise InputError(
                f"{path} is neither a policy document, nor a template or plan",
                help=("a policy is a JSON object with a Statement; --type says that it is meant to be one",),
            )
        else:
            passed_over += 1
    if passed_over:
        console.note(f"{count_of(passed_over, 'file')} passed over: no policy, template or plan")
