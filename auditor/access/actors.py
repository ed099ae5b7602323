"""Actors: the users and roles of an account, each with all policies that have a say in what it may do."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from auditor.access.aws_made import maker
from auditor.access.holdings import Grant, Holdings, Library, group_holdings, parsed, place_of
from auditor.findings.model import Blind
from auditor.policy.document import Policy
from auditor.policy.elements import Kind
from auditor.policy.layers import Policies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from auditor.access.organizations import Limits
    from auditor.policy.request import Given
    from auditor.snapshot.iam import PermissionsBoundary, Tag
    from auditor.snapshot.snapshot import Snapshot

    MayTag = Callable[[str, str | None], bool]
    """Whether a tag, by its key in lower case, may get a value; None for no tag."""


@dataclass(frozen=True, slots=True, eq=False)
class Actor:
    """A user or role. Two of one ARN are equal, whatever policies they are given."""

    arn: str
    kind: Literal["user", "role"]
    name: str
    account: str
    policies: Policies
    sources: tuple[Grant, ...] = ()
    """For each of `policies.identity` where it hangs."""
    groups: tuple[str, ...] = ()
    """The ARNs of a user's groups."""
    aws_made: str = ""
    """`service-linked`, `identity-center`, `control-tower`, `stacksets` or `organization-access`; else empty."""
    trust: Policy | None = None
    boundary: str = ""
    """The ARN of the permissions boundary."""
    context: Mapping[str, Given] = field(default_factory=dict)
    """Keys of every request that the actor makes, as far as they follow from what it is."""
    marks: Mapping[str, Given] = field(default_factory=dict)
    """Keys of every request that is about the actor: its tags and boundary."""
    blind: tuple[Blind, ...] = ()
    """What was not seen of the actor's policies."""
    blind_boundary: bool = False
    """Whether the boundary's document is among that."""
    unless: str = ""
    """What may forbid what is allowed, as it was not seen."""
    tags_free: bool = False
    """Whether the actor may be given other tags than it has."""
    may_tag: MayTag | None = None
    """If so, which; None for any."""
    unique_id: str = ""
    """The id of a role, with which the aws:userid of its sessions begins; empty for users, or where it was not seen."""
    marks_free: bool = False
    """Whether requests about the actor tell the same tags then: not those of a session."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Actor) and self.arn == other.arn

    def __hash__(self) -> int:
        return hash(self.arn)

    def holding(self, *identity: Policy) -> Actor:
        """The same actor with other identity policies, all else as it is."""
        return replace(self, policies=self.policies._replace(identity=identity), sources=())

    def keeping(self, sources: Iterable[Grant]) -> Actor:
        """The same actor with only some of the identity policies that it holds."""
        chosen = set(sources)
        pairs = [pair for pair in zip(self.policies.identity, self.sources, strict=True) if pair[1] in chosen]
        identity = tuple(policy for policy, _ in pairs)
        policies = self.policies._replace(identity=identity)
        return replace(self, policies=policies, sources=tuple(grant for _, grant in pairs))

    def unbounded(self) -> Actor:
        """The same actor without its permissions boundary."""
        marks = {**self.marks, "iam:permissionsboundary": None}
        policies = self.policies._replace(boundaries=())
        return replace(self, policies=policies, boundary="", blind_boundary=False, marks=marks)

    def tag(self, name: str) -> Given:
        """The value of one of its tags, by the tag's key in lower case; None where it has none."""
        return self.context.get(f"aws:principaltag/{name}")

    def free_tags(self, target: Actor | None) -> MayTag | None:
        """Which values the keys of a request may have that tell its tags, where those are free."""
        may_tag = self.may_tag
        if may_tag is None:
            return None
        own = ("aws:principaltag/", *(("aws:resourcetag/", "iam:resourcetag/") if target is self else ()))
        return lambda key, value: not key.startswith(own) or may_tag(key.partition("tag/")[2], value)

    def retagged(self, may_tag: MayTag, *, session: bool = False) -> Actor:
        """The same actor with whatever tags would help it, of those that it may be given; for one session, or for
        good."""
        kept = {key: value for key, value in self.context.items() if not key.startswith("aws:principaltag/")}
        marks = {key: value for key, value in self.marks.items() if session or "resourcetag/" not in key}
        return replace(self, context=kept, marks=marks, tags_free=True, may_tag=may_tag, marks_free=not session)


def actors(snapshot: Snapshot, limits: Limits, shared: Mapping[str, Given]) -> Iterator[Actor]:
    """Every user and role that the snapshot shows. `shared` are context keys of every request of the account."""
    library = Library(snapshot)
    of_groups = dict(group_holdings(snapshot, library))
    for name, user in sorted(snapshot.iam.users.items()):
        held = _user_holdings(snapshot, library, name, of_groups)
        known: dict[str, Given] = {"aws:userid": user.user_id} if user.user_id else {}
        groups = [snapshot.iam.groups[group].arn for group in user.group_list if group in snapshot.iam.groups]
        yield _actor(
            _Entity(user.arn, "user", user.user_name, user.tags, user.permissions_boundary),
            snapshot, library, limits, held, {**shared, **known}, tuple(groups), None,
        )  # fmt: skip
    for name, role in sorted(snapshot.iam.roles.items()):
        held = Holdings(library)
        held.take(place_of("roles", name), "RolePolicyList", role.role_policy_list, role.attached_managed_policies)
        trust = parsed(role.assume_role_policy_document, f"the trust policy of {name}", Kind.TRUST)
        if not isinstance(trust, Policy):
            held.blind.extend(trust)
        yield _actor(
            _Entity(role.arn, "role", role.role_name, role.tags, role.permissions_boundary, role.role_id),
            snapshot, library, limits, held, {**shared, "aws:username": None}, (),
            trust if isinstance(trust, Policy) else None,
        )  # fmt: skip


class _Entity(NamedTuple):
    arn: str
    kind: Literal["user", "role"]
    name: str
    tags: tuple[Tag, ...]
    boundary: PermissionsBoundary | None
    unique_id: str = ""


def _user_holdings(snapshot: Snapshot, library: Library, name: str, of_groups: dict[str, Holdings]) -> Holdings:
    user = snapshot.iam.users[name]
    held = Holdings(library)
    held.take(place_of("users", name), "UserPolicyList", user.user_policy_list, user.attached_managed_policies)
    for group_name in user.group_list:
        if group_name in of_groups:
            held.join(of_groups[group_name])
        else:
            gap = snapshot.blind_entry("iam.groups", group_name)
            held.blind.extend(gap or (Blind(f"group {group_name} was not listed"),))
    return held


def _actor(
    entity: _Entity,
    snapshot: Snapshot,
    library: Library,
    limits: Limits,
    held: Holdings,
    shared: dict[str, Given],
    groups: tuple[str, ...],
    trust: Policy | None,
) -> Actor:
    arn = entity.boundary.permissions_boundary_arn if entity.boundary else ""
    boundary = library.managed(arn, Kind.BOUNDARY) if arn else ()
    blind_boundary = bool(arn) and not isinstance(boundary, Policy)
    aws_made = maker(entity.arn, entity.name, trust) if entity.kind == "role" else ""
    policies = Policies(
        identity=tuple(held.policies),
        boundaries=(boundary,) if isinstance(boundary, Policy) else (),
        scps=() if aws_made == "service-linked" else limits.scps,
        rcps=limits.rcps,
        management_account=limits.management_account,
    )
    tags: dict[str, Given] = {f"aws:principaltag/{tag.key.lower()}": tag.value for tag in entity.tags}
    marks: dict[str, Given] = {f"aws:resourcetag/{tag.key.lower()}": tag.value for tag in entity.tags}
    marks |= {f"iam:resourcetag/{tag.key.lower()}": tag.value for tag in entity.tags}
    return Actor(
        arn=entity.arn,
        kind=entity.kind,
        name=entity.name,
        account=snapshot.account,
        policies=policies,
        sources=tuple(held.sources),
        groups=groups,
        aws_made=aws_made,
        trust=trust,
        boundary=arn,
        context={**shared, **tags},
        marks={**marks, "iam:permissionsboundary": arn or None},
        unique_id=entity.unique_id,
        blind=(*held.blind, *(() if isinstance(boundary, Policy) else boundary)),
        blind_boundary=blind_boundary,
        unless="" if aws_made == "service-linked" else limits.unless,
    )
