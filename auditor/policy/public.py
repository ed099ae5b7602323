"""Whether a policy of a resource lets in the public: anonymous callers, and callers of accounts that it does not name.

Such a caller chooses freely what a request carries, but not what only the owner's principals, networks and resources
have: fixed values of the keys below. A wildcard or a variable where a fixed value should be restricts nobody.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckNoPublicAccess.html
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

from auditor.policy.callers import WITH_PRINCIPAL
from auditor.policy.comparison import Comparison, NotComparable, Search, answer
from auditor.policy.dimensions import KEYS, PRINCIPAL, Key
from auditor.policy.principals import PrincipalKind
from auditor.policy.question import Question
from auditor.policy.resource_policies import resource_policy
from auditor.policy.values import address, network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from auditor.policy.callers import Caller
    from auditor.policy.document import Policy
    from auditor.policy.values import Network

FIXED: Final = frozenset(
    {
        *("aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths", "aws:userid"),
        *("aws:sourcearn", "aws:sourceaccount", "aws:sourceowner", "aws:sourceorgid", "aws:sourceorgpaths"),
        *("aws:sourcevpc", "aws:sourcevpcarn", "aws:sourcevpce", "aws:ec2instancesourcevpc"),
        *("aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths"),
        *("s3:dataaccesspointarn", "s3:dataaccesspointaccount", "kms:calleraccount"),
        "elasticfilesystem:accesspointarn",
    }
)
"""Keys whose fixed values only the owner's side has."""

ANONYMOUS: Final = "anonymous"
"""What aws:userid and aws:PrincipalAccount are of callers without credentials.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
"""

MOUNT_TARGET: Final = "elasticfilesystem:accessedviamounttarget"
"""True only within the owner's networks. https://docs.aws.amazon.com/efs/latest/ug/access-control-block-public-access.html"""

OF_ACCOUNT: Final = frozenset({"aws:principalarn", "aws:sourcearn", "aws:sourcevpcarn", "s3:dataaccesspointarn"})
"""Of these, ARNs: it is enough that the account is fixed."""

NOT_BY_ACCOUNT: Final = {"s3-access-point": frozenset({"s3:dataaccesspointarn"})}
"""Resource type -> the keys among these for which the account is not enough."""

HEADED: Final = {
    "aws:principalorgpaths": "/",
    "aws:sourceorgpaths": "/",
    "aws:vpceorgpaths": "/",
    "aws:userid": ":",
}
"""Of these, texts of which it is enough that the head is fixed, up to this letter: an organization, or a role's id."""

SHARED_PROVIDERS: Final = {
    "accounts.google.com": ("aud", "oaud", "sub"),
    "agent.buildkite.com": ("sub",),
    "api.pulumi.com/oidc": ("aud", "sub"),
    "app.terraform.io": ("sub",),
    "cognito-identity.amazonaws.com": ("aud", "sub"),
    "gitlab.com": ("sub",),
    "graph.facebook.com": ("app_id", "id"),
    "oidc.vercel.com": ("aud", "sub"),
    "token.actions.githubusercontent.com": ("sub", "repository", "repository_owner", "job_workflow_ref"),
    "www.amazon.com": ("app_id", "user_id"),
}
"""Identity providers where anyone can have an identity -> the claims that tell the owner's from others.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
"""

FOR_ANYONE: Final = {"lambda-function": ("s3.amazonaws.com",)}
"""Resource type -> services that act on it for anyone who asks, so that an account must be named beside them.

https://docs.aws.amazon.com/config/latest/developerguide/lambda-function-public-access-prohibited.html
"""

BROADEST: Final = {4: 1 << 24, 6: 1 << 96}
"""How many addresses a network may have to be someone's: /8 and /32. Together, networks may not have more than half."""

_ACCOUNT: Final = re.compile(r"[0-9]{12}")
_OIDC: Final = re.compile(r"arn:[a-z-]+:iam::[0-9]{12}:oidc-provider/(.+)")


def check_public(policy: Policy, resource_type: str = "") -> Comparison:
    """Whether the policy of a resource, or the trust policy of a role, allows the public anything.

    The type of the resource, such as `s3-bucket` or `AWS::S3::Bucket`, is that of the policy if none is given.

    Raises:
        NotComparable: the policy is of a kind that names no callers.
    """
    if policy.kind not in WITH_PRINCIPAL:
        raise NotComparable(f"a policy of kind {policy.kind} is of no resource")
    known = resource_policy(resource_type or policy.resource_type)
    found = partial(_search, policy, known.name if known else "")
    return answer(found, "only callers that the policy names are allowed", lambda *_: "allowed to the public")


def _search(policy: Policy, resource_type: str) -> Search:
    question = Question((policy,))
    public = sum(1 << at for at, caller in enumerate(question.who.all) if _is_public(caller, resource_type))
    listed: dict[str, list[str]] = {}
    for condition in (condition for statement in policy.statements for condition in statement.conditions):
        listed.setdefault(condition.key, []).extend(condition.values)
    keys = [(number, key) for number, key in enumerate(question.dimensions, KEYS) if isinstance(key, Key)]
    barred = [{number: _owned(key, listed[key.name], resource_type)} for number, key in keys]
    return Search((), (policy,), question, {PRINCIPAL: public}, barred)


def _is_public(caller: Caller, resource_type: str) -> bool:
    kind, text = caller.principal.kind, caller.principal.text
    if kind is PrincipalKind.PROVIDER:
        return _provider(text) in SHARED_PROVIDERS
    if kind is PrincipalKind.SERVICE:
        return text in FOR_ANYONE.get(resource_type, ())
    return kind is PrincipalKind.ANONYMOUS or caller.others == "world"


def _provider(text: str) -> str:
    match = _OIDC.fullmatch(text)
    return match[1] if match else text


def _owned(key: Key, listed: list[str], resource_type: str) -> int:
    """The atoms of a key that the public does not have, as some value is the owner's."""
    if key.name == MOUNT_TARGET:
        return _atoms(key, lambda text: text.lower() == "true")
    if key.name == "aws:sourceip":
        networks = _owned_networks(listed)
        return _atoms(key, lambda text: _is_in(text, networks))
    provider, _, claim = key.name.rpartition(":")
    of_provider = claim in SHARED_PROVIDERS.get(provider, ())
    if key.name not in FIXED and not of_provider:
        return 0
    separator = "/" if of_provider else HEADED.get(key.name, "")
    fixed = {text.lower() for text in listed if not _is_open(text)} - {ANONYMOUS}
    fixed |= {head for text in listed if separator and not _is_open(head := _head(text, separator))}
    if key.name in OF_ACCOUNT - NOT_BY_ACCOUNT.get(resource_type, frozenset()):
        fixed |= {account for text in listed if (account := _account_of(text))}

    def owned(text: str) -> bool:
        return (
            text.lower() in fixed or (bool(separator) and _head(text, separator) in fixed) or _account_of(text) in fixed
        )

    return _atoms(key, owned)


def _atoms(key: Key, owned: Callable[[str], bool]) -> int:
    return sum(1 << atom for atom, texts in enumerate(key.values) if any(map(owned, texts or ())))


def _is_open(text: str) -> bool:
    """Whether the text is no fixed value."""
    return not text or any(mark in text for mark in ("*", "?", "${"))


def _head(text: str, separator: str) -> str:
    """What stands before the separator, and the separator; nothing where there is none."""
    head, found, _ = text.partition(separator)
    return (head + found).lower() if found else ""


def _account_of(arn: str) -> str:
    account = arn.split(":", 5)[4:5]
    return account[0] if account and _ACCOUNT.fullmatch(account[0]) else ""


def _owned_networks(texts: Iterable[str]) -> list[Network]:
    """The networks that are narrow enough to be someone's; none of a version that they nearly cover."""
    found = [known for known in map(network, texts) if known and known.last - known.first < BROADEST[known.version]]
    return [known for known in found if not _nearly_everything(found, known.version)]


def _nearly_everything(networks: Iterable[Network], version: int) -> bool:
    covered, end = 0, -1
    for known in sorted(known for known in networks if known.version == version):
        covered += max(0, known.last - max(known.first - 1, end))
        end = max(end, known.last)
    return covered > BROADEST[version] << (7 if version == 4 else 31)


def _is_in(text: str, networks: Iterable[Network]) -> bool:
    found = address(text)
    return found is not None and any(known.contains(found) for known in networks)
