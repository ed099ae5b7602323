"""What meets the needs of a technique: on which targets, in which contexts, and by which requests.

Where a condition says which policies may be attached, or must bound whoever is created, a policy that the actor can
write itself will do as well as one that allows everything already.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
"""

from __future__ import annotations

from functools import cached_property
from itertools import islice, product
from typing import TYPE_CHECKING, Final

from auditor.access.everything import administrative
from auditor.access.examples import examples, examples_of, plain
from auditor.access.holdings import consenting, trusting
from auditor.access.issuers import known_issuer
from auditor.access.reach import keys_read, parted
from auditor.access.tagging import Tagging, is_consistent, patterns
from auditor.access.technique import ADMINISTRATION, TARGET
from auditor.access.trusts import ASSUME
from auditor.policy.patterns import STAR, tokens
from auditor.policy.request import Request
from auditor.policy.variables import Template, template

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

    from auditor.access.actors import Actor
    from auditor.access.reach import Reach
    from auditor.access.technique import Need
    from auditor.access.trusts import Trusts
    from auditor.access.world import Access, Context, World

_POLICY: Final = "iam:policyarn"
_BOUNDARY: Final = "iam:permissionsboundary"
_TRIED: Final = 16
"""How many combinations of tags are tried."""
_INSTANCE: Final = "arn:${Partition}:ec2:${Region}:${Account}:instance/${InstanceId}"
_THUMBPRINT: Final = "iam:UpdateOpenIDConnectProviderThumbprint"
_ASSOCIATED: Final = "iam:associatedresourcearn"


class Needs:
    """What the needs of techniques come to in a world."""

    def __init__(self, world: World, reach: Reach, trusts: Trusts) -> None:
        self.world = world
        self.reach = reach
        self.trusts = trusts
        self.tagging = Tagging(world, reach)
        self.administrative = tuple(administrative(world))
        self.strong_groups: Callable[[], int] = lambda: 0
        """Groups whose members administer, as a set of targets: told by whoever judges that."""
        self.strong_policies: Callable[[str], Iterable[str]] = lambda _key: ()
        """Policies that will do, besides those that allow everything, to be attached or as a boundary: told as well."""
        self._writable: dict[Hashable, tuple[str, ...]] = {}

    # -- on whom -----------------------------------------------------------------------------------------------

    def met_on(self, actor: Actor, need: Need, among: int) -> int:
        """Those of some targets on which a need is met."""
        targets = self.world.targets
        if need.on == "trusts":
            return self._once_trusted(actor, among)
        if need.on == "self":
            return self._met_by_itself(actor, need, among)
        if need.on == "instance":
            return among if self.proof(actor, need, "") else 0
        found = 0
        for context in self.contexts(actor, need):
            found |= self.reach.on(actor, need.action, context)
        match need.on:
            case "its-policy":
                return among & targets.bits(arn for policy in targets.members(found) for arn in self._holders(policy))
            case "its-boundary":
                return among & self._union(lambda arn: self._bounded.get(arn, 0), targets.members(found))
            case "its-group":
                groups = (self.world.groups.get(arn) for arn in targets.members(found))
                return among & targets.bits(arn for group in groups if group for arn in group.members)
            case "its-provider":
                return among & self._union(self.trusts.serving, self._impersonated(need, found))
            case "strong-group":
                return among if found & self.strong_groups() else 0
        return among & (found | self._met_once_tagged(actor, need, among & ~found))

    def _impersonated(self, need: Need, providers: int) -> Iterator[str]:
        """The identity providers of some that a need is of use for: AWS checks no thumbprint of well-known issuers.

        https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateOpenIDConnectProviderThumbprint.html
        """
        for arn in self.world.targets.members(providers):
            if need.action != _THUMBPRINT or known_issuer(arn.partition(":oidc-provider/")[2]) is None:
                yield arn

    def _met_once_tagged(self, actor: Actor, need: Need, among: int) -> int:
        """Those users and roles on which a need is met once the actor gave them the tags that conditions ask for."""
        ways = self._tags(actor, need) if among else []
        if not ways:
            return 0
        found = 0
        for tags in ways:
            able = among & self.tagging.able(actor, tags)
            for context in self.contexts(actor, need) if able else ():
                found |= able & self.reach.on(actor, need.action, (*context, *tags))
        return found

    def _met_by_itself(self, actor: Actor, need: Need, among: int) -> int:
        """Those of some targets for which the actor may do something to itself."""
        itself = self.world.targets.bit(actor.arn)
        if all(value != TARGET for _, value in need.context):
            return among if self.reach.on(actor, need.action, need.context) & itself else 0
        found = 0
        for arn in self.world.targets.members(among):
            if self.reach.on(actor, need.action, _about(need.context, arn)) & itself:
                found |= self.world.targets.bit(arn)
        return found

    def _once_trusted(self, actor: Actor, roles: int) -> int:
        """Those of some roles that an actor may assume if they trust it by name."""
        found, trust = 0, trusting(actor.arn)
        for alike in parted(roles, self.reach.told_apart(actor, ASSUME)):
            role = next(self.world.targets.members(alike))
            if self.world.decide(actor, ASSUME, role, {}, trust).granted:
                found |= alike
        return found

    def _holders(self, policy: str) -> tuple[str, ...]:
        known = self.world.policies.get(policy)
        return known.holders if known else ()

    @cached_property
    def _bounded(self) -> dict[str, int]:
        """The ARN of a policy -> the users and roles whose boundary it is."""
        found: dict[str, int] = {}
        for actor in self.world.actors:
            if actor.boundary:
                found[actor.boundary] = found.get(actor.boundary, 0) | self.world.targets.bit(actor.arn)
        return found

    def _union(self, find: Callable[[str], int], names: Iterable[str]) -> int:
        found = 0
        for name in names:
            found |= find(name)
        return found

    # -- in which contexts -------------------------------------------------------------------------------------

    def contexts(self, actor: Actor, need: Need) -> Iterator[Context]:
        """The contexts in which a need may be met: one for each policy that will do."""
        if any(value == ADMINISTRATION for _, value in need.context):
            for arn in (*self.administrative, *self.writable(actor, need)):
                yield tuple((key, arn if value == ADMINISTRATION else value) for key, value in need.context)
            return
        if _ASSOCIATED not in keys_read(actor.policies, need.action.lower()):
            yield need.context
            return
        services = {"example", *(_prefix(value) for _, value in need.context if value)}
        yield (*need.context, (_ASSOCIATED, None))
        for arn in self.literals(actor, need.action, _ASSOCIATED):
            if services.intersection(arn.split(":", 3)[2:3]):
                yield (*need.context, (_ASSOCIATED, arn))

    def writable(self, actor: Actor, need: Need) -> tuple[str, ...]:
        """Policies that the actor can write or make, of those that conditions on a need tell apart, and strong ones."""
        key = next((key for key, value in need.context if key in (_POLICY, _BOUNDARY)), "")
        if key not in keys_read(actor.policies, need.action.lower()):
            return ()
        asked = (self.reach.key(actor), need.action, key)
        if asked not in self._writable:
            self._writable[asked] = tuple(self._written(actor, need.action, key))
        return self._writable[asked]

    def _written(self, actor: Actor, action: str, key: str) -> Iterator[str]:
        targets = self.world.targets
        left = self.reach.on(actor, "iam:CreatePolicyVersion") & targets.bits(self.world.policies)
        for pattern in patterns(actor, action, key):
            alike = targets.matching(tokens(pattern))
            if left & alike:
                yield next(targets.members(left & alike))
            left &= ~alike
        if left:
            yield next(targets.members(left))
        account, partition = actor.account, self.world.partitions[actor.account]
        usual = f"arn:{partition}:iam::{account}:policy/example"
        named = examples(self.world.asker(actor), "iam:CreatePolicy")
        for arn in dict.fromkeys((usual, *self.literals(actor, action, key), *(arn for some in named for arn in some))):
            own = arn.startswith(f"arn:{partition}:iam::{account}:policy/") and arn not in self.world.policies
            if own and self.world.decide(actor, "iam:CreatePolicy", arn, {}).granted:
                yield arn
        yield from self.strong_policies(key)

    def forget(self) -> None:
        """Find out anew which policies can be written: others count as strong now."""
        self._writable.clear()

    def _tags(self, actor: Actor, need: Need) -> list[Context]:
        """The tags of a user or role that conditions on a need tell apart."""
        keys = [key for key in keys_read(actor.policies, need.action.lower()) if "resourcetag/" in key]
        if not keys or need.on != "target":
            return []
        request = Request(self.world.principal(actor), need.action, context=actor.context)
        options: list[list[tuple[str, str | None]]] = []
        for key in sorted(keys):
            taken = [template(pattern, wildcards=True) for pattern in patterns(actor, need.action, key)]
            filled = [it.resolve(request) if isinstance(it, Template) else it for it in taken]
            texts = [
                "".join("x" if part == STAR else str(part) for part in it) for it in filled if isinstance(it, tuple)
            ]
            options.append([(key, text) for text in (*dict.fromkeys(texts), None)])
        return [tags for tags in islice(product(*options), _TRIED) if is_consistent(tags)]

    def literals(self, actor: Actor, action: str, key: str) -> list[str]:
        """One value for each that conditions on a key of an action name."""
        filling = {"Partition": self.world.partitions[actor.account], "Region": "us-east-1", "Account": actor.account}
        return list(dict.fromkeys(plain(pattern, filling) for pattern in patterns(actor, action, key)))

    # -- by which requests -------------------------------------------------------------------------------------

    def proof(self, actor: Actor, need: Need, target: str) -> tuple[Access, ...]:
        """The decisions that a need is met on a target, after those on a policy that is written for it; or none."""
        if need.on == "any":
            found = self.world.anywhere(actor, need.action, need.context)
            return (found,) if found.granted else ()
        trust = consenting(actor.account) if need.action == ASSUME else None
        if need.on == "trusts":
            trust = trusting(actor.arn)
        about = need._replace(context=_about(need.context, target))
        for context in self.contexts(actor, about):
            for resource in self._resources(need, target, actor):
                found = self.world.decide(actor, need.action, resource, dict(context), trust)
                if found.granted:
                    return (*self._writing(actor, context), found)
        who = self.world.actor(target)
        for tags, context in product(self._tags(actor, need) if who else (), self.contexts(actor, about)):
            found = self.world.decide(actor, need.action, target, dict((*context, *tags)), trust)
            tagging = self.tagging.steps(actor, who, tags) if who and found.granted else None
            if tagging is not None:
                return (*tagging, *self._writing(actor, context), found)
        return ()

    def _writing(self, actor: Actor, context: Context) -> tuple[Access, ...]:
        """The decision on writing the policy that a context names, where it does not allow everything already."""
        arn = next((value for key, value in context if key in (_POLICY, _BOUNDARY)), None)
        if not arn or arn in self.administrative:
            return ()
        action = "iam:CreatePolicyVersion" if arn in self.world.policies else "iam:CreatePolicy"
        found = self.world.decide(actor, action, arn, {})
        return (found,) if found.granted else ()

    def _resources(self, need: Need, target: str, actor: Actor) -> Iterable[str]:
        bit = self.world.targets.bit(target)
        match need.on:
            case "its-policy":
                return [arn for arn in sorted(self.world.policies) if target in self._holders(arn)]
            case "its-boundary":
                return [arn for arn, bounded in self._bounded.items() if bounded & bit]
            case "its-group":
                return [arn for arn, group in sorted(self.world.groups.items()) if target in group.members]
            case "its-provider":
                return [arn for arn in self.trusts.providers() if self.trusts.serving(arn) & bit]
            case "strong-group":
                return list(self.world.targets.members(self.strong_groups() & self.reach.account(actor.account)))
            case "self":
                return [actor.arn]
            case "instance":
                return examples_of(self.world.asker(actor), need.action, _INSTANCE)
        return [target]


def _prefix(service: str) -> str:
    """What the ARNs of a service's resources say, by its principal: `ecs` of `ecs-tasks.amazonaws.com`."""
    return service.removesuffix(".amazonaws.com").rpartition(".")[2].removesuffix("-tasks")


def _about(context: Context, target: str) -> Context:
    return tuple((key, target if value == TARGET else value) for key, value in context)
