"""Policy variables: `${key}`, `${key, 'default'}`, and the escapes `${*}`, `${?}` and `${$}`.

They exist under Version 2012-10-17 only. A substituted value is plain text, so a `*` in it matches nothing but `*`. A
variable whose key is absent, or has several values, has no value and matches nothing.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.policy.patterns import STAR, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditor.policy.patterns import Token, Tokens
    from auditor.policy.request import Request

_VARIABLE = re.compile(r"\$\{(?:([*?$])|\s*+([^\s,'{}*?$][^,'{}]*+)(?:,\s*+'([^']*+)'\s*+)?)\}")


class Unknown:
    """The type of UNKNOWN."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()
"""The value of a context key that nothing is known of: neither its values nor whether the request has it."""


class Variable(NamedTuple):
    """A place to be filled: the lowered context key, and what stands in where it has no value."""

    key: str
    default: str | None


class Template(NamedTuple):
    """A text or pattern with variables in it, taken apart; never without a variable."""

    parts: tuple[Token | Variable, ...]

    def resolve(self, request: Request) -> Tokens | Unknown | None:
        """The pattern for one request; None where a variable has no value."""
        unknown = False
        resolved: list[Token] = []
        for part in self.parts:
            if not isinstance(part, Variable):
                resolved.append(part)
                continue
            values = request.context.get(part.key, request.otherwise)
            if isinstance(values, Unknown):
                unknown = True
            elif values is None:
                if part.default is None:
                    return None
                resolved.append(part.default)
            elif len(values) == 1:
                resolved.append(values[0])
            else:
                return None
        return UNKNOWN if unknown else tuple(resolved)

    def bound(self, request: Request) -> Tokens:
        """A pattern that matches all that the template may, whatever the unknown keys turn out to be."""
        parts: list[Token] = []
        for part in self.parts:
            values = request.context.get(part.key, request.otherwise) if isinstance(part, Variable) else (part,)
            if isinstance(values, Unknown):
                parts.append(STAR)
            elif values:
                parts.append(values[0])
            elif isinstance(part, Variable) and part.default:
                parts.append(part.default)
        return tuple(parts)


def template(text: str, *, wildcards: bool) -> Template | Tokens:
    """A text taken apart, its escapes replaced; a Template where a variable is left to fill.

    Without `wildcards`, `*` and `?` in the text are plain. What does not have the form of a variable is plain text.
    """
    parts: list[Token | Variable] = []
    end = 0
    for match in _VARIABLE.finditer(text):
        _add(parts, text[end : match.start()], wildcards)
        escape, key, default = match.groups()
        parts.append(escape or Variable(key.rstrip().lower(), default))
        end = match.end()
    _add(parts, text[end:], wildcards)
    plain = tuple(part for part in parts if not isinstance(part, Variable))
    return plain if len(plain) == len(parts) else Template(tuple(parts))


def variable_keys(texts: Iterable[str]) -> dict[str, str]:
    """The context keys that texts with variables depend on: in lower case, and as they are written."""
    found = (match[2].rstrip() for text in texts for match in _VARIABLE.finditer(text) if match[2])
    return {key.lower(): key for key in found}


def _add(parts: list[Token | Variable], text: str, wildcards: bool) -> None:
    if text:
        parts.extend(tokens(text) if wildcards else (text,))
