"""Which rules a command is about: the packs that the settings name, and the selection among their rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from auditor.errors import ConfigError, NothingEvaluated, RulePackError, UsageError
from auditor.evaluate.registry import BUILTIN, load_rules
from auditor.evaluate.selection import ALL, matching, opt_ins, select
from auditor.evaluate.subjects.documents import PolicyDocument
from auditor.findings.gate import ANY, NEVER
from auditor.findings.model import Confidence, Severity
from auditor.snapshot.opt_in import OPT_IN
from auditor.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from auditor.cli.console import Console
    from auditor.config import Settings
    from auditor.evaluate.rule import Rule

EXPECTS_ACCOUNT = "scan-account-unexpected"
"""The rule that --expect-account is about: whoever gives that option wants the rule asked."""


def known_rules(settings: Settings, about: Literal["accounts", "documents", "all"] = "accounts") -> dict[str, Rule]:
    """The rules that a command is about, by id: those of every pack, those about policy documents, or all there are.

    All are there as well where the settings speak of others: one configuration is for every command.

    Raises RulePackError, and ConfigError where the settings speak of a rule or an option that there is not.
    """
    known = {"accounts": packs, "documents": lint_rules, "all": all_rules}[about](settings)
    words = (*_selectors(settings), *settings["rules.ignore"], *settings["gate.fail_on"])
    named = (name.partition(".")[0] for key in ("rules.severity", "rules.options") for name, _ in settings.leaves(key))
    if not all(_is_known(word, known) for word in (*words, *named)):
        known = all_rules(settings)
    _check_named(settings, known)
    return known


def all_rules(settings: Settings) -> dict[str, Rule]:
    """Every rule there is, by id. Raises RulePackError.

    A few of ours are asked both of documents in files and of those in accounts, under one id.
    """
    ours, theirs = lint_rules(settings), packs(settings)
    foreign = (name for name, rule in theirs.items() if name in ours and rule.pack != BUILTIN)
    if clash := next(foreign, None):
        raise RulePackError(
            f'rule "{clash}" of {theirs[clash].pack} has the id of a rule about policy documents',
            help=("give it another id, prefixed with the pack's name",),
        )
    return dict(sorted({**ours, **theirs}.items()))


def packs(settings: Settings) -> dict[str, Rule]:
    """Every rule of every pack that the settings name, by id. Raises RulePackError."""
    return load_rules(settings["rules.paths"], plugins=settings["rules.plugins"])


def lint_rules(settings: Settings) -> dict[str, Rule]:
    """Every rule about policy documents, by id. No setting adds to them."""
    from auditor.evaluate import policy_documents

    return policy_documents.lint_rules()


def _is_known(word: str, known: Mapping[str, Rule]) -> bool:
    """Whether a selector, or a word of the gate, is about rules that are known."""
    if word in (ANY, NEVER, *Severity):
        return True
    try:
        return word == ALL or bool(matching(known, word))
    except UsageError:
        return False


def _check_named(settings: Settings, known: Mapping[str, Rule]) -> None:
    for key in ("rules.severity", "rules.options"):
        for name, value in settings.leaves(key):
            rule_id = name.partition(".")[0]
            if rule_id not in known:
                raise ConfigError(
                    f'{value.origin}: {key} names the unknown rule "{rule_id}"',
                    help=(*did_you_mean(rule_id, known), "`auditor rules` lists them all"),
                )
    for rule_id, given in settings["rules.options"].items():
        known[rule_id].options.from_mapping(given, rule_id)


def choose(known: Mapping[str, Rule], settings: Settings, opted_in: Iterable[str]) -> tuple[Rule, ...]:
    """The rules to ask, sorted by id. `opted_in` names the slow sections that are there, by their `--with` names.

    A rule that is named by its id is asked however unsure it is. Raises UsageError for a selector that names nothing.
    """
    wanted = _wanted(known, settings, opted_in)
    return tuple(rule for rule in wanted if not _others(rule.sections, settings))


def _wanted(known: Mapping[str, Rule], settings: Settings, opted_in: Iterable[str]) -> Iterator[Rule]:
    """The same, whatever services are looked at."""
    selectors = _selectors(settings)
    if settings["scan.expect_account"] and EXPECTS_ACCOUNT in known:
        selectors = (*selectors, EXPECTS_ACCOUNT)
    least = Confidence(settings["rules.min_confidence"]).rank
    for rule in select(known, selectors, settings["rules.ignore"], opted_in):
        if rule.confidence.rank >= least or rule.id in selectors:
            yield rule


def _others(sections: Iterable[str], settings: Settings) -> set[str]:
    """The services of some sections that the settings leave out."""
    services = settings["scan.services"]
    return {section.partition(".")[0] for section in sections if services} - {"sts", *services}


def chosen_or_nothing(
    known: Mapping[str, Rule],
    settings: Settings,
    opted_in: Iterable[str],
    console: Console,
    about: Literal["accounts", "documents"] = "accounts",
) -> tuple[Rule, ...]:
    """The rules to ask; tells which were named by their ids and cannot be. Raises NothingEvaluated for none."""
    asked = tuple(opted_in)
    chosen = choose(known, settings, asked)
    rules = tuple(rule for rule in chosen if (rule.over is PolicyDocument) is (about == "documents"))
    out_of_sight = [
        f"{rule.id} is not asked: it needs --with {','.join(missing)}"
        for rule in select(known, _named(known, settings), settings["rules.ignore"], OPT_IN.values())
        if (missing := [name for name in opt_ins(rule) if name not in asked])
    ]
    if not rules:
        raise NothingEvaluated(
            "no rule is selected that could be asked",
            help=(*out_of_sight, *_elsewhere(chosen, about), "`auditor rules` lists all; --select and --ignore choose"),
        )
    for line in out_of_sight:
        console.warn(line)
    if cut := _cut_off(known, settings, asked):
        console.warn(cut)
    console.debug(f"{len(rules)} of {len(known)} rules selected")
    return rules


def _cut_off(known: Mapping[str, Rule], settings: Settings, opted_in: Iterable[str]) -> str:
    """Which rules about what is looked at are not asked, as they need another service as well; empty for none."""
    about = (rule for rule in _wanted(known, settings, opted_in) if not _others(rule.over.sections, settings))
    needed = [others for rule in about if (others := _others(rule.sections, settings))]
    if not needed:
        return ""
    services, listed = ",".join(settings["scan.services"]), ", ".join(sorted(set[str]().union(*needed)))
    count = f"{len(needed)} rules are" if len(needed) > 1 else "1 rule is"
    return f"{count} not asked: with --service {services} they need {listed} as well"


def _elsewhere(chosen: Iterable[Rule], about: str) -> Iterator[str]:
    """Which commands ask the rules that were chosen, where this one does not."""
    if any(chosen):
        yield "`auditor scan` and `check` ask these" if about == "documents" else "`auditor lint` asks these of files"


def listed(known: Mapping[str, Rule], settings: Settings) -> tuple[Rule, ...]:
    """The rules to list: the selected ones, slow sections or not; all there are where nothing is selected."""
    keys = ("rules.select", "rules.extend_select", "rules.ignore", "rules.min_confidence")
    if all(settings.origin(key) == "default" for key in keys):
        return tuple(known.values())
    return choose(known, settings, OPT_IN.values())


def explained(known: Mapping[str, Rule], selectors: Iterable[str]) -> tuple[Rule, ...]:
    """The rules that some selector names, sorted by id. Raises UsageError for one that names none."""
    found = {rule_id for selector in selectors for rule_id in matching(known, selector)}
    return tuple(known[rule_id] for rule_id in sorted(found))


def _selectors(settings: Settings) -> tuple[str, ...]:
    return (*settings["rules.select"], *settings["rules.extend_select"])


def _named(known: Mapping[str, Rule], settings: Settings) -> tuple[str, ...]:
    return tuple(selector for selector in _selectors(settings) if selector in known)
