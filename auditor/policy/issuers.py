"""Issuers of tokens for workloads, and how each writes into a token's subject whose workload it is.

AWS's list of shared issuers, and what it asks trust policies to look at:
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from auditor.policy.trust import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.policy.trust import Test

_ANY = "zz-any"
"""A name that nobody's pattern means unless it means any name."""


class Part(NamedTuple):
    """One part of a subject, and the text that comes before it.

    `samples` are values that a pattern for the part takes only if it takes any. Names that strangers can register in
    the issuer's service are `registrable`: there, a wildcard anywhere lets strangers in. A part with neither is not
    judged. `claims` are those that tell the part as well.
    """

    name: str
    before: str
    samples: tuple[str, ...] = (_ANY,)
    registrable: bool = False
    claims: tuple[str, ...] = ()

    @property
    def judged(self) -> bool:
        """Whether it matters what the part is."""
        return self.registrable or bool(self.samples)


class Issuer(NamedTuple):
    """An issuer: its name, a pattern of its address, claims that tell its customers apart as well as the subject does,
    and the parts of its subjects."""

    name: str
    address: str
    instead: tuple[str, ...] = ()
    subject: tuple[Part, ...] = ()


_REPOSITORY = ("repository", "repository_id")
_OWNER = ("repository_owner", "repository_owner_id", *_REPOSITORY)
_GITHUB = (
    Part("owner", "repo:", registrable=True, claims=_OWNER),
    Part("repository", "/", claims=_REPOSITORY),
    Part("branch", ":", (f"ref:refs/heads/{_ANY}", f"environment:{_ANY}"), claims=("ref", "environment")),
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

_BY_AUDIENCE = ("aud",)

ISSUERS = (
    Issuer("GitHub Actions", r"token\.actions\.githubusercontent\.com(/.*)?", _OWNER, _GITHUB),
    Issuer("GitHub Enterprise", r"[^/]*/_services/token|token\.actions\.[^/]*\.ghe\.com", _OWNER, _GITHUB),
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


def open_parts(issuer: str, test: Test) -> tuple[Part, ...]:
    """The parts of a subject ("repository") that some value of a test leaves open to anybody, in their order."""
    if not test.wildcards:
        return ()
    return tuple(dict.fromkeys(part for value in test.values for part in _open(issuer, value)))


def _open(issuer: str, pattern: str) -> Iterator[Part]:
    owner = known_issuer(issuer)
    if owner and not owner.subject:
        return iter(() if pattern.strip("*?") else (Part("subject", ""),))
    return _open_of(owner.subject if owner else _format(pattern), pattern)


def _format(pattern: str) -> tuple[Part, ...]:
    return next((parts for parts in _FORMATS if pattern.startswith(parts[0].before)), ())


def _open_of(parts: tuple[Part, ...], rest: str) -> Iterator[Part]:
    for index, part in enumerate(parts):
        if not rest.startswith(part.before):
            if _swallows(rest, part.before):
                yield from (each for each in parts[index:] if each.judged)
            return
        following = parts[index + 1] if index + 1 < len(parts) else None
        text, rest = _cut(rest[len(part.before) :], following)
        if (part.registrable and _is_open_name(text, following)) or any(matches(text, each) for each in part.samples):
            yield part
        if not rest:  # what follows is not written down: a star at the end takes all of it, whatever it is
            if text.endswith("*"):
                yield from (each for each in parts[index + 1 :] if each.judged)
            return


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
