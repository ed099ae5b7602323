"""Every technique, those that reach farthest first among those of one kind."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from auditor.access.identity_techniques import IDENTITY_TECHNIQUES, STRENGTHENING, UNBOUNDING
from auditor.access.opening_techniques import OPENING_TECHNIQUES
from auditor.access.reach import allowed_actions
from auditor.access.service_techniques import SERVICE_TECHNIQUES
from auditor.access.trusts import ASSUME
from auditor.policy.actions import mask

if TYPE_CHECKING:
    from auditor.access.technique import Technique
    from auditor.policy.layers import Policies

TECHNIQUES: Final[tuple[Technique, ...]] = (*IDENTITY_TECHNIQUES, *SERVICE_TECHNIQUES, *OPENING_TECHNIQUES)


def plausible(policies: Policies) -> tuple[Technique, ...]:
    """The techniques all of whose actions are allowed on something, denials and conditions left aside."""
    return _plausible(allowed_actions(policies))


@lru_cache(maxsize=16_384)
def _plausible(allowed: int) -> tuple[Technique, ...]:
    return _among(TECHNIQUES, allowed)


def strengthening(policies: Policies) -> tuple[Technique, ...]:
    """The same of those that make others stronger."""
    return _strengthening(allowed_actions(policies))


@lru_cache(maxsize=16_384)
def _strengthening(allowed: int) -> tuple[Technique, ...]:
    return _among(STRENGTHENING, allowed)


@lru_cache(maxsize=16_384)
def unbounding(policies: Policies) -> tuple[Technique, ...]:
    """The same of those that free others of their boundaries."""
    return _among(UNBOUNDING, allowed_actions(policies))


def _among(techniques: tuple[Technique, ...], allowed: int) -> tuple[Technique, ...]:
    return tuple(technique for technique, wanted in _wanted(techniques) if wanted & allowed == wanted)


@lru_cache(maxsize=4)
def _wanted(techniques: tuple[Technique, ...]) -> tuple[tuple[Technique, int], ...]:
    found = []
    for technique in techniques:
        actions = 0
        for need in technique.needs:
            # The caller needs no permission of its own where the role's trust policy names it.
            actions |= mask(need.action) if need.action not in ("*", ASSUME) else 0
        found.append((technique, actions))
    return tuple(found)
