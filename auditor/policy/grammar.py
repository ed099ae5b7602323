"""Reads decoded JSON as a policy document and notes what is malformed.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from auditor.policy.elements import OPERATORS, PRINCIPAL_TYPES, Condition, Kind, Principals, Problem, Statement
from auditor.policy.source import Number

if TYPE_CHECKING:
    from auditor.policy.source import Path

_OLD, _CURRENT = "2008-10-17", "2012-10-17"

_POLICY_ELEMENTS = frozenset({"Version", "Id", "Statement"})
_STATEMENT_ELEMENTS = frozenset(
    {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"}
)

_WITH_PRINCIPAL = frozenset({Kind.RESOURCE, Kind.TRUST, Kind.RCP, Kind.VPC_ENDPOINT})
_RESOURCE_IMPLIED = frozenset({Kind.RESOURCE, Kind.TRUST})
"""Where a statement without Resource is about what the policy is attached to (roles, ECR repositories ...)."""


class _Malformed(Exception):
    """The statement cannot be understood; the problem is noted already."""


class Reader:
    """Reads one document and keeps a list of what is malformed in it."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.problems: list[Problem] = []

    def version(self, document: dict[str, Any]) -> str:
        """The version of the language; the old one where none is named."""
        version = document.get("Version", _OLD)
        if version in (_OLD, _CURRENT):
            return str(version)
        self._note(("Version",), f"Version is {_CURRENT} or {_OLD}", "INVALID_VERSION")
        return _OLD

    def text(self, element: dict[str, Any], name: str, path: Path) -> str:
        """Id or Sid: a mistake in it does not change what the policy means."""
        value = element.get(name, "")
        if isinstance(value, str) and not isinstance(value, Number):
            return value
        self._note((*path, name), f"{name} is a string", "DATA_TYPE_MISMATCH")
        return ""

    def statements(self, document: dict[str, Any]) -> tuple[Statement, ...]:
        """The statements that can be understood."""
        self._unknown(document, _POLICY_ELEMENTS, ())
        if "Statement" not in document:
            self._note((), "the document has no Statement", "MISSING_STATEMENT")
            return ()
        listed = document["Statement"]
        found = []
        for index, item in enumerate(listed if isinstance(listed, list) else [listed]):
            path = ("Statement", index)
            try:
                found.append(self._statement(index, item, path))
            except _Malformed:
                continue
        return tuple(found)

    def _statement(self, index: int, item: Any, path: Path) -> Statement:
        if not isinstance(item, dict):
            raise self._malformed(path, "a statement is an object", "DATA_TYPE_MISMATCH")
        self._unknown(item, _STATEMENT_ELEMENTS, path)
        for name in ("Action", "Resource", "Principal"):
            if name in item and f"Not{name}" in item:
                message = f"a statement has {name} or Not{name}, not both"
                raise self._malformed((*path, f"Not{name}"), message, "UNSUPPORTED_ELEMENT_COMBINATION")
        sid = self.text(item, "Sid", path)
        allow = self._effect(item, path)
        self._require(item, path)
        return Statement(
            index,
            sid,
            allow,
            self._principals(item, "Principal", path),
            self._principals(item, "NotPrincipal", path),
            self._strings(item, "Action", path),
            self._strings(item, "NotAction", path),
            self._strings(item, "Resource", path),
            self._strings(item, "NotResource", path),
            self._conditions(item, path),
            path,
        )

    def _effect(self, item: dict[str, Any], path: Path) -> bool:
        if "Effect" not in item:
            raise self._malformed(path, "the statement has no Effect", "MISSING_EFFECT")
        if item["Effect"] not in ("Allow", "Deny"):
            raise self._malformed((*path, "Effect"), "Effect is Allow or Deny", "INVALID_EFFECT")
        return bool(item["Effect"] == "Allow")

    def _require(self, item: dict[str, Any], path: Path) -> None:
        named = {name for name in ("Action", "Resource", "Principal") if name in item or f"Not{name}" in item}
        if "Action" not in named:
            raise self._malformed(path, "the statement has neither Action nor NotAction", "MISSING_ACTION")
        if "Resource" not in named and self.kind not in _RESOURCE_IMPLIED:
            raise self._malformed(path, "the statement has neither Resource nor NotResource", "MISSING_RESOURCE")
        if "Principal" not in named and self.kind in _WITH_PRINCIPAL:
            raise self._malformed(path, "the statement has neither Principal nor NotPrincipal", "MISSING_PRINCIPAL")
        if "Principal" in named and self.kind not in _WITH_PRINCIPAL:
            name = "Principal" if "Principal" in item else "NotPrincipal"
            code = "SCP_SYNTAX_ERROR_PRINCIPAL" if self.kind is Kind.SCP else "UNSUPPORTED_PRINCIPAL"
            raise self._malformed((*path, name), f"a policy of kind {self.kind} has no {name}", code)

    def _strings(self, item: dict[str, Any], name: str, path: Path) -> tuple[str, ...] | None:
        if name not in item:
            return None
        value = item[name]
        listed = value if isinstance(value, list) else [value]
        for position, text in enumerate(listed):
            if not isinstance(text, str) or isinstance(text, Number):
                raise self._malformed((*path, name, position), f"{name} holds strings", "DATA_TYPE_MISMATCH")
        return _shared(tuple(listed))

    def _principals(self, item: dict[str, Any], name: str, path: Path) -> Principals | None:
        if name not in item:
            return None
        value, path = item[name], (*path, name)
        if value == "*":
            return Principals(True, ())
        if not isinstance(value, dict):
            raise self._malformed(path, f'{name} is "*" or an object', "INVALID_PRINCIPAL_FORMAT")
        entries: list[tuple[str, str]] = []
        for kind in value:
            if kind not in PRINCIPAL_TYPES:
                message = f"a type of principal is one of {', '.join(PRINCIPAL_TYPES)}"
                raise self._malformed((*path, kind), message, "INVALID_PRINCIPAL_KEY")
            entries.extend((kind, text) for text in self._strings(value, kind, path) or ())
        named = tuple(entry for entry in entries if entry != ("AWS", "*"))
        return Principals(len(named) != len(entries), named)

    def _conditions(self, item: dict[str, Any], path: Path) -> tuple[Condition, ...]:
        if "Condition" not in item:
            return ()
        path = (*path, "Condition")
        found = []
        for operator, block in self._object(item["Condition"], path, "Condition"):
            base, quantifier, if_exists = self._operator(operator, (*path, operator))
            for key, values in self._object(block, (*path, operator), "a condition operator"):
                place = (*path, operator, key)
                texts = self._values(values, place)
                found.append(Condition(base, quantifier, if_exists, key.lower(), texts, place, (operator, key)))
        return tuple(found)

    def _object(self, value: Any, path: Path, name: str) -> list[tuple[str, Any]]:
        if not isinstance(value, dict):
            raise self._malformed(path, f"the value of {name} is an object", "DATA_TYPE_MISMATCH")
        return list(value.items())

    def _operator(self, written: str, path: Path) -> tuple[str, str, bool]:
        quantifier, colon, base = written.lower().rpartition(":")
        if_exists = base.endswith("ifexists")
        base = base.removesuffix("ifexists")
        if base not in OPERATORS or (colon and quantifier not in ("forallvalues", "foranyvalue")):
            raise self._malformed(path, "there is no such condition operator", "INVALID_CONDITION_OPERATOR")
        if base == "null" and if_exists:
            raise self._malformed(path, "Null does not take IfExists", "NULL_WITH_IF_EXISTS")
        return base, quantifier, if_exists

    def _values(self, value: Any, path: Path) -> tuple[str, ...]:
        listed = value if isinstance(value, list) else [value]
        texts = []
        for position, item in enumerate(listed):
            if isinstance(item, bool):
                texts.append("true" if item else "false")
            elif isinstance(item, str):
                texts.append(str(item))
            else:
                message = "a condition value is a string, a number, true or false"
                raise self._malformed((*path, position), message, "DATA_TYPE_MISMATCH")
        return tuple(texts)

    def _unknown(self, element: dict[str, Any], known: frozenset[str], path: Path) -> None:
        for name in element:
            if name not in known:
                self._note((*path, name), "there is no such policy element", "INVALID_POLICY_ELEMENT")

    def _note(self, path: Path, message: str, code: str) -> None:
        self.problems.append(Problem(path, message, code))

    def _malformed(self, path: Path, message: str, code: str) -> _Malformed:
        self._note(path, message, code)
        return _Malformed()


@lru_cache(maxsize=16_384)
def _shared(texts: tuple[str, ...]) -> tuple[str, ...]:
    """One object for all that are alike: the statements of an account repeat one another."""
    return texts
