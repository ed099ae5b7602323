"""Which rules to run: selectors over ids, tags, severities, frameworks and claims."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from auditor.errors import UsageError
from auditor.findings.model import Severity
from auditor.snapshot.opt_in import OPT_IN
from auditor.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from auditor.evaluate.rule import Rule

ALL = "ALL"


def select(
    rules: Mapping[str, Rule],
    selectors: Iterable[str] = (ALL,),
    ignored: Iterable[str] = (),
    opted_in: Iterable[str] = (),
) -> tuple[Rule, ...]:
    """The rules that some selector names and none ignores, sorted by id.

    A selector is an id, a glob over ids, `tag:NAME`, `severity:high+`, `framework:cis-6.0`, `claim:S10` or `ALL`.
    A rule that is off by default is taken only by its id; one that needs sections which cost a call for each user
    only where `opted_in` names them. Raises UsageError for a selector that names nothing.
    """
    asked = set(opted_in)
    chosen = {rule_id for selector in selectors for rule_id in matching(rules, selector)}
    dropped = {rule_id for selector in ignored for rule_id in matching(rules, selector)}
    return tuple(
        rule
        for rule_id, rule in sorted(rules.items())
        if rule_id in chosen - dropped and all(name in asked for name in opt_ins(rule))
    )


def opt_ins(rule: Rule) -> tuple[str, ...]:
    """The names by which `--with` asks for the slow sections that the rule needs."""
    return tuple(OPT_IN[section] for section in rule.needs if section in OPT_IN)


def matching(rules: Mapping[str, Rule], selector: str) -> frozenset[str]:
    """The ids of the rules that one selector names. Raises UsageError where that is none."""
    found = frozenset(rule_id for rule_id, rule in rules.items() if _matches(rule, selector, rules))
    if not found and selector != ALL:
        raise _unknown(rules, selector)
    return found


def _matches(rule: Rule, selector: str, rules: Mapping[str, Rule]) -> bool:
    if selector == rule.id:
        return True
    if not rule.enabled:
        return False
    kind, colon, value = selector.partition(":")
    if not colon:
        return selector == ALL or fnmatchcase(rule.id, selector)
    match kind:
        case "tag":
            return value in rule.tags
        case "claim":
            return value in rule.claims
        case "severity":
            return _severity_matches(rule.severity, value)
        case "framework":
            return rule.id in framework_rules(value)
    return False


def _severity_matches(severity: Severity, value: str) -> bool:
    name = value.removesuffix("+")
    if name not in list(Severity):
        raise UsageError(
            f'"{name}" is not a severity', help=("info, low, medium, high or critical; high+ is high and above",)
        )
    return severity.rank >= Severity(name).rank if value.endswith("+") else severity == name


def framework_rules(framework_id: str) -> frozenset[str]:
    """Every rule id that a framework's controls name. Raises UsageError for an unknown framework."""
    from auditor.frameworks import UnknownFramework, load

    try:
        framework = load(framework_id)
    except UnknownFramework as error:
        raise UsageError(str(error)) from error
    return frozenset(rule_id for control in framework.controls for rule_id in control.rules)


def _unknown(rules: Mapping[str, Rule], selector: str) -> UsageError:
    help = " ".join((*did_you_mean(selector, rules), "`auditor rules` lists them all"))
    return UsageError(f'unknown rule "{selector}"', help=(help,))
