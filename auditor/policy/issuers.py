"""Issuers of tokens for workloads, and how each writes into a token's subject whose workload it is.

AWS's list of shared issuers, and what it asks trust policies to look at:
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
"""

from __future__ import annotations

import re
from typing import NamedTuple

from auditor.policy.trust import Test, matches

_ANY = "zz-any"
"""A name that nobody's pattern means unless it means any name."""


class Part(NamedTuple):
    """One part of a subject, and the text that comes before it.

    `samples` are values that a pattern for the part takes only if it takes any. Names that strangers can register in
    the issuer's service are `registrable`: there, a wildcard anywhere lets strangers in. A part with neither is not
    judged.
    """

    name: str
    before: str
    samples: tuple[str, ...] = (_ANY,)
    registrable: bool = False

    @property
    def judged(self) -> bool:
        """Whether it matters what the part is."""
        return self.registrable or bool(self.samples)


class Issuer(NamedTuple):
    """An issuer: its name, a pattern of its address, the claims one of which must be looked at, and its subjects."""

    name: str
    address: str
    claims: tuple[str, ...] = ("sub",)
    subject: tuple[Part, ...] = ()


_GITHUB = (
    Part("owner", "repo:", registrable=True),
    Part("repository", "/"),
    Part("branch", ":", (f"ref:refs/heads/{_ANY}", f"environment:{_ANY}")),
)
_GITLAB = (
    Part("group", "project_path:", registrable=True),
    Part("project", "/"),
    Part("branch", ":ref_type:", (f"branch:ref:{_ANY}",)),
)
_TERRAFORM = (
    Part("organization", "organization:", registrable=True),
    Part("project", ":project:"),
    Part("workspace", ":workspace:"),
    Part("run phase", ":run_phase:", ()),
)
_KUBERNETES = (Part("namespace", "system:serviceaccount:"), Part("service account", ":", ()))
_BUILDKITE = (
    Part("organization", "organization:", registrable=True),
    Part("pipeline", ":pipeline:"),
    Part("branch", ":ref:", (f"refs/heads/{_ANY}:commit:0",)),
)
_VERCEL = (
    Part("owner", "owner:", registrable=True),
    Part("project", ":project:"),
    Part("environment", ":environment:"),
)
_CIRCLECI = (Part("organization", "org/", ()), Part("project", "/project/"), Part("user", "/user/", ()))

_BY_AUDIENCE = ("sub", "aud")

ISSUERS = (
    Issuer("GitHub Actions", r"token\.actions\.githubusercontent\.com(/.*)?", subject=_GITHUB),
    Issuer("GitHub Enterprise", r"[^/]*/_services/token|token\.actions\.[^/]*\.ghe\.com", subject=_GITHUB),
    Issuer("GitLab", r"gitlab\.com", subject=_GITLAB),
    Issuer("HCP Terraform", r"app(\.eu)?\.terraform\.io", subject=_TERRAFORM),
    Issuer("EKS", r"oidc\.eks\.[a-z0-9-]*\.(amazonaws\.com(\.cn)?|api\.aws)/id/.*", subject=_KUBERNETES),
    Issuer("Buildkite", r"agent\.buildkite\.com", subject=_BUILDKITE),
    Issuer("CircleCI", r"oidc\.circleci\.com/org/.*", subject=_CIRCLECI),
    Issuer("Bitbucket", r"api\.bitbucket\.org/.*", subject=(Part("repository", ""), Part("step", ":", ()))),
    Issuer("Vercel", r"oidc\.vercel\.com(/.*)?", _BY_AUDIENCE, _VERCEL),
    Issuer("Pulumi Cloud", r"api\.pulumi\.com/oidc", _BY_AUDIENCE),
    Issuer("sandboxes.cloud", r"sandboxes\.cloud", _BY_AUDIENCE),
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


def known_issuer(issuer: str) -> Issuer | None:
    """The issuer of tokens for workloads that has the address; None for any other."""
    return next((each for each in ISSUERS if re.fullmatch(each.address, issuer.casefold())), None)


def open_part(issuer: str, test: Test) -> str:
    """The first part of a subject ("repository") that a test leaves open to anybody; empty where it leaves none."""
    return next((part for value in test.values if (part := _open(issuer, value))), "") if test.wildcards else ""


def _open(issuer: str, pattern: str) -> str:
    owner = known_issuer(issuer)
    if owner and not owner.subject:
        return "" if pattern.strip("*?") else "subject"
    return _open_of(owner.subject if owner else _format(pattern), pattern)


def _format(pattern: str) -> tuple[Part, ...]:
    return next((parts for parts in _FORMATS if pattern.startswith(parts[0].before)), ())


def _open_of(parts: tuple[Part, ...], rest: str) -> str:
    for index, part in enumerate(parts):
        if not rest.startswith(part.before):
            return part.name if part.judged and _swallows(rest, part.before) else ""
        following = parts[index + 1] if index + 1 < len(parts) else None
        text, rest = _cut(rest[len(part.before) :], following)
        if (part.registrable and _is_open_name(text, following)) or any(matches(text, each) for each in part.samples):
            return part.name
        if not rest:  # what follows is not written down: a star at the end takes all of it, whatever it is
            return following.name if following and following.judged and text.endswith("*") else ""
    return ""


def _is_open_name(text: str, following: Part | None) -> bool:
    """Whether a wildcard stands in the name itself, before the sign that would end it."""
    name = text.partition(following.before[0])[0] if following else text
    return "*" in name or "?" in name


def _cut(text: str, following: Part | None) -> tuple[str, str]:
    """The text of a part, and the rest, which begins with what comes before the following one."""
    end = text.find(following.before) if following else -1
    return (text, "") if end < 0 else (text[:end], text[end:])


def _swallows(pattern: str, before: str) -> bool:
    """Whether a pattern has a star within the fixed text before a part, and so before the part as well."""
    literal, star, _ = pattern.partition("*")
    return bool(star) and before.startswith(literal)
