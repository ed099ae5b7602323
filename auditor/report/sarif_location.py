"""Paths for SARIF. Code scanning wants a file for every result, and takes no ARN: only relative paths."""

from __future__ import annotations

import re
from hashlib import sha256
from posixpath import isabs, normpath
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from auditor.findings.model import Resource

MAX_SEGMENT = 120
"""Longest segment of a path, in characters, without the hash that longer ones end with."""

MAX_SEGMENTS = 20
"""Most segments that a resource's name is split into; the rest stays one segment."""

_DOTS = {".": "_dot", "..": "_dotdot"}
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def resource_uri(resource: Resource, prefix: str) -> str:
    """A path that stands for a resource: `aws/123456789012/us-east-1/s3/bucket/billing-exports.json`.

    There is no such file. The path is made of the ARN alone, so that it stays the same from scan to scan: prefix,
    account, region or `global`, service, type, name. It is a relative reference without a scheme, never empty, with
    no empty segments and no dot segments.
    """
    service, region, names = _parts(resource)
    segments = (*prefix.split("/"), resource.account, region or resource.region or "global", service, *names)
    return "/".join(_segment(segment) for segment in segments if segment) + ".json"


def service_of(resource: Resource) -> str:
    """The service that a resource belongs to, as ARNs name it: `iam`."""
    return _parts(resource)[0]


def _parts(resource: Resource) -> tuple[str, str, list[str]]:
    """Service, region and the names in an ARN, with the type of the resource before a name that stands alone."""
    kinds = [_WORDS.sub("-", kind).lower() for kind in resource.type.split("::")]
    scheme, *fields = resource.arn.split(":", 5)
    if scheme == "arn" and len(fields) == 5:
        _, service, region, _, rest = fields
        names = [name for name in re.split("[/:]+", rest, maxsplit=MAX_SEGMENTS) if name]
    else:
        service, region, names = kinds[len(kinds) // 2], "", [resource.arn or resource.name]
    return service, region, names if len(names) > 1 else [kinds[-1], *(names or ["unnamed"])]


def _segment(text: str) -> str:
    """A segment, percent-encoded. One that is too long is cut between characters and told apart by a hash."""
    encoded = _DOTS.get(text) or quote(text, safe="", errors="replace")
    if len(encoded) <= MAX_SEGMENT:
        return encoded
    kept, count = "", 0
    while len(kept) + len(piece := quote(text[count], safe="", errors="replace")) <= MAX_SEGMENT:
        kept += piece
        count += 1
    return f"{kept}-{sha256(text.encode(errors='replace')).hexdigest()[:8]}"


def snapshot_uri(source: str, base: str) -> str:
    """The path of a snapshot file, relative to the directory `base`; empty for a file elsewhere, or none at all."""
    if source in ("", "-"):
        return ""
    path = normpath(source)
    if isabs(path):
        root = normpath(base).rstrip("/") + "/"
        if not base or not path.startswith(root):
            return ""
        path = path.removeprefix(root)
    return "" if path.split("/")[0] in ("..", ".") else quote(path, safe="/", errors="replace")


def file_uri(path: str, base: str) -> str:
    """The path of a file, relative to the directory `base`; of a file elsewhere, its path from the root of all files.

    Never empty, and never with a scheme or dot segments.
    """
    if inside := snapshot_uri(path, base):
        return inside
    names = [name for name in normpath(path).split("/") if name not in ("", ".", "..")]
    return "/".join(quote(name, safe="", errors="replace") for name in names) or "unnamed"
