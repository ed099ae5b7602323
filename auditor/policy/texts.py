"""Actions and resources, told apart by the patterns of statements."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from auditor.policy.atoms import Glob, atoms
from auditor.policy.patterns import QUESTION, STAR, arn_matcher, matcher, tokens
from auditor.policy.variables import template

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from auditor.policy.elements import Statement
    from auditor.policy.patterns import Tokens
    from auditor.policy.variables import Template

_IN_ANY_SERVICE: Final = Glob((QUESTION, STAR, ":", QUESTION, STAR))


class Texts:
    """Texts told apart by patterns."""

    __slots__ = ("accepting", "examples", "full", "globs", "masks")

    def __init__(self, globs: Iterable[Glob], universe: Glob | None = None) -> None:
        """All texts but the empty one, or those that match `universe`. Raises TooLarge."""
        self.globs = tuple(dict.fromkeys((*globs, universe) if universe else globs))
        found = atoms(self.globs, empty=False)
        self.accepting = found.accepting
        self.examples = found.examples
        self.masks = dict(zip(self.globs, found.masks(len(self.globs)), strict=True))
        self.full = self.masks[universe] if universe else found.full

    def mask(self, globs: Iterable[Glob]) -> int:
        """The atoms of texts that match any of some of the patterns."""
        union = 0
        for glob in globs:
            union |= self.masks[glob]
        return union & self.full

    def atom(self, text: str) -> int:
        """The set of the one atom that a text is in."""
        accepted = sum(1 << number for number, glob in enumerate(self.globs) if matches(glob)(text))
        return 1 << self.accepting.index(accepted) & self.full


def actions(statements: Iterable[Statement], others: Iterable[str] = ()) -> Texts:
    """Actions told apart by statements, and by `others`.

    Every action is `service:name`. That need not be said while no wildcard stands before a colon.
    """
    patterns = (
        pattern for statement in statements for pattern in (*(statement.actions or ()), *(statement.not_actions or ()))
    )
    globs = tuple(map(action_glob, dict.fromkeys((*patterns, *others))))
    plain = all(glob.tokens == (STAR,) or ":" in str(glob.tokens[0]) for glob in globs if glob.tokens)
    return Texts(globs, None if plain else _IN_ANY_SERVICE)


@lru_cache(maxsize=8_192)
def action_glob(pattern: str) -> Glob:
    """The pattern of an Action element, written so that it is the same as others that name the same actions.

    `*:*` is `*`, and as no name is empty, `s3:*` is `s3:?*`.
    """
    taken = tokens(pattern.lower())
    if STAR in taken and set(taken) <= {STAR, ":"}:
        return Glob((STAR,))
    if len(taken) > 1 and str(taken[0]).endswith(":") and set(taken[1:]) == {STAR}:
        return Glob((taken[0], QUESTION, STAR))
    return Glob(taken)


def resource_patterns(statement: Statement, version: str) -> list[Template | Tokens]:
    """The patterns of a Resource or NotResource element, in a policy of a version."""
    patterns = statement.resources if statement.resources is not None else statement.not_resources or ()
    return [_resource_pattern(pattern, version) for pattern in patterns]


@lru_cache(maxsize=8_192)
def _resource_pattern(pattern: str, version: str) -> Template | Tokens:
    return template(pattern, wildcards=True) if version == "2012-10-17" else tokens(pattern)


def matches(glob: Glob) -> Callable[[str], bool]:
    """What tells whether a text matches a pattern."""
    if not glob.fold:
        return (arn_matcher if glob.arn else matcher)(glob.tokens)
    folded = matcher(tuple(token.lower() if isinstance(token, str) else token for token in glob.tokens))
    return lambda text: folded(text.lower())
