"""Whether a role lets in strangers: callers of accounts that its trust policy does not name.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-anonymous
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from auditor.access.exposure import (
    ANYTHING,
    ASSUME,
    EXTERNAL_ID,
    OF_ORGANIZATION,
    candidates,
    fitting,
    is_ones_id,
    items,
    listed,
    tags_named,
)
from auditor.policy.document import Policy
from auditor.policy.elements import Kind
from auditor.policy.principals import Principal, PrincipalKind
from auditor.policy.request import Request

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from auditor.access.exposure import Barred, Trust
    from auditor.access.solve import Outcome
    from auditor.policy.comparison import Comparison
    from auditor.policy.request import Given

_ACCOUNT: Final = 444455556666
"""The account of strangers, or if that is named the next one that is not."""
_INTRICATE: Final = "the conditions of the trust policy are too intricate to decide on"
_UNSEEN: Final = "the trust policy names an organization, and the account's was not seen"


class Strangers(NamedTuple):
    """Whether a role lets in callers of accounts that nobody named."""

    answer: Literal["anyone", "some", "nobody", "unknown"]
    """`anyone` whatever they bring; `some` where it takes what is no matter of who they are, such as a network or an
    external id."""
    witness: Request | None = None
    reason: str = ""
    """Why the answer is not known."""


def strangers(trust: Trust) -> Strangers:
    """Whether users and roles of accounts that the trust policy does not name get in."""
    outcomes = [trust.lets(caller, barred=_not_of_strangers(trust)) for caller in _outsiders(trust)]
    witness = next((outcome.witness for outcome in outcomes if outcome.witness), None)
    if witness is None:
        if any(outcome.answer == "unknown" for outcome in outcomes) or _public(trust).answer == "may":
            return Strangers("unknown", reason=_INTRICATE)
        if trust.organization is None and strangers(trust._replace(organization="")).witness:
            return Strangers("unknown", reason=_UNSEEN)
        return Strangers("nobody")
    found = _public(trust)
    if found.answer == "may":
        return Strangers("unknown", reason=found.reason)
    open_to_all = _as_stranger(trust, found.witness) if found.witness else None
    return Strangers("anyone", open_to_all) if open_to_all else Strangers("some", witness)


def fellow(trust: Trust) -> Strangers:
    """Whether users or roles of any account of the organization get in, though nobody named it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgid
    """
    return _some(_as_fellows(trust, _outsiders(trust), {}, tags_named(trust.policy)))


def users(trust: Trust, contexts: Iterable[Mapping[str, Given]] = ANYTHING) -> Strangers:
    """Whether users of accounts that nobody named get in with one of some contexts, of the organization or not."""
    callers = [caller for caller in _outsiders(trust) if caller.kind is PrincipalKind.USER]
    barred, tried = _not_of_strangers(trust), tuple(contexts)
    found = _some(
        outcome
        for caller in callers
        for context in tried
        for outcome in (trust.lets(caller, context, barred), *_as_fellows(trust, (caller,), context, barred=None))
    )
    unseen = found.answer == "nobody" and trust.organization is None
    if unseen and users(trust._replace(organization=""), tried).witness:
        return Strangers("unknown", reason=_UNSEEN)
    return found


def _as_fellows(
    trust: Trust, callers: Iterable[Principal], context: Mapping[str, Given], barred: Barred | None
) -> Iterator[Outcome]:
    """What becomes of callers of accounts that are of the organization, though it need not be seen which are."""
    if trust.organization:
        unlisted, known = trust._replace(members=None), {**context, "aws:principalorgid": trust.organization}
        yield from (unlisted.lets(caller, known, barred) for caller in callers)


def _some(outcomes: Iterable[Outcome]) -> Strangers:
    is_open = False
    for outcome in outcomes:
        if outcome.witness:
            return Strangers("some", outcome.witness)
        is_open = is_open or outcome.answer == "unknown"
    return Strangers("unknown", reason=_INTRICATE) if is_open else Strangers("nobody")


def _outsiders(trust: Trust) -> tuple[Principal, ...]:
    """A user and a role's session of an account that nobody names, and others whose ARNs fit the policy's patterns."""
    named = {candidate.caller.account for candidate in candidates(trust.policy)} | {trust.account}
    account = next(account for account in map("{:012}".format, count(_ACCOUNT)) if account not in named)
    partition = trust.arn.split(":", 2)[1]
    user = Principal.parse(f"arn:{partition}:iam::{account}:user/example")
    session = Principal.parse(f"arn:{partition}:sts::{account}:assumed-role/example/session")
    alike = (principal for principal in fitting(trust.policy, account) if principal.account not in named)
    return tuple(dict.fromkeys((user, session, *alike)))


def _not_of_strangers(trust: Trust) -> Barred:
    """What a stranger surely is not: of the account's organization, or somebody whose unique id is named."""

    def barred(key: str, value: str) -> bool:
        if key in OF_ORGANIZATION:
            unseen = trust.organization is None
            return bool(unseen or (trust.organization and value.partition("/")[0] == trust.organization))
        return key == "aws:userid" and is_ones_id(trust.policy, value)

    return barred


def _public(trust: Trust) -> Comparison:
    """Whether those get in who bring nothing that only some have.

    The trust policy is put as one of a resource, together with what the organization denies at the role.
    """
    from auditor.policy.public import check_public

    understood = {statement.index for statement in trust.policy.statements}
    own = [{**item, "Resource": "*"} for index, item in enumerate(items(trust.policy)) if index in understood]
    above = [item for level in trust.rcps for policy in level.policies for item in items(policy)]
    ids = [value for value in listed(trust.policy, EXTERNAL_ID) if value.strip("*?")]
    statements = [
        *own,
        *(item for item in above if item.get("Effect") == "Deny"),
        {**_DENY, "NotAction": ASSUME, "Resource": "*"},
        {**_DENY, "Action": "*", "NotResource": trust.arn},
        {**_DENY, "Action": "*", "Resource": "*", "Condition": {"Null": {"aws:PrincipalArn": "true"}}},
        {**_DENY, "Action": "*", "Resource": "*", "Condition": {"StringLike": {EXTERNAL_ID: ids}}},
    ]
    return check_public(Policy.of({"Version": trust.policy.version, "Statement": statements}, Kind.RESOURCE))


def _as_stranger(trust: Trust, request: Request) -> Request | None:
    """The request of a stranger with what another one brings; None where the organization's policies keep it out."""
    implied = Request(request.principal, ASSUME).context
    known = {*implied, *trust.marks, "aws:resourceorgid"}
    brought = {key: values for key, values in request.context.items() if key not in known}
    outcomes = (trust.lets(caller, brought) for caller in _outsiders(trust))
    return next((outcome.witness for outcome in outcomes if outcome.witness), None)


_DENY: Final = {"Effect": "Deny", "Principal": "*"}
