"""Issuers of tokens, and how each writes into a token's subject whose workload or account it is.

AWS's list of shared issuers, and what it asks trust policies to look at:
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
"""

from __future__ import annotations

import re
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.access.forms import Blank, fitting
from auditor.policy.atoms import TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from auditor.access.forms import Form

ANY: Final = "zz-any"
"""A name that nobody's pattern means unless it means any name."""
_MAX_CHOICES: Final = 4_096
"""So many combinations of one pattern for each condition are looked at."""


class Part(NamedTuple):
    """One part of a subject, and the text that comes before it.

    `samples` are values that a pattern for the part takes only if it takes any. Names that strangers can register in
    the issuer's service are `registrable`: there, a wildcard anywhere lets strangers in. A part with neither is not
    judged. `claims` are those that tell the part as well. `others` are further values, which matter for other parts
    alone. Names have none of the signs of `without`. A `telling` part tells others too, so that somebody else has
    another value there.
    """

    name: str
    before: str
    samples: tuple[str, ...] = (ANY,)
    registrable: bool = False
    claims: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    without: str = ":/"
    telling: bool = False

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
    Part(
        "branch",
        ":",
        (f"ref:refs/heads/{ANY}", f"environment:{ANY}"),
        claims=("ref", "environment"),
        others=(f"ref:{ANY}", "pull_request", f"job_workflow_ref:{ANY}"),
        without=":",
    ),
)
# https://docs.gitlab.com/ci/secrets/id_token_authentication/
_PROJECT = ("project_path", "project_id")
_GROUP = ("namespace_path", "namespace_id", "ci_config_ref_uri", *_PROJECT)
_GITLAB = (
    Part("group", "project_path:", registrable=True, claims=_GROUP),
    Part("project", "/", claims=_PROJECT, without=":"),
    Part("branch", ":ref_type:", (f"branch:ref:{ANY}",), others=(f"tag:ref:{ANY}",), without=":"),
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
    Part("branch", ":ref:", (f"refs/heads/{ANY}",), others=(ANY,), without=":"),
    Part("commit", ":commit:", ()),
    Part("step", ":step:", ()),
)
_VERCEL = (
    Part("owner", "owner:", registrable=True),
    Part("project", ":project:"),
    Part("environment", ":environment:"),
)
# https://circleci.com/docs/guides/permissions-authentication/openid-connect-tokens/
_CIRCLECI = (
    Part("organization", "org/", ()),
    Part("project", "/project/"),
    Part("user", "/user/", ()),
    Part("origin", "/vcs-origin/", (), telling=True),
    Part("ref", "/vcs-ref/", (), others=tuple(f"refs/{it}/{ANY}" for it in ("heads", "tags", f"heads/{ANY}"))),
)
# https://support.atlassian.com/bitbucket-cloud/docs/integrate-pipelines-with-resource-servers-using-oidc/
_BITBUCKET = (Part("repository", ""), Part("environment and step", ":", (), without="/"))

ISSUERS = (
    Issuer("GitHub Actions", r"token\.actions\.githubusercontent\.com(/.*)?", subject=_GITHUB),
    Issuer("GitHub Enterprise", r"[^/]*/_services/token|token\.actions\.[^/]*\.ghe\.com", subject=_GITHUB),
    Issuer("GitLab", r"gitlab\.com", subject=_GITLAB),
    Issuer("HCP Terraform", r"app(\.eu)?\.terraform\.io", subject=_TERRAFORM),
    Issuer("EKS", r"oidc\.eks\.[a-z0-9-]*\.(amazonaws\.com(\.cn)?|api\.aws)/id/.*", subject=_KUBERNETES),
    Issuer("Buildkite", r"agent\.buildkite\.com", subject=_BUILDKITE),
    Issuer("CircleCI", r"oidc\.circleci\.com/org/.*", subject=_CIRCLECI),
    Issuer("Bitbucket", r"api\.bitbucket\.org/.*", subject=_BITBUCKET),
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


WHOLE: Final = (Part("subject", "", without=""),)
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


def strangers(parts: tuple[Part, ...], part: Part, asked: Sequence[Sequence[str]]) -> Iterator[str]:
    """Subjects that somebody else has in one part of them, made like the patterns in all others.

    `asked` are the patterns of each condition: the subject must match one of each. Raises TooLarge.
    """
    at = parts.index(part)
    values = part.samples or (ANY,)
    found = {"".join(each.before + (value if each is part else _usual(each)) for each in parts) for value in values}
    yield from sorted(found)
    if prod(map(len, asked)) > _MAX_CHOICES:
        raise TooLarge("too many combinations of patterns")
    forms = tuple(dict.fromkeys(_forms(parts, at)))
    for patterns in map(tuple, map(dict.fromkeys, product(*asked))):
        for form in forms if all("*" in pattern or "?" in pattern for pattern in patterns) else ():
            made = fitting(form, patterns, ANY)
            if made is not None and made not in found:
                found.add(made)
                yield made


def _usual(part: Part) -> str:
    return part.samples[0] if part.samples else ANY


def _forms(parts: tuple[Part, ...], at: int) -> Iterator[Form]:
    """The forms of subjects with somebody else's part: whole ones, and those that end with an earlier part."""
    for end in range(len(parts), at, -1):
        for samples in product(*(_blanks(part, strange=index == at) for index, part in enumerate(parts[:end]))):
            yield tuple(piece for part, sample in zip(parts, samples, strict=False) for piece in (part.before, *sample))


def _blanks(part: Part, *, strange: bool) -> Iterator[Form]:
    """The forms that a part has: where it is somebody else's, one that takes a name nobody means, or a free one."""
    samples = part.samples or (ANY,)
    if part.telling or (strange and not part.registrable):
        yield from ((sample,) for sample in samples)
        return
    for sample in samples if strange else (*samples, *part.others):
        first, *texts = sample.split(ANY)
        blank = Blank(part.without, free=strange)
        yield (first, *(piece for text in texts for piece in (blank, text)))
