"""Roles that people and workloads from outside AWS assume: whom they let in, and with what."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from auditor.api import GRANTS, TRUSTS, NotApplicable, Options, Role, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Federation, Finding, Request

_GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide"
_SHOWN = 3
_SHARED = f"{_GUIDE}/id_roles_providers_oidc_secure-by-default.html"


def _trusts(role: Role, *, saml: bool) -> Iterator[Federation]:
    """The role's trust in providers of one kind, once a provider and statement.

    Raises NotApplicable where there is none, NotCollected where the trust policy cannot be read.
    """
    found = [federation for federation in role.exposure.federations if federation.is_saml == saml]
    if not found:
        raise NotApplicable(f"{role.name} trusts no {'SAML' if saml else 'web identity'} provider")
    yield from found


def _named(federation: Federation) -> str:
    """How sentences name the provider."""
    if federation.known:
        return f"{federation.known.name} ({federation.issuer})"
    return federation.issuer.rpartition("/")[2] if federation.is_saml else federation.issuer


def _finding(role: Role, federation: Federation, proof: Request, words: str) -> Finding:
    """A finding about the trust in one provider. Two statements about one provider are told apart by their place."""
    message = f"{role.name} trusts {_named(federation)} for any {words}"
    which = f"{federation.provider.text} {federation.statement}"
    return role.exposure.proven(message, proof, discriminator=which)


@rule(
    "saml-role-trust-no-audience",
    severity="medium",
    over=Role,
    needs=TRUSTS,
    claims=("S35", "S41"),
    tags=("federation", "trust"),
    title="SAML trust does not look at the audience",
    fix="Add a condition that SAML:aud equals https://signin.aws.amazon.com/saml.",
    docs=f"{_GUIDE}/id_roles_create_for-idp_saml.html",
)
def saml_role_trust_no_audience(role: Role) -> Iterator[Finding]:
    """An assertion names for whom it was made; without the condition, one made for something else is taken as well.

    A pattern of wildcards alone is no condition. Roles that trust no SAML provider are not asked about.
    """
    for federation in _trusts(role, saml=True):
        if found := federation.with_other_audience():
            yield _finding(role, federation, found, "audience")


class Issuers(Options):
    """`issuers`: addresses without https:// of further issuers whose tokens are for many workloads, or globs."""

    issuers: tuple[str, ...] = ()


@rule(
    "oidc-trust-no-subject",
    severity="critical",
    over=Role,
    needs=TRUSTS,
    options=Issuers,
    claims=("S35", "S41"),
    tags=("federation", "trust"),
    title="Web identity trust does not look at the subject",
    fix="Add a condition on the subject that names the repository and branch, the workspace, or the service account.",
    docs=_SHARED,
)
def oidc_trust_no_subject(role: Role, more: Issuers) -> Iterator[Finding]:
    """GitHub, GitLab, HCP Terraform and the like sign tokens for all of their customers: any of them may come in.

    An EKS cluster signs them for every pod. Only the subject tells whose workload it is; the audience is whatever the
    workload asks for. For issuers that tell customers apart by the audience, such as Vercel and Pulumi Cloud, that is
    enough, and for GitHub a condition on the repository or its owner, by name or id. Other issuers are your own, or
    sign in people, so every token of theirs may be meant to come in; name those that serve many workloads, such as a
    GitLab server, in the options. A condition that leaves the subject open is the matter of oidc-trust-wide-subject.
    """
    for federation in _trusts(role, saml=False):
        for_workloads = federation.known or any(fnmatchcase(federation.issuer, glob) for glob in more.issuers)
        if for_workloads and not federation.subjects and (found := federation.with_any_subject()):
            yield _finding(role, federation, found, "subject")


class AnyBranch(Options):
    """`accept_any_branch`: whether every branch of a named repository may come in."""

    accept_any_branch: bool = False


@rule(
    "oidc-trust-wide-subject",
    severity="high",
    over=Role,
    needs=TRUSTS,
    options=AnyBranch,
    claims=("S35", "S41"),
    tags=("federation", "trust"),
    title="Web identity trust leaves the subject open",
    fix="Name the repository and branch, the workspace, or the namespace in full in the condition on the subject.",
    docs=_SHARED,
)
def oidc_trust_wide_subject(role: Role, accepted: AnyBranch) -> Iterator[Finding]:
    """A wildcard in the wrong place lets in repositories of strangers, or branches that anybody may push to.

    In an owner's name a wildcard anywhere is too much, since strangers can register names that fit. A repository,
    project, workspace or namespace may be a pattern as long as it is not any; and a branch that is any lets code run
    with the role before anybody has reviewed it. Issuers that are your own are judged where their subjects look like
    those of GitHub, GitLab, Terraform or Kubernetes. All of several conditions must hold, so one narrow one is enough,
    and so is one on another claim that names the part in full, such as GitHub's repository_id or ref. Trust with no
    condition on the subject is the matter of oidc-trust-no-subject.
    """
    for federation in _trusts(role, saml=False):
        for part in federation.parts if federation.subjects else ():
            judged = part.judged and not (part.name == "branch" and accepted.accept_any_branch)
            if judged and (found := federation.stranger(part)):
                patterns = ", ".join(federation.subjects[:_SHOWN])
                yield _finding(role, federation, found, f"{part.name}: {patterns}")
                break


@rule(
    "oidc-trust-no-audience",
    severity="high",
    over=Role,
    needs=TRUSTS,
    claims=("S35",),
    tags=("federation", "trust"),
    title="Web identity trust does not look at the audience",
    fix="Add a condition that the audience equals the client id that the workload or application uses.",
    docs=f"{_GUIDE}/id_roles_create_for-idp_oidc.html",
)
def oidc_trust_no_audience(role: Role) -> Iterator[Finding]:
    """A token that some other service was given can then be passed on to AWS, by that service or by who broke into it.

    Google, Facebook, Amazon and Cognito sign tokens for everybody's applications, and only the audience tells which is
    yours. A pattern of wildcards alone is no condition.
    """
    for federation in _trusts(role, saml=False):
        if found := federation.with_other_audience():
            yield _finding(role, federation, found, "audience")


@rule(
    "federated-role-admin",
    severity="medium",
    over=Role,
    needs=(*GRANTS, *TRUSTS),
    claims=("S35", "S39"),
    tags=("federation", "administrators", "least-privilege"),
    title="Federated role has administrator permissions and is not declared",
    fix="Give the role what its people or workloads need, or declare it in administrators.",
    docs=f"{_GUIDE}/best-practices.html#grant-least-privilege",
)
def federated_role_admin(role: Role) -> Iterator[Finding]:
    """Whoever controls the identity provider, or one repository that it speaks for, then controls the account.

    Roles that the configuration declares in `administrators` or `break_glass` are meant to be so. Those of Identity
    Center are judged by the rules on permission sets and assignments.
    """
    if role.is_identity_center:
        raise NotApplicable(f"{role.name} was made by Identity Center")
    providers = sorted({_named(federation) for federation in role.exposure.federations})
    if not providers:
        raise NotApplicable(f"{role.name} trusts no identity provider")
    declared = role.account.declared
    if role.is_declared((*declared.administrators, *declared.break_glass)):
        return
    if role.is_administrator:
        yield role.finding(
            f"{role.name} has administrator permissions and trusts {', '.join(providers)}",
            at=("trust_policy", role.administrative_grants[0].place),
        )
