"""Ways to come by permissions that one was not given: what each takes, of whom, and what it leads to.

A technique works if all that it needs is allowed, and if there is a target for it. What AWS does with each action:
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple


class Scope(StrEnum):
    """Who is taken over, or made stronger."""

    SELF_USER = "self-user"
    SELF_ROLE = "self-role"
    OWN_GROUP = "own-group"
    """A group that the user is in."""
    OWN_POLICY = "own-policy"
    """A customer managed policy that the actor holds."""
    OTHER_POLICY = "other-policy"
    """One that it does not hold, where it cannot attach whatever it likes."""
    OWN_BOUNDARY = "own-boundary"
    """The customer managed policy that is the actor's permissions boundary."""
    OTHER_GROUP = "other-group"
    """A group that the user is not in."""
    USER = "user"
    """Another user of the account."""
    USER_WITH_PASSWORD = "user-with-password"
    USER_WITHOUT_PASSWORD = "user-without-password"
    """Of these two, also whose credentials were not seen."""
    ROLE = "role"
    """Another role of the account."""
    TRUSTING_ROLE = "trusting-role"
    """A role that the actor may assume."""
    MFA_ROLE = "mfa-role"
    """A role that the actor may assume with MFA alone."""
    TAGGED_ROLE = "tagged-role"
    """A role that leaves it to the account who may assume it, and that the actor may assume with other tags."""
    SERVICE_ROLE = "service-role"
    """A role that one of the technique's services may assume."""
    FEDERATED_ROLE = "federated-role"
    """A role that trusts an identity provider which the actor may edit."""
    CENTER_ROLE = "identity-center-role"
    """A role that IAM Identity Center made of a permission set."""
    NEW_USER = "new-user"
    NEW_ROLE = "new-role"
    NEW_GROUP = "new-group"
    ACCOUNT = "account"
    """Whatever the account holds."""


class Power(StrEnum):
    """What the technique leads to."""

    ACT = "act"
    """To act as the target."""
    EVERYTHING = "everything"
    """To give the target whatever its boundary leaves, and to act as it."""
    UNBOUNDED = "unbounded"
    """To act as the target without its permissions boundary."""
    UNREFUSED = "unrefused"
    """To be rid of the identity policies that only deny."""
    REVERTED = "reverted"
    """To have what other versions of the target, a policy, grant; whatever they may where they were not seen."""
    RETAGGED = "retagged"
    """To act as the target with whatever tags help."""
    JOIN = "join"
    """To have what the target, a group or a policy, grants."""
    DATA = "data"
    """To get at data, or at one service, and at no principal."""


class Need(NamedTuple):
    """One permission that a technique takes."""

    action: str
    on: str = "any"
    """`any` resource that the action takes; the `target`, or the target once it `trusts` the actor by name; for a
    target `its-policy`, a customer managed policy that it holds, `its-boundary`, one that bounds it, `its-group`, a
    group that it is in, or `its-provider`, an identity provider that it trusts; a `strong-group`, whose members
    administer; an EC2 `instance`; or the actor `self`."""
    context: tuple[tuple[str, str | None], ...] = ()
    """Context keys in lower case; ADMINISTRATION stands for the ARN of a policy that allows everything, TARGET for
    that of the target."""


def anywhere(actions: str) -> tuple[Need, ...]:
    """The permissions for some actions, which spaces separate, on any resource that each takes."""
    return tuple(Need(action) for action in actions.split())


class Technique(NamedTuple):
    """One way."""

    id: str
    words: str
    """What is done, as an infinitive; `{target}` is who is taken over."""
    kind: str
    """`assume`, `pass`, `run` (code where a role runs already), `edit`, `credential`, `federate` or `grant`."""
    scope: Scope
    power: Power
    needs: tuple[Need, ...]
    services: tuple[str, ...] = ()
    """Principals that the target role must trust: services, or an identity provider."""
    unless_named: str = ""
    """How a context key ends: of no use for roles whose trust policies say which value of it they take."""
    before: tuple[tuple[Technique, str], ...] = ()
    """What the actor does to itself first, one after the other: each with the ARN of its target."""


def together(*techniques: Technique) -> Technique:
    """Techniques on one target as one, which has the kind, scope and services of the last."""
    last = techniques[-1]
    return last._replace(
        id="+".join(it.id for it in techniques),
        words=" and ".join(it.words for it in techniques),
        power=Power.EVERYTHING,
        needs=tuple(need for it in techniques for need in it.needs),
    )


ADMINISTRATION: Final = "{administration}"
TARGET: Final = "{target}"
