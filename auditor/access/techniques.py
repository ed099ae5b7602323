"""Every technique, those that reach farthest first among those of one kind."""

from __future__ import annotations

from functools import cached_property, lru_cache, reduce
from operator import or_
from typing import TYPE_CHECKING, Final

from auditor.access.data_techniques import DATA_TECHNIQUES
from auditor.access.identity_techniques import IDENTITY_TECHNIQUES, STRENGTHENING, UNDOING
from auditor.access.opening_techniques import OPENING_TECHNIQUES
from auditor.access.passing_techniques import PASSING
from auditor.access.reach import allowed_actions
from auditor.access.running_techniques import RUNNING
from auditor.access.trusts import ASSUME
from auditor.policy.actions import mask

if TYPE_CHECKING:
    from auditor.access.technique import Technique
    from auditor.policy.layers import Policies

TECHNIQUES: Final[tuple[Technique, ...]] = (
    *IDENTITY_TECHNIQUES,
    *PASSING,
    *RUNNING,
    *DATA_TECHNIQUES,
    *OPENING_TECHNIQUES,
)


_REMEMBERED: Final = 1_024
"""Of so many sets of actions the techniques are remembered: many actors share one."""


class _Indexed:
    """Techniques by the actions that they take."""

    def __init__(self, techniques: tuple[Technique, ...]) -> None:
        self._techniques = techniques
        self._of = lru_cache(_REMEMBERED)(self._among)

    @cached_property
    def _wanted(self) -> tuple[int, ...]:
        """The actions of each. The caller needs no permission of its own where the role's trust policy names it."""
        free = ("*", ASSUME)
        return tuple(
            reduce(or_, (mask(need.action) for need in it.needs if need.action not in free), 0)
            for it in self._techniques
        )

    @cached_property
    def _known(self) -> int:
        return reduce(or_, self._wanted)

    def plausible(self, policies: Policies) -> tuple[Technique, ...]:
        """Those all of whose actions are allowed on something, denials and conditions left aside."""
        return self._of(allowed_actions(policies) & self._known)

    def _among(self, allowed: int) -> tuple[Technique, ...]:
        wanted = zip(self._techniques, self._wanted, strict=True)
        return tuple(technique for technique, actions in wanted if not actions & ~allowed)


plausible: Final = _Indexed(TECHNIQUES).plausible
"""The techniques all of whose actions some policies allow on something, denials and conditions left aside."""

granting: Final = _Indexed(tuple(it for it in TECHNIQUES if it.kind == "grant")).plausible
"""The same of those by which an actor does, or gives itself, everything."""

strengthening: Final = _Indexed(STRENGTHENING).plausible
"""The same of those that make others stronger."""

undoing: Final = _Indexed(UNDOING).plausible
"""The same of those that rid others of what limits them."""
