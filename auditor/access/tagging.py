"""Tags that an actor gives to users and roles, or takes from them, where conditions ask for some.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_iam-tags.html
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from auditor.policy.matching import rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditor.access.actors import Actor
    from auditor.access.reach import Reach
    from auditor.access.world import Access, Context, World

_TAGGING: Final = {"user": "iam:TagUser", "role": "iam:TagRole"}
_UNTAGGING: Final = {"user": "iam:UntagUser", "role": "iam:UntagRole"}
_TAG_KEYS: Final = "aws:tagkeys"


class Tagging:
    """What tags come to in a world. A set of them is told by the context keys that tell those of a resource."""

    def __init__(self, world: World, reach: Reach) -> None:
        self._world = world
        self._reach = reach

    def able(self, actor: Actor, tags: Context) -> int:
        """The users and roles that have some tags, or get them if the actor gives and takes what is wanting."""
        users, everyone = self._world.users, self._world.principals
        found = everyone
        for name, value in _by_name(tags).items():
            changing, context = self._tagging(actor, name, value)
            able = self._reach.on(actor, changing["user"], context) & users
            able |= self._reach.on(actor, changing["role"], context) & everyone & ~users
            having = self._tagged.get((name, value), 0)
            found &= able | (everyone & ~self._tagged.get((name, None), 0) if value is None else having)
        return found

    def _tagging(self, actor: Actor, name: str, value: str | None) -> tuple[Mapping[str, str], Context]:
        """The actions that give users and roles a tag, or take it from them, and what their requests carry."""
        changing = _UNTAGGING if value is None else _TAGGING
        spellings = {text.lower(): text for action in changing.values() for text in patterns(actor, action, _TAG_KEYS)}
        keys = (_TAG_KEYS, spellings.get(name, name))
        return changing, (keys,) if value is None else (keys, (f"aws:requesttag/{name}", value))

    def may_tag(self, actor: Actor, name: str, value: str | None) -> bool:
        """Whether an actor has a tag, or may give it to itself; None for being without it."""
        changing, context = self._tagging(actor, name, value)
        if actor.tag(name) == value:
            return True
        return self._world.decide(actor, changing[actor.kind], actor.arn, dict(context)).granted

    @cached_property
    def _tagged(self) -> dict[tuple[str, str | None], int]:
        """A tag, by its key in lower case and its value, None for any -> the users and roles that have it."""
        found: dict[tuple[str, str | None], int] = {}
        for who in self._world.actors:
            for key, value in who.marks.items():
                if key.startswith("aws:resourcetag/"):
                    for each in (str(value), None):
                        index = (key.partition("tag/")[2], each)
                        found[index] = found.get(index, 0) | self._world.targets.bit(who.arn)
        return found

    def steps(self, actor: Actor, who: Actor, tags: Context) -> tuple[Access, ...] | None:
        """The decisions on giving and taking the tags that a user or role has to have; None where one is no."""
        found = []
        for name, value in _by_name(tags).items():
            if who.marks.get(f"aws:resourcetag/{name}") != value:
                changing, context = self._tagging(actor, name, value)
                found.append(self._world.decide(actor, changing[who.kind], who.arn, dict(context)))
        return tuple(found) if all(access.granted for access in found) else None


def _by_name(tags: Context) -> dict[str, str | None]:
    """The keys of tags, in lower case, and their values, out of context keys that tell tags of a resource."""
    return {key.partition("tag/")[2]: value for key, value in tags}


def is_consistent(tags: Context) -> bool:
    """Whether no tag has two values: several context keys tell one."""
    return all(_by_name(tags)[key.partition("tag/")[2]] == value for key, value in tags)


def patterns(actor: Actor, action: str, key: str) -> list[str]:
    """What the conditions on a key of an action are compared with."""
    found: dict[str, None] = {}
    levels = (policy for level in actor.policies.scps for policy in level.policies)
    for policy in (*actor.policies.identity, *actor.policies.boundaries, *levels):
        for rule in rules(policy, action.lower()):
            for condition in rule.statement.conditions:
                if condition.key == key:
                    found |= dict.fromkeys(condition.values)
    return list(found)
