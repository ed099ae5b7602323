"""Ways to more permissions, as findings tell them: words, caveats, and where the policies hang that allow them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from auditor.access.naming import caveats, named
from auditor.evaluate.subjects.base import escape
from auditor.findings.model import Place, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.access.actors import Actor
    from auditor.access.world import Access


class Doing(NamedTuple):
    """An action that is allowed on a target."""

    action: str
    target: str
    """ARN; empty where it is no user or role."""
    access: Access


def proofs(actor: Actor, steps: Iterable[Access]) -> tuple[Place, ...]:
    """Where the policies hang that allow some requests."""
    from auditor.access.ways import granting

    places = [grant.place for grant in granting(actor, tuple(steps))]
    if places:
        return tuple(dict.fromkeys(places))
    return (Place(f"/iam/{actor.kind}s/{escape(actor.name)}", actor.arn),)


def stages(actor: Actor, steps: Iterable[Access]) -> Iterator[Stage]:
    """One stage for each request that is allowed, at the policy that allows it."""
    for step in steps:
        request = step.witness
        if request is not None:
            text = f"{named(actor.arn)} may call {request.action} on {request.resource}"
            yield Stage(f"{text}{caveats((step,))}", proofs(actor, (step,))[0])
