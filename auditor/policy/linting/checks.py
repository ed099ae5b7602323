"""All checks, and those of Access Analyzer that cannot be decided from a document alone.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.policy.linting import (
    action_names,
    attachment,
    broad_grants,
    condition_keys,
    condition_operators,
    condition_values,
    grammar,
    key_uses,
    networks,
    organization_policies,
    principals,
    public_access,
    quotas,
    redundancy,
    resources,
    role_grants,
    sensitive_keys,
    service_principals,
    tag_keys,
    trust_policies,
    variables,
)
from auditor.policy.linting.issue import Check, Flaw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from auditor.policy.document import Policy
    from auditor.policy.elements import Problem, Statement

THEMES: Final = (
    *(
        grammar,
        variables,
        principals,
        action_names,
        resources,
        condition_operators,
        condition_keys,
        key_uses,
        condition_values,
    ),
    *(sensitive_keys, networks, quotas, redundancy, role_grants, broad_grants, service_principals, trust_policies),
    *(organization_policies, attachment, tag_keys, public_access),
)
"""The modules in which the checks are."""

CHECKS: Final = {check.id: check for theme in THEMES for check in vars(theme).values() if isinstance(check, Check)}
"""Each check by its id, in the order of the themes."""

OF_PROBLEM: Final[tuple[Callable[[Policy, Problem], Iterator[Flaw]], ...]] = (
    *(grammar.malformed, principals.malformed, condition_operators.malformed, organization_policies.malformed),
)
"""What looks at each problem that was noted when a document was read."""

OF_DOCUMENT: Final[tuple[Callable[[Policy], Iterator[Flaw]], ...]] = (
    *(grammar.document, variables.document, quotas.document, redundancy.document, public_access.document),
)
"""What looks at a document as a whole."""

OF_STATEMENT: Final[tuple[Callable[[Policy, Statement], Iterator[Flaw]], ...]] = (
    *(grammar.statement, principals.statement, action_names.statement, resources.statement, redundancy.statement),
    *(role_grants.statement, broad_grants.statement, service_principals.statement, trust_policies.statement),
    *(organization_policies.statement, attachment.statement),
)
"""What looks at each statement."""

OF_CONDITIONS: Final[tuple[Callable[[Policy, Statement], Iterator[Flaw]], ...]] = (
    *(condition_operators.statement, condition_keys.statement, key_uses.statement, condition_values.statement),
    *(sensitive_keys.statement, networks.statement, tag_keys.statement),
)
"""What looks at each statement that has conditions."""

NOT_DECIDED: Final = {
    "DEPRECATED_GLOBAL_CONDITION_KEY": "about aws:ARN, as UNSUPPORTED_GLOBAL_CONDITION_KEY is; AWS does not say "
    "when it raises which, and one finding on a key is enough",
}
"""Codes of Access Analyzer that no check of ours has, and why."""
