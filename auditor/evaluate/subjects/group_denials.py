"""Where the account's own policies deny actions on users by naming a group."""

from __future__ import annotations

from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from auditor.access.group_denials import denials, names
from auditor.errors import NotCollected
from auditor.evaluate.subjects.base import escape, sift
from auditor.evaluate.subjects.principals import Grant
from auditor.findings.model import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.evaluate.subjects.account import Account
    from auditor.findings.model import Blind

SECTIONS = ("iam.users", "iam.groups", "iam.roles", "iam.policies")
"""Where the policies stand that an account writes for itself."""


class Written(NamedTuple):
    """A policy that the account wrote: how sentences name it, what tells it from all others, and its text."""

    label: str
    key: str
    grant: Grant


class GroupDenials(NamedTuple):
    """The policies that are known to deny actions on users by naming a group, and what may hide more of them."""

    known: tuple[Written, ...]
    blind: tuple[Blind, ...]

    def missing(self, group_arn: str) -> Iterator[tuple[Written, tuple[str, ...]]]:
        """Each policy that names the group, with the actions that it fails to deny on the group's members."""
        for policy in self.known:
            document = policy.grant.document
            actions = [missing for it, missing in denials(document) if names(document, it, group_arn)]
            if distinct := tuple(dict.fromkeys(chain.from_iterable(actions))):
                yield policy, distinct


def find_group_denials(account: Account) -> GroupDenials:
    """Look through every policy that the account wrote, once for all groups."""
    return GroupDenials(*sift(written(account), lambda policy: bool(denials(policy.grant.document))))


def written(account: Account) -> Iterator[Written]:
    """Customer managed policies and inline ones. Raises NotCollected, at the end, for what was not seen."""
    yield from account.written_policies
    if blind := [spot for section in SECTIONS for spot in account.snapshot.blind(section)]:
        raise NotCollected(*blind)


def find_written(account: Account) -> Iterator[Written]:
    """Those that were seen."""
    for arn, source in account.entries("iam.policies"):
        place = Place(f"/iam/policies/{escape(arn)}", arn)
        yield Written(f"policy {arn.rpartition('/')[2]}", arn, Grant(arn, "", place, source.model.document))
    for who in chain(account.users, account.groups, account.roles):
        with suppress(NotCollected):  # told by `written`, with the section
            for grant in who.inline_grants:
                yield Written(f"{grant.label} of {who.noun} {who.name}", f"{who.arn}/{grant.policy}", grant)
