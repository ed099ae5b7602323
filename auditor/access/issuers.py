"""Issuers of tokens, and how each writes into a token's subject whose workload or account it is.

AWS's list of shared issuers, and what it asks trust policies to look at:
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ANY: Final = "zz-any"
"""A name that nobody's pattern means unless it means any name."""


class Part(NamedTuple):
    """One part of a subject, and the text that comes before it.

    `samples` are values that a pattern for the part takes only if it takes any. Names that strangers can register in
    the issuer's service are `registrable`: there, a wildcard anywhere lets strangers in. A part with neither is not
    judged. `claims` are those that tell the part as well.
    """

    name: str
    before: str
    samples: tuple[str, ...] = (ANY,)
    registrable: bool = False
    claims: tuple[str, ...] = ()

    @property
    def judged(self) -> bool:
        """Whether it matters what the part is."""
        return self.registrable or bool(self.samples)


class Issuer(NamedTuple):
    """An issuer: its name, a pattern of its address, whether the audience of its tokens tells its customers apart, and
    the parts of its subjects."""

    name: str
    address: str
    by_audience: bool = False
    subject: tuple[Part, ...] = ()


_REPOSITORY = ("repository", "repository_id")
_OWNER = (
    *("repository_owner", "repository_owner_id", "enterprise", "enterprise_id", *_REPOSITORY),
    *("job_workflow_ref", "workflow_ref"),
)
# https://docs.github.com/en/actions/reference/security/oidc
_GITHUB = (
    Part("owner", "repo:", registrable=True, claims=_OWNER),
    Part("repository", "/", claims=_REPOSITORY),
    Part("branch", ":", (f"ref:refs/heads/{ANY}", f"environment:{ANY}"), claims=("ref", "environment")),
)
# https://docs.gitlab.com/ci/secrets/id_token_authentication/
_PROJECT = ("project_path", "project_id")
_GROUP = ("namespace_path", "namespace_id", "ci_config_ref_uri", *_PROJECT)
_GITLAB = (
    Part("group", "project_path:", registrable=True, claims=_GROUP),
    Part("project", "/", claims=_PROJECT),
    Part("branch", ":ref_type:", (f"branch:ref:{ANY}",)),
)
# https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/workload-identity-tokens
_WORKSPACE = ("terraform_workspace_id",)
_ORGANIZATION = ("terraform_organization_id", "terraform_organization_name", *_WORKSPACE)
_TERRAFORM = (
    Part("organization", "organization:", registrable=True, claims=_ORGANIZATION),
    Part("project", ":project:", claims=("terraform_project_id", *_WORKSPACE)),
    Part("workspace", ":workspace:", claims=_WORKSPACE),
    Part("run phase", ":run_phase:", ()),
)
# https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
_KUBERNETES = (Part("namespace", "system:serviceaccount:"), Part("service account", ":", ()))
# https://buildkite.com/docs/pipelines/security/oidc
_BUILDKITE = (
    Part("organization", "organization:", registrable=True, claims=("organization_slug", "organization_id")),
    Part("pipeline", ":pipeline:"),
    Part("branch", ":ref:", (f"refs/heads/{ANY}:commit:0",)),
)
_VERCEL = (
    Part("owner", "owner:", registrable=True),
    Part("project", ":project:"),
    Part("environment", ":environment:"),
)
_CIRCLECI = (Part("organization", "org/", ()), Part("project", "/project/"), Part("user", "/user/", ()))

ISSUERS = (
    Issuer("GitHub Actions", r"token\.actions\.githubusercontent\.com(/.*)?", subject=_GITHUB),
    Issuer("GitHub Enterprise", r"[^/]*/_services/token|token\.actions\.[^/]*\.ghe\.com", subject=_GITHUB),
    Issuer("GitLab", r"gitlab\.com", subject=_GITLAB),
    Issuer("HCP Terraform", r"app(\.eu)?\.terraform\.io", subject=_TERRAFORM),
    Issuer("EKS", r"oidc\.eks\.[a-z0-9-]*\.(amazonaws\.com(\.cn)?|api\.aws)/id/.*", subject=_KUBERNETES),
    Issuer("Buildkite", r"agent\.buildkite\.com", subject=_BUILDKITE),
    Issuer("CircleCI", r"oidc\.circleci\.com/org/.*", subject=_CIRCLECI),
    Issuer("Bitbucket", r"api\.bitbucket\.org/.*", subject=(Part("repository", ""), Part("step", ":", ()))),
    Issuer("Vercel", r"oidc\.vercel\.com(/.*)?", by_audience=True, subject=_VERCEL),
    Issuer("Pulumi Cloud", r"api\.pulumi\.com/oidc", by_audience=True),
    Issuer("sandboxes.cloud", r"sandboxes\.cloud", by_audience=True),
    Issuer("Codefresh", r"oidc\.codefresh\.io"),
    Issuer("DVC Studio", r"studio\.datachain\.ai/api"),
    Issuer("GitHub audit log", r"oidc-configuration\.audit-log\.githubusercontent\.com"),
    Issuer("GitHub vstoken", r"vstoken\.actions\.githubusercontent\.com"),
    Issuer("Scalr", r"scalr\.io"),
    Issuer("Shisho Cloud", r"tokens\.cloud\.shisho\.dev"),
    Issuer("Spacelift", r"[^/]*\.app(\.us)?\.spacelift\.io"),
    Issuer("Upbound", r"proidc\.upbound\.io"),
)

_FORMATS = (_GITHUB, _GITLAB, _TERRAFORM, _KUBERNETES)
"""What subjects look like that issuers of one's own, such as a GitLab server, write."""

AUDIENCES = {"accounts.google.com": ("aud", "oaud"), "www.amazon.com": ("app_id",), "graph.facebook.com": ("app_id",)}
"""Claims that tell for whom a token is meant, of issuers where it is not `aud` alone."""


WHOLE: Final = (Part("subject", ""),)
"""Subjects of which nothing is known but that each is somebody's."""


def known_issuer(issuer: str) -> Issuer | None:
    """The issuer of tokens for workloads that has the address; None for any other."""
    return next((each for each in ISSUERS if re.fullmatch(each.address, issuer.casefold())), None)


def subject_of(issuer: str, patterns: Iterable[str]) -> tuple[Part, ...]:
    """The parts of an issuer's subjects; of an issuer that is not known, those of the format that a pattern has.

    Nothing where that is no known format.
    """
    known = known_issuer(issuer)
    if known:
        return known.subject or WHOLE
    return next((parts for parts in _FORMATS for each in patterns if each.startswith(parts[0].before)), ())


def strangers(parts: tuple[Part, ...], part: Part, patterns: Iterable[str]) -> Iterator[str]:
    """Subjects that somebody else has in one part of them, made like the patterns in all others."""
    at = parts.index(part)
    found: dict[str, None] = {}
    for sample in part.samples or (ANY,):
        found["".join(each.before + (sample if each is part else _usual(each)) for each in parts)] = None
    for pattern in patterns:
        found |= dict.fromkeys(_swallowed(parts, at, pattern))
        found |= dict.fromkeys(_alike(parts, at, pattern))
    return iter(found)


def _usual(part: Part) -> str:
    return part.samples[0] if part.samples else ANY


def _swallowed(parts: tuple[Part, ...], at: int, pattern: str) -> Iterator[str]:
    """Subjects whose part lies within what the pattern's first star stands for."""
    head, star, tail = pattern.partition("*")
    subject = ""
    for index, part in enumerate(parts) if star else ():
        subject += part.before + _usual(part)
        goes_on = index + 1 < len(parts) and tail.startswith(parts[index + 1].before)
        if index >= at and subject.startswith(head) and (goes_on or not tail):
            yield subject + _filled(tail)


def _alike(parts: tuple[Part, ...], at: int, pattern: str) -> Iterator[str]:
    """Subjects that differ from what the pattern says in that part alone."""
    texts = _texts(parts, pattern)
    if at >= len(texts):
        return
    text = texts[at]
    following = parts[at + 1] if at + 1 < len(parts) else None
    values: tuple[str, ...] = parts[at].samples or (ANY,)
    if parts[at].registrable and text is not None and _is_open_name(text, following):
        values = (_filled(text),)
    for value in values:
        others = (_usual(part) if text is None else _filled(text) for part, text in zip(parts, texts, strict=False))
        made = [value if index == at else other for index, other in enumerate(others)]
        yield "".join(part.before + each for part, each in zip(parts, made, strict=False))


def _texts(parts: tuple[Part, ...], rest: str) -> list[str | None]:
    """What the pattern says of each part, None for what its last star stands for; ends where the pattern does."""
    texts: list[str | None] = []
    for index, part in enumerate(parts):
        if not rest.startswith(part.before):
            break
        following = parts[index + 1] if index + 1 < len(parts) else None
        text, rest = _cut(rest[len(part.before) :], following)
        texts.append(text)
        if not rest:
            return [*texts, *(None for _ in parts[index + 1 :])] if text.endswith("*") else texts
    return texts if not rest else []


def _cut(text: str, following: Part | None) -> tuple[str, str]:
    """The text of a part, and the rest, which begins with what comes before the following one."""
    end = text.find(following.before) if following else -1
    return (text, "") if end < 0 else (text[:end], text[end:])


def _is_open_name(text: str, following: Part | None) -> bool:
    """Whether a wildcard stands in the name itself, before the sign that would end it."""
    name = text.partition(following.before[0])[0] if following else text
    return "*" in name or "?" in name


def _filled(pattern: str) -> str:
    return pattern.replace("*", "x").replace("?", "x")
