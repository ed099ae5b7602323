"""A rule's page: what it looks for, why, how to mend it, what it can be told, and which controls ask for it."""

from __future__ import annotations

from itertools import groupby
from pathlib import PurePath
from typing import TYPE_CHECKING

from auditor.findings.visible import visible
from auditor.report.escape import code, code_block, prose

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.findings.report import RuleFacts


def markdown(facts: RuleFacts, options: Mapping[str, object]) -> str:
    """The page in Markdown; it ends with the address of the page that the rule cites.

    `options` maps the names of the rule's options to the values that are to be shown, defaults or those in force.
    """
    parts = [f"# {prose(facts.title)}", _markdown_facts(facts), *map(prose, facts.why.split("\n\n"))]
    parts += ["## How to fix it", prose(facts.fix)]
    for title, text, language in _examples(facts):
        parts += [f"### {title}", code_block(text, language)]
    if options:
        rows = (f"| {code(name)} | {code(_value(value))} |" for name, value in options.items())
        parts += ["## Options", "\n".join(("| option | value |", "| --- | --- |", *rows))]
    if facts.controls:
        parts += ["## Controls", "\n".join(f"- {prose(line)}" for line in _controls(facts))]
    return "\n\n".join((*parts, "## Reference", f"<{facts.docs}>")) + "\n"


def text(facts: RuleFacts, options: Mapping[str, object]) -> str:
    """The page as plain text."""
    parts = [facts.title, "\n".join(f"{name + ':':<12}{value}" for name, value in _facts(facts)), facts.why]
    parts.append(f"How to fix it:\n{facts.fix}")
    parts += [f"{title}:\n{example.strip()}" for title, example, _ in _examples(facts)]
    if options:
        parts.append("Options:\n" + "\n".join(f"  {name} = {_value(value)}" for name, value in options.items()))
    if facts.controls:
        parts.append("Controls:\n" + "\n".join(f"  {line}" for line in _controls(facts)))
    pages = "\n\n".join((*parts, f"Reference: {facts.docs}"))
    return "".join(f"{visible(line)}\n" for line in pages.split("\n"))


def _facts(facts: RuleFacts) -> Iterator[tuple[str, str]]:
    yield "rule", facts.id
    yield "severity", facts.severity.value
    yield "confidence", facts.confidence.value
    yield "looks at", facts.resource_type
    if facts.claims:
        yield "claims", ", ".join(facts.claims)
    if facts.tags:
        yield "tags", ", ".join(facts.tags)
    if foreign(facts):
        yield "pack", pack_name(facts)


def foreign(facts: RuleFacts) -> bool:
    """Whether the rule is in a pack other than the built-in one."""
    return facts.pack not in ("", "auditor")


def pack_name(facts: RuleFacts) -> str:
    """The name of the rule's pack; a folder's last part, because the way to it is nobody's business."""
    return PurePath(facts.pack).name or facts.pack


def _markdown_facts(facts: RuleFacts) -> str:
    rows = (f"| {name} | {code(value)} |" for name, value in _facts(facts))
    return "\n".join(("| | |", "| --- | --- |", *rows))


def _examples(facts: RuleFacts) -> Iterator[tuple[str, str, str]]:
    if facts.cli:
        yield "AWS CLI", facts.cli, "sh"
    if facts.terraform:
        yield "Terraform", facts.terraform, "terraform"


def _controls(facts: RuleFacts) -> Iterator[str]:
    """A line for each framework: `cis-6.0: 2.3, 2.4`."""
    for framework, controls in groupby(facts.controls, lambda control: control[0]):
        yield f"{framework}: {', '.join(control for _, control in controls)}"


def _value(value: object) -> str:
    """An option's value as auditor.toml would have it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return str(value)
