"""What policies are worth that people carry into accounts which nobody has looked at.

Permission sets reach many accounts. So they are judged in one that has what any of them may have: users, roles and
groups that administer, roles that trust services, and roles that trust whoever has the permission set. None of them
has a name that a policy would mean in particular, so that only what takes in any name leads to them.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from auditor.access.broad import UNNAMED
from auditor.access.graph import Graph, graph
from auditor.access.holdings import EVERYTHING, Grant
from auditor.access.naming import named
from auditor.access.technique import Scope
from auditor.access.techniques import TECHNIQUES
from auditor.access.ways import Way
from auditor.access.wide import NOBODY
from auditor.access.world import World
from auditor.findings.model import Place
from auditor.policy.document import Policy

if TYPE_CHECKING:
    from auditor.access.actors import Actor
    from auditor.findings.model import Blind

_CREATED: Final = {"CreateDate": "2025-01-01T00:00:00Z"}
_ORGANIZATION: Final = {"Id": "o-any0000000", "Arn": "", "FeatureSet": "ALL"}
_ROLE: Final = "aws-reserved/sso.amazonaws.com/AWSReservedSSO_{name}_0123456789abcdef"
_OF_USER: Final = (Scope.SELF_USER, Scope.OTHER_GROUP, Scope.OWN_GROUP, Scope.OWN_POLICY)


class Held(NamedTuple):
    """Policies that are held together."""

    policies: tuple[Policy, ...]
    sources: tuple[Grant, ...]
    """For each of them where it hangs."""
    boundary: Policy | None = None
    bounded: bool = False
    """Whether there is a boundary, be it one that was not seen."""
    blind: tuple[Blind, ...] = ()
    """What was not seen of them."""


class WayAnywhere(Way):
    """A way for whoever holds the policies, in words that fit every account."""

    @property
    def words(self) -> str:
        """What is done, as an infinitive."""
        kind, _, name = self.target.rpartition(":")[2].partition("/")
        words = self.technique.words
        if self.technique.scope in _OF_USER:
            words = words.replace("itself", "a user of their own").replace("which it ", "which a user of their own ")
        return words.format(target=f"any {kind}" if name.startswith(NOBODY) else named(self.target))


class AnyAccount:
    """An account of a partition that has one of everything, and the policies that are held."""

    def __init__(self, account: str, partition: str, taken_at: str, held: Held, *, management: bool) -> None:
        """The id of an account that the policies may name, and whether it manages an organization. `taken_at` is a
        moment in ISO 8601."""
        self._arn = f"arn:{partition}:iam::{account}:{{}}".format
        own = dict.fromkeys(grant.policy for grant in held.sources if grant.policy.startswith("arn:"))
        customer = tuple(arn for arn in own if ":iam::aws:" not in arn)
        self._graph = _made(account, partition, taken_at, customer, management)
        holder = self._graph.world.holder(account, held.policies, held.sources)
        self._holder = replace(
            holder,
            policies=holder.policies._replace(boundaries=(held.boundary,) if held.boundary else ()),
            boundary=NOBODY if held.bounded else "",
            blind=held.blind,
            blind_boundary=held.bounded and held.boundary is None,
        )

    def administration(self, name: str) -> Way | None:
        """How a session of a permission set of that name does, or gives itself, everything; None where it cannot.

        It works as a role that nobody in the account can edit.
        """
        arn = self._arn(f"role/{_ROLE.format(name=name)}")
        context = {**self._holder.context, "aws:username": None}
        role = replace(self._holder, arn=arn, kind="role", name=name, aws_made="identity-center", context=context)
        return self._graph.administration.judge(role)

    def allows_unnamed(self) -> bool:
        """Whether the holder may do what nobody has named, with any resource: all there is, less what is left out."""
        return self._graph.world.decide(self._holder, UNNAMED, f"arn:aws:{NOBODY}:::{NOBODY}", {}).granted

    def way_up(self) -> WayAnywhere | None:
        """A technique by which whoever holds the policies comes to administer the account.

        Whoever may edit users edits one of their own, so the holder is taken for a user, who is in a group and holds
        a customer managed policy. To assume a role that lets the holder in, and to steer what runs as one already, does
        not count: that takes an account where somebody has set up just that.
        """
        for way in self._graph.ways_up(self._as_user()):
            if not way.does_everything and way.technique.kind != "run":
                return WayAnywhere(way.actor, way.technique, way.target, way.attempts)
        return None

    def _as_user(self) -> Actor:
        actor, arn = self._holder, self._arn(f"policy/{NOBODY}")
        held = actor.policies._replace(identity=(*actor.policies.identity, Policy.parse(_NOTHING)))
        sources = (*actor.sources, Grant(arn, "", Place("")))
        return replace(actor, policies=held, sources=sources, groups=(self._arn(f"group/{NOBODY}-own"),))


@lru_cache(maxsize=64)
def _made(account: str, partition: str, taken_at: str, own: tuple[str, ...], management: bool) -> Graph:
    from auditor.snapshot.snapshot import Snapshot

    arn = f"arn:{partition}:iam::{account}:{{}}/{NOBODY}".format
    policy, trusting = arn("policy"), f"{arn('role')}-trusting"
    holder = f"arn:{partition}:iam::{account}:user/whoever-holds-it"
    services = sorted({service for technique in TECHNIQUES for service in technique.services})
    administers = [{"PolicyName": "everything", "PolicyDocument": EVERYTHING}]
    held = [{"PolicyArn": policy, "PolicyName": NOBODY}]
    iam: dict[str, Any] = {
        "users": {NOBODY: {"UserName": NOBODY, "Arn": arn("user"), "UserPolicyList": administers, **_CREATED}},
        "groups": {
            NOBODY: {"GroupName": NOBODY, "Arn": arn("group"), "GroupPolicyList": administers, **_CREATED},
            f"{NOBODY}-own": {"GroupName": f"{NOBODY}-own", "Arn": f"{arn('group')}-own", **_CREATED},
        },
        "roles": {
            NOBODY: _role(arn("role"), _trust("Service", services), RolePolicyList=administers),
            f"{NOBODY}-trusting": _role(trusting, _trust("AWS", [holder]), AttachedManagedPolicies=held),
        },
        "policies": {each: _policy(each) for each in (policy, *own)},
        "aws_managed_policies": {},
    }
    made = {
        "schema": "auditor/snapshot/v1",
        "account": account,
        "partition": partition,
        "iam": iam,
        "organizations": {"organization": {**_ORGANIZATION, "MasterAccountId": account} if management else None},
        "collection": {"taken_at": taken_at, "tool_version": "1.0"},
    }
    return graph(World.of(Snapshot.model_validate(made)))


def _trust(kind: str, principals: list[str]) -> str:
    import json

    statement = {"Effect": "Allow", "Principal": {kind: principals}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


def _role(arn: str, trust: str, **policies: Any) -> dict[str, Any]:
    name = arn.rpartition("/")[2]
    return {"RoleName": name, "Arn": arn, "Path": "/", "AssumeRolePolicyDocument": trust, **policies, **_CREATED}


def _policy(arn: str) -> dict[str, str]:
    name = arn.rpartition("/")[2]
    return {"Arn": arn, "PolicyName": name, "DefaultVersionId": "v1", "Document": _NOTHING}


_NOTHING: Final = '{"Version":"2012-10-17","Statement":[]}'
