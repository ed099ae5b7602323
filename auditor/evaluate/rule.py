"""What a rule is, and the decorator that makes one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from auditor.errors import RulePackError
from auditor.evaluate.options import Options
from auditor.findings.model import Confidence, Finding, Severity

if TYPE_CHECKING:
    from auditor.evaluate.subjects.base import Subject

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
S = TypeVar("S", bound="Subject")
Check = Callable[..., Iterable[Finding]]


class Rule(NamedTuple):
    """A question asked of every subject of one type. Nothing yielded is a pass.

    `needs` names the sections of the snapshot that the check reads besides those that list its subjects;
    `why` is the docstring of the check; `pack` names the distribution or folder that it came from.
    """

    id: str
    severity: Severity
    over: type[Subject]
    title: str
    why: str
    fix: str
    docs: str
    check: Check
    needs: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    options: type[Options] = Options
    confidence: Confidence = Confidence.HIGH
    enabled: bool = True
    cli: str = ""
    terraform: str = ""
    pack: str = ""

    @property
    def theme(self) -> str:
        """The name of the module that holds the rule."""
        return self.check.__module__.rpartition(".")[2]

    @property
    def sections(self) -> tuple[str, ...]:
        """Every section of the snapshot that judging this rule may read, sorted."""
        return tuple(sorted({*self.over.sections, *self.needs}))


def rule(
    id: str,
    *,
    severity: str,
    over: type[S],
    title: str,
    fix: str,
    docs: str,
    needs: Iterable[str] = (),
    claims: Iterable[str] = (),
    tags: Iterable[str] = (),
    options: type[Options] = Options,
    confidence: str = "high",
    enabled: bool = True,
    cli: str = "",
    terraform: str = "",
) -> Callable[[Check], Rule]:
    """Make a rule of a check: a generator function over one subject, and the options if the rule has any.

    `id` is kebab-case and names the problem; `title` is one line without a full stop; `fix` is a sentence that says
    what to do, `cli` and `terraform` show it; `docs` is the page that asks for it; `claims` are the numbers of the
    source documents' claims; `enabled=False` keeps the rule out unless it is selected by name.

    Raises RulePackError where the metadata is malformed.
    """

    def make(check: Check) -> Rule:
        why = _paragraphs(check.__doc__ or "")
        problems = [
            ("its id is not kebab-case", not _ID.fullmatch(id)),
            ("it has no docstring", not why),
            ("its title is empty or ends with a full stop", not title or title.endswith(".")),
            ("its fix is empty", not fix),
            ("its docs are not an https address", not docs.startswith("https://")),
            (f'"{severity}" is not a severity', severity not in list(Severity)),
            (f'"{confidence}" is not a confidence', confidence not in list(Confidence)),
        ]
        for problem, found in problems:
            if found:
                raise RulePackError(f'rule "{id}": {problem}')
        return Rule(
            id, Severity(severity), over, title, why, fix, docs, check, tuple(needs), tuple(claims), tuple(tags),
            options, Confidence(confidence), enabled, cli, terraform,
        )  # fmt: skip

    return make


def _paragraphs(docstring: str) -> str:
    """Each paragraph on one line, so that every report can wrap it to its own width."""
    return "\n\n".join(" ".join(part.split()) for part in docstring.strip().split("\n\n"))


def ask(rule: Rule, subject: Any, options: Options) -> Iterable[Finding]:
    """Put a rule to one subject; options are handed over only to rules that declare some."""
    return rule.check(subject) if rule.options is Options else rule.check(subject, options)
