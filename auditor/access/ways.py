"""Ways to administer an account: a technique that works for an actor, on whom, and the requests that prove it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.access.naming import caveats, named
from auditor.policy.layers import Layer

if TYPE_CHECKING:
    from auditor.access.actors import Actor
    from auditor.access.attempts import Attempts
    from auditor.access.holdings import Grant
    from auditor.access.technique import Technique
    from auditor.access.world import Access
    from auditor.findings.model import Place


class Way:
    """That an actor does everything in its account, or comes to it by a technique.

    `target` is that of the technique, an ARN; empty where it has none.
    """

    def __init__(self, actor: Actor, technique: Technique, target: str, attempts: Attempts) -> None:
        self.actor = actor
        self.technique = technique
        self.target = target
        self.attempts = attempts

    @property
    def steps(self) -> tuple[Access, ...]:
        """One decision for each permission that it takes, in their order."""
        return self.attempts.steps_of(self)

    @property
    def does_everything(self) -> bool:
        """Whether the actor has everything already."""
        return self.technique.id == "allow-everything"

    @property
    def actions(self) -> tuple[str, ...]:
        """What it takes."""
        return tuple(dict.fromkeys(need.action for need in self.technique.needs))

    @property
    def grants(self) -> tuple[Grant, ...]:
        """The identity policies that give the power, each once."""
        return granting(self.actor, self.steps)

    @property
    def places(self) -> tuple[Place, ...]:
        """Where these policies hang."""
        return tuple(dict.fromkeys(grant.place for grant in self.grants))

    @property
    def unless(self) -> str:
        """What may forbid it, as it was not seen."""
        return next((step.unless for step in self.steps if step.unless), "")

    @property
    def caveats(self) -> str:
        """Under which circumstances it works, and what may forbid it; empty where there is nothing of the kind."""
        return caveats(self.steps)

    @property
    def words(self) -> str:
        """What is done, as an infinitive."""
        return self.technique.words.format(target=named(self.target))

    @property
    def words_of_end(self) -> str:
        """That the actor administers, as the end of a sentence about how to become it."""
        who = f"{self.actor.kind} {self.actor.name}"
        return f"{who} is allowed everything" if self.does_everything else f"{who} can {self.words}"


def granting(actor: Actor, steps: tuple[Access, ...]) -> tuple[Grant, ...]:
    """The identity policies that allow some requests, each once."""
    positions = {
        cause.policy: None for step in steps for cause in step.decision.statements if cause.layer is Layer.IDENTITY
    }
    return tuple(actor.sources[position] for position in positions if position < len(actor.sources))
