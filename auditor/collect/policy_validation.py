"""What IAM Access Analyzer's policy validation says of the policies that an account wrote.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-policy-validation.html
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from auditor.aws.account import Unseen
from auditor.collect.collector import collector

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.aws.account import Account

    Entries = Iterator[tuple[str, list[dict[str, Any]]] | Unseen]

VALIDATE = "access-analyzer:ValidatePolicy"
IDENTITY = {"policyType": "IDENTITY_POLICY"}
TRUST = {"policyType": "RESOURCE_POLICY", "validatePolicyResourceType": "AWS::IAM::AssumeRolePolicyDocument"}
MADE_BY_AWS = ("/aws-service-role/", "/aws-reserved/")
"""Paths of roles whose trust policies AWS wrote."""

INLINE = {"iam.users": "UserPolicyList", "iam.groups": "GroupPolicyList", "iam.roles": "RolePolicyList"}


class Document(NamedTuple):
    """A policy document: whose it is by ARN, the policy's name (None: a trust policy), and the text."""

    owner: str
    name: str | None
    text: str

    @property
    def question(self) -> str:
        """What is asked about it, the same for the same text of the same type."""
        return ("identity" if self.name is not None else "trust") + " " + self.text


@collector(
    produces="access_analyzer.policy_validations",
    calls=(VALIDATE,),
    after=("iam.users", "iam.groups", "iam.roles", "iam.policies"),
)
def policy_validations(aws: Account, seen: Mapping[str, Any]) -> Entries:
    """Customer managed, inline and trust policies, by the ARN of whatever has them: a call for each distinct text."""
    documents = [document for document in _documents(seen) if document.text]
    answers: dict[str, list[dict[str, Any]]] = {}
    failures: dict[str, Unseen] = {}
    for answer in aws.each(partial(_validated, aws), dict.fromkeys(document.question for document in documents)):
        if isinstance(answer, Unseen):
            failures[answer.resource] = answer
        else:
            answers[answer[0]] = answer[1]
    by_owner: dict[str, list[Document]] = {}
    for document in documents:
        by_owner.setdefault(document.owner, []).append(document)
    for owner, its in sorted(by_owner.items()):
        if failed := [failures[document.question] for document in its if document.question in failures]:
            yield failed[0]._replace(resource=owner)
        else:
            yield owner, [{"PolicyName": it.name, "Findings": answers[it.question]} for it in its]


def _documents(seen: Mapping[str, Any]) -> Iterator[Document]:
    for arn, policy in sorted(seen.get("iam.policies", {}).items()):
        yield Document(arn, arn.rpartition("/")[2], policy["Document"])
    for section, member in INLINE.items():
        for _, entry in sorted(seen.get(section, {}).items()):
            for policy in entry[member]:
                yield Document(entry["Arn"], policy["PolicyName"], policy["PolicyDocument"])
    for _, role in sorted(seen.get("iam.roles", {}).items()):
        if not role.get("Path", "/").startswith(MADE_BY_AWS):
            yield Document(role["Arn"], None, role["AssumeRolePolicyDocument"])


def _validated(aws: Account, question: str) -> list[dict[str, Any]]:
    """The findings about a text, sorted. Raises CallFailed."""
    kind, _, text = question.partition(" ")
    types = TRUST if kind == "trust" else IDENTITY
    return sorted(aws.pages(VALIDATE, "findings", policyDocument=text, **types), key=_order)


def _order(finding: dict[str, Any]) -> tuple[str, tuple[int, ...]]:
    offsets = (location["span"]["start"]["offset"] for location in finding.get("locations", ()))
    return finding["issueCode"], tuple(offsets)
