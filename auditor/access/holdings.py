"""The policies of an account's principals: each document parsed once, and where each policy hangs."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from auditor.findings.model import Blind, Place
from auditor.policy.document import Policy, SourceError
from auditor.policy.elements import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.snapshot.iam import AttachedPolicy, InlinePolicy
    from auditor.snapshot.snapshot import Snapshot

ADMINISTRATOR_ACCESS = "policy/AdministratorAccess"
"""What the ARN of AWS's own administrator policy ends in; its text is the same everywhere and need not be seen."""

EVERYTHING = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'


class Grant(NamedTuple):
    """An identity policy that an actor holds, and where it hangs."""

    policy: str
    """The ARN of a managed policy, the name of an inline one."""
    via: str
    """The group that it comes by, if any."""
    place: Place

    @property
    def label(self) -> str:
        """How sentences name it."""
        managed = self.policy.startswith("arn:")
        name = self.policy.rpartition("/")[2] if managed else f"inline policy {self.policy}"
        return f"{name} through group {self.via}" if self.via else name


class Library:
    """The documents that an account's principals are given, each parsed once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._managed: dict[tuple[str, Kind], Policy | tuple[Blind, ...]] = {}

    def managed(self, arn: str, kind: Kind = Kind.IDENTITY) -> Policy | tuple[Blind, ...]:
        """A managed policy by its ARN, or what kept it from being seen."""
        found = self._managed.get((arn, kind))
        if found is None:
            found = self._managed[arn, kind] = self._read(arn, kind)
        return found

    def _read(self, arn: str, kind: Kind) -> Policy | tuple[Blind, ...]:
        section = "iam.aws_managed_policies" if ":iam::aws:" in arn else "iam.policies"
        entry = self.snapshot.seen(section).get(arn)
        if entry is not None:
            return parsed(entry.document, f"policy {arn}", kind)
        if ":iam::aws:" in arn and arn.endswith(f":{ADMINISTRATOR_ACCESS}"):
            return Policy.parse(EVERYTHING, kind)
        return self.snapshot.blind_entry(section, arn) or (Blind(f"policy {arn} was not listed"),)


def parsed(text: str, what: str, kind: Kind) -> Policy | tuple[Blind, ...]:
    """The policy that a text holds, or why it cannot be read."""
    try:
        policy = Policy.parse(text, kind)
    except SourceError as error:
        return (Blind(f"{what} cannot be read: {error}"),)
    if not _holds_objects(policy):
        return (Blind(f"{what} cannot be read: Statement is neither an object nor a list of objects"),)
    return policy


def _holds_objects(policy: Policy) -> bool:
    return not policy.problems or not any(
        problem.code == "DATA_TYPE_MISMATCH" and len(problem.path) == 2 and problem.path[0] == "Statement"
        for problem in policy.problems
    )


class Holdings:
    """The identity policies of one principal, gathered."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.policies: list[Policy] = []
        self.sources: list[Grant] = []
        self.blind: list[Blind] = []

    def take(
        self,
        pointer: str,
        inline_member: str,
        inline: tuple[InlinePolicy, ...],
        attached: tuple[AttachedPolicy, ...],
        via: str = "",
    ) -> None:
        """Add what is embedded in and attached to a user, a group or a role."""
        for index, policy in enumerate(inline):
            found = parsed(policy.policy_document, f"inline policy {policy.policy_name}", Kind.IDENTITY)
            place = Place(f"{pointer}/{inline_member}/{index}", policy.policy_name)
            self._add(Grant(policy.policy_name, via, place), found)
        for index, link in enumerate(attached):
            place = Place(f"{pointer}/AttachedManagedPolicies/{index}", link.policy_arn)
            self._add(Grant(link.policy_arn, via, place), self._library.managed(link.policy_arn))

    def join(self, others: Holdings) -> None:
        """Add what others have gathered."""
        self.policies += others.policies
        self.sources += others.sources
        self.blind += others.blind

    def _add(self, grant: Grant, found: Policy | tuple[Blind, ...]) -> None:
        if isinstance(found, Policy):
            self.policies.append(found)
            self.sources.append(grant)
        else:
            self.blind.extend(found)


def group_holdings(snapshot: Snapshot, library: Library) -> Iterator[tuple[str, Holdings]]:
    """The name of each group, and what its members hold by it."""
    for name, group in snapshot.iam.groups.items():
        held = Holdings(library)
        place = place_of("groups", name)
        held.take(place, "GroupPolicyList", group.group_policy_list, group.attached_managed_policies, name)
        yield name, held


def place_of(section: str, name: str) -> str:
    """The pointer to a user, role or group in the snapshot."""
    escaped = name.replace("~", "~0").replace("/", "~1")
    return f"/iam/{section}/{escaped}"


@lru_cache(maxsize=64)
def consenting(account: str) -> Policy:
    """A policy of a resource that leaves everything to the policies of an account."""
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": {"AWS": account}}
    return Policy.of({"Statement": statement}, Kind.RESOURCE)


@lru_cache(maxsize=16_384)
def trusting(arn: str) -> Policy:
    """A trust policy that names one user or role."""
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": arn}}
    return Policy.of({"Statement": statement}, Kind.TRUST)
