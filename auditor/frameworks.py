"""Which rules answer which control of which framework.

The mapping is data: one TOML file a framework in `rules/frameworks/`, named by the framework's id.

    id = "cis-6.0"
    name = "CIS AWS Foundations Benchmark"
    version = "6.0.0"
    url = "https://www.cisecurity.org/benchmark/amazon_web_services"

    [controls]
    "2.3" = { title = "Root has no access key", level = 1, assessment = "automated", rules = ["..."] }

A control stands on one line, in natural order, with `rules` last. `assessment` and `rules` are required;
`title`, `level` (1 or 2, CIS) and `severity` are not. A control without rules is one that auditor does
not look at.

Parsing TOML is slow beside everything else that a short command does, so `of_rule` reads the lines
instead; it can, because of the form above. `load` parses and checks.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 1_000_000
"""Largest file that is read; the largest of ours has a twentieth of it."""

ASSESSMENTS = ("automated", "manual")
"""How the framework's author means a control to be assessed, whatever rules there are for it."""

_SEVERITIES = ("info", "low", "medium", "high", "critical")
_CONTROL_KEYS = {"title", "level", "severity", "assessment", "rules"}
_RULE_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")
_DIGITS = re.compile(r"([0-9]+)")


class Control(NamedTuple):
    """One control. `title` says the state that is wanted, empty where unknown; `rules` are ids, sorted."""

    id: str
    title: str
    level: int | None
    severity: str | None
    assessment: str
    rules: tuple[str, ...]


class Framework(NamedTuple):
    """One version of a framework, with its controls in natural order (2.9 before 2.10)."""

    id: str
    name: str
    version: str
    url: str
    controls: tuple[Control, ...]


class UnknownFramework(LookupError):
    """There is no framework of that id; `near` holds the ids that were perhaps meant, nearest first."""

    def __init__(self, framework_id: str, near: tuple[str, ...]) -> None:
        asked = _shown(framework_id)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(available())}"
        super().__init__(f"unknown framework {asked}: {hint}")
        self.near = near


class FrameworkError(ValueError):
    """Framework data is missing or malformed; the text names the file and the control at fault."""


def available() -> tuple[str, ...]:
    """Ids of all frameworks, in natural order.

    Raises:
        FrameworkError: the folder of framework files is not there.
    """
    return tuple(_files())


@cache
def load(framework_id: str) -> Framework:
    """Read and check one framework.

    Raises:
        UnknownFramework: there is none of that id.
        FrameworkError: its file is malformed.
    """
    file = _files().get(framework_id)
    if file is None:
        from difflib import get_close_matches

        near = get_close_matches(framework_id[:100].lower(), available(), n=3)
        raise UnknownFramework(framework_id, tuple(near))

    from tomllib import TOMLDecodeError, loads

    try:
        content = loads(_text(file))
    except TOMLDecodeError as error:
        raise FrameworkError(f"{file.name}: {error}") from error
    return _framework(file, content)


def of_rule(rule_id: str) -> tuple[tuple[str, str], ...]:
    """Every control that names the rule, as pairs of framework id and control id, in natural order.

    Raises:
        FrameworkError: the framework files cannot be read. Their form is checked by `load` only.
    """
    return _by_rule().get(rule_id, ())


def natural(text: str) -> list[int | str]:
    """Sort key that takes runs of digits as numbers and does not mind case."""
    return [int(part) if index % 2 else part.casefold() for index, part in enumerate(_DIGITS.split(text))]


@cache
def _by_rule() -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for framework_id, file in _files().items():
        for control_id, rule_id in _scan(_text(file)):
            found.setdefault(rule_id, []).append((framework_id, control_id))
    return {rule_id: tuple(controls) for rule_id, controls in found.items()}


def _scan(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        control, here, rules = line.rpartition("rules = [")
        if here and control.startswith('"'):
            control_id = control.split('"', 2)[1]
            for rule_id in rules.partition("]")[0].split('"')[1::2]:
                yield control_id, rule_id


@cache
def _files() -> dict[str, Path]:
    # Installed, the built-in rule pack is inside the package; in a bare checkout it is the sibling folder.
    package = Path(__file__).parent
    for pack in (package / "rules", package.parent / "rules"):
        files = [*(pack / "frameworks").glob("*.toml")]
        if files:
            return {file.stem: file for file in sorted(files, key=lambda file: natural(file.stem))}
    raise FrameworkError(f"no framework files in {package / 'rules' / 'frameworks'}")


def _text(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise FrameworkError(f"{file.name}: larger than {MAX_BYTES} bytes")
        return content.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise FrameworkError(f"{file.name}: {error}") from error


def _framework(file: Path, content: dict[str, Any]) -> Framework:
    head = {}
    for key in ("id", "name", "version", "url"):
        value = content.pop(key, None)
        if not (isinstance(value, str) and value):
            raise FrameworkError(f"{file.name}: `{key}` must be a text, not {_shown(value)}")
        head[key] = value
    if head["id"] != file.stem:
        raise FrameworkError(f"{file.name}: `id` must be the file's name, not {_shown(head['id'])}")
    controls = content.pop("controls", None)
    if not (isinstance(controls, dict) and controls):
        raise FrameworkError(f"{file.name}: `controls` must be a table of controls")
    if content:
        raise FrameworkError(f"{file.name}: unknown key {_shown(next(iter(content)))}")
    return Framework(**head, controls=tuple(_control(file, *control) for control in controls.items()))


def _control(file: Path, control_id: str, fields: Any) -> Control:
    def refuse(problem: str) -> FrameworkError:
        return FrameworkError(f"{file.name}, control {_shown(control_id)}: {problem}")

    if not isinstance(fields, dict):
        raise refuse(f"must be a table, not {_shown(fields)}")
    if unknown := fields.keys() - _CONTROL_KEYS:
        raise refuse(f"unknown key {_shown(min(unknown))}")
    title, level = fields.get("title", ""), fields.get("level")
    severity, assessment = fields.get("severity"), fields.get("assessment")
    rules = fields.get("rules")
    if not isinstance(title, str):
        raise refuse(f"`title` must be a text, not {_shown(title)}")
    if level is not None and (type(level) is not int or level not in (1, 2)):
        raise refuse(f"`level` must be 1 or 2, not {_shown(level)}")
    if severity is not None and severity not in _SEVERITIES:
        raise refuse(f"`severity` must be one of {', '.join(_SEVERITIES)}, not {_shown(severity)}")
    if assessment not in ASSESSMENTS:
        raise refuse(f"`assessment` must be {' or '.join(ASSESSMENTS)}, not {_shown(assessment)}")
    if not isinstance(rules, list):
        raise refuse(f"`rules` must be a list of rule ids, not {_shown(rules)}")
    for rule_id in rules:
        if not (isinstance(rule_id, str) and _RULE_ID.fullmatch(rule_id)):
            raise refuse(f"{_shown(rule_id)} is no rule id")
    if rules != sorted(set(rules)):
        raise refuse("`rules` must be sorted, each id once")
    return Control(control_id, title, level, severity, assessment, tuple(rules))


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
