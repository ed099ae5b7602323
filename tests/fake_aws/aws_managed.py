"""Policies that AWS owns: real documents, out of moto's catalogue.

The catalogue holds the default version only. Older versions are listed with the same text, because what matters to a
client is how many there are: they make the AWSManagedPolicy filter of the authorization details so expensive.
"""

from __future__ import annotations

import functools
import json
from datetime import datetime
from typing import Any

from .entities import ManagedPolicy, PolicyVersion


@functools.cache
def _catalogue() -> dict[str, Any]:
    # 5 MB of text: read only when an account's AWS managed policies are asked for.
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    return json.loads(aws_managed_policies_data)


@functools.cache
def names() -> tuple[str, ...]:
    """The names of all AWS managed policies."""
    return tuple(sorted(_catalogue()))


@functools.cache
def aws_managed(name: str) -> ManagedPolicy | None:
    """The AWS managed policy of that name, None where AWS has none."""
    entry = _catalogue().get(name)
    if entry is None:
        return None
    created, updated = (datetime.fromisoformat(entry[key]) for key in ("CreateDate", "UpdateDate"))
    newest = int(entry["DefaultVersionId"][1:])
    step = (updated - created) / max(newest - 1, 1)
    document = json.dumps(entry["Document"])
    versions = tuple(
        PolicyVersion(f"v{number}", document, (created + step * (number - 1)).replace(microsecond=0))
        for number in range(newest, 0, -1)
    )
    return ManagedPolicy(name, versions, default=f"v{newest}", path=entry["Path"], aws=True)
